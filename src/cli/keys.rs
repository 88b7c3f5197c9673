//! `bitcraps keys`: the table of actions with the keys that the player has.

use std::path::Path;

use serde_json::json;

use super::arguments::Global;
use super::context::layers;
use super::output::{Output, Stop};
use crate::config::Environment;
use crate::error::{Error, Explain as _, Kind};
use crate::tui::action::{ACTIONS, ActionInfo, Place};
use crate::tui::keymap::Keymap;
use crate::tui::keymap::file::{KEYS_FILE_NAME, KeysError};

/// Prints every action with its keys; with `check`, only what is wrong with them.
pub(super) fn run(
    global: &Global,
    environment: Environment,
    check: bool,
    output: &mut Output,
) -> Result<(), Stop> {
    let file = layers(global, environment).beside(KEYS_FILE_NAME);
    let loaded = Keymap::load(file.as_deref());
    if check {
        return checked(file.as_deref(), loaded, output);
    }
    let keymap = loaded?;
    ACTIONS
        .iter()
        .try_for_each(|info| row(info, &keymap, output))
}

fn checked(
    file: Option<&Path>,
    loaded: Result<Keymap, KeysError>,
    output: &mut Output,
) -> Result<(), Stop> {
    let file = file.filter(|path| path.exists());
    let file = file.map(|path| path.display().to_string());
    let mistakes = match &loaded {
        Ok(_) => Vec::new(),
        Err(error) => error.mistakes.iter().map(ToString::to_string).collect(),
    };
    if output.is_json() {
        output.object(&json!({ "ok": loaded.is_ok(), "file": file, "errors": mistakes }))?;
    }
    match loaded {
        Ok(_) if output.is_json() => Ok(()),
        Ok(_) => {
            let file = file.unwrap_or_else(|| "no file, the keys of the program".to_owned());
            output.text(&format!("no key means two things in one place ({file})\n"))
        }
        // The answer of a check: the settings of this run may be right for all that.
        Err(error) => {
            let hint = error.hint();
            Err(Error::new(Kind::Refused, error.to_string(), hint).into())
        }
    }
}

fn row(info: &ActionInfo, keymap: &Keymap, output: &mut Output) -> Result<(), Stop> {
    let keys: Vec<String> = keymap
        .of(info.action)
        .iter()
        .map(ToString::to_string)
        .collect();
    let places: Vec<&str> = info.places.iter().copied().map(Place::word).collect();
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
