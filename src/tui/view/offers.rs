//! The list of the bet pane: bets by family, each with its key, what stands on it, price, edge, and
//! how much may be added now or why nothing may.

use std::collections::BTreeMap;

use super::{has_focus, rows, spot};
use crate::craps::{BetKey, Family};
use crate::gaming::TableView;
use crate::tui::action::Action;
use crate::tui::hits::Target;
use crate::tui::model::{Model, Pane};
use crate::tui::offers as all_offers;
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Frame, Line, Paint, fit, width};

/// Columns from which on a row has room for stake and range.
const WIDE: u16 = 72;

/// Draws the pane of the screen of bets.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let focused = has_focus(model, Pane::Offers);
    let footer = Line::new()
        .dim("find ")
        .key(&rows::key(model, Action::AllBets));
    let mut inside = Frame::pane("Add a bet")
        .footer(footer)
        .focused(focused)
        .draw(paint, whole);
    let Some(table) = model.table.as_deref() else {
        inside.line(0, "No table is open.");
        return;
    };
    let found = all_offers::offers(model, "");
    let chosen = model
        .rows
        .offer
        .filter(|bet| found.contains(bet))
        .or_else(|| found.first().copied());
    let list = List {
        model,
        table,
        slip: model.slip_rows(),
        chosen,
        marked: focused,
    };
    list.draw(&mut inside, &found);
}

/// A list of bets, one of which is chosen.
pub(super) struct List<'m> {
    /// The model.
    pub model: &'m Model,
    /// The table.
    pub table: &'m TableView,
    /// What stands, and what is on its way.
    pub slip: BTreeMap<BetKey, SlipRow>,
    /// The bet that is kept in sight.
    pub chosen: Option<BetKey>,
    /// Whether it is marked as well.
    pub marked: bool,
}

/// One row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Heading(Family),
    Bet(BetKey),
}

impl List<'_> {
    /// Draws as many rows as fit, headings between families among them.
    pub(super) fn draw(&self, paint: &mut Paint<'_>, found: &[BetKey]) {
        let mut all: Vec<Row> = Vec::new();
        let mut family = None;
        for bet in found {
            if family.replace(bet.info().family) != family {
                all.push(Row::Heading(bet.info().family));
            }
            all.push(Row::Bet(*bet));
        }
        let chosen = self.chosen.map(Row::Bet);
        let at = all.iter().position(|row| Some(*row) == chosen).unwrap_or(0);
        let room = usize::from(paint.height());
        let first = super::first_row(at, all.len(), room);
        for (line, row) in (0_u16..).zip(all.iter().skip(first).take(room)) {
            match row {
                Row::Heading(family) => {
                    let words = text::family(*family);
                    let end = paint.put(1, line, words, Role::Heading);
                    let (level, width) = (paint.glyphs().pane[0], paint.width());
                    let rest = width.saturating_sub(end + 2);
                    paint.repeat(end + 1, line, level, rest, Role::Border);
                }
                Row::Bet(bet) => self.bet(paint, line, *bet),
            }
        }
    }

    fn bet(&self, paint: &mut Paint<'_>, row: u16, bet: BetKey) {
        let Some(quote) = spot::quote(self.table, bet) else {
            return;
        };
        let selected = self.marked && self.chosen == Some(bet);
        paint.hit_row(row, Target::Spot(bet));
        let live = quote.available.is_ok();
        let role = |wanted: Role| match (selected, live) {
            (true, _) => Role::Selection,
            (false, true) => wanted,
            (false, false) => Role::Dim,
        };
        if selected {
            paint.select(row, 0, Role::Selection);
        }
        let key = key_of(self.model, bet).unwrap_or_default();
        // A key of several letters would cover the name, and stands in help.
        if width(&key) == 1 {
            paint.put(1, row, &key, role(Role::Key));
        }
        let (pays, edge) = (text::pays_within(&quote, 8), text::edge(&quote.edge));
        let (amount, amount_role) = spot::amount_within(self.slip.get(&bet), 10);
        let stake = if selected {
            Role::Selection
        } else {
            amount_role
        };
        let wide = paint.width() >= WIDE;
        let end = if wide {
            52
        } else {
            paint.width().saturating_sub(1)
        };
        // A narrow row has room for the price or the stake, and the stake matters more.
        let before = end.saturating_sub(8);
        let mut room = before.saturating_sub(4);
        let mut shows_edge = true;
        if wide {
            paint.put_before(before, row, &pays, role(Role::Dim));
            paint.put_before(before.saturating_sub(12), row, &amount, stake);
            room = room.saturating_sub(12 + 8);
        } else if self.slip.contains_key(&bet) {
            let left = room.saturating_sub(width(&amount));
            shows_edge = width(&text::name_within(bet, left)) <= left;
            // Name and stake matter more than the edge.
            let (at, left) = if shows_edge {
                (before, left)
            } else {
                (end, left.saturating_add(end - before))
            };
            paint.put_before(at, row, &amount, stake);
            room = left;
        } else {
            paint.put_before(before, row, &pays, role(Role::Dim));
            room = room.saturating_sub(width(&pays));
        }
        if shows_edge {
            paint.put_before(end, row, &edge, role(Role::Dim));
        }
        let name = text::name_within(bet, room);
        paint.put(3, row, &fit(&name, room), role(Role::Text));
        if wide {
            let words = text::may_add(bet, &quote);
            let room = paint.width().saturating_sub(end + 3);
            paint.put(end + 2, row, &fit(&words, room), role(Role::Text));
        }
    }
}

/// Returns the key that makes a bet at once.
fn key_of(model: &Model, bet: BetKey) -> Option<String> {
    if bet.number().is_some() {
        return None;
    }
    let action = match bet.info().id {
        "pass" => Action::Pass,
        "dont_pass" => Action::DontPass,
        "come" => Action::Come,
        "dont_come" => Action::DontCome,
        "pass_odds" => Action::Odds,
        "place_4" => Action::PlaceFour,
        "place_5" => Action::PlaceFive,
        "place_6" => Action::PlaceSix,
        "place_8" => Action::PlaceEight,
        "place_9" => Action::PlaceNine,
        "place_10" => Action::PlaceTen,
        "field" => Action::Field,
        "any_seven" => Action::AnySeven,
        "any_craps" => Action::AnyCraps,
        "yo" => Action::Yo,
        _ => return None,
    };
    Some(rows::key(model, action))
}
