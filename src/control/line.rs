//! Lines of JSON, bounded.

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::limits::LINE_BYTES_MAX;

/// Returns a value as one line, its end included.
pub(super) fn encode<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(value).map_err(io::Error::other)?;
    bytes.push(b'\n');
    if bytes.len() > LINE_BYTES_MAX {
        return Err(too_long());
    }
    Ok(bytes)
}

/// Returns the value of a line, with or without its end.
pub(super) fn decode<T: DeserializeOwned>(line: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(line)
}

/// What a reader is allowed to take for one line: a byte more than the longest, so that a longer
/// one is told from the longest.
pub(super) const READ_BYTES_MAX: u64 = LINE_BYTES_MAX as u64 + 1;

/// Whether what was read is one whole line; `None` at the end of the stream.
pub(super) fn checked(line: Vec<u8>) -> io::Result<Option<Vec<u8>>> {
    if line.len() > LINE_BYTES_MAX {
        return Err(too_long());
    }
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn too_long() -> io::Error {
    let text = format!("a line is longer than {LINE_BYTES_MAX} bytes");
    io::Error::new(io::ErrorKind::InvalidData, text)
}
