//! What a model looks like: pure, so that the same model gives the same cells.
//!
//! [`view`] draws any model at any size. What is legal, what it pays and what the next roll does is
//! asked of [`crate::craps::Table`]; the screen holds no rule. Each pane is drawn into its own area
//! and chooses its level of detail by it.

mod all_bets;
mod bets;
mod bots;
mod counts;
mod dialogs;
mod dice;
pub(super) mod explain;
mod families;
mod felt;
mod first_run;
mod header;
mod health;
pub(super) mod help;
mod history;
mod layout;
mod line_box;
mod lobby;
mod log;
mod new_table;
mod next_line;
mod next_roll;
mod offers;
mod palette;
mod players;
pub(super) mod proof;
mod roll_details;
mod rows;
mod rules;
mod slip;
mod slip_rows;
mod spot;
mod too_small;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub use felt::{FeltShown, felt_shown};
pub use layout::{Part, parts};

use super::caps::Caps;
use super::hits::{HitMap, Target};
use super::model::{Model, Pane, SMALLEST};
use super::overlay::Overlay;
use super::theme::Theme;
use super::widget::Paint;

/// Draws a model into an area of a buffer, and returns what a click in each part of it means.
pub fn view(model: &Model, caps: &Caps, area: Rect, buf: &mut Buffer) -> HitMap {
    let mut hits = HitMap::default();
    draw(
        model,
        &mut Paint::new(buf, area, Theme::of(caps), &mut hits),
    );
    hits
}

fn draw(model: &Model, paint: &mut Paint<'_>) {
    paint.clear();
    if paint.width() < SMALLEST.0 || paint.height() < SMALLEST.1 {
        too_small::draw(model, paint);
        return;
    }
    match model.overlays.first() {
        Some(Overlay::FirstRun(page)) => first_run::draw(model, page, paint),
        Some(Overlay::Unlock(page)) => dialogs::unlock(model, page, paint),
        Some(Overlay::Failed(page)) => dialogs::failed(model, *page, paint),
        Some(
            Overlay::Help(_)
            | Overlay::Palette(_)
            | Overlay::GoBox
            | Overlay::NumberBox(_)
            | Overlay::Quit(_)
            | Overlay::Confirm(_)
            | Overlay::PickBot(_)
            | Overlay::SendAway(_)
            | Overlay::Explain(_)
            | Overlay::Roll(_)
            | Overlay::Proof(_)
            | Overlay::AllBets(_)
            | Overlay::Amount(_)
            | Overlay::Rules(_)
            | Overlay::NewTable(_)
            | Overlay::EmergencyStop(_)
            | Overlay::LogSearch,
        )
        | None => screen(model, paint),
    }
    for overlay in &model.overlays {
        over(model, overlay, paint);
    }
    // Last, so that a sentence of two rows stands whole before a dialog as tall as the screen.
    rows::event(model, paint);
    rows::hints(model, paint);
}

fn screen(model: &Model, paint: &mut Paint<'_>) {
    header::draw(model, paint);
    let body = layout::body(paint.whole());
    for (part, area) in parts(model, body) {
        if let Some(pane) = part.pane() {
            paint.hit(area, Target::Pane(pane));
        }
        draw_part(model, part, &mut paint.part(area));
    }
}

fn draw_part(model: &Model, part: Part, paint: &mut Paint<'_>) {
    match part {
        Part::Lobby => lobby::list(model, paint),
        Part::Details => lobby::details(model, paint),
        Part::Felt => felt::draw(model, paint),
        Part::Line => line_box::draw(model, paint),
        Part::Slip => slip::draw(model, paint),
        Part::Strip => slip::strip(model, paint),
        Part::BetSlip => bets::slip(model, paint),
        Part::Offers => offers::draw(model, paint),
        Part::Limits => bets::limits(model, paint),
        Part::Dice => dice::draw(model, paint),
        Part::Players => players::draw(model, paint),
        Part::Summary => health::summary(model, paint),
        Part::Services => health::services(model, paint),
        Part::Lifecycle => health::lifecycle(model, paint),
        Part::Rolls => history::rolls(model, paint),
        Part::Counts => counts::draw(model, paint),
        Part::Log => log::draw(model, paint),
    }
}

fn over(model: &Model, overlay: &Overlay, paint: &mut Paint<'_>) {
    match overlay {
        Overlay::Help(help) => help::draw(model, help, paint),
        Overlay::Palette(dialog) => palette::draw(model, dialog, paint),
        Overlay::GoBox => dialogs::go_box(model, paint),
        Overlay::NumberBox(wanted) => dialogs::number_box(model, *wanted, paint),
        Overlay::Quit(choice) => dialogs::quit(model, *choice, paint),
        Overlay::Confirm(question) => dialogs::confirm(model, question, paint),
        Overlay::PickBot(index) => bots::pick(model, *index, paint),
        Overlay::SendAway(seat) => bots::send_away(model, *seat, paint),
        Overlay::Explain(dialog) => explain::draw(model, *dialog, paint),
        Overlay::Roll(dialog) => roll_details::draw(model, *dialog, paint),
        Overlay::Proof(dialog) => proof::draw(model, *dialog, paint),
        Overlay::AllBets(dialog) => all_bets::draw(model, dialog, paint),
        Overlay::Amount(dialog) => dialogs::amount(model, dialog, paint),
        Overlay::Rules(dialog) => rules::draw(model, dialog, paint),
        Overlay::NewTable(dialog) => new_table::draw(model, dialog, paint),
        Overlay::EmergencyStop(field) => dialogs::emergency_stop(model, field, paint),
        // Whole pages and the log's own search line are drawn with the screen.
        Overlay::FirstRun(_) | Overlay::Unlock(_) | Overlay::Failed(_) | Overlay::LogSearch => {}
    }
}

/// Whether a pane has the arrows: no dialog is open over it.
fn has_focus(model: &Model, pane: Pane) -> bool {
    model.overlays.is_empty() && model.pane == pane
}

/// Returns the first row to show so that row `chosen` of `count` is among `room` rows.
fn first_row(chosen: usize, count: usize, room: usize) -> usize {
    let last_first = count.saturating_sub(room);
    chosen.saturating_sub(room / 2).min(last_first)
}
