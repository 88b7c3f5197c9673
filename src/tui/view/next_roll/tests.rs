//! What is shown of the next roll against each roll as it is rolled.

use super::*;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;

use crate::craps::{
    Action, Barred, BetId, BetSet, BoxNumber, Dice, TableRules, VigTiming, WorkingFlag,
};
use crate::ledger::Chips;
use crate::tui::fixture::{self, Script};

/// What a bet can win with the next roll and what it loses on, in so many columns, after a script.
fn shown(bets: &[(&str, u64)], bet: &str, columns: u16) -> (String, String) {
    let mut script = Script::new("practice").sit(fixture::ME, None, 1_000);
    for (bet, amount) in bets {
        script = script.bet(fixture::ME, bet, *amount);
    }
    let view = script.view();
    let outlook = view.table.outlook(view.me.unwrap());
    let bet = bet.parse().unwrap();
    let win = best_of(&outlook.rows, bet, columns).unwrap_or_default();
    (win, loses_on(&outlook.rows, bet, columns))
}

#[test]
fn rolls_do_the_same_where_their_words_are_equal() {
    for (name, make) in fixture::states() {
        let model = make();
        let Some((table, seat)) = model.seat() else {
            continue;
        };
        let rows = table.table.outlook(seat).rows;
        for (one, other) in rows
            .iter()
            .flat_map(|one| rows.iter().map(move |it| (one, it)))
        {
            let (one, other) = (&one.decisions, &other.decisions);
            let in_words = effects(one) == effects(other);
            assert_eq!(do_the_same(one, other), in_words, "{name}");
        }
    }
}

#[test]
fn the_slip_says_what_a_bet_can_win_next_and_what_it_loses_on() {
    let bets = [
        ("pass", 10),
        ("hop_1_5", 5),
        ("hard_6", 5),
        ("next_6", 25),
        ("field", 10),
    ];
    let next = |bet: &str, columns| shown(&bets, bet, columns);
    let both = |win: &str, loss: &str| (win.to_owned(), loss.to_owned());
    assert_eq!(next("pass", 12), both("+10 on 7 11", "2 3 12"));
    assert_eq!(next("hop_1_5", 11), both("+75 on 1-5", "34/36"));
    assert_eq!(
        next("hard_6", 11),
        both("", ""),
        "it is off on the come-out"
    );
    assert_eq!(next("next_6", 11), both("+151 on 6", "31/36"));
    assert_eq!(next("field", 11), both("up to +20", "5 6 7 8"));
}

#[test]
fn a_win_on_several_totals_never_reads_as_one_on_a_single_total() {
    let best = |script: Script, bet: &str| {
        let view = script.view();
        let outlook = view.table.outlook(view.me.unwrap());
        best_of(&outlook.rows, bet.parse().unwrap(), 11).unwrap_or_default()
    };
    let base = || Script::new("practice").sit(fixture::ME, None, 1_000);
    let pass = base().bet(fixture::ME, "pass", 10);
    assert_eq!(best(pass.clone(), "pass"), "+10 on 7 11");
    assert_eq!(best(pass.roll(3, 3), "pass"), "+10 on 6");
    let field = base().bet(fixture::ME, "field", 10);
    assert_eq!(best(field, "field"), "up to +20", "2 and 12 pay more");
    let craps = base().bet(fixture::ME, "any_craps", 10);
    assert_eq!(best(craps, "any_craps"), "+70 2 3 12");
}

#[test]
fn rows_name_every_roll_once_and_say_what_it_then_does() {
    let all: Vec<BetKey> = BetId::all()
        .filter_map(|bet| BetKey::new(bet, None))
        .collect();
    let base = || Script::new("practice").sit(fixture::ME, None, 100_000);
    for bet in all {
        let seat = crate::craps::SeatNo::FIRST;
        let offered = |script: &Script| script.view().table.quote(seat, bet).available.is_ok();
        let scripts = [base(), base().bet(fixture::ME, "pass", 10).roll(4, 4)];
        for script in scripts.into_iter().filter(offered) {
            let script = script.bet(fixture::ME, &bet.to_string(), 20);
            let model = fixture::model(&script);
            let (rows, idle) = rows(&model);
            let named: u32 = rows.iter().map(|row| row.ways).sum();
            assert_eq!(named + idle, 36, "{bet}");
            for dice in Dice::all() {
                let before = script.view();
                let after = script.clone().roll(dice.a(), dice.b()).view();
                let worth = |view: &crate::gaming::TableView| {
                    i64::try_from(view.balance.get() + view.table.at_risk(seat).get()).unwrap()
                };
                let net = worth(&after) - worth(&before);
                let found: Vec<&Row> = rows.iter().filter(|row| row.rolls.contains(dice)).collect();
                assert!(found.len() <= 1, "{bet} {dice}: in two rows");
                let said = found.first().map_or(0, |row| row.net);
                assert_eq!(said, net, "{bet} {dice}");
            }
        }
    }
}

