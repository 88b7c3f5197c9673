//! Whoever withholds, as a player of a strategy: what is fair must gain nothing, and a rule that is
//! broken on purpose must be seen to pay, or the test is blind. All seeds are fixed.

use std::collections::BTreeSet;

use crate::club::counting::count;
use crate::club::kit::{easy_rules, place};
use crate::craps::{Dice, Puck, SeatNo, Table};
use crate::dice::{Hash32, Slot, close_hash, dice_of, seed};
use crate::ledger::Chips;

/// When a player withholds its opening.
trait Withholder {
    /// Decides before anybody's dice are known, by the puck that the bet goes by.
    fn withholds(&mut self, puck: Puck) -> bool;

    /// What a rule that let openings come after the dice would allow.
    fn peeks(&mut self, _puck: Puck, _dice: Dice) -> bool {
        false
    }
}

struct Honest;
impl Withholder for Honest {
    fn withholds(&mut self, _: Puck) -> bool {
        false
    }
}

/// Hopes to lose a hard point while away.
struct OnBadPoints;
impl Withholder for OnBadPoints {
    fn withholds(&mut self, puck: Puck) -> bool {
        puck.point()
            .is_some_and(|point| matches!(point.value(), 4 | 10))
    }
}

/// Is there for come-outs, and for one roll in three of a point.
struct Rarely(u8);
impl Withholder for Rarely {
    fn withholds(&mut self, puck: Puck) -> bool {
        self.0 = (self.0 + 1) % 3;
        puck != Puck::Off && self.0 != 0
    }
}

/// Sees the dice first, and is away when they are bad.
struct Peeking;
impl Withholder for Peeking {
    fn withholds(&mut self, _: Puck) -> bool {
        false
    }

    fn peeks(&mut self, puck: Puck, dice: Dice) -> bool {
        puck.is_seven_out(dice)
    }
}

/// What a pass bet of one chip gains on average, over so many bets.
fn gain(player: &mut dyn Withholder, bets: u32) -> f64 {
    let seat = SeatNo::FIRST;
    let (bet, mut roll) = ("pass".parse().unwrap(), 0_u64);
    let mut net = 0_i64;
    for _ in 0..bets {
        let mut table = Table::new(easy_rules()).unwrap();
        table.sit(seat).unwrap();
        table.act(seat, &place("pass", 1), Chips::new(1)).unwrap();
        let mut missed = 0;
        while table.bet(seat, bet).is_some() {
            roll += 1;
            let mut secret = [0; 32];
            secret[..8].copy_from_slice(&roll.to_le_bytes());
            let dice = dice_of(&secret);
            let puck = table.puck_of(seat, bet);
            // The third time running a seat is away; it comes back and plays on.
            let away = player.withholds(puck) || player.peeks(puck, dice);
            if away && missed < 2 {
                missed += 1;
                table.roll_except(dice, &[seat]);
                continue;
            }
            missed = 0;
            let result = table.roll(dice);
            net += i64::try_from(result.seats[0].credit.get()).unwrap();
        }
        net -= 1;
    }
    f64::from(i32::try_from(net).unwrap()) / f64::from(bets)
}

/// The house keeps 7 of 495 (rule book, 7.1); a pass bet has a standard deviation of 1.
#[test]
fn a_player_that_withholds_blindly_gains_nothing_and_one_that_peeks_is_seen() {
    const BETS: u32 = 100_000;
    let four_sigma = 4.0 / f64::from(BETS).sqrt();
    let fair: [(&str, &mut dyn Withholder); 3] = [
        ("honest", &mut Honest),
        ("bad points", &mut OnBadPoints),
        ("rarely", &mut Rarely(0)),
    ];
    for (name, player) in fair {
        let gain = gain(player, BETS);
        assert!((gain + 7.0 / 495.0).abs() < four_sigma, "{name}: {gain}");
    }
    let broken = gain(&mut Peeking, 10_000);
    assert!(broken > 0.1, "a broken rule pays only {broken}");
}

/// What a field bet of one chip pays.
fn field(dice: Dice) -> i32 {
    match dice.total() {
        2 | 12 => 2,
        3 | 4 | 9 | 10 | 11 => 1,
        _ => -1,
    }
}

