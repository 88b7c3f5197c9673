//! Making a transcript.

use super::excerpt::{Beginning, Fork};
use super::keeper_past::KeeperPast;
use super::record::{Kind, Running, encode_block, preamble};
use crate::club::{Block, SignedCharter};
use crate::consensus::{Certificate, ForkProof};

/// Makes the bytes of a transcript, record after record. It checks nothing: that is
/// [`super::verify`]'s part, and whoever reads the file does it.
#[derive(Clone, Debug)]
pub struct Writer {
    running: Running,
}

impl Writer {
    /// Returns a writer, and the first bytes of the file: those up to the charter's end.
    #[must_use]
    pub fn begin(charter: &SignedCharter) -> (Self, Vec<u8>) {
        Self::first(Kind::Charter, &charter.to_bytes())
    }

    /// Returns a writer of an excerpt, and the first bytes of the file: those up to the end of the
    /// state at which it begins.
    #[must_use]
    pub fn begin_at(beginning: &Beginning) -> (Self, Vec<u8>) {
        Self::first(Kind::State, &beginning.to_bytes())
    }

    /// Returns a whole file, which proves that the keepers of a height decided two blocks for it.
    /// `past` holds the changes of keepers before that height.
    #[must_use]
    pub fn fork(charter: &SignedCharter, past: &KeeperPast, proof: &ForkProof) -> Vec<u8> {
        let (mut writer, mut file) = Self::begin(charter);
        file.extend(writer.record(Kind::Fork, &Fork::encoded(proof, past)));
        file.extend(writer.end());
        file
    }

    fn first(kind: Kind, payload: &[u8]) -> (Self, Vec<u8>) {
        let mut writer = Self {
            running: Running::new(),
        };
        let record = writer.record(kind, payload);
        let bytes = [preamble().as_slice(), &record].concat();
        (writer, bytes)
    }

    /// Returns the record of the next block.
    #[must_use]
    pub fn block(&mut self, block: &Block, certificate: &Certificate) -> Vec<u8> {
        self.record(Kind::Block, &encode_block(block, certificate))
    }

    /// Returns the last record.
    #[must_use]
    pub fn end(mut self) -> Vec<u8> {
        let footer = self.running.footer();
        self.record(Kind::Footer, &footer)
    }

    fn record(&mut self, kind: Kind, payload: &[u8]) -> Vec<u8> {
        // What exceeds this is no block, and refused by whoever reads it.
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        let length = length.to_le_bytes();
        self.running.add(kind, length, payload);
        [&[kind.number()], length.as_slice(), payload].concat()
    }
}
