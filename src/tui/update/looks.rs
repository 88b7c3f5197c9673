//! How the screen looks: motion, colours, a fresh picture.

use crate::config::Color;
use crate::tui::caps::{ColourDepth, Motion};
use crate::tui::link::AppCommand;
use crate::tui::message::Effect;
use crate::tui::note::Note;

use super::{Context, forms};

pub(crate) fn motion(cx: &mut Context<'_>) {
    let mut settings = cx.model.settings.clone();
    settings.reduced_motion = !settings.reduced_motion;
    forms::set(cx, settings.clone());
    cx.effect(Effect::App(AppCommand::Save(settings)));
    let motion = cx.model.caps.motion;
    if motion == Motion::Reduced
        && let Some(record) = cx.model.dice.record().cloned()
    {
        cx.model.dice = crate::tui::dice_show::DiceShow::Settled(record);
    }
    cx.say(Note::Motion(motion));
}

/// The next palette: truecolor, 16 colours, none.
pub(crate) fn theme(cx: &mut Context<'_>) {
    let mut settings = cx.model.settings.clone();
    settings.color = match cx.model.caps.colours {
        ColourDepth::True => Color::Sixteen,
        ColourDepth::Sixteen => Color::None,
        ColourDepth::Mono => Color::Truecolor,
    };
    forms::set(cx, settings.clone());
    cx.effect(Effect::App(AppCommand::Save(settings)));
    cx.say(Note::Colours(cx.model.caps.colours));
}

pub(crate) fn repaint(cx: &mut Context<'_>) {
    cx.effect(Effect::Repaint);
}
