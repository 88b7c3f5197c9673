//! Rolls of one table with two contributors, and the bytes their dice are read from.

use std::io::{self, ErrorKind, Write};

use bitcraps::dice::{
    Binding, Contributor, EpochSecret, Hash32, Lock, Slot, bytes_drawn, close_hash, dice_of,
    first_link, link, lock_hash, roster_hash, seal, seed,
};

/// The host, who sits, and a guest.
const SLOTS: [Slot; 2] = [Slot(0), Slot(1)];

/// Bytes that are written at once.
const CHUNK: usize = 1 << 13;

/// The club, the table and the block before each lock. They stand still, so that secrets, numbers
/// of rolls and links have to make all bytes.
const CLUB: Hash32 = [1; 32];
const TABLE: Hash32 = [2; 32];
const PARENT: Hash32 = [3; 32];
const TABLE_STATE: Hash32 = [4; 32];

/// An endless stream: every byte that was drawn for a roll, the refused ones too, roll after roll.
/// Whether one more is drawn depends on those before alone, so fair dice make uniform bytes here.
#[derive(Debug)]
pub(crate) struct Bytes {
    roster: Hash32,
    secrets: [EpochSecret; 2],
    roll: u64,
    link: Hash32,
}

impl Bytes {
    pub(crate) fn new(number: u64) -> Self {
        let contributor = |slot: Slot| Contributor {
            slot,
            seated: true,
            keeper: slot == SLOTS[0],
            key: [slot.0; 32],
        };
        let secret = |slot: Slot| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&number.to_le_bytes()).update(&[slot.0]);
            EpochSecret::new(*hasher.finalize().as_bytes())
        };
        Self {
            roster: roster_hash(&CLUB, &TABLE, 1, &SLOTS.map(contributor)),
            secrets: SLOTS.map(secret),
            roll: 1,
            link: first_link(&TABLE),
        }
    }

    /// Plays a roll: all seal, it is locked, all open, it is closed.
    pub(crate) fn roll(&mut self) -> Vec<u8> {
        let made = [0, 1].map(|at: usize| {
            let binding = Binding {
                club: CLUB,
                table: TABLE,
                roster: self.roster,
                roll: self.roll,
                slot: SLOTS[at],
            };
            let secret = self.secrets[at].roll_secret(&binding);
            (SLOTS[at], seal(&binding, &secret), *secret.expose())
        });
        let lock = lock_hash(&Lock {
            club: &CLUB,
            table: &TABLE,
            roster: &self.roster,
            roll: self.roll,
            parent: &PARENT,
            table_state: &TABLE_STATE,
            link: &self.link,
            seals: &made.map(|(slot, seal, _)| (slot, seal)),
        });
        let close = close_hash(&lock, &made.map(|(slot, _, secret)| (slot, Some(secret))));
        let seed = seed(&lock, &close);
        self.link = link(&self.link, &lock, &close, dice_of(&seed));
        self.roll += 1;
        bytes_drawn(&seed)
    }

    /// Writes so many bytes. A reader that has had enough is no error.
    pub(crate) fn write(&mut self, bytes: u64, out: &mut impl Write) -> io::Result<()> {
        let mut left = bytes;
        let mut chunk = Vec::with_capacity(CHUNK + 64);
        while left > 0 {
            chunk.clear();
            while chunk.len() < CHUNK {
                chunk.extend(self.roll());
            }
            let whole = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            let taken = usize::try_from(left.min(whole)).unwrap_or(CHUNK);
            let written = out.write_all(&chunk[..taken]);
            if written.as_ref().is_err_and(has_had_enough) {
                return Ok(());
            }
            written?;
            left -= left.min(whole);
        }
        let flushed = out.flush();
        if flushed.as_ref().is_err_and(has_had_enough) {
            return Ok(());
        }
        flushed
    }
}

fn has_had_enough(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(number: u64, count: u64) -> Vec<u8> {
        let mut written = Vec::new();
        Bytes::new(number).write(count, &mut written).unwrap();
        written
    }

    #[test]
    fn as_many_bytes_are_written_as_were_asked_for_and_equal_seeds_write_equal_ones() {
        // More than one chunk, and not a whole number of them.
        let one = bytes(1, 20_001);
        assert_eq!(one.len(), 20_001);
        assert_eq!(one, bytes(1, 20_001));
        assert_ne!(one, bytes(2, 20_001));
        assert_eq!(one[..100], bytes(1, 100));
    }

    /// Chi-square over all 256 values: 99.9 % of uniform streams are below 330.5.
    #[test]
    fn the_bytes_that_dice_are_read_from_are_uniform_and_those_that_dice_are_made_of_are_not() {
        let chi = |map: fn(u8) -> Option<u8>| {
            let mut cells = [0.0_f64; 256];
            let taken: Vec<u8> = bytes(1, 40_000).into_iter().filter_map(map).collect();
            for byte in &taken {
                cells[usize::from(*byte)] += 1.0;
            }
            let expected = f64::from(u32::try_from(taken.len()).unwrap()) / 256.0;
            let squares = cells.map(|count| (count - expected).powi(2) / expected);
            squares.iter().sum::<f64>()
        };
        let found = chi(Some);
        assert!(found < 330.5, "{found}");
        // The contrast: without the refused ones, four values never come.
        let found = chi(|byte| (byte < 252).then_some(byte));
        assert!(found > 500.0, "{found}");
    }

    #[test]
    fn a_reader_that_has_had_enough_is_no_error() {
        let (reader, mut writer) = io::pipe().unwrap();
        drop(reader);
        Bytes::new(1).write(u64::MAX, &mut writer).unwrap();
    }
}
