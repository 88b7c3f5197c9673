//! Verbs that tell something, and those about the program.

use crate::config::{Choice as _, LogLevel};
use crate::shown::Shown;
use crate::tui::action::Action;
use crate::tui::line::limits::{LOG_LINES_TOLD, ROLLS_TOLD, UNKNOWN_COLUMNS_MAX};
use crate::tui::model::{Medium, Model};
use crate::tui::wish::{About, Wish};

use super::bets::number;
use super::{LogWanted, Said, Show, Unread, unread};

pub(super) fn history(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let count = match words {
        [] => ROLLS_TOLD,
        words => usize::try_from(number(words)?).unwrap_or(usize::MAX),
    };
    Ok(Said::Show(Show::History(count)))
}

pub(super) fn details(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    if words.is_empty() {
        return unread("which roll? type details and its number. history tells the newest.");
    }
    number(words).map(|roll| Said::Show(Show::Roll(Some(roll))))
}

pub(super) fn proof(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let roll = match words {
        [] => None,
        words => Some(number(words)?),
    };
    Ok(Said::Show(Show::Proof(roll)))
}

#[expect(clippy::unnecessary_wraps, reason = "a column of the table of verbs")]
pub(super) fn log(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let mut wanted = LogWanted {
        count: LOG_LINES_TOLD,
        level: LogLevel::Info,
        search: String::new(),
    };
    let mut search = Vec::new();
    for word in words {
        match word.parse() {
            Ok(count) => wanted.count = count,
            Err(_) if wanted.level.choose(word) => {}
            Err(_) => search.push(*word),
        }
    }
    wanted.search = search.join(" ");
    Ok(Said::Show(Show::Log(wanted)))
}

pub(super) fn start_in(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let medium = match words {
        ["lines"] => Medium::Lines,
        ["screen"] => Medium::Screen,
        _ => {
            return unread(
                "what shall later starts open in? type start in lines, or start in screen.",
            );
        }
    };
    Ok(Said::Wish(Wish::StartIn(medium)))
}

pub(super) fn restart(model: &Model, words: &[&str]) -> Result<Said, Unread> {
    let wanted = words.join(" ");
    let services = model.services();
    if words.is_empty() {
        let names: Vec<&str> = services
            .iter()
            .map(|service| service.name.as_str())
            .collect();
        return unread(format!(
            "which service? type restart and one of {}.",
            names.join(", ")
        ));
    }
    match services.iter().find(|service| service.name == wanted) {
        Some(service) => {
            let about = About::Service(service.name.clone());
            Ok(Said::Wish(Wish::Do(Action::RestartService, about)))
        }
        None => unread(format!(
            "there is no service {}. health tells all by their names.",
            Shown::new(&wanted, UNKNOWN_COLUMNS_MAX)
        )),
    }
}
