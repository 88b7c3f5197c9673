//! What happens between the people of a club, in words: waits, frozen bets, keepers, bans.

use super::number::{chips, grouped, listed};
use super::refusal::with_key;
use super::time::minutes;
use crate::craps::{Puck, Refusal};
use crate::gaming::{
    ChangeView, ClubKind, ClubView, KeepersWanted, RollPhase, TableView, WaitView,
};
use crate::ledger::Chips;
use crate::shown::Shown;
use crate::tui::action::Action;
use crate::tui::countdown::Countdown;
use crate::tui::keymap::Keymap;
use crate::tui::model::Model;

/// Returns names as a list.
#[must_use]
pub fn listed_names(names: &[Shown]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    listed(&names)
}

/// Returns whose return a table waits for.
#[must_use]
pub fn who_left(wait: &WaitView) -> String {
    match &wait.name {
        Some(name) => name.to_string(),
        None => "its shooter".to_owned(),
    }
}

/// Returns what happens when the countdown is over, before the seconds: `locks in`.
#[must_use]
pub fn at_zero(model: &Model) -> &'static str {
    let waits = model
        .table
        .as_ref()
        .is_some_and(|table| table.waits.is_some());
    // Without its shooter a table does not lock the roll, it passes the dice on.
    if waits { "passes in" } else { "locks in" }
}

/// Returns why the dice can't move now, and what ends that; `None` while they wait for nobody.
#[must_use]
pub fn wait_refused(table: &TableView, countdown: &Countdown) -> Option<(String, String)> {
    let who = who_left(table.waits.as_ref()?);
    let point = match table.table.puck() {
        Puck::On(point) => format!(" on the point {point}"),
        Puck::Off => String::new(),
    };
    let ends = match countdown.shown() {
        Some(seconds) => format!("in {seconds} s the dice pass on"),
        None => "the next bet starts the clock after which the dice pass on".to_owned(),
    };
    Some((
        format!("wait for {who}, who left{point}, and all bets stand"),
        format!("It ends when {who} sits down again, or {ends}"),
    ))
}

/// Returns the same in a sentence or two.
#[must_use]
pub fn wait(table: &TableView, countdown: &Countdown) -> Option<String> {
    let (why, ends) = wait_refused(table, countdown)?;
    Some(format!("The dice {why}. {ends}."))
}

/// Returns what a roll still waits for after I said that I am ready; `None` where it comes at once.
#[must_use]
pub fn roll_waits(table: &TableView, keys: &Keymap) -> Option<String> {
    let is_open = matches!(table.phase, RollPhase::Betting { .. });
    let shooter = table
        .shooter()
        .filter(|_| is_open && table.kind != ClubKind::Solo)?;
    let is_in = |seat| {
        let mut bets = table.table.bets(seat);
        bets.any(|(bet, _)| table.table.is_working(seat, bet))
    };
    let my_key = match table.table.puck() {
        Puck::Off => Action::Pass,
        Puck::On(_) => Action::Come,
    };
    if !table.table.seats().any(is_in) {
        let yours = with_key("yours", my_key, keys);
        return Some(match table.seats.as_slice() {
            [_] => format!("No bet is in the roll yet: it needs {yours}"),
            [_, _] if !shooter.you => format!(
                "No bet is in the roll yet: it needs {yours} or {}'s",
                shooter.name
            ),
            _ => format!("No bet is in the roll yet: it needs {yours} or another seat's"),
        });
    }
    let lacks_line_bet = matches!(
        table.table.can_roll(shooter.seat),
        Err(Refusal::ShooterNeedsLineBet { .. })
    );
    if lacks_line_bet {
        return Some(format!(
            "{} shoots and has no line bet yet: without one the dice pass on",
            shooter.name
        ));
    }
    let others = table.seats.iter().filter(|seat| !seat.you && !seat.ready);
    let others: Vec<Shown> = others.map(|seat| seat.name.clone()).collect();
    match others.as_slice() {
        [] if table.missing.is_empty() => None,
        [] => Some(format!(
            "The roll waits for the seal of {}",
            listed_names(&table.missing)
        )),
        [_, _, _, ..] => Some(format!("The roll waits for {} others", others.len())),
        names => Some(format!("The roll waits for {}", listed_names(names))),
    }
}

/// Returns the state of a bet that was frozen, in at most 9 columns: by which puck it goes.
#[must_use]
pub const fn frozen_at(puck: Puck) -> &'static str {
    use crate::craps::BoxNumber as N;
    match puck {
        Puck::Off => "frozen",
        Puck::On(N::Four) => "frozen 4",
        Puck::On(N::Five) => "frozen 5",
        Puck::On(N::Six) => "frozen 6",
        Puck::On(N::Eight) => "frozen 8",
        Puck::On(N::Nine) => "frozen 9",
        Puck::On(N::Ten) => "frozen 10",
    }
}

