//! Every block of recorded games, of one keeper and of several and across new vote keys, forged in each
//! way that keepers who sign whatever they like could forge it.

use super::super::record::{Records, encode_block};
use super::super::verify::go_on;
use super::damage::each_record;
use super::shared::{self, certify, states};
use super::{Kind, Rule, Stopped, frame, rekey, written};
use crate::club::kit::{TestClub, charter};
use crate::club::{
    Block, ClubId, ClubState, Command, Height, KeeperNo, SignatureBytes, StateRoot, commands_root,
};
use crate::consensus::Certificate;
use crate::transcript::Fault;

/// How a block is changed; `false` where it has nothing of that kind to change.
type Forge = fn(&mut Block, &ClubState) -> bool;

/// Takes up what was done to the commands.
fn reroot(block: &mut Block) {
    block.header.commands_root = commands_root(&block.commands);
}

/// Two commands of a block whose signatures are of different members.
fn strangers(block: &Block) -> Option<(usize, usize)> {
    let first = block.commands.first()?.member;
    let other = block.commands.iter().position(|of| of.member != first)?;
    Some((0, other))
}

/// Two commands of one member, one behind the other.
fn successive(block: &Block) -> Option<(usize, usize)> {
    let all = || block.commands.iter().enumerate();
    all().find_map(|(at, one)| {
        let mut later = all().skip(at + 1);
        let (next, _) = later.find(|(_, other)| other.member == one.member)?;
        Some((at, next))
    })
}

fn changed(block: &mut Block, change: fn(&mut Command)) -> bool {
    let Some(first) = block.commands.first_mut() else {
        return false;
    };
    change(first);
    reroot(block);
    true
}

/// Changes that all keepers sign, and the rule that each breaks.
const SIGNED: [(&str, Rule, Forge); 19] = [
    ("another state", Rule::StateRoot, |block, _| {
        block.header.state_root = StateRoot([1; 32]);
        true
    }),
    ("other next keepers", Rule::NextKeepers, |block, _| {
        block.header.next_keepers_hash[0] ^= 1;
        true
    }),
    ("another parent", Rule::Parent, |block, _| {
        block.header.parent.0[31] ^= 1;
        true
    }),
    ("its parent's time", Rule::Time, |block, before| {
        block.header.time = before.time();
        true
    }),
    ("another time", Rule::StateRoot, |block, before| {
        // Earlier, so that no command of it is over.
        block.header.time.0 -= 1;
        block.header.time > before.time()
    }),
    (
        "a proposer who keeps nothing",
        Rule::Proposer,
        |block, _| {
            block.header.proposer = KeeperNo(99);
            true
        },
    ),
    ("the height before", Rule::Height, |block, before| {
        block.header.height = before.height();
        true
    }),
    ("the height after", Rule::Height, |block, before| {
        block.header.height = before.height().next().next();
        true
    }),
    ("another club", Rule::Certificate, |block, _| {
        block.header.club = ClubId([9; 32]);
        true
    }),
    (
        "commands of another header",
        Rule::CommandsRoot,
        |block, _| block.commands.pop().is_some(),
    ),
    ("a command left out", Rule::StateRoot, |block, before| {
        // One that changes the keepers breaks another rule first.
        let is_there = block.commands.pop().is_some();
        reroot(block);
        is_there && block.header.next_keepers_hash == before.keepers_hash()
    }),
    ("a command twice", Rule::Command, |block, _| {
        let Some(again) = block.commands.last().cloned() else {
            return false;
        };
        block.commands.push(again);
        reroot(block);
        true
    }),
    (
        "two commands in the wrong order",
        Rule::Command,
        |block, _| {
            let Some((one, other)) = successive(block) else {
                return false;
            };
            block.commands.swap(one, other);
            reroot(block);
            true
        },
    ),
    (
        "the signature of another command",
        Rule::Command,
        |block, _| {
            let Some((one, other)) = successive(block) else {
                return false;
            };
            block.commands[one].signature = block.commands[other].signature;
            reroot(block);
            true
        },
    ),
    (
        "the signature of another member",
        Rule::Command,
        |block, _| {
            let Some((one, other)) = strangers(block) else {
                return false;
            };
            block.commands[one].signature = block.commands[other].signature;
            reroot(block);
            true
        },
    ),
    ("a command in another's name", Rule::Command, |block, _| {
        let Some((one, other)) = strangers(block) else {
            return false;
        };
        block.commands[one].member = block.commands[other].member;
        reroot(block);
        true
    }),
    ("no signature", Rule::Command, |block, _| {
        changed(block, |command| command.signature = SignatureBytes([0; 64]))
    }),
    ("a number that comes later", Rule::Command, |block, _| {
        changed(block, |command| command.sequence += 1)
    }),
    ("a command that is over", Rule::Command, |block, _| {
        changed(block, |command| command.not_after.0 = 1)
    }),
];

/// How the certificate of a good block is changed.
type Bend = fn(&mut Certificate, &ClubState);

