//! One roll in full: what it meant for the table, and what became of each of my bets.

use super::dialogs::boxed;
use super::{rows, slip_rows};
use crate::gaming::RollView;
use crate::tui::action::Action;
use crate::tui::model::Model;
use crate::tui::overlay::RollDialog;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint, fit};

/// Draws the box.
pub(super) fn draw(model: &Model, dialog: RollDialog, paint: &mut Paint<'_>) {
    let Some(record) = model.roll(dialog.roll) else {
        return;
    };
    let count = u16::try_from(record.decisions.len()).unwrap_or(u16::MAX);
    let lines = count
        .max(1)
        .saturating_add(5)
        .min(paint.height().saturating_sub(6));
    let columns = paint.width().saturating_sub(8).min(72);
    let title = format!("Roll {}", text::grouped(record.roll));
    let footer = rows::keys(model, &[(Action::Down, "scroll"), (Action::Back, "close")]);
    let mut inside = boxed(paint, &title, (columns, lines), footer);
    let call = if record.seven_out {
        String::new()
    } else {
        format!(", {}", text::call(record.dice, record.before))
    };
    let total = format!("{} = {}", record.dice, record.dice.total());
    let head = Line::new()
        .with(Role::Dice, total)
        .text(call)
        .text(format!(", {}", text::happened(record)))
        .dim(format!(", by {}", record.shooter));
    inside.line(0, head);
    let proof = format!(
        "opened {} of {} secrets, height {}",
        record.opened, record.of, record.height
    );
    inside.line(1, Line::new().dim(proof));
    decisions(record, dialog.scroll, &mut inside);
    let lowest = inside.height().saturating_sub(1);
    let net = text::signed(record.net);
    let sum = Line::new()
        .dim("all together ")
        .with(slip_rows::tone(&net), net);
    let sum = match record.balance {
        Some(balance) => sum.dim("   chips then ").text(text::chips(balance)),
        None => sum,
    };
    inside.line(lowest, sum);
}

fn decisions(record: &RollView, scroll: usize, paint: &mut Paint<'_>) {
    if record.decisions.is_empty() {
        paint.line(3, Line::new().dim("It decided no bet of yours."));
        return;
    }
    let room = usize::from(paint.height().saturating_sub(5)).max(1);
    let first = scroll.min(record.decisions.len().saturating_sub(room));
    let width = paint.width().saturating_sub(12);
    for (row, decision) in (3_u16..).zip(record.decisions.iter().skip(first).take(room)) {
        let net = text::net_of(decision);
        paint.put_before(9, row, &net, slip_rows::tone(&net));
        paint.put(11, row, &fit(&text::decision(decision), width), Role::Text);
    }
    let below = record.decisions.len().saturating_sub(first + room);
    let above = match first {
        0 => String::new(),
        first => format!("{first} above"),
    };
    let below = match below {
        0 => String::new(),
        below => format!("{below} below"),
    };
    let more = Line::new().dim([above, below].join("  "));
    let lowest = paint.height().saturating_sub(1);
    paint.line_right(lowest, &more);
}
