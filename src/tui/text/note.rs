//! What the event row says, and the words of hints.

use super::bet::{name, name_inside};
use super::number::{chips, counted, grouped};
use super::quote::in_units;
use super::refusal::with_key;
use super::roll::rolled;
use super::why::refused;
use crate::craps::{self, BetKey, TableRules};
use crate::gaming::{GameEvent, Intent};
use crate::ledger::Chips;
use crate::shown::Shown;
use crate::tui::action::{Action, ActionInfo};
use crate::tui::caps::{ColourDepth, Motion};
use crate::tui::hits::MouseOwner;
use crate::tui::keymap::Keymap;
use crate::tui::model::{Medium, Model};
use crate::tui::note::Note;
use crate::tui::overlay::{FailedChoice, Failure, FirstRunField, Overlay, QuitChoice};
use crate::tui::slip::{self, Change, Way};
use crate::tui::widget::width;
use crate::words::differing;

/// Returns a note in a sentence or two.
#[must_use]
pub fn note(note: &Note, model: &Model) -> String {
    match note {
        Note::Rolled(record) => rolled(record, model.size.0),
        Note::Happened(event) => happened(event, model.size.0, &model.keymap),
        Note::NewRules { before, now } => new_rules(before, now, room(model)),
        Note::Refused { tried, why, offer } => refused(tried, why, *offer, model).to_string(),
        Note::Confirmed {
            intent: sent,
            changes,
            ..
        } => {
            let done = match slip::actions(sent) {
                [] | [_] => intent(sent, model),
                _ => changed(changes),
            };
            let more = if matches!(sent, Intent::Roll { .. }) {
                waits(model)
            } else {
                fraction(sent, model)
            };
            format!("{}: confirmed.{more}", super::capital(&done))
        }
        Note::AskingAgain { intent: sent, .. } => {
            format!(
                "No answer yet to {}. Asking again under the same number.",
                intent(sent, model)
            )
        }
        Note::Copied(characters) => copied(*characters),
        Note::Unit(unit) => format!("The unit is {} now.", chips(*unit)),
        Note::Dropped(bet) => format!("{} no longer waits in the slip.", name(*bet)),
        Note::Dismissed(bets) => {
            let bets = counted(count(*bets), "refused bet", "refused bets");
            format!("{} dismissed from the slip.", super::capital(&bets))
        }
        Note::Repeated {
            sent,
            left_out,
            too_dear,
            decided,
        } => repeated(sent, (left_out, too_dear), *decided, model.size.0),
        Note::Motion(Motion::Normal) => "The dice tumble.".to_owned(),
        Note::Motion(Motion::Reduced) => "Nothing moves by itself.".to_owned(),
        Note::Colours(depth) => match depth {
            ColourDepth::Mono => "Colours: none.".to_owned(),
            ColourDepth::Sixteen => "Colours: the terminal's sixteen.".to_owned(),
            ColourDepth::True => "Colours: all.".to_owned(),
        },
        Note::Frozen(still) => frozen(*still, model),
        Note::Mouse(owner) => mouse(*owner, model),
        Note::PressAgainToQuit => {
            let key = model.keymap.first(Action::QuitNow);
            format!("{key} again quits at once; your bets stand.")
        }
        Note::Leaving => "Leaving the seat, then quitting.".to_owned(),
        Note::Restarting(service) => restarting(service, &model.health.dependents(service)),
        Note::Words(words) | Note::AtStart(words) => words.to_string(),
        Note::NotDone => "Nothing was done, and play goes on.".to_owned(),
        Note::StartsIn(medium) => starts_in(*medium).to_owned(),
        Note::BackAgain {
            settled,
            told,
            net,
            unsent,
            undecided,
            not_taken,
        } => back_again((*settled, *told, *net), [*undecided, *not_taken, *unsent]),
    }
}

fn copied(characters: usize) -> String {
    let characters = grouped(count(characters));
    format!("{characters} characters went to the terminal's clipboard.")
}

/// Says what later starts open in.
const fn starts_in(medium: Medium) -> &'static str {
    match medium {
        Medium::Lines => {
            "Later starts open in line mode. A setting or an option such as --screen goes before that."
        }
        Medium::Screen => {
            "Later starts draw the whole screen. A setting or an option such as --line goes before that."
        }
    }
}

/// Says whether the picture of health stands still now.
fn frozen(still: bool, model: &Model) -> String {
    if still {
        let key = model.keymap.first(Action::Freeze);
        format!("This picture stands still until you press {key} again.")
    } else {
        "The picture is live again.".to_owned()
    }
}

