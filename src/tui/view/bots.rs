//! Bots: which way a new one plays, and which one is sent away.

use super::dialogs::boxed;
use super::rows;
use crate::craps::SeatNo;
use crate::gaming::Strategy;
use crate::tui::action::Action;
use crate::tui::hits::{Answer, Target};
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Line, Paint, table};

/// Which way the new bot plays.
pub(super) fn pick(model: &Model, index: usize, paint: &mut Paint<'_>) {
    let rows = u16::try_from(Strategy::ALL.len()).unwrap_or(u16::MAX);
    let rows = rows.min(paint.height().saturating_sub(4));
    let room = usize::from(rows);
    let first = super::first_row(index, Strategy::ALL.len(), room);
    let footer = rows::keys(model, &[(Action::Main, "seat it"), (Action::Back, "close")])
        .then(not_shown(first, Strategy::ALL.len(), room));
    let mut inside = boxed(paint, "Add a bot", (60, rows), footer);
    let shown = Strategy::ALL.into_iter().enumerate().skip(first).take(room);
    for (row, (number, strategy)) in (0_u16..).zip(shown) {
        let selected = number == index;
        inside.hit_row(row, Target::Answer(Answer::Bot(number)));
        if selected {
            inside.select(row, 0, Role::Selection);
        }
        let role = |wanted| if selected { Role::Selection } else { wanted };
        inside.put(2, row, strategy.name(), role(Role::Text));
        inside.put(21, row, strategy.about(), role(Role::Dim));
    }
}

/// How many rows stand above and below those shown.
fn not_shown(first: usize, count: usize, room: usize) -> Line {
    let below = count.saturating_sub(first + room);
    let words = match (first, below) {
        (0, 0) => return Line::new(),
        (0, below) => format!("  {below} more below"),
        (above, 0) => format!("  {above} more above"),
        (above, below) => format!("  {above} more above, {below} below"),
    };
    Line::new().dim(words)
}

/// Which bot is sent away.
pub(super) fn send_away(model: &Model, chosen: SeatNo, paint: &mut Paint<'_>) {
    let seated = model.bots();
    let count = u16::try_from(seated.len()).unwrap_or(u16::MAX);
    let lines = count.min(paint.height().saturating_sub(8));
    let room = usize::from(lines);
    let at = seated
        .iter()
        .position(|bot| bot.seat == chosen)
        .unwrap_or(0);
    let first = super::first_row(at, seated.len(), room);
    let footer = rows::keys(model, &[(Action::Main, "choose"), (Action::Back, "keep")])
        .then(not_shown(first, seated.len(), room));
    let mut inside = boxed(paint, "Send a bot away", (56, lines + 4), footer);
    let columns = [
        Column::words(16),
        Column::words(17),
        Column::numbers(6),
        Column::numbers(7),
    ];
    let headings = ["bot", "plays", "bets", "chips"].map(|word| (Role::Heading, word));
    table::row(&mut inside, (2, 0), &columns, &headings);
    for (row, bot) in (1_u16..).zip(seated.iter().skip(first).take(room)) {
        let selected = bot.seat == chosen;
        inside.hit_row(row, Target::Answer(Answer::SendAway(bot.seat)));
        if selected {
            inside.select(row, 0, Role::Selection);
        }
        let role = |wanted| if selected { Role::Selection } else { wanted };
        let bets = if bot.at_risk.is_zero() {
            "--".to_owned()
        } else {
            text::chips(bot.at_risk)
        };
        let cells = [
            (role(Role::Text), bot.name.as_str()),
            (role(Role::Dim), bot.strategy.map_or("", Strategy::name)),
            (role(Role::Text), bets.as_str()),
            (role(Role::Dim), &text::chips(bot.balance)),
        ];
        table::row(&mut inside, (2, row), &columns, &cells);
    }
    let words = "What may come down goes back to it; contracts are settled without it.";
    inside.paragraph(lines + 2, words, Role::Dim);
}
