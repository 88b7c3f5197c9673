//! Records: the one form of everything in a transcript, version 2: version 1 had keepers
//! without their identities, and no new vote keys.
//!
//! Numbers are little endian. The file begins with `BCGT` and a `u16` version. A record is a kind
//! (`u8`), the length of its payload (`u32`) and the payload. The running hash starts as that of the
//! first six bytes; each record but the last makes a new one of it.

use std::io::{self, Read};

use super::fault::{Fault, Rule, Stopped, Wrong, wrong};
use super::limits::{
    BLOCK_RECORD_BYTES_MAX, CERTIFICATE_BYTES_MAX, CHARTER_RECORD_BYTES_MAX, FOOTER_BYTES,
    FORK_RECORD_BYTES_MAX, STATE_RECORD_BYTES_MAX,
};
use crate::club::{Block, CodecFault, Height, hex};
use crate::consensus::Certificate;
use crate::dice::{Hash32, Name};

/// The version of the format.
pub const VERSION: u16 = 2;

const MAGIC: [u8; 4] = *b"BCGT";

/// What a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The signed charter; the first record.
    Charter,
    /// The state at a height, where an excerpt begins.
    State,
    /// A block with its certificate.
    Block,
    /// How many records there were, and the running hash; the last record.
    Footer,
    /// Two histories of one height.
    Fork,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [
        Self::Charter,
        Self::State,
        Self::Block,
        Self::Footer,
        Self::Fork,
    ];

    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Charter => 1,
            Self::State => 2,
            Self::Block => 3,
            Self::Footer => 4,
            Self::Fork => 5,
        }
    }

    fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Charter => "a charter",
            Self::State => "the state at a height: an excerpt",
            Self::Block => "a block",
            Self::Footer => "the end",
            Self::Fork => "a proof of two histories",
        }
    }

    /// The longest payload.
    const fn bytes_max(self) -> usize {
        match self {
            Self::Charter => CHARTER_RECORD_BYTES_MAX,
            Self::State => STATE_RECORD_BYTES_MAX,
            Self::Block => BLOCK_RECORD_BYTES_MAX,
            Self::Footer => FOOTER_BYTES,
            Self::Fork => FORK_RECORD_BYTES_MAX,
        }
    }
}

/// Returns the first bytes of every transcript.
pub(super) fn preamble() -> [u8; 6] {
    let [a, b, c, d] = MAGIC;
    let [low, high] = VERSION.to_le_bytes();
    [a, b, c, d, low, high]
}

/// The hash over all records so far, and how many they were.
#[derive(Clone, Debug)]
pub(super) struct Running {
    hash: Hash32,
    pub(super) count: u64,
}

impl Running {
    pub(super) fn new() -> Self {
        Self {
            hash: Name::TranscriptRecord.hash(&[&preamble()]),
            count: 0,
        }
    }

    pub(super) fn add(&mut self, kind: Kind, length: [u8; 4], payload: &[u8]) {
        self.hash = Name::TranscriptRecord.hash(&[&self.hash, &[kind.number()], &length, payload]);
        self.count = self.count.saturating_add(1);
    }

    /// Returns the payload of the last record.
    pub(super) fn footer(&self) -> Vec<u8> {
        [self.count.to_le_bytes().as_slice(), &self.hash].concat()
    }
}

/// Reads records one by one. The payload of the newest is kept until the next is read.
#[derive(Debug)]
pub(super) struct Records<R> {
    input: R,
    running: Running,
    payload: Vec<u8>,
}

impl<R: Read> Records<R> {
    /// Reads the first bytes of the file.
    pub(super) fn open(input: R) -> Result<Self, Stopped> {
        let mut records = Self::after(input, Running::new());
        let expected = preamble();
        let found = records.fixed::<6>()?;
        if found == expected {
            return Ok(records);
        }
        let (text, version) = found.split_at(MAGIC.len());
        let fault = if text == MAGIC {
            wrong(
                Rule::Version,
                hex::encode(&VERSION.to_le_bytes()),
                hex::encode(version),
            )
        } else {
            wrong(Rule::Format, hex::encode(&MAGIC), hex::encode(text))
        };
        Err(records.stopped(fault))
    }

    /// Reads on after some records.
    pub(super) const fn after(input: R, running: Running) -> Self {
        Self {
            input,
            running,
            payload: Vec::new(),
        }
    }

