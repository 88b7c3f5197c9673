//! The actions that have no verb, each with its reason: what is of a screen by its nature.

use crate::tui::action::Action;

/// Returns why an action has no verb, `None` if it has one: only what is of a screen by its nature.
#[must_use]
pub fn why_not(action: Action) -> Option<&'static str> {
    let found = SCREEN_ONLY
        .iter()
        .find(|(actions, _)| actions.contains(&action));
    found.map(|(_, why)| *why)
}

/// The actions that only a screen has, with the reason.
pub static SCREEN_ONLY: &[(&[Action], &str)] = &[
    (
        &[
            Action::Up,
            Action::Down,
            Action::Left,
            Action::Right,
            Action::RowUp,
            Action::RowDown,
            Action::PageUp,
            Action::PageDown,
            Action::NextPane,
            Action::PreviousPane,
            Action::NextField,
            Action::PreviousField,
            Action::Choose,
            Action::Go,
        ],
        "there is no focus to move, since words name what they are about",
    ),
    (
        &[Action::Yes],
        "a question is answered by y or n, which are no verbs",
    ),
    (
        &[Action::UnitUp, Action::UnitDown],
        "every amount is typed, so there is no unit",
    ),
    (&[Action::Freeze], "what was told stands still by itself"),
    (
        &[Action::CopyProof, Action::CopyHealth, Action::CopyLog],
        "the clipboard is reached by codes that only a terminal reads, and proof, health and log are told in full",
    ),
    (
        &[
            Action::Motion,
            Action::Theme,
            Action::Mouse,
            Action::Repaint,
        ],
        "nothing moves, is coloured or drawn",
    ),
    (
        &[Action::Suspend, Action::QuitNow],
        "the terminal does it, whose keys are its own here",
    ),
];
