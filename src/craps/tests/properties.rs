//! What must hold for every bet, every roll and every order of actions.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{dice, key, open_rules, seat};
use crate::craps::bet::PlacedBet;
use crate::craps::catalogue::{Family, Lasts};
use crate::craps::resolve::{is_on, most_win};
use crate::craps::roll::settle_seat;
use crate::craps::table::Seat;
use crate::craps::{
    Action, BetId, BetKey, BoxNumber, Dice, Outcome, Phase, Puck, Refusal, Table, TableRules,
    VigRounding, VigTiming, WorkingFlag,
};
use crate::ledger::Chips;

/// Enough for every state of every bet but replay, whose 109,375 are all alike.
const STATES_MAX: usize = 20_000;

pub(super) fn all_keys() -> impl Iterator<Item = BetKey> {
    let numbers = || [None].into_iter().chain(BoxNumber::ALL.map(Some));
    BetId::all().flat_map(move |bet| numbers().filter_map(move |number| BetKey::new(bet, number)))
}

fn flags(key: BetKey) -> &'static [WorkingFlag] {
    if key.info().terms.can_turn_off {
        &[WorkingFlag::Default, WorkingFlag::On, WorkingFlag::Off]
    } else {
        &[WorkingFlag::Default]
    }
}

/// Rolls every roll on a bet and checks what became of it; returns the states that it can go on in.
fn check_all_rolls(
    rules: &TableRules,
    puck: Puck,
    key: BetKey,
    bet: PlacedBet,
) -> Vec<(Puck, BetKey, PlacedBet)> {
    let mut next = Vec::new();
    let most = most_win(rules, puck, key, &bet);
    for roll in Dice::all() {
        let mut at = Seat {
            number: seat(0),
            bets: vec![(key, bet)],
        };
        let mut decisions = Vec::new();
        let credit = settle_seat(rules, puck, &mut at, roll, &mut decisions);
        let place = || format!("{key} {puck:?} {bet:?} {roll}");
        let gained = i128::from(credit.get()) + i128::from(at.at_risk().get())
            - i128::from(bet.at_risk().get());
        assert!(
            gained <= i128::from(most.get()),
            "more than its liability: {}",
            place()
        );
        match decisions.as_slice() {
            [] => {
                assert_eq!((gained, at.bets.len()), (0, 1), "untouched: {}", place());
                assert_ne!(key.info().terms.lasts, Lasts::OneRoll, "{}", place());
            }
            [decision] => {
                let (stands, stake) = (at.bets.len() == 1, bet.stake);
                assert_eq!(
                    (decision.key, decision.stake, decision.credit),
                    (key, stake, credit)
                );
                assert_eq!(decision.stays_up, stands, "{}", place());
                let came_back = if stands { Chips::ZERO } else { stake };
                let (on_top, gain) = match decision.outcome {
                    Outcome::Win { pays } => (Some(pays.get()), gained >= 0),
                    Outcome::Lose => {
                        assert!(!stands && credit.is_zero(), "{}", place());
                        (None, gained == -i128::from(bet.at_risk().get()))
                    }
                    Outcome::Push | Outcome::Return => (Some(0), gained == 0 && !stands),
                    Outcome::Moved { to } => {
                        assert_eq!(at.bets[0].0.number(), Some(to), "{}", place());
                        (Some(0), gained == 0)
                    }
                };
                // Commission upfront is lost with a decision, so that a lay bet's win can cost.
                assert!(gain || !bet.commission.is_zero(), "{gained}: {}", place());
                if let Some(on_top) = on_top {
                    assert_eq!(credit.get(), came_back.get() + on_top, "{}", place());
                }
                let comes_back_off = key.info().family == Family::Odds;
                let works = is_on(rules, puck, key, bet.working);
                assert!(works || comes_back_off && gained == 0, "off: {}", place());
            }
            more => panic!("decided {} times: {}", more.len(), place()),
        }
        next.extend(
            at.bets
                .into_iter()
                .map(|(key, bet)| (puck.after(roll), key, bet)),
        );
    }
    next
}

