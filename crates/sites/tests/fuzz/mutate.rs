//! Changes to a seed that keep most of it, so that the change meets a reader that has already come far.

use crate::corpus::Corpus;
use crate::grammar;
use crate::rng::Rng;

/// Inputs of the ordinary rounds stay below this.
const MAX: usize = 60_000;

/// A seed of the corpus, or a window of a large one, changed in one to eight places.
pub(crate) fn seed(rng: &mut Rng, corpus: &Corpus) -> Vec<u8> {
    let mut bytes = window(rng, corpus);
    for _ in 0..rng.within(1, 8) {
        change(rng, corpus, &mut bytes);
        bytes.truncate(MAX);
    }
    bytes
}

fn window(rng: &mut Rng, corpus: &Corpus) -> Vec<u8> {
    let seed = &corpus.seeds[rng.below(corpus.seeds.len())];
    if seed.len() < 6_000 || rng.once_in(8) {
        return seed.clone();
    }
    let len = rng.within(500, 5_000);
    let from = rng.below(seed.len() - len);
    seed[from..from + len].to_vec()
}

fn change(rng: &mut Rng, corpus: &Corpus, bytes: &mut Vec<u8>) {
    let at = rng.below(bytes.len() + 1);
    let reach = if rng.once_in(4) { 2_000 } else { 30 };
    let to = (at + rng.below(reach)).min(bytes.len());
    match rng.below(10) {
        0 => drop(bytes.drain(at..to)),
        1 => {
            let piece = bytes[at..to].to_vec();
            let times = rng.within(1, 20);
            bytes.splice(to..to, piece.repeat(times));
        }
        2 => bytes[at..to].iter_mut().take(3).for_each(|b| *b = b.wrapping_add(1 + rng.below(255) as u8)),
        3 => bytes.truncate(at),
        4 => {
            let other = &corpus.seeds[rng.below(corpus.seeds.len())];
            let from = rng.below(other.len());
            let piece = &other[from..(from + rng.below(400)).min(other.len())];
            bytes.splice(at..to, piece.iter().copied());
        }
        5 => bytes[at..to].iter_mut().filter(|b| b.is_ascii_digit()).for_each(|b| *b = b'0' + rng.below(10) as u8),
        6 => {
            let date = grammar::date_like(rng);
            bytes.splice(at..at, date.into_bytes());
        }
        _ => {
            let piece = rng.pick(grammar::PIECES);
            bytes.splice(at..to, piece.bytes());
        }
    }
}
