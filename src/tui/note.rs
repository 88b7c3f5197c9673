//! What the event row says: data, worded by `text`.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::craps::{BetKey, TableRules};
use crate::gaming::{GameEvent, Intent, IntentId, RollView};
use crate::ledger::Chips;
use crate::shown::Shown;

use super::action::Action;
use super::caps::{ColourDepth, Motion};
use super::hits::MouseOwner;
use super::limits::SAID_MAX;
use super::model::{Medium, Screen};
use super::slip::Change;
use super::why::Why;

/// A bet that `Enter` would make instead of a refused one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The bet.
    pub bet: BetKey,
    /// The chips to add, the nearest legal number.
    pub amount: Chips,
}

/// What a refusal is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// A key of the table of actions.
    Action(Action),
    /// Chips on a bet.
    Bet {
        /// The bet.
        bet: BetKey,
        /// The chips to add.
        amount: Chips,
    },
    /// Something that was sent.
    Intent(Intent),
    /// A key without an action, or an answer in a dialog.
    Input,
}

/// How a note is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It happened.
    Plain,
    /// It won chips.
    Win,
    /// It cost chips.
    Loss,
    /// It was refused.
    Refused,
    /// Something is amiss.
    Warning,
}

/// One sentence of the event row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A question was answered by no.
    NotDone,
    /// Later starts open in this medium.
    StartsIn(Medium),
    /// The dice fell.
    Rolled(Arc<RollView>),
    /// Something else happened at the table.
    Happened(GameEvent),
    /// Something did not happen.
    Refused {
        /// What was tried.
        tried: Tried,
        /// Why not.
        why: Why,
        /// What `Enter` would do instead.
        offer: Option<Offer>,
    },
    /// The table has other rules.
    NewRules {
        /// Those before.
        before: Box<TableRules>,
        /// Those that hold now.
        now: Box<TableRules>,
    },
    /// An intent took effect.
    Confirmed {
        /// Its number.
        id: IntentId,
        /// What it was.
        intent: Intent,
        /// What it changed, bet by bet.
        changes: Vec<Change>,
    },
    /// No answer in time: it was sent again under its number.
    AskingAgain {
        /// Its number.
        id: IntentId,
        /// What it is.
        intent: Intent,
    },
    /// So many characters were copied.
    Copied(usize),
    /// The unit is now this.
    Unit(Chips),
    /// A waiting bet was thrown away.
    Dropped(BetKey),
    /// So many refused bets were thrown away.
    Dismissed(usize),
    /// The bets of the earlier slip that don't stand were sent again, as far as they are legal.
    Repeated {
        /// What was sent, with the chips added.
        sent: Vec<(BetKey, Chips)>,
        /// What is not legal now.
        left_out: Vec<BetKey>,
        /// What there were no chips for.
        too_dear: Vec<BetKey>,
        /// Whether all of them are decided.
        decided: bool,
    },
    /// Movement is now this.
    Motion(Motion),
    /// Colours are now this.
    Colours(ColourDepth),
    /// The picture of health stands still, or moves again.
    Frozen(bool),
    /// A second Ctrl-C quits.
    PressAgainToQuit,
    /// The mouse is heard, or left to the terminal.
    Mouse(MouseOwner),
    /// The seat is being left before quitting.
    Leaving,
    /// A service is being restarted.
    Restarting(String),
    /// What the application answered.
    Words(Shown),
    /// The player is back at a table.
    BackAgain {
        /// Rolls that were settled since.
        settled: u64,
        /// How many of them, the newest, the history still has.
        told: u64,
        /// What my bets won less what they lost in those.
        net: i64,
        /// Bets that were not sent then and wait in the slip.
        unsent: usize,
        /// Bets that were on their way then, are on no block, and wait in the slip.
        undecided: usize,
        /// Bets that the table had not taken then, and that wait in the slip.
        not_taken: usize,
    },
    /// What a start has to say before anything else.
    AtStart(Shown),
}