/// What the field gains if so many contributors, colluding, open last or not as it suits them.
fn chosen(colluding: u8) -> f64 {
    const ROLLS: u32 = 20_000;
    let mut net = 0;
    for roll in 0..ROLLS {
        let mut lock = [1; 32];
        lock[..4].copy_from_slice(&roll.to_le_bytes());
        let outcome = |left_out: u32| {
            let secrets: Vec<(Slot, Option<Hash32>)> = (0..4_u8)
                .map(|slot| {
                    let counts = left_out & (1 << slot) == 0;
                    (Slot(128 + slot), counts.then_some([slot; 32]))
                })
                .collect();
            field(dice_of(&seed(&lock, &close_hash(&lock, &secrets))))
        };
        net += (0..1_u32 << colluding).map(outcome).max().unwrap();
    }
    f64::from(net) / f64::from(ROLLS)
}

/// The bound that the design states for colluding keepers: a choice among 2^k dice, where k of them
/// open last. The field's odds are 2, 14 and 20 of 36, so the best of c dice gains
/// 2 - (34/36)^c - 2 (20/36)^c.
#[test]
fn keepers_that_open_last_choose_among_two_to_the_power_of_their_number_and_no_more() {
    for colluding in 0..=2 {
        let dice = f64::from(1_u32 << colluding);
        let expected = 2.0 - (34.0 / 36.0_f64).powf(dice) - 2.0 * (20.0 / 36.0_f64).powf(dice);
        let gain = chosen(colluding);
        // The deviation of one bet is below 1.1.
        let four_sigma = 4.0 * 1.1 / 20_000.0_f64.sqrt();
        assert!(
            (gain - expected).abs() < four_sigma,
            "{colluding}: {gain}, {expected}"
        );
    }
}

/// What a bet on any seven of one chip pays.
fn any_seven(dice: Dice) -> i32 {
    if dice.total() == 7 { 4 } else { -1 }
}

/// The dice of a roll where those of these slots of so many do not count.
fn without(roll: u32, contributors: u8, left_out: u32) -> Dice {
    let mut lock = [2; 32];
    lock[..4].copy_from_slice(&roll.to_le_bytes());
    let secrets: Vec<(Slot, Option<Hash32>)> = (0..contributors)
        .map(|slot| {
            let counts = left_out & (1 << slot) == 0;
            (Slot(slot), counts.then_some([slot; 32]))
        })
        .collect();
    dice_of(&seed(&lock, &close_hash(&lock, &secrets)))
}

/// What a bet gains over an honest one, on average, if its player picks the dice of each roll.
fn gained(pays: fn(Dice) -> i32, pick: impl Fn(u32) -> Dice) -> f64 {
    const ROLLS: u32 = 100_000;
    let mean = |dice: &dyn Fn(u32) -> Dice| {
        let net: i32 = (0..ROLLS).map(|roll| pays(dice(roll))).sum();
        f64::from(net) / f64::from(ROLLS)
    };
    mean(&pick) - mean(&|roll| without(roll, 8, 0))
}

/// Two rules that are known from real games, and broken: dice from whatever was opened, where the
/// last ones see the others' secrets and open or not; and a roll that is void and made anew when a
/// secret is missing. Seen by the same means they pay what the published figures say, so whoever
/// played by these strategies here would be seen.
#[test]
fn broken_rules_of_withholding_pay_what_is_published_and_would_be_seen() {
    let best_of = |pays: fn(Dice) -> i32, contributors: u8, colluding: u32| {
        gained(pays, move |roll| {
            let choices = (0..1_u32 << colluding).map(|out| without(roll, contributors, out));
            choices.max_by_key(|dice| pays(*dice)).unwrap()
        })
    };
    let again = |pays: fn(Dice) -> i32| {
        gained(pays, move |roll| {
            let first = without(roll, 4, 0);
            if pays(first) < 0 {
                without(roll + 1_000_000, 4, 0)
            } else {
                first
            }
        })
    };
    // Field and any seven: one of two, and three of eight, combine what was opened; one of four
    // has it rolled again.
    let found = [
        best_of(field, 2, 1),
        best_of(any_seven, 2, 1),
        best_of(field, 8, 3),
        best_of(any_seven, 8, 3),
        again(field),
        again(any_seven),
    ];
    let published = [0.54, 0.69, 1.41, 3.01, 0.52, 0.69];
    for (at, (found, published)) in found.iter().zip(published).enumerate() {
        assert!((found - published).abs() < 0.04, "row {at}: {found}");
        assert!(*found > 0.1, "row {at} would not be seen");
    }
    // A pass line bet to its end, where the same players pick the dice of every roll of it. What it gains
    // where a roll is made anew is not computed: that depends on which rolls of a bet may be void.
    for ((contributors, colluding), published) in [((2, 1), 0.86), ((8, 3), 1.01)] {
        let found = passed(contributors, colluding) - passed(contributors, 0);
        assert!(
            (found - published).abs() < 0.04,
            "{colluding} of {contributors}: {found}"
        );
    }
}

