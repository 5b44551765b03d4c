//! Polite HTTP: a target in, an outcome out.
