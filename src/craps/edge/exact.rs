//! The law of one bet, computed from the engine's own verdicts with exact fractions.
//!
//! A bet is a Markov chain over the puck, its number and its progress; each of the 36 rolls leads to
//! another state or decides it. The chain is followed forward: the expected number of visits to each
//! state gives the chance of every way to end, and their sum the mean number of rolls. A bet that can
//! be turned off is taken as always on. Not for the hot path: the large collections take long.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One as _;

use crate::craps::bet::{PlacedBet, WorkingFlag};
use crate::craps::catalogue::{Ends, Notes, Rule};
use crate::craps::dice::{BoxNumber, Dice, Puck};
use crate::craps::key::{BetId, BetKey};
use crate::craps::price::Ratio;
use crate::craps::resolve::{Verdict, judge};
use crate::craps::rules::TableRules;
use crate::ledger::Chips;

/// How a bet can end, and how long that takes.
#[derive(Clone, Debug, Default)]
pub(super) struct Law {
    /// The chance to win at each price, commission not taken.
    pub(super) wins: BTreeMap<(u32, u32), BigRational>,
    /// The chance to lose.
    pub(super) loses: BigRational,
    /// The chance of a tie.
    pub(super) pushes: BigRational,
    /// Rolls until it is decided, on average.
    pub(super) rolls: BigRational,
}

/// Where a bet is between two rolls.
type State = (Option<BoxNumber>, Puck, u32);

/// Expected visits to a state: those that come from earlier ones, and shares of others' visits.
#[derive(Default)]
struct Visits {
    from_before: BigRational,
    shares: BTreeMap<State, BigRational>,
}

/// States that can lead to each other; a later level never leads to an earlier one.
type Level = (Option<BoxNumber>, u32);

/// Returns the law of a bet under some rules.
pub(super) fn law(bet: BetId, rules: &TableRules) -> Law {
    let chain = Chain {
        bet,
        rules,
        follows_puck: follows_puck(bet),
    };
    let mut law = Law::default();
    let mut waiting: BTreeMap<Level, BTreeMap<State, BigRational>> = BTreeMap::new();
    let start = (None, Puck::Off, 0);
    waiting
        .entry(chain.level(start))
        .or_default()
        .insert(start, BigRational::one());
    while let Some((level, arriving)) = waiting.pop_first() {
        let (equations, steps_out) = chain.equations(level, arriving);
        for (state, visits) in solve(equations) {
            law.rolls += &visits;
            for (step, ways) in steps_out.get(&state).into_iter().flatten() {
                let chance = &visits * thirty_sixths(*ways);
                match *step {
                    Step::To(next) => {
                        let level = waiting.entry(chain.level(next)).or_default();
                        *level.entry(next).or_default() += chance;
                    }
                    Step::Wins(price) => *law.wins.entry(price).or_default() += chance,
                    Step::Loses => law.loses += chance,
                    Step::Pushes => law.pushes += chance,
                }
            }
        }
    }
    law
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    To(State),
    Wins((u32, u32)),
    Loses,
    Pushes,
}

/// Steps that end a bet or lead on to a later level.
type StepsOut = BTreeMap<State, Vec<(Step, u32)>>;

struct Chain<'a> {
    bet: BetId,
    rules: &'a TableRules,
    follows_puck: bool,
}

