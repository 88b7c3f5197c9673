//! The rows of the slip: each bet with its amount, price and state, in the columns that fit.

use super::{has_focus, next_roll, spot};
use crate::craps::{BetKey, BetState, OutlookRow};
use crate::gaming::TableView;
use crate::tui::hits::Target;
use crate::tui::model::{Model, Pane};
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::why::Why;
use crate::tui::widget::table::row as cells;
use crate::tui::widget::{Column, Paint, width};

/// Columns from which on the slip shows price, edge and what loses.
pub(super) const WIDE: u16 = 78;

/// Columns of an amount.
const AMOUNT: u16 = 6;

/// Columns of a price.
const PAYS: u16 = 7;

/// The least columns of what the next roll can win.
const BEST: u16 = 11;

/// Draws the rows of the slip, and a heading above them if there is room for it.
pub(super) fn list(
    model: &Model,
    outlook: &[OutlookRow],
    paint: &mut Paint<'_>,
    (heading, room): (u16, u16),
) {
    let Some(table) = model.table.as_deref() else {
        return;
    };
    let shape = Shape::of(paint.width(), heading > 0, outlook);
    if heading > 0 {
        shape.heading(paint);
    }
    let bets = model.slip_rows();
    let focus = has_focus(model, Pane::Slip)
        .then(|| model.bet_in_focus())
        .flatten();
    let chosen = bets.keys().position(|bet| Some(*bet) == focus).unwrap_or(0);
    let first = super::first_row(chosen, bets.len(), usize::from(room));
    let shown = bets.iter().enumerate().skip(first).take(usize::from(room));
    for (line, (_, (bet, row))) in (heading..).zip(shown) {
        let selected = Some(*bet) == focus;
        paint.hit_row(line, Target::Spot(*bet));
        shape.row(
            paint,
            line,
            &Entry {
                model,
                table,
                bet: *bet,
                row,
                selected,
            },
        );
    }
}

/// One row of the slip.
struct Entry<'m> {
    model: &'m Model,
    table: &'m TableView,
    bet: BetKey,
    row: &'m SlipRow,
    selected: bool,
}

/// How much of a bet a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// Amount, state and the best it can do.
    Best,
    /// Amount, price, edge and state.
    Price,
    /// All of that, what the next roll can win, and what loses.
    Full,
}

/// The columns that fit.
struct Shape<'o> {
    detail: Detail,
    columns: Vec<Column>,
    name: u16,
    state: u16,
    outcome: u16,
    outlook: &'o [OutlookRow],
}

impl<'o> Shape<'o> {
    fn of(width: u16, heading: bool, outlook: &'o [OutlookRow]) -> Self {
        // What a wide slip has beyond its least goes to outcomes first, then to the state.
        let more = width.saturating_sub(82);
        let outcome = BEST + (more / 2).min(3);
        let mut state = 9;
        let (detail, name) = match (width, heading) {
            (WIDE.., _) => {
                state += more.saturating_sub(6).min(14);
                (Detail::Full, 18.min(width - 64))
            }
            (_, true) => (Detail::Price, width.saturating_sub(38).clamp(8, 20)),
            (_, false) => (Detail::Best, width.saturating_sub(33).clamp(8, 20)),
        };
        let mut columns = vec![Column::words(name), Column::numbers(AMOUNT)];
        match detail {
            Detail::Best => columns.extend([Column::words(9), Column::words(BEST)]),
            Detail::Price | Detail::Full => {
                columns.extend([Column::numbers(PAYS), Column::numbers(6)]);
                columns.push(Column::words(state));
            }
        }
        if detail == Detail::Full {
            columns.extend([Column::words(outcome); 2]);
        }
        Self {
            detail,
            columns,
            name,
            state,
            outcome,
            outlook,
        }
    }

    /// The columns of a row whose state has the room of all that follows the amount.
    fn apart(&self) -> [Column; 3] {
        let rest = self.columns.iter().skip(2);
        let room = rest.map(|column| column.width + 2).sum::<u16>();
        [
            Column::words(self.name),
            Column::numbers(AMOUNT),
            Column::words(room.saturating_sub(2)),
        ]
    }

    fn heading(&self, paint: &mut Paint<'_>) {
        let words = [
            "bet", "amount", "pays", "edge", "state", "can win", "loses on",
        ];
        let headings: Vec<_> = words.iter().map(|word| (Role::Heading, *word)).collect();
        cells(paint, (1, 0), &self.columns, &headings);
    }

