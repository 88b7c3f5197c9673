//! The felt: the six numbers with the bets on each, come, don't come and the field.

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::layout::{self, Part};
use super::{families, has_focus, rows, spot};
use crate::craps::{BetKey, BoxNumber, Family, Puck};
use crate::gaming::{RollPhase, TableView};
use crate::tui::action::Action;
use crate::tui::hits::Target;
use crate::tui::model::{Model, Pane};
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Frame, Line, Paint, frame, width};

/// One row of a number's cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CellRow {
    /// The number and the puck.
    Name,
    /// The place bet.
    Place,
    /// Any other bet on the number.
    Other,
    /// Come and don't come bets that moved here, and their odds.
    Come,
    /// The buy bet and whatever else is not in another row.
    Buy,
    /// The lay bet.
    Lay,
    /// Price and edge of the place bet.
    Price,
    /// How often the number came.
    Seen,
}

/// Which spots besides the fixed ones are drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeltShown {
    /// The bets under the numbers in a row for all that have none of their own; none without one.
    pub others: Vec<BetKey>,
    /// A row of come bets under the numbers.
    pub come: bool,
    /// A row of buy bets.
    pub buy: bool,
    /// A row of lay bets.
    pub lay: bool,
    /// The bet that each cell of a family stands for, three cells in a row.
    pub families: Vec<BetKey>,
}

/// Returns which spots are drawn at the model's size.
#[must_use]
pub fn felt_shown(model: &Model) -> FeltShown {
    let (columns, rows) = model.size;
    let body = layout::body(Rect::new(0, 0, columns, rows));
    let mut shown = FeltShown::default();
    for (part, area) in layout::parts(model, body) {
        let inside = area.height.saturating_sub(2);
        if part == Part::Felt {
            let rows = cell_rows(inside);
            if rows.contains(&CellRow::Other) {
                shown.others = others(model, rows);
            }
            shown.come = rows.contains(&CellRow::Come);
            shown.buy = rows.contains(&CellRow::Buy);
            shown.lay = rows.contains(&CellRow::Lay);
        } else if part == Part::Line && inside > 2 + families::rows(model) {
            shown.families = families::spots(model);
        }
    }
    shown
}

/// Draws the felt.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let Some(table) = model.table.as_deref() else {
        no_table(model, paint);
        return;
    };
    let frame = Frame::pane("Table")
        .note(title(table))
        .focused(has_focus(model, Pane::Felt));
    let mut inside = frame.draw(paint, whole);
    let felt = Felt {
        model,
        table,
        rows: model.slip_rows(),
    };
    felt.draw(&mut inside);
}

fn no_table(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let mut inside = Frame::pane("Table").draw(paint, whole);
    let lobby = format!(
        "{} {}",
        rows::key(model, Action::Go),
        rows::key(model, Action::GoLobby)
    );
    inside.line(1, "No table is open.");
    inside.line(
        2,
        Line::new()
            .text("Choose one in the lobby ")
            .key(&lobby)
            .text("."),
    );
}

fn title(table: &TableView) -> Line {
    let puck = match table.table.puck() {
        Puck::Off => "come-out, the puck is OFF".to_owned(),
        Puck::On(point) => format!("point {point} is ON"),
    };
    match table.phase {
        RollPhase::Betting { .. } => Line::new().dim(puck),
        RollPhase::Locked { .. } => Line::new().dim(format!("{puck}, ")).with(
            Role::Warning,
            format!("roll {} is locked", text::grouped(table.roll)),
        ),
    }
}

struct Felt<'m> {
    model: &'m Model,
    table: &'m TableView,
    rows: BTreeMap<BetKey, SlipRow>,
}