/// Says who hears the mouse now, and how that is changed.
fn mouse(owner: MouseOwner, model: &Model) -> String {
    let key = model.keymap.first(Action::Mouse);
    match owner {
        MouseOwner::Game => "The mouse is heard again: a click lays chips.".to_owned(),
        MouseOwner::Terminal => {
            format!("The mouse selects text now. {key} lets it lay chips again.")
        }
    }
}

fn won(net: i64) -> String {
    let chips = grouped(net.unsigned_abs());
    match net.cmp(&0) {
        std::cmp::Ordering::Greater => format!("you won {chips}"),
        std::cmp::Ordering::Less => format!("you lost {chips}"),
        std::cmp::Ordering::Equal => "even".to_owned(),
    }
}

/// Says what happened since the player was here, and how many bets still wait: those that were on their
/// way, those that the table did not take, and those that were not sent.
fn back_again((settled, told, net): (u64, u64, i64), bets: [usize; 3]) -> String {
    let rolls = match settled {
        0 => String::new(),
        _ if told < settled => format!(
            "{} since you were here, the newest {}: {}. ",
            counted(settled, "roll", "rolls"),
            grouped(told),
            won(net)
        ),
        _ => format!(
            "{} since you were here: {}. ",
            counted(settled, "roll", "rolls"),
            won(net)
        ),
    };
    let waits = [
        (
            "bet was on its way when you left, and no block took it: it waits in your slip.",
            "bets were on their way when you left, and no block took them: they wait in your slip.",
        ),
        (
            "bet that the table did not take waits in your slip.",
            "bets that the table did not take wait in your slip.",
        ),
        (
            "bet you did not send waits in your slip.",
            "bets you did not send wait in your slip.",
        ),
    ];
    let waits = bets.into_iter().zip(waits).filter(|(bets, _)| *bets > 0);
    let waits = waits.map(|(bets, (one, several))| counted(count(bets), one, several));
    let waits: Vec<String> = waits.collect();
    let words = super::capital(&rolls) + &waits.join(" ");
    words.trim_end().to_owned()
}

/// Says what was made again: bet by bet if it fits a row of so many columns, else how many and what
/// they come to.
fn repeated(
    sent: &[(BetKey, Chips)],
    (not_legal, too_dear): (&[BetKey], &[BetKey]),
    decided: bool,
    columns: u16,
) -> String {
    let named: Vec<String> = sent
        .iter()
        .map(|(bet, amount)| format!("{} {}", name_inside(*bet), chips(*amount)))
        .collect();
    let sum = sent.iter().fold(Chips::ZERO, |sum, (_, amount)| {
        sum.checked_add(*amount).unwrap_or(sum)
    });
    let summed = format!(
        "{} for {}",
        counted(count(sent.len()), "bet", "bets"),
        chips(sum)
    );
    let done = if decided {
        ": confirmed."
    } else {
        ": on the way."
    };
    let not = |in_full: bool| {
        let why = [("Not legal now", not_legal), ("No chips for", too_dear)];
        let words = why.into_iter().filter(|(_, bets)| !bets.is_empty());
        let words = words.map(|(why, bets)| {
            let all: Vec<String> = bets.iter().copied().map(name_inside).collect();
            let bets = counted(count(bets.len()), "bet", "bets");
            format!(" {why}: {}.", if in_full { all.join(", ") } else { bets })
        });
        words.collect::<String>()
    };
    let ways = [
        format!("Again {}{done}{}", named.join(", "), not(true)),
        format!("Again {}{done}{}", named.join(", "), not(false)),
        format!("Again {summed}{done}{}", not(true)),
    ];
    let fits = |words: &String| width(words) + 2 <= columns;
    ways.into_iter()
        .find(fits)
        .unwrap_or_else(|| format!("Again {summed}{done}{}", not(false)))
}

fn count(things: usize) -> u64 {
    u64::try_from(things).unwrap_or(u64::MAX)
}

/// Says what several changes came to: `6 bets down, 90 back`, `3 bets up for 30`.
fn changed(changes: &[Change]) -> String {
    let total = |way: Way| {
        let moved = changes
            .iter()
            .filter(|change| change.way == way && !change.amount.is_zero());
        moved.fold((0, Chips::ZERO), |(bets, sum), change| {
            (bets + 1, sum.checked_add(change.amount).unwrap_or(sum))
        })
    };
    let ((down, back), (up, paid)) = (total(Way::Down), total(Way::Up));
    let mut words = Vec::new();
    if down > 0 {
        let bets = counted(down, "bet", "bets");
        words.push(format!("{bets} down, {} back", chips(back)));
    }
    if up > 0 {
        words.push(format!(
            "{} up for {}",
            counted(up, "bet", "bets"),
            chips(paid)
        ));
    }
    if words.is_empty() {
        return counted(count(changes.len()), "change", "changes");
    }
    words.join(", ")
}

