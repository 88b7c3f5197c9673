//! Tables at the largest limits that the settings permit: no sum of chips leaves 64 bits, and none is
//! made or lost.

use proptest::prelude::*;

use super::properties::{all_keys, gained};
use super::{dice, open_rules, seat};
use crate::craps::limits::{
    BET_AND_WIN_MAX, BET_MAX, BETS_PER_SEAT_MAX, PRICE_MAX, RATE_DENOMINATOR_MAX, SINGLE_PRICE_MIN,
};
use crate::craps::resolve::most_win;
use crate::craps::{
    Action, AtsPayouts, Barred, BetKey, Dice, FirePayouts, HopPayouts, OddsLimit, Ratio, SeatNo,
    SinglePayouts, Table, TableRules, VigRounding, VigTiming, WorkingFlag,
};
use crate::ledger::Chips;

/// More than a seat can stake and win: so much in each balance that nothing is refused for want of it.
const RICH: u64 = BET_AND_WIN_MAX * BETS_PER_SEAT_MAX * 8;

/// The commission at the ends of what is permitted.
fn any_vig() -> impl Strategy<Value = TableRules> {
    let timings = vec![
        VigTiming::OnWin,
        VigTiming::Upfront,
        VigTiming::OnWinOn4And10,
    ];
    let roundings = vec![VigRounding::Down, VigRounding::Nearest, VigRounding::Up];
    let most = RATE_DENOMINATOR_MAX;
    let rates = vec![
        Ratio::new(most - 1, most),
        Ratio::new(1, most),
        Ratio::new(0, 1),
        Ratio::new(0, most),
    ];
    let rate = || prop::sample::select(rates.clone());
    (
        prop::sample::select(timings),
        prop::sample::select(roundings),
        prop_oneof![Just(0), Just(1), Just(BET_MAX)],
        rate(),
        rate(),
    )
        .prop_map(|(vig_timing, vig_rounding, vig_min, vig_rate, keeps)| {
            let vig_min = Chips::new(vig_min);
            TableRules {
                vig_rate,
                vig_timing,
                vig_rounding,
                vig_min,
                yes_no_next_commission: keeps,
                ..open_rules()
            }
        })
}

/// Rules at the ends of what is permitted, mostly the upper ones.
fn any_largest() -> impl Strategy<Value = TableRules> {
    let price = |least| prop_oneof![1 => Just(least), 3 => Just(PRICE_MAX)];
    let prices = (price(1), price(1), price(1), price(SINGLE_PRICE_MIN));
    let odds = prop_oneof![
        1 => prop::sample::select(OddsLimit::ALL.to_vec()),
        3 => Just(OddsLimit::Hundred)
    ];
    let least = prop_oneof![3 => Just(1), 1 => Just(BET_MAX)];
    (any_vig(), prices, odds, least, any::<[bool; 7]>()).prop_map(
        |(vig, (side, easy, hard, single), odds, least, is)| TableRules {
            min_bet: Chips::new(least),
            max_bet: Chips::new(BET_MAX),
            side_bet_max: Chips::new(BET_MAX),
            odds,
            ats: AtsPayouts {
                small: side,
                tall: side,
                all: PRICE_MAX,
            },
            fire: FirePayouts {
                four: side,
                five: PRICE_MAX,
                six: PRICE_MAX,
            },
            hops: HopPayouts { easy, hard },
            singles: SinglePayouts {
                easy: single,
                hard: PRICE_MAX,
            },
            field_2: 3,
            field_12: if is[0] { 3 } else { 2 },
            bar: if is[1] { Barred::Two } else { Barred::Twelve },
            hardways_working_on_come_out: is[2],
            place_buy_working_on_come_out: is[3],
            come_odds_working_on_come_out: is[4],
            raise_pass: is[5],
            one_roll_winners_stay_up: is[6],
            ..vig
        },
    )
}

