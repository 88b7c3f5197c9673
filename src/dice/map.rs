//! From a seed to dice, exactly uniformly.

use super::hash::{Hash32, Name};
use crate::craps::Dice;

/// The smallest byte that is refused: 252 = 7 x 36, so each of the 36 pairs has 7 bytes.
const REFUSED_FROM: u8 = 252;

/// Returns the dice of a seed.
///
/// Bytes of the output stream of [`Name::Dice`] are taken one by one; the first below 252 decides:
/// its remainder by 36 is the pair. The stream never ends, so there is no fallback, and no pair is
/// likelier than another. A roll takes 1.016 bytes on average.
#[must_use]
pub fn dice_of(seed: &Hash32) -> Dice {
    DiceStream::new(seed).roll()
}

/// Returns the bytes that the dice of a seed were read from: those refused, and then the one that
/// decided.
#[must_use]
pub fn bytes_drawn(seed: &Hash32) -> Vec<u8> {
    let mut stream = DiceStream::new(seed);
    let mut drawn = Vec::new();
    let decided = stream.next_taken(|refused| drawn.push(refused));
    drawn.push(decided);
    drawn
}

/// A stream of dice from one seed, for simulations and strategies that roll often; its first roll
/// equals [`dice_of`].
#[derive(Clone, Debug)]
pub struct DiceStream {
    reader: blake3::OutputReader,
    block: [u8; 64],
    used: usize,
}

impl DiceStream {
    /// Returns the stream of a seed.
    #[must_use]
    pub fn new(seed: &Hash32) -> Self {
        let mut hasher = Name::Dice.hasher();
        hasher.update(seed);
        let block = [0; 64];
        Self {
            reader: hasher.finalize_xof(),
            used: block.len(),
            block,
        }
    }

    /// Returns the next dice.
    #[must_use]
    pub fn roll(&mut self) -> Dice {
        pair(self.next_taken(|_| ()) % 36)
    }

    /// Returns the next byte that decides; those before it are refused.
    fn next_taken(&mut self, mut refuse: impl FnMut(u8)) -> u8 {
        loop {
            let byte = self.byte();
            if byte < REFUSED_FROM {
                return byte;
            }
            refuse(byte);
        }
    }

    fn byte(&mut self) -> u8 {
        if let Some(byte) = self.block.get(self.used).copied() {
            self.used = self.used.saturating_add(1);
            return byte;
        }
        self.reader.fill(&mut self.block);
        self.used = 1;
        let [first, ..] = self.block;
        first
    }
}

/// Returns the pair of an index below 36: first die in the higher place.
///
/// # Panics
/// At a higher index.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "an index below 36 gives two faces of 1 to 6"
)]
pub(crate) fn pair(index: u8) -> Dice {
    let die = |side: u8| side.saturating_add(1);
    Dice::new(die(index / 6), die(index % 6)).expect("two faces")
}