    fn row(&self, paint: &mut Paint<'_>, line: u16, entry: &Entry<'_>) {
        let Entry {
            table,
            bet,
            row,
            selected,
            ..
        } = *entry;
        if selected {
            paint.select(line, 0, Role::Selection);
        }
        let role = |wanted: Role| if selected { Role::Selection } else { wanted };
        let name = text::name_within(bet, self.name);
        let coming = spot::coming(row);
        let (whole, _) = spot::amount(Some(row));
        // What has no room beside what stands is told whole beside its state, where the price would be.
        let is_apart = !coming.is_empty() && width(&whole) > AMOUNT;
        let (amount, amount_role) = match (is_apart, row.stands.is_zero()) {
            (true, true) => (String::new(), Role::Text),
            (true, false) => (text::chips_within(row.stands, AMOUNT), Role::Stake),
            (false, _) => spot::amount_within(Some(row), AMOUNT),
        };
        let (state, state_role) = state(entry, self.state);
        if is_apart {
            let state = format!("{coming} {state}");
            let shown = [
                (role(Role::Text), name.as_str()),
                (role(amount_role), amount.as_str()),
                (role(state_role), state.as_str()),
            ];
            cells(paint, (1, line), &self.apart(), &shown);
            return;
        }
        let quote = spot::quote(table, bet);
        let pays = quote
            .as_ref()
            .map(|quote| text::pays_within(quote, PAYS))
            .unwrap_or_default();
        let edge = quote
            .as_ref()
            .map(|quote| text::edge(&quote.edge))
            .unwrap_or_default();
        let columns = if self.detail == Detail::Full {
            self.outcome
        } else {
            BEST
        };
        let win = next_roll::best_of(self.outlook, bet, columns).unwrap_or_default();
        let loses_on = next_roll::loses_on(self.outlook, bet, columns);
        let mut shown = vec![
            (role(Role::Text), name.as_str()),
            (role(amount_role), amount.as_str()),
        ];
        let state = (role(state_role), state.as_str());
        let price = [
            (role(Role::Text), pays.as_str()),
            (role(Role::Dim), edge.as_str()),
        ];
        match self.detail {
            Detail::Best => shown.extend([state, (role(Role::Win), win.as_str())]),
            Detail::Price => shown.extend(price.into_iter().chain([state])),
            Detail::Full => {
                shown.extend(price.into_iter().chain([state]));
                shown.extend([
                    (role(Role::Win), win.as_str()),
                    (role(Role::Loss), loses_on.as_str()),
                ]);
            }
        }
        cells(paint, (1, line), &self.columns, &shown);
    }
}

/// Returns the role of a net in words.
pub(super) fn tone(net: &str) -> Role {
    match net.chars().next() {
        Some('+') => Role::Win,
        Some('-') => Role::Loss,
        Some(_) | None => Role::Push,
    }
}

/// Returns where a bet is between the player's key and the table; for a standing bet that collects
/// something what it has.
fn state(entry: &Entry<'_>, columns: u16) -> (String, Role) {
    let Entry {
        model,
        table,
        bet,
        row,
        ..
    } = *entry;
    let word = |word: &str, role: Role| (word.to_owned(), role);
    if let Some(waiting) = &row.waiting {
        let waits = waiting.came_late() || waiting.why == Why::CameLate;
        let said = if waiting.is_kept() {
            "unsent"
        } else if waits {
            "waits"
        } else {
            "refused"
        };
        return word(said, Role::Refused);
    }
    if row.asked_again {
        return word("no answer", Role::Warning);
    }
    if row.on_its_way.is_some() {
        return word("sent", Role::Sent);
    }
    if !row.laid.is_zero() {
        return word("laid", Role::Sent);
    }
    if model.is_locked() {
        return word("locked", Role::Warning);
    }
    let Some(seat) = table.me else {
        return word("-", Role::Text);
    };
    let placed = table.table.bet(seat, bet);
    if let Some(progress) = placed.and_then(|placed| text::progress(bet, placed)) {
        return word(progress.within(columns), Role::Stake);
    }
    if let Some(puck) = placed.and_then(|placed| placed.own_puck) {
        return (text::frozen_at(puck).to_owned(), Role::Warning);
    }
    match table.table.state_of(seat, bet) {
        Some(BetState::Off) if spot::called_off(table, bet) => {
            word(text::off_by_you(columns), Role::Warning)
        }
        state => word(state.map_or("-", text::state), Role::Text),
    }
}
