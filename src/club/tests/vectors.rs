//! The published vectors of a club: its charter, a table, a roster, and signed commands, each with
//! its bytes; and bytes that no node may take for a command of the club.

use std::path::Path;

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

use crate::club::hash::Domain;
use crate::club::kit::*;
use crate::club::*;
use crate::craps::TableRules;
use crate::dice::{self, Slot};
use crate::ledger::MemberNo;
use crate::tests::check_published;

const CLUB: ClubId = ClubId([1; 32]);
const MEMBER: MemberNo = MemberNo(300);
const SEQUENCE: u64 = 70_000;
const UNTIL: TimeMs = TimeMs(1_800_000_000_000);

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn signed(body: Body) -> Command {
    Command::sign(&key(), &CLUB, MEMBER, SEQUENCE, UNTIL, body)
}

/// Each command that a roll needs, with its fields as a reader of the format is told them.
fn commands() -> Vec<(Value, Body)> {
    let (table, slot) = (TableNo(3), Slot(128));
    let next = NewSeal {
        seal: [5; 32],
        stir: 0,
    };
    let open = |next| Body::Open {
        table,
        roll: 7,
        slot,
        lock_hash: [8; 32],
        secret: [9; 32],
        seen: 0b1000_0000_0000_0101,
        next,
    };
    let opened = json!({
        "kind": "open", "table": 3, "roll": 7, "slot": 128, "lock_hash": hex::encode(&[8; 32]),
        "secret": hex::encode(&[9; 32]), "seen": 0b1000_0000_0000_0101, "next": null,
    });
    let mut with_next = opened.clone();
    with_next["next"] = json!({ "seal": hex::encode(&[5; 32]), "stir": 0 });
    vec![
        (
            json!({
                "kind": "seal", "table": 3, "epoch": 2, "roll": 7, "slot": 128,
                "seal": hex::encode(&[5; 32]), "stir": 0,
            }),
            Body::Seal {
                table,
                epoch: 2,
                roll: 7,
                slot,
                seal: next,
            },
        ),
        (
            json!({ "kind": "unseal", "table": 3, "epoch": 2, "roll": 7, "slot": 128 }),
            Body::Unseal {
                table,
                epoch: 2,
                roll: 7,
                slot,
            },
        ),
        (
            json!({ "kind": "ready", "table": 3, "roll": 7 }),
            Body::Ready { table, roll: 7 },
        ),
        (
            json!({ "kind": "roll", "table": 3, "roll": 300 }),
            Body::Roll { table, roll: 300 },
        ),
        (opened, open(None)),
        (with_next, open(Some(next))),
    ]
}

/// The order of the curve's group (RFC 8032), little endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The signature with the order of the group added to its number: the same to lenient eyes, so that
/// a command would have two forms.
fn unreduced(command: &Command) -> Command {
    let mut other = command.clone();
    let mut carry = 0;
    for (byte, add) in other.signature.0[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    other
}

/// Bytes that are no command of the club, with the reason.
fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let good = signed(Body::Roll {
        table: TableNo(3),
        roll: 7,
    });
    let bytes = good.to_bytes();
    let changed = |place: usize, bit: u8| {
        let mut changed = bytes.clone();
        changed[place] ^= bit;
        changed
    };
    let other_club = Command::sign(
        &key(),
        &ClubId([2; 32]),
        MEMBER,
        SEQUENCE,
        UNTIL,
        good.body.clone(),
    );
    let stranger = SigningKey::from_bytes(&[8; 32]);
    let stranger = Command::sign(&stranger, &CLUB, MEMBER, SEQUENCE, UNTIL, good.body.clone());
    let mut renumbered = good.clone();
    renumbered.sequence += 1;
    // The table's number 3 in two bytes instead of one: the same value, written otherwise.
    let place = bytes.len() - 64 - 2;
    let (before, after) = bytes.split_at(place);
    let long = [before, &[0x83, 0], &after[1..]].concat();
    assert_eq!(after[0], 3);
    vec![
        ("another member's signature", stranger.to_bytes()),
        ("signed for another club", other_club.to_bytes()),
        ("another number than the signed one", renumbered.to_bytes()),
        ("a bit of the signature", changed(bytes.len() - 1, 1)),
        (
            "a signature whose number is not reduced",
            unreduced(&good).to_bytes(),
        ),
        ("another roll than the signed one", changed(place + 1, 1)),
        ("a byte behind it", [bytes.as_slice(), &[0]].concat()),
        (
            "its last byte is missing",
            bytes[..bytes.len() - 1].to_vec(),
        ),
        ("a number in a longer form", long),
        ("a kind that there is not", {
            let mut unknown = bytes.clone();
            unknown[place - 1] = 100;
            unknown
        }),
    ]
}

