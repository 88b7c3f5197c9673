//! The club with its tables, and what the chosen table is like.

use super::{has_focus, header, rows};
use crate::craps::TableRules;
use crate::gaming::{ClubKind, ClubView, StartView, TableSummary};
use crate::tui::action::Action;
use crate::tui::hits::{Row, Target};
use crate::tui::model::{Model, Pane};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Frame, Line, Paint, table as cells, width};
use crate::words::differing;

/// Columns from which on limits and odds share a row.
const ON_ONE_ROW: u16 = 36;

/// Draws clubs and tables.
pub(super) fn list(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let frame = Frame::pane("Lobby").focused(has_focus(model, Pane::Tables));
    let Some(club) = model.club.as_deref() else {
        starting(model, &mut frame.draw(paint, whole));
        return;
    };
    let tables = u64::try_from(club.tables.len()).unwrap_or(0);
    let note = format!("1 club, {}", text::counted(tables, "table", "tables"));
    let mut inside = frame.note(Line::new().dim(note)).draw(paint, whole);
    club_row(club, &mut inside);
    let shape = Shape::of(club, inside.width().saturating_sub(4));
    let headings = HEADINGS.map(|word| (Role::Heading, word));
    cells::row(&mut inside, (3, 1), &shape.0, &headings);
    let chosen = model.chosen_table().map(|table| table.game);
    let room = usize::from(inside.height().saturating_sub(2).max(1));
    let at = club
        .tables
        .iter()
        .position(|table| Some(table.game) == chosen)
        .unwrap_or(0);
    let first = super::first_row(at, club.tables.len(), room);
    let mut row = 2;
    for table in club.tables.iter().skip(first).take(room) {
        let selected = Some(table.game) == chosen;
        table_row(&mut inside, row, &shape.0, table, selected);
        row += 1;
    }
    if club.tables.is_empty() {
        inside.line(row, Line::new().dim("no table yet"));
        row += 1;
    }
    for words in text::club_news(club, &model.keymap) {
        row = inside.paragraph(row + 1, &words, Role::Warning);
    }
    alone(model, club, &mut inside, row + 1);
}

/// What the columns of the tables are called.
const HEADINGS: [&str; 5] = ["table", "seats", "puck", "bets", "odds"];

/// The columns of the tables: as wide as what stands in them.
struct Shape(Vec<Column>);

impl Shape {
    /// Columns for these tables. A name is shown whole before anything else about its table; only where
    /// even name, seats and puck have no room it is cut.
    fn of(club: &ClubView, room: u16) -> Self {
        let mut wanted = HEADINGS.map(width);
        // Whatever the dice do, what stands right of the puck keeps its place.
        wanted[2] = width("COME-OUT");
        for table in &club.tables {
            for (wanted, words) in wanted.iter_mut().zip(words(table)) {
                *wanted = (*wanted).max(width(&words));
            }
        }
        let taken = |columns: &[u16]| columns.iter().map(|one| one + 2).sum::<u16>() - 2;
        let mut shown = wanted.len();
        while shown > 3 && wanted.get(..shown).is_some_and(|all| taken(all) > room) {
            shown -= 1;
        }
        let [name, others @ ..] = wanted;
        let others = others.get(..shown - 1).unwrap_or_default();
        let name = name.min(room.saturating_sub(taken(others) + 2));
        let all = [name].into_iter().chain(others.iter().copied());
        Self(all.map(Column::words).collect())
    }
}

/// What the row of a table says, column by column.
fn words(table: &TableSummary) -> [String; 5] {
    let (puck, _) = header::puck(table.puck);
    [
        table.name.to_string(),
        format!("{}/{}", table.people + table.bots, table.seats_max),
        puck,
        format!(
            "{}-{}",
            text::chips(table.rules.min_bet),
            text::chips(table.rules.max_bet)
        ),
        table.rules.odds.name().to_owned(),
    ]
}

fn club_row(club: &ClubView, paint: &mut Paint<'_>) {
    let kind = format!("  {}", text::kept_by(club));
    let chips = Line::new()
        .dim("chips ")
        .with(Role::Stake, text::chips(club.balance));
    let name = Line::new().with(Role::Heading, club.name.to_string());
    let both = name.clone().dim(kind);
    let room = paint.width().saturating_sub(chips.width() + 4);
    paint.line(0, if both.width() <= room { both } else { name });
    paint.line_right(0, &chips);
}

fn table_row(
    paint: &mut Paint<'_>,
    row: u16,
    columns: &[Column],
    table: &TableSummary,
    selected: bool,
) {
    paint.hit_row(row, Target::Row(Row::Table(table.game)));
    if selected {
        paint.select(row, 1, Role::Selection);
    }
    let role = |wanted: Role| if selected { Role::Selection } else { wanted };
    let roles = [Role::Text, Role::Dim, Role::Text, Role::Text, Role::Dim];
    let words = words(table);
    let shown: Vec<_> = roles.map(role).into_iter().zip(words.each_ref()).collect();
    let shown: Vec<_> = shown
        .into_iter()
        .map(|(role, words)| (role, words.as_str()))
        .collect();
    cells::row(paint, (3, row), columns, &shown);
}

