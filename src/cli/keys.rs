//! `bitcraps keys`: the table of actions, as it is.

use serde_json::json;

use super::output::{Output, Stop};
use crate::error::{Error, Kind};
use crate::tui::action::{ACTIONS, ActionInfo, Place};
use crate::tui::keymap;

/// Prints every action with its keys; with `check`, only whether two of them clash.
pub(super) fn run(check: bool, output: &mut Output) -> Result<(), Stop> {
    if check {
        return match keymap::check() {
            Ok(()) => output.either(&json!({ "ok": true }), "no two actions share a key\n"),
            Err(clash) => Err(Error::new(
                Kind::Refused,
                clash.to_string(),
                "report this: the keys are part of the program",
            )
            .into()),
        };
    }
    ACTIONS.iter().try_for_each(|info| row(info, output))
}

fn row(info: &ActionInfo, output: &mut Output) -> Result<(), Stop> {
    let keys: Vec<String> = info.keys.iter().map(ToString::to_string).collect();
    let places: Vec<&str> = info.places.iter().map(|place| word(*place)).collect();
    let text = format!(
        "{:16} {:24} {:28} {}\n",
        keys.join(" "),
        info.name,
        info.text,
        places.join(", ")
    );
    output.either(
        &json!({ "action": info.name, "text": info.text, "keys": keys, "places": places }),
        &text,
    )
}

const fn word(place: Place) -> &'static str {
    match place {
        Place::Always => "always",
        Place::Anywhere => "every screen",
        Place::Lobby => "lobby",
        Place::Table => "table",
        Place::Bets => "bets",
        Place::Health => "health",
        Place::History => "history",
        Place::Log => "log",
        Place::GoBox => "go to",
        Place::NumberBox => "number",
        Place::Choice => "choices",
        Place::Stopped => "stopped",
        Place::Form => "forms",
        Place::Rules => "rules",
        Place::Proof => "proof",
        Place::Search => "search",
        Place::BetSearch => "search of bets",
        Place::BetList => "list of bets",
    }
}
