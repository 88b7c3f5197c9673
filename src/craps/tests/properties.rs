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
    Action, Barred, BetId, BetKey, BoxNumber, Decision, Dice, OddsLimit, Outcome, Phase, Puck,
    Refusal, SeatNo, SeatResult, ShooterLeaves, SinglePayouts, Table, TableRules, VigRounding,
    VigTiming, WorkingFlag,
};
use crate::ledger::Chips;

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

/// Houses that decide, pay, or leave up what others don't.
fn houses() -> [TableRules; 3] {
    let upfront = TableRules {
        vig_timing: VigTiming::Upfront,
        vig_rounding: VigRounding::Up,
        ..open_rules()
    };
    let other = TableRules {
        field_2: 3,
        field_12: 3,
        bar: Barred::Two,
        vig_timing: VigTiming::OnWinOn4And10,
        vig_rounding: VigRounding::Nearest,
        singles: SinglePayouts { easy: 14, hard: 29 },
        hardways_working_on_come_out: true,
        place_buy_working_on_come_out: true,
        come_odds_working_on_come_out: true,
        one_roll_winners_stay_up: true,
        ..open_rules()
    };
    [open_rules(), upfront, other]
}

/// Walks through every state that a bet can come to and rolls every roll in it; returns how many there are.
fn walk(rules: &TableRules, key: BetKey) -> usize {
    let has_vig = matches!(key.info().family, Family::Buy | Family::Lay);
    let upfront = has_vig && rules.pays_vig_upfront(key.info());
    let bet = PlacedBet {
        stake: Chips::new(20),
        commission: Chips::new(if upfront { 2 } else { 0 }),
        ..PlacedBet::default()
    };
    let pucks = [Puck::Off].into_iter().chain(BoxNumber::ALL.map(Puck::On));
    let mut open: Vec<(Puck, BetKey, PlacedBet)> = pucks
        .flat_map(|puck| flags(key).iter().map(move |how| (puck, *how)))
        .map(|(puck, working)| (puck, key, PlacedBet { working, ..bet }))
        .collect();
    let state =
        |(puck, key, bet): &(Puck, BetKey, PlacedBet)| (*puck, *key, bet.working, bet.progress);
    let mut seen: BTreeSet<_> = open.iter().map(state).collect();
    while let Some((puck, key, bet)) = open.pop() {
        for next in check_all_rolls(rules, puck, key, bet) {
            if seen.insert(state(&next)) {
                open.push(next);
            }
        }
    }
    seen.len()
}

#[test]
fn every_roll_has_one_outcome_for_every_bet_in_every_state_and_no_chip_is_made() {
    for (place, rules) in houses().iter().enumerate() {
        // No house changes what hand-long bets go through.
        let keys = all_keys().filter(|key| place == 0 || key.info().family != Family::Side);
        let states: usize = keys.map(|key| walk(rules, key)).sum();
        // Fewer would mean that some can't be reached any more.
        assert_eq!(states, if place == 0 { 235_551 } else { 2_065 });
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
    PassDice(u8),
    EndWait,
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
        1 => prop_oneof![(0_u8..3).prop_map(Event::PassDice), Just(Event::EndWait)],
    ]
}

/// Rules of any house, as far as they decide what a roll does to a bet or who has the dice.
pub(super) fn any_house() -> impl Strategy<Value = TableRules> {
    let timings = [
        VigTiming::OnWin,
        VigTiming::Upfront,
        VigTiming::OnWinOn4And10,
    ];
    let roundings = [VigRounding::Down, VigRounding::Nearest, VigRounding::Up];
    let vig = (
        prop::sample::select(timings.to_vec()),
        prop::sample::select(roundings.to_vec()),
        0_u64..4,
    );
    let odds = prop::sample::select(OddsLimit::ALL.to_vec());
    let singles = (5_u32..20, 5_u32..40);
    let prices = (2_u32..=3, 2_u32..=3, any::<bool>(), singles);
    let work = any::<[bool; 3]>();
    (vig, odds, prices, work, any::<[bool; 3]>()).prop_map(|(vig, odds, prices, work, ways)| {
        let (on_aces, on_boxcars, bars_two, (easy, hard)) = prices;
        let [raise_pass, one_roll_winners_stay_up, bets_wait] = ways;
        TableRules {
            vig_timing: vig.0,
            vig_rounding: vig.1,
            vig_min: Chips::new(vig.2),
            odds,
            field_2: on_aces,
            field_12: on_boxcars,
            bar: if bars_two {
                Barred::Two
            } else {
                Barred::Twelve
            },
            singles: SinglePayouts { easy, hard },
            hardways_working_on_come_out: work[0],
            place_buy_working_on_come_out: work[1],
            come_odds_working_on_come_out: work[2],
            raise_pass,
            one_roll_winners_stay_up,
            shooter_leaves: if bets_wait {
                ShooterLeaves::BetsWait
            } else {
                ShooterLeaves::DicePassOn
            },
            ..open_rules()
        }
    })
}

