//! The outlook against the dice: every bet of the rule book, in any house, on all 36 rolls.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::properties::{all_keys, any_house};
use super::{dice, seat};
use crate::craps::catalogue::Family;
use crate::craps::{
    Action, BetKey, Decision, Dice, Outcome, OutlookRow, PlacedBet, SeatNo, SeatResult, Table,
    TableRules, WorkingFlag,
};
use crate::ledger::Chips;

/// What happens at a table before the question: bets wherever the bits say and the rules allow it,
/// some of them called on or off, then a roll, which one player may miss.
#[derive(Clone, Debug)]
struct Step {
    bets: u128,
    more_bets: u64,
    calls: u128,
    how: WorkingFlag,
    units: u64,
    roll: (u8, u8),
    misses: bool,
}

fn any_step() -> impl Strategy<Value = Step> {
    // Fewer sevens than fall, so that long hands and what they collect come up.
    let face = || 1_u8..=6;
    let roll = prop_oneof![
        1 => (face(), face()),
        2 => (face(), face()).prop_filter("no seven", |(a, b)| a + b != 7),
    ];
    let how = prop::sample::select(vec![WorkingFlag::On, WorkingFlag::Off]);
    let bits = (any::<u128>(), any::<u64>(), any::<u128>(), any::<u128>());
    (bits, how, 1_u64..60, roll, prop::bool::weighted(0.1)).prop_map(
        |((bets, more_bets, some, others), how, units, roll, misses)| Step {
            bets,
            more_bets,
            // One in four.
            calls: some & others,
            how,
            units,
            roll,
            misses,
        },
    )
}

impl Step {
    fn bets_on(&self, place: usize) -> bool {
        match place {
            0..128 => (self.bets >> place) & 1 == 1,
            _ => (self.more_bets >> (place - 128)) & 1 == 1,
        }
    }

    fn happens(&self, table: &mut Table) {
        let rich = Chips::new(1_000_000_000);
        for (place, bet) in all_keys().enumerate() {
            if self.bets_on(place) {
                let amount = Chips::new(self.units * u64::from(bet.info().stake_multiple));
                for number in [0, 1] {
                    let _refused = table
                        .act(seat(number), &Action::Place { bet, amount }, rich)
                        .is_err();
                }
            }
            if (self.calls >> (place % 128)) & 1 == 1 {
                let call = Action::Working { bet, how: self.how };
                let _refused = table.act(seat(0), &call, rich).is_err();
            }
        }
    }
}

/// What a bet is worth to its seat.
fn worth(table: &Table, number: SeatNo, bet: BetKey) -> i64 {
    let at_risk = table.bet(number, bet).map(PlacedBet::at_risk);
    at_risk.unwrap_or_default().get().cast_signed()
}

/// What a decision was worth, by what is on the table before and after the roll.
fn gained(before: &Table, after: &Table, number: SeatNo, decision: &Decision) -> i64 {
    let left = match decision.outcome {
        Outcome::Moved { to } => worth(after, number, decision.key.moved_to(to)),
        Outcome::Win { .. } if decision.stays_up => worth(after, number, decision.key),
        Outcome::Win { .. } | Outcome::Lose | Outcome::Push | Outcome::Return => 0,
    };
    decision.credit.get().cast_signed() + left - worth(before, number, decision.key)
}

