//! The encodings, fixed by their hashes.

use std::fmt::Write as _;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::chain::played;
use crate::club::codec;
use crate::club::kit::*;
use crate::club::*;
use crate::craps::{Action, TableRules, WorkingFlag};
use crate::dice::Slot;
use crate::ledger::{Chips, MemberNo};

fn said(block: Option<BlockId>) -> Statement {
    Statement {
        kind: StatementKind::Prevote,
        height: Height(70_000),
        round: 1,
        block,
        polka: None,
        keeper: KeeperNo(300),
    }
}

/// One command of each kind with fixed content.
#[expect(clippy::too_many_lines, reason = "a flat list")]
fn samples() -> Vec<(&'static str, Body)> {
    let table = TableNo(3);
    let seal = NewSeal {
        seal: [5; 32],
        stir: 0,
    };
    let bet = "come_odds@6".parse().unwrap();
    let how = WorkingFlag::On;
    vec![
        ("nothing", Body::Nothing),
        (
            "admit",
            Body::Admit {
                key: PublicKey([4; 32]),
                name: "Bea".to_owned(),
                kind: MemberKind::Bot,
            },
        ),
        ("create table", create(TableRules::default())),
        (
            "change rules",
            Body::ChangeRules {
                table,
                rules: easy_rules(),
            },
        ),
        ("sit", Body::Sit { table }),
        ("stand", Body::Stand { table }),
        (
            "bets",
            Body::Bets {
                table,
                roll: 7,
                actions: vec![
                    place("pass", 10),
                    Action::TakeDown { bet },
                    Action::Reduce {
                        bet,
                        by: Chips::new(300),
                    },
                    Action::Working { bet, how },
                ],
            },
        ),
        ("ready", Body::Ready { table, roll: 7 }),
        ("roll", Body::Roll { table, roll: 7 }),
        ("pass dice", Body::PassDice { table, roll: 7 }),
        (
            "seal",
            Body::Seal {
                table,
                epoch: 2,
                roll: 7,
                slot: Slot(128),
                seal,
            },
        ),
        (
            "unseal",
            Body::Unseal {
                table,
                epoch: 2,
                roll: 7,
                slot: Slot(1),
            },
        ),
        (
            "open",
            Body::Open {
                table,
                roll: 7,
                slot: Slot(1),
                lock_hash: [8; 32],
                secret: [9; 32],
                seen: 0b101,
                next: Some(seal),
            },
        ),
        ("new chips", Body::NewChips),
        (
            "keeper ready",
            Body::KeeperReady {
                vote_key: PublicKey([4; 32]),
                proof: SignatureBytes([6; 64]),
                height: Height(70_000),
                state_root: StateRoot([7; 32]),
            },
        ),
        (
            "grow",
            change(KeeperChange::Grow {
                members: [1, 2, 3].map(MemberNo).to_vec(),
            }),
        ),
        (
            "swap",
            change(KeeperChange::Swap {
                out: KeeperNo(300),
                member: MemberNo(4),
            }),
        ),
        ("shrink", change(KeeperChange::Shrink)),
        (
            "accuse",
            Body::Accuse {
                evidence: Box::new(Evidence {
                    one: (said(None), SignatureBytes([6; 64])),
                    other: (said(Some(BlockId([5; 32]))), SignatureBytes([7; 64])),
                }),
            },
        ),
    ]
}

/// No encoding changes by accident: a changed line in the file is a new version of the chain.
#[test]
fn encodings_equal_the_golden_ones() {
    let mut lines = String::new();
    let mut line = |name: &str, bytes: &[u8]| {
        let hash = blake3::hash(bytes).to_hex();
        writeln!(lines, "{name}: {} bytes, {hash}", bytes.len()).unwrap();
    };
    for (name, body) in samples() {
        let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let (club, member) = (ClubId([2; 32]), MemberNo(300));
        let command = Command::sign(&key, &club, member, 70_000, TimeMs(1 << 40), body);
        line(name, &command.to_bytes());
        assert_eq!(Command::from_bytes(&command.to_bytes()), Ok(command));
    }
    let club = played();
    line("charter", &charter(100_000, 10_000).to_bytes());
    line("header", &club.blocks[0].header.to_bytes());
    line("last block", &club.blocks.last().unwrap().to_bytes());
    line("state", &club.state.to_bytes());
    line("state root", &club.state.state_root().0);
    line(
        "empty list of commands",
        &codec::encode(&Vec::<Command>::new()),
    );
    let golden = include_str!("../../../tests/golden/club.txt");
    assert_eq!(lines, golden, "\n{lines}");
}

static VALID: LazyLock<[Vec<u8>; 4]> = LazyLock::new(|| {
    let club = played();
    [
        charter(100_000, 10_000).to_bytes(),
        club.blocks.last().unwrap().to_bytes(),
        club.blocks[0].commands[0].to_bytes(),
        club.state.to_bytes(),
    ]
});

proptest! {
    #[test]
    fn bytes_of_others_never_panic_and_decode_to_one_form(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        bends in prop::collection::vec((any::<u16>(), any::<u8>()), 0..4),
    ) {
        for mut bytes in VALID.iter().cloned().chain([bytes]) {
            for (at, byte) in &bends {
                let length = bytes.len();
                if let Some(place) = usize::from(*at).checked_rem(length) {
                    bytes[place] = *byte;
                }
            }
            if let Ok(command) = Command::from_bytes(&bytes) {
                prop_assert_eq!(command.to_bytes(), bytes.clone());
            }
            if let Ok(block) = Block::from_bytes(&bytes) {
                prop_assert_eq!(block.to_bytes(), bytes.clone());
            }
            if let Ok(charter) = SignedCharter::from_bytes(&bytes) {
                prop_assert_eq!(charter.to_bytes(), bytes.clone());
            }
            if let Ok(state) = ClubState::from_bytes(&bytes) {
                prop_assert_eq!(state.to_bytes(), bytes);
            }
        }
    }
}
