//! Bytes of a page or feed in, a reading out; every family of pages in a file of its own.
