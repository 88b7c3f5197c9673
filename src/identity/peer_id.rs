//! The libp2p peer id of an ed25519 key as text.
//!
//! libp2p specification, `peer-ids.md`: the key as a protobuf (`KeyType` Ed25519 = 1, `Data` 32
//! bytes) is shorter than 42 bytes, so the peer id is its identity multihash, written in base58btc.

/// What stands before the key: identity multihash of 36 bytes; field 1 = 1; field 2 of 32 bytes.
const PREFIX: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Returns the peer id of a public key.
pub(super) fn text(key: &[u8; 32]) -> String {
    base58(&[PREFIX.as_slice(), key].concat())
}

/// Returns `bytes` as one big-endian number in base 58; each leading zero byte is a `1`.
#[expect(
    clippy::indexing_slicing,
    reason = "a digit to the base of 58 is below the length of the alphabet"
)]
fn base58(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = u8::try_from(carry % 58).unwrap_or_default();
            carry /= 58;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 58).unwrap_or_default());
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    digits
        .iter()
        .rev()
        .fold("1".repeat(zeros), |mut text, digit| {
            text.push(char::from(ALPHABET[usize::from(*digit)]));
            text
        })
}

#[cfg(test)]
mod tests {
    use crate::identity::PublicKey;

    #[test]
    fn peer_ids_are_those_of_libp2p() {
        // Peer ids published in libp2p's documentation, taken apart by another program.
        for (key, peer_id) in [
            (
                "ece68f984e95f22f8bc3b14d0790ad62e0c5294b0e4b987e02883217f0dfb780",
                "12D3KooWRm8J3iL796zPFi2EtGGtUJn58AG67gcqzMFHZnnsTzqD",
            ),
            (
                "1eea5c448030b0db1d4e66b4a423ccaab760b3e31babd59b967e4f6a80860970",
                "12D3KooWBu3fmjZgSMLkQ2p1DG35UmEayYBrhsk6WEe1xco1JFbV",
            ),
        ] {
            assert_eq!(key.parse::<PublicKey>().unwrap().peer_id(), peer_id);
        }
    }
}
