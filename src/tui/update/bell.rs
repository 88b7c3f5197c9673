//! The bell, for who plays and looks elsewhere. Off unless the settings ask for it.

use crate::gaming::{RollView, TableView};
use crate::tui::limits::BELL_SECONDS;
use crate::tui::message::Effect;

use super::Context;

/// Rings if nobody looks, once for all that a message brings.
fn ring(cx: &mut Context<'_>) {
    if cx.model.may_ring() && !cx.effects.contains(&Effect::Bell) {
        cx.effect(Effect::Bell);
    }
}

/// The dice have come to me.
pub(super) fn my_dice(cx: &mut Context<'_>, before: &TableView, now: &TableView) {
    let are_mine = |table: &TableView| table.my_seat().is_some_and(|seat| seat.shooter);
    if are_mine(now) && !are_mine(before) {
        ring(cx);
    }
}

/// A roll has decided a bet of mine.
pub(super) fn decided(cx: &mut Context<'_>, record: &RollView) {
    if !record.decisions.is_empty() {
        ring(cx);
    }
}

/// The last seconds begin, and a bet that waits would miss the roll.
pub(super) fn last_seconds(cx: &mut Context<'_>, before: Option<u64>) {
    let now = cx.model.countdown.shown();
    let begin = before.is_some_and(|before| before > BELL_SECONDS)
        && now.is_some_and(|now| now <= BELL_SECONDS);
    if begin && cx.model.has_unsent_bets() {
        ring(cx);
    }
}