impl Felt<'_> {
    fn draw(&self, paint: &mut Paint<'_>) {
        let cell_rows = cell_rows(paint.height());
        let least_first = if paint.width() < 70 { 10 } else { 12 };
        let step = paint.width().saturating_sub(least_first) / 6;
        let first = paint.width().saturating_sub(6 * step);
        let height = u16::try_from(cell_rows.len()).unwrap_or(0);
        self.dont_come(&mut paint.part(Rect::new(0, 0, first, height)));
        for (index, number) in (0_u16..).zip(BoxNumber::ALL) {
            let left = first + index * step;
            let upright = paint.glyphs().pane[1];
            paint.upright(left, 0..height, upright, Role::Border);
            let area = Rect::new(left + 1, 0, step.saturating_sub(1), height);
            self.cell(&mut paint.part(area), number, cell_rows);
        }
        let mut row = height;
        if paint.height() > height + 1 {
            frame::divider(paint, row);
            row += 1;
        }
        self.bottom(paint, row);
    }

    fn dont_come(&self, paint: &mut Paint<'_>) {
        let narrow = paint.width() < 12;
        paint.put(
            1,
            0,
            if narrow { "D.COME" } else { "DON'T COME" },
            Role::Heading,
        );
        if self.table.table.puck() == Puck::Off {
            let right = paint.width();
            // Beside the name with a blank between them, or below it.
            let row = if paint.width() >= 18 { 0 } else { 2 };
            paint.put_before(right.saturating_sub(1), row, "[OFF]", Role::PuckOff);
        }
        if let Some(bet) = spot::key("dont_come") {
            let line = self.spot(bet, &rows::key(self.model, Action::DontCome));
            paint.line_at(1, 1, &line);
        }
        let barred = format!("{} pushes", self.table.table.rules().bar.total());
        if paint.height() >= 4 {
            paint.put(1, 3, &barred, Role::Dim);
        }
        if let (5.., Some(edge)) = (paint.height(), self.edge("dont_come")) {
            paint.put(1, 4, &edge, Role::Dim);
        }
    }

    /// A key in brackets and the chips on its spot.
    fn spot(&self, bet: BetKey, key: &str) -> Line {
        let (amount, role) = spot::amount(self.rows.get(&bet));
        let line = if spot::has_focus(self.model, bet) {
            Line::new().with(Role::Focus, format!("[{key}] {amount}"))
        } else {
            Line::new().key(key).text(" ").with(role, amount)
        };
        line.target(Target::Spot(bet))
    }

    fn edge(&self, id: &str) -> Option<String> {
        let quote = spot::quote(self.table, spot::key(id)?)?;
        Some(text::edge(&quote.edge))
    }

    fn cell(&self, paint: &mut Paint<'_>, number: BoxNumber, rows: &[CellRow]) {
        for (line, row) in (0_u16..).zip(rows) {
            match row {
                CellRow::Name => self.name(paint, number),
                CellRow::Price => {
                    let price = self.price(number, paint.width());
                    paint.put(1, line, &price, Role::Dim);
                }
                CellRow::Seen => {
                    let count = self.table.seen.get(usize::from(number.value()));
                    let seen = format!("seen {}", text::grouped(count.copied().unwrap_or(0)));
                    paint.put(1, line, &seen, Role::Dim);
                }
                CellRow::Place | CellRow::Other | CellRow::Come | CellRow::Buy | CellRow::Lay => {
                    self.bets(paint, line, number, *row, rows);
                }
            }
        }
    }

    fn name(&self, paint: &mut Paint<'_>, number: BoxNumber) {
        let word = match number {
            BoxNumber::Six => "SIX".to_owned(),
            BoxNumber::Nine => "NINE".to_owned(),
            BoxNumber::Four | BoxNumber::Five | BoxNumber::Eight | BoxNumber::Ten => {
                number.to_string()
            }
        };
        let indent = u16::from(paint.width() > 7);
        paint.put(indent, 0, &word, Role::Heading);
        if self.table.table.puck() == Puck::On(number) {
            let right = paint.width();
            paint.put_before(right, 0, "[ON]", Role::PuckOn);
        }
    }

    fn price(&self, number: BoxNumber, columns: u16) -> String {
        let quote = spot::on_number("place", number).and_then(|bet| spot::quote(self.table, bet));
        let Some(quote) = quote else {
            return "-".to_owned();
        };
        let (pays, edge) = (text::pays(&quote), text::edge(&quote.edge));
        let both = format!("{pays} {edge}");
        if width(&both) < columns { both } else { pays }
    }

    fn bets(
        &self,
        paint: &mut Paint<'_>,
        line: u16,
        number: BoxNumber,
        row: CellRow,
        all: &[CellRow],
    ) {
        let here = |bet: BetKey| spot::cell_of(bet) == Some(number) && row_of(bet, all) == row;
        let bets = in_cell(&self.rows, number, row, all);
        let focus = Some(self.model.spot).filter(|bet| here(*bet));
        let focus = focus.filter(|bet| spot::has_focus(self.model, *bet));
        let first = focus
            .or_else(|| bets.first().copied())
            .or_else(|| default_of(row, number));
        let Some(first) = first else { return };
        paint.hit_row(line, Target::Spot(first));
        let rest = bets.iter().filter(|bet| **bet != first).count();
        // A plus before a number is chips on their way, so further bets are counted in words.
        let more = if rest > 0 {
            format!(" &{rest}")
        } else {
            String::new()
        };
        let word = if spot::is_off(self.table, first) {
            "off"
        } else {
            text::in_cell(first)
        };
        let (amount, _) = spot::amount(self.rows.get(&first));
        // The word stays whole as long as it can, and the blank before it goes first.
        let whole = width(word) + 1 + width(&amount) + width(&more);
        let indent = u16::from(paint.width() > 7 && whole < paint.width());
        let room = paint.width().saturating_sub(indent + width(&more) + 1);
        let short = whole > paint.width();
        let word = if short {
            word.get(..2).unwrap_or(word)
        } else {
            word
        };
        let left = room.saturating_sub(width(word));
        let (amount, role) = spot::amount_within(self.rows.get(&first), left);
        if focus.is_some() {
            paint.put(indent, line, &format!("{word} {amount}{more}"), Role::Focus);
        } else {
            let label = Line::new()
                .dim(format!("{word} "))
                .with(role, amount)
                .dim(more);
            paint.line_at(indent, line, &label);
        }
    }

    fn bottom(&self, paint: &mut Paint<'_>, row: u16) {
        let mut line = Line::new();
        if let Some(come) = spot::key("come") {
            line = line
                .with(Role::Heading, "COME ")
                .then(self.spot(come, &rows::key(self.model, Action::Come)));
            if self.rows.contains_key(&come) {
                line = line.dim(" in the box");
            }
        }
        let after = paint.line_at(1, row, &line);
        let Some(field) = spot::key("field") else {
            return;
        };
        let line = Line::new()
            .with(Role::Heading, "FIELD ")
            .then(self.spot(field, &rows::key(self.model, Action::Field)));
        let start = (paint.width() * 2 / 5).max(after + 2);
        let column = paint.line_at(start, row, &line);
        let rules = self.table.table.rules();
        let pays = if rules.field_2 == rules.field_12 {
            format!("2 and 12 pay {}:1", rules.field_2)
        } else {
            format!("2 pays {}:1, 12 pays {}:1", rules.field_2, rules.field_12)
        };
        let edge = self
            .edge("field")
            .map(|edge| format!(", edge {edge}"))
            .unwrap_or_default();
        let both = format!("{pays}{edge}");
        if column + 3 + width(&both) < paint.width() {
            paint.put(column + 3, row, &both, Role::Dim);
        }
    }
}

