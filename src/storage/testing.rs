//! Disks that remember, crash and fail, for tests of whatever writes through the store.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};
use redb::StorageBackend;

use super::MemoryDisk;

/// What a crash tears apart: the unit that a disk writes whole.
const SECTOR_BYTES: usize = 512;

/// One thing that happened to a disk, or to whom it was said.
#[derive(Clone, Debug)]
pub(crate) enum Happened {
    Write(u64, Vec<u8>),
    Length(u64),
    Sync,
    /// Something was acknowledged: from here on it must be there after any crash.
    Acknowledged(u64),
}

/// A disk that writes down everything that happens to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordingDisk {
    disk: MemoryDisk,
    log: Arc<Mutex<Vec<Happened>>>,
}

impl RecordingDisk {
    pub(crate) fn acknowledge(&self, number: u64) {
        self.note(Happened::Acknowledged(number));
    }

    pub(crate) fn log(&self) -> Vec<Happened> {
        self.log.lock().unwrap().clone()
    }

    fn note(&self, happened: Happened) {
        self.log.lock().unwrap().push(happened);
    }
}

impl StorageBackend for RecordingDisk {
    fn len(&self) -> Result<u64, io::Error> {
        self.disk.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.disk.read(offset, out)
    }

    fn set_len(&self, length: u64) -> Result<(), io::Error> {
        self.note(Happened::Length(length));
        self.disk.set_len(length)
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.note(Happened::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.note(Happened::Write(offset, data.to_vec()));
        self.disk.write(offset, data)
    }
}

/// Calls `check` with what a disk can hold after a crash at each point of `log` that lies behind
/// the first acknowledgement: none, all, or a random torn part of what was not synced. The second
/// argument is the newest acknowledged number. Returns how many points there were.
pub(crate) fn sweep_crashes(
    log: &[Happened],
    seed: u64,
    mut check: impl FnMut(Vec<u8>, u64),
) -> u64 {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (mut durable, mut pending) = (Vec::new(), Vec::new());
    let (mut acknowledged, mut points) = (None, 0);
    for happened in log {
        match happened {
            Happened::Sync => {
                for happened in pending.drain(..) {
                    apply(&mut durable, happened);
                }
            }
            Happened::Acknowledged(number) => acknowledged = Some(*number),
            Happened::Write(..) | Happened::Length(_) => pending.push(happened),
        }
        let Some(acknowledged) = acknowledged else {
            continue;
        };
        let mut all = durable.clone();
        let mut torn = durable.clone();
        for happened in &pending {
            apply(&mut all, happened);
            tear(&mut torn, happened, &mut random);
        }
        for image in [durable.clone(), all, torn] {
            check(image, acknowledged);
            points += 1;
        }
    }
    points
}

fn apply(image: &mut Vec<u8>, happened: &Happened) {
    match happened {
        Happened::Write(offset, data) => put(image, usize::try_from(*offset).unwrap(), data),
        Happened::Length(length) => image.resize(usize::try_from(*length).unwrap(), 0),
        Happened::Sync | Happened::Acknowledged(_) => {}
    }
}

fn tear(image: &mut Vec<u8>, happened: &Happened, random: &mut Xoshiro256PlusPlus) {
    if let Happened::Write(offset, data) = happened {
        let start = usize::try_from(*offset).unwrap();
        for (n, sector) in data.chunks(SECTOR_BYTES).enumerate() {
            if random.next_u32() & 1 == 0 {
                put(image, start + n * SECTOR_BYTES, sector);
            }
        }
    } else if random.next_u32() & 1 == 0 {
        apply(image, happened);
    }
}

fn put(image: &mut Vec<u8>, start: usize, data: &[u8]) {
    let end = start + data.len();
    if image.len() < end {
        image.resize(end, 0);
    }
    image[start..end].copy_from_slice(data);
}

/// Every change fails.
const FULL: u64 = u64::MAX;

/// A disk on which one change of the medium fails, counted from when it was armed.
#[derive(Clone, Debug, Default)]
pub(crate) struct FailingDisk {
    disk: MemoryDisk,
    /// Changes until the failure; 0 means never.
    countdown: Arc<AtomicU64>,
}

impl FailingDisk {
    /// Lets the `nth` change from now on fail, as if the disk were full; 0 disarms.
    pub(crate) fn fail_at(&self, nth: u64) {
        self.countdown.store(nth, Ordering::SeqCst);
    }

    /// Lets every change fail until it is disarmed.
    pub(crate) fn fill(&self) {
        self.countdown.store(FULL, Ordering::SeqCst);
    }

    pub(crate) fn is_armed(&self) -> bool {
        self.countdown.load(Ordering::SeqCst) > 0
    }

    fn change(&self) -> Result<(), io::Error> {
        let after = |left| {
            if left == FULL {
                Some(FULL)
            } else {
                u64::checked_sub(left, 1)
            }
        };
        let before = self
            .countdown
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, after);
        if before == Ok(1) || before == Ok(FULL) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

impl StorageBackend for FailingDisk {
    fn len(&self) -> Result<u64, io::Error> {
        self.disk.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.disk.read(offset, out)
    }

    fn set_len(&self, length: u64) -> Result<(), io::Error> {
        self.change()?;
        self.disk.set_len(length)
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.change()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.change()?;
        self.disk.write(offset, data)
    }
}
