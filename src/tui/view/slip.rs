//! The slip beside or below the felt: my bets, what the next roll does to them, and my chips.

use super::next_line::{in_one_line, next_roll_line};
use super::slip_rows::{WIDE, list};
use super::{bets, dice, has_focus, next_roll, rows};
use crate::craps::Puck;
use crate::ledger::Chips;
use crate::tui::action::Action;
use crate::tui::model::{Model, Pane};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Frame, Line, Paint};

/// Draws the slip beside or below the felt.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let rows = model.slip_rows();
    let whole = paint.whole();
    let wide = whole.width >= WIDE + 2;
    // Where the slip is wide, the header has the chips at risk.
    let title = if wide {
        let cost = bets::long_run_cost(model);
        format!("{}, long-run cost {cost}", counted(model))
    } else {
        let chips = text::chips(at_risk(model));
        format!("{}, {chips} at risk", counted(model))
    };
    let waits = first_waiting(model).filter(|_| wide);
    let beside_bets = if wide { 4 } else { 3 } + u16::from(waits.is_some());
    let room = whole.height.saturating_sub(beside_bets);
    let hidden = rows.len().saturating_sub(usize::from(room));
    let footer = match (wide, hidden) {
        (true, 0) => footer(model),
        (true, hidden) => Line::new()
            .dim(format!("{hidden} more   "))
            .then(footer(model)),
        (false, 0) => Line::new(),
        (false, hidden) => Line::new().dim(format!("{hidden} more")),
    };
    let frame = Frame::pane("Slip")
        .note(Line::new().dim(title))
        .footer(footer);
    let mut inside = frame
        .focused(has_focus(model, Pane::Slip))
        .draw(paint, whole);
    if rows.is_empty() {
        empty(model, &mut inside);
        return;
    }
    let lines = inside.height();
    let outlook = next_roll::outlook(model);
    list(model, &outlook, &mut inside, (u16::from(wide), room));
    let below = lines.saturating_sub(1 + u16::from(waits.is_some()));
    let room = inside.width().saturating_sub(1);
    let next = next_roll::rows_of(&outlook);
    inside.line(below, in_one_line(&next, room));
    if let Some(waits) = waits {
        inside.line(below + 1, waits);
    }
}

fn footer(model: &Model) -> Line {
    rows::keys(
        model,
        &[
            (Action::Undo, "undo"),
            (Action::Repeat, "repeat"),
            (Action::Clear, "clear"),
            (Action::Working, "on/off"),
            (Action::Explain, "explain"),
        ],
    )
}

pub(super) fn empty(model: &Model, paint: &mut Paint<'_>) {
    if model.seat().is_none() {
        paint.line(0, "You have no seat, so you watch.");
        paint.line(
            1,
            Line::new()
                .text("Sit down ")
                .key(&rows::key(model, Action::Sit))
                .text(" to bet."),
        );
        return;
    }
    if let Some(words) = no_chips(model) {
        paint.line(0, "You have no chips left for a bet here.");
        paint.line(1, words);
        return;
    }
    let point_is_on = model
        .table
        .as_ref()
        .is_some_and(|table| table.table.puck() != Puck::Off);
    let (name, action, place) = if point_is_on {
        ("Come ", Action::Come, " in the come box.")
    } else {
        ("Pass ", Action::Pass, " on the line.")
    };
    let least = model
        .table
        .as_ref()
        .map(|table| table.table.rules().min_bet);
    if let Some(least) = least.filter(|least| model.unit < *least) {
        let words = Line::new()
            .text("No bet yet; the least is ")
            .with(Role::Stake, text::chips(least));
        paint.line(0, words.text("."));
        let line = Line::new()
            .text("A larger unit ")
            .key(&rows::key(model, Action::UnitUp))
            .text(", then ")
            .text(name.to_lowercase())
            .key(&rows::key(model, action))
            .text(".");
        paint.line(1, line);
        return;
    }
    paint.line(0, "No bet yet.");
    let line = Line::new()
        .text(name)
        .key(&rows::key(model, action))
        .text(" puts ")
        .with(Role::Stake, text::chips(model.unit))
        .text(place);
    paint.line(1, line);
}

/// How to get chips, for who has none left for a bet and nothing at risk.
fn no_chips(model: &Model) -> Option<Line> {
    let amount = model.club.as_ref()?.new_chips.as_ref().ok()?;
    let line = Line::new()
        .key(&rows::key(model, Action::NewChips))
        .text(" gives you ")
        .with(Role::Stake, text::chips(*amount))
        .text(" new ones.");
    Some(line)
}

/// What waits first, and why; the chips at risk stand in the title, the free ones in the header.
fn first_waiting(model: &Model) -> Option<Line> {
    let waiting = model.slip.waiting.first()?;
    let words = format!(
        "{} waits: {}",
        text::name(waiting.bet),
        text::refused_bet(waiting, model)
    );
    Some(Line::new().with(Role::Refused, words))
}

/// How many bets stand; what was refused is no bet.
fn counted(model: &Model) -> String {
    let standing = u64::try_from(model.my_bets().len()).unwrap_or(0);
    text::counted(standing, "bet", "bets")
}

/// Chips of mine on all tables.
fn at_risk(model: &Model) -> Chips {
    let club = model.club.as_ref();
    club.map(|club| club.at_risk).unwrap_or_default()
}

/// Draws slip and dice in two rows without a frame.
pub(super) fn strip(model: &Model, paint: &mut Paint<'_>) {
    let mut line = Line::new()
        .with(Role::Title, "Dice ")
        .then(dice::in_words(model))
        .dim("  ")
        .then(dice::progress(model));
    line = line.dim("");
    paint.line(0, line);
    if model.slip_rows().is_empty() {
        paint.line(1, Line::new().with(Role::Title, "Slip ").dim("no bet yet"));
        return;
    }
    let slip = Line::new()
        .with(Role::Title, "Slip ")
        .text(counted(model))
        .dim(", at risk ")
        .with(Role::Stake, text::chips(at_risk(model)))
        .dim("  ");
    let room = paint.width().saturating_sub(slip.width() + 2);
    let next = next_roll_line(model, room);
    paint.line(1, slip.then(next));
}
