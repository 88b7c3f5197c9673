//! What holds for whole tables: no order matters, no limit overflows, equal states are equal bytes.

use proptest::prelude::*;

use super::properties::{Event, Game, all_keys, any_event, any_house};
use super::{dice, key, open_rules, place, played, seat};
use crate::craps::catalogue::{Rule, catalogue};
use crate::craps::limits::{BET_AND_WIN_MAX, BET_MAX, BETS_PER_SEAT_MAX, PRICE_MAX};
use crate::craps::roll::settle_seat;
use crate::craps::table::Seat;
use crate::craps::{
    Action, AtsPayouts, BoxNumber, Dice, FirePayouts, HopPayouts, OddsLimit, Outcome, Ratio,
    RollSet, SeatNo, SinglePayouts, Table, TableRules, VigRounding, VigTiming,
};
use crate::ledger::Chips;

#[test]
fn no_roll_is_in_two_outcomes_of_a_bet() {
    let both = |a: RollSet, b: RollSet| a.iter().any(|roll| b.contains(roll));
    for info in catalogue() {
        match info.rule {
            Rule::OneRoll { prizes, pushes } => {
                for (place, prize) in prizes.iter().enumerate() {
                    let earlier = prizes.iter().take(place);
                    assert!(
                        !earlier.clone().any(|it| both(it.on, prize.on)),
                        "{}",
                        info.id
                    );
                    assert!(
                        !both(prize.on, pushes) && !prize.on.is_empty(),
                        "{}",
                        info.id
                    );
                }
            }
            Rule::Race { wins, loses, .. } => {
                assert!(!both(wins, loses), "{}", info.id);
                assert!(!wins.is_empty() && !loses.is_empty(), "{}", info.id);
            }
            // The least scores rise, so that a score has one price.
            Rule::HandLong(long) => assert!(long.tiers.is_sorted_by(|a, b| a.0 < b.0)),
            Rule::Line(_) | Rule::Odds { .. } | Rule::TwoRolls { .. } => {}
        }
    }
}

/// The most that a table can be set to.
fn largest_rules(vig_timing: VigTiming) -> TableRules {
    let rate = Ratio::new(999, 1_000);
    let (small, four, easy) = (PRICE_MAX, PRICE_MAX, PRICE_MAX);
    TableRules {
        max_bet: Chips::new(BET_MAX),
        side_bet_max: Chips::new(BET_MAX),
        odds: OddsLimit::Hundred,
        vig_rate: rate,
        vig_timing,
        vig_rounding: VigRounding::Up,
        vig_min: Chips::new(BET_MAX),
        ats: AtsPayouts {
            small,
            tall: small,
            all: small,
        },
        fire: FirePayouts {
            four,
            five: four,
            six: four,
        },
        hops: HopPayouts { easy, hard: easy },
        singles: SinglePayouts { easy, hard: easy },
        field_2: 3,
        field_12: 3,
        hardways_working_on_come_out: true,
        place_buy_working_on_come_out: true,
        come_odds_working_on_come_out: true,
        raise_pass: true,
        one_roll_winners_stay_up: true,
        ..open_rules()
    }
}

/// Puts every bet up that the table takes, each as high as it goes.
fn fill(table: &mut Table) {
    let rich = Chips::new(u64::MAX);
    for number in SeatNo::all() {
        for bet in all_keys() {
            let multiple = u64::from(bet.info().stake_multiple);
            let most = BET_MAX - BET_MAX % multiple;
            let amount = table.most_odds(number, bet).unwrap_or(Chips::new(most));
            let action = Action::Place { bet, amount };
            let _refused_here = table.act(number, &action, rich).is_err();
        }
    }
}

