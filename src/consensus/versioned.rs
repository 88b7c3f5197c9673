//! One byte of version, then postcard: the form of what nodes say to each other and keep as proofs.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::club::CodecFault;

/// Returns the bytes of a form.
#[expect(
    clippy::expect_used,
    reason = "postcard fails only on maps and sequences of unknown length, and no form has any"
)]
pub(super) fn encode(version: u8, form: &impl Serialize) -> Vec<u8> {
    postcard::to_extend(form, vec![version]).expect("a form has an encoding")
}

/// Returns the form that has exactly these bytes.
///
/// # Errors
/// [`CodecFault::Malformed`] for another version too; [`CodecFault::NotCanonical`].
pub(super) fn decode<F: Serialize + DeserializeOwned>(
    version: u8,
    bytes: &[u8],
) -> Result<F, CodecFault> {
    let rest = bytes
        .strip_prefix(&[version])
        .ok_or(CodecFault::Malformed)?;
    let form: F = postcard::from_bytes(rest).map_err(|_internal| CodecFault::Malformed)?;
    if encode(version, &form) != bytes {
        return Err(CodecFault::NotCanonical);
    }
    Ok(form)
}
