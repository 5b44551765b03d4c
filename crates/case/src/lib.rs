//! 案卷: what one finding rests on, in a form that outlives this program.
//!
//! Saved answers become WARC/1.1 records ([`warc`]), the files of a case are held together by a list of checksums that
//! `sha256sum -c` reads too ([`sums`]), may be carried as one ZIP file ([`bundle`]), and all of it can be read back and
//! checked with nothing else at hand. Bytes in, bytes out: this crate refuses to know files, the clock, the store and what a finding is.

pub mod bundle;
pub mod digest;
pub mod sums;
pub mod warc;
