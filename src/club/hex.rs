//! Bytes as hexadecimal text.

/// Returns lower-case hexadecimal digits.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4_u8, byte & 0x0f])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

/// Returns the bytes of `2 * N` hexadecimal digits, or `None` if the text is anything else.
#[must_use]
pub fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = decode_pair(*pair)?;
    }
    Some(bytes)
}

/// Returns the bytes of any number of pairs of hexadecimal digits, or `None` if the text is
/// anything else.
#[must_use]
pub fn decode_all(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|pair| decode_pair(*pair));
    bytes.collect::<Option<_>>().filter(|_| rest.is_empty())
}

fn decode_pair([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |of: u8| {
        char::from(of)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    Some((digit(high)? << 4_u8) | digit(low)?)
}
