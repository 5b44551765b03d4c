//! Chance by seed: the same seed and name give the same numbers on every machine.

/// A SplitMix64 stream.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    /// The stream that belongs to `name` under `seed`. Streams of different names are independent, so adding a column to
    /// the cast leaves what the other columns publish as it was.
    pub(crate) fn new(seed: u64, name: &str) -> Rng {
        let fnv =
            name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        Rng(fnv ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low + 1).max(1).unsigned_abs();
        low + i64::try_from(self.next() % span).unwrap_or(0)
    }

    /// An index below `len` (0 for nothing to choose from).
    pub(crate) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.next() % (len.max(1) as u64)).unwrap_or(0)
    }

    /// One of `from`, which is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// True in `percent` of cases.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn a_stream_depends_on_seed_and_name_and_on_nothing_else() {
        let draw = |seed, name| {
            let mut r = Rng::new(seed, name);
            [r.next(), r.next(), r.next()]
        };
        assert_eq!(draw(1, "jyj/gzdt"), draw(1, "jyj/gzdt"));
        assert_ne!(draw(1, "jyj/gzdt"), draw(2, "jyj/gzdt"));
        assert_ne!(draw(1, "jyj/gzdt"), draw(1, "jyj/tzgg"));
    }

    #[test]
    fn numbers_stay_between_their_bounds() {
        let mut r = Rng::new(7, "x");
        assert!((0..1000).all(|_| (-2..=3).contains(&r.between(-2, 3))));
    }
}
