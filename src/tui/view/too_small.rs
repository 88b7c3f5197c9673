//! The few lines that stand alone in a small window; all keys still work.

use super::dialogs::{GO_ACTIONS, PICK_ACTIONS};
use super::{dice, header, next_line};
use crate::gaming::StartView;
use crate::tui::action::Action;
use crate::tui::model::{Model, SMALLEST};
use crate::tui::overlay::{Failure, FirstRunDialog, FirstRunStage, Overlay, STOP_WORD};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint, wrap};

/// Draws them, the most important first.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let (columns, lines) = (paint.width(), paint.height());
    let mut shown = Vec::new();
    if let Some(question) = model.overlay().map(|overlay| question(model, overlay)) {
        let lines = wrap(&question, columns.saturating_sub(2));
        shown.extend(
            lines
                .into_iter()
                .map(|line| Line::new().with(Role::Title, line)),
        );
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
    if let Some(seconds) = model.countdown.shown() {
        let words = format!("{} ", text::at_zero(model));
        shown.push(Line::new().dim(words).text(format!("{seconds}s")));
    }
    if model.table.is_some() {
        shown.push(Line::new().dim("last roll ").then(dice::in_words(model)));
        shown.push(next_line::next_roll_line(model, columns.saturating_sub(1)));
    }
    if let Some(note) = model.event_row.shown() {
        let lines = wrap(&text::note(note, model), columns.saturating_sub(2));
        shown.extend(lines.into_iter().map(Line::from));
    }
    let stands = if model.has_bets_at_risk() {
        "Your bets stand. All keys work."
    } else {
        "All keys work."
    };
    shown.push(Line::new().dim(stands));
    let (least_columns, least_rows) = SMALLEST;
    let size = format!("BitCraps needs {least_columns}x{least_rows}, this is {columns}x{lines}.");
    shown.push(Line::new().dim(size));
    let start = u16::from(usize::from(lines) > shown.len());
    for (row, line) in (start..lines).zip(shown) {
        paint.line(row, line);
    }
}

fn chips(model: &Model) -> Line {
    let Some(club) = &model.club else {
        return Line::new().dim("chips -");
    };
    Line::new()
        .dim("chips ")
        .with(Role::Stake, text::chips(club.balance))
        .dim(" at risk ")
        .text(text::chips(club.at_risk))
}

/// Returns what a dialog asks, in a few words.
fn question(model: &Model, overlay: &Overlay) -> String {
    let key = |action: Action| model.keymap.first(action);
    let (enter, esc, yes) = (key(Action::Main), key(Action::Back), key(Action::Yes));
    let all = |actions: &[Action]| {
        let keys: Vec<String> = actions.iter().map(|action| key(*action)).collect();
        keys.join(" ")
    };
    match overlay {
        Overlay::Help(_) => format!("Help: widen the window. {esc} closes."),
        Overlay::Palette(_) => format!("Type what to do, then {enter}."),
        Overlay::GoBox => format!("Go to: {}", all(&GO_ACTIONS)),
        Overlay::NumberBox(_) => format!("Number: {}", all(&PICK_ACTIONS)),
        Overlay::Quit(_) => format!("Quit? {yes} quits, {esc} stays."),
        Overlay::Confirm(_) => format!("Sure? {yes} does it, {esc} keeps."),
        Overlay::PickBot(_) => format!("Which bot? {enter} seats it."),
        Overlay::SendAway(_) => format!("Which bot? {enter} chooses it."),
        Overlay::Explain(_) | Overlay::AllBets(_) | Overlay::Roll(_) => {
            format!("Bets: widen the window. {esc} closes.")
        }
        Overlay::Amount(_) => format!("Type chips, then {enter}."),
        Overlay::Proof(_) => {
            format!("Proof: {} copies it, {esc} closes.", key(Action::CopyProof))
        }
        Overlay::Rules(_) => format!("Rules: widen the window. {esc} closes."),
        Overlay::NewTable(_) => format!("New table: widen the window. {esc} closes."),
        Overlay::EmergencyStop(_) => format!("Type {STOP_WORD}, then {enter}."),
        Overlay::FirstRun(page) => first_run(model, page),
        Overlay::Unlock(_) => format!("Type your passphrase, then {enter}."),
        Overlay::Failed(page) => {
            let what = match page.failure {
                Failure::Start => "The start failed",
                Failure::Emergency => "Emergency stop",
            };
            let (go_on, quit) = (text::hint(Action::Main.info(), model), key(Action::Quit));
            format!("{what}. {enter} {go_on}, {quit} quits; widen to read why.")
        }
        Overlay::LogSearch => "Type what to look for.".to_owned(),
    }
}

/// Returns how far the first start has come: what `Enter` does, or what it waits for.
fn first_run(model: &Model, page: &FirstRunDialog) -> String {
    let key = |action: Action| model.keymap.first(action);
    match (page.stage, &model.start) {
        (FirstRunStage::Choosing, _) => format!("Welcome. {} plays.", key(Action::Main)),
        (FirstRunStage::Waiting, StartView::Mining { tried, .. }) => format!(
            "Making your identity: {} keys tried. {} quits.",
            text::grouped(*tried),
            key(Action::QuitNow)
        ),
        (FirstRunStage::Waiting | FirstRunStage::Begun, _) => {
            "The table is being opened.".to_owned()
        }
    }
}
