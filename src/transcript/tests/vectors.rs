//! The published game: ten rolls with their file, each roll's hashes for whoever reads it without
//! this program, and files that no reader may take, each with the record and the rule.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Rule, VOTE_KEY, assembled, broken, certify, fault, frame, records, written};
use crate::club::kit::{TABLE, TestClub, charter, place};
use crate::club::{
    Block, Body, ClubEvent, MemberKind, RollRecord, StateRoot, TimeMs, commands_root, hex,
};
use crate::dice::Slot;
use crate::tests::check_published;
use crate::transcript::{Writer, verify};

const ROLLS: u64 = 10;

/// The roll that one seat does not open. It stands up then, and sits down again.
const WITHHELD: u64 = 4;

/// A founder and two bots, who bet and roll ten times; and the record of each roll with the height
/// of the block that closed it.
fn game() -> (TestClub, Vec<(u64, RollRecord)>) {
    let mut club = TestClub::seated(charter(10_000_000, 10_000), 2, MemberKind::Bot, 7);
    let mut rolls = Vec::new();
    for roll in 1..=ROLLS {
        club.seal_all(TABLE);
        let bets = (0..=2).filter(|member| {
            let table = club.table();
            table.present().any(|(_, seat)| seat.member.0 == *member)
        });
        let bets = bets.map(|member| (member, club.bets(vec![place("field", 10)])));
        let taken = club.decide(bets.collect());
        assert!(taken.iter().all(Result::is_ok), "{taken:?}");
        assert_eq!(club.lock(TABLE), Ok(()));
        let record = if roll == WITHHELD {
            let open = [1, 0].map(|member: u8| {
                let body = club.open_body(TABLE, Slot(member));
                (u32::from(member), body)
            });
            let taken = club.decide(open.to_vec());
            assert!(taken.iter().all(Result::is_ok), "{taken:?}");
            club.wait_for_deadline();
            let rolled = club.events.iter().find_map(ClubEvent::rolled);
            rolled.unwrap().clone()
        } else {
            club.open_all(TABLE)
        };
        rolls.push((club.state.height().0, record));
        if roll == WITHHELD {
            club.must(2, Body::Sit { table: TABLE });
        }
    }
    (club, rolls)
}

fn described((height, record): &(u64, RollRecord)) -> Value {
    let proof = &record.proof;
    let roster = proof.roster.iter().map(|line| {
        json!({
            "slot": line.slot.0, "seated": line.seated, "keeper": line.keeper,
            "key": hex::encode(&line.key),
        })
    });
    let openings = proof.openings.iter().map(|opening| {
        json!({
            "slot": opening.slot.0, "seal": hex::encode(&opening.seal), "counts": opening.counts,
            "secret": opening.opened.map(|opened| hex::encode(&opened.secret)),
            "seen": opening.opened.map(|opened| opened.seen),
        })
    });
    let dice = record.result.dice;
    json!({
        "height": height, "roll": record.roll, "epoch": proof.epoch,
        "roster": roster.collect::<Vec<_>>(),
        "roster_hash": hex::encode(&proof.roster_hash(&record.id)),
        "parent": hex::encode(&proof.parent), "table_state": hex::encode(&proof.table_state),
        "link_before": hex::encode(&proof.link_before),
        "openings": openings.collect::<Vec<_>>(),
        "lock_hash": hex::encode(&proof.lock_hash), "close_hash": hex::encode(&proof.close_hash),
        "seed": hex::encode(&proof.seed), "dice": [dice.a(), dice.b()],
        "link": hex::encode(&proof.link),
    })
}

/// A short game, which the files that fail are made of: two members and one roll.
fn short() -> TestClub {
    let mut club = TestClub::seated(charter(10_000_000, 10_000), 1, MemberKind::Bot, 3);
    club.must(0, club.bets(vec![place("field", 10)]));
    club.roll();
    club
}