    /// Returns the kind of the next record and its payload; at the end of the last one, after
    /// which nothing follows, its kind is [`Kind::Footer`] and everything about it is checked.
    pub(super) fn next(&mut self) -> Result<(Kind, &[u8]), Stopped> {
        let [number] = self.fixed()?;
        let kind = Kind::of(number)
            .ok_or_else(|| self.stopped(wrong(Rule::Kind, "1, 2, 3, 4 or 5", number)))?;
        let length = self.fixed()?;
        let bytes = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        let most = kind.bytes_max();
        if bytes > most {
            let expected = format!("at most {most} bytes in {}", kind.name());
            return Err(self.stopped(wrong(Rule::Length, expected, bytes)));
        }
        self.read(bytes)?;
        if kind == Kind::Footer {
            self.check_footer()?;
        }
        Ok((kind, &self.payload))
    }

    /// Counts the newest record; called when it is found good, so that a fault names it.
    pub(super) fn accept(&mut self, kind: Kind) {
        let bytes = u32::try_from(self.payload.len()).unwrap_or(u32::MAX);
        self.running.add(kind, bytes.to_le_bytes(), &self.payload);
    }

    fn check_footer(&mut self) -> Result<(), Stopped> {
        let expected = self.running.footer();
        if self.payload != expected {
            let fault = wrong(
                Rule::RunningHash,
                hex::encode(&expected),
                hex::encode(&self.payload),
            );
            return Err(self.stopped(fault));
        }
        let mut more = [0];
        loop {
            match self.input.read(&mut more) {
                Ok(0) => return Ok(()),
                Ok(_) => {
                    let fault = wrong(Rule::End, "nothing after the last record", "more bytes");
                    return Err(self.stopped(fault));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Stopped::Unreadable(error)),
            }
        }
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Stopped> {
        self.read(N)?;
        // The length is what was read.
        let mut bytes = [0; N];
        for (byte, read) in bytes.iter_mut().zip(&self.payload) {
            *byte = *read;
        }
        Ok(bytes)
    }

    /// Reads exactly so many bytes into the payload.
    fn read(&mut self, bytes: usize) -> Result<(), Stopped> {
        self.payload.clear();
        let limit = u64::try_from(bytes).unwrap_or(u64::MAX);
        let read = self
            .input
            .by_ref()
            .take(limit)
            .read_to_end(&mut self.payload);
        let found = read.map_err(Stopped::Unreadable)?;
        if found == bytes {
            Ok(())
        } else {
            let expected = format!("{bytes} bytes more, and a last record");
            let found = format!("the end of the file after {found}");
            Err(self.stopped(wrong(Rule::Whole, expected, found)))
        }
    }

    /// Names the record that is wrong: the one after those that were counted. What height they
    /// reached is known to who reads them.
    pub(super) fn stopped(&self, wrong: Wrong) -> Stopped {
        Stopped::Wrong(Fault {
            record: self.running.count,
            after: Height(0),
            wrong,
        })
    }
}

/// Returns the payload of a block: its length, the block, the certificate.
#[expect(
    clippy::expect_used,
    reason = "postcard fails only on maps and sequences of unknown length, and a certificate has none"
)]
pub(super) fn encode_block(block: &Block, certificate: &Certificate) -> Vec<u8> {
    let block = block.to_bytes();
    let length = u32::try_from(block.len()).unwrap_or(u32::MAX);
    let certificate = postcard::to_stdvec(certificate).expect("a certificate has an encoding");
    [length.to_le_bytes().as_slice(), &block, &certificate].concat()
}

/// Returns the block of a payload; what it says is not checked.
pub(super) fn decode_block(payload: &[u8]) -> Result<(Block, Certificate), CodecFault> {
    let (length, rest) = payload.split_first_chunk().ok_or(CodecFault::Malformed)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let (block, bytes) = rest.split_at_checked(length).ok_or(CodecFault::Malformed)?;
    let block = Block::from_bytes(block)?;
    let (bytes_len, limit) = (bytes.len(), CERTIFICATE_BYTES_MAX);
    if bytes_len > limit {
        let bytes = bytes_len;
        return Err(CodecFault::TooLarge { bytes, limit });
    }
    let certificate: Certificate =
        postcard::from_bytes(bytes).map_err(|_internal| CodecFault::Malformed)?;
    // Decoding takes what follows a value, and numbers in longer forms.
    if encode_block(&block, &certificate) != payload {
        return Err(CodecFault::NotCanonical);
    }
    Ok((block, certificate))
}