impl Chain<'_> {
    /// What the 36 rolls do in a state, with the number of rolls that do it.
    fn steps(&self, (number, puck, progress): State) -> BTreeMap<Step, u32> {
        let mut steps = BTreeMap::new();
        let Some(key) = BetKey::new(self.bet, number) else {
            return steps;
        };
        let bet = PlacedBet {
            stake: Chips::new(1),
            working: WorkingFlag::On,
            progress,
            ..PlacedBet::default()
        };
        for dice in Dice::all() {
            let next = if self.follows_puck {
                puck.after(dice)
            } else {
                puck
            };
            let step = match judge(self.rules, puck, key, &bet, dice) {
                Verdict::Stays => Step::To((number, next, progress)),
                Verdict::Notes(progress) => Step::To((number, next, self.alike(next, progress))),
                Verdict::Moves(number) => Step::To((Some(number), next, progress)),
                Verdict::Wins(Ratio { x, y }) => Step::Wins((x, y)),
                Verdict::Loses => Step::Loses,
                Verdict::Pushes | Verdict::ComesBack => Step::Pushes,
            };
            let ways: &mut u32 = steps.entry(step).or_default();
            *ways = ways.saturating_add(1);
        }
        steps
    }

    /// Progress never shrinks, but that of the hard pairs does: they are one level.
    fn level(&self, (number, _, progress): State) -> Level {
        match self.notes() {
            Some(Notes::HardTwice) => (number, 0),
            Some(_) | None => (number, progress),
        }
    }

    fn notes(&self) -> Option<Notes> {
        match self.bet.info().rule {
            Rule::HandLong(long) => Some(long.notes),
            Rule::Line(_)
            | Rule::Odds { .. }
            | Rule::OneRoll { .. }
            | Rule::Race { .. }
            | Rule::TwoRolls { .. } => None,
        }
    }

    /// Two points that are made equally often and pay the same can change places: of a pair like 4
    /// and 10 the first is taken as the one made more often. It makes replay five times smaller.
    fn alike(&self, puck: Puck, progress: u32) -> u32 {
        if self.notes() != Some(Notes::SamePoint) || puck != Puck::Off {
            return progress;
        }
        let times = |place: u32| progress.wrapping_shr(place) & 7;
        [(0, 15), (3, 12), (6, 9)]
            .into_iter()
            .fold(0, |sorted, (low, high)| {
                let (a, b) = (times(low), times(high));
                sorted | a.max(b).wrapping_shl(low) | a.min(b).wrapping_shl(high)
            })
    }

    /// One equation for each state of a level that can be reached from those that are entered, and
    /// the steps that lead out of the level.
    fn equations(
        &self,
        level: Level,
        arriving: BTreeMap<State, BigRational>,
    ) -> (BTreeMap<State, Visits>, StepsOut) {
        let mut equations: BTreeMap<State, Visits> = BTreeMap::new();
        let mut steps_out = StepsOut::new();
        let mut open: Vec<State> = arriving.keys().copied().collect();
        for (state, from_before) in arriving {
            equations.insert(
                state,
                Visits {
                    from_before,
                    ..Visits::default()
                },
            );
        }
        while let Some(state) = open.pop() {
            for (step, ways) in self.steps(state) {
                match step {
                    Step::To(next) if self.level(next) == level => {
                        let visits = equations.entry(next).or_insert_with(|| {
                            open.push(next);
                            Visits::default()
                        });
                        visits.shares.insert(state, thirty_sixths(ways));
                    }
                    Step::To(_) | Step::Wins(_) | Step::Loses | Step::Pushes => {
                        steps_out.entry(state).or_default().push((step, ways));
                    }
                }
            }
        }
        (equations, steps_out)
    }
}

/// Whether the table's point matters to a bet.
fn follows_puck(bet: BetId) -> bool {
    match &bet.info().rule {
        Rule::Line(_) => matches!(bet, BetId::PASS | BetId::DONT_PASS),
        Rule::HandLong(long) => long.ends == Ends::SevenOut,
        Rule::Odds { .. } | Rule::OneRoll { .. } | Rule::Race { .. } | Rule::TwoRolls { .. } => {
            false
        }
    }
}

/// Solves the equations by elimination, points before the come-out: they lead nowhere else.
fn solve(mut equations: BTreeMap<State, Visits>) -> BTreeMap<State, BigRational> {
    let mut reduced = Vec::new();
    while let Some((state, mut visits)) = equations.pop_last() {
        if let Some(own) = visits.shares.remove(&state) {
            let scale = (BigRational::one() - own).recip();
            visits.from_before *= &scale;
            visits
                .shares
                .values_mut()
                .for_each(|share| *share *= &scale);
        }
        for other in equations.values_mut() {
            let Some(factor) = other.shares.remove(&state) else {
                continue;
            };
            other.from_before += &factor * &visits.from_before;
            for (source, share) in &visits.shares {
                *other.shares.entry(*source).or_default() += &factor * share;
            }
        }
        reduced.push((state, visits));
    }
    let mut solved: BTreeMap<State, BigRational> = BTreeMap::new();
    while let Some((state, visits)) = reduced.pop() {
        let shares = visits
            .shares
            .iter()
            .filter_map(|(source, share)| Some(share * solved.get(source)?));
        let total = shares.fold(visits.from_before.clone(), |sum, share| sum + share);
        solved.insert(state, total);
    }
    solved
}

fn thirty_sixths(ways: u32) -> BigRational {
    BigRational::new(BigInt::from(ways), BigInt::from(36))
}
