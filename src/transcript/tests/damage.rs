//! Damage: no changed, missing or moved byte passes.

use proptest::prelude::*;

use super::super::limits::BLOCK_RECORD_BYTES_MAX;
use super::super::record::{Records, Running};
use super::super::verify::{Game, go_on};
use super::{Rule, Stopped, assembled, broken, fault, frame, records, rekey, sample, shared};
use crate::transcript::verify;

/// Calls `with` for each record but the preamble: the game and the hash before it, its bytes, and
/// the bytes after it.
pub(super) fn each_record(file: &[u8], mut with: impl FnMut(&Game, &Running, &[u8], &[u8])) {
    let (mut game, mut running) = (Game::default(), Running::new());
    let mut start = 6;
    for (kind, payload) in records(file) {
        let bytes = frame(&(kind, payload.clone()));
        let end = start + bytes.len();
        with(&game, &running, &bytes, &file[end..]);
        game.take(kind, &payload).unwrap();
        let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
        running.add(kind, length, &payload);
        start = end;
    }
    assert_eq!(start, file.len());
}

/// Each record is checked by what it says, not by the hash at the end alone: the first record that
/// is named is the one that was changed, so a new last record would not help.
#[test]
fn no_byte_can_be_changed_and_the_changed_record_is_named() {
    names_each_changed_byte(&sample(), &[0x80, 1]);
    for file in [shared::sample(), shared::excerpt(), shared::fork()] {
        names_each_changed_byte(&file, &[1]);
    }
    for file in [rekey::sample(), rekey::rekeys(), rekey::old_keys()] {
        names_each_changed_byte(&file, &[1]);
    }
    // The published game, with a seat that withheld and sat down again.
    names_each_changed_byte(include_bytes!("../../../tests/vectors/game.bcgt"), &[1]);
}

/// Flips each of these bits in every byte, turned by the byte's place.
fn names_each_changed_byte(file: &[u8], bits: &[u8]) {
    for position in 0..6 {
        let mut changed = file.to_vec();
        changed[position] ^= 1;
        let rule = if position < 4 {
            Rule::Format
        } else {
            Rule::Version
        };
        assert_eq!(broken(&changed), (0, rule));
    }
    each_record(file, |game, running, record, after| {
        for position in 0..record.len() {
            let turn = u32::try_from(position % 8).unwrap();
            for bit in bits {
                let mut changed = record.to_vec();
                changed[position] ^= bit.rotate_left(turn);
                let input = changed.iter().chain(after).copied().collect::<Vec<u8>>();
                let on = Records::after(input.as_slice(), running.clone());
                let fault = fault(go_on(on, game.clone()));
                assert_eq!(fault.record, running.count, "byte {position}: {fault}");
            }
        }
    });
}

#[test]
fn a_file_that_is_cut_off_anywhere_names_the_record_that_is_missing() {
    let file = sample();
    for end in 0..6 {
        assert_eq!(broken(&file[..end]), (0, Rule::Whole));
    }
    each_record(&file, |game, running, record, _| {
        for end in 0..record.len() {
            let on = Records::after(&record[..end], running.clone());
            let fault = fault(go_on(on, game.clone()));
            let found = (fault.record, fault.wrong.rule);
            assert_eq!(found, (running.count, Rule::Whole), "{end}");
        }
    });
    let mut longer = file.clone();
    longer.push(0);
    let last = u64::try_from(records(&file).len() - 1).unwrap();
    assert_eq!(broken(&longer), (last, Rule::End));
}

#[test]
fn no_record_can_be_dropped_repeated_or_moved() {
    for file in [
        sample(),
        shared::sample(),
        shared::excerpt(),
        rekey::sample(),
    ] {
        tells_the_order_of_records(&file);
    }
    let nothing = assembled(&[]);
    assert_eq!(broken(&nothing), (0, Rule::Order));
}

fn tells_the_order_of_records(file: &[u8]) {
    let mut all = records(file);
    all.pop();
    let number = |index: usize| u64::try_from(index).unwrap();
    for index in 0..all.len() {
        let mut repeated = all.clone();
        repeated.insert(index, all[index].clone());
        let rule = if index == 0 {
            Rule::Order
        } else {
            Rule::Height
        };
        assert_eq!(broken(&assembled(&repeated)), (number(index + 1), rule));
        // Without its newest blocks a game is an earlier one; that is no damage.
        if index + 1 < all.len() {
            let mut dropped = all.clone();
            dropped.remove(index);
            assert_eq!(broken(&assembled(&dropped)), (number(index), rule));
            let mut swapped = all.clone();
            swapped.swap(index, index + 1);
            assert_eq!(broken(&assembled(&swapped)), (number(index), rule));
        }
    }
}

/// With the old last record a shorter game is not the one that was written.
#[test]
fn the_last_record_tells_how_many_there_were() {
    let all = records(&sample());
    let mut file = assembled(&all[..all.len() - 2]);
    let end = file.len() - frame(&all[all.len() - 1]).len();
    file.truncate(end);
    file.extend(frame(&all[all.len() - 1]));
    let last = u64::try_from(all.len() - 2).unwrap();
    assert_eq!(broken(&file), (last, Rule::RunningHash));
}

/// Never ends, and counts what was asked of it.
struct Endless<'a>(&'a [u8], u64);

impl std::io::Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 += u64::try_from(buffer.len()).unwrap();
        let first = self.0.len().min(buffer.len());
        let (now, later) = self.0.split_at(first);
        buffer[..first].copy_from_slice(now);
        buffer[first..].fill(0);
        self.0 = later;
        Ok(buffer.len())
    }
}

#[test]
fn a_record_takes_no_more_memory_than_its_kind_may() {
    for (kind, length) in [
        (1, u32::MAX),
        (1, 4_097),
        (3, u32::MAX),
        (3, 0x0001_0805),
        (4, 41),
        (2, u32::MAX),
        (5, u32::MAX),
    ] {
        let mut file = b"BCGT\x02\x00".to_vec();
        file.push(kind);
        file.extend(length.to_le_bytes());
        let mut endless = Endless(&file, 0);
        let fault = fault(verify(&mut endless));
        assert_eq!(
            (fault.record, fault.wrong.rule),
            (0, Rule::Length),
            "{kind}"
        );
        assert!(endless.1 < 1_024, "{}", endless.1);
    }
    let most = u32::try_from(BLOCK_RECORD_BYTES_MAX).unwrap();
    let file = [b"BCGT\x02\x00\x03".as_slice(), &most.to_le_bytes()].concat();
    let mut endless = Endless(&file, 0);
    assert_eq!(fault(verify(&mut endless)).wrong.rule, Rule::Order);
    assert!(endless.1 < 2 * u64::from(most), "{}", endless.1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_read_ends_in_a_verdict(
        bytes in prop::collection::vec(any::<u8>(), 0..512),
        with_preamble in any::<bool>(),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..64,
    ) {
        let start = if with_preamble { b"BCGT\x02\x00".as_slice() } else { b"" };
        let noise = [start, &bytes].concat();
        prop_assert!(matches!(verify(noise.as_slice()), Err(Stopped::Wrong(_))));
        // The same noise in the middle of a game, in the place of some of its bytes.
        let mut spliced = sample();
        let at = at.index(spliced.len());
        let end = (at + cut).min(spliced.len());
        let same = spliced[at..end] == bytes[..];
        spliced.splice(at..end, bytes);
        prop_assert_eq!(verify(spliced.as_slice()).is_ok(), same);
    }
}
