//! Simulated results against players that know no table: one of three numbers, and books of their own.

use super::{plan, played};
use crate::craps::{Decision, Outcome, SeatNo, Table, TableRules};
use crate::ledger::Chips;
use crate::simulate::{Plan, SeededDice, Tally};
use crate::strategy::{Player, Strategy};

/// Plays pass with full odds as a child would: no table, no bets, three numbers.
fn naive(plan: &Plan) -> Tally {
    let mut tally = Tally::default();
    let unit = plan.unit.get();
    for chunk in 0..plan.chunks() {
        let mut dice = SeededDice::new(plan.seed, chunk);
        let first = chunk * plan.trials_per_chunk();
        let end = plan.trials().min(first + plan.trials_per_chunk());
        for trial in first..end {
            let mut purse = plan.bankroll.get();
            let hands = plan.hands_of(trial);
            for hand in 1..=hands {
                let rolls = naive_hand(&mut dice, &mut purse, unit, &mut tally);
                tally.count_hand(rolls);
                if purse < unit {
                    tally.hands_skipped += hands - hand;
                    break;
                }
            }
            let result =
                i64::try_from(purse).unwrap() - i64::try_from(plan.bankroll.get()).unwrap();
            tally.count_result(result, purse < unit);
        }
    }
    tally
}

fn naive_hand(dice: &mut SeededDice, purse: &mut u64, unit: u64, tally: &mut Tally) -> u64 {
    let (mut point, mut line, mut odds, mut rolls) = (0, 0, 0, 0);
    loop {
        if point == 0 && *purse >= unit {
            line = unit;
            *purse -= line;
        }
        if point != 0 && line > 0 && odds == 0 {
            let times = [3, 4, 5, 0, 5, 4, 3][usize::from(point) - 4];
            odds = (line * times).min(*purse);
            *purse -= odds;
        }
        rolls += 1;
        let total = dice.roll().total();
        let (decided, wins) = match (point, total) {
            (0, 7 | 11) => (true, true),
            (0, 2 | 3 | 12) => (true, false),
            (0, _) => (false, false),
            (point, total) => (total == point || total == 7, total == point),
        };
        if decided {
            for stake in [line, odds].into_iter().filter(|stake| *stake > 0) {
                tally.bets += 1;
                tally.bets_won += u64::from(wins);
                tally.staked += u128::from(stake);
            }
            if wins {
                let odds_pay = match point {
                    4 | 10 => odds * 2,
                    5 | 9 => odds * 3 / 2,
                    _ => odds * 6 / 5,
                };
                *purse += line * 2 + odds + odds_pay;
            }
            (line, odds) = (0, 0);
        }
        let seven_out = point != 0 && total == 7;
        point = match (point, total) {
            (0, 4..=6 | 8..=10) => total,
            (point, total) if total != point && total != 7 && point != 0 => point,
            _ => 0,
        };
        if seven_out {
            return rolls;
        }
    }
}

#[test]
fn a_naive_player_with_the_same_dice_has_the_same_results_to_the_chip() {
    for (hands, bankroll, session) in [
        (3_000, 1_000, None),
        (3_000, 45, None),
        (4_010, 300, Some(40)),
    ] {
        let plan = Plan {
            bankroll: Chips::new(bankroll),
            session,
            ..plan(Strategy::PassOdds, hands)
        };
        let (fast, slow) = (played(&plan), naive(&plan));
        let fan = slow.fan.clone();
        assert_eq!(
            Tally {
                fan,
                ..fast.clone()
            },
            slow
        );
        assert_eq!(fast.hands + fast.hands_skipped, hands);
        let is_short = bankroll < 1_000;
        assert_eq!(fast.ruined > 0, is_short, "{bankroll}");
    }
}

/// What a decision won or cost, by its outcome alone.
fn net(decision: &Decision) -> i64 {
    match decision.outcome {
        Outcome::Win { pays } => pays.get().cast_signed(),
        Outcome::Lose => -(decision.stake.get() + decision.commission.get()).cast_signed(),
        Outcome::Push | Outcome::Return | Outcome::Moved { .. } => 0,
    }
}

#[test]
fn sixteen_bots_play_ten_thousand_rolls_and_no_chip_is_made_or_lost() {
    const PURSE: u64 = 1_000_000_000;
    let mut table = Table::new(TableRules::default()).unwrap();
    let mut bots: Vec<(Strategy, Player)> = Vec::new();
    for strategy in Strategy::ALL.into_iter().cycle().take(16) {
        let seat = table.free_seat().unwrap();
        table.sit(seat).unwrap();
        let (purse, unit) = (Chips::new(PURSE), Chips::new(10));
        bots.push((strategy, Player { seat, purse, unit }));
    }
    let mut dice = SeededDice::new(16, 0);
    let mut choices = dice.choices();
    let mut won = vec![0_i64; bots.len()];
    let mut shooters = std::collections::BTreeSet::<SeatNo>::new();
    for _ in 0..10_000 {
        for (strategy, bot) in &mut bots {
            let random = &mut |below| choices.below(below);
            strategy.play(&mut table, bot, random, |_| {});
        }
        let liable: Vec<u64> = bots
            .iter()
            .map(|(_, bot)| table.liability(bot.seat).get())
            .collect();
        let result = table.roll(dice.roll());
        shooters.extend(result.shooter_before);
        for (at, (_, bot)) in bots.iter_mut().enumerate() {
            let mut seats = result.seats.iter();
            let seat = seats.find(|result| result.seat == bot.seat).unwrap();
            let net: i64 = seat.decisions.iter().map(net).sum();
            assert!(
                net <= liable[at].cast_signed(),
                "more than was reserved: {seat:?}"
            );
            won[at] += net;
            bot.purse = bot.purse.checked_add(seat.credit).unwrap();
            let worth = bot.purse.get() + table.at_risk(bot.seat).get();
            assert_eq!(
                worth.cast_signed(),
                PURSE.cast_signed() + won[at],
                "{:?}",
                bot.seat
            );
        }
    }
    assert_eq!(shooters.len(), 16, "everybody shot");
}
