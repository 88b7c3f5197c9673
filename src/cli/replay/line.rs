//! One line of a replay file as a script, with errors that name the place.

use std::fmt;

use serde_json::{Map, Value};

use crate::craps::script::{After, Script, Step};
use crate::craps::{
    Action, AtsPayouts, Barred, BetKey, BetSet, BoxNumber, Dice, Family, FirePayouts, HopPayouts,
    OddsLimit, Ratio, TableRules, VigRounding, VigTiming, WorkingFlag,
};
use crate::ledger::Chips;

/// A line that is a script.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) script: Script,
}

/// What is wrong with a line, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    path: String,
    what: String,
}

impl Fault {
    pub(super) fn new(path: &str, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// A value and the path that leads to it.
struct At<'a> {
    path: String,
    value: &'a Value,
}

impl<'a> At<'a> {
    fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::new(
            if self.path.is_empty() {
                "$"
            } else {
                &self.path
            },
            what,
        )
    }

    fn wanted(&self, what: &str) -> Fault {
        let found: String = self.value.to_string().chars().take(40).collect();
        self.fault(format!("wanted {what}, found {found}"))
    }

    /// The members of an object; none may have a name that isn't known.
    fn object(&self, known: &[&str]) -> Result<&'a Map<String, Value>, Fault> {
        let members = self
            .value
            .as_object()
            .ok_or_else(|| self.wanted("an object"))?;
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(self.fault(format!("no such member: {name}"))),
            None => Ok(members),
        }
    }

    fn member(&self, name: &str) -> Option<At<'a>> {
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        self.value.get(name).map(|value| At { path, value })
    }

    fn needed(&self, name: &str) -> Result<At<'a>, Fault> {
        self.member(name)
            .ok_or_else(|| self.fault(format!("{name} is missing")))
    }

    fn items(&self) -> Result<impl Iterator<Item = At<'a>>, Fault> {
        let items = self.value.as_array().ok_or_else(|| self.wanted("a list"))?;
        let path = self.path.clone();
        Ok(items.iter().enumerate().map(move |(index, value)| At {
            path: format!("{path}[{index}]"),
            value,
        }))
    }

    fn text(&self) -> Result<&'a str, Fault> {
        self.value.as_str().ok_or_else(|| self.wanted("text"))
    }

    fn number(&self) -> Result<u64, Fault> {
        self.value
            .as_u64()
            .ok_or_else(|| self.wanted("a whole number that is not negative"))
    }

    fn chips(&self) -> Result<Chips, Fault> {
        self.number().map(Chips::new)
    }

    fn small(&self) -> Result<u32, Fault> {
        u32::try_from(self.number()?).map_err(|_large| self.wanted("a number below 2^32"))
    }

    fn flag(&self) -> Result<bool, Fault> {
        self.value
            .as_bool()
            .ok_or_else(|| self.wanted("true or false"))
    }

    fn ratio(&self) -> Result<Ratio, Fault> {
        match self
            .items()?
            .map(|item| item.small())
            .collect::<Result<Vec<_>, _>>()?
            .as_slice()
        {
            [x, y] => Ok(Ratio::new(*x, *y)),
            _ => Err(self.wanted("two numbers")),
        }
    }

    fn bet(&self) -> Result<BetKey, Fault> {
        self.text()?
            .parse()
            .map_err(|error: crate::craps::BetKeyError| self.fault(error.to_string()))
    }

    /// One of some words.
    fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, Fault> {
        let text = self.text()?;
        let found = words
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value);
        found.ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.wanted(&format!("one of {}", words.join(", ")))
        })
    }
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// [`Fault`] with the first thing that is wrong.
    pub(super) fn parse(value: &Value) -> Result<Self, Fault> {
        let line = At {
            path: String::new(),
            value,
        };
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
        let at = config.needed(name)?;
        set(&mut rules, name, &at)?;
    }
    rules
        .validate()
        .map_err(|error| config.fault(error.to_string()))?;
    Ok(rules)
}

fn set(rules: &mut TableRules, name: &str, at: &At<'_>) -> Result<(), Fault> {
    match name {
        "odds" => {
            let names = OddsLimit::ALL.map(|limit| (limit.name(), limit));
            rules.odds = at.word(&names)?;
        }
        "field_2" => rules.field_2 = at.small()?,
        "field_12" => rules.field_12 = at.small()?,
        "bar" => {
            rules.bar = match at.number()? {
                12 => Barred::Twelve,
                2 => Barred::Two,
                _ => return Err(at.wanted("12 or 2")),
            }
        }
        "vig_rate" => rules.vig_rate = at.ratio()?,
        "vig_timing" => {
            let timings = [
                ("on_win", VigTiming::OnWin),
                ("upfront", VigTiming::Upfront),
            ];
            rules.vig_timing = at.word(&timings)?;
        }
        "vig_rounding" => {
            rules.vig_rounding = at.word(&[
                ("down", VigRounding::Down),
                ("nearest", VigRounding::Nearest),
                ("up", VigRounding::Up),
            ])?;
        }
        "vig_min" => rules.vig_min = at.chips()?,
        "ats_payouts" => {
            at.object(&["small", "tall", "all"])?;
            let pays = |name| at.needed(name)?.small();
            rules.ats = AtsPayouts {
                small: pays("small")?,
                tall: pays("tall")?,
                all: pays("all")?,
            };
        }
        "fire_payouts" => {
            at.object(&["4", "5", "6"])?;
            let pays = |name| at.needed(name)?.small();
            rules.fire = FirePayouts {
                four: pays("4")?,
                five: pays("5")?,
                six: pays("6")?,
            };
        }
        "hop_payouts" => {
            at.object(&["easy", "hard"])?;
            let pays = |name| at.needed(name)?.small();
            rules.hops = HopPayouts {
                easy: pays("easy")?,
                hard: pays("hard")?,
            };
        }
        "yes_no_next_commission" => rules.yes_no_next_commission = at.ratio()?,
        "hardways_working_on_come_out" => rules.hardways_working_on_come_out = at.flag()?,
        "place_buy_working_on_come_out" => rules.place_buy_working_on_come_out = at.flag()?,
        "come_odds_working_on_come_out" => rules.come_odds_working_on_come_out = at.flag()?,
        "place_lose" => offer(rules, Family::PlaceLose, at.flag()?),
        "put" => offer(rules, Family::Put, at.flag()?),
        "min_bet" => rules.min_bet = at.chips()?,
        "max_bet" => {
            rules.max_bet = at.chips()?;
            rules.side_bet_max = rules.max_bet;
        }
        _ => return Err(at.fault("no such setting")),
    }
    Ok(())
}

fn offer(rules: &mut TableRules, family: Family, is_offered: bool) {
    for bet in BetSet::all()
        .iter()
        .filter(|bet| bet.info().family == family)
    {
        if is_offered {
            rules.offered.insert(bet);
        } else {
            rules.offered.remove(bet);
        }
    }
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
