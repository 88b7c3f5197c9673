//! Sentences for the ear: numbers before words, and no sign that a screen reader spells.

use crate::craps::{self, BetKey, Decision, Dice, Puck, WorkingFlag};
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
                        slip::Way::Down => "taken off",
                    };
                    let bet = text::name_inside(change.bet);
                    format!("{} {way} {bet}", text::chips(change.amount))
                }
                ([craps::Action::Working { bet, how }], _) => {
                    let how = match how {
                        WorkingFlag::Default => "works as usual",
                        WorkingFlag::On => "is on",
                        WorkingFlag::Off => "is off",
                    };
                    format!("{} {how}", text::name_inside(*bet))
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
        // Which bets these are was told when they were sent.
        Note::Repeated {
            sent,
            decided: true,
            ..
        } => {
            let bets = u64::try_from(sent.len()).unwrap_or(u64::MAX);
            let bets = text::counted(bets, "bet", "bets");
            spoken(&format!("confirmed: again {bets}. {}.", chips(model)))
        }
        Note::Happened(_)
        | Note::NewRules { .. }
        | Note::AskingAgain { .. }
        | Note::Copied(_)
        | Note::Unit(_)
        | Note::Dropped(_)
        | Note::Dismissed(_)
        | Note::Repeated { decided: false, .. }
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
        | Note::NotDone
        | Note::Mouse(_) => spoken(&text::note(note, model)),
    }
}

/// Returns a whole roll: dice, what they mean, what became of my bets.
#[must_use]
pub fn roll(record: &RollView) -> String {
    let shooter = record.shooter.as_str();
    let mut parts = vec![fell(record.roll, record.dice, record.before, shooter)];
    parts.extend(happened(record));
    parts.extend(record.decisions.iter().map(text::decision));
    parts.extend(net_of(&record.decisions, record.net));
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

/// Returns what a roll meant for the table, where its call has not said so already.
#[must_use]
pub fn happened(record: &RollView) -> Option<String> {
    match (record.seven_out, &record.next_shooter) {
        (true, next) => next.as_ref().map(|next| format!("dice to {next}")),
        (false, _) => Some(text::happened(record)),
    }
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

/// Returns what a roll won or lost me, `None` if it did neither with any bet.
#[must_use]
pub fn net_of(decisions: &[Decision], sum: i64) -> Option<String> {
    let decided = decisions.iter().any(|one| one.net != 0);
    decided.then(|| net(sum))
}

/// Returns a gain or a loss.
#[must_use]
pub fn net(net: i64) -> String {
    let size = text::grouped(net.unsigned_abs());
    match net {
        1.. => format!("you win {size}"),
        0 => "you win as much as you lose".to_owned(),
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
    let chars: Vec<char> = words.chars().collect();
    let at = |index: Option<usize>| {
        index
            .and_then(|index| chars.get(index))
            .copied()
            .unwrap_or(' ')
    };
    let mut spoken = String::with_capacity(words.len());
    for (here, c) in chars.iter().copied().enumerate() {
        let before = at(here.checked_sub(1));
        let digit_follows = at(Some(here + 1)).is_ascii_digit();
        let around = (
            at(here.checked_sub(2)),
            before,
            at(Some(here + 1)),
            at(Some(here + 2)),
        );
        match c {
            // A price, but not a time of day.
            ':' if before.is_ascii_digit() && digit_follows && !words.contains("UTC") => {
                spoken.push_str(" to ");
            }
            '%' => spoken.push_str(" percent"),
            '#' if digit_follows => spoken.push_str("roll "),
            '+' if digit_follows => spoken.push_str("plus "),
            '-' if digit_follows && !before.is_alphanumeric() => spoken.push_str("minus "),
            '-' if is_pair_of_dice(around) => spoken.push_str(" and "),
            '-' if digit_follows && before.is_ascii_digit() => spoken.push_str(" to "),
            '\u{201c}' | '\u{201d}' | '"' | '`' | '*' | '_' | '~' | '|' => spoken.push(' '),
            '\u{2019}' => spoken.push('\''),
            c => spoken.push(c),
        }
    }
    spoken
}

/// Whether the hyphen between the second and the third of four signs is that of two dice: `3-3`, but no
/// range as in `(2-6)`, no price as in `3-4-5x`, and no larger number.
fn is_pair_of_dice((first, a, b, last): (char, char, char, char)) -> bool {
    let is_face = |c: char| ('1'..='6').contains(&c);
    let goes_on = |c: char| c.is_alphanumeric() || "-:.,(".contains(c);
    // A sentence or a list may go on after a pair.
    let ends = !goes_on(last) || ".,:".contains(last);
    is_face(a) && is_face(b) && !goes_on(first) && ends
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
            ("You get +24.", "You get plus 24."),
            ("net -1,200", "net minus 1,200"),
            ("odds 3-4-5x", "odds 3 to 4 to 5x"),
            ("wins: 3-3. loses: 7.", "wins: 3 and 3. loses: 7."),
            ("Hop 2-4 pays 15:1", "Hop 2 and 4 pays 15 to 1"),
            ("2-7 loses, 8-15 rolls", "2 to 7 loses, 8 to 15 rolls"),
            ("Small (2-6)", "Small (2 to 6)"),
            ("a [bracket that stays", "a [bracket that stays"),
        ] {
            assert_eq!(spoken(drawn), told);
        }
    }
}
