//! My bets with price and state, and what the next roll does to them.

use super::{dice, has_focus, next_roll, rows, spot};
use crate::craps::{BetKey, OutlookRow, Puck};
use crate::gaming::TableView;
use crate::ledger::Chips;
use crate::tui::action::Action;
use crate::tui::model::{Model, Pane};
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::table::row as cells;
use crate::tui::widget::{Column, Frame, Line, Paint, width};

/// Columns from which on the slip shows edge, outcomes and limits too.
const WIDE: u16 = 78;

/// Columns from which on outcomes that differ by the pair have room.
const WIDER: u16 = 90;

/// Draws the slip beside or below the felt.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let bets = model.slip_rows();
    let title = format!(
        "{}, {} at risk",
        text::counted(u64::try_from(bets.len()).unwrap_or(0), "bet", "bets"),
        text::chips(at_risk(model))
    );
    let whole = paint.whole();
    let wide = whole.width >= WIDE + 2;
    let room = whole.height.saturating_sub(if wide { 5 } else { 3 });
    let hidden = bets.len().saturating_sub(usize::from(room));
    let footer = match (wide, hidden) {
        (true, 0) => footer(),
        (true, hidden) => Line::new().dim(format!("{hidden} more   ")).then(footer()),
        (false, 0) => Line::new(),
        (false, hidden) => Line::new().dim(format!("{hidden} more")),
    };
    let frame = Frame::pane("Slip")
        .note(Line::new().dim(title))
        .footer(footer);
    let mut inside = frame
        .focused(has_focus(model, Pane::Slip))
        .draw(paint, whole);
    if bets.is_empty() {
        empty(model, &mut inside);
        return;
    }
    let lines = inside.height();
    list(model, &mut inside, u16::from(wide), room);
    let below = lines.saturating_sub(if wide { 2 } else { 1 });
    inside.line(below, next_roll_line(model, inside.width()));
    if wide {
        inside.line(lines.saturating_sub(1), totals(model));
    }
}

fn footer() -> Line {
    rows::keys(&[
        (Action::Undo, "undo"),
        (Action::Repeat, "repeat"),
        (Action::Clear, "clear"),
        (Action::Working, "on/off"),
        (Action::Explain, "explain"),
    ])
}

pub(super) fn empty(model: &Model, paint: &mut Paint<'_>) {
    if model.seat().is_none() {
        paint.line(0, "You have no seat, so you watch.");
        paint.line(
            1,
            Line::new()
                .text("Sit down ")
                .key(&rows::key(Action::Sit))
                .text(" to bet."),
        );
        return;
    }
    paint.line(0, "No bet yet.");
    let point_is_on = model
        .table
        .as_ref()
        .is_some_and(|table| table.table.puck() != Puck::Off);
    let (name, action, place) = if point_is_on {
        ("Come ", Action::Come, " in the come box.")
    } else {
        ("Pass ", Action::Pass, " on the line.")
    };
    let line = Line::new()
        .text(name)
        .key(&rows::key(action))
        .text(" puts ")
        .with(Role::Stake, text::chips(model.unit))
        .text(place);
    paint.line(1, line);
}

/// Draws the rows of the slip, and a heading above them if there is room for it.
pub(super) fn list(model: &Model, paint: &mut Paint<'_>, heading: u16, room: u16) {
    let Some(table) = model.table.as_deref() else {
        return;
    };
    let outlook = table
        .me
        .map(|seat| table.table.outlook(seat).rows)
        .unwrap_or_default();
    let shape = Shape::of(paint.width(), heading > 0, &outlook);
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
    /// All of that, and what two totals do.
    Full,
}

/// The columns that fit.
struct Shape<'o> {
    detail: Detail,
    columns: Vec<Column>,
    name: u16,
    state: u16,
    outlook: &'o [OutlookRow],
    /// The total besides 7 that is shown.
    total: u8,
}

