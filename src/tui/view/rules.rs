//! The rules of a table: every choice of the house, with what it does and whether it can change now.

use super::dialogs::{boxed, field};
use super::lobby::count_off;
use super::rows;
use crate::craps::TableRules;
use crate::tui::action::Action;
use crate::tui::hits::{Answer, Target};
use crate::tui::model::Model;
use crate::tui::rules_dialog::RulesDialog;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint};
use crate::words::{HOUSE_RULES, Part, Setting};

/// Columns inside the dialog: what 60 leave.
const COLUMNS: u16 = 56;

/// The column of the values.
const VALUES: u16 = 30;

/// Rows below the list: the sentence of the rule in focus, how it stands, and from when on it holds.
const BELOW: u16 = 5;

/// A line of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entry {
    Heading(Part),
    Rule(usize),
}

fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut part = None;
    for (row, rule) in HOUSE_RULES.iter().enumerate() {
        if part != Some(rule.part) {
            part = Some(rule.part);
            entries.push(Entry::Heading(rule.part));
        }
        entries.push(Entry::Rule(row));
    }
    entries
}

/// Draws the dialog.
pub(super) fn draw(model: &Model, dialog: &RulesDialog, paint: &mut Paint<'_>) {
    let entries = entries();
    let footer = rows::keys(
        model,
        &[
            (Action::Main, "apply"),
            (Action::RuleAsBook, "as in the book"),
            (Action::Back, "close"),
        ],
    );
    let lines = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    let size = (COLUMNS, lines.saturating_add(BELOW));
    let mut inside = boxed(paint, "Rules of this table", size, footer);
    let room = inside.height().saturating_sub(BELOW);
    let here = entries
        .iter()
        .position(|entry| *entry == Entry::Rule(dialog.row))
        .unwrap_or(0);
    let first = super::first_row(here, entries.len(), usize::from(room));
    let shown = dialog.shown();
    let book = TableRules::default();
    for (line, entry) in (0..room).zip(entries.iter().skip(first)) {
        match *entry {
            Entry::Heading(part) => {
                inside.put(1, line, part.heading(), Role::Heading);
            }
            Entry::Rule(row) => {
                inside.hit_row(line, Target::Answer(Answer::Rule(row)));
                rule(dialog, row, &shown, line, &mut inside);
            }
        }
    }
    let off = HOUSE_RULES
        .iter()
        .filter(|rule| rule.is_off_the_book(&shown))
        .count();
    let mark = Line::new().with(Role::Heading, if off > 0 { "* " } else { "" });
    inside.line(room, mark.then(count_off(off)));
    let above = u16::try_from(first).unwrap_or(0);
    let below = lines.saturating_sub(above.saturating_add(room));
    if above > 0 || below > 0 {
        let more = match (above, below) {
            (above, 0) => format!("{above} above"),
            (0, below) => format!("{below} below"),
            (above, below) => format!("{above} above, {below} below"),
        };
        inside.line_right(room, &Line::new().dim(more));
    }
    about(model, dialog, (&shown, &book), room, &mut inside);
}

/// One rule: its name, a star if it is off the rule book, its value, and whether that is new.
fn rule(dialog: &RulesDialog, row: usize, shown: &TableRules, line: u16, inside: &mut Paint<'_>) {
    let Some(rule) = HOUSE_RULES.get(row) else {
        return;
    };
    let focused = row == dialog.row;
    if focused {
        inside.put(1, line, ">", Role::Focus);
    }
    let name = if focused { Role::Focus } else { Role::Text };
    if rule.is_off_the_book(shown) {
        inside.put(2, line, "*", Role::Heading);
    }
    inside.put(3, line, rule.name, name);
    let value = match (dialog.field(row), rule.setting) {
        (Some(typed), Setting::Number(number)) => {
            let unit = if number.is_price { " to 1" } else { "" };
            if focused {
                field(typed, 11, true).text(unit)
            } else {
                // What is no number stands as it was typed.
                let number = typed.text().parse().map(text::grouped);
                let number = number.unwrap_or_else(|_| typed.shown());
                Line::new().text(format!("  {number}{unit}"))
            }
        }
        (Some(_) | None, _) if focused => Line::new()
            .dim("< ")
            .with(Role::Focus, rule.value(shown))
            .dim(" >"),
        (Some(_) | None, _) => Line::new().text(format!("  {}", rule.value(shown))),
    };
    let end = inside.line_at(VALUES, line, &value);
    if rule.differs(shown, &dialog.before) {
        inside.put(end.saturating_add(1), line, "new", Role::Heading);
    }
}

/// What the rule in focus does, how it stands, and from when on changes hold.
fn about(
    model: &Model,
    dialog: &RulesDialog,
    (shown, book): (&TableRules, &TableRules),
    row: u16,
    inside: &mut Paint<'_>,
) {
    let (Some(rule), Some(table)) = (dialog.rule(), model.table.as_ref()) else {
        return;
    };
    let below = inside.paragraph(row.saturating_add(1), rule.about, Role::Text);
    let (how_it_stands, drawn_as) = match dialog.refused_alone(dialog.row, &table.table) {
        Some(refusal) => {
            let words = match dialog.contradiction(dialog.row) {
                Some(contradiction) => text::rules_contradict(&contradiction),
                None => text::rule_refused(&refusal, model),
            };
            (words, Role::Refused)
        }
        None if rule.differs(shown, &dialog.before) => (
            format!("It is {} so far.", rule.value(&dialog.before)),
            Role::Dim,
        ),
        None if !rule.is_in_the_book() => ("Each house sets its own.".to_owned(), Role::Dim),
        None if rule.differs(shown, book) => (
            format!("The rule book has {}.", rule.value(book)),
            Role::Dim,
        ),
        None => ("As in the rule book.".to_owned(), Role::Dim),
    };
    inside.put(1, below, &how_it_stands, drawn_as);
    let since = format!(
        "Changes hold from roll {} on; bets keep their terms.",
        text::grouped(table.roll)
    );
    let last = inside.height().saturating_sub(1);
    inside.put(1, last, &since, Role::Dim);
}
