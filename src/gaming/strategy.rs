//! Strategies: what to bet in which situation, as rows of a small language.
//!
//! A strategy is a list of [`Want`]s. A want names a situation, a bet and an amount; a bet that is
//! already up is left alone, and one that the table refuses is skipped. So no strategy can do what a
//! player can't: everything it does is an ordinary [`Action`] that the table has accepted.
//!
//! Pure: the only randomness is the generator that [`Strategy::Random`] is handed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::craps::{Action, BetId, BetKey, BoxNumber, Puck, Refusal, SeatNo, Table};
use crate::ledger::Chips;

/// How a seat is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// The pass line, one unit.
    Pass,
    /// The pass line with the most odds the table allows.
    PassOdds,
    /// Don't pass, one unit.
    Dont,
    /// Pass, then a come bet on every roll.
    Come,
    /// Pass, and place 6 and 8 once a point is on.
    Place68,
    /// Field with 5, 6 and 8 placed: every total but 7 pays.
    IronCross,
    /// The field on every roll.
    Field,
    /// All four hardways while a point is on.
    Hardways,
    /// Pass and two come bets, each with full odds.
    ThreePointMolly,
    /// Any legal bet.
    Random,
}

/// When a want applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    ComeOut,
    PointOn,
    Always,
}

/// How much a want is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    /// One unit, raised to the next stake that pays without losing a fraction.
    Unit,
    /// All the odds the table allows behind the flat bet.
    FullOdds,
}

/// One wish of a strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Want {
    when: When,
    bet: Bet,
    amount: Amount,
}

/// Which bet a want is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bet {
    /// A bet by its id.
    Id(&'static str),
    /// A new come bet while fewer than so many stand on numbers.
    Come { numbers_max: usize },
    /// Odds behind each come bet that is on a number.
    ComeOdds,
}

const fn unit(when: When, id: &'static str) -> Want {
    Want {
        when,
        bet: Bet::Id(id),
        amount: Amount::Unit,
    }
}

const PASS: Want = unit(When::ComeOut, "pass");
const PASS_ODDS: Want = Want {
    when: When::PointOn,
    bet: Bet::Id("pass_odds"),
    amount: Amount::FullOdds,
};

const fn come(numbers_max: usize) -> Want {
    Want {
        when: When::PointOn,
        bet: Bet::Come { numbers_max },
        amount: Amount::Unit,
    }
}

impl Strategy {
    /// All strategies.
    pub const ALL: [Self; 10] = [
        Self::Pass,
        Self::PassOdds,
        Self::Dont,
        Self::Come,
        Self::Place68,
        Self::IronCross,
        Self::Field,
        Self::Hardways,
        Self::ThreePointMolly,
        Self::Random,
    ];

    /// Returns its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::PassOdds => "pass-odds",
            Self::Dont => "dont",
            Self::Come => "come",
            Self::Place68 => "place68",
            Self::IronCross => "iron-cross",
            Self::Field => "field",
            Self::Hardways => "hardways",
            Self::ThreePointMolly => "three-point-molly",
            Self::Random => "random",
        }
    }

    const fn wants(self) -> &'static [Want] {
        match self {
            Self::Pass => const { &[PASS] },
            Self::PassOdds => const { &[PASS, PASS_ODDS] },
            Self::Dont => const { &[unit(When::ComeOut, "dont_pass")] },
            Self::Come => const { &[PASS, come(6)] },
            Self::Place68 => {
                const {
                    &[
                        PASS,
                        unit(When::PointOn, "place_6"),
                        unit(When::PointOn, "place_8"),
                    ]
                }
            }
            Self::IronCross => {
                const {
                    &[
                        PASS,
                        unit(When::PointOn, "field"),
                        unit(When::PointOn, "place_5"),
                        unit(When::PointOn, "place_6"),
                        unit(When::PointOn, "place_8"),
                    ]
                }
            }
            Self::Field => const { &[unit(When::Always, "field")] },
            Self::Hardways => {
                const {
                    &[
                        unit(When::PointOn, "hard_4"),
                        unit(When::PointOn, "hard_6"),
                        unit(When::PointOn, "hard_8"),
                        unit(When::PointOn, "hard_10"),
                    ]
                }
            }
            Self::ThreePointMolly => {
                const {
                    &[
                        PASS,
                        PASS_ODDS,
                        come(2),
                        Want {
                            when: When::PointOn,
                            bet: Bet::ComeOdds,
                            amount: Amount::FullOdds,
                        },
                    ]
                }
            }
            Self::Random => const { &[] },
        }
    }

    /// Returns what the seat does before the next roll: actions that the table accepts in this
    /// order, given the seat's free chips. `unit` is the size of a flat bet; `random` returns a
    /// number below its argument and is asked by [`Strategy::Random`] only.
    #[must_use]
    pub fn plan(
        self,
        table: &Table,
        seat: SeatNo,
        balance: Chips,
        unit: Chips,
        random: &mut dyn FnMut(u64) -> u64,
    ) -> Vec<Action> {
        let mut trial = table.clone();
        let mut purse = balance;
        let mut plan = Vec::new();
        if self == Self::Random {
            if let Some(action) = random_bet(table, seat, unit, random) {
                take(&mut trial, seat, &mut purse, action, &mut plan);
            }
            return plan;
        }
        for want in self.wants() {
            for action in want.actions(&trial, seat, unit) {
                take(&mut trial, seat, &mut purse, action, &mut plan);
            }
        }
        plan
    }
}

