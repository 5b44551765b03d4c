//! Views to letters, sheets and tables.
