//! Help, made from the table of actions, and the words of the game.

use super::dialogs::{boxed, field};
use super::rows;
use crate::craps::{BetId, TableRules, edge};
use crate::tui::action::{ACTIONS, Action, ActionInfo, Place, screen_place};
use crate::tui::keymap::Keymap;
use crate::tui::model::Model;
use crate::tui::note::Tried;
use crate::tui::overlay::{HelpDialog, Overlay};
use crate::tui::palette;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::why::Why;
use crate::tui::widget::{Line, Paint, fit, width, wrap};

/// Draws the keys of the screen below in two columns, those that do nothing now with the reason, then the words of the game.
pub(super) fn draw(model: &Model, help: &HelpDialog, paint: &mut Paint<'_>) {
    let title = match model.overlays.first() {
        Some(Overlay::Failed(_)) => "Help".to_owned(),
        Some(_) | None => format!("Help: {}", super::header::tab(model.screen)),
    };
    let (columns, rows) = size((paint.width(), paint.height()));
    let footer = rows::keys(model, &[(Action::Down, "scroll"), (Action::Back, "close")]);
    let mut inside = boxed(paint, &title, (columns, rows), footer);
    let search = Line::new()
        .dim("Type to search  ")
        .then(field(&help.search, 24, true));
    inside.line(0, search);
    let lines = lines(model, help.search.text(), inside.width());
    let room = usize::from(inside.height().saturating_sub(2));
    let first = help.scroll.min(lines.len().saturating_sub(room));
    if lines.is_empty() {
        inside.line(2, Line::new().dim("No key, word or bet matches."));
    }
    for (row, line) in (2_u16..).zip(lines.iter().skip(first).take(room)) {
        inside.line(row, line.clone());
    }
}

/// The columns and rows inside the box on a screen of so many.
fn size((columns, rows): (u16, u16)) -> (u16, u16) {
    (
        columns.saturating_sub(2).clamp(56, 100),
        rows.saturating_sub(4).min(36),
    )
}

/// Returns how far help scrolls at the model's size.
pub(in crate::tui) fn scroll_most(model: &Model, help: &HelpDialog) -> usize {
    let (columns, rows) = size(model.size);
    let lines = lines(
        model,
        help.search.text(),
        columns.min(model.size.0.saturating_sub(2)),
    );
    lines
        .len()
        .saturating_sub(usize::from(rows.saturating_sub(2)))
}

/// Columns from which on a key and its words fit beside others.
const HALF: u16 = 37;

/// All lines of the help for a screen, each as wide as the dialog.
fn lines(model: &Model, search: &str, width: u16) -> Vec<Line> {
    let search = search.to_lowercase();
    let half = width.saturating_sub(3) / 2;
    // Two columns only where the longest words fit whole.
    let beside = if half >= HALF { 2 } else { 1 };
    let columns = if beside > 1 {
        half
    } else {
        width.saturating_sub(2)
    };
    let stopped = matches!(model.overlays.first(), Some(Overlay::Failed(_)));
    let own = if stopped {
        Place::Stopped
    } else {
        screen_place(model.screen)
    };
    let mut lines = Vec::new();
    let here = |info: &&ActionInfo| info.places.contains(&own);
    let shared = |info: &&ActionInfo| {
        let everywhere =
            |place: &Place| *place == Place::Always || (*place == Place::Anywhere && !stopped);
        !here(info) && info.places.iter().any(everywhere)
    };
    let below = palette::below(model);
    let found = |info: &&ActionInfo| search.is_empty() || matches(info, &model.keymap, &search);
    let own: Vec<_> = ACTIONS.iter().filter(here).filter(found).collect();
    let anywhere: Vec<_> = ACTIONS.iter().filter(shared).filter(found).collect();
    let works = |info: &&&ActionInfo| (info.when)(&below).is_ok();
    for (title, group) in [("On this screen", &own), ("Everywhere", &anywhere)] {
        let found: Vec<Line> = group
            .iter()
            .filter(works)
            .map(|info| entry(info, &model.keymap, columns))
            .collect();
        if found.is_empty() {
            continue;
        }
        lines.push(Line::new().with(Role::Title, title));
        let rows = found.len().div_ceil(beside);
        for row in 0..rows {
            let left = found.get(row).cloned().unwrap_or_default();
            let pad = half.saturating_sub(left.width());
            let right = found.get(row + rows).cloned().unwrap_or_default();
            lines.push(left.text(" ".repeat(usize::from(pad))).then(right));
        }
        lines.push(Line::new());
    }
    let idle: Vec<Line> = own
        .iter()
        .chain(&anywhere)
        .flat_map(|info| not_now(info, &below, width))
        .collect();
    if !idle.is_empty() {
        lines.push(Line::new().with(Role::Title, "Not now"));
        lines.extend(idle);
        lines.push(Line::new());
    }
    lines.extend(words(&search, width));
    lines.extend(bets(model, &search, beside, half));
    lines
}

/// Every bet with its house edge by the rules of the table, or of the rule book where there is none.
fn bets(model: &Model, search: &str, beside: usize, half: u16) -> Vec<Line> {
    let usual = TableRules::default();
    let rules = model
        .table
        .as_ref()
        .map_or(&usual, |view| view.table.rules());
    let found: Vec<Line> = BetId::all()
        .map(|bet| (bet.info().name, bet))
        .filter(|(name, _)| search.is_empty() || name.to_lowercase().contains(search))
        .map(|(name, bet)| {
            let edge = text::edge(&edge(bet, rules));
            Line::new().text(format!("{name:<28}")).dim(edge)
        })
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        Line::new(),
        Line::new().with(Role::Title, "Bets and their house edge"),
    ];
    let rows = found.len().div_ceil(beside);
    for row in 0..rows {
        let left = found.get(row).cloned().unwrap_or_default();
        let pad = half.saturating_sub(left.width());
        let right = found.get(row + rows).cloned().unwrap_or_default();
        let right = if beside > 1 { right } else { Line::new() };
        lines.push(left.text(" ".repeat(usize::from(pad))).then(right));
    }
    lines
}