/// One thing that happens at a full table.
#[derive(Clone, Debug)]
enum Event {
    /// Every seat makes every bet that it may, as high as it goes.
    Fill,
    /// A seat asks for this much.
    Place(u8, BetKey, u64),
    Reduce(u8, BetKey, u64),
    TakeDown(u8, BetKey),
    /// A seat calls all its bets on or off.
    Call(u8, WorkingFlag),
    /// Somebody stands up, leaving bets, and may sit down again.
    Leave(u8, bool),
    Roll(u8, u8),
    /// Some seats miss the roll.
    RollExcept(u8, u8, u8),
}

fn any_event() -> impl Strategy<Value = Event> {
    let bet = || prop::sample::select(all_keys().collect::<Vec<_>>());
    let amount = || {
        prop_oneof![
            Just(1),
            Just(BET_MAX - 1),
            Just(BET_MAX),
            Just(BET_MAX / 20 * 20),
            BET_MAX / 2..=BET_MAX,
            Just(200 * BET_MAX),
            Just(u64::MAX),
        ]
    };
    let who = || 0_u8..16;
    let face = || 1_u8..=6;
    let how = prop::sample::select(vec![
        WorkingFlag::Default,
        WorkingFlag::On,
        WorkingFlag::Off,
    ]);
    prop_oneof![
        3 => Just(Event::Fill),
        3 => (who(), bet(), amount()).prop_map(|(at, bet, by)| Event::Place(at, bet, by)),
        2 => (who(), bet(), amount()).prop_map(|(at, bet, by)| Event::Reduce(at, bet, by)),
        1 => (who(), bet()).prop_map(|(at, bet)| Event::TakeDown(at, bet)),
        2 => (who(), how).prop_map(|(at, how)| Event::Call(at, how)),
        1 => (who(), any::<bool>()).prop_map(|(at, back)| Event::Leave(at, back)),
        8 => (face(), face()).prop_map(|(a, b)| Event::Roll(a, b)),
        1 => (face(), face(), who()).prop_map(|(a, b, out)| Event::RollExcept(a, b, out)),
    ]
}

/// A full table and the balances beside it.
struct Crowd {
    table: Table,
    balances: [u64; 16],
    /// The most bets that a seat ever had, and the largest stake.
    most: (usize, u64),
}

impl Crowd {
    fn new(rules: TableRules) -> Self {
        let mut table = Table::new(rules).unwrap();
        for number in SeatNo::all() {
            table.sit(number).unwrap();
        }
        Self {
            table,
            balances: [RICH; 16],
            most: (0, 0),
        }
    }

    /// All chips there are.
    fn total(&self) -> u128 {
        let at_risk = SeatNo::all().map(|number| u128::from(self.table.at_risk(number).get()));
        let balances = self.balances.iter().map(|balance| u128::from(*balance));
        at_risk.chain(balances).sum()
    }

    fn act(&mut self, number: SeatNo, action: &Action) {
        let balance = &mut self.balances[usize::from(number.get())];
        if let Ok(flow) = self.table.act(number, action, Chips::new(*balance)) {
            let left = balance.checked_sub(flow.paid.get()).expect("a paid bet");
            *balance = left.checked_add(flow.returned.get()).expect("64 bits");
        }
    }

    fn fill(&mut self) {
        for number in SeatNo::all() {
            for bet in all_keys() {
                let multiple = u64::from(bet.info().stake_multiple);
                let most = Chips::new(BET_MAX - BET_MAX % multiple);
                let most = self.table.most_odds(number, bet).unwrap_or(most);
                let standing = self.table.bet(number, bet).map_or(0, |it| it.stake.get());
                let amount = Chips::new(most.get().saturating_sub(standing));
                self.act(number, &Action::Place { bet, amount });
            }
        }
    }

