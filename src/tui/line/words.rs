//! Sentences for the ear: numbers before words, and no sign that a screen reader spells.

use crate::craps::{BetKey, Dice, Puck};
use crate::gaming::{Intent, RollView, TableView};
use crate::ledger::Chips;
use crate::tui::model::Model;
use crate::tui::note::Note;
use crate::tui::slip;
use crate::tui::text;

use super::bet_words::typed;

/// Returns a note as a line, `None` for one that another line will tell more of: dice that were asked for
/// fall in a moment.
#[must_use]
pub fn note(note: &Note, model: &Model) -> Option<String> {
    if let Note::Confirmed {
        intent: Intent::Roll { .. },
        ..
    } = note
    {
        return (!super::run::dice_come(model)).then(|| "you are ready.".to_owned());
    }
    Some(in_words(note, model))
}

fn in_words(note: &Note, model: &Model) -> String {
    match note {
        Note::Rolled(record) => roll(record),
        Note::Refused { .. } => format!("refused: {}", spoken(&text::note(note, model))),
        Note::Confirmed {
            intent, changes, ..
        } => {
            let done = match (slip::actions(intent), changes.as_slice()) {
                ([_], [change]) if !change.amount.is_zero() => {
                    let way = match change.way {
                        slip::Way::Up => "on",
                        slip::Way::Down => "off",
                    };
                    let bet = text::name_inside(change.bet);
                    format!("{} {way} {bet}", text::chips(change.amount))
                }
                (_, _) => text::intent(intent, model),
            };
            let chips = if slip::actions(intent).is_empty() {
                String::new()
            } else {
                format!(" {}.", chips(model))
            };
            spoken(&format!("confirmed: {done}.{chips}"))
        }
        Note::Happened(_)
        | Note::AskingAgain { .. }
        | Note::Copied(_)
        | Note::Unit(_)
        | Note::Dropped(_)
        | Note::Dismissed(_)
        | Note::Repeated { .. }
        | Note::Motion(_)
        | Note::Colours(_)
        | Note::Frozen(_)
        | Note::PressAgainToQuit
        | Note::Leaving
        | Note::Restarting(_)
        | Note::Words(_)
        | Note::BackAgain { .. }
        | Note::AtStart(_)
        | Note::StartsIn(_)
        | Note::Mouse(_) => spoken(&text::note(note, model)),
    }
}

/// Returns a whole roll: dice, what they mean, what became of my bets.
#[must_use]
pub fn roll(record: &RollView) -> String {
    let mut parts = vec![
        fell(
            record.roll,
            record.dice,
            record.before,
            record.shooter.as_str(),
        ),
        text::happened(record),
    ];
    parts.extend(record.decisions.iter().map(text::decision));
    if !record.decisions.is_empty() {
        parts.push(net(record.net));
    }
    parts.extend(
        record
            .balance
            .map(|balance| format!("{} chips", text::chips(balance))),
    );
    if !record.left_out.is_empty() {
        let names = text::listed_names(&record.left_out);
        parts.push(format!("{names} left out, those bets are frozen"));
    }
    parts.push(format!("{} of {} opened", record.opened, record.of));
    spoken(&format!("{}.", parts.join(". ")))
}

/// Returns which roll fell how, by whom: `roll 119. 2 and 4, easy six, by ana`.
fn fell(roll: u64, fallen: Dice, before: Puck, shooter: &str) -> String {
    let roll = text::grouped(roll);
    let call = text::call(fallen, before);
    format!("roll {roll}. {}, {call}, by {shooter}", dice(fallen))
}

/// Returns what line mode says of a roll, to judge by whether to play in it.
#[must_use]
pub fn sample() -> String {
    let fallen = Dice::new(2, 4);
    fallen.map_or_else(String::new, |fallen| {
        spoken(&format!("{}.", fell(119, fallen, Puck::Off, "ana")))
    })
}

/// Returns dice by the numbers on them: `2 and 4`.
#[must_use]
pub fn dice(dice: Dice) -> String {
    format!("{} and {}", dice.a(), dice.b())
}

/// Returns a gain or a loss.
#[must_use]
pub fn net(net: i64) -> String {
    let size = text::grouped(net.unsigned_abs());
    match net {
        1.. => format!("you win {size}"),
        0 => "you win and lose nothing".to_owned(),
        ..0 => format!("you lose {size}"),
    }
}