/// The rolls that words name: `6`, `hard 6`, `easy 6`, `1-5`, and several of them.
fn named(words: &str) -> RollSet {
    let pair = |word: &str| {
        let (a, b) = word.split_once('-')?;
        Some(RollSet::pair(a.parse().ok()?, b.parse().ok()?))
    };
    let (mut rolls, mut kind) = (RollSet::NONE, "");
    for word in words.split(' ') {
        if matches!(word, "hard" | "easy") {
            kind = word;
            continue;
        }
        let of_word = pair(word).unwrap_or_else(|| {
            let total: u8 = word.parse().unwrap();
            let hard = RollSet::pair(total / 2, total / 2);
            match kind {
                "hard" => hard,
                "easy" => RollSet::total(total).without(hard),
                _ => RollSet::total(total),
            }
        });
        rolls = rolls.or(of_word);
        kind = "";
    }
    rolls
}

#[test]
fn rolls_are_named_so_that_they_can_be_told_apart() {
    let pair = RollSet::pair;
    for (words, rolls) in [
        ("6", RollSet::total(6)),
        ("hard 6", pair(3, 3)),
        ("easy 6 7", pair(1, 5).or(pair(2, 4)).or(RollSet::total(7))),
        ("1-5 hard 4", pair(1, 5).or(pair(2, 2))),
    ] {
        assert_eq!(named(words), rolls, "{words}");
    }
}

/// What is played before the question: bets by place in the list of all, with units, some of
/// them called on or off, and the roll.
type Play = (Vec<(Index, u64)>, Vec<(Index, bool)>, (u8, u8), bool);

fn any_play() -> impl Strategy<Value = Play> {
    let bets = prop::collection::vec((any::<Index>(), 1_u64..25), 10..120);
    let calls = prop::collection::vec((any::<Index>(), any::<bool>()), 0..20);
    let roll = prop_oneof![
        1 => (1_u8..=6, 1_u8..=6),
        2 => (1_u8..=6, 1_u8..=6).prop_filter("no seven", |(a, b)| a + b != 7),
    ];
    (bets, calls, roll, prop::bool::weighted(0.1))
}

fn any_house() -> impl Strategy<Value = TableRules> {
    let timings = vec![
        VigTiming::OnWin,
        VigTiming::Upfront,
        VigTiming::OnWinOn4And10,
    ];
    let timing = prop::sample::select(timings);
    (timing, 0_u64..6, any::<[bool; 5]>()).prop_map(|(vig_timing, vig_min, is)| TableRules {
        vig_timing,
        vig_min: Chips::new(vig_min),
        bar: if is[0] { Barred::Two } else { Barred::Twelve },
        hardways_working_on_come_out: is[1],
        place_buy_working_on_come_out: is[2],
        come_odds_working_on_come_out: is[3],
        one_roll_winners_stay_up: is[4],
        offered: BetSet::all(),
        ..TableRules::default()
    })
}

