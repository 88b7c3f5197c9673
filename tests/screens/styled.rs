//! A buffer as text that shows styles too.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bitcraps::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::style::Style;

/// Returns the characters of a buffer, a line for each row, without blanks at the ends.
pub(crate) fn text(buf: &Buffer) -> String {
    rows(buf, |_| ())
        .into_iter()
        .fold(String::new(), |mut all, (row, _)| {
            all.push_str(row.trim_end());
            all.push('\n');
            all
        })
}

/// Returns the characters, then the same grid with one letter for each style, then what the
/// letters mean in roles of the theme.
pub(crate) fn styled(buf: &Buffer, theme: Theme) -> String {
    let mut letters: BTreeMap<String, (char, String)> = BTreeMap::new();
    let names = role_names(theme);
    let mut grid = String::new();
    for (_, styles) in rows(buf, |style| style) {
        let mut row = String::new();
        for style in styles {
            let key = describe(style);
            let next = char::from(b'a' + u8::try_from(letters.len()).unwrap_or(25).min(25));
            let name = names
                .get(&key)
                .cloned()
                .unwrap_or_else(|| "laid over".into());
            let letter = if key == describe(Style::reset()) {
                '.'
            } else {
                letters.entry(key).or_insert((next, name)).0
            };
            row.push(letter);
        }
        grid.push_str(row.trim_end_matches('.'));
        grid.push('\n');
    }
    let mut all = text(buf);
    all.push_str(&grid);
    let mut legend: Vec<_> = letters.into_iter().collect();
    legend.sort_by_key(|(_, (letter, _))| *letter);
    for (style, (letter, name)) in legend {
        writeln!(all, "{letter} {name}: {style}").unwrap();
    }
    all
}

/// Returns the first bytes of a hash over characters and styles, in hexadecimal.
pub(crate) fn fingerprint(buf: &Buffer) -> String {
    let mut all = String::new();
    let mut last = None;
    for y in buf.area.top()..buf.area.bottom() {
        for x in buf.area.left()..buf.area.right() {
            let cell = &buf[(x, y)];
            let style = cell.style();
            if last != Some(style) {
                write!(all, "\u{1}{}\u{2}", describe(style)).unwrap();
                last = Some(style);
            }
            all.push_str(cell.symbol());
        }
        all.push('\n');
    }
    let hash = blake3::hash(all.as_bytes()).to_hex();
    hash.chars().take(8).collect()
}

fn role_names(theme: Theme) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for role in Role::ALL {
        let style = Style::reset().patch(theme.style(role));
        names
            .entry(describe(style))
            .and_modify(|name| write!(name, "/{role:?}").unwrap())
            .or_insert_with(|| format!("{role:?}"));
    }
    names
}

fn describe(style: Style) -> String {
    let colour = |c: Option<ratatui::style::Color>| c.unwrap_or_default().to_string();
    format!(
        "{} on {} {:?}",
        colour(style.fg),
        colour(style.bg),
        style.add_modifier
    )
}

fn rows<T>(buf: &Buffer, of: impl Fn(Style) -> T) -> Vec<(String, Vec<T>)> {
    let mut rows = Vec::new();
    for y in buf.area.top()..buf.area.bottom() {
        let (mut row, mut marks, mut covered) = (String::new(), Vec::new(), 0);
        for x in buf.area.left()..buf.area.right() {
            let cell = &buf[(x, y)];
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            row.push_str(cell.symbol());
            marks.push(of(cell.style()));
        }
        rows.push((row, marks));
    }
    rows
}