#[test]
fn sixteen_seats_with_every_bet_at_the_largest_limits_never_overflow() {
    for vig_timing in [
        VigTiming::OnWin,
        VigTiming::Upfront,
        VigTiming::OnWinOn4And10,
    ] {
        let mut table = Table::new(largest_rules(vig_timing)).unwrap();
        for number in SeatNo::all() {
            table.sit(number).unwrap();
        }
        let (mut bets_most, mut stake_most) = (0, 0);
        // Both phases, every number for come bets, points made, and sevens on either side.
        for (a, b) in [
            (1, 1),
            (3, 4),
            (2, 2),
            (1, 4),
            (3, 3),
            (4, 4),
            (4, 5),
            (5, 5),
            (1, 3),
            (6, 6),
            (5, 6),
            (2, 3),
            (3, 3),
            (4, 4),
            (4, 5),
            (5, 5),
            (3, 4),
            (2, 4),
            (2, 2),
            (6, 2),
            (5, 1),
            (1, 6),
        ] {
            fill(&mut table);
            let bets = table.bets(SeatNo::FIRST).count();
            bets_most = bets_most.max(bets);
            assert!(u64::try_from(bets).unwrap() <= BETS_PER_SEAT_MAX);
            for (key, bet) in table.bets(SeatNo::FIRST) {
                stake_most = stake_most.max(bet.stake.get());
                let win = crate::craps::resolve::most_win(table.rules(), table.puck(), key, bet);
                assert!(bet.at_risk().get() + win.get() <= BET_AND_WIN_MAX, "{key}");
            }
            assert_eq!(
                table
                    .outlook(SeatNo::FIRST)
                    .rows
                    .iter()
                    .map(|row| row.rolls.ways())
                    .sum::<u32>(),
                36
            );
            let result = table.roll(dice(a, b));
            assert_eq!(result.seats.len(), 16);
            let [first, others @ ..] = result.seats.as_slice() else {
                panic!("nobody")
            };
            let credit = first.credit;
            assert!(
                others.iter().all(|at| at.credit == credit),
                "all seats bet alike"
            );
        }
        assert!(bets_most > 130, "{bets_most} bets stood at once");
        let keys = u64::try_from(all_keys().count()).unwrap();
        assert!((keys..keys + 4).contains(&BETS_PER_SEAT_MAX), "{keys}");
        assert_eq!(stake_most, 200 * BET_MAX, "100 times odds against a 4");
    }
}

/// What a roll does to some bets of a seat: credits and outcomes by bet, and the bets that are up.
type Settled = (Vec<(String, Outcome, u64)>, Vec<(String, u64, u32)>, u64);

fn settled(table: &Table, bets: &Seat, roll: Dice) -> Settled {
    let (mut seat, mut decisions) = (bets.clone(), Vec::new());
    let credit = settle_seat(table.rules(), table.puck(), &mut seat, roll, &mut decisions);
    let mut decided: Vec<_> = decisions
        .iter()
        .map(|it| (it.key.to_string(), it.outcome, it.credit.get()))
        .collect();
    decided.sort_by(|a, b| a.0.cmp(&b.0));
    let up = |(key, bet): &(crate::craps::BetKey, crate::craps::PlacedBet)| {
        (key.to_string(), bet.at_risk().get(), bet.progress)
    };
    let mut standing: Vec<_> = seat.bets.iter().map(up).collect();
    standing.sort();
    (decided, standing, credit.get())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn each_bet_alone_and_all_in_any_order_are_settled_alike(
        events in prop::collection::vec(any_event(), 20..120),
        turn in 0_usize..100,
        house in any_house(),
    ) {
        let mut game = Game { table: Table::new(house).unwrap(), balances: [5_000; 3] };
        for number in 0..3 {
            game.happens(&Event::Sit(number));
        }
        for event in &events {
            game.happens(event);
        }
        let table = game.table;
        for bets in &table.seats {
            for roll in Dice::all() {
                let whole = settled(&table, bets, roll);
                let mut turned = bets.clone();
                let count = bets.bets.len().max(1);
                turned.bets.rotate_left(turn % count);
                if turn % 2 == 0 {
                    turned.bets.reverse();
                }
                prop_assert_eq!(&settled(&table, &turned, roll).0, &whole.0);
                let (mut decided, mut standing, mut credit) = (Vec::new(), Vec::new(), 0);
                for bet in &bets.bets {
                    let alone = Seat { number: bets.number, bets: vec![*bet] };
                    let (one, up, paid) = settled(&table, &alone, roll);
                    decided.extend(one);
                    standing.extend(up);
                    credit += paid;
                }
                decided.sort_by(|a, b| a.0.cmp(&b.0));
                standing.sort();
                prop_assert_eq!((decided, standing, credit), whole, "{}", roll);
            }
        }
    }

    #[test]
    fn what_may_be_placed_is_told_before_and_odds_stop_at_the_most_that_is_told(
        events in prop::collection::vec(any_event(), 0..60),
        balance in 0_u64..400,
        house in any_house(),
    ) {
        let mut game = Game { table: Table::new(house).unwrap(), balances: [5_000; 3] };
        for number in 0..3 {
            game.happens(&Event::Sit(number));
        }
        for event in &events {
            game.happens(event);
        }
        for number in [0, 7].map(seat) {
            for bet in all_keys() {
                for amount in [1, 60].map(Chips::new) {
                    let told = game.table.can_place(number, bet, amount, Chips::new(balance));
                    let mut table = game.table.clone();
                    let done = table.act(number, &Action::Place { bet, amount }, Chips::new(balance));
                    prop_assert_eq!(told, done.map(|_| ()), "{}", bet);
                }
                let standing = game.table.bet(number, bet).map_or(0, |it| it.stake.get());
                let most = game.table.most_odds(number, bet);
                if let Some(most) = most.filter(|most| !most.is_zero())
                    && game.table.is_seated(number)
                    && game.table.quote(number, bet).available.is_ok()
                {
                    let fits = |total: u64| {
                        let amount = Chips::new(total - standing);
                        game.table.can_place(number, bet, amount, Chips::new(u64::MAX)).is_ok()
                    };
                    prop_assert!(standing == most.get() || fits(most.get()), "{} {}", bet, most);
                    prop_assert!(!fits(most.get() + 1), "{} {}", bet, most);
                }
            }
        }
    }
}

