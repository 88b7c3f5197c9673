//! My bets with price and state, and what the next roll does to them.

use super::{dice, has_focus, next_roll, rows, spot};
use crate::craps::{BetKey, BetState, OutlookRow, Puck};
use crate::gaming::TableView;
use crate::ledger::Chips;
use crate::tui::action::Action;
use crate::tui::model::{Model, Pane};
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::why::Why;
use crate::tui::widget::table::row as cells;
use crate::tui::widget::{Column, Frame, Line, Paint};

/// Columns from which on the slip shows edge, outcomes and limits too.
const WIDE: u16 = 78;

/// Columns from which on outcomes that differ by the pair have room.
const WIDER: u16 = 90;

/// Columns of an amount.
const AMOUNT: u16 = 6;

/// Columns of the best a bet can do.
const BEST: u16 = 11;

/// A losing row of more of the 36 rolls than this is named by what it is not: no other total is so
/// wide, and a list of them fills the line.
const LONG_REST: u32 = 12;

/// Draws the slip beside or below the felt.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let bets = model.slip_rows();
    let title = format!(
        "{}, {} at risk",
        counted(model),
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
    let room = inside.width().saturating_sub(1);
    inside.line(below, next_roll_line(model, room));
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
    if let Some(words) = no_chips(model) {
        paint.line(0, "You have no chips left for a bet here.");
        paint.line(1, words);
        return;
    }
    let point_is_on = model
        .table
        .as_ref()
        .is_some_and(|table| table.table.puck() != Puck::Off);
    let (name, action, place) = if point_is_on {
        ("Come ", Action::Come, " in the come box.")
    } else {
        ("Pass ", Action::Pass, " on the line.")
    };
    let least = model
        .table
        .as_ref()
        .map(|table| table.table.rules().min_bet);
    if let Some(least) = least.filter(|least| model.unit < *least) {
        let words = Line::new()
            .text("No bet yet; the least is ")
            .with(Role::Stake, text::chips(least));
        paint.line(0, words.text("."));
        let line = Line::new()
            .text("A larger unit ")
            .key(&rows::key(Action::UnitUp))
            .text(", then ")
            .text(name.to_lowercase())
            .key(&rows::key(action))
            .text(".");
        paint.line(1, line);
        return;
    }
    paint.line(0, "No bet yet.");
    let line = Line::new()
        .text(name)
        .key(&rows::key(action))
        .text(" puts ")
        .with(Role::Stake, text::chips(model.unit))
        .text(place);
    paint.line(1, line);
}