impl Note {
    /// Returns how it is meant.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self {
            Self::Rolled(record) => match record.net {
                1.. => Tone::Win,
                0 => Tone::Plain,
                ..0 => Tone::Loss,
            },
            Self::BackAgain { net: 1.., .. } => Tone::Win,
            Self::BackAgain { net: ..0, .. } => Tone::Loss,
            Self::Refused { .. } => Tone::Refused,
            Self::AskingAgain { .. } | Self::AtStart(_) => Tone::Warning,
            Self::Happened(event) if concerns_the_club(event) => Tone::Warning,
            Self::Happened(_)
            | Self::NewRules { .. }
            | Self::Confirmed { .. }
            | Self::Copied(_)
            | Self::Unit(_)
            | Self::Dropped(_)
            | Self::Dismissed(_)
            | Self::Repeated { .. }
            | Self::Motion(_)
            | Self::Colours(_)
            | Self::Frozen(_)
            | Self::PressAgainToQuit
            | Self::Mouse(_)
            | Self::StartsIn(_)
            | Self::NotDone
            | Self::Leaving
            | Self::Restarting(_)
            | Self::BackAgain { net: 0, .. }
            | Self::Words(_) => Tone::Plain,
        }
    }

    /// Whether it is about the table, and not about the screen it was said on.
    #[must_use]
    pub const fn is_of_the_table(&self) -> bool {
        match self {
            Self::Rolled(_)
            | Self::Happened(_)
            | Self::NewRules { .. }
            | Self::Confirmed { .. }
            | Self::AskingAgain { .. }
            | Self::BackAgain { .. }
            | Self::Repeated { .. } => true,
            Self::Refused { .. }
            | Self::Copied(_)
            | Self::Unit(_)
            | Self::Dropped(_)
            | Self::Dismissed(_)
            | Self::Motion(_)
            | Self::Colours(_)
            | Self::Frozen(_)
            | Self::PressAgainToQuit
            | Self::Mouse(_)
            | Self::StartsIn(_)
            | Self::NotDone
            | Self::Leaving
            | Self::Restarting(_)
            | Self::AtStart(_)
            | Self::Words(_) => false,
        }
    }

    /// Whether it stays until the next key. What happened while the player was away does, since news
    /// of the table follow at once.
    #[must_use]
    pub fn stays(&self) -> bool {
        matches!(self.tone(), Tone::Refused | Tone::Warning)
            || matches!(self, Self::BackAgain { .. })
    }
}

/// Whether an event is about whom the club can rely on: a player may have to act on it, and the next
/// roll must not wipe it away.
const fn concerns_the_club(event: &GameEvent) -> bool {
    match event {
        GameEvent::LeftOut { .. }
        | GameEvent::Abandoned { .. }
        | GameEvent::ChangeOpen(_)
        | GameEvent::KeepersChanged { .. }
        | GameEvent::Accused { .. } => true,
        GameEvent::Rolled(_)
        | GameEvent::Seated { .. }
        | GameEvent::Stood { .. }
        | GameEvent::DicePassed { .. }
        | GameEvent::RulesChanged => false,
    }
}

/// The row above the hints: the last thing that happened. A refusal, a warning or what happened while the
/// player was away stays there until
/// the next key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRow {
    newest: Option<Note>,
    beside: Option<Note>,
    staying: Option<Note>,
    /// The newest of all that was said, oldest first, whether or not a row has shown it.
    said: VecDeque<Note>,
    /// How much was said in all.
    count: u64,
}

impl EventRow {
    /// Returns what to show.
    #[must_use]
    pub fn shown(&self) -> Option<&Note> {
        self.staying.as_ref().or(self.newest.as_ref())
    }

    /// Returns news that came right after the roll that is shown, to be told beside it.
    #[must_use]
    pub const fn beside(&self) -> Option<&Note> {
        match self.staying {
            Some(_) => None,
            None => self.beside.as_ref(),
        }
    }

    /// Says something new. What happens right after a roll, such as the dice passing on, stands beside
    /// the roll's sentence and never hides it.
    pub fn say(&mut self, note: Note) {
        self.keep(note.clone());
        if note.stays() {
            self.staying = Some(note);
        } else if matches!(
            (&self.newest, &note),
            (Some(Note::Rolled(_)), Note::Happened(_))
        ) {
            self.beside = Some(note);
        } else {
            self.newest = Some(note);
            self.beside = None;
        }
    }

    fn keep(&mut self, note: Note) {
        if self.said.len() >= SAID_MAX {
            self.said.pop_front();
        }
        self.said.push_back(note);
        self.count = self.count.saturating_add(1);
    }

    /// Returns how much was said in all.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Returns what was said after the first `count`, oldest first, as far as it is kept.
    pub fn since(&self, count: u64) -> impl Iterator<Item = &Note> {
        let new = usize::try_from(self.count.saturating_sub(count)).unwrap_or(usize::MAX);
        self.said.iter().skip(self.said.len().saturating_sub(new))
    }

    /// Another screen is in front: what was said on the one before is over, but for news of the table
    /// on another screen about it.
    pub fn go_to(&mut self, screen: Screen) {
        let about_it = matches!(screen, Screen::Table | Screen::Bets);
        self.newest = self
            .newest
            .take()
            .filter(|note| about_it && note.is_of_the_table());
        self.beside = self.beside.take().filter(|_| self.newest.is_some());
    }

    /// All that a repeat sent is decided; `false` if something else has been said since.
    pub fn repeat_decided(&mut self) -> bool {
        match &mut self.newest {
            Some(Note::Repeated { decided, .. }) => *decided = true,
            Some(_) | None => return false,
        }
        if let Some(note) = self.newest.clone() {
            self.keep(note);
        }
        true
    }

    /// A key was pressed: what stayed has been read, and so has a roll with newer news beside it.
    pub fn key_pressed(&mut self) {
        if self.staying.take().is_none() && self.beside.is_some() {
            self.newest = self.beside.take();
        }
    }
}