const CERTIFIED: [(&str, Bend); 8] = [
    ("nobody's", |certificate, _| certificate.signatures.clear()),
    ("one too few", |certificate, before| {
        let quorum = before.keepers().len() - (before.keepers().len() - 1) / 3;
        certificate.signatures.truncate(quorum - 1);
    }),
    ("one keeper twice", |certificate, _| {
        let again = certificate.signatures[0];
        certificate.signatures.push(again);
    }),
    ("of another attempt", |certificate, _| {
        certificate.round += 1;
    }),
    ("of another height", |certificate, _| {
        certificate.height = certificate.height.next();
    }),
    ("of another block", |certificate, _| {
        certificate.block.0[0] ^= 1;
    }),
    ("in another keeper's name", |certificate, _| {
        certificate.signatures[0].0 = KeeperNo(99);
    }),
    ("a changed signature", |certificate, _| {
        certificate.signatures[0].1.0[0] ^= 1;
    }),
];

/// A game under one keeper and then four, with a withheld opening and a roll that is open; and one
/// with new vote keys under both.
fn games() -> [TestClub; 2] {
    [shared::game(), rekey::game()]
}

/// What is wrong with each block of a game after it was forged, where that changes anything.
fn forged(
    club: &TestClub,
    forge: impl Fn(&Block, &ClubState) -> Option<(Block, Certificate)>,
    mut with: impl FnMut(Height, Fault),
) {
    let (states, file) = (states(club), shared::written(club));
    let mut at = 0_usize;
    each_record(&file, |game, running, _, after| {
        let place = at;
        at += 1;
        let Some(block) = place
            .checked_sub(1)
            .and_then(|place| club.blocks.get(place))
        else {
            return;
        };
        let before = &states[place - 1];
        let Some((block, certificate)) = forge(block, before) else {
            return;
        };
        let record = (Kind::Block, encode_block(&block, &certificate));
        let input = [frame(&record).as_slice(), after].concat();
        let on = Records::after(input.as_slice(), running.clone());
        let fault = match go_on(on, game.clone()) {
            Err(Stopped::Wrong(fault)) => fault,
            other => panic!("{other:?}"),
        };
        assert_eq!(fault.record, running.count, "{fault}");
        assert_eq!(fault.after, before.height(), "{fault}");
        let wrong = &fault.wrong;
        assert!(
            !wrong.expected.is_empty() && wrong.expected != wrong.found,
            "{fault}"
        );
        with(before.height().next(), fault);
    });
}

#[test]
fn a_block_that_all_keepers_forge_is_named_with_the_rule_it_breaks() {
    for club in games() {
        for (name, rule, forge) in SIGNED {
            let mut count = 0;
            let forge = |block: &Block, before: &ClubState| {
                let mut forged = block.clone();
                if !forge(&mut forged, before) {
                    return None;
                }
                let certificate = certify(before, &forged);
                Some((forged, certificate))
            };
            forged(&club, forge, |height, fault| {
                assert_eq!(fault.wrong.rule, rule, "{name} at {height}: {fault}");
                count += 1;
            });
            assert!(count > 1, "{name} was tried {count} times");
        }
    }
}

#[test]
fn a_block_with_any_other_certificate_is_named() {
    for club in games() {
        for (name, bend) in CERTIFIED {
            let forge = |block: &Block, before: &ClubState| {
                let mut certificate = certify(before, block);
                bend(&mut certificate, before);
                Some((block.clone(), certificate))
            };
            forged(&club, forge, |height, fault| {
                let rule = fault.wrong.rule;
                assert_eq!(rule, Rule::Certificate, "{name} at {height}: {fault}");
            });
        }
    }
}

/// Certified by who kept the club once, or will: by the keepers of another height.
#[test]
fn keepers_of_another_time_certify_nothing() {
    for club in games() {
        let states = states(&club);
        let ends = [states.first().unwrap(), states.last().unwrap()];
        let mut count = 0;
        for of in ends {
            let forge = |block: &Block, before: &ClubState| {
                let same = of.keepers() == before.keepers();
                let plain = block.header.rekey.is_none();
                (plain && !same).then(|| (block.clone(), certify(of, block)))
            };
            forged(&club, forge, |height, fault| {
                assert_eq!(fault.wrong.rule, Rule::Certificate, "at {height}: {fault}");
                count += 1;
            });
        }
        assert!(count > 3, "tried {count} times");
    }
}

/// The same founder signs two games of one club, and somebody makes one of both.
#[test]
fn blocks_of_two_games_of_one_club_make_none() {
    let game = |amount| {
        let terms = charter(10_000_000, 10_000);
        let mut club = TestClub::seated(terms, 1, crate::club::MemberKind::Bot, 3);
        for amount in [10, amount, 10] {
            club.must(0, club.bets(vec![crate::club::kit::place("field", amount)]));
            club.roll();
        }
        club
    };
    let (one, other) = (game(20), game(30));
    let blocks = || one.blocks.iter().zip(&other.blocks);
    let parts = blocks().position(|(one, other)| one != other).unwrap();
    assert_eq!(one.blocks.len(), other.blocks.len());
    for at in parts + 1..one.blocks.len() {
        let mixed = one.blocks[..at].iter().chain(&other.blocks[at..]);
        let file = written(one.genesis.charter(), mixed);
        let record = u64::try_from(at + 1).unwrap();
        assert_eq!(super::broken(&file), (record, Rule::Parent));
    }
}