fn restarting(service: &str, others: &[&str]) -> String {
    match others {
        [] => format!("{} is being restarted.", super::capital(service)),
        [one] => format!(
            "{} is being restarted, and {one} with it.",
            super::capital(service)
        ),
        more => format!(
            "{} is being restarted, and with it {}.",
            super::capital(service),
            super::listed(more)
        ),
    }
}

/// Says what the roll that was asked for waits for.
fn waits(model: &Model) -> String {
    let table = model.table.as_deref();
    let words = table.and_then(|table| super::roll_waits(table, &model.keymap));
    words.map_or_else(String::new, |words| format!(" {words}."))
}

/// Says that a bet just made is off, or loses a fraction of each win, and what would not.
fn fraction(made: &Intent, model: &Model) -> String {
    let [craps::Action::Place { bet, .. }] = slip::actions(made) else {
        return String::new();
    };
    let Some((table, seat)) = model.seat() else {
        return String::new();
    };
    let placed = table.table.bet(seat, *bet);
    if placed.is_some_and(|placed| placed.working == craps::WorkingFlag::Off) {
        let on = with_key(
            "It is off by you, and on again by",
            Action::Working,
            &model.keymap,
        );
        return format!(" {on}.");
    }
    let quote = Some(table.table.quote(seat, *bet));
    quote
        .and_then(|quote| in_units(&quote))
        .map_or_else(String::new, |words| format!(" {words}"))
}

/// Columns that a sentence of the event row has; as many as it takes where lines are told.
fn room(model: &Model) -> u16 {
    match model.medium {
        Medium::Screen => model.size.0.saturating_sub(2),
        Medium::Lines => u16::MAX,
    }
}

/// Returns which rules of a table are new, by name and value; those that have no room are counted.
fn new_rules(before: &TableRules, now: &TableRules, room: u16) -> String {
    let all: Vec<String> = differing(now, before)
        .map(|rule| format!("{}, before {}", rule.in_words(now), rule.value(before)))
        .collect();
    let sentence = |shown: usize| {
        let named = all.get(..shown).unwrap_or_default().join("; ");
        let hidden = count(all.len().saturating_sub(shown));
        match (shown, hidden) {
            (_, 0) => format!("New rules: {named}."),
            (0, hidden) => format!("{} changed.", counted(hidden, "rule", "rules")),
            (_, hidden) => format!("New rules: {named}; and {} more.", grouped(hidden)),
        }
    };
    let mut ways = (0..=all.len()).rev().map(sentence);
    ways.find(|words| width(words) <= room).unwrap_or_default()
}

fn happened(event: &GameEvent, columns: u16, keys: &Keymap) -> String {
    match event {
        GameEvent::Rolled(record) => rolled(record, columns),
        GameEvent::Seated { you: true, .. } => "You have a seat.".to_owned(),
        GameEvent::Seated { name, you: false } => format!("{name} sits down."),
        GameEvent::Stood { you: true, .. } => "You have left the table.".to_owned(),
        GameEvent::Stood { name, you: false } => format!("{name} leaves the table."),
        GameEvent::DicePassed { you: true, .. } => "The dice are yours.".to_owned(),
        GameEvent::DicePassed { to, you: false } => format!("{to} has the dice."),
        GameEvent::RulesChanged => "The table has new rules.".to_owned(),
        GameEvent::LeftOut {
            names,
            times,
            rolls,
            stops,
        } => {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            let who = match names.as_slice() {
                [] => "somebody who left".to_owned(),
                names => names.join(" and "),
            };
            let after = if *stops {
                with_key(
                    "; you seal no more here until you go on with",
                    Action::TrustHost,
                    keys,
                )
            } else {
                String::new()
            };
            format!("The host left out {who}, in {times} of {rolls} rolls{after}.")
        }
        GameEvent::Abandoned { roll, withheld } => super::abandoned(*roll, withheld),
        GameEvent::ChangeOpen(change) => super::change(change, keys),
        GameEvent::KeepersChanged { came, left } => super::keepers_changed(came, left),
        GameEvent::Accused {
            name,
            you,
            forfeited,
        } => super::accused(name, *you, *forfeited),
    }
}

