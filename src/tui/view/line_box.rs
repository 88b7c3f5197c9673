//! The line bets with their odds, the propositions and hard ways, and what is in focus.

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::{families, has_focus, rows, spot};
use crate::craps::{BetKey, BoxNumber, Puck};
use crate::gaming::TableView;
use crate::tui::action::Action;
use crate::tui::hits::Target;
use crate::tui::model::{Model, Pane};
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Frame, Line, Paint, width};

/// Draws the box.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let Some(table) = model.table.as_deref() else {
        Frame::pane("Line").draw(paint, whole);
        return;
    };
    let narrow = paint.width() < 76;
    let line_box = LineBox {
        model,
        table,
        rows: model.slip_rows(),
        narrow,
        room: whole.width.saturating_sub(2),
    };
    let unit = Line::new()
        .dim("unit ")
        .with(Role::Stake, text::chips(model.unit))
        .text(" ")
        .then(key(model, Action::UnitUp))
        .then(key(model, Action::UnitDown));
    let focused = has_focus(model, Pane::Felt);
    let mut inside = Frame::pane("Line")
        .note(unit)
        .focused(focused)
        .draw(paint, whole);
    let right = if narrow { 28 } else { 36 };
    let (one, other) = (
        line_box.pass(table, right),
        line_box.dont_pass(table, right),
    );
    let mut left = inside.part(Rect::new(0, 0, right - 1, 2));
    left.line(0, one.0);
    left.line(1, other.0);
    inside.line_at(right, 0, &one.1);
    inside.line_at(right, 1, &other.1);
    let cells = families::rows(model);
    if inside.height() > 2 + cells {
        families::draw(model, &line_box.rows, 2, &mut inside);
        inside.line(2 + cells, focus_line(model, table));
    } else if inside.height() > 2 {
        inside.line(2, focus_line(model, table));
    }
}

/// A key in brackets, to press or to click.
fn key(model: &Model, action: Action) -> Line {
    let key = Line::new().key(&rows::key(model, action));
    key.target(Target::Action(action))
}

struct LineBox<'m> {
    model: &'m Model,
    table: &'m TableView,
    rows: BTreeMap<BetKey, SlipRow>,
    narrow: bool,
    /// Columns inside the frame.
    room: u16,
}