/// Adds the action to the plan if the table accepts it.
fn take(
    trial: &mut Table,
    seat: SeatNo,
    purse: &mut Chips,
    action: Action,
    plan: &mut Vec<Action>,
) {
    if let Ok(flow) = trial.act(seat, &action, *purse) {
        let rest = purse
            .checked_sub(flow.paid)
            .and_then(|rest| rest.checked_add(flow.returned));
        if let Some(rest) = rest {
            *purse = rest;
            plan.push(action);
        }
    }
}

impl Want {
    fn actions(&self, table: &Table, seat: SeatNo, unit: Chips) -> Vec<Action> {
        let point_on = table.puck() != Puck::Off;
        let applies = match self.when {
            When::ComeOut => !point_on,
            When::PointOn => point_on,
            When::Always => true,
        };
        if !applies {
            return Vec::new();
        }
        let keys: Vec<BetKey> = match self.bet {
            Bet::Id(id) => BetId::find(id)
                .and_then(|bet| BetKey::new(bet, None))
                .into_iter()
                .collect(),
            Bet::Come { numbers_max } => {
                let standing = numbers(BetId::COME).filter(|key| table.bet(seat, *key).is_some());
                if standing.count() < numbers_max {
                    BetKey::new(BetId::COME, None).into_iter().collect()
                } else {
                    Vec::new()
                }
            }
            Bet::ComeOdds => numbers(BetId::COME)
                .filter(|key| table.bet(seat, *key).is_some())
                .filter_map(|key| BetKey::new(BetId::COME_ODDS, key.number()))
                .collect(),
        };
        keys.into_iter()
            .filter(|key| table.bet(seat, *key).is_none())
            .filter_map(|key| {
                let amount = match self.amount {
                    Amount::Unit => stake(table, key, unit),
                    Amount::FullOdds => full_odds(table, seat, key)?,
                };
                Some(Action::Place { bet: key, amount })
            })
            .collect()
    }
}

fn numbers(bet: BetId) -> impl Iterator<Item = BetKey> {
    BoxNumber::ALL
        .into_iter()
        .filter_map(move |number| BetKey::new(bet, Some(number)))
}

/// The unit, raised to the next multiple that pays without losing a fraction and to the minimum.
fn stake(table: &Table, key: BetKey, unit: Chips) -> Chips {
    let (least, most) = table.rules().stake_limits(key.info());
    let multiple = u64::from(key.info().exact_multiple.max(1));
    let wanted = unit.get().max(least.get());
    let raised = wanted.div_ceil(multiple).saturating_mul(multiple);
    if raised <= most.get() {
        Chips::new(raised)
    } else {
        Chips::new(wanted.min(most.get()))
    }
}

/// The most odds that the table takes, asked of the table itself.
fn full_odds(table: &Table, seat: SeatNo, key: BetKey) -> Option<Chips> {
    let everything = Chips::new(crate::craps::limits::BET_MAX);
    let mut trial = table.clone();
    let action = Action::Place {
        bet: key,
        amount: everything,
    };
    match trial.act(seat, &action, Chips::new(u64::MAX)) {
        Ok(_) => Some(everything),
        Err(Refusal::OddsLimit { most, .. }) => (!most.is_zero()).then_some(most),
        Err(_) => None,
    }
}