/// Returns the rows of a cell for a felt of so many rows inside its frame.
fn cell_rows(rows: u16) -> &'static [CellRow] {
    use CellRow::{Buy, Come, Lay, Name, Other, Place, Price, Seen};
    match rows {
        ..5 => &[Name, Place, Other],
        5..8 => &[Name, Place, Other, Price],
        8 => &[Name, Place, Come, Buy, Lay, Price],
        9.. => &[Name, Place, Come, Buy, Lay, Price, Seen],
    }
}

/// Returns my bets on a number that stand in one row of its cell, largest first.
fn in_cell(
    slip: &BTreeMap<BetKey, SlipRow>,
    number: BoxNumber,
    row: CellRow,
    all: &[CellRow],
) -> Vec<BetKey> {
    let here = |bet: &BetKey| spot::cell_of(*bet) == Some(number) && row_of(*bet, all) == row;
    let mut bets: Vec<BetKey> = slip.keys().copied().filter(here).collect();
    bets.sort_by_key(|bet| std::cmp::Reverse(slip.get(bet).map(|row| row.stands)));
    bets
}

/// Returns the bets that the one row for all others shows under the numbers, from 4 to 10: the one in
/// focus, else my largest, else the come bet that may move there.
fn others(model: &Model, all: &[CellRow]) -> Vec<BetKey> {
    let slip = model.slip_rows();
    let shown = |number: BoxNumber| {
        let bets = in_cell(&slip, number, CellRow::Other, all);
        let is_here =
            spot::cell_of(model.spot) == Some(number) && row_of(model.spot, all) == CellRow::Other;
        let focus = Some(model.spot).filter(|_| is_here);
        let largest = focus.or_else(|| bets.first().copied());
        largest.or_else(|| default_of(CellRow::Other, number))
    };
    BoxNumber::ALL.into_iter().filter_map(shown).collect()
}

/// Returns the row that shows a bet, for a cell with these rows.
fn row_of(bet: BetKey, rows: &[CellRow]) -> CellRow {
    let wanted = match bet.info().family {
        Family::Place => CellRow::Place,
        Family::Line | Family::Odds => CellRow::Come,
        Family::Lay | Family::PlaceLose => CellRow::Lay,
        Family::Buy
        | Family::Put
        | Family::Big
        | Family::Hardway
        | Family::Field
        | Family::Proposition
        | Family::Hop
        | Family::Yes
        | Family::No
        | Family::Next
        | Family::Side
        | Family::SideOneRoll => CellRow::Buy,
    };
    [wanted, CellRow::Buy, CellRow::Other]
        .into_iter()
        .find(|row| rows.contains(row))
        .unwrap_or(CellRow::Other)
}

/// Returns the bet that an empty row stands for.
fn default_of(row: CellRow, number: BoxNumber) -> Option<BetKey> {
    use crate::craps::BetId;
    match row {
        CellRow::Place => spot::on_number("place", number),
        CellRow::Other | CellRow::Come => BetKey::new(BetId::COME, Some(number)),
        CellRow::Buy => spot::on_number("buy", number),
        CellRow::Lay => spot::on_number("lay", number),
        CellRow::Name | CellRow::Price | CellRow::Seen => None,
    }
}