/// Returns what an intent asks for, in a few words.
#[must_use]
pub fn intent(intent: &Intent, model: &Model) -> String {
    match intent {
        Intent::Bets { .. } => match slip::actions(intent) {
            [one] => action(one),
            more => in_all(more),
        },
        Intent::Roll { .. } => roll_or_ready(model).to_owned(),
        Intent::PassDice { .. } => "pass the dice".to_owned(),
        Intent::Sit { .. } => "sit down".to_owned(),
        Intent::Stand { .. } => "leave the seat".to_owned(),
        Intent::AddBot { strategy, .. } => format!("seat a bot that plays {}", strategy.name()),
        Intent::RemoveBot { .. } => "send a bot away".to_owned(),
        Intent::ChangeRules { .. } => "new rules".to_owned(),
        Intent::NewChips => "take new chips".to_owned(),
        Intent::KeepClub => "keep the club".to_owned(),
        Intent::ChangeKeepers(_) => "other keepers".to_owned(),
        Intent::TrustHost => "go on with the host".to_owned(),
        Intent::NewVoteKey { .. } => "a new vote key".to_owned(),
        Intent::CreateTable(terms) => format!("open {}", Shown::new(&terms.name, 24)),
    }
}

/// Returns what several actions ask for: `6 bets down`, `3 changes`.
fn in_all(actions: &[craps::Action]) -> String {
    let all = |of: fn(&craps::Action) -> bool| actions.iter().all(of);
    let many = count(actions.len());
    if all(|action| matches!(action, craps::Action::TakeDown { .. })) {
        return format!("{} down", counted(many, "bet", "bets"));
    }
    if all(|action| matches!(action, craps::Action::Place { .. })) {
        return format!("{} up", counted(many, "bet", "bets"));
    }
    counted(many, "change", "changes")
}

fn action(action: &craps::Action) -> String {
    match action {
        craps::Action::Place { bet, amount } => format!("{} {}", name_inside(*bet), chips(*amount)),
        craps::Action::TakeDown { bet } => format!("{} down", name_inside(*bet)),
        craps::Action::Reduce { bet, by } => format!("{} less {}", name_inside(*bet), chips(*by)),
        craps::Action::Working { bet, how } => match how {
            craps::WorkingFlag::Default => format!("{} as usual", name_inside(*bet)),
            craps::WorkingFlag::On => format!("{} on", name_inside(*bet)),
            craps::WorkingFlag::Off => format!("{} off", name_inside(*bet)),
        },
    }
}

/// Hints in fewer words than help has.
const SHORT: [(Action, &str); 13] = [
    (Action::Palette, "more"),
    (Action::Amount, "amount"),
    (Action::TakeDown, "take down"),
    (Action::Working, "on/off"),
    (Action::Explain, "explain"),
    (Action::Repeat, "repeat"),
    (Action::Clear, "clear"),
    (Action::Go, "go to"),
    (Action::NextPane, "pane"),
    (Action::AllBets, "all bets"),
    (Action::RollDetails, "last roll"),
    (Action::Proof, "verify"),
    (Action::Rules, "rules"),
];

/// Returns the words of a hint: as short as the moment allows.
#[must_use]
pub fn hint(info: &ActionInfo, model: &Model) -> String {
    if info.action == Action::Roll {
        return roll_or_ready(model).to_owned();
    }
    if info.action == Action::Mouse {
        return match model.mouse {
            MouseOwner::Game => "select text",
            MouseOwner::Terminal => "mouse is off",
        }
        .to_owned();
    }
    if info.action == Action::Freeze && model.frozen.is_some() {
        return "let it move".to_owned();
    }
    if info.action == Action::UnitUp {
        return format!("unit {}", chips(model.unit));
    }
    if info.action == Action::Main {
        return adding(model).unwrap_or_else(|| main(model).to_owned());
    }
    if let Some(Overlay::NumberBox(what)) = model.overlay()
        && info.name.starts_with("pick.")
    {
        return format!("{} {}", what.word(), info.text);
    }
    if let Some(words) = in_dialog(info.action, model) {
        return words.to_owned();
    }
    let short = SHORT.iter().find(|(action, _)| *action == info.action);
    let words = short.map_or(info.text, |(_, words)| words);
    words.split(',').next().unwrap_or(words).to_owned()
}