/// What a bet of a table is worth to its seat: the stake, and the commission that is held with it.
fn worth_of(table: &Table, number: SeatNo, key: BetKey) -> i128 {
    let at_risk = table.bet(number, key).map(PlacedBet::at_risk);
    i128::from(at_risk.unwrap_or_default().get())
}

/// What a roll made a seat richer, by the outcomes that it tells.
pub(super) fn gained(before: &Table, after: &Table, settled: &SeatResult) -> i128 {
    let gain = |decision: &Decision| {
        let held = |table: &Table| {
            let bet = table.bet(settled.seat, decision.key);
            i128::from(bet.map_or(Chips::ZERO, |bet| bet.commission).get())
        };
        let stake = i128::from(decision.stake.get());
        match decision.outcome {
            // A bet that stays up holds a new commission, which its win paid.
            Outcome::Win { pays } => {
                let new = if decision.stays_up { held(after) } else { 0 };
                i128::from(pays.get()) - held(before) + new
            }
            Outcome::Lose => -stake - held(before),
            Outcome::Push | Outcome::Return | Outcome::Moved { .. } => 0,
        }
    };
    settled.decisions.iter().map(gain).sum()
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
                    Ok(flow) => {
                        *balance = *balance - flow.paid.get() + flow.returned.get();
                        if let Action::TakeDown { bet } = *action {
                            let odds = all_keys().filter(|key| key.flat() == Some(bet));
                            let down: i128 = [bet]
                                .into_iter()
                                .chain(odds)
                                .map(|key| worth_of(&table, seat(*number), key))
                                .sum();
                            assert_eq!(i128::from(flow.returned.get()), down, "{bet}");
                        }
                    }
                    Err(_) => assert_eq!(self.table, table, "a refusal changes nothing"),
                }
                assert_eq!([0, 1, 2].map(|number| self.worth(number)), before);
            }
            Event::Roll(a, b) => {
                let liability = [0, 1, 2].map(|number| self.table.liability(seat(number)).get());
                let table = self.table.clone();
                for settled in self.table.roll(dice(*a, *b)).seats {
                    let at_risk = |table: &Table| i128::from(table.at_risk(settled.seat).get());
                    assert_eq!(
                        i128::from(settled.credit.get()) + at_risk(&self.table) - at_risk(&table),
                        gained(&table, &self.table, &settled),
                        "no chip is made or lost but by an outcome: {settled:?}"
                    );
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
            Event::PassDice(number) => {
                let had = self.table.shooter() == Some(seat(*number));
                let passed = self.table.pass_dice(seat(*number));
                assert_eq!(passed.is_ok(), had && self.table.circle().len() > 1);
            }
            Event::EndWait => {
                self.table.end_wait();
                assert_eq!(self.table.waits_for(), None);
            }
        }
    }

    /// What holds between any two events.
    fn check(&self) {
        let table = &self.table;
        let waits = table.waits_for();
        assert!(waits.is_none_or(|number| !table.is_seated(number) && !table.circle().is_empty()));
        assert_eq!(
            table.shooter().is_none(),
            table.circle().is_empty() || waits.is_some()
        );
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
        house in any_house(),
    ) {
        let table = Table::new(house).unwrap();
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
