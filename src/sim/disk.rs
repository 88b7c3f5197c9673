//! A disk that loses its power in the middle of a write, tears what was not synced, and fails.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

use super::random::Random;

/// What a loss of power tears apart: the unit that a disk writes whole.
const SECTOR_BYTES: usize = 512;

/// The disk of one node. Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub(super) struct SimDisk(Arc<Mutex<Medium>>);

#[derive(Debug, Default)]
struct Medium {
    /// What reads see.
    bytes: Vec<u8>,
    /// What is there after a loss of power, whatever else may be.
    synced: Vec<u8>,
    /// What was written since the last sync, oldest first.
    unsynced: Vec<(usize, Vec<u8>)>,
    is_off: bool,
    /// The power goes with this change, counted down; 0 for never.
    cut_in: u64,
    failing: Option<io::ErrorKind>,
    /// Changes that failed so far.
    failures: u64,
}

impl SimDisk {
    /// Turns the power off: everything fails from now on.
    pub(super) fn cut_power(&self) {
        self.lock().is_off = true;
    }

    /// Lets the power go with the `nth` change from now on.
    pub(super) fn cut_power_in(&self, nth: u64) {
        self.lock().cut_in = nth;
    }

    /// Tells whether the power is about to go in the middle of something.
    pub(super) fn is_failing_soon(&self) -> bool {
        self.lock().cut_in > 0
    }

    /// Tells whether one more change of the disk is possible: one by another file than the store's.
    pub(super) fn change(&self) -> io::Result<()> {
        self.lock().change()
    }

    pub(super) fn has_power(&self) -> bool {
        !self.lock().is_off
    }

    /// Turns the power on again. Of what was not synced each sector is there or not.
    pub(super) fn restore_power(&self, random: &mut Random) {
        let mut medium = self.lock();
        if !medium.is_off {
            return;
        }
        // The order in which pages are written is the store's own business: whether a sector is
        // there must not follow from it.
        let seed = random.bytes();
        let mut image = std::mem::take(&mut medium.synced);
        for (offset, bytes) in std::mem::take(&mut medium.unsynced) {
            for (place, sector) in (offset..).step_by(SECTOR_BYTES).zip(sectors(&bytes)) {
                let coin = blake3::keyed_hash(&seed, &place.to_le_bytes());
                if coin.as_bytes()[0].is_multiple_of(2) {
                    put(&mut image, place, sector);
                }
            }
        }
        medium.synced.clone_from(&image);
        medium.bytes = image;
        medium.is_off = false;
        medium.cut_in = 0;
    }

    /// Lets every change fail from now on, or none.
    pub(super) fn fail(&self, how: Option<io::ErrorKind>) {
        self.lock().failing = how;
    }

    /// Returns how many changes have failed since it was asked last.
    pub(super) fn take_failures(&self) -> u64 {
        std::mem::take(&mut self.lock().failures)
    }

    /// Changes one bit of what is there whatever happens.
    pub(super) fn flip(&self, bit: usize) {
        let mut medium = self.lock();
        let length = medium.synced.len();
        if let Some(byte) = (bit / 8)
            .checked_rem(length)
            .and_then(|place| medium.synced.get_mut(place))
        {
            *byte ^= 1 << (bit % 8);
        }
    }

    /// Returns another disk that holds what is there whatever happens.
    #[cfg(test)]
    pub(super) fn copy(&self) -> Self {
        let synced = self.lock().synced.clone();
        let medium = Medium {
            synced,
            is_off: true,
            ..Medium::default()
        };
        Self(Arc::new(Mutex::new(medium)))
    }

    fn lock(&self) -> MutexGuard<'_, Medium> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Medium {
    /// Tells whether a change is possible.
    fn change(&mut self) -> io::Result<()> {
        if self.cut_in > 0 {
            self.cut_in -= 1;
            self.is_off |= self.cut_in == 0;
        }
        self.check_power()?;
        let Some(kind) = self.failing else {
            return Ok(());
        };
        self.failures += 1;
        Err(kind.into())
    }

    fn check_power(&self) -> io::Result<()> {
        if self.is_off {
            return Err(io::Error::other("no power"));
        }
        Ok(())
    }
}

impl StorageBackend for SimDisk {
    fn len(&self) -> Result<u64, io::Error> {
        u64::try_from(self.lock().bytes.len()).map_err(io::Error::other)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        let medium = self.lock();
        medium.check_power()?;
        let wanted = medium
            .bytes
            .get(index(offset)?..)
            .and_then(|rest| rest.get(..out.len()))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(wanted);
        Ok(())
    }

    fn set_len(&self, length: u64) -> Result<(), io::Error> {
        let length = index(length)?;
        let mut medium = self.lock();
        medium.change()?;
        medium.bytes.resize(length, 0);
        // A longer file is harmless; a shorter one loses its end at once.
        if length > medium.synced.len() {
            medium.synced.resize(length, 0);
        } else {
            medium.synced.truncate(length);
            medium.unsynced.retain(|(offset, _)| *offset < length);
        }
        Ok(())
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        let mut medium = self.lock();
        medium.change()?;
        for (offset, bytes) in std::mem::take(&mut medium.unsynced) {
            put(&mut medium.synced, offset, &bytes);
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        let start = index(offset)?;
        let mut medium = self.lock();
        let had_power = !medium.is_off;
        let outcome = medium.change();
        if outcome.is_ok() || (had_power && medium.is_off) {
            // The write that the power goes with may be there in part.
            medium.unsynced.push((start, data.to_vec()));
        }
        outcome?;
        put(&mut medium.bytes, start, data);
        Ok(())
    }
}

fn index(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(io::Error::other)
}

fn sectors(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.chunks(SECTOR_BYTES)
}

fn put(image: &mut Vec<u8>, start: usize, bytes: &[u8]) {
    let end = start.saturating_add(bytes.len());
    if image.len() < end {
        image.resize(end, 0);
    }
    if let Some(place) = image.get_mut(start..end) {
        place.copy_from_slice(bytes);
    }
}
