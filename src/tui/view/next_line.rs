//! What the next roll does to my bets, in one line.

use super::next_roll;
use super::slip_rows::tone;
use crate::tui::model::Model;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::Line;

/// A losing row of more of the 36 rolls than this is named by what it is not: no other total is so
/// wide, and a list of them fills the line.
const LONG_REST: u32 = 12;

/// Returns what the next roll does in one line, those that matter most first. Where not all fit, what
/// loses stays and the winners are left out first, so that it never reads as if nothing could be lost.
pub(super) fn next_roll_line(model: &Model, columns: u16) -> Line {
    in_one_line(&next_roll::rows(model), columns)
}

/// Returns the same of rows that are known already.
pub(super) fn in_one_line((effects, idle): &(Vec<next_roll::Row>, u32), columns: u16) -> Line {
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
        .map(|kept| next_roll_within(effects, kept, *idle == 0));
    let fits = |line: &Line| line.width() <= columns;
    shown.find(fits).unwrap_or_else(|| in_counts(effects))
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
