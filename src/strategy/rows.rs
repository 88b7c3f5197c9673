//! The strategies, a row each.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::player::Player;
use super::want::{Amount, Pick, Want, When, stake};
use crate::craps::{Action, BetId, BetKey, SeatNo, Table};
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
    /// Don't pass, laying the most odds the table allows.
    DontOdds,
    /// Don't pass, then a don't come bet on every roll.
    DontCome,
    /// Pass, then a come bet on every roll, each with full odds.
    ComeOdds,
    /// 5, 6, 8 and 9 placed while a point is on.
    Inside,
    /// All six numbers placed while a point is on.
    Across,
    /// Pass with small, tall and all.
    Bonus,
}

/// The letters that a misspelt name may differ in.
const EDITS_MAX: usize = 3;

/// What makes a strategy.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: &'static str,
    about: &'static str,
    wants: &'static [Want],
}

/// Returns the bet with an id. Called in constants only: another id does not compile.
#[expect(clippy::panic, reason = "fails while compiling")]
const fn key(id: &str) -> BetKey {
    match BetId::find(id) {
        Some(bet) => match BetKey::new(bet, None) {
            Some(key) => key,
            None => panic!("the bet needs a number"),
        },
        None => panic!("no bet has this id"),
    }
}

const fn want(when: When, pick: Pick, amount: Amount) -> Want {
    Want { when, pick, amount }
}

const fn unit(when: When, id: &str) -> Want {
    want(when, Pick::Bet(key(id)), Amount::Unit)
}

const fn full_odds(id: &str) -> Want {
    want(When::PointOn, Pick::Bet(key(id)), Amount::FullOdds)
}

const fn next_box(bet: BetId, numbers_max: usize) -> Want {
    let pick = Pick::Box { bet, numbers_max };
    want(When::PointOn, pick, Amount::Unit)
}

const PASS: Want = unit(When::ComeOut, "pass");
const DONT: Want = unit(When::ComeOut, "dont_pass");
const PASS_ODDS: Want = full_odds("pass_odds");
const COME_ODDS: Want = want(
    When::PointOn,
    Pick::OddsBehind {
        flat: BetId::COME,
        odds: BetId::COME_ODDS,
    },
    Amount::FullOdds,
);
const PLACE_5: Want = unit(When::PointOn, "place_5");
const PLACE_6: Want = unit(When::PointOn, "place_6");
const PLACE_8: Want = unit(When::PointOn, "place_8");
const PLACE_9: Want = unit(When::PointOn, "place_9");

macro_rules! row {
    ($name:literal, $about:literal, [$($want:expr),* $(,)?]) => {
        const { &Row { name: $name, about: $about, wants: &[$($want),*] } }
    };
}

impl Strategy {
    /// All strategies.
    pub const ALL: [Self; 16] = [
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
        Self::DontOdds,
        Self::DontCome,
        Self::ComeOdds,
        Self::Inside,
        Self::Across,
        Self::Bonus,
    ];