/// In the club of one: how to play at once, and what there is no way to do yet.
fn alone(model: &Model, club: &ClubView, paint: &mut Paint<'_>, mut row: u16) {
    if club.kind != ClubKind::Solo {
        return;
    }
    if !club.tables.is_empty() {
        let practice = Line::new()
            .key(&rows::key(model, Action::Practice))
            .text(if club.tables.iter().any(|table| table.seated) {
                " goes to your seat."
            } else {
                " sits down at practice."
            })
            .target(Target::Action(Action::Practice));
        paint.line(row, practice);
        row += 2;
    }
    let words = "How to reach friends: playing with others comes with a later version. \
                 This one plays alone and with bots.";
    paint.paragraph(row, words, Role::Dim);
}

fn starting(model: &Model, paint: &mut Paint<'_>) {
    let words = match &model.start {
        StartView::Idle => "Nothing is started yet.".to_owned(),
        StartView::Mining { .. } => "Your identity is being made.".to_owned(),
        StartView::PassphraseNeeded { .. } => "Your key waits for its passphrase.".to_owned(),
        StartView::NameNeeded => "Your name is still to be chosen.".to_owned(),
        StartView::Starting { service } => format!("The {service} is starting."),
        StartView::Ready => "The club is being opened.".to_owned(),
        StartView::Failed { what, .. } => format!("The start failed: {what}"),
    };
    paint.paragraph(1, &words, Role::Text);
}

/// Draws what the chosen table is like.
pub(super) fn details(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let Some(table) = model.chosen_table() else {
        Frame::pane("Table")
            .draw(paint, whole)
            .line(0, Line::new().dim("no table is chosen"));
        return;
    };
    let mut inside = Frame::pane(table.name.as_str()).draw(paint, whole);
    let seated = if table.seated {
        "you have a seat"
    } else {
        "you have no seat"
    };
    let sit = if table.seated {
        Line::new()
    } else {
        Line::new().key(&rows::key(model, Action::Sit)).text(" ")
    };
    let people = text::counted(
        u64::try_from(table.people).unwrap_or(0),
        "player",
        "players",
    );
    let bots = text::counted(u64::try_from(table.bots).unwrap_or(0), "bot", "bots");
    let rules = &table.rules;
    let limits = Line::new().dim("bets ").text(format!(
        "{} to {}",
        text::chips(rules.min_bet),
        text::chips(rules.max_bet)
    ));
    let odds = Line::new().dim("odds ").text(rules.odds.name());
    let mut lines = vec![
        sit.text(seated),
        Line::new().dim("seats ").text(format!("{people}, {bots}")),
    ];
    if inside.width() >= ON_ONE_ROW {
        lines.push(limits.text("   ").then(odds));
    } else {
        lines.extend([limits, odds]);
    }
    let off = off_the_book(rules);
    let treasury = model.club.as_ref().map(|club| {
        Line::new()
            .dim("treasury ")
            .text(text::chips(club.treasury))
    });
    // The least room has four rows, and what the house plays by matters more.
    let has_room = inside.height() > 4;
    lines.extend(treasury.filter(|_| has_room));
    lines.push(count_off(off.len()));
    let mut row = 0;
    for line in lines {
        inside.line(row, line);
        row += 1;
    }
    for words in off {
        row = inside.paragraph(row, &format!("- {words}"), Role::Text);
    }
    let secrets = model
        .club
        .as_ref()
        .map_or("", |club| text::secrets(club.kind));
    let row = inside.paragraph(row + 1, secrets, Role::Dim);
    names(model, table, &mut inside, row + 1);
}

/// The rules that are not those of the rule book, those that the form of rules marks.
pub(super) fn off_the_book(rules: &TableRules) -> Vec<String> {
    let book = TableRules::default();
    let all = differing(rules, &book).filter(|rule| rule.is_in_the_book());
    all.map(|rule| rule.in_words(rules)).collect()
}

/// How many rules are off the rule book, in words.
#[must_use]
pub(super) fn count_off(count: usize) -> Line {
    match u64::try_from(count) {
        Ok(0) => Line::new().dim("rules of the rule book"),
        count => {
            let words = text::counted(count.unwrap_or(u64::MAX), "rule", "rules");
            Line::new().with(Role::Heading, format!("{words} off the rule book"))
        }
    }
}

fn names(model: &Model, chosen: &TableSummary, paint: &mut Paint<'_>, row: u16) {
    let Some(table) = model
        .table
        .as_deref()
        .filter(|table| table.game == chosen.game)
    else {
        return;
    };
    for (row, seat) in (row..).zip(&table.seats) {
        let what = match (seat.you, seat.is_bot()) {
            (true, _) => "you",
            (false, true) => "bot",
            (false, false) => "player",
        };
        let shooter = if seat.shooter { ", shooter" } else { "" };
        let room = paint
            .width()
            .saturating_sub(width(what) + width(shooter) + 4);
        let name = crate::tui::widget::fit(seat.name.as_str(), room);
        paint.line(row, Line::new().text(name).dim(format!(" {what}{shooter}")));
    }
}
