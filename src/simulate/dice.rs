//! Seeded dice for simulations: fast, and exactly uniform. Never for a game.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

use crate::craps::Dice;
use crate::dice::pair;

/// The context of the hash that makes a chunk's seed.
const CONTEXT: &str = "bitcraps 2026-11 simulation chunk";

/// A xoshiro256++ generator that rolls dice.
#[derive(Clone, Debug)]
pub struct SeededDice {
    generator: Xoshiro256PlusPlus,
    /// The second half of the last output, if it is still unused.
    half: Option<u32>,
}

impl SeededDice {
    /// Returns the dice of one chunk of a seed: its generator starts at a BLAKE3 hash of both, so
    /// chunks are independent of each other and can be played in any order.
    #[must_use]
    pub fn new(seed: u64, chunk: u64) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&seed.to_le_bytes());
        hasher.update(&chunk.to_le_bytes());
        Self {
            generator: Xoshiro256PlusPlus::from_seed(hasher.finalize().into()),
            half: None,
        }
    }

    /// Returns other numbers of the same chunk, 2^128 outputs away: choices that leave the dice as
    /// they are.
    #[must_use]
    pub fn choices(&self) -> Self {
        let mut other = self.clone();
        other.generator.jump();
        other
    }

    /// Rolls the dice.
    ///
    /// A 32-bit number times 36 has the pair in its upper half; lower halves below 2^32 mod 36 = 4
    /// are drawn again, which leaves each pair the same number of draws (Lemire, "Fast Random
    /// Integer Generation in an Interval", 2019, algorithm 5).
    #[must_use]
    pub fn roll(&mut self) -> Dice {
        const PAIRS: u64 = 36;
        const REFUSED_BELOW: u64 = (1 << 32) % PAIRS;
        loop {
            let product = u64::from(self.next_u32()).wrapping_mul(PAIRS);
            if product & u64::from(u32::MAX) >= REFUSED_BELOW {
                let index = product.wrapping_shr(u32::BITS);
                return pair(u8::try_from(index).unwrap_or(0));
            }
        }
    }

    /// Returns a number below `end`, each with the same chance; 0 if `end` is 0.
    #[must_use]
    pub fn below(&mut self, end: u64) -> u64 {
        let Some(refused_below) = end.wrapping_neg().checked_rem(end) else {
            return 0;
        };
        loop {
            let product = u128::from(self.generator.next_u64()).wrapping_mul(u128::from(end));
            let low = product & u128::from(u64::MAX);
            if low >= u128::from(refused_below) {
                return u64::try_from(product.wrapping_shr(u64::BITS)).unwrap_or(0);
            }
        }
    }

    fn next_u32(&mut self) -> u32 {
        if let Some(half) = self.half.take() {
            return half;
        }
        let output = self.generator.next_u64();
        self.half = Some(low(output));
        low(output.wrapping_shr(u32::BITS))
    }
}

/// The lower 32 bits.
fn low(number: u64) -> u32 {
    let [first, second, third, fourth, ..] = number.to_le_bytes();
    u32::from_le_bytes([first, second, third, fourth])
}
