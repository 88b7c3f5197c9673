//! The few lines that stand alone in a small window; all keys still work.

use super::{dice, header, next_line};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint};

use super::layout::SMALLEST;

/// Draws them, the most important first.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let (columns, lines) = (paint.width(), paint.height());
    let mut shown = Vec::new();
    if let Some(question) = model.overlays.last().map(question) {
        shown.push(Line::new().with(Role::Title, question));
    }
    shown.push(match &model.table {
        Some(table) => {
            let (word, role) = header::puck(table.table.puck());
            Line::new().with(role, word).text("  ").then(chips(model))
        }
        None => Line::new()
            .with(
                header::state_role(model.lifecycle.state),
                model.lifecycle.state.name(),
            )
            .text("  ")
            .then(chips(model)),
    });
    shown.push(Line::new().dim("last roll ").then(dice::in_words(model)));
    shown.push(next_line::next_roll_line(model, columns.saturating_sub(1)));
    if let Some(note) = model.event_row.shown() {
        shown.push(Line::new().text(text::note(note, model)));
    }
    shown.push(Line::new().dim("Your bets stand. All keys work."));
    let (least_columns, least_rows) = SMALLEST;
    let size = format!("BitCraps needs {least_columns}x{least_rows}, this is {columns}x{lines}.");
    shown.push(Line::new().dim(size));
    let start = u16::from(usize::from(lines) > shown.len());
    for (row, line) in (start..lines).zip(shown) {
        paint.line(row, line);
    }
}

fn chips(model: &Model) -> Line {
    match &model.club {
        Some(club) => Line::new()
            .dim("chips ")
            .with(Role::Stake, text::chips(club.balance))
            .dim(" at risk ")
            .text(text::chips(club.at_risk)),
        None => Line::new().dim("chips -"),
    }
}

/// Returns what a dialog asks, in a few words.
fn question(overlay: &Overlay) -> &'static str {
    match overlay {
        Overlay::Help(_) => "Help: widen the window. Esc closes.",
        Overlay::GoBox => "Go to: l t b h y o",
        Overlay::NumberBox(_) => "Number: 4 5 6 8 9 0",
        Overlay::Quit(_) => "Quit? y quits, Esc stays.",
        Overlay::Confirm(_) => "Sure? y does it, Esc keeps.",
        Overlay::PickBot(_) => "Which bot? Enter seats it.",
        Overlay::SendAway(_) => "Which bot? Enter sends it away.",
        Overlay::Explain(_) | Overlay::AllBets(_) | Overlay::Roll(_) => {
            "Bets: widen the window. Esc closes."
        }
        Overlay::Amount(_) => "Type chips, then Enter.",
        Overlay::Proof(_) => "Proof: y copies it, Esc closes.",
        Overlay::Rules(_) => "Rules: widen the window. Esc closes.",
        Overlay::NewTable(_) => "New table: widen the window. Esc closes.",
        Overlay::EmergencyStop(_) => "Type stop, then Enter.",
        Overlay::FirstRun(_) => "Welcome. Enter plays.",
        Overlay::Unlock(_) => "Type your passphrase, then Enter.",
        Overlay::Failed(_) => "The start failed: widen the window.",
        Overlay::LogSearch => "Type what to look for.",
    }
}
