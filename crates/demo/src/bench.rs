//! A large site for benchmarks.
/// x
pub struct BenchSite;
/// x
pub fn bench_site() -> BenchSite {
    BenchSite
}