/// What a pass bet of one chip gains on average if so many contributors pick the dice of its rolls.
fn passed(contributors: u8, colluding: u32) -> f64 {
    const BETS: u32 = 40_000;
    let (mut net, mut roll) = (0, 0);
    for _ in 0..BETS {
        let mut point = None;
        net += loop {
            roll += 1;
            let choices = (0..1_u32 << colluding).map(|out| without(roll, contributors, out));
            let dice = choices.max_by_key(|dice| worth(point, *dice)).unwrap();
            match worth(point, dice) {
                WON => break 1,
                LOST => break -1,
                _ => point = point.or(Some(dice.total())),
            }
        };
    }
    f64::from(net) / f64::from(BETS)
}

const WON: u8 = 6;
const LOST: u8 = 0;

/// What a pass bet would like best: a win, then the points that are made most often.
fn worth(point: Option<u8>, dice: Dice) -> u8 {
    match (point, dice.total()) {
        (None, 7 | 11) => WON,
        (None, 2 | 3 | 12) | (Some(_), 7) => LOST,
        (None, total) => 6 - total.abs_diff(7),
        (Some(point), total) if point == total => WON,
        (Some(_), _) => 1,
    }
}

/// The rule of this club: colluding players, none of them a keeper, wait until all others opened, see
/// their secrets, and then open or not as the field bets would have it. Keepers have said by then whom
/// they saw, so that no choice changes the dice.
#[test]
fn players_that_wait_for_the_others_openings_have_nothing_to_pick_from() {
    const SEATS: u8 = 4;
    let of_keepers: BTreeSet<Slot> = (0..4)
        .map(|number| Slot(Slot::FIRST_KEEPER.0 + number))
        .collect();
    for waiting in 1..SEATS {
        let honest = SEATS - waiting;
        let dice = |roll: u32, opened: u32| {
            let seen = (1_u16 << honest) - 1;
            let late = (honest..SEATS).filter(|slot| opened & (1 << (slot - honest)) != 0);
            let seats = (0..honest).chain(late).map(|slot| (Slot(slot), 0));
            let openings = of_keepers.iter().map(|slot| (*slot, seen)).chain(seats);
            let openings: Vec<_> = openings.collect();
            let counted = count(&of_keepers, openings.iter().copied());
            assert!(counted.is_enough);
            let mut lock = [3; 32];
            lock[..4].copy_from_slice(&roll.to_le_bytes());
            let all = (0..SEATS).map(Slot).chain(of_keepers.iter().copied());
            let secrets: Vec<(Slot, Option<Hash32>)> = all
                .map(|slot| {
                    let counts = counted.counted.contains(&slot);
                    (slot, counts.then_some([slot.0; 32]))
                })
                .collect();
            dice_of(&seed(&lock, &close_hash(&lock, &secrets)))
        };
        let gain = gained(field, |roll| {
            let choices = (0..1_u32 << waiting).map(|opened| dice(roll, opened));
            choices.max_by_key(|dice| field(*dice)).unwrap()
        });
        let four_sigma = 4.0 * 1.1 * (2.0_f64 / 100_000.0).sqrt();
        assert!(gain.abs() < four_sigma, "{waiting} wait: {gain}");
    }
}