    #[rustfmt::skip] // A row a line reads best.
    const fn row(self) -> &'static Row {
        use When::{ComeOut, PointOn, Always};
        match self {
            Self::Pass => row!("pass", "the pass line, nothing else", [PASS]),
            Self::PassOdds => row!("pass-odds", "the pass line with full odds", [PASS, PASS_ODDS]),
            Self::Dont => row!("dont", "against the shooter", [DONT]),
            Self::Come => row!("come", "pass, then a come bet each roll", [PASS, next_box(BetId::COME, 6)]),
            Self::Place68 => row!("place68", "pass, then 6 and 8 placed", [PASS, PLACE_6, PLACE_8]),
            Self::IronCross => row!("iron-cross", "every total but 7 pays",
                [PASS, unit(PointOn, "field"), PLACE_5, PLACE_6, PLACE_8]),
            Self::Field => row!("field", "the field on every roll", [unit(Always, "field")]),
            Self::Hardways => row!("hardways", "all hard ways",
                [unit(PointOn, "hard_4"), unit(PointOn, "hard_6"), unit(PointOn, "hard_8"), unit(PointOn, "hard_10")]),
            Self::ThreePointMolly => row!("three-point-molly", "pass and two comes, full odds",
                [PASS, PASS_ODDS, next_box(BetId::COME, 2), COME_ODDS]),
            Self::Random => row!("random", "any legal bet", []),
            Self::DontOdds => row!("dont-odds", "against the shooter, full odds", [DONT, full_odds("dont_pass_odds")]),
            Self::DontCome => row!("dont-come", "dont, then a don't come each roll", [DONT, next_box(BetId::DONT_COME, 6)]),
            Self::ComeOdds => row!("come-odds", "pass and comes, each with full odds",
                [PASS, PASS_ODDS, next_box(BetId::COME, 6), COME_ODDS]),
            Self::Inside => row!("inside", "5, 6, 8 and 9 placed", [PLACE_5, PLACE_6, PLACE_8, PLACE_9]),
            Self::Across => row!("across", "all six numbers placed",
                [unit(PointOn, "place_4"), PLACE_5, PLACE_6, PLACE_8, PLACE_9, unit(PointOn, "place_10")]),
            Self::Bonus => row!("bonus", "pass with small, tall and all",
                [PASS, unit(ComeOut, "ats_small"), unit(ComeOut, "ats_tall"), unit(ComeOut, "ats_all")]),
        }
    }

    /// Returns its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns how it plays, in a few words.
    #[must_use]
    pub const fn about(self) -> &'static str {
        self.row().about
    }

    /// Does at the table what the player does before the next roll, and tells `done` each action.
    /// `random` returns a number below its argument and is asked by [`Strategy::Random`] only.
    #[inline]
    pub fn play(
        self,
        table: &mut Table,
        player: &mut Player,
        random: &mut dyn FnMut(u64) -> u64,
        mut done: impl FnMut(Action),
    ) {
        for want in self.row().wants {
            want.play(table, player, &mut done);
        }
        if self == Self::Random
            && let Some(action) = random_bet(table, player, random)
            && player.act(table, &action)
        {
            done(action);
        }
    }

    /// Returns what the seat does before the next roll: actions that the table accepts in this
    /// order, given the seat's free chips. `unit` is the size of a flat bet; `random` is as in
    /// [`Strategy::play`].
    #[must_use]
    pub fn plan(
        self,
        table: &Table,
        seat: SeatNo,
        balance: Chips,
        unit: Chips,
        random: &mut dyn FnMut(u64) -> u64,
    ) -> Vec<Action> {
        let mut player = Player {
            seat,
            purse: balance,
            unit,
        };
        let mut plan = Vec::new();
        let mut trial = table.clone();
        self.play(&mut trial, &mut player, random, |action| plan.push(action));
        plan
    }
}

/// One bet of the catalogue that the table takes now, each with the same chance: the n-th that is
/// found takes the place of the one before it with chance 1/n.
fn random_bet(
    table: &Table,
    player: &Player,
    random: &mut dyn FnMut(u64) -> u64,
) -> Option<Action> {
    let mut chosen = None;
    let mut found = 0_u64;
    for key in BetId::all().filter_map(|bet| BetKey::new(bet, None)) {
        if table.bet(player.seat, key).is_some() {
            continue;
        }
        let amount = stake(table, key, player.unit);
        if table
            .can_place(player.seat, key, amount, player.purse)
            .is_ok()
        {
            found = found.saturating_add(1);
            if random(found) == 0 {
                chosen = Some(Action::Place { bet: key, amount });
            }
        }
    }
    chosen
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

impl UnknownStrategy {
    /// Returns the strategy whose name is most like it, if one is much like it.
    #[must_use]
    pub fn nearest(&self) -> Option<Strategy> {
        Strategy::ALL
            .into_iter()
            .map(|strategy| {
                (
                    strsim::damerau_levenshtein(&self.name, strategy.name()),
                    strategy,
                )
            })
            .filter(|(edits, _)| *edits <= EDITS_MAX)
            .min_by_key(|(edits, _)| *edits)
            .map(|(_, strategy)| strategy)
    }
}