/// Returns my chips, and those of them on the table: `990 chips, 10 at risk`.
#[must_use]
pub fn chips(model: &Model) -> String {
    let club = model.club.as_deref();
    let risk = club.map_or(Chips::ZERO, |club| club.at_risk);
    match club.map(|club| club.balance) {
        Some(balance) => format!(
            "{} chips, {} at risk",
            text::chips(balance),
            text::chips(risk)
        ),
        None => "no club yet".to_owned(),
    }
}

/// Returns where a table's puck is: `come-out`, `the point is 6`.
#[must_use]
pub fn puck(table: &TableView) -> String {
    match table.table.puck() {
        Puck::Off => "come-out".to_owned(),
        Puck::On(point) => format!("the point is {point}"),
    }
}

/// Returns a bet with the chips on it: `10 on pass line`.
#[must_use]
pub fn on(amount: Chips, bet: BetKey) -> String {
    format!("{} on {}", text::chips(amount), text::name_inside(bet))
}

/// Returns how a bet is typed, in a sentence about it.
#[must_use]
pub fn type_it(bet: BetKey) -> String {
    format!("type {} and the chips", typed(bet))
}

/// Returns words of the screen without what only a screen has: brackets around keys, and signs that are
/// read out letter by letter.
#[must_use]
pub fn spoken(words: &str) -> String {
    let words = without_keys(words)
        .replace(" = ", " is ")
        .replace('\u{2212}', "-");
    let mut spoken = String::with_capacity(words.len());
    let mut rest = words.chars().peekable();
    let mut before = ' ';
    while let Some(c) = rest.next() {
        let digit_follows = rest.peek().is_some_and(char::is_ascii_digit);
        match c {
            // A price, but not a time of day.
            ':' if before.is_ascii_digit() && digit_follows && !words.contains("UTC") => {
                spoken.push_str(" to ");
            }
            '%' => spoken.push_str(" percent"),
            '#' if digit_follows => spoken.push_str("roll "),
            '+' if digit_follows => spoken.push_str("plus "),
            '-' if digit_follows && !before.is_alphanumeric() => spoken.push_str("minus "),
            '-' if digit_follows && before.is_ascii_digit() => spoken.push_str(" to "),
            '\u{201c}' | '\u{201d}' | '"' | '`' | '*' | '_' | '~' | '|' => spoken.push(' '),
            '\u{2019}' => spoken.push('\''),
            c => spoken.push(c),
        }
        before = c;
    }
    spoken
}

/// Puts the words that are typed, which stand where a screen has keys, into the sentence: `comes down by
/// [down]`, `A bot counts as one [add bot]`. Words that the sentence names already are left out.
fn without_keys(words: &str) -> String {
    let mut told = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once(" [") {
        told.push_str(before);
        let Some((typed, after)) = after.split_once(']') else {
            told.push_str(" [");
            rest = after;
            continue;
        };
        let typed = typed.trim();
        let said = before.to_lowercase().replace('\'', "");
        if [" by", " under"].iter().any(|end| said.ends_with(end)) && !typed.is_empty() {
            told.push(' ');
            told.push_str(typed);
        } else if !typed.is_empty() && !said.contains(typed) {
            told.push_str(", type ");
            told.push_str(typed);
        }
        rest = after;
    }
    told.push_str(rest);
    told
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn what_is_drawn_becomes_what_is_read_out() {
        for (drawn, told) in [
            (
                "Come [come] is the same bet now.",
                "Come is the same bet now.",
            ),
            ("Health says why [ health].", "Health says why."),
            ("It comes down by [down].", "It comes down by down."),
            (
                "A bot counts as one [add bot].",
                "A bot counts as one, type add bot.",
            ),
            ("A larger one is there [].", "A larger one is there."),
            ("pays 7:6, edge 1.52%", "pays 7 to 6, edge 1.52 percent"),
            ("open again at 20:04 UTC", "open again at 20:04 UTC"),
            (
                "2 rolls since you were here: +24.",
                "2 rolls since you were here: plus 24.",
            ),
            ("net -1,200", "net minus 1,200"),
            ("odds 3-4-5x", "odds 3 to 4 to 5x"),
            ("a [bracket that stays", "a [bracket that stays"),
        ] {
            assert_eq!(spoken(drawn), told);
        }
    }
}
