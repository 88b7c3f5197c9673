//! Verbs about seats, bots, tables and their rules.

use crate::shown::Shown;
use crate::strategy::Strategy;
use crate::tui::action::Action;
use crate::tui::line::limits::UNKNOWN_COLUMNS_MAX;
use crate::tui::model::Model;
use crate::tui::update::tables;
use crate::tui::wish::{About, NewTable, Wish};
use crate::words::{HOUSE_RULES, Setting};

use super::bets::number;
use super::{Said, Show, Unread, unread};

pub(super) fn sit(model: &Model, words: &[&str]) -> Result<Said, Unread> {
    if words.is_empty() {
        let practice = tables::practice_table(model);
        return Ok(Said::Wish(match practice {
            Some(table) => Wish::Do(Action::Sit, About::Table(table.game)),
            // The action says why not.
            None => Wish::Do(Action::Practice, About::Nothing),
        }));
    }
    let wanted = words.join(" ");
    let tables = model.club.iter().flat_map(|club| &club.tables);
    let mut tables = tables.map(|table| (table.name.as_str().to_lowercase(), table.game));
    let found = tables.find(|(name, game)| *name == wanted || game.to_string() == wanted);
    match found {
        Some((_, game)) => Ok(Said::Wish(Wish::Do(Action::Sit, About::Table(game)))),
        None => unread(format!(
            "there is no table {}. lobby lists them.",
            Shown::new(&wanted, UNKNOWN_COLUMNS_MAX)
        )),
    }
}

pub(super) fn add_bot(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let strategy = match words {
        [] => Strategy::Pass,
        words => {
            let name = words.join("-");
            let Ok(strategy) = name.parse() else {
                let all = Strategy::ALL.map(Strategy::name).join(", ");
                let shown = Shown::new(&name, UNKNOWN_COLUMNS_MAX);
                return unread(format!("no strategy is called {shown}. there are {all}."));
            };
            strategy
        }
    };
    let about = About::Strategy(strategy);
    Ok(Said::Wish(Wish::Do(Action::AddBot, about)))
}

pub(super) fn remove_bot(model: &Model, words: &[&str]) -> Result<Said, Unread> {
    let wanted = words.join(" ");
    let bots = model.bots();
    let mut named = bots
        .iter()
        .filter(|bot| wanted.is_empty() || bot.name.as_str().to_lowercase() == wanted);
    match (named.next(), bots.is_empty()) {
        (Some(bot), _) => Ok(Said::Wish(Wish::Do(
            Action::RemoveBot,
            About::Bot(bot.seat),
        ))),
        // The action says why not.
        (None, true) => Ok(Said::Wish(Wish::Do(Action::RemoveBot, About::Nothing))),
        (None, false) => unread(format!(
            "no bot is called {}. table tells who sits there.",
            Shown::new(&wanted, UNKNOWN_COLUMNS_MAX)
        )),
    }
}

pub(super) fn rule(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let plain = |words: &str| words.to_lowercase().replace(['\'', ','], "");
    let typed = plain(&words.join(" "));
    let named = HOUSE_RULES.iter().enumerate().filter_map(|(row, rule)| {
        let name = plain(rule.name);
        let rest = typed.strip_prefix(&name)?;
        (rest.is_empty() || rest.starts_with(' ')).then(|| (name.len(), row, rest.trim_start()))
    });
    let Some((_, row, rest)) = named.max() else {
        return unread("which rule? rules tells all by their names.");
    };
    let Some(rule) = HOUSE_RULES.get(row) else {
        return unread("which rule? rules tells all by their names.");
    };
    let value = rest.strip_prefix("to ").unwrap_or(rest);
    let value = match (value, rule.setting) {
        ("", _) => return Ok(Said::Show(Show::Rule(row))),
        ("book", _) => None,
        (digits, Setting::Number(_)) => Some(number(&[digits])?.to_string()),
        (words, Setting::Choice { values, .. }) => {
            let found = values.iter().find(|value| plain(value.words) == words);
            let Some(found) = found else {
                let words: Vec<&str> = values.iter().map(|value| value.words).collect();
                return unread(format!("{} can be: {}.", rule.name, words.join(", ")));
            };
            Some(found.words.to_owned())
        }
    };
    Ok(Said::Wish(Wish::Rule { row, value }))
}

pub(super) fn open_table(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let mut table = NewTable::default();
    let mut name = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let field = match *word {
            "seats" => &mut table.seats,
            "players" => &mut table.players,
            "bond" => &mut table.bond,
            word => {
                name.push(word);
                continue;
            }
        };
        let digits = rest.next().copied().unwrap_or_default();
        *field = Some(number(&[digits])?.to_string());
    }
    table.name = name.join(" ");
    if table.name.is_empty() {
        return unread("what is it called? type open table and a name.");
    }
    Ok(Said::Wish(Wish::NewTable(table)))
}