/// A club with its first table and who contributes to the dice there.
fn founded() -> Value {
    let terms = charter(10_000_000, 10_000);
    let bytes = terms.to_bytes();
    let mut club = TestClub::founded(terms.clone(), 2, MemberKind::Bot, 1);
    club.must(0, create(TableRules::default()));
    let found = club.blocks.last().unwrap().commands[0].id(club.state.club());
    for member in 0..=2 {
        club.must(member, Body::Sit { table: TABLE });
    }
    club.must(0, Body::Stand { table: TABLE });
    let table = club.table();
    let rules = codec::encode(table.game.rules());
    let keys = table.roster_keys(|of| club.state.member(of).map(|member| member.key));
    let lines = table.roster.iter().zip(&keys);
    let lines: Vec<_> = lines
        .map(|(line, contributor)| {
            json!({
                "slot": line.slot.0, "seated": line.is_seated, "keeper": line.is_keeper,
                "key": hex::encode(&contributor.key),
            })
        })
        .collect();
    let terms = &terms.charter;
    json!({
        "charter": {
            "version": terms.version, "name": terms.name, "founder": hex::encode(&terms.founder.0),
            "founder_name": terms.founder_name, "vote_key": hex::encode(&terms.vote_key.0),
            "supply": terms.supply, "grant": terms.grant,
            "settings": {
                "max_games": terms.settings.max_games,
                "session_timeout_seconds": terms.settings.session_timeout_seconds,
                "work_bits": terms.settings.work_bits,
                "new_chips": terms.settings.new_chips,
            },
            "founded": terms.founded.0, "nonce": hex::encode(&terms.nonce),
            "signed_bytes": hex::encode(&bytes), "club": hex::encode(&club.state.club().0),
        },
        "table": {
            "founding_command": hex::encode(&found.0), "rules_bytes": hex::encode(&rules),
            "rules_hash": hex::encode(&Domain::Rules.hash(&[&rules])),
            "id": hex::encode(&table.id.0), "first_link": hex::encode(&dice::first_link(&table.id.0)),
        },
        "roster": {
            "epoch": table.epoch, "lines": lines, "hash": hex::encode(&table.roster_hash),
        },
    })
}

fn vectors() -> Value {
    let commands: Vec<_> = commands()
        .into_iter()
        .map(|(body, value)| {
            let command = signed(value);
            json!({
                "body": body, "bytes": hex::encode(&command.to_bytes()),
                "id": hex::encode(&command.id(&CLUB).0), "signature": hex::encode(&command.signature.0),
            })
        })
        .collect();
    let refused: Vec<_> = refused()
        .into_iter()
        .map(|(why, bytes)| json!({ "why": why, "bytes": hex::encode(&bytes) }))
        .collect();
    let mut vectors = json!({
        "about": "A charter, a table and a roster with their hashes; the signed commands of a roll \
                  with their bytes; and bytes that are no command of the club. check.py is a second \
                  implementation that reads them.",
        "signer": {
            "seed": hex::encode(&[7; 32]), "key": hex::encode(&public(&key()).0),
            "club": hex::encode(&CLUB.0), "member": MEMBER.0, "sequence": SEQUENCE,
            "not_after": UNTIL.0,
        },
        "commands": commands,
        "refused": refused,
    });
    for (name, value) in founded().as_object().unwrap() {
        vectors[name] = value.clone();
    }
    vectors
}

/// To make them anew after a change of a format: `UPDATE_VECTORS=1 cargo test --lib vectors`, and
/// then let `tests/vectors/check.py` say what it thinks of them.
#[test]
fn charter_table_roster_and_commands_equal_the_published_vectors() {
    let text = serde_json::to_string_pretty(&vectors()).unwrap() + "\n";
    let file = Path::new("tests/vectors/club.json");
    check_published(file, text.as_bytes(), "UPDATE_VECTORS");
}

/// What a node does with the bytes of a command before it is in a block.
fn is_taken(bytes: &[u8]) -> bool {
    let command = Command::from_bytes(bytes);
    command.is_ok_and(|command| command.is_signed_by(&public(&key()), &CLUB))
}

#[test]
fn the_published_commands_are_taken_and_the_others_are_not() {
    for (_, body) in commands() {
        assert!(is_taken(&signed(body).to_bytes()));
    }
    for (why, bytes) in refused() {
        assert!(!is_taken(&bytes), "{why}");
    }
}
