//! What is told of a start: always in one order, whatever order the parts of the program report in.
//!
//! Until everything is there that was asked for, news of the table is held back. Then the greeting says how
//! things are, so that seats that were taken on the way there, of which the events may come before or
//! after it, are told once.

use std::collections::BTreeSet;

use crate::gaming::{ClubView, GameEvent, Intent, StartView};
use crate::shown::Shown;
use crate::state::lifecycle::ApplicationState;
use crate::tui::model::Model;
use crate::tui::note::Note;
use crate::tui::text;

use super::{show, words};

/// What a start has held back and told so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    greeted: bool,
    held: Vec<Note>,
    /// Who sat at the table that the greeting told of, as far as no event has told it yet.
    seated: BTreeSet<Shown>,
    shooter: Option<Shown>,
}

impl Start {
    /// Whether the player was told how things are.
    pub(super) const fn has_greeted(&self) -> bool {
        self.greeted
    }

    /// Returns the greeting, once, when everything is there.
    pub(super) fn greeting(&mut self, model: &Model) -> Vec<String> {
        if self.greeted || !is_there(model) || sits_down(model) {
            return Vec::new();
        }
        self.greeted = true;
        let club = model.club.as_deref();
        let club = club.map_or_else(String::new, |club| {
            format!(" club {}. {}.", club.name, words::chips(model))
        });
        let mut lines = vec![format!("bitcraps line mode. type help.{club}")];
        lines.extend(self.table(model));
        lines
    }

    /// The table, who sits there and who shoots.
    fn table(&mut self, model: &Model) -> Option<String> {
        let table = model.table.as_deref()?;
        self.seated = table.seats.iter().map(|seat| seat.name.clone()).collect();
        self.shooter = table.shooter().map(|seat| seat.name.clone());
        let others = table.seats.iter().filter(|seat| !seat.you);
        let others: Vec<Shown> = others.map(|seat| seat.name.clone()).collect();
        let with = match (table.me.is_some(), others.as_slice()) {
            (true, []) => "you sit alone".to_owned(),
            (true, others) => format!("you sit with {}", text::listed_names(others)),
            (false, []) => "nobody sits there, type sit".to_owned(),
            (false, [one]) => format!("{one} sits there, you don't, type sit"),
            (false, others) => {
                let names = text::listed_names(others);
                format!("{names} sit there, you don't, type sit")
            }
        };
        let (name, puck, shooter) = (&table.name, words::puck(table), show::shooter(table));
        let words = format!("table {name}: {with}. {puck}. {shooter}");
        Some(words::spoken(&words))
    }

    /// Takes what is new; returns what can be told now.
    pub(super) fn news(&mut self, note: &Note) -> Option<Note> {
        if self.greeted {
            return (!self.is_told(note)).then(|| note.clone());
        }
        let waits = matches!(
            note,
            Note::Happened(_) | Note::Confirmed { .. } | Note::Rolled(_) | Note::BackAgain { .. }
        );
        if waits {
            self.held.push(note.clone());
            return None;
        }
        Some(note.clone())
    }

    /// Returns what was held back: first what happened while the player was away.
    pub(super) fn held(&mut self) -> Vec<Note> {
        let mut held = std::mem::take(&mut self.held);
        held.retain(|note| !self.is_told(note) && !confirms_a_seat(note));
        held.sort_by_key(|note| !matches!(note, Note::BackAgain { .. }));
        held
    }

    /// Whether the greeting has told it.
    fn is_told(&mut self, note: &Note) -> bool {
        if let Note::Happened(GameEvent::Seated { name, .. }) = note {
            self.seated.remove(name)
        } else if let Note::Happened(GameEvent::DicePassed { to, .. }) = note {
            self.shooter.take().is_some_and(|shooter| shooter == *to)
        } else {
            if let Note::Happened(GameEvent::Stood { name, .. }) = note {
                self.seated.remove(name);
            }
            false
        }
    }
}

/// Whether it says that the player has a seat, which the greeting tells.
fn confirms_a_seat(note: &Note) -> bool {
    matches!(note, Note::Confirmed { intent, .. } if matches!(intent, Intent::Sit { .. }))
}

/// Whether the club is there, with everything that was asked for at the start.
pub(super) fn is_there(model: &Model) -> bool {
    let starts = matches!(
        model.lifecycle.state,
        ApplicationState::Uninitialized
            | ApplicationState::Initializing
            | ApplicationState::ServicesStarting
    );
    let has_seat = |club: &ClubView| club.tables.iter().any(|table| table.seated);
    let shows_seat = model.table.as_ref().is_some_and(|table| table.me.is_some());
    let club = model.club.as_deref();
    !starts
        && model.start == StartView::Ready
        && club.is_some_and(|club| shows_seat || !has_seat(club))
        && !model.wants_seat
}

/// Whether the wish for a seat has no answer yet, and one is to be expected.
fn sits_down(model: &Model) -> bool {
    let mut pending = model.pending.values();
    pending.any(|one| matches!(one.intent, Intent::Sit { .. }) && one.asked_again == 0)
}