/// What a key does in the dialog in front, where that is not what it does elsewhere.
fn in_dialog(action: Action, model: &Model) -> Option<&'static str> {
    Some(match (action, model.overlay()) {
        (Action::NextField, Some(Overlay::AllBets(dialog))) if dialog.listing => "search",
        (Action::NextField, Some(Overlay::AllBets(_))) => "to the list",
        (Action::NextField, Some(Overlay::Quit(_) | Overlay::Confirm(_) | Overlay::Failed(_))) => {
            "next answer"
        }
        (Action::NextField, Some(Overlay::FirstRun(page))) if !page.asks => "to the button",
        (Action::Yes, Some(Overlay::Quit(_))) => "quit now",
        (Action::Yes, Some(Overlay::Confirm(dialog))) => dialog.question.verb(),
        (Action::Back, Some(Overlay::Quit(_))) => "stay",
        (Action::Back, Some(Overlay::Confirm(_) | Overlay::SendAway(_))) => "keep",
        (Action::Back, Some(Overlay::EmergencyStop(_))) => "keep playing",
        (Action::Back, Some(Overlay::FirstRun(_))) => "back to the choices",
        (Action::Back, Some(_)) => "close",
        (Action::Back, None) if crate::tui::when::searched(model) => "end the search",
        (Action::Back, None) if !model.slip.waiting.is_empty() => "dismiss",
        (Action::Back, None) => "back",
        _ => return None,
    })
}

/// What the roll key means to me now: the shooter rolls, others say that they are ready.
fn roll_or_ready(model: &Model) -> &'static str {
    let mine = model.table.as_ref().and_then(|table| table.my_seat());
    if mine.is_some_and(|seat| seat.shooter) {
        "roll"
    } else {
        "ready"
    }
}

/// What `Enter` lays on the bet in focus, where it does.
fn adding(model: &Model) -> Option<String> {
    use crate::tui::model::Screen;
    let bets = match model.overlay() {
        Some(Overlay::AllBets(dialog)) => !dialog.for_amount,
        Some(_) => false,
        None => matches!(model.screen, Screen::Table | Screen::Bets),
    };
    let bet = model.bet_in_focus().filter(|_| bets)?;
    let offer = model.slip.waiting_on(bet).and_then(|waiting| waiting.offer);
    Some(match offer {
        Some(amount) => format!("bet {}", chips(amount)),
        None => format!("add {}", chips(model.press(bet))),
    })
}

/// What `Enter` does now, unless it lays chips.
fn main(model: &Model) -> &'static str {
    use crate::tui::model::Screen;
    match model.overlay() {
        None => {}
        Some(Overlay::Help(_) | Overlay::Explain(_) | Overlay::Roll(_) | Overlay::Proof(_)) => {
            return "close";
        }
        Some(Overlay::Palette(_)) => return "do it",
        Some(Overlay::LogSearch) => return "done",
        Some(Overlay::PickBot(_)) => return "seat it",
        Some(Overlay::SendAway(_)) => return "choose",
        Some(Overlay::AllBets(dialog)) if dialog.for_amount => return "choose",
        Some(Overlay::AllBets(_)) => return "add a unit",
        Some(Overlay::FirstRun(page)) if page.field == FirstRunField::Cancel => return "quit",
        Some(Overlay::FirstRun(_)) => return "play",
        Some(Overlay::Unlock(_)) => return "open",
        Some(Overlay::Amount(dialog)) if dialog.offer.is_some() => return "bet the nearest",
        Some(Overlay::Amount(_)) => return "bet it",
        Some(Overlay::Rules(_)) => return "apply",
        Some(Overlay::NewTable(_)) => return "open it",
        Some(Overlay::EmergencyStop(_)) => return "stop",
        Some(Overlay::Quit(QuitChoice::Stay)) => return "stay",
        Some(Overlay::Quit(QuitChoice::LeaveSeat)) => return "leave the seat and quit",
        Some(Overlay::Quit(QuitChoice::Now)) => return "quit now",
        Some(Overlay::Confirm(dialog)) if dialog.yes => return dialog.question.verb(),
        Some(Overlay::Confirm(_)) => return "keep",
        Some(Overlay::Failed(page)) => {
            return match (page.choice, page.failure) {
                (FailedChoice::Quit, _) => "quit",
                (FailedChoice::Retry, Failure::Start) => "try again",
                (FailedChoice::Retry, Failure::Emergency) => "reset and start",
            };
        }
        Some(Overlay::GoBox | Overlay::NumberBox(_)) => return "",
    }
    match (model.screen, model.pane) {
        (Screen::Lobby, _) if model.chosen_table().is_some_and(|table| table.seated) => {
            "to your seat"
        }
        (Screen::Lobby, _) => "sit down",
        (Screen::Table | Screen::Bets, _) => "add a unit",
        (Screen::History, _) => "details",
        (Screen::Health | Screen::Log, _) => "",
    }
}
