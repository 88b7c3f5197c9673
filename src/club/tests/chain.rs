//! Blocks, commands and their encodings.

use crate::club::hash::Domain;
use crate::club::kit::*;
use crate::club::*;
use crate::ledger::{Breach, Chips, MemberNo};

pub(super) fn played() -> TestClub {
    let mut club = TestClub::seated(charter(100_000, 10_000), 2, MemberKind::Bot, 5);
    for _ in 0..3 {
        club.seal_all(TABLE);
        club.decide(vec![
            (0, club.bets(vec![place("pass", 10), place("field", 5)])),
            (1, club.bets(vec![place("dont_pass", 10)])),
            (2, club.bets(vec![place("hard_8", 3)])),
        ]);
        club.roll();
    }
    club
}

#[test]
fn a_command_has_one_effect_however_often_it_is_sent() {
    let mut club = TestClub::seated(charter(100_000, 10_000), 0, MemberKind::Bot, 5);
    let bet = club.command(0, 0, club.bets(vec![place("pass", 10)]));
    let time = TimeMs(club.state.time().0 + 1);
    let twice = vec![bet.clone(), bet.clone()];
    let built = build(&club.state, time, KeeperNo(0), twice);
    let used = |club: &TestClub| CommandFault::Sequence {
        member: MemberNo(0),
        found: bet.sequence,
        expected: club.state.member(MemberNo(0)).unwrap().sequence + 1,
    };
    club.state = built.applied.state;
    assert_eq!(built.block.commands, std::slice::from_ref(&bet));
    assert_eq!(built.left_out, [(bet.clone(), used(&club))]);
    assert_eq!(club.balance(0), 9_990);
    let again = build(&club.state, time, KeeperNo(0), vec![bet.clone()]);
    assert_eq!(again.left_out, [(bet.clone(), used(&club))]);
    assert_eq!(club.balance(0), 9_990);
}

