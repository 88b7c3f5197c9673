//! Seeded changes of inputs: what fuzzers do when nothing guides them.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// Numbers on which lengths and counts break, as they are written.
const EDGES: [&[u8]; 8] = [
    &[0],
    &[1],
    &[0x7f],
    &[0xff],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    &[0xff, 0xff, 0xff, 0x7f],
    &[0x80, 0x80, 0x04],
];

/// The most changes of one input.
const CHANGES_MAX: u64 = 4;

/// Makes new inputs out of a corpus. Equal seeds make equal inputs.
#[derive(Debug)]
pub(crate) struct Mutator {
    random: Xoshiro256PlusPlus,
    corpus: Vec<Vec<u8>>,
}

impl Mutator {
    pub(crate) fn new(seed: u64, target: &str, corpus: Vec<Vec<u8>>) -> Self {
        assert!(!corpus.is_empty(), "{target} has no corpus");
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes()).update(target.as_bytes());
        let random = Xoshiro256PlusPlus::from_seed(*hasher.finalize().as_bytes());
        Self { random, corpus }
    }

    pub(crate) fn next(&mut self) -> Vec<u8> {
        let mut input = self.any();
        for _ in 0..=self.below(CHANGES_MAX) {
            self.change(&mut input);
        }
        input
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.next_u64().checked_rem(bound).unwrap_or(0)
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap())).unwrap()
    }

    fn any(&mut self) -> Vec<u8> {
        let place = self.index(self.corpus.len());
        self.corpus[place].clone()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.index(input.len() + 1);
        let end = at + self.index(input.len() + 1 - at);
        match self.below(8) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.random.next_u64().to_le_bytes()[0],
            2 => {
                let edge = EDGES[self.index(EDGES.len())];
                let end = (at + edge.len()).min(input.len());
                input.splice(at..end, edge.iter().copied());
            }
            3 => drop(input.drain(at..end.min(at + 16))),
            4 => input.truncate(at),
            5 => {
                let part = input[at..end].to_vec();
                input.splice(at..at, part);
            }
            6 => {
                let other = self.any();
                let from = self.index(other.len() + 1);
                input.truncate(at);
                input.extend(&other[from..]);
            }
            // Now and then far more than anything may have.
            7 if self.below(64) == 0 => input.resize(at + (3 << 20), 0x41),
            _ => input.extend(self.random.next_u64().to_le_bytes()),
        }
    }
}
