//! What is new, in lines: the view of line mode.

use crate::gaming::StartView;
use crate::state::lifecycle::ApplicationState;
use crate::tui::model::Model;
use crate::tui::note::{Note, Tried};
use crate::tui::overlay::{Failure, FirstRunField, FirstRunStage, Overlay};
use crate::tui::text;

use super::start::Start;
use super::words::{self, spoken};

/// How far a model has been told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineCursor {
    notes: u64,
    question: Option<String>,
    mining: bool,
    start: Start,
    state: Option<ApplicationState>,
}

impl LineCursor {
    /// Returns the cursor of a player who has seen everything so far on the screen.
    #[must_use]
    pub fn after_the_screen(model: &Model) -> Self {
        Self {
            notes: model.event_row.count(),
            ..Self::default()
        }
    }
}

/// Returns what is new since `from`, a line for each event, and how far that tells. Pure: the same
/// arguments give the same lines.
#[must_use]
pub fn lines(model: &Model, from: &LineCursor) -> (Vec<String>, LineCursor) {
    let mut to = from.clone();
    let mut lines = Vec::new();
    if let StartView::Mining { expected, .. } = model.start
        && !from.mining
    {
        to.mining = true;
        let keys = text::grouped(expected);
        lines.push(format!(
            "your identity is being made: about {keys} keys are tried."
        ));
    }
    lines.extend(state(model, &mut to));
    let notes = model.event_row.since(from.notes);
    let news: Vec<Note> = notes.filter_map(|note| to.start.news(note)).collect();
    let greeting = to.start.greeting(model);
    let held = if greeting.is_empty() {
        Vec::new()
    } else {
        to.start.held()
    };
    lines.extend(greeting);
    let notes = held.iter().chain(&news);
    lines.extend(notes.filter_map(|note| words::note(note, model)));
    to.notes = model.event_row.count();
    let question = question(model);
    let unfit = |note: &Note| matches!(note, Note::Refused { tried, .. } if *tried == Tried::Input);
    let is_asked_again = model.event_row.since(from.notes).any(unfit);
    if question != from.question || is_asked_again {
        lines.extend(question.clone());
        to.question = question;
    }
    (lines, to)
}

/// A change of the lifecycle that a player should know, once the program has started.
fn state(model: &Model, to: &mut LineCursor) -> Option<String> {
    let now = model.lifecycle.state;
    let before = to.state.replace(now);
    let is_news = before.is_some_and(|before| before != now) && to.start.has_greeted();
    let words = format!("the node is {}: {}.", now.name(), model.lifecycle.reason);
    is_news.then(|| spoken(&words))
}

/// Returns what the dialog in front asks, with its answers; `None` if nothing is asked.
#[must_use]
pub fn question(model: &Model) -> Option<String> {
    let words = match model.overlay()? {
        Overlay::FirstRun(page) if page.stage != FirstRunStage::Choosing => return None,
        Overlay::FirstRun(page) => match page.field {
            FirstRunField::Name => format!(
                "this is the first start. your name at the tables? an empty line takes {}.",
                page.name.text()
            ),
            FirstRunField::Passphrase => {
                "the passphrase? it is not shown where a terminal can hide it.".to_owned()
            }
            FirstRunField::Again => "the same passphrase once more?".to_owned(),
            FirstRunField::Lock
            | FirstRunField::Colours
            | FirstRunField::Symbols
            | FirstRunField::Motion
            | FirstRunField::ScreenReader
            | FirstRunField::Play
            | FirstRunField::Cancel => {
                "lock your key with a passphrase? y or n. an empty line is n.".to_owned()
            }
        },
        Overlay::Unlock(dialog) if dialog.trying => return None,
        Overlay::Unlock(dialog) if dialog.wrong => {
            "that passphrase does not open your key. the passphrase?".to_owned()
        }
        Overlay::Unlock(_) => "your key is locked. the passphrase?".to_owned(),
        Overlay::Quit(_) => format!(
            "{}. bets stand while you are away. quit? y, n, or leave to leave the seat first.",
            words::chips(model)
        ),
        Overlay::Confirm(dialog) => {
            let words = text::question(&dialog.question, model);
            format!("{words} {}, y or n?", dialog.question.verb())
        }
        Overlay::EmergencyStop(_) => {
            "this stops everything at once. type stop to do it, n to go back.".to_owned()
        }
        Overlay::Failed(dialog) => match dialog.failure {
            // Paths and commands in it are typed as they are told.
            Failure::Start => return Some(start_failed(model)),
            Failure::Emergency => return Some(emergency(model)),
        },
        Overlay::Help(_)
        | Overlay::GoBox
        | Overlay::NumberBox(_)
        | Overlay::PickBot(_)
        | Overlay::SendAway(_)
        | Overlay::Explain(_)
        | Overlay::Roll(_)
        | Overlay::Proof(_)
        | Overlay::AllBets(_)
        | Overlay::Amount(_)
        | Overlay::Rules(_)
        | Overlay::NewTable(_)
        | Overlay::Palette(_)
        | Overlay::LogSearch => return None,
    };
    Some(spoken(&words))
}

/// What stopped the start, what would work, and what can be answered.
fn start_failed(model: &Model) -> String {
    let (what, hints) = match &model.start {
        StartView::Failed { what, hints } => (what.to_string(), hints.as_slice()),
        StartView::Idle
        | StartView::Mining { .. }
        | StartView::PassphraseNeeded { .. }
        | StartView::NameNeeded
        | StartView::Starting { .. }
        | StartView::Ready => (model.lifecycle.reason.to_string(), &[][..]),
    };
    let sentence = |words: &str| words.trim_end_matches('.').to_owned() + ".";
    let told = sentence(&what);
    let told = std::iter::once(format!("the start failed: {told}"));
    let hints = hints.iter().map(|hint| sentence(hint));
    let hints = hints.map(|hint| format!("what to do: {hint}"));
    let asks = std::iter::once("retry or quit?".to_owned());
    let words: Vec<String> = told.chain(hints).chain(asks).collect();
    without_ticks(&words.join(" "))
}

/// Why all was stopped, and what can be answered.
fn emergency(model: &Model) -> String {
    let reason = match &model.lifecycle.emergency {
        Some(emergency) => &emergency.reason,
        None => &model.lifecycle.reason,
    };
    let reason = crate::shown::Shown::from(reason.as_str());
    without_ticks(&format!(
        "stopped in an emergency: {reason}. a reset starts everything again. reset or quit?"
    ))
}

/// Ticks around a command are for eyes alone.
fn without_ticks(words: &str) -> String {
    words.replace('`', "")
}

/// Whether the answer is one that nobody should see: a passphrase.
#[must_use]
pub fn asks_for_a_secret(model: &Model) -> bool {
    match model.overlay() {
        Some(Overlay::FirstRun(page)) => {
            let secret = [FirstRunField::Passphrase, FirstRunField::Again];
            page.stage == FirstRunStage::Choosing && secret.contains(&page.field)
        }
        Some(Overlay::Unlock(_)) => true,
        Some(_) | None => false,
    }
}
