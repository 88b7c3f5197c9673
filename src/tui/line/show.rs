//! What was asked for, in lines: table, bets, chips.

use crate::craps::{BetKey, SeatNo};
use crate::gaming::{RollPhase, TableView};
use crate::tui::model::Model;
use crate::tui::offers;
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::words::{self as book, Setting};

use super::limits::BETS_FOUND_MAX;
use super::verb::Show;
use super::words::{self, spoken};
use super::{bet_words, history, node};

/// Returns the table: puck, roll, shooter, limits, seats.
#[must_use]
pub fn table(model: &Model) -> Vec<String> {
    let Some(table) = model.table.as_deref() else {
        return vec!["no table is open.".to_owned()];
    };
    let mut lines = vec![
        format!(
            "table {} in {}. {}.",
            table.name,
            table.club,
            words::puck(table)
        ),
        format!(
            "roll {} is next. {}.",
            text::grouped(table.roll),
            phase(table)
        ),
        shooter(table),
        format!("{}.", words::chips(model)),
    ];
    let rules = table.table.rules();
    lines.push(format!(
        "bets of {} to {}.",
        text::chips(rules.min_bet),
        text::chips(rules.max_bet)
    ));
    lines.extend(table.seats.iter().map(|seat| {
        let who = match (seat.you, seat.strategy) {
            (true, _) => format!("{}, you", seat.name),
            (false, Some(strategy)) => {
                format!("{}, a bot that plays {}", seat.name, strategy.name())
            }
            (false, None) => seat.name.to_string(),
        };
        let ready = if seat.ready { ", ready" } else { "" };
        let frozen = if seat.frozen { ", frozen" } else { "" };
        let risk = text::chips(seat.at_risk);
        format!("{who}, {risk} at risk{ready}{frozen}.")
    }));
    lines.extend(text::wait(table, &model.countdown));
    lines.iter().map(|line| spoken(line)).collect()
}

fn phase(table: &TableView) -> String {
    match table.phase {
        RollPhase::Betting { sealed, of } => {
            format!("bets are open, {sealed} of {of} secrets sealed")
        }
        RollPhase::Locked { opened, of } => {
            format!("it is locked, {opened} of {of} secrets opened")
        }
    }
}

/// Returns who shoots, in a sentence.
pub(super) fn shooter(table: &TableView) -> String {
    match table.shooter() {
        Some(shooter) if shooter.you => "you shoot.".to_owned(),
        Some(shooter) => format!("{} shoots.", shooter.name),
        None => "nobody shoots.".to_owned(),
    }
}

