//! The dice, whose they are, and where the next roll stands.

use super::rows;
use crate::craps::Puck;
use crate::gaming::{ClubKind, RollPhase, RollView};
use crate::tui::action::Action;
use crate::tui::dice_show::DiceShow;
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::dice::{Size, draw_pair};
use crate::tui::widget::{Frame, Line, Paint};

/// Draws the pane.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let mut frame = Frame::pane("Dice");
    let tall = whole.height > Size::ROWS + 3;
    if is_solo(model) && !tall {
        frame = frame.footer(Line::new().dim("all dice secrets are yours"));
    }
    // Where the seconds take the room of the seals, those stand above.
    if let (false, Some(_), Some(RollPhase::Betting { sealed, of })) = (
        tall,
        counted_here(model),
        model.table.as_ref().map(|table| table.phase),
    ) {
        frame = frame.note(Line::new().dim(format!("sealed {sealed}/{of}")));
    }
    let mut inside = frame.draw(paint, whole);
    let (columns, lines) = (inside.width(), inside.height());
    let size = if columns >= 34 {
        Size::Large
    } else {
        Size::Small
    };
    let art = columns >= size.pair() + 12 && lines >= Size::ROWS;
    let left = if art { size.pair() + 2 } else { 1 };
    let Some(record) = model.dice.record() else {
        let corner = art.then_some((size, left));
        nothing_rolled(model, corner, &mut inside);
        return;
    };
    if art {
        // The edges lie still: drawn in another colour they would be most of what a roll writes.
        let pips = match model.dice {
            DiceShow::Tumbling { .. } => Role::Dim,
            DiceShow::Settled(_) | DiceShow::Empty => Role::Dice,
        };
        if let Some((a, b)) = model.dice.faces() {
            draw_pair(&mut inside, (1, 0), [a, b], size, (Role::Dice, pips));
        }
    }
    for (row, line) in (0_u16..).zip(words(record)) {
        inside.line_at(left, row, &line);
    }
    if tall {
        inside.line_at(1, Size::ROWS, &progress(model));
        if is_solo(model) {
            inside.line(
                Size::ROWS + 1,
                Line::new().dim("your node holds every dice secret"),
            );
        } else if model.countdown.shown().is_some() && model.has_unsent_bets() {
            let next = model.table.as_ref().map_or(0, |table| table.roll + 1);
            let words = format!("then your slip waits for #{}", text::grouped(next));
            inside.line(Size::ROWS + 1, Line::new().dim(words));
        }
    } else {
        let line = progress(model);
        let room = columns.saturating_sub(left);
        let line = if line.width() > room {
            in_short(model)
        } else {
            line
        };
        inside.line_at(left, 4, &line);
    }
}

/// Dice without a face, and what leads to the first roll.
fn nothing_rolled(model: &Model, art: Option<(Size, u16)>, paint: &mut Paint<'_>) {
    if model.table.is_none() {
        paint.line(0, "No table is open.");
        return;
    }
    let Some((size, left)) = art else {
        paint.line(0, "No roll yet.");
        paint.line(1, progress(model));
        return;
    };
    draw_pair(paint, (1, 0), [0, 0], size, (Role::Dim, Role::Dim));
    paint.line_at(left, 0, &Line::new().text("No roll yet."));
    let shoots = model.table.as_ref().and_then(|table| table.my_seat());
    if shoots.is_some_and(|seat| seat.shooter) {
        let (pass, roll) = (
            rows::key(model, Action::Pass),
            rows::key(model, Action::Roll),
        );
        paint.line_at(left, 1, &Line::new().key(&pass).text(" bets"));
        paint.line_at(left, 2, &Line::new().key(&roll).text(" rolls"));
    }
    let (column, row) = if paint.height() > Size::ROWS {
        (1, Size::ROWS)
    } else {
        (left, Size::ROWS - 1)
    };
    paint.line_at(column, row, &progress(model));
}