/// Files that no reader may take, by their names.
#[expect(clippy::too_many_lines, reason = "a flat list")]
fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let club = short();
    let good = written(club.genesis.charter(), &club.blocks);
    let at = |place: usize| {
        let mut changed = good.clone();
        changed[place] ^= 1;
        changed
    };
    let with_last = |change: &dyn Fn(&mut Block)| {
        let mut blocks = club.blocks.clone();
        let last = blocks.last_mut().unwrap();
        change(last);
        last.header.commands_root = commands_root(&last.commands);
        written(club.genesis.charter(), &blocks)
    };
    let other_key = {
        let (mut writer, mut file) = Writer::begin(club.genesis.charter());
        let (last, before) = club.blocks.split_last().unwrap();
        for block in before {
            file.extend(writer.block(block, &certify(block, VOTE_KEY)));
        }
        file.extend(writer.block(last, &certify(last, [9; 32])));
        file.extend(writer.end());
        file
    };
    let mut richer = club.genesis.charter().clone();
    richer.charter.supply = crate::ledger::Chips::new(20_000_000);
    let dropped = {
        let mut all = records(&good);
        all.remove(2);
        all.pop();
        assembled(&all)
    };
    let shorter = {
        let all = records(&good);
        let (end, before) = all.split_last().unwrap();
        let kept = assembled(&before[..before.len() - 1]);
        let length = kept.len() - frame(end).len();
        [&kept[..length], &frame(end)].concat()
    };
    vec![
        ("another_magic", at(0)),
        ("another_version", at(4)),
        ("an_unknown_kind", at(6)),
        ("a_record_that_is_too_long", at(6 + 3)),
        ("a_changed_charter", at(40)),
        ("a_changed_block", at(good.len() / 2)),
        ("a_cut_off_end", good[..good.len() - 1].to_vec()),
        ("a_byte_behind_the_end", [good.as_slice(), &[0]].concat()),
        ("another_hash_at_the_end", at(good.len() - 1)),
        ("a_missing_block", dropped),
        ("a_missing_last_block", shorter),
        (
            "more_chips_than_the_founder_signed",
            written(&richer, &club.blocks),
        ),
        ("another_keepers_certificate", other_key),
        (
            "another_state",
            with_last(&|block| block.header.state_root = StateRoot([1; 32])),
        ),
        (
            "other_next_keepers",
            with_last(&|block| block.header.next_keepers_hash = [1; 32]),
        ),
        (
            "a_time_before_its_parents",
            with_last(&|block| block.header.time = TimeMs(5)),
        ),
        (
            "a_command_that_nobody_signed",
            with_last(&|block| block.commands[0].signature.0[0] ^= 1),
        ),
        (
            "a_command_with_a_used_number",
            with_last(&|block| block.commands[1] = block.commands[0].clone()),
        ),
        (
            "an_opening_left_out",
            with_last(&|block| drop(block.commands.remove(0))),
        ),
    ]
}

/// Each file of the folder with its bytes, and what is said of all of them.
fn vectors() -> (Vec<(PathBuf, Vec<u8>)>, String) {
    let (club, rolls) = game();
    let game = written(club.genesis.charter(), &club.blocks);
    let mut files = vec![(PathBuf::from("game.bcgt"), game)];
    let mut told = Vec::new();
    for (name, bytes) in refused() {
        let fault = fault(verify(bytes.as_slice()));
        let file = PathBuf::from(format!("refused/{name}.bcgt"));
        told.push(json!({
            "file": file, "record": fault.record, "rule": fault.wrong.rule.name(),
        }));
        files.push((file, bytes));
    }
    let about = json!({
        "about": "A whole game of ten rolls, one of them without a seat that did not open, with the \
                  hashes of each roll; and files that are no games, each with the record and the \
                  rule that it breaks. check.py is a second implementation that reads all of them.",
        "file": "game.bcgt",
        "table": hex::encode(&club.table().id.0),
        "rules_bytes": hex::encode(&postcard::to_stdvec(club.table().game.rules()).unwrap()),
        "records": club.blocks.len() + 2,
        "rolls": rolls.iter().map(described).collect::<Vec<_>>(),
        "refused": told,
    });
    let about = serde_json::to_string_pretty(&about).unwrap() + "\n";
    (files, about)
}

/// To make them anew after a change of a format: `UPDATE_VECTORS=1 cargo test --lib vectors`, and
/// then let `tests/vectors/check.py` say what it thinks of them.
#[test]
fn the_published_game_and_the_files_that_are_none_are_what_this_program_says() {
    let folder = Path::new("tests/vectors");
    let (mut files, about) = vectors();
    files.push((PathBuf::from("game.json"), about.into_bytes()));
    for (name, bytes) in files {
        check_published(&folder.join(name), &bytes, "UPDATE_VECTORS");
    }
}

#[test]
fn the_published_game_has_ten_rolls_and_each_other_file_breaks_the_rule_it_is_named_after() {
    let (club, rolls) = game();
    let verified = verify(written(club.genesis.charter(), &club.blocks).as_slice()).unwrap();
    assert_eq!(verified.rolls.get(&TABLE), Some(&ROLLS));
    let left_out = |(_, record): &&(u64, RollRecord)| {
        let mut openings = record.proof.openings.iter();
        openings.any(|opening| !opening.counts)
    };
    assert_eq!(rolls.iter().filter(left_out).count(), 1);
    let epochs: Vec<_> = rolls.iter().map(|(_, record)| record.proof.epoch).collect();
    assert!(epochs.last() > epochs.first());
    let rules: Vec<Rule> = refused().iter().map(|(_, file)| broken(file).1).collect();
    assert_eq!(
        rules,
        [
            Rule::Format,
            Rule::Version,
            Rule::Kind,
            Rule::Length,
            Rule::Charter,
            Rule::CommandsRoot,
            Rule::Whole,
            Rule::End,
            Rule::RunningHash,
            Rule::Height,
            Rule::RunningHash,
            Rule::Charter,
            Rule::Certificate,
            Rule::StateRoot,
            Rule::NextKeepers,
            Rule::Time,
            Rule::Command,
            Rule::Command,
            Rule::StateRoot,
        ]
    );
}