/// One bet of the catalogue that the table takes now, by chance.
fn random_bet(
    table: &Table,
    seat: SeatNo,
    unit: Chips,
    random: &mut dyn FnMut(u64) -> u64,
) -> Option<Action> {
    let everything = Chips::new(u64::MAX);
    let legal: Vec<Action> = BetId::all()
        .filter_map(|bet| BetKey::new(bet, None))
        .filter(|key| table.bet(seat, *key).is_none())
        .map(|key| Action::Place {
            bet: key,
            amount: stake(table, key, unit),
        })
        .filter(|action| table.clone().act(seat, action, everything).is_ok())
        .collect();
    let count = u64::try_from(legal.len()).ok().filter(|count| *count > 0)?;
    let index = usize::try_from(random(count)).ok()?;
    legal.get(index).copied()
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Strategy {
    type Err = UnknownStrategy;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|strategy| strategy.name() == name)
            .ok_or_else(|| UnknownStrategy {
                name: name.to_owned(),
            })
    }
}

/// No strategy has that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a strategy; there are {}", Strategy::ALL.map(Strategy::name).join(", "))]
pub struct UnknownStrategy {
    name: String,
}

#[cfg(test)]
mod tests {
    use super::Strategy;
    use crate::craps::{Action, Dice, SeatNo, Table, TableRules};
    use crate::ledger::Chips;

    const SEAT: u8 = 0;

    /// Plays the dice with a strategy and returns its actions before each roll and after the last.
    fn played(strategy: Strategy, rolls: &[(u8, u8)]) -> Vec<Vec<String>> {
        let seat = SeatNo::new(SEAT).unwrap();
        let mut table = Table::new(TableRules::default()).unwrap();
        table.sit(seat).unwrap();
        let mut plans = Vec::new();
        for dice in rolls.iter().map(Some).chain([None]) {
            let plan = strategy.plan(
                &table,
                seat,
                Chips::new(10_000),
                Chips::new(10),
                &mut |below| below / 2,
            );
            table.act_all(seat, &plan, Chips::new(10_000)).unwrap();
            plans.push(plan.iter().map(words).collect());
            if let Some((a, b)) = dice {
                table.roll(Dice::new(*a, *b).unwrap());
            }
        }
        plans
    }

    fn words(action: &Action) -> String {
        match action {
            Action::Place { bet, amount } => format!("{bet} {amount}"),
            Action::TakeDown { .. } | Action::Reduce { .. } | Action::Working { .. } => {
                format!("{action:?}")
            }
        }
    }

    #[test]
    fn pass_odds_takes_five_times_odds_behind_a_six_and_nothing_twice() {
        assert_eq!(
            played(Strategy::PassOdds, &[(2, 4), (1, 2), (3, 3)]),
            [
                vec!["pass 10"],
                vec!["pass_odds 50"],
                vec![],
                vec!["pass 10"]
            ]
        );
    }

    #[test]
    fn a_molly_has_three_numbers_with_odds_at_most() {
        assert_eq!(
            played(Strategy::ThreePointMolly, &[(2, 2), (2, 3), (4, 4), (4, 5)]),
            [
                vec!["pass 10"],
                vec!["pass_odds 30", "come 10"],
                vec!["come 10", "come_odds@5 40"],
                vec!["come_odds@8 50"],
                vec![],
            ]
        );
    }

    #[test]
    fn placed_sixes_are_raised_to_the_stake_that_loses_no_fraction() {
        assert_eq!(
            played(Strategy::Place68, &[(4, 5)]),
            [vec!["pass 10"], vec!["place_6 12", "place_8 12"]]
        );
    }

    #[test]
    fn every_strategy_plans_only_what_the_table_takes() {
        let rolls = [
            (2, 4),
            (4, 4),
            (5, 6),
            (3, 4),
            (1, 1),
            (6, 6),
            (3, 6),
            (4, 5),
            (1, 6),
        ];
        for strategy in Strategy::ALL {
            let bets = played(strategy, &rolls).concat().len();
            assert!(bets > 0, "{strategy} never bet");
        }
    }

    #[test]
    fn names_read_back_and_an_unknown_one_lists_all() {
        for strategy in Strategy::ALL {
            assert_eq!(strategy.name().parse(), Ok(strategy));
        }
        let error = "molly".parse::<Strategy>().unwrap_err().to_string();
        assert!(error.contains("three-point-molly"), "{error}");
    }
}