fn is_solo(model: &Model) -> bool {
    model
        .table
        .as_ref()
        .is_some_and(|table| table.kind == ClubKind::Solo)
}

fn words(record: &RollView) -> [Line; 4] {
    let total = Line::new().with(
        Role::Dice,
        format!("{} = {}", record.dice, record.dice.total()),
    );
    let call = text::call(record.dice, record.before);
    let role = if record.seven_out {
        Role::Loss
    } else {
        Role::Text
    };
    let (net, after) = (text::signed(record.net), after(record));
    let mine = if record.decisions.is_empty() {
        Line::new().dim("none decided")
    } else {
        Line::new()
            .dim("you ")
            .with(super::slip_rows::tone(&net), net)
    };
    [total, Line::new().with(role, call), after, mine]
}

fn after(record: &RollView) -> Line {
    match (record.before, record.after) {
        (Puck::Off, Puck::On(point)) => Line::new().text(format!("point is {point}")),
        (Puck::On(_), Puck::Off) if !record.seven_out => Line::new().with(Role::Win, "point made"),
        (Puck::On(_), Puck::Off) => Line::new().dim("new hand"),
        (Puck::On(point), Puck::On(_)) => Line::new().dim(format!("point is {point}")),
        (Puck::Off, Puck::Off) => Line::new().dim("no point yet"),
    }
}

/// Returns the last roll in a few words.
pub(super) fn in_words(model: &Model) -> Line {
    match model.dice.record() {
        Some(record) => Line::new()
            .with(
                Role::Dice,
                format!("{} = {}", record.dice, record.dice.total()),
            )
            .text(format!(" {}", text::call(record.dice, record.before))),
        None => Line::new().dim("no roll yet"),
    }
}

/// Returns where the next roll stands in fewer words.
fn in_short(model: &Model) -> Line {
    match model.table.as_ref().map(|table| table.phase) {
        Some(RollPhase::Locked { opened, of }) => {
            Line::new().with(Role::Warning, format!("locked {opened}/{of}"))
        }
        Some(RollPhase::Betting { .. }) => match counted_here(model) {
            Some(seconds) => Line::new()
                .dim(format!("{} ", text::at_zero(model)))
                .text(format!("{seconds:>3}s")),
            None => progress(model),
        },
        None => progress(model),
    }
}

/// Returns the seconds until betting ends, if the header has no room for them: one place counts, so that
/// a second that goes by is one small write.
fn counted_here(model: &Model) -> Option<u64> {
    let counts_here = model.size.0 < super::header::TIMED;
    model.countdown.shown().filter(|_| counts_here)
}

/// Returns where the next roll stands: bets, seals and openings.
pub(super) fn progress(model: &Model) -> Line {
    let Some(table) = &model.table else {
        return Line::new();
    };
    let line = match table.phase {
        RollPhase::Betting { sealed, of } => Line::new().dim(format!("sealed {sealed}/{of}")),
        RollPhase::Locked { opened, of } => {
            Line::new().with(Role::Warning, format!("locked, opened {opened}/{of}"))
        }
    };
    match counted_here(model) {
        Some(seconds) => line
            .dim(format!("  {} ", text::at_zero(model)))
            .text(format!("{seconds:>3}s")),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::tui::fixture::{self, Script};

    /// Columns beside two large dice in the pane of a screen 120 wide.
    const BESIDE: u16 = 13;

    #[test]
    fn each_outcome_of_a_come_out_fits_beside_the_dice() {
        for (first, second) in [(6, 6), (1, 1), (1, 2), (3, 4), (5, 6), (2, 2), (5, 5)] {
            let script = Script::new("practice").sit(fixture::ME, None, 1_000);
            let script = script.bet(fixture::ME, "pass", 10).roll(first, second);
            let model = fixture::model(&script);
            for line in words(model.dice.record().unwrap()) {
                assert!(line.width() <= BESIDE, "{first}-{second}: {line:?}");
            }
        }
    }
}