#[test]
fn every_roll_has_one_outcome_for_every_bet_in_every_state_and_no_chip_is_made() {
    let upfront = TableRules {
        vig_timing: VigTiming::Upfront,
        vig_rounding: VigRounding::Up,
        ..open_rules()
    };
    for key in all_keys() {
        let has_vig = matches!(key.info().family, Family::Buy | Family::Lay);
        for rules in [&open_rules(), &upfront]
            .into_iter()
            .take(if has_vig { 2 } else { 1 })
        {
            let commission = Chips::new(if rules.vig_timing == VigTiming::Upfront {
                2
            } else {
                0
            });
            let bet = PlacedBet {
                stake: Chips::new(20),
                commission,
                ..PlacedBet::default()
            };
            let mut open: Vec<(Puck, BetKey, PlacedBet)> = Vec::new();
            for puck in [Puck::Off].into_iter().chain(BoxNumber::ALL.map(Puck::On)) {
                open.extend(flags(key).iter().map(|how| {
                    (
                        puck,
                        key,
                        PlacedBet {
                            working: *how,
                            ..bet
                        },
                    )
                }));
            }
            let state = |(puck, key, bet): &(Puck, BetKey, PlacedBet)| {
                (*puck, *key, bet.working, bet.progress)
            };
            let mut seen: BTreeSet<_> = open.iter().map(state).collect();
            while let Some((puck, key, bet)) = open.pop() {
                for next in check_all_rolls(rules, puck, key, bet) {
                    if seen.len() < STATES_MAX && seen.insert(state(&next)) {
                        open.push(next);
                    }
                }
            }
        }
    }
}

#[test]
fn taking_a_bet_down_at_once_returns_exactly_what_it_cost() {
    let mut compared = 0;
    for vig_timing in [VigTiming::OnWin, VigTiming::Upfront] {
        let rules = TableRules {
            vig_timing,
            ..open_rules()
        };
        for point in [None, Some(dice(4, 4))] {
            let mut table = Table::new(rules.clone()).unwrap();
            table.sit(seat(0)).unwrap();
            for key in [key("pass"), key("dont_pass")] {
                let amount = Chips::new(60);
                table
                    .act(seat(0), &Action::Place { bet: key, amount }, amount)
                    .unwrap();
            }
            point.map(|roll| table.roll(roll));
            for key in all_keys().filter(|key| table.bet(seat(0), *key).is_none()) {
                for units in 1..=40 {
                    let amount = Chips::new(units * u64::from(key.info().stake_multiple));
                    let mut after = table.clone();
                    let place = Action::Place { bet: key, amount };
                    let Ok(placed) = after.act(seat(0), &place, Chips::new(10_000)) else {
                        continue;
                    };
                    assert_eq!(after.at_risk(seat(0)).get(), 120 + placed.paid.get());
                    match after.act(seat(0), &Action::TakeDown { bet: key }, Chips::ZERO) {
                        Ok(taken) => {
                            assert_eq!((taken.returned, &after), (placed.paid, &table), "{key}");
                            compared += 1;
                        }
                        Err(refusal) => {
                            assert_eq!(refusal, Refusal::Contract, "{key}");
                            assert_eq!(key.info().family, Family::Put);
                        }
                    }
                }
            }
        }
    }
    assert!(compared > 16_000, "{compared}");
}

/// One thing that happens at a table of three.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Act(u8, Action),
    Roll(u8, u8),
    Sit(u8),
    Stand(u8, bool),
}

pub(super) fn any_event() -> impl Strategy<Value = Event> {
    let keys: Vec<BetKey> = all_keys().collect();
    let bet = prop::sample::select(keys);
    // Bets on which most of the rules lie come up as often as all others together.
    let line = prop::sample::select(
        [
            "pass",
            "dont_pass",
            "come",
            "dont_come",
            "pass_odds",
            "dont_pass_odds",
        ]
        .map(key)
        .to_vec(),
    );
    let amount = (1_u64..200).prop_map(Chips::new);
    let how =
        prop::sample::select([WorkingFlag::Default, WorkingFlag::On, WorkingFlag::Off].as_slice());
    let action =
        (0_u8..10, prop_oneof![bet, line], amount, how).prop_map(|(kind, bet, amount, how)| {
            match kind {
                0..=5 => Action::Place { bet, amount },
                6 => Action::TakeDown { bet },
                7 => Action::Reduce { bet, by: amount },
                _ => Action::Working { bet, how },
            }
        });
    prop_oneof![
        12 => (0_u8..3, action).prop_map(|(seat, action)| Event::Act(seat, action)),
        5 => (1_u8..=6, 1_u8..=6).prop_map(|(a, b)| Event::Roll(a, b)),
        1 => (0_u8..3).prop_map(Event::Sit),
        1 => (0_u8..3, any::<bool>()).prop_map(|(seat, leaving)| Event::Stand(seat, leaving)),
    ]
}