fn matches(info: &ActionInfo, keys: &Keymap, search: &str) -> bool {
    info.text.to_lowercase().contains(search)
        || keys
            .of(info.action)
            .iter()
            .any(|key| key.to_string().to_lowercase() == search)
}

/// Columns of the keys of an action: the longest name of one.
const KEYS: u16 = 9;

fn entry(info: &ActionInfo, keys: &Keymap, columns: u16) -> Line {
    let mut shown = String::new();
    for key in keys.of(info.action) {
        let longer = format!("{shown} {key}").trim_start().to_owned();
        // Keys that do not fit beside the first stand in `bitcraps keys`.
        if shown.is_empty() || width(&longer) <= KEYS {
            shown = longer;
        }
    }
    let pad = usize::from(KEYS.saturating_sub(width(&shown)));
    let words = fit(info.text, columns.saturating_sub(KEYS + 2));
    Line::new()
        .with(Role::Key, format!("{shown}{}", " ".repeat(pad)))
        .text(" ")
        .text(words)
}

/// An action that does nothing now, with the reason; nothing for one that works, and for one that never has
/// anything to do here.
fn not_now(info: &ActionInfo, below: &Model, width: u16) -> Vec<Line> {
    let why = match (info.when)(below) {
        Ok(()) | Err(Why::NotHere | Why::NothingToClose) => return Vec::new(),
        Err(why) => why,
    };
    let refused = text::refused(&Tried::Action(info.action), &why, None, below);
    let key = below.keymap.first(info.action);
    let label = format!("{key:<9} {:<28} ", info.text);
    let room = width.saturating_sub(self::width(&label) + 2);
    let because = wrap(&format!("{} {}", refused.what, refused.why), room);
    let labels = [label.clone()]
        .into_iter()
        .chain(std::iter::repeat(" ".repeat(label.len())));
    labels
        .zip(because)
        .map(|(label, words)| Line::new().dim(label).dim(words))
        .collect()
}

fn words(search: &str, width: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    for (word, meaning) in text::GLOSSARY {
        let found = search.is_empty()
            || word.to_lowercase().contains(search)
            || meaning.to_lowercase().contains(search);
        if !found {
            continue;
        }
        let label = format!("{word:<10}");
        let room = width.saturating_sub(13);
        for (index, line) in wrap(meaning, room).into_iter().enumerate() {
            let label = if index == 0 {
                label.clone()
            } else {
                " ".repeat(10)
            };
            lines.push(Line::new().with(Role::Heading, label).text(" ").text(line));
        }
    }
    if !lines.is_empty() {
        lines.insert(0, Line::new().with(Role::Title, "Words"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{HALF, Line, lines};
    use crate::craps::{BetId, TableRules, edge};
    use crate::tui::action::{ACTIONS, screen_place};
    use crate::tui::model::Screen;
    use crate::tui::why::Why;
    use crate::tui::{fixture, text};

    fn words(line: &Line) -> String {
        let parts = line.parts().iter();
        parts.map(|(_, part)| part.as_str()).collect()
    }

    #[test]
    fn keys_that_only_refuse_stand_apart_with_the_reason() {
        for screen in Screen::ALL {
            let mut model = fixture::state("point-on").expect("a state");
            fixture::show(&mut model, screen);
            let all: Vec<String> = lines(&model, "", 98).iter().map(words).collect();
            let at = |title: &str| all.iter().position(|line| line == title);
            let end = at("Words").expect("words");
            let idle = at("Not now").unwrap_or(end);
            let here =
                |rows: &[String], text: &str| rows.iter().find(|line| line.contains(text)).cloned();
            for info in ACTIONS {
                if !info.places.contains(&screen_place(screen)) {
                    continue;
                }
                let (live, late) = (
                    here(&all[..idle], info.text),
                    here(&all[idle..end], info.text),
                );
                match (info.when)(&model) {
                    Ok(()) => assert!(live.is_some(), "{screen:?} {}", info.name),
                    Err(Why::NotHere | Why::NothingToClose) => {}
                    Err(_) => {
                        let late = late.unwrap_or_else(|| panic!("{screen:?} {}", info.name));
                        let (_, why) = late.split_once(info.text).expect("its words");
                        assert!(why.trim().len() > 10, "{late}");
                    }
                }
            }
            for refuses in ["go on with the host", "take new chips", "sit down"] {
                assert_eq!(here(&all[..idle], refuses), None, "{screen:?}");
            }
        }
    }

    #[test]
    fn help_tells_the_edge_of_every_bet() {
        let model = fixture::running();
        for width in [54, 76, 98] {
            let all = lines(&model, "", width);
            let all: Vec<String> = all.iter().map(words).collect();
            for bet in BetId::all() {
                let told = format!(
                    "{:<28}{}",
                    bet.info().name,
                    text::edge(&edge(bet, &TableRules::default()))
                );
                assert!(told.len() <= usize::from(HALF), "{told}");
                assert!(all.iter().any(|line| line.contains(&told)), "{told}");
            }
        }
        let found = lines(&model, "place 6", 76);
        assert!(found.len() < 6, "{}", found.len());
    }
}
