//! The log screen: which lines are shown.

use crate::config::LogLevel;
use crate::tui::message::Effect;
use crate::tui::note::Note;
use crate::tui::overlay::Overlay;
use crate::tui::text;

use super::Context;

/// Shows one level more; after all of them, only errors again.
pub(crate) fn log_level(cx: &mut Context<'_>) {
    let levels = [
        LogLevel::Error,
        LogLevel::Warn,
        LogLevel::Info,
        LogLevel::Debug,
        LogLevel::Trace,
    ];
    let filter = &mut cx.model.log_filter;
    let here = levels.iter().position(|level| *level == filter.level);
    let next = here.map_or(0, |here| (here + 1) % levels.len());
    filter.level = levels.get(next).copied().unwrap_or(LogLevel::Info);
    cx.model.rows.log_up = 0;
    cx.draw();
}

pub(crate) fn log_search(cx: &mut Context<'_>) {
    cx.open(Overlay::LogSearch);
}

/// Copies the lines that level and search let through to the clipboard.
pub(crate) fn copy_log(cx: &mut Context<'_>) {
    let words = text::log_text(cx.model.log_lines());
    cx.say(Note::Copied(words.chars().count()));
    cx.effect(Effect::Copy(words));
}
