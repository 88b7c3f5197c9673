//! From keys to actions, and from actions to the keys and hints that are shown.
//!
//! A [`Keymap`] has the keys of the table of actions, changed by the player's file ([`file`](mod@file)). Whatever
//! shows a key or takes one asks it: help, hints, words, `bitcraps keys`.

mod check;
pub mod file;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::action::{ACTIONS, Action, ActionInfo, Place, live_places};
use super::hits::MouseOwner;
use super::input::Chord;
use super::model::Model;
use super::overlay::Overlay;
use super::why::Why;

pub use check::KeyClash;

/// Which keys start which action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    keys: BTreeMap<Action, Vec<Chord>>,
    /// What is said of an action in place of its first key, where words are typed instead of keys.
    words: Option<BTreeMap<Action, String>>,
}

impl Default for Keymap {
    /// The keys of the table of actions.
    fn default() -> Self {
        let rows = ACTIONS.iter().map(|info| (info.action, info.keys.to_vec()));
        Self {
            keys: rows.collect(),
            words: None,
        }
    }
}

impl Keymap {
    /// Returns the keys of an action, the one that is shown first.
    #[must_use]
    pub fn of(&self, action: Action) -> &[Chord] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// Returns the keys of the table of actions, each told by the words that are typed for it; an action
    /// without words is told by nothing.
    #[must_use]
    pub fn in_words(words: BTreeMap<Action, String>) -> Self {
        Self {
            words: Some(words),
            ..Self::default()
        }
    }

    /// Returns the first key of an action as it is written.
    #[must_use]
    pub fn first(&self, action: Action) -> String {
        if let Some(words) = &self.words {
            return words.get(&action).cloned().unwrap_or_default();
        }
        let first = self.of(action).first();
        first.map(ToString::to_string).unwrap_or_default()
    }

    /// Gives an action other keys.
    fn set(&mut self, action: Action, keys: Vec<Chord>) {
        self.keys.insert(action, keys);
    }

    fn in_place(&self, place: Place, chord: Chord) -> Option<Action> {
        ACTIONS
            .iter()
            .filter(|info| info.places.contains(&place))
            .find(|info| self.of(info.action).contains(&chord))
            .map(|info| info.action)
    }
}

/// Returns the action that `chord` starts on the screen or dialog in front.
#[must_use]
pub fn action(model: &Model, chord: Chord) -> Option<Action> {
    live_places(model)
        .iter()
        .find_map(|place| model.keymap.in_place(*place, chord))
}

/// Returns the actions that are live now, those of the screen first.
pub fn live(model: &Model) -> impl Iterator<Item = &'static ActionInfo> {
    let [own, shared, always] = live_places(model);
    let in_order = |place: Place| {
        ACTIONS
            .iter()
            .filter(move |info| info.places.contains(&place))
    };
    in_order(own)
        .chain(in_order(shared).filter(move |_| shared != always))
        .chain(in_order(always))
}

/// A hint of the bottom line.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// The action.
    pub info: &'static ActionInfo,
    /// Whether it would be refused now; such a hint is dimmed.
    pub dim: bool,
}

/// Returns the hints for the screen or dialog in front, most important first. What can be done now
/// comes before what can't; a key that never does anything here has no hint.
#[must_use]
pub fn hints(model: &Model) -> Vec<Hint> {
    let mut hints: Vec<(u8, Hint)> = live(model)
        .filter_map(|info| {
            let weight = weight(info, model);
            if weight == 0 {
                return None;
            }
            let dim = match (info.when)(model) {
                Err(
                    Why::NotHere | Why::NothingToClose | Why::NoHardWay(_) | Why::BeginsByItself,
                ) => return None,
                when => when.is_err(),
            };
            Some((weight, Hint { info, dim }))
        })
        .collect();
    hints.sort_by_key(|(weight, hint)| (hint.dim, u8::MAX - weight));
    hints.into_iter().map(|(_, hint)| hint).collect()
}

/// How much a hint matters now; 0 is not shown.
fn weight(info: &ActionInfo, model: &Model) -> u8 {
    // Who can't click any more has to be told how to again.
    if info.action == Action::Mouse && model.mouse == MouseOwner::Terminal {
        return u8::MAX;
    }
    // There `q` may be a letter of a name.
    if info.action == Action::QuitNow && matches!(model.overlay(), Some(Overlay::FirstRun(_))) {
        return 30;
    }
    info.hint
}