/// Checks everything that is shown of the next roll against each of the 36 as it is rolled.
fn check_shown(script: &Script) {
    let model = fixture::model(script);
    let (rows, idle) = rows(&model);
    let view = script.view();
    let seat = view.me.unwrap();
    let outlook = view.table.outlook(seat).rows;
    let owned = |script: &Script| {
        let view = script.view();
        (view.balance.get() + view.table.at_risk(seat).get()).cast_signed()
    };
    let had = owned(script);
    let mut won: BTreeMap<BetKey, (i64, RollSet)> = BTreeMap::new();
    let mut lost: BTreeMap<BetKey, RollSet> = BTreeMap::new();
    let mut untouched = 0;
    for dice in Dice::all() {
        let after = script.clone().roll(dice.a(), dice.b());
        let record = after.last().unwrap();
        let told: Vec<&Row> = rows.iter().filter(|row| row.rolls.contains(dice)).collect();
        let net = owned(&after) - had;
        assert_eq!(record.net, net, "{dice}");
        if record.decisions.is_empty() {
            assert_eq!((told.len(), net), (0, 0), "{dice}");
            untouched += 1;
            continue;
        }
        let [row] = told.as_slice() else {
            panic!("{dice} is in {} rows", told.len())
        };
        assert_eq!(row.net, net, "{dice}");
        assert_eq!(
            effects(&row.decisions),
            effects(&record.decisions),
            "{dice}"
        );
        assert!(named(&row.totals).contains(dice), "{dice}: {}", row.totals);
        for one in &record.decisions {
            let words = in_words(row);
            let name = text::name(one.key);
            assert!(words.contains(&format!("{name} ")), "{dice}: {words}");
            let mut rolls = RollSet::NONE;
            rolls.insert(dice);
            match one.outcome {
                Outcome::Win { .. } => {
                    let best = won.entry(one.key).or_insert((i64::MIN, RollSet::NONE));
                    *best = (best.0.max(one.net), best.1.or(rolls));
                }
                Outcome::Lose => {
                    let all = lost.entry(one.key).or_insert(RollSet::NONE);
                    *all = all.or(rolls);
                }
                Outcome::Push | Outcome::Return | Outcome::Moved { .. } => {}
            }
        }
    }
    assert_eq!(untouched, idle);
    for row in &rows {
        assert_eq!(named(&row.totals), row.rolls, "{}", row.totals);
        assert_eq!(row.rolls.ways(), row.ways);
    }
    for (bet, _) in view.table.bets(seat) {
        check_columns(&outlook, bet, won.get(&bet), lost.get(&bet));
    }
}

/// Checks what the slip shows of one bet: what it can win and on which rolls, and what it loses on.
fn check_columns(
    outlook: &[OutlookRow],
    bet: BetKey,
    won: Option<&(i64, RollSet)>,
    lost: Option<&RollSet>,
) {
    let loses = loses_on(outlook, bet, u16::MAX);
    let loses = (!loses.is_empty()).then(|| named(&loses));
    assert_eq!(loses.as_ref(), lost, "{bet} loses on");
    let win = best_of(outlook, bet, u16::MAX);
    assert_eq!(win.is_some(), won.is_some(), "{bet}");
    let Some((win, (net, rolls))) = win.zip(won) else {
        return;
    };
    let net = text::signed(*net);
    match win.split_once(" on ") {
        Some((most, on)) => assert_eq!((most, named(on)), (net.as_str(), *rolls), "{bet}"),
        None => assert_eq!(win, format!("up to {net}"), "{bet}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn what_is_shown_of_the_next_roll_is_what_each_of_36_rolls_does_to_every_bet(
        house in any_house(),
        plays in prop::collection::vec(any_play(), 2..8),
    ) {
        let numbers = || [None].into_iter().chain(BoxNumber::ALL.map(Some));
        let all: Vec<BetKey> = BetId::all()
            .flat_map(|bet| numbers().filter_map(move |number| BetKey::new(bet, number)))
            .collect();
        let mut script = Script::new("practice")
            .by_rules(|rules| *rules = house)
            .sit(fixture::ME, None, 1_000_000)
            .player("Bea");
        for (bets, calls, (a, b), misses) in plays {
            for (which, units) in bets {
                let bet = *which.get(&all);
                let amount = Chips::new(units * u64::from(bet.info().stake_multiple));
                let _refused = script.tries(fixture::ME, &Action::Place { bet, amount }).is_err();
            }
            for (which, on) in calls {
                let how = if on { WorkingFlag::On } else { WorkingFlag::Off };
                let call = Action::Working { bet: *which.get(&all), how };
                let _refused = script.tries(fixture::ME, &call).is_err();
            }
            check_shown(&script);
            // My bets may miss the roll, and go by a puck of their own then.
            let out: &[&str] = if misses { &[fixture::ME] } else { &[] };
            script = script.roll_without(out, a, b);
        }
    }
}
