//! Who sits at the table, and whom the roll waits for.

use crate::gaming::{ClubKind, RollPhase, SeatView, TableView};
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Frame, Line, Paint, table as rows};

/// Draws the pane.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let Some(table) = model.table.as_deref() else {
        Frame::pane("Players")
            .draw(paint, whole)
            .line(0, "No table is open.");
        return;
    };
    let note = text::counted(
        u64::try_from(table.seats.len()).unwrap_or(0),
        "seat taken",
        "seats taken",
    );
    let mut inside = Frame::pane("Players")
        .note(Line::new().dim(note))
        .draw(paint, whole);
    let wide = inside.width() >= 44;
    let name = inside
        .width()
        .saturating_sub(if wide { 30 } else { 20 })
        .clamp(8, 24);
    let mut columns = vec![Column::words(name), Column::words(7), Column::numbers(6)];
    if wide {
        columns.push(Column::numbers(9));
    }
    let heading = ["player", "", "bets", "chips"].map(|word| (Role::Heading, word));
    rows::row(&mut inside, (1, 0), &columns, &heading);
    let room = inside.height().saturating_sub(2);
    for (row, seat) in (1_u16..).zip(table.seats.iter().take(usize::from(room))) {
        let role = if seat.you { Role::Title } else { Role::Text };
        let (name, bets, chips) = (
            seat.name.to_string(),
            text::chips(seat.at_risk),
            text::chips(seat.balance),
        );
        let bets = if seat.at_risk.is_zero() {
            "--"
        } else {
            bets.as_str()
        };
        let cells = [
            (role, name.as_str()),
            word(seat),
            (Role::Text, bets),
            (Role::Dim, chips.as_str()),
        ];
        rows::row(&mut inside, (1, row), &columns, &cells);
    }
    let last = inside.height().saturating_sub(1);
    match text::wait(table, &model.countdown) {
        Some(words) if table.shooter().is_none() => {
            let lines = crate::tui::widget::wrap(&words, inside.width().saturating_sub(2));
            let above = u16::try_from(lines.len()).unwrap_or(1).saturating_sub(1);
            inside.paragraph(last.saturating_sub(above), &words, Role::Warning);
        }
        Some(_) | None => inside.line(last, waits_for(table)),
    }
}

fn word(seat: &SeatView) -> (Role, &'static str) {
    match (seat.shooter, seat.you, seat.is_bot()) {
        _ if seat.frozen => (Role::Warning, "frozen"),
        (true, ..) => (Role::Key, "shooter"),
        (false, true, _) => (Role::Text, if seat.ready { "ready" } else { "you" }),
        (false, false, true) => (Role::Dim, "bot"),
        (false, false, false) if seat.ready => (Role::Text, "ready"),
        (false, false, false) => (Role::Dim, "player"),
    }
}

/// Whether somebody else's seal is not there yet.
fn lacks(table: &TableView) -> bool {
    !table.missing.is_empty() && table.kind != ClubKind::Solo
}

/// Returns whom the roll waits for.
fn waits_for(table: &TableView) -> Line {
    match table.phase {
        RollPhase::Locked { opened, of } => {
            Line::new().with(Role::Warning, format!("roll locked, opened {opened}/{of}"))
        }
        RollPhase::Betting { .. } if lacks(table) => {
            Line::new().dim(format!("seals lack {}", text::listed_names(&table.missing)))
        }
        RollPhase::Betting { .. } => match table.shooter() {
            Some(seat) if seat.you => Line::new().dim("the table waits for your roll"),
            Some(seat) if table.my_seat().is_some_and(|mine| mine.ready) => {
                Line::new().dim(format!("{} rolls now", seat.name))
            }
            Some(seat) if table.me.is_some() => {
                Line::new().dim(format!("{} rolls when you are ready", seat.name))
            }
            Some(seat) => Line::new().dim(format!("{} rolls next", seat.name)),
            None if table.waits.is_some() => Line::new(),
            None => Line::new().dim("nobody has the dice"),
        },
    }
}