    fn roll(&mut self, roll: Dice, missing: &[SeatNo]) {
        let before = self.table.clone();
        let had = self.total();
        let (mut gain, mut liability) = (0_i128, 0_i128);
        for settled in self.table.roll_except(roll, missing).seats {
            let balance = &mut self.balances[usize::from(settled.seat.get())];
            *balance = balance.checked_add(settled.credit.get()).expect("64 bits");
            let of_seat = gained(&before, &self.table, &settled);
            let told: i128 = settled.decisions.iter().map(|it| i128::from(it.net)).sum();
            assert_eq!(told, of_seat, "{settled:?}");
            gain += of_seat;
            liability += i128::from(before.liability(settled.seat).get());
        }
        let has = i128::try_from(self.total()).unwrap();
        assert_eq!(has - i128::try_from(had).unwrap(), gain, "{roll}");
        assert!(gain <= liability, "{roll}: {gain} of {liability}");
    }

    fn happens(&mut self, event: &Event) {
        let had = self.total();
        match *event {
            Event::Fill => self.fill(),
            Event::Place(at, bet, amount) => {
                let amount = Chips::new(amount);
                self.act(seat(at), &Action::Place { bet, amount });
            }
            Event::Reduce(at, bet, by) => {
                let by = Chips::new(by);
                self.act(seat(at), &Action::Reduce { bet, by });
            }
            Event::TakeDown(at, bet) => self.act(seat(at), &Action::TakeDown { bet }),
            Event::Call(at, how) => {
                for bet in all_keys() {
                    self.act(seat(at), &Action::Working { bet, how });
                }
            }
            Event::Leave(at, back) => {
                if let Ok(stood) = self.table.stand(seat(at)) {
                    let balance = &mut self.balances[usize::from(at)];
                    *balance = balance.checked_add(stood.returned.get()).expect("64 bits");
                }
                if back {
                    self.table.sit(seat(at)).unwrap();
                }
            }
            Event::Roll(a, b) => return self.roll(dice(a, b), &[]),
            Event::RollExcept(a, b, out) => return self.roll(dice(a, b), &[seat(out)]),
        }
        assert_eq!(self.total(), had, "{event:?}");
    }

    /// What holds between any two events: no bet and its win are more than the bound.
    fn check(&mut self) {
        let (table, rules) = (&self.table, self.table.rules());
        for number in SeatNo::all() {
            let (mut bets, mut largest) = (0, 0);
            for (key, bet) in table.bets(number) {
                let win = most_win(rules, bet.puck(table.puck()), key, bet);
                let most = bet.at_risk().get() + win.get();
                assert!(most <= BET_AND_WIN_MAX, "{key}: {bet:?} {win}");
                bets += 1;
                largest = largest.max(bet.stake.get());
            }
            assert!(u64::try_from(bets).unwrap() <= BETS_PER_SEAT_MAX);
            let (most_bets, most_stake) = self.most;
            self.most = (most_bets.max(bets), most_stake.max(largest));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_at_the_largest_limits_overflows_or_makes_a_chip(
        events in prop::collection::vec(any_event(), 1..40),
        rules in any_largest(),
    ) {
        let mut crowd = Crowd::new(rules);
        for event in &events {
            crowd.happens(event);
            crowd.check();
        }
        // Whatever happened, the table is as full and as high as it can be once.
        crowd.fill();
        crowd.check();
        prop_assert!(crowd.most.0 > 80, "{} bets at once", crowd.most.0);
        prop_assert!(crowd.most.1 >= BET_MAX / 20 * 20, "{}", crowd.most.1);
        let number = crowd.table.circle().first().copied().unwrap_or(SeatNo::FIRST);
        let rows = crowd.table.outlook(number).rows;
        for roll in Dice::all() {
            let row = rows.iter().find(|row| row.rolls.contains(roll)).unwrap();
            let told: i128 = row.decisions.iter().map(|it| i128::from(it.net)).sum();
            prop_assert_eq!(told, i128::from(row.net));
        }
    }
}