impl LineBox<'_> {
    /// A bet that stands and does not work says so before its chips.
    fn amount(&self, bet: BetKey) -> (String, Role) {
        let (amount, role) = spot::amount(self.rows.get(&bet));
        if spot::is_off(self.table, bet) {
            return (format!("off {amount}"), role);
        }
        (amount, role)
    }

    fn spot(&self, name: &str, key: &str, id: &str) -> Line {
        let Some(bet) = spot::key(id) else {
            return Line::new();
        };
        self.spot_of(name, key, bet)
    }

    fn spot_of(&self, name: &str, key: &str, bet: BetKey) -> Line {
        let (amount, role) = self.amount(bet);
        self.spot_with(name, key, bet, &amount, role)
    }

    fn spot_with(&self, name: &str, key: &str, bet: BetKey, amount: &str, role: Role) -> Line {
        let key = if key.is_empty() {
            String::new()
        } else {
            format!("[{key}] ")
        };
        let gap = if name.is_empty() || name.ends_with(':') {
            ""
        } else {
            " "
        };
        let name = format!("{name}{gap}");
        let line = if spot::has_focus(self.model, bet) {
            Line::new().with(Role::Focus, format!("{name}{key}{amount}"))
        } else {
            Line::new()
                .with(Role::Heading, name)
                .with(Role::Key, key)
                .with(role, amount)
        };
        line.target(Target::Spot(bet))
    }

    fn pass(&self, table: &TableView, columns: u16) -> (Line, Line) {
        let pass = self.spot("PASS", &rows::key(self.model, Action::Pass), "pass");
        let room = columns.saturating_sub(pass.width() + 3);
        let pass = pass.then(self.odds(table, "pass_odds", room));
        let gap = if self.narrow { " " } else { "  " };
        let short =
            |long: &'static str, short: &'static str| if self.narrow { short } else { long };
        let props = self
            .spot(
                short("any seven", "7"),
                &rows::key(self.model, Action::AnySeven),
                "any_seven",
            )
            .text(gap)
            .then(self.spot("yo", &rows::key(self.model, Action::Yo), "yo"))
            .text(gap)
            .then(self.spot(
                short("craps", "cr"),
                &rows::key(self.model, Action::AnyCraps),
                "any_craps",
            ));
        (pass, props)
    }

    fn dont_pass(&self, table: &TableView, columns: u16) -> (Line, Line) {
        let name = if self.narrow { "DON'T" } else { "DON'T PASS" };
        let dont = self.spot(name, &rows::key(self.model, Action::DontPass), "dont_pass");
        let room = columns.saturating_sub(dont.width() + 3);
        let dont = dont.then(self.odds(table, "dont_pass_odds", room));
        let room = self.room.saturating_sub(columns);
        let hard = self.hard_ways(room);
        let all = Line::new()
            .dim("all ")
            .key(&rows::key(self.model, Action::AllBets))
            .target(Target::Action(Action::AllBets));
        if !self.narrow && hard.width() + all.width() <= room {
            return (dont, hard.then(all));
        }
        (dont, hard)
    }

    /// The hard ways in at most so many columns. Where those that are off can't say so one by one, the
    /// heading says it of all, or `off` stands for the chips, which the slip has too.
    fn hard_ways(&self, room: u16) -> Line {
        let bets = [
            BoxNumber::Four,
            BoxNumber::Six,
            BoxNumber::Eight,
            BoxNumber::Ten,
        ];
        let bets = bets.into_iter();
        let bets = bets.filter_map(|number| Some((number, spot::on_number("hard", number)?)));
        let bets: Vec<(BoxNumber, BetKey)> = bets.collect();
        let stands = |bet: &BetKey| self.rows.get(bet).is_some_and(|row| !row.stands.is_zero());
        let off = |bet: &BetKey| spot::is_off(self.table, *bet);
        let (colon, gap) = if self.narrow { (":", " ") } else { ("", "  ") };
        let line = |heading: &str, gap: &str, amount: &dyn Fn(BetKey) -> (String, Role)| {
            let mut line = Line::new()
                .with(Role::Heading, format!("{heading} "))
                .key(&rows::key(self.model, Action::HardWay))
                .text(" ");
            for (number, bet) in &bets {
                let (amount, role) = amount(*bet);
                let name = format!("{number}{colon}");
                line = line
                    .then(self.spot_with(&name, "", *bet, &amount, role))
                    .text(gap);
            }
            line
        };
        let plain = |bet: BetKey| spot::amount(self.rows.get(&bet));
        let in_short = |bet: BetKey| match plain(bet) {
            (_, role) if off(&bet) => ("off".to_owned(), role),
            amount => amount,
        };
        let fits = |line: &Line| line.width() <= room + 1;
        let each = [gap, " "].map(|gap| line("hard", gap, &|bet| self.amount(bet)));
        if let Some(each) = each.into_iter().find(fits) {
            return each;
        }
        let mut standing = bets.iter().map(|(_, bet)| bet).filter(|bet| stands(bet));
        if standing.all(off) {
            let all = ["hard off", "off"].map(|heading| line(heading, " ", &plain));
            if let Some(all) = all.into_iter().find(fits) {
                return all;
            }
        }
        line("hard", " ", &in_short)
    }

    /// The odds behind a line bet, with their price while there can be some and it has room.
    fn odds(&self, table: &TableView, id: &str, columns: u16) -> Line {
        let Some(bet) = spot::key(id) else {
            return Line::new();
        };
        let flat = spot::key(id.strip_suffix("_odds").unwrap_or(id));
        let may_be = matches!(table.table.puck(), Puck::On(_))
            && flat.is_some_and(|flat| self.rows.contains_key(&flat));
        let matters = may_be || self.rows.contains_key(&bet) || spot::has_focus(self.model, bet);
        if self.narrow && !matters {
            return Line::new();
        }
        let key = if id == "pass_odds" {
            rows::key(self.model, Action::Odds)
        } else {
            String::new()
        };
        let price = match spot::quote(table, bet) {
            Some(quote) if may_be && !self.narrow => format!(" at {}", text::pays(&quote)),
            _ => String::new(),
        };
        let odds = Line::new()
            .text(if self.narrow { " " } else { "  " })
            .then(self.spot_of("odds", &key, bet));
        if odds.width() + width(&price) > columns {
            return odds;
        }
        odds.dim(price)
    }
}

/// What is in focus, what it pays and costs, and whether it may be made now.
fn focus_line(model: &Model, table: &TableView) -> Line {
    let Some(bet) = model.bet_in_focus() else {
        return Line::new();
    };
    let Some(quote) = spot::quote(table, bet) else {
        return Line::new();
    };
    Line::new()
        .dim("focus ")
        .with(Role::Heading, text::name(bet).to_uppercase())
        .text(": ")
        .then(text::quoted(bet, &quote))
}
