//! The first start: a few choices with good defaults while the identity is being made.

use super::dialogs::{button, field};
use super::rows;
use crate::config::Color;
use crate::gaming::StartView;
use crate::tui::action::Action;
use crate::tui::hits::{Answer, Target};
use crate::tui::line;
use crate::tui::model::Model;
use crate::tui::overlay::{FirstRunDialog, FirstRunField, FirstRunStage};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::chart::progress;
use crate::tui::widget::frame::centred;
use crate::tui::widget::{Frame, Line, Paint};

/// Columns of the words before a choice.
const LABEL: usize = 19;

/// Draws the page.
pub(super) fn draw(model: &Model, page: &FirstRunDialog, paint: &mut Paint<'_>) {
    paint.put(1, 0, "BitCraps", Role::Title);
    paint.put(11, 0, "first run", Role::Text);
    paint.line_right(0, &Line::new().dim("nothing leaves this machine"));
    let tall = paint.height() >= 22;
    let mut whole = paint.whole();
    whole.y += 1;
    whole.height = whole.height.saturating_sub(3);
    let lines = u16::try_from(page.fields().len()).unwrap_or(u16::MAX) + 7 + 3 * u16::from(tall);
    let area = centred(whole, 70, lines);
    let keys: &[(Action, &str)] = match page.stage {
        FirstRunStage::Choosing => &[
            (Action::NextField, "next field"),
            (Action::Choose, "choose"),
        ],
        FirstRunStage::Waiting | FirstRunStage::Begun => &[],
    };
    let footer = rows::keys(model, keys);
    let mut inside = Frame::dialog("Welcome").footer(footer).draw(paint, area);
    let mut row = u16::from(tall);
    for wanted in page.fields() {
        if matches!(wanted, FirstRunField::Play | FirstRunField::Cancel) {
            continue;
        }
        inside.hit_row(row, Target::Answer(Answer::FirstRun(wanted)));
        inside.line(row, choice(model, page, wanted));
        row += 1;
    }
    row += u16::from(tall);
    // A window of 16 rows has room for what can be chosen; what explains it is left out first.
    let mut spare = inside.height().saturating_sub(row + 3);
    let (shown, about) = sample(model, &inside);
    inside.line(row, shown);
    row += 1;
    if spare > 0 {
        inside.line(row, Line::new().dim(about));
        row += 1;
        spare -= 1;
    }
    row += u16::from(tall);
    row = making(model, &mut inside, row, spare > 0);
    buttons(model, page, &mut inside, row);
}

/// How it will look or sound, and what to make of that.
fn sample(model: &Model, paint: &Paint<'_>) -> (Line, &'static str) {
    let label = Line::new().text(format!("{:LABEL$}", "Sample"));
    if model.settings.line_mode {
        return (
            label.text(line::words::sample()),
            "Play goes on in lines; bitcraps --screen draws it again.",
        );
    }
    let pips = paint.glyphs();
    let shown = label
        .with(Role::Dice, format!("{} {} ", pips.pip, pips.bars.concat()))
        .with(Role::Win, " win +24 ")
        .with(Role::Loss, " loss -10 ")
        .with(Role::PuckOn, "ON")
        .text(" ")
        .with(Role::PuckOff, "OFF");
    (shown, "If the sample looks broken, choose ascii.")
}

