//! Sixteen bots as members of a club: keys, seals, openings, slips and the treasury, block by block.

use rand_xoshiro::Xoshiro256StarStar;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::random::check_books;
use crate::club::kit::*;
use crate::club::*;
use crate::craps::{Action, TableRules};
use crate::ledger::{Chips, MemberNo};
use crate::strategy::Strategy;
use crate::tests::asked_for;

/// Rolls of the run; `BITCRAPS_TEST_ROLLS` asks for more.
const ROLLS: u64 = 150;

/// The founder keeps the club and does not play.
const BOTS: std::ops::RangeInclusive<u32> = 1..=16;

/// What the founder gives everybody: little enough for some to lose all of it.
const GRANT: u64 = 1_000;

/// A table with sixteen seats, where a bot of each strategy sits.
fn seated() -> TestClub {
    let mut club = TestClub::founded(charter(1_000_000, GRANT), 16, MemberKind::Bot, 3);
    club.must(
        0,
        Body::CreateTable(TableTerms {
            name: "Table".to_owned(),
            rules: easy_rules(),
            seats_max: 16,
            min_players: 1,
            bond: Chips::ZERO,
            times: RollTimes::LAN,
        }),
    );
    for bot in BOTS {
        club.must(bot, Body::Sit { table: TABLE });
    }
    club
}

/// What every bot wants before the next roll, in one block: bets, or chips when it has none.
fn moves(club: &TestClub, random: &mut Xoshiro256StarStar) -> Vec<(u32, Body)> {
    let table = club.table();
    let mut below = |bound: u64| random.next_u64().checked_rem(bound).unwrap_or(0);
    let wanted = |bot: u32| {
        let member = MemberNo(bot);
        if club.state.new_chips(member).is_ok() {
            return Some((bot, Body::NewChips));
        }
        let (seat, _) = table.seat_of(member)?;
        let strategy = Strategy::ALL[usize::try_from(bot - 1).unwrap()];
        let balance = club.state.ledger().balance(member);
        let actions = strategy.plan(&table.game, seat, balance, Chips::new(10), &mut below);
        (!actions.is_empty()).then(|| (bot, club.bets(actions)))
    };
    BOTS.filter_map(wanted).collect()
}

#[test]
fn sixteen_bots_play_as_members_and_no_block_makes_or_loses_a_chip() {
    let rolls = asked_for("BITCRAPS_TEST_ROLLS", ROLLS);
    let mut club = seated();
    let mut random = Xoshiro256StarStar::seed_from_u64(16);
    let (mut slips, mut grants) = ([0_u64; 17], 0_u64);
    for roll in 1..=rolls {
        club.seal_all(TABLE);
        check_books(&club.state);
        let moves = moves(&club, &mut random);
        for (bot, body) in &moves {
            if matches!(body, Body::NewChips) {
                grants += 1;
            } else {
                slips[usize::try_from(*bot).unwrap()] += 1;
            }
        }
        // The plan is for the table as it is, and what one seat bets changes nothing for another.
        let outcomes = club.decide(moves);
        assert!(outcomes.iter().all(Result::is_ok), "{roll}: {outcomes:?}");
        check_books(&club.state);
        assert_eq!(club.lock(TABLE), Ok(()), "roll {roll}");
        check_books(&club.state);
        let record = club.open_all(TABLE);
        check_books(&club.state);
        assert_eq!((record.roll, club.table().roll), (roll, roll + 1));
        assert_eq!(club.table().present().count(), 16, "nobody was late");
        club.blocks.clear();
    }
    assert!(slips[1..].iter().all(|slips| *slips > 0), "{slips:?}");
    // Bonnie's and Hardy's bets alone lose a grant sooner or later.
    assert!(rolls < 1_000 || grants > 0, "nobody lost everything");
}

/// Everything that the rules forbid to a person they forbid to a bot, in the same words.
#[test]
fn a_bot_cannot_do_what_a_member_cannot() {
    let refusals = |kind| {
        let mut club = TestClub::seated(charter(60_000, 1_000), 2, kind, 5);
        let roll = club.table().roll;
        let table = TABLE;
        let shooter = club.table().game.shooter().unwrap();
        let shooter = club.table().seats[&shooter].member.0;
        let other = (1..=2).find(|bot| *bot != shooter).unwrap();
        let key = public(&vote_key(7, 7));
        let name = "Eve".to_owned();
        let tries = [
            club.bets(vec![place("pass", 1_001)]),
            club.bets(vec![place("pass", 0)]),
            club.bets(vec![place("come", 10)]),
            club.bets(vec![Action::TakeDown {
                bet: "field".parse().unwrap(),
            }]),
            Body::Sit { table },
            Body::Roll { table, roll },
            Body::Roll {
                table,
                roll: roll + 1,
            },
            Body::PassDice { table, roll },
            Body::NewChips,
            Body::Admit { key, name, kind },
            Body::ChangeRules {
                table,
                rules: TableRules::default(),
            },
        ];
        tries.map(|body| club.refused(other, body))
    };
    assert_eq!(refusals(MemberKind::Bot), refusals(MemberKind::Person));
}