/// The seats' balances beside a table.
pub(super) struct Game {
    pub(super) table: Table,
    pub(super) balances: [u64; 3],
}

impl Game {
    fn worth(&self, number: u8) -> u64 {
        self.balances[usize::from(number)] + self.table.at_risk(seat(number)).get()
    }

    pub(super) fn happens(&mut self, event: &Event) {
        let before = [0, 1, 2].map(|number| self.worth(number));
        match event {
            Event::Act(number, action) => {
                let table = self.table.clone();
                let balance = &mut self.balances[usize::from(*number)];
                match self.table.act(seat(*number), action, Chips::new(*balance)) {
                    Ok(flow) => *balance = *balance - flow.paid.get() + flow.returned.get(),
                    Err(_) => assert_eq!(self.table, table, "a refusal changes nothing"),
                }
                assert_eq!([0, 1, 2].map(|number| self.worth(number)), before);
            }
            Event::Roll(a, b) => {
                let liability = [0, 1, 2].map(|number| self.table.liability(seat(number)).get());
                for settled in self.table.roll(dice(*a, *b)).seats {
                    let sum: u64 = settled.decisions.iter().map(|it| it.credit.get()).sum();
                    assert_eq!(sum, settled.credit.get());
                    self.balances[usize::from(settled.seat.get())] += sum;
                }
                for number in [0_u8, 1, 2] {
                    let at = usize::from(number);
                    assert!(
                        self.worth(number) <= before[at] + liability[at],
                        "liability"
                    );
                }
            }
            Event::Sit(number) => {
                let seated = self.table.is_seated(seat(*number));
                assert_eq!(self.table.sit(seat(*number)).is_err(), seated);
            }
            Event::Stand(number, withheld) => {
                let stood = match withheld {
                    true => self.table.stand_leaving_bets(seat(*number)),
                    false => self.table.stand(seat(*number)),
                };
                if let Ok(stood) = stood {
                    self.balances[usize::from(*number)] += stood.returned.get();
                    assert_eq!(self.table.at_risk(seat(*number)), stood.left_behind);
                }
                assert_eq!([0, 1, 2].map(|number| self.worth(number)), before);
            }
        }
    }

    /// What holds between any two events.
    fn check(&self) {
        let table = &self.table;
        assert_eq!(table.shooter().is_none(), table.circle().is_empty());
        assert!(
            table
                .shooter()
                .is_none_or(|shooter| table.is_seated(shooter))
        );
        for number in [0_u8, 1, 2].map(seat) {
            let keys: Vec<BetKey> = table.bets(number).map(|(key, _)| key).collect();
            assert!(
                keys.is_sorted_by(|a, b| a < b),
                "one bet a key, in order: {keys:?}"
            );
            for (key, bet) in table.bets(number) {
                assert!(!bet.stake.is_zero(), "{key}");
                let flat = key.flat().map(|flat| table.bet(number, flat));
                assert!(
                    flat.is_none_or(|flat| flat.is_some()),
                    "odds without a flat bet: {key}"
                );
                let needs_point = matches!(key.bet(), BetId::PASS_ODDS | BetId::DONT_PASS_ODDS)
                    || matches!(
                        (key.bet(), key.number()),
                        (BetId::COME | BetId::DONT_COME, None)
                    );
                assert!(
                    !needs_point || table.puck().phase() == Phase::Point,
                    "{key} on a come-out"
                );
            }
        }
        let bytes = postcard::to_stdvec(table).unwrap();
        let read: Table = postcard::from_bytes(&bytes).unwrap();
        assert_eq!((&read, postcard::to_stdvec(&read).unwrap()), (table, bytes));
        let text = serde_json::to_string(table).unwrap();
        assert_eq!(&serde_json::from_str::<Table>(&text).unwrap(), table);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_actions_and_rolls_makes_or_loses_a_chip(
        events in prop::collection::vec(any_event(), 1..120),
        upfront in any::<bool>(),
    ) {
        let vig_timing = if upfront { VigTiming::Upfront } else { VigTiming::OnWin };
        let table = Table::new(TableRules { vig_timing, ..open_rules() }).unwrap();
        let mut game = Game { table, balances: [2_000; 3] };
        for number in 0..3 {
            game.happens(&Event::Sit(number));
        }
        for event in &events {
            game.happens(event);
            game.check();
        }
    }
}
