//! Whether a keymap is one that can be played with.

use super::Keymap;
use crate::tui::action::{ACTIONS, Action, ActionInfo, Place};
use crate::tui::input::{Chord, Key};

/// Two actions that one key would start in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyClash {
    /// The key.
    pub chord: Chord,
    /// One action.
    pub first: Action,
    /// The other.
    pub second: Action,
    /// Where both would be live.
    pub place: Place,
}

impl Keymap {
    /// Returns the keys that mean two things at one time, each pair of actions once.
    #[must_use]
    pub fn clashes(&self) -> Vec<KeyClash> {
        let mut clashes = Vec::new();
        for (index, first) in ACTIONS.iter().enumerate() {
            for second in ACTIONS.iter().skip(index + 1) {
                let others = self.of(second.action);
                let shared = self
                    .of(first.action)
                    .iter()
                    .find(|key| others.contains(key));
                if let (Some(chord), Some(place)) = (shared, both_live(first, second)) {
                    clashes.push(KeyClash {
                        chord: *chord,
                        first: first.action,
                        second: second.action,
                        place,
                    });
                }
            }
        }
        clashes
    }
}

/// Returns a place where keys of both actions are live.
fn both_live(first: &ActionInfo, second: &ActionInfo) -> Option<Place> {
    first.places.iter().find_map(|a| {
        let b = second.places.iter().find(|b| live_together(*a, **b))?;
        // The narrower of the two is where it would be noticed.
        let wide = matches!(a, Place::Always | Place::Anywhere);
        Some(if wide { *b } else { *a })
    })
}

/// Whether keys of the two places can be live at the same time.
fn live_together(a: Place, b: Place) -> bool {
    let screen = |place: Place| {
        matches!(
            place,
            Place::Lobby | Place::Table | Place::Bets | Place::Health | Place::History | Place::Log
        )
    };
    a == b
        || a == Place::Always
        || b == Place::Always
        || (a == Place::Anywhere && screen(b))
        || (b == Place::Anywhere && screen(a))
}

/// Returns the first key that a field of text would take for itself although the action has to work
/// beside one, `None` if enough keys are left.
///
/// What works always may have no such key at all, since a field takes every letter. What works by other
/// keys where text is typed keeps one of them.
pub(super) fn lost_in_fields(info: &ActionInfo, keys: &[Chord]) -> Option<Chord> {
    let typed = keys.iter().copied().find(|key| is_typed(*key));
    if info.places.contains(&Place::Always) {
        return typed;
    }
    let beside_text = info.places.iter().any(|place| has_field(*place));
    let is_typed_anyway = info.keys.iter().all(|key| is_typed(*key));
    let keeps_one = keys.iter().any(|key| !is_typed(*key));
    typed.filter(|_| beside_text && !is_typed_anyway && !keeps_one)
}

/// Whether a field of text has a use for the key.
fn is_typed(chord: Chord) -> bool {
    chord.typed().is_some() || chord.key == Key::Backspace || chord == Chord::ctrl('u')
}

/// Whether text can be typed in a place.
const fn has_field(place: Place) -> bool {
    match place {
        Place::Form | Place::Rules | Place::Search | Place::BetSearch => true,
        Place::Always
        | Place::Anywhere
        | Place::Lobby
        | Place::Table
        | Place::Bets
        | Place::Health
        | Place::History
        | Place::Log
        | Place::GoBox
        | Place::NumberBox
        | Place::Choice
        | Place::Stopped
        | Place::Proof
        | Place::BetList => false,
    }
}