fn check_roll(table: &Table, number: SeatNo, rows: &[OutlookRow], roll: Dice) {
    let mut after = table.clone();
    let results = after.roll(roll).seats;
    let settled: &SeatResult = results.iter().find(|it| it.seat == number).unwrap();
    let told: Vec<&OutlookRow> = rows.iter().filter(|it| it.rolls.contains(roll)).collect();
    let [row] = told.as_slice() else {
        panic!("{roll} is in {} rows", told.len());
    };
    assert_eq!(row.total, roll.total());
    assert_eq!(row.decisions, settled.decisions, "{roll}");
    assert_eq!(row.credit, settled.credit, "{roll}");
    let at_risk = |table: &Table| table.at_risk(number).get().cast_signed();
    let net = settled.credit.get().cast_signed() + at_risk(&after) - at_risk(table);
    assert_eq!(row.net, net, "{roll}");
    let each = row
        .decisions
        .iter()
        .map(|it| gained(table, &after, number, it));
    let told: Vec<i64> = row.decisions.iter().map(|it| it.net).collect();
    assert_eq!(told, each.collect::<Vec<_>>(), "{roll}: {row:?}");
    assert_eq!(told.iter().sum::<i64>(), net, "{roll}");
    // What no row tells of stays as it is.
    let is_told = |bet: BetKey| row.decisions.iter().any(|it| it.key == bet);
    for (bet, placed) in table.bets(number).filter(|(bet, _)| !is_told(*bet)) {
        let stake = after.bet(number, bet).map(|it| (it.stake, it.commission));
        assert_eq!(stake, Some((placed.stake, placed.commission)), "{bet}");
    }
}

/// What the walked tables had to show, so that a test can tell whether it looked at everything.
#[derive(Default)]
struct Seen {
    /// Bet, whether it won, whether it lost.
    decided: BTreeSet<(BetKey, bool, bool)>,
    /// Bets that went by a puck of their own.
    frozen: usize,
    /// Hand-long bets that had collected something.
    part_way: usize,
}

fn any_game() -> impl Strategy<Value = (TableRules, Vec<Step>)> {
    (any_house(), prop::collection::vec(any_step(), 4..14))
}

/// Plays a game and compares, before every roll, what is told with what each of the 36 rolls does.
fn walk(house: TableRules, steps: &[Step], seen: &mut Seen) {
    let mut table = Table::new(house).unwrap();
    for number in [0, 1] {
        table.sit(seat(number)).unwrap();
    }
    for step in steps {
        step.happens(&mut table);
        for number in [0, 1].map(seat) {
            let rows = table.outlook(number).rows;
            for roll in Dice::all() {
                check_roll(&table, number, &rows, roll);
            }
            let decisions = rows.iter().flat_map(|row| &row.decisions);
            seen.decided.extend(decisions.map(|it| {
                let has_won = matches!(it.outcome, Outcome::Win { .. });
                (it.key, has_won, it.outcome == Outcome::Lose)
            }));
        }
        let count =
            |is: fn(&PlacedBet) -> bool| table.bets(seat(1)).filter(|(_, bet)| is(bet)).count();
        seen.frozen += count(|bet| bet.own_puck.is_some());
        seen.part_way += count(|bet| bet.progress != 0);
        let (a, b) = step.roll;
        let missing: &[SeatNo] = if step.misses { &[seat(1)] } else { &[] };
        table.roll_except(dice(a, b), missing);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn what_is_told_of_the_next_roll_is_what_it_does_in_any_game((house, steps) in any_game()) {
        walk(house, &steps, &mut Seen::default());
    }
}

/// The same games every time: that they reach every bet is then a fact, not luck.
#[test]
fn the_outlook_of_every_bet_in_every_house_is_what_each_roll_then_does() {
    const GAMES: u32 = 32;
    let config = ProptestConfig {
        cases: GAMES,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let seen = RefCell::new(Seen::default());
    let games = Cell::new(0);
    let ran = TestRunner::new_with_rng(config, random).run(&any_game(), |(house, steps)| {
        walk(house, &steps, &mut seen.borrow_mut());
        games.set(games.get() + 1);
        Ok(())
    });
    ran.unwrap();
    let seen = seen.into_inner();
    assert_eq!(games.get(), GAMES);
    assert!(seen.frozen > 0, "no bet went by a puck of its own");
    assert!(seen.part_way > 0, "no hand-long bet had collected anything");
    for key in all_keys() {
        let of_it = || seen.decided.iter().filter(|(bet, ..)| *bet == key);
        assert!(of_it().count() > 0, "{key} was never decided or moved");
        if key.info().family != Family::Side {
            assert!(of_it().any(|(_, won, _)| *won), "{key} never won");
            assert!(of_it().any(|(.., lost)| *lost), "{key} never lost");
        }
    }
}