impl<'o> Shape<'o> {
    fn of(width: u16, heading: bool, outlook: &'o [OutlookRow]) -> Self {
        let best = outlook
            .iter()
            .filter(|row| row.total != 7)
            .max_by_key(|row| row.net);
        // What a wide slip has beyond its least goes to outcomes and state.
        let outcome = match width {
            WIDER.. => 11,
            82.. => 8,
            _ => 7,
        };
        let mut state = 9;
        let (detail, name) = match (width, heading) {
            (WIDE.., _) => {
                state += width.saturating_sub(64 + 2 * outcome).min(14);
                (Detail::Full, 20)
            }
            (_, true) => (Detail::Price, width.saturating_sub(38).clamp(8, 20)),
            (_, false) => (Detail::Best, width.saturating_sub(33).clamp(8, 20)),
        };
        let mut columns = vec![Column::words(name), Column::numbers(6)];
        match detail {
            Detail::Best => columns.extend([Column::words(9), Column::words(11)]),
            Detail::Price => {
                columns.extend([Column::numbers(7), Column::numbers(6), Column::words(9)]);
            }
            Detail::Full => {
                columns.extend([Column::numbers(8), Column::numbers(7), Column::words(state)]);
                columns.extend([Column::numbers(outcome); 2]);
            }
        }
        Self {
            detail,
            columns,
            name,
            state,
            outlook,
            total: best.map_or(6, |row| row.total),
        }
    }

    fn heading(&self, paint: &mut Paint<'_>) {
        let total = format!("if {}", self.total);
        let words = [
            "bet",
            "amount",
            "pays",
            "edge",
            "state",
            total.as_str(),
            "if 7",
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
        let name = text::name(bet);
        let name = if width(&name) > self.name {
            text::short_name(bet)
        } else {
            name
        };
        let (amount, amount_role) = spot::amount(Some(row));
        let (state, state_role) = state(entry, self.state);
        let quote = spot::quote(table, bet);
        let pays = quote.as_ref().map(text::pays).unwrap_or_default();
        let edge = quote
            .as_ref()
            .map(|quote| text::edge(&quote.edge))
            .unwrap_or_default();
        let on = |total: u8| next_roll::on_total(self.outlook, total, bet);
        let (total, seven) = (on(self.total), on(7));
        let best = next_roll::best_of(self.outlook, bet)
            .map(|(net, rolls)| format!("{net} on {rolls}"))
            .unwrap_or_default();
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
            Detail::Best => shown.extend([state, (role(Role::Win), best.as_str())]),
            Detail::Price => shown.extend(price.into_iter().chain([state])),
            Detail::Full => {
                shown.extend(price.into_iter().chain([state]));
                shown.extend([
                    (role(tone(&total)), total.as_str()),
                    (role(tone(&seven)), seven.as_str()),
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
    if row.waiting.is_some() {
        return word("refused", Role::Refused);
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
    let state = table.table.state_of(seat, bet);
    word(state.map_or("-", text::state), Role::Text)
}

/// Returns what the next roll does in one line, as many totals as fit.
pub(super) fn next_roll_line(model: &Model, columns: u16) -> Line {
    let (effects, _) = next_roll::rows(model);
    let mut line = Line::new().dim("next roll ");
    if effects.is_empty() {
        return line.dim("touches none of them");
    }
    for row in effects {
        let net = text::signed(row.net);
        let words = format!("{}: ", row.totals);
        if line.width() + width(&words) + width(&net) + 3 > columns {
            break;
        }
        line = line.text(words).with(tone(&net), net).text("  ");
    }
    line
}

fn totals(model: &Model) -> Line {
    let Some(club) = &model.club else {
        return Line::new();
    };
    let waits = model.slip.waiting.first().map(|waiting| {
        format!(
            "  {} waits: {}",
            text::name(waiting.bet),
            text::refused_bet(waiting, model)
        )
    });
    let line = Line::new()
        .dim("at risk ")
        .text(text::chips(club.at_risk))
        .dim("   free ")
        .text(text::chips(club.balance));
    match waits {
        Some(waits) => line.with(Role::Refused, waits),
        None => line,
    }
}

/// Chips of mine on all tables.
fn at_risk(model: &Model) -> Chips {
    let club = model.club.as_ref();
    club.map(|club| club.at_risk).unwrap_or_default()
}

/// Draws slip and dice in two rows without a frame.
pub(super) fn strip(model: &Model, paint: &mut Paint<'_>) {
    let bets = model.slip_rows();
    let mut line = Line::new()
        .with(Role::Title, "Dice ")
        .then(dice::in_words(model))
        .dim("  ")
        .then(dice::progress(model));
    line = line.dim("");
    paint.line(0, line);
    let slip = Line::new()
        .with(Role::Title, "Slip ")
        .text(text::counted(
            u64::try_from(bets.len()).unwrap_or(0),
            "bet",
            "bets",
        ))
        .dim(", at risk ")
        .with(Role::Stake, text::chips(at_risk(model)))
        .dim("  ");
    let room = paint.width().saturating_sub(slip.width() + 2);
    let next = next_roll_line(model, room);
    paint.line(1, slip.then(next));
}