/// Returns my bets, a line each, and what waits.
#[must_use]
pub fn bets(model: &Model) -> Vec<String> {
    let rows = model.slip_rows();
    if rows.is_empty() {
        return vec!["no bets.".to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    for (bet, row) in &rows {
        lines.extend(bet_lines(model, *bet, row));
    }
    lines.push(format!("{}.", words::chips(model)));
    lines.iter().map(|line| spoken(line)).collect()
}

fn bet_lines(model: &Model, bet: BetKey, row: &SlipRow) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some((table, seat)) = model.seat()
        && !row.stands.is_zero()
    {
        let quote = table.table.quote(seat, bet);
        let state = table.table.state_of(seat, bet).map_or("", text::state);
        let progress = table.table.bet(seat, bet);
        let progress = progress.and_then(|placed| text::progress(bet, placed));
        let progress =
            progress.map_or_else(String::new, |has| format!(" it has {}.", has.in_full()));
        lines.push(format!(
            "{}. pays {}. {state}.{progress}",
            words::on(row.stands, bet),
            text::pays(&quote)
        ));
    }
    if !row.sent.is_zero() {
        lines.push(format!(
            "{}, sent and not answered.",
            words::on(row.sent, bet)
        ));
    }
    if let Some(waiting) = &row.waiting {
        let why = text::refused_waiting(waiting, model);
        lines.push(format!("{} waits: {why}", words::on(waiting.amount, bet)));
    }
    lines
}

/// Returns my chips.
#[must_use]
pub fn chips(model: &Model) -> Vec<String> {
    vec![format!("{}.", words::chips(model))]
}

/// Returns the tables of the club, a line each.
fn lobby(model: &Model) -> Vec<String> {
    let Some(club) = model.club.as_deref() else {
        return vec!["no club yet.".to_owned()];
    };
    let mut lines = vec![format!("club {}, {}.", club.name, text::kept_by(club))];
    lines.extend(club.tables.iter().map(|table| {
        let seat = if table.seated {
            " your seat is here."
        } else {
            ""
        };
        let (people, bots) = (table.people as u64, table.bots as u64);
        format!(
            "{}: {} and {} on {} seats, bets of {} to {}.{seat}",
            table.name,
            text::counted(people, "player", "players"),
            text::counted(bots, "bot", "bots"),
            table.seats_max,
            text::chips(table.rules.min_bet),
            text::chips(table.rules.max_bet),
        )
    }));
    lines.extend(text::club_news(club, &model.keymap));
    lines.iter().map(|line| spoken(line)).collect()
}

/// Returns the rules of the table, a line each.
fn rules(model: &Model) -> Vec<String> {
    let Some(table) = model.table.as_deref() else {
        return vec!["no table is open.".to_owned()];
    };
    let rules = table.table.rules();
    let rows = book::HOUSE_RULES.iter();
    rows.map(|rule| spoken(&format!("{}: {}.", rule.name, rule.value(rules))))
        .collect()
}

/// Returns one rule of the table: its value, what it does, what else it can be.
fn rule(model: &Model, row: usize) -> Vec<String> {
    let (Some(table), Some(rule)) = (model.table.as_deref(), book::HOUSE_RULES.get(row)) else {
        return vec!["no table is open.".to_owned()];
    };
    let rules = table.table.rules();
    let values = match rule.setting {
        Setting::Number(number) => {
            let (least, most) = number.range(rules);
            format!("{} to {}", text::grouped(least), text::grouped(most))
        }
        Setting::Choice { values, .. } => {
            let words: Vec<&str> = values.iter().map(|value| value.words).collect();
            words.join(", ")
        }
    };
    let lines = [
        format!("{}: {}.", rule.name, rule.value(rules)),
        rule.about.to_owned(),
        format!("it can be: {values}."),
    ];
    lines.iter().map(|line| spoken(line)).collect()
}

/// Returns what each total would do to my bets, with the rolls in 36 that make it.
fn outlook(model: &Model) -> Vec<String> {
    let Some((table, seat)) = model.seat() else {
        return vec!["you have no seat, so the next roll does nothing to you.".to_owned()];
    };
    let outlook = table.table.outlook(seat);
    let rows = outlook.rows.iter().filter(|row| !row.decisions.is_empty());
    let mut lines: Vec<String> = rows
        .map(|row| {
            let ways = text::counted(u64::from(row.rolls.ways()), "roll", "rolls");
            let mut each: Vec<String> =
                words::net_of(&row.decisions, row.net).into_iter().collect();
            each.extend(row.decisions.iter().map(text::decision));
            format!("{}, {ways} of 36: {}.", row.total, each.join(". "))
        })
        .collect();
    if lines.is_empty() {
        lines.push("the next roll decides no bet of yours.".to_owned());
    }
    lines.iter().map(|line| spoken(line)).collect()
}

/// Returns the bets that words find, a line each.
fn find(model: &Model, search: &str) -> Vec<String> {
    let Some(table) = model.table.as_deref() else {
        return vec!["no table is open.".to_owned()];
    };
    let seat = table.me.unwrap_or(SeatNo::FIRST);
    let found = offers::offers(model, search);
    let shown = found.iter().take(BETS_FOUND_MAX);
    let mut lines: Vec<String> = shown
        .map(|bet| {
            let quote = table.table.quote(seat, *bet);
            format!(
                "{}: pays {}, edge {}. {}.",
                bet_words::typed(*bet),
                text::pays(&quote),
                text::edge(&quote.edge),
                text::may_add(*bet, &quote)
            )
        })
        .collect();
    let more = found.len().saturating_sub(BETS_FOUND_MAX);
    if found.is_empty() {
        lines.push("no bet is found by these words.".to_owned());
    } else if more > 0 {
        lines.push(format!("{more} more. more words find fewer."));
    }
    lines.iter().map(|line| spoken(line)).collect()
}

/// Returns a bet in full.
fn explain(model: &Model, bet: BetKey) -> Vec<String> {
    let Some(table) = model.table.as_deref() else {
        return vec!["no table is open.".to_owned()];
    };
    let seat = table.me.unwrap_or(SeatNo::FIRST);
    let quote = table.table.quote(seat, bet);
    let number = bet.number().or(table.table.puck().point());
    let rules = book::of(bet.bet(), number, table.table.rules());
    let mut lines = vec![
        format!("{}. {}.", text::name(bet), words::type_it(bet)),
        book::what_it_is(bet.bet()).to_owned(),
        format!("wins: {}. loses: {}.", rules.wins_on, rules.loses_on),
    ];
    lines.extend(rules.pushes_on.iter().map(|on| format!("a push: {on}.")));
    lines.extend(rules.pays.iter().map(|pays| format!("{pays}.")));
    lines.push(text::costs(&quote));
    lines.push(book::when(bet.bet()));
    lines.extend(bet.info().note.map(str::to_owned));
    lines.push(format!("now: {}.", text::may_add(bet, &quote)));
    lines.iter().map(|line| spoken(line)).collect()
}

/// Returns what was asked for.
#[must_use]
pub fn lines(model: &Model, what: &Show) -> Vec<String> {
    match what {
        Show::Nothing => Vec::new(),
        Show::Table => table(model),
        Show::Bets => bets(model),
        Show::Chips => chips(model),
        Show::Help(about) => super::help::help(about),
        Show::Words => super::help::words(),
        Show::Lobby => lobby(model),
        Show::Rules => rules(model),
        Show::Rule(row) => rule(model, *row),
        Show::Outlook => outlook(model),
        Show::Find(search) => find(model, search),
        Show::Explain(bet) => explain(model, *bet),
        Show::History(count) => history::history(model, *count),
        Show::Roll(number) => history::roll(model, *number),
        Show::Proof(number) => history::proof(model, *number),
        Show::Health => node::health(model),
        Show::Log(wanted) => node::log(model, wanted),
    }
}
