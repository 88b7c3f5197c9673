//! The palette's list: every action by words and name, what can be done now first.

use super::action::{ACTIONS, Action, ActionInfo, Place, live_places};
use super::model::Model;
use super::overlay::{Overlay, PaletteDialog};
use super::why::Why;

/// One action of the list.
#[derive(Clone, Debug)]
pub struct PaletteRow {
    /// The action.
    pub info: &'static ActionInfo,
    /// Whether it can be done now, and why not.
    pub when: Result<(), Why>,
}

/// Returns the actions whose words, name or keys hold every word of `search`, those that can be done
/// now first, and among them those that the hint line would show first, else in the order of the table. The palette itself is not among them.
#[must_use]
pub fn rows(model: &Model, search: &str) -> Vec<PaletteRow> {
    let search = search.to_lowercase();
    let words: Vec<&str> = search.split_whitespace().collect();
    let below = below(model);
    let found = |info: &&ActionInfo| {
        info.action != Action::Palette && words.iter().all(|word| matches(info, model, word))
    };
    let mut rows: Vec<PaletteRow> = ACTIONS
        .iter()
        .filter(found)
        .map(|info| PaletteRow {
            info,
            when: when(info, &below),
        })
        .collect();
    rows.sort_by_key(|row| (row.when.is_err(), u8::MAX - row.info.hint));
    rows
}

/// Returns the row in focus: the chosen one, or the first.
#[must_use]
pub fn chosen<'r>(rows: &'r [PaletteRow], dialog: &PaletteDialog) -> Option<&'r PaletteRow> {
    let chosen = rows
        .iter()
        .find(|row| Some(row.info.action) == dialog.chosen);
    chosen.or_else(|| rows.first())
}

/// What palette or help lies over: whether an action makes sense is asked of that.
#[must_use]
pub fn below(model: &Model) -> Model {
    let mut below = model.clone();
    if let Some(Overlay::Palette(_) | Overlay::Help(_)) = below.overlay() {
        below.overlays.pop();
    }
    below
}

fn matches(info: &ActionInfo, model: &Model, word: &str) -> bool {
    let is_key = |key: &super::input::Chord| key.to_string().to_lowercase() == word;
    info.text.to_lowercase().contains(word)
        || info.name.contains(word)
        || model.keymap.of(info.action).iter().any(is_key)
}

/// Whether an action can be done from the palette: it belongs to the screen, or goes to one.
fn when(info: &'static ActionInfo, below: &Model) -> Result<(), Why> {
    let live = live_places(below);
    let is_here = |place: &Place| live.contains(place) || *place == Place::GoBox;
    if !info.places.iter().any(is_here) {
        return Err(Why::Elsewhere(info.places));
    }
    (info.when)(below)
}
