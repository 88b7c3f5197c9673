//! The bytes of a vote log, version 1.

use std::io;

use super::VoteLogFault;
use crate::club::{ClubId, Height, PublicKey};
use crate::consensus::LogRecord;

const MAGIC: [u8; 8] = *b"BCVOTES\x01";
const CONTEXT: &str = "bitcraps 2026-11 vote log v1";

/// Bytes of a checksum.
const CHECK: usize = 8;

/// Bytes before the payload of a frame: its length, and a checksum of the length.
const FRAME_HEAD: usize = 4 + CHECK;

/// Bytes of the head: magic, club, vote key, height, checksum.
const HEAD: usize = 8 + 32 + 32 + 8 + CHECK;

/// Encodes and reads the log of one vote key in one club. Checksums cover the key, the place in
/// the file and the content, so that nothing stands for something else.
#[derive(Clone, Debug)]
pub(super) struct Frames {
    hasher: blake3::Hasher,
    named: Vec<u8>,
}

/// What a log holds.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) at: Height,
    pub(super) records: Vec<LogRecord>,
    /// Bytes up to the end of the last whole frame.
    pub(super) whole: usize,
}

impl Frames {
    pub(super) fn new(club: &ClubId, key: &PublicKey) -> Self {
        let mut named = MAGIC.to_vec();
        named.extend(club.0);
        named.extend(key.0);
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&named);
        Self { hasher, named }
    }

    fn check(&self, what: u8, bytes: &[u8]) -> [u8; CHECK] {
        let mut hasher = self.hasher.clone();
        hasher.update(&[what]);
        hasher.update(bytes);
        let mut check = [0; CHECK];
        hasher.finalize_xof().fill(&mut check);
        check
    }

    /// Returns the head of a log whose first records will be of height `at`.
    pub(super) fn head(&self, at: Height) -> Vec<u8> {
        let mut head = self.named.clone();
        head.extend(at.0.to_le_bytes());
        let check = self.check(0, &at.0.to_le_bytes());
        head.extend(check);
        head
    }

    /// Returns the frame of records that are written together.
    pub(super) fn frame(&self, at: Height, records: &[LogRecord]) -> io::Result<Vec<u8>> {
        let mut payload = at.0.to_le_bytes().to_vec();
        for record in records {
            payload.extend(length_of(&record.0)?);
            payload.extend(&record.0);
        }
        let length = length_of(&payload)?;
        let mut frame = length.to_vec();
        frame.extend(self.check(1, &length));
        let check = self.check(2, &payload);
        frame.append(&mut payload);
        frame.extend(check);
        Ok(frame)
    }

    /// Reads a log. A last frame that ends too early, or whose end is false, was torn.
    pub(super) fn read(&self, bytes: &[u8]) -> Result<Read, VoteLogFault> {
        let lost = |why| Err(VoteLogFault::Lost { why });
        let Some((head, mut rest)) = bytes.split_at_checked(HEAD) else {
            return lost("its head is missing");
        };
        let Some(at) = self.height_of(head) else {
            return lost("it is another key's, or its head is damaged");
        };
        let mut read = Read {
            at,
            records: Vec::new(),
            whole: HEAD,
        };
        while !rest.is_empty() {
            let Some((frame, behind)) = rest.split_at_checked(FRAME_HEAD) else {
                return Ok(read);
            };
            let Some(length) = self.length(frame) else {
                if rest.iter().all(|byte| *byte == 0) {
                    return Ok(read);
                }
                return lost("the length of a frame is damaged");
            };
            let Some((payload, behind)) = behind.split_at_checked(length) else {
                return Ok(read);
            };
            let Some((check, behind)) = behind.split_at_checked(CHECK) else {
                return Ok(read);
            };
            if check != self.check(2, payload) {
                if behind.is_empty() {
                    return Ok(read);
                }
                return lost("a frame before the last is damaged");
            }
            if read.take(payload).is_none() {
                return lost("a frame holds no records");
            }
            read.whole = bytes.len().saturating_sub(behind.len());
            rest = behind;
        }
        Ok(read)
    }

    fn height_of(&self, head: &[u8]) -> Option<Height> {
        let named = head.strip_prefix(self.named.as_slice())?;
        let (height, check) = named.split_first_chunk()?;
        let height = u64::from_le_bytes(*height);
        (check == self.check(0, &height.to_le_bytes())).then_some(Height(height))
    }

    fn length(&self, frame_head: &[u8]) -> Option<usize> {
        let (length, check) = frame_head.split_first_chunk::<4>()?;
        (check == self.check(1, length))
            .then(|| u32::from_le_bytes(*length))
            .and_then(|length| usize::try_from(length).ok())
    }
}

impl Read {
    /// Takes the records of a whole frame. Only those of the newest height are kept.
    fn take(&mut self, payload: &[u8]) -> Option<()> {
        let (height, mut rest) = payload.split_first_chunk()?;
        let height = Height(u64::from_le_bytes(*height));
        if height != self.at {
            self.at = height;
            self.records.clear();
        }
        while !rest.is_empty() {
            let (length, behind) = rest.split_first_chunk()?;
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            let (record, behind) = behind.split_at_checked(length)?;
            self.records.push(LogRecord(record.to_vec()));
            rest = behind;
        }
        Some(())
    }
}

/// Returns the length of something as it is written.
fn length_of(bytes: &[u8]) -> io::Result<[u8; 4]> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    Ok(length.to_le_bytes())
}
