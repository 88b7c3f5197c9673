//! One line of a replay file as a script, with errors that name the place.

use serde_json::Value;

use crate::cli::table_rules::{self, At, Fault};
use crate::craps::script::{After, Script, Step};
use crate::craps::{Action, BetSet, BoxNumber, Dice, TableRules, WorkingFlag};
use crate::ledger::Chips;

/// A line that is a script.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) script: Script,
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// [`Fault`] with the first thing that is wrong.
    pub(super) fn parse(value: &Value) -> Result<Self, Fault> {
        let line = At::new("", value);
        line.object(&["id", "tags", "config", "bankroll", "steps"])?;
        let rules = rules(&line.needed("config")?)?;
        let bankroll = line.needed("bankroll")?.chips()?;
        let steps = line
            .needed("steps")?
            .items()?
            .map(|at| step(&at))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            script: Script {
                rules,
                bankroll,
                steps,
            },
        })
    }
}

/// The rules of a scripted table: the default ones, wide open, and what `config` changes in them.
fn rules(config: &At<'_>) -> Result<TableRules, Fault> {
    const LARGEST_BET: Chips = Chips::new(1_000_000_000);
    let mut rules = TableRules {
        shooter_needs_line_bet: false,
        offered: BetSet::all(),
        max_bet: LARGEST_BET,
        side_bet_max: LARGEST_BET,
        ..TableRules::default()
    };
    let members = config
        .value
        .as_object()
        .ok_or_else(|| config.wanted("an object"))?;
    for name in members.keys() {
        table_rules::set(&mut rules, name, &config.needed(name)?)?;
    }
    rules
        .validate()
        .map_err(|error| config.fault(error.to_string()))?;
    Ok(rules)
}

fn step(at: &At<'_>) -> Result<Step, Fault> {
    at.object(&["actions", "roll", "after"])?;
    let actions = at
        .needed("actions")?
        .items()?
        .map(|at| action(&at))
        .collect::<Result<_, _>>()?;
    let roll = at.needed("roll")?;
    let faces = roll
        .items()?
        .map(|die| die.number())
        .collect::<Result<Vec<_>, _>>()?;
    let dice = match faces.as_slice() {
        [a, b] => u8::try_from(*a)
            .ok()
            .zip(u8::try_from(*b).ok())
            .and_then(|(a, b)| Dice::new(a, b)),
        _ => None,
    };
    let dice = dice.ok_or_else(|| roll.wanted("two dice from 1 to 6"))?;
    let after = at.member("after").map(|at| after(&at)).transpose()?;
    Ok(Step {
        actions,
        dice,
        after,
    })
}

/// An action, and whether it must be refused.
fn action(at: &At<'_>) -> Result<(Action, bool), Fault> {
    let op = at.needed("op")?;
    let bet = at.needed("bet")?.bet()?;
    let (action, member) = match op.text()? {
        "place" => (
            Action::Place {
                bet,
                amount: at.needed("amount")?.chips()?,
            },
            "amount",
        ),
        "reduce" => (
            Action::Reduce {
                bet,
                by: at.needed("by")?.chips()?,
            },
            "by",
        ),
        "take_down" => (Action::TakeDown { bet }, "bet"),
        "working" => {
            let how = at.needed("how")?.word(&[
                ("default", WorkingFlag::Default),
                ("on", WorkingFlag::On),
                ("off", WorkingFlag::Off),
            ])?;
            (Action::Working { bet, how }, "how")
        }
        _ => return Err(op.wanted("place, reduce, take_down or working")),
    };
    at.object(&["op", "bet", "expect", member])?;
    let must_be_refused = match at.member("expect") {
        None => false,
        Some(expect) => expect.word(&[("reject", true), ("accept", false)])?,
    };
    Ok((action, must_be_refused))
}

fn after(at: &At<'_>) -> Result<After, Fault> {
    at.object(&["bankroll", "point", "bets"])?;
    let point = at.needed("point")?;
    let number = if point.value.is_null() {
        None
    } else {
        let total = u8::try_from(point.number()?).ok().and_then(BoxNumber::of);
        Some(total.ok_or_else(|| point.wanted("null or a box number"))?)
    };
    let bets = at.needed("bets")?;
    let members = bets
        .value
        .as_object()
        .ok_or_else(|| bets.wanted("an object"))?;
    let stake = |name: &String| {
        let key = name
            .parse()
            .map_err(|_unknown| bets.fault(format!("no such bet: {name}")))?;
        Ok((key, bets.needed(name)?.chips()?))
    };
    let bets = members.keys().map(stake).collect::<Result<_, Fault>>()?;
    Ok(After {
        bankroll: at.needed("bankroll")?.chips()?,
        point: number,
        bets,
    })
}