#[test]
fn commands_that_can_be_in_no_block_are_left_out_with_the_reason() {
    let club = TestClub::founded(charter(100_000, 10_000), 1, MemberKind::Bot, 5);
    let time = TimeMs(club.state.time().0 + 30_001);
    let gap = club.command(0, 1, Body::Nothing);
    let late = club.command(0, 0, Body::Nothing);
    let mut forged = club.command(1, 0, Body::Nothing);
    forged.not_after = TimeMs(u64::MAX);
    let mut stranger = forged.clone();
    stranger.member = MemberNo(9);
    let candidates = vec![gap, late, forged, stranger];
    let built = build(&club.state, time, KeeperNo(0), candidates);
    assert_eq!(built.block.commands, []);
    let member = MemberNo(0);
    let expected = [
        CommandFault::Sequence {
            member,
            found: 3,
            expected: 2,
        },
        CommandFault::Expired {
            not_after: TimeMs(time.0 - 1),
            time,
        },
        CommandFault::Signature {
            member: MemberNo(1),
        },
        CommandFault::UnknownMember {
            member: MemberNo(9),
        },
    ];
    let found: Vec<_> = built.left_out.into_iter().map(|(_, why)| why).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_refused_command_is_in_the_block_and_uses_up_its_number() {
    let mut club = TestClub::founded(charter(100_000, 10_000), 1, MemberKind::Bot, 5);
    let before = club.state.member(MemberNo(1)).unwrap().sequence;
    assert_eq!(
        club.refused(1, Body::Sit { table: TABLE }),
        Refusal::UnknownTable
    );
    assert_eq!(club.state.member(MemberNo(1)).unwrap().sequence, before + 1);
}

#[test]
fn flipping_any_byte_of_a_block_is_found() {
    let club = played();
    let mut parent = club.genesis.clone();
    for block in &club.blocks {
        let bytes = block.to_bytes();
        if block.commands.len() > 2 {
            for at in 0..bytes.len() {
                let mut bent = bytes.clone();
                bent[at] ^= 1;
                let applied = Block::from_bytes(&bent).map(|bent| apply(&parent, &bent));
                assert!(!matches!(applied, Ok(Ok(_))), "byte {at}");
            }
        }
        parent = apply(&parent, block).unwrap().state;
    }
    assert_eq!(parent, club.state);
}

#[test]
fn a_block_of_another_place_is_refused_with_the_place_expected() {
    let club = played();
    let (before, last) = (
        &club.blocks[..club.blocks.len() - 1],
        club.blocks.last().unwrap(),
    );
    let parent = before.iter().fold(club.genesis.clone(), |state, block| {
        apply(&state, block).unwrap().state
    });
    let bent = |bend: &dyn Fn(&mut Header)| {
        let mut block = last.clone();
        bend(&mut block.header);
        apply(&parent, &block).unwrap_err()
    };
    let header = last.header.clone();
    let found = ClubId([0; 32]);
    assert_eq!(
        bent(&|header| header.club = found),
        BlockFault::Club { found }
    );
    let (found, expected) = (header.height.next(), header.height);
    assert_eq!(
        bent(&|header| header.height = found),
        BlockFault::Height { found, expected }
    );
    let (found, expected) = (BlockId([0; 32]), header.parent);
    assert_eq!(
        bent(&|header| header.parent = found),
        BlockFault::Parent { found, expected }
    );
    let (found, parent_time) = (parent.time(), parent.time());
    assert_eq!(
        bent(&|header| header.time = found),
        BlockFault::Time {
            found,
            parent: parent_time
        }
    );
    let found = KeeperNo(1);
    assert_eq!(
        bent(&|header| header.proposer = found),
        BlockFault::Proposer { found }
    );
    assert_eq!(
        bent(&|header| header.commands_root[0] ^= 1),
        BlockFault::Form(CodecFault::CommandsRoot)
    );
    assert_eq!(
        bent(&|header| header.next_keepers_hash[0] ^= 1),
        BlockFault::NextKeepers
    );
    let (found, computed) = (StateRoot([0; 32]), header.state_root);
    assert_eq!(
        bent(&|header| header.state_root = found),
        BlockFault::StateRoot { found, computed }
    );
    assert!(matches!(
        apply(&club.state, last),
        Err(BlockFault::Height { .. })
    ));
}

#[test]
fn a_signature_holds_for_one_club_only() {
    let club = TestClub::founded(charter(100_000, 10_000), 0, MemberKind::Bot, 5);
    let command = club.command(0, 0, Body::Nothing);
    let other = TestClub::founded(charter(100_001, 10_000), 0, MemberKind::Bot, 5);
    let last = command.sequence - 1;
    assert_eq!(
        check_command(&club.state, club.state.time(), &command, last),
        Ok(())
    );
    let member = MemberNo(0);
    assert_eq!(
        check_command(&other.state, other.state.time(), &command, last),
        Err(CommandFault::Signature { member })
    );
}

#[test]
fn a_block_holds_no_more_than_its_limits() {
    let club = TestClub::founded(charter(100_000, 10_000), 0, MemberKind::Bot, 5);
    let time = TimeMs(club.state.time().0 + 1);
    let many = (0..300).map(|waiting| club.command(0, waiting, Body::Nothing));
    let built = build(&club.state, time, KeeperNo(0), many.collect());
    assert_eq!(built.block.commands.len(), limits::BLOCK_COMMANDS_MAX);
    assert_eq!(built.left_out.len(), 300 - limits::BLOCK_COMMANDS_MAX);
    apply(&club.state, &built.block).unwrap();
    let actions = vec![place("pass", 1); 195];
    let body = Body::Bets {
        table: TABLE,
        roll: 1,
        actions,
    };
    let large = (0..300).map(|waiting| club.command(0, waiting, body.clone()));
    let built = build(&club.state, time, KeeperNo(0), large.collect());
    assert!(built.block.to_bytes().len() <= limits::BLOCK_BYTES_MAX);
    assert!(built.block.commands.len() > 40);
    apply(&club.state, &built.block).unwrap();
}

#[test]
fn decoding_refuses_what_encoding_would_not_write() {
    let club = TestClub::founded(charter(100_000, 10_000), 0, MemberKind::Bot, 5);
    let bytes = club.command(0, 0, Body::Nothing).to_bytes();
    assert!(Command::from_bytes(&bytes).is_ok());
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(Command::from_bytes(&longer), Err(CodecFault::NotCanonical));
    assert_eq!(
        Command::from_bytes(&bytes[..bytes.len() - 1]),
        Err(CodecFault::Malformed)
    );
    // Member 0 written with two bytes instead of one.
    let padded = [&[0x80, 0x00], &bytes[1..]].concat();
    assert_eq!(Command::from_bytes(&padded), Err(CodecFault::NotCanonical));
    // A kind that this version does not know: `Nothing` is its kind alone, and 64 bytes of signature follow.
    let kind = bytes.len() - 65;
    for unknown in 100..128 {
        let mut other = bytes.clone();
        other[kind] = unknown;
        assert_eq!(Command::from_bytes(&other), Err(CodecFault::Malformed));
    }
    let limit = limits::COMMAND_BYTES_MAX;
    let mut block = played().blocks.remove(0);
    block.header.commands_root[0] ^= 1;
    assert_eq!(
        Block::from_bytes(&block.to_bytes()),
        Err(CodecFault::CommandsRoot)
    );
    let huge = vec![0; limit + 1];
    let bytes = huge.len();
    assert_eq!(
        Command::from_bytes(&huge),
        Err(CodecFault::TooLarge { bytes, limit })
    );
}

#[test]
fn a_stored_state_comes_back_with_its_root() {
    let club = played();
    let stored = ClubState::from_bytes(&club.state.to_bytes()).unwrap();
    assert_eq!(stored, club.state);
    assert_eq!(stored.state_root(), club.state.state_root());
    let mut minted = club.state.clone();
    minted.ledger = crate::ledger::TokenLedger::new(Chips::new(7));
    // Chips that make up a supply, and no stakes though there are bets.
    let found = ClubState::from_bytes(&minted.to_bytes());
    let (staked, tables) = (Some(Chips::ZERO), Some(Chips::new(20)));
    assert_eq!(
        found,
        Err(StateFault::Ledger(Breach::Stakes { staked, tables }))
    );
}

#[test]
fn a_charter_founds_a_club_only_as_its_founder_signed_it() {
    let good = charter(100_000, 10_000);
    assert_eq!(
        SignedCharter::from_bytes(&good.to_bytes()),
        Ok(good.clone())
    );
    let bent = |bend: &dyn Fn(&mut Charter)| {
        let mut bent = good.clone();
        bend(&mut bent.charter);
        bent.verify().unwrap_err()
    };
    assert_eq!(
        bent(&|c| c.supply = Chips::new(100_001)),
        CharterFault::Signature
    );
    assert_eq!(bent(&|c| c.nonce[0] ^= 1), CharterFault::Signature);
    assert_eq!(bent(&|c| c.version = 2), CharterFault::Version { found: 2 });
    assert_eq!(bent(&|c| c.name = String::new()), CharterFault::Name);
    assert_eq!(bent(&|c| c.vote_key = c.founder), CharterFault::VoteKey);
    assert_eq!(bent(&|c| c.settings.max_games = 0), CharterFault::Settings);
    let (supply, grant) = (Chips::new(100_000), Chips::new(100_001));
    assert_eq!(
        bent(&|c| c.grant = grant),
        CharterFault::Grant { supply, grant }
    );
}

#[test]
fn no_two_hashes_share_a_context() {
    let dice = crate::dice::Name::ALL.iter().map(|name| name.context());
    let mut all: Vec<_> = Domain::ALL
        .iter()
        .map(|d| d.context())
        .chain(dice)
        .collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}
