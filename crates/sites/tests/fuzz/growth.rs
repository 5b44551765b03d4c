//! Work and memory: linear in the input, and bounded. Only in long runs, where nobody waits for a figure of time.

use std::time::Instant;

use model::{Outcome, Source};

use crate::checks::Case;
use crate::grammar;
use crate::rng::Rng;

const SMALL: usize = 64_000;

/// Four times the input may take so many times the work: linear work takes four, quadratic sixteen.
const MOST: f64 = 9.0;

/// Seconds that are told well enough.
const ENOUGH: f64 = 0.04;

/// Repeats a piece of the input until it is large: four times as much must not take much more than four times as long.
pub(crate) fn linear(rng: &mut Rng, case: &Case) {
    // Selectors come from our own configuration, and some of them count; they are bounded by the size of the page.
    if matches!(case.source, Source::Selectors { .. }) {
        return;
    }
    let shape = Shape::of(rng, case);
    // A ratio is believed only when it comes out again and again, and at the next size too: what costs up to a bound, as
    // deep nesting does, has reached it there.
    let mut worst = f64::MAX;
    for _ in 0..4 {
        for size in [SMALL, 4 * SMALL] {
            let ((small, told), (large, told_too)) = (shape.cost(case, size), shape.cost(case, 4 * size));
            // What is refused early at one size and read at the other cannot be compared.
            if large < 0.02 || told != told_too {
                return;
            }
            worst = worst.min(large / small.max(1e-6));
            if worst <= MOST {
                return;
            }
        }
    }
    panic!("{worst:.1} times the work for four times {shape:?}");
}

/// A hostile page of five megabytes ends in two seconds.
pub(crate) fn five_megabytes(rng: &mut Rng, case: &Case) {
    let shape = Shape::of(rng, case);
    let best = (0..3).map(|_| shape.cost(case, 5_000_000).0).fold(f64::MAX, f64::min);
    assert!(best < 2.0, "{best:.1} s for {shape:?}");
}

/// A piece that is repeated, and what stands before and behind it all.
struct Shape {
    before: Vec<u8>,
    unit: String,
    after: Vec<u8>,
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} between {} and {} bytes", self.unit, self.before.len(), self.after.len())
    }
}

impl Shape {
    fn of(rng: &mut Rng, case: &Case) -> Shape {
        let bytes = &case.bytes;
        let cut = rng.below(bytes.len() + 1);
        let unit = if rng.once_in(2) {
            (0..rng.within(1, 4)).map(|_| rng.pick(grammar::PIECES)).collect::<String>()
        } else {
            let to = (cut + rng.within(1, 200)).min(bytes.len());
            String::from_utf8_lossy(&bytes[cut..to]).into_owned()
        };
        let keep = bytes.len().min(3_000);
        let whole = rng.once_in(2);
        let before = if whole { bytes[..cut.min(keep)].to_vec() } else { Vec::new() };
        let after = if whole { bytes[cut.max(bytes.len() - keep)..].to_vec() } else { Vec::new() };
        Shape { before, unit: if unit.is_empty() { "<".into() } else { unit }, after }
    }

    /// Seconds that this size takes, of the processor where that can be told, and what comes of it.
    fn cost(&self, case: &Case, size: usize) -> (f64, Outcome) {
        let mut page = self.before.clone();
        page.extend(self.unit.as_bytes().repeat(size / self.unit.len() + 1));
        page.extend(&self.after);
        let (wall, cpu) = (Instant::now(), processor_time());
        let mut times = 0;
        // The kernel tells the time in steps of some milliseconds: what is quicker is read until it fills several.
        loop {
            let outcome = std::hint::black_box(case.read(&page)).outcome;
            times += 1;
            let seconds = match (cpu, processor_time()) {
                (Some(from), Some(to)) => (to - from) as f64 / 1e9,
                _ => wall.elapsed().as_secs_f64(),
            };
            if seconds >= ENOUGH {
                return (seconds / f64::from(times), outcome);
            }
        }
    }
}

/// Nanoseconds that this thread has run, where the kernel says so: other programs do not count.
fn processor_time() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// The most memory that this process has had, in megabytes; nought where it is not told.
pub(crate) fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
    peak.unwrap_or(0) / 1_024
}