/// How to get chips, for who has none left for a bet and nothing at risk.
fn no_chips(model: &Model) -> Option<Line> {
    let amount = model.club.as_ref()?.new_chips.as_ref().ok()?;
    let line = Line::new()
        .key(&rows::key(Action::NewChips))
        .text(" gives you ")
        .with(Role::Stake, text::chips(*amount))
        .text(" new ones.");
    Some(line)
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
    pays: u16,
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
        let mut columns = vec![Column::words(name), Column::numbers(AMOUNT)];
        let pays = if detail == Detail::Full { 8 } else { 7 };
        match detail {
            Detail::Best => columns.extend([Column::words(9), Column::words(BEST)]),
            Detail::Price => {
                columns.extend([Column::numbers(pays), Column::numbers(6), Column::words(9)]);
            }
            Detail::Full => {
                columns.extend([
                    Column::numbers(pays),
                    Column::numbers(7),
                    Column::words(state),
                ]);
                columns.extend([Column::numbers(outcome); 2]);
            }
        }
        Self {
            detail,
            columns,
            name,
            pays,
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
        let name = text::name_within(bet, self.name);
        let (amount, amount_role) = spot::amount_within(Some(row), AMOUNT);
        let (state, state_role) = state(entry, self.state);
        let quote = spot::quote(table, bet);
        let pays = quote
            .as_ref()
            .map(|quote| text::pays_within(quote, self.pays))
            .unwrap_or_default();
        let edge = quote
            .as_ref()
            .map(|quote| text::edge(&quote.edge))
            .unwrap_or_default();
        let on = |total: u8| next_roll::on_total(self.outlook, total, bet);
        let (total, seven) = (on(self.total), on(7));
        let best = next_roll::best_of(self.outlook, bet, BEST).unwrap_or_default();
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

/// Returns what the next roll does in one line, those that matter most first. Where not all fit, what
/// loses stays and the winners are left out first, so that it never reads as if nothing could be lost.
pub(super) fn next_roll_line(model: &Model, columns: u16) -> Line {
    let (effects, idle) = next_roll::rows(model);
    if effects.is_empty() {
        return Line::new().dim("next roll touches none of them");
    }
    let losing = effects.iter().filter(|row| row.net < 0).count();
    let winning = effects.len() - losing;
    let ways = (0..=losing).rev().flat_map(|losers| {
        let winners = (0..=winning).rev();
        winners.map(move |winners| (winners, losers))
    });
    // Any loser at all comes before any winner.
    let mut shown = ways
        .filter(|(winners, losers)| *losers > 0 || losing == 0 || *winners == 0)
        .map(|kept| next_roll_within(&effects, kept, idle == 0));
    let fits = |line: &Line| line.width() <= columns;
    shown.find(fits).unwrap_or_else(|| in_counts(&effects))
}

/// Returns how many kinds of rolls win and lose, where nothing longer has room.
fn in_counts(effects: &[next_roll::Row]) -> Line {
    let count = |of: fn(i64) -> bool| effects.iter().filter(|row| of(row.net)).count();
    let (won, lost) = (count(|net| net > 0), count(|net| net < 0));
    let worst = effects.iter().map(|row| row.net).min().unwrap_or(0);
    let line = Line::new().dim(format!("next {won} win"));
    if lost == 0 {
        return line;
    }
    line.dim(format!(", {lost} lose up to "))
        .with(Role::Loss, text::grouped(worst.unsigned_abs()))
}

/// Returns the line with so many of its rows that don't lose, and so many of those that do.
fn next_roll_within(
    effects: &[next_roll::Row],
    (winners, losers): (usize, usize),
    all_decided: bool,
) -> Line {
    let all = winners + losers == effects.len();
    let mut line = Line::new().dim(if all { "next roll " } else { "next " });
    let mut seen = (0, 0);
    let mut hidden = (0, 0);
    let mut rest = None;
    for row in effects {
        let is_loss = row.net < 0;
        let (seen, hidden, kept) = if is_loss {
            (&mut seen.1, &mut hidden.1, losers)
        } else {
            (&mut seen.0, &mut hidden.0, winners)
        };
        *seen += 1;
        if *seen > kept {
            *hidden += 1;
        } else if is_loss && row.ways > LONG_REST && rest.is_none() {
            rest = Some(row);
        } else {
            let net = text::signed(row.net);
            line = line.text(format!("{}: ", row.totals));
            line = line.with(tone(&net), net).text("  ");
        }
    }
    let (hidden, hidden_losers) = hidden;
    if hidden > 0 {
        let hidden_nets = effects.iter().filter(|row| row.net >= 0).skip(winners);
        let gap = if losers == 0 { ", " } else { "  " };
        line = line.dim(format!(
            "{}{gap}",
            not_shown(hidden_nets.map(|row| row.net), winners > 0)
        ));
    }
    if let Some(row) = rest {
        let net = text::signed(row.net);
        let is_all_else = all_decided && hidden + hidden_losers == 0;
        let words = if is_all_else {
            "other: ".to_owned()
        } else {
            format!("{} of 36 rolls: ", row.ways)
        };
        line = line.text(words).with(tone(&net), net).text("  ");
    }
    match hidden_losers {
        0 => line,
        more if losers == 0 => {
            let worst = effects.iter().map(|row| row.net).min().unwrap_or(0);
            let line = line.dim(if more == 1 {
                "1 loses ".to_owned()
            } else {
                format!("{more} lose up to ")
            });
            line.with(Role::Loss, text::grouped(worst.unsigned_abs()))
        }
        1 => line.dim("1 more loses"),
        more => line.dim(format!("{more} more lose")),
    }
}

/// Says what rows that don't lose and are not shown do: `3 more win`, `2 win`, `1 more moves`.
fn not_shown(nets: impl Iterator<Item = i64>, some_shown: bool) -> String {
    let (win, other): (Vec<i64>, Vec<i64>) = nets.partition(|net| *net > 0);
    let more = if some_shown { " more" } else { "" };
    let said = |count: usize, one: &str, several: &str| match count {
        0 => None,
        1 => Some(format!("1{more} {one}")),
        count => Some(format!("{count}{more} {several}")),
    };
    let win_words = said(win.len(), "wins", "win");
    let other_words = said(other.len(), "moves", "move");
    let words: Vec<String> = win_words.into_iter().chain(other_words).collect();
    words.join(", ")
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

/// How many bets stand; what was refused is no bet.
fn counted(model: &Model) -> String {
    let standing = u64::try_from(model.my_bets().len()).unwrap_or(0);
    text::counted(standing, "bet", "bets")
}

/// Chips of mine on all tables.
fn at_risk(model: &Model) -> Chips {
    let club = model.club.as_ref();
    club.map(|club| club.at_risk).unwrap_or_default()
}

/// Draws slip and dice in two rows without a frame.
pub(super) fn strip(model: &Model, paint: &mut Paint<'_>) {
    let mut line = Line::new()
        .with(Role::Title, "Dice ")
        .then(dice::in_words(model))
        .dim("  ")
        .then(dice::progress(model));
    line = line.dim("");
    paint.line(0, line);
    let slip = Line::new()
        .with(Role::Title, "Slip ")
        .text(counted(model))
        .dim(", at risk ")
        .with(Role::Stake, text::chips(at_risk(model)))
        .dim("  ");
    let room = paint.width().saturating_sub(slip.width() + 2);
    let next = next_roll_line(model, room);
    paint.line(1, slip.then(next));
}

#[cfg(test)]
mod tests {
    use super::next_roll_line;
    use crate::tui::fixture::{self, Script};

    /// The line for these bets with the point on 4, in so many columns.
    fn line(bets: &[(&str, u64)], columns: u16) -> String {
        let mut script = Script::new("practice").sit(fixture::ME, None, 1_000);
        script = script.bet(fixture::ME, "pass", 10).roll(2, 2);
        for (bet, amount) in bets {
            script = script.bet(fixture::ME, bet, *amount);
        }
        let line = next_roll_line(&fixture::model(&script), columns);
        let words = line.parts().iter().map(|(_, words)| words.as_str());
        words.collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn the_line_of_the_next_roll_leaves_winners_out_first_and_never_what_loses() {
        let bets = [
            ("place_5", 10),
            ("place_6", 12),
            ("place_9", 10),
            ("place_10", 20),
            ("field", 20),
            ("yo", 5),
        ];
        for columns in 32..200 {
            let shown = line(&bets, columns);
            let worst = shown.contains("7: -87") || shown.contains("lose up to 87");
            assert!(worst, "{columns}: {shown}");
            // Whatever is not there is counted.
            let rows = shown.matches(": ").count();
            let words: Vec<&str> = shown.split_whitespace().collect();
            let is_count = |word: &str| matches!(word, "more" | "win" | "wins");
            let more = words
                .windows(2)
                .filter(|pair| is_count(pair[1]))
                .find_map(|pair| pair[0].parse::<usize>().ok())
                .unwrap_or(0);
            assert!(
                shown.contains("lose") || rows + more == 10,
                "{columns}: {shown}"
            );
            let wins = shown.contains(": +");
            assert!(
                !wins || shown.matches(": -").count() == 4,
                "{columns}: {shown}"
            );
        }
    }

    #[test]
    fn a_bet_that_loses_on_all_other_rolls_says_other() {
        let shown = line(&[("yo", 20)], 78);
        assert_eq!(shown, "next roll 11: +300  7: -30  4: -10  other: -20");
    }
}