fn choice(model: &Model, page: &FirstRunDialog, wanted: FirstRunField) -> Line {
    let focused = page.field == wanted;
    let label = |words: &str| {
        let mark = if focused { ">" } else { " " };
        let role = if focused { Role::Title } else { Role::Text };
        Line::new().with(role, format!("{mark}{words:<width$}", width = LABEL - 1))
    };
    let options = |words: &str, options: &[(&str, bool)]| {
        let mut line = label(words);
        for (name, chosen) in options {
            let mark = if *chosen { "(x)" } else { "( )" };
            let role = if focused && *chosen {
                Role::Focus
            } else {
                Role::Text
            };
            line = line.with(role, format!("{mark} {name}")).text("  ");
        }
        line
    };
    let settings = &model.settings;
    match wanted {
        FirstRunField::Name => {
            let line = label("Name others see").then(field(&page.name, 20, focused));
            if focused && page.name.is_selected() {
                line.dim(" type to change it")
            } else {
                line
            }
        }
        FirstRunField::Colours => options(
            "Colours",
            &[
                (
                    "auto",
                    matches!(settings.color, Color::Auto | Color::Truecolor),
                ),
                ("16", settings.color == Color::Sixteen),
                ("none", settings.color == Color::None),
            ],
        ),
        FirstRunField::Symbols => options(
            "Symbols",
            &[("unicode", !settings.ascii), ("ascii", settings.ascii)],
        ),
        FirstRunField::Motion => {
            let reduced = settings.reduced_motion;
            options("Motion", &[("normal", !reduced), ("reduced", reduced)])
        }
        FirstRunField::ScreenReader => options(
            "Screen reader",
            &[("line mode: plain text, no redraw", settings.line_mode)],
        ),
        FirstRunField::Lock => options(
            "Lock my key",
            &[("no", !page.lock), ("with a passphrase", page.lock)],
        ),
        FirstRunField::Passphrase => label("Passphrase").then(field(&page.passphrase, 32, focused)),
        FirstRunField::Again => label("Once more").then(field(&page.again, 32, focused)),
        FirstRunField::Play | FirstRunField::Cancel => Line::new(),
    }
}

/// How far the identity has come, and what it is if that is to be `explained`; returns the row after.
fn making(model: &Model, paint: &mut Paint<'_>, row: u16, explained: bool) -> u16 {
    match &model.start {
        StartView::Mining { tried, expected } => {
            let after = paint.put(1, row, "Making your identity  ", Role::Text);
            // Any key may be the one, so the bar is half full at the mean and never says that it is done.
            let whole = tried.saturating_add(*expected);
            progress(paint, (after, row), 14, *tried, whole);
            let words = format!("  {} keys tried", text::grouped(*tried));
            paint.put(after + 14, row, &words, Role::Dim);
        }
        StartView::NameNeeded | StartView::Ready => {
            paint.line(
                row,
                Line::new().with(Role::Healthy, "Your identity is made."),
            );
        }
        StartView::Starting { service } => {
            paint.line(row, Line::new().dim(format!("Starting: {service}")));
        }
        StartView::Failed { what, .. } => {
            paint.line(row, Line::new().with(Role::Critical, what.as_str()));
        }
        StartView::Idle | StartView::PassphraseNeeded { .. } => {
            paint.line(row, Line::new().dim("Your identity is made next."));
        }
    }
    if !explained {
        return row + 1;
    }
    paint.line(
        row + 1,
        Line::new().dim("It stays on this machine and is the only key to your chips."),
    );
    row + 2
}

fn buttons(model: &Model, page: &FirstRunDialog, paint: &mut Paint<'_>, row: u16) {
    let last = paint.height().saturating_sub(1).max(row);
    let answer = |words: &str, field: FirstRunField| {
        button(words, page.field == field).target(Target::Answer(Answer::FirstRun(field)))
    };
    match page.stage {
        FirstRunStage::Choosing => {
            let line = Line::new()
                .text("   ")
                .then(answer("Play now", FirstRunField::Play))
                .text("   ")
                .then(answer("Quit", FirstRunField::Cancel))
                .dim(format!("   {} plays", rows::key(model, Action::Main)));
            paint.line(last, line);
        }
        FirstRunStage::Waiting if page.asks => {
            paint.line(
                last,
                Line::new().text("The table opens when the identity is made."),
            );
        }
        FirstRunStage::Waiting => {
            let line = Line::new()
                .text("Play begins when the identity is made.   ")
                .then(button("Quit", page.field == FirstRunField::Cancel));
            paint.line(last, line);
        }
        FirstRunStage::Begun => paint.line(last, Line::new().text("The table is being opened.")),
    }
}