#[test]
fn the_same_bets_made_in_another_order_are_the_same_bytes() {
    let bets = [
        "place_6 12",
        "come 10",
        "pass_odds 20",
        "hard_8 5",
        "field 5",
        "buy_4 20",
    ];
    let encoded = |bets: &mut dyn Iterator<Item = &&str>| {
        let all: Vec<&str> = bets.copied().collect();
        let script = format!("pass 10, fire 5, 4-4, {}", all.join(", "));
        postcard::to_stdvec(&played(&script).table).unwrap()
    };
    assert_eq!(encoded(&mut bets.iter()), encoded(&mut bets.iter().rev()));
}

#[test]
fn the_bytes_of_a_played_table_are_those_of_ever() {
    let mut table = Table::new(open_rules()).unwrap();
    for number in [3, 0, 7] {
        table.sit(seat(number)).unwrap();
    }
    let rich = Chips::new(1_000_000);
    let digest = |table: &Table| {
        let bytes = postcard::to_stdvec(table).unwrap();
        blake3::hash(&bytes)
            .to_hex()
            .chars()
            .take(16)
            .collect::<String>()
    };
    let mut hashes = vec![digest(&table)];
    for number in [0, 3, 7] {
        for bet in [
            "pass",
            "fire",
            "hot_roller",
            "replay",
            "ats_all",
            "twice_hard",
        ] {
            table.act(seat(number), &place(bet, 10), rich).unwrap();
        }
    }
    hashes.push(digest(&table));
    for (a, b) in [(2, 2), (4, 5), (6, 6), (1, 3), (4, 4)] {
        table.roll(dice(a, b));
        for bet in ["come", "dont_come", "place_6", "hard_6"] {
            let _refused_in_some_phases = table.act(seat(3), &place(bet, 12), rich).is_err();
        }
    }
    assert_eq!(table.puck().point(), Some(BoxNumber::Eight));
    hashes.push(digest(&table));
    table.stand(seat(0)).unwrap();
    hashes.push(digest(&table));
    assert!(table.bet(seat(0), key("fire")).is_some());
    insta::assert_snapshot!(hashes.join(" "), @"d6e49d4a7c47b25f afadf80a4d480f6a 927ea1dee5f689ab d6641d6ba167e8db");
}
