//! From keys to actions, and from actions to the keys and hints that are shown.

use super::action::{ACTIONS, Action, ActionInfo, Place, live_places, screen_place};
use super::input::Chord;
use super::model::Model;
use super::overlay::Overlay;
use super::why::Why;

/// Two actions that one key would start in one place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key {chord} means both {first} and {second}")]
pub struct KeyClash {
    /// The key.
    pub chord: Chord,
    /// The name of one action.
    pub first: &'static str,
    /// The name of the other.
    pub second: &'static str,
}

/// Returns the action that `chord` starts on the screen or dialog in front.
#[must_use]
pub fn action(model: &Model, chord: Chord) -> Option<Action> {
    live_places(model)
        .iter()
        .find_map(|place| in_place(*place, chord))
}

fn in_place(place: Place, chord: Chord) -> Option<Action> {
    ACTIONS
        .iter()
        .find(|info| info.places.contains(&place) && info.keys.contains(&chord))
        .map(|info| info.action)
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

/// Returns the rows of help: the actions of the screen under it, then those that are live
/// everywhere, filtered by what was typed.
#[must_use]
pub fn help_rows(model: &Model) -> Vec<&'static ActionInfo> {
    let search = match model.overlay() {
        Some(Overlay::Help(dialog)) => dialog.search.text().to_lowercase(),
        Some(_) | None => String::new(),
    };
    let stopped = matches!(model.overlays.first(), Some(Overlay::Failed(_)));
    let places = if stopped {
        vec![Place::Stopped, Place::Always]
    } else {
        vec![screen_place(model.screen), Place::Anywhere, Place::Always]
    };
    places
        .iter()
        .flat_map(|place| ACTIONS.iter().filter(|info| info.places.contains(place)))
        .filter(|info| info.text.contains(&search) || info.name.contains(&search))
        .collect()
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
    let mut hints: Vec<Hint> = live(model)
        .filter(|info| info.hint > 0)
        .filter_map(|info| match (info.when)(model) {
            Err(Why::NotHere | Why::NothingToClose | Why::NoHardWay(_)) => None,
            when => Some(Hint {
                info,
                dim: when.is_err(),
            }),
        })
        .collect();
    hints.sort_by_key(|hint| (hint.dim, u8::MAX - hint.info.hint));
    hints
}

/// Checks that no key means two things at one time.
///
/// # Errors
/// [`KeyClash`] with both names.
pub fn check() -> Result<(), KeyClash> {
    check_rows(ACTIONS)
}

fn check_rows(rows: &[ActionInfo]) -> Result<(), KeyClash> {
    for (index, first) in rows.iter().enumerate() {
        for second in rows.iter().skip(index + 1) {
            let together = first
                .places
                .iter()
                .any(|a| second.places.iter().any(|b| live_together(*a, *b)));
            let shared = first.keys.iter().find(|key| second.keys.contains(key));
            if let (true, Some(chord)) = (together, shared) {
                return Err(KeyClash {
                    chord: *chord,
                    first: first.name,
                    second: second.name,
                });
            }
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ACTIONS, Action, KeyClash, check, check_rows};
    use crate::tui::action::ActionInfo;
    use crate::tui::input::Chord;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        assert_eq!(check(), Ok(()));
    }

    const P: &[Chord] = &[Chord::char('p')];

    #[test]
    fn a_clash_is_told_with_both_names() {
        let mut rows: Vec<ActionInfo> = ACTIONS
            .iter()
            .filter(|info| ["bet.pass", "quit"].contains(&info.name))
            .copied()
            .collect();
        for row in &mut rows {
            row.keys = P;
        }
        assert_eq!(
            check_rows(&rows),
            Err(KeyClash {
                chord: Chord::char('p'),
                first: "bet.pass",
                second: "quit",
            })
        );
    }

    #[test]
    fn every_action_has_a_key_a_place_help_and_a_name_of_its_own() {
        let mut names = BTreeSet::new();
        for info in ACTIONS {
            assert!(!info.keys.is_empty(), "{} has no key", info.name);
            assert!(!info.places.is_empty(), "{} is nowhere", info.name);
            assert!(
                (1..=28).contains(&info.text.len()),
                "{}: {}",
                info.name,
                info.text
            );
            assert!(names.insert(info.name), "{} is there twice", info.name);
            assert_eq!(info.action.info().name, info.name);
            assert_eq!(Action::named(info.name), Ok(info.action));
            // `quit = …` and `quit.now = …` can't stand in one file.
            let table = format!("{}.", info.name);
            assert!(
                ACTIONS.iter().all(|other| !other.name.starts_with(&table)),
                "{} is also a table",
                info.name
            );
        }
    }

    #[test]
    fn a_name_of_no_action_is_told_with_the_one_that_is_most_alike() {
        let told = |name: &str| Action::named(name).unwrap_err().to_string();
        assert_eq!(
            told("bet.pas"),
            "no action is called bet.pas, did you mean bet.pass?"
        );
        assert_eq!(
            told("go.heallth"),
            "no action is called go.heallth, did you mean go.health?"
        );
        assert_eq!(told("zzz\u{1b}[2J"), "no action is called zzz[2J");
    }
}
