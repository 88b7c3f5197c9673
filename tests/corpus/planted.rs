//! Decoders with a fault each: the harness must see it, or it sees nothing.

use bitcraps::club::ClubState;
use bitcraps::identity::Identity;

use crate::harness::{Harm, Outcome, Target, alone, check};
use crate::mutate::Mutator;

const INPUTS: u64 = 2_000;

/// What a decoder of lists does, with one fault.
fn found(decode: fn(&[u8]) -> Outcome) -> Option<Harm> {
    let _alone = alone();
    let target = Target {
        name: "planted",
        bytes_max: 1 << 20,
        inputs: INPUTS,
        decode,
    };
    let mut mutator = Mutator::new(1, target.name, vec![vec![2, b'a', b'b', 0, 0, 0]]);
    let harm = |_| Some(check(&target, &mutator.next()).err()?.harm);
    (0..INPUTS).find_map(harm)
}

fn length(bytes: &[u8]) -> Option<usize> {
    let length = bytes.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*length)).ok()
}

#[test]
fn a_decoder_that_reads_beyond_the_end_is_found() {
    let harm = found(|bytes| match bytes.first() {
        Some(length) if bytes[usize::from(*length)] == b'b' => Outcome::Read,
        _ => Outcome::Refused,
    });
    assert_eq!(harm, Some(Harm::Panicked));
}

#[test]
fn a_decoder_that_believes_a_length_is_found() {
    let harm = found(|bytes| {
        let believed = length(bytes).unwrap_or(0).min(64 << 20);
        let text = Vec::<u8>::with_capacity(believed);
        if text.capacity() > bytes.len() {
            Outcome::Refused
        } else {
            Outcome::Read
        }
    });
    assert!(matches!(harm, Some(Harm::Took { .. })), "{harm:?}");
}

#[test]
fn a_decoder_that_takes_what_follows_a_value_is_found() {
    let harm = found(|bytes| match bytes.split_at_checked(2) {
        Some((value, _rest)) => Outcome::Written(value.to_vec()),
        None => Outcome::Refused,
    });
    assert_eq!(harm, Some(Harm::WrittenOtherwise));
}

#[test]
fn equal_seeds_make_equal_inputs() {
    let _alone = alone();
    let inputs = |seed| {
        let mut mutator = Mutator::new(seed, "planted", vec![vec![1; 40]]);
        (0..20).map(|_| mutator.next()).collect::<Vec<_>>()
    };
    assert_eq!(inputs(1), inputs(1));
    assert_ne!(inputs(1), inputs(2));
}

#[test]
fn a_club_with_more_chips_than_it_was_founded_with_is_found() {
    let harm = found(|bytes| {
        let poorer = crate::club::play(&[]).state;
        let mut charter = poorer.charter().charter.clone();
        charter.supply = bitcraps::ledger::Chips::new(2_000_000 + u64::from(bytes.len() > 6));
        let richer = charter.sign(Identity::from_seed(&[1; 32]).signing_key());
        let richer = ClubState::found(richer).unwrap();
        crate::club::check(&poorer, &richer);
        Outcome::Read
    });
    assert_eq!(harm, Some(Harm::Panicked));
}