/// Returns who keeps a club, in a few words.
#[must_use]
pub fn kept_by(club: &ClubView) -> String {
    match club.kind {
        ClubKind::Solo => "yours, works offline".to_owned(),
        ClubKind::Hosted => match club.keepers.first() {
            Some(keeper) if keeper.you => "hosted by you".to_owned(),
            Some(keeper) => format!("hosted by {}", keeper.name),
            None => "hosted".to_owned(),
        },
        ClubKind::Shared { keepers, decide } => {
            format!("shared, {keepers} keepers, {decide} decide")
        }
    }
}

/// Returns whose secrets make the dice.
#[must_use]
pub const fn secrets(kind: ClubKind) -> &'static str {
    match kind {
        ClubKind::Solo => "Your node holds all dice secrets of this club.",
        ClubKind::Hosted => "Each seat and the host give a dice secret.",
        ClubKind::Shared { .. } => "Each seat and each keeper give a dice secret.",
    }
}

/// Returns what everybody of a club should know: bans, accusations, changes of keepers.
#[must_use]
pub fn club_news(club: &ClubView, keys: &Keymap) -> Vec<String> {
    let mut news = Vec::new();
    if club.host_doubted {
        let words = "The host left out openings too often, so your node seals no more here.";
        news.push(format!(
            "{words} {}.",
            with_key("You go on with", Action::TrustHost, keys)
        ));
    }
    if let Some(until) = club.banned_until {
        news.push(format!(
            "You sealed rolls and did not open them: seats are open to you again at {} UTC.",
            minutes(until)
        ));
    }
    for keeper in club.keepers.iter().filter(|keeper| keeper.accused) {
        let who = if keeper.you {
            "Your node is".to_owned()
        } else {
            format!("{} is", keeper.name)
        };
        news.push(format!(
            "{who} proven to have signed two things for one place, and keeps the club until the \
             keepers approve the removal."
        ));
    }
    news.extend(club.changes.iter().map(|one| change(one, keys)));
    news
}

/// Returns what a change of keepers would do, in a sentence.
#[must_use]
pub fn proposed(change: &ChangeView) -> String {
    format!("{}.", would(change))
}

fn would(change: &ChangeView) -> String {
    let what = match &change.wanted {
        KeepersWanted::Grow(names) => format!("{} would keep the club too", listed_names(names)),
        KeepersWanted::Add(name) => format!("{name} would become a keeper"),
        KeepersWanted::Remove(name) => format!("{name} would keep the club no longer"),
        KeepersWanted::Swap { out, come } if out == come => {
            format!("{out} would go on with a new vote key")
        }
        KeepersWanted::Swap { out, come } => format!("{come} would keep the club for {out}"),
        KeepersWanted::Shrink => "The founder alone would keep the club".to_owned(),
    };
    let why = if change.by_misconduct {
        ", for proven misconduct"
    } else {
        ""
    };
    format!("{what}{why}")
}

/// Returns a change of keepers that gathers approvals, in a sentence or two.
#[must_use]
pub fn change(change: &ChangeView, keys: &Keymap) -> String {
    let yours = if change.asks_you {
        format!(" {}.", with_key("Yours is asked", Action::Approve, keys))
    } else {
        String::new()
    };
    format!(
        "{}: {} of {} keepers approve.{yours}",
        would(change),
        change.have,
        change.need
    )
}

/// Returns what became of a roll that was given up.
#[must_use]
pub fn abandoned(roll: u64, withheld: &[Shown]) -> String {
    let who = match withheld {
        [] => "too few secrets were opened".to_owned(),
        names => format!("{} did not open", listed_names(names)),
    };
    format!(
        "Roll {} is given up: {who}. No dice fell, and all bets stand.",
        grouped(roll)
    )
}

/// Returns who keeps the club now and did not, and the other way round.
#[must_use]
pub fn keepers_changed(came: &[Shown], left: &[Shown]) -> String {
    let mut parts = Vec::new();
    for (names, what) in [(came, "came"), (left, "left")] {
        if !names.is_empty() {
            parts.push(format!("{} {what}", listed_names(names)));
        }
    }
    format!("The club has other keepers: {}.", parts.join(", "))
}

/// Returns who was caught, and what it cost.
#[must_use]
pub fn accused(name: &Shown, is_me: bool, forfeited: Chips) -> String {
    let who = if is_me {
        "Your node".to_owned()
    } else {
        name.to_string()
    };
    format!(
        "{who} is proven to have signed two things for one place; {} of its bond went to the \
         treasury.",
        chips(forfeited)
    )
}
