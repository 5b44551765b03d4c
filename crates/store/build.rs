//! A new migration is compiled in without anybody having to touch this crate.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
