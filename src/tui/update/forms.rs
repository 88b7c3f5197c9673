//! Dialogs with fields: what is typed, chosen and sent off.

use crate::config::{Color, ScreenSettings};
use crate::gaming::StartView;
use crate::identity::limits::PASSPHRASE_BYTES_MAX;
use crate::identity::{Passphrase, PassphraseError};

use crate::tui::caps::Caps;
use crate::tui::felt::Direction;
use crate::tui::field::TextField;
use crate::tui::input::{Chord, Key};
use crate::tui::link::AppCommand;
use crate::tui::message::Effect;
use crate::tui::model::{Medium, Model};
use crate::tui::overlay::{
    FirstRunDialog, FirstRunField, FirstRunStage, Overlay, STOP_WORD, UnlockDialog,
};
use crate::tui::table_dialog::TableField;
use crate::tui::why::Why;

use super::{Context, dialogs, moves, new_table, rules};

/// Returns the text field that takes printable keys now.
fn field(model: &mut Model) -> Option<&mut TextField> {
    match model.overlays.last_mut()? {
        Overlay::Help(dialog) => Some(&mut dialog.search),
        Overlay::Palette(dialog) => Some(&mut dialog.search),
        Overlay::AllBets(dialog) if dialog.listing => None,
        Overlay::AllBets(dialog) => Some(&mut dialog.search),
        Overlay::LogSearch => Some(&mut model.log_filter.search),
        Overlay::EmergencyStop(word) => Some(word),
        Overlay::Unlock(dialog) => Some(&mut dialog.passphrase),
        Overlay::Amount(dialog) => Some(&mut dialog.amount),
        Overlay::Rules(dialog) => dialog.field_in_focus(),
        Overlay::NewTable(dialog) => Some(dialog.field_in_focus()),
        // What was chosen stands until `Esc` goes back to it.
        Overlay::FirstRun(dialog) if dialog.stage != FirstRunStage::Choosing => None,
        Overlay::FirstRun(dialog) => match dialog.field {
            FirstRunField::Name => Some(&mut dialog.name),
            FirstRunField::Passphrase => Some(&mut dialog.passphrase),
            FirstRunField::Again => Some(&mut dialog.again),
            FirstRunField::Colours
            | FirstRunField::Symbols
            | FirstRunField::Motion
            | FirstRunField::ScreenReader
            | FirstRunField::Lock
            | FirstRunField::Play
            | FirstRunField::Cancel => None,
        },
        Overlay::GoBox
        | Overlay::NumberBox(_)
        | Overlay::Quit(_)
        | Overlay::Confirm(_)
        | Overlay::PickBot(_)
        | Overlay::SendAway(_)
        | Overlay::Explain(_)
        | Overlay::Roll(_)
        | Overlay::Proof(_)
        | Overlay::Failed(_) => None,
    }
}

/// Whether the field in focus takes digits alone.
fn takes_digits(model: &Model) -> bool {
    match model.overlay() {
        Some(Overlay::Rules(_) | Overlay::Amount(_)) => true,
        Some(Overlay::NewTable(dialog)) => dialog.field != TableField::Name,
        Some(_) | None => false,
    }
}

/// Whether the field in focus is the name of a first start.
fn in_the_name(model: &Model) -> bool {
    matches!(model.overlay(), Some(Overlay::FirstRun(page)) if page.field == FirstRunField::Name)
}

/// Gives a key to the text field in focus; `false` if there is none or it has no use for the key.
pub(super) fn typed(cx: &mut Context<'_>, chord: Chord) -> bool {
    let digits = takes_digits(cx.model);
    let names = in_the_name(cx.model);
    let Some(field) = field(cx.model) else {
        return false;
    };
    let refused = match (chord.typed(), chord.key) {
        (None, Key::Char('u')) if field.is_empty() => Some(Why::FieldEmpty),
        (None, Key::Char('u')) => {
            field.clear();
            None
        }
        (Some('?'), _) if names => Some(Why::NoQuestionMark),
        // It stands where it was typed, so that -5 and 5.5 are no bets of 5 and 55.
        (Some(c), _) if digits && !c.is_ascii_digit() && field.push(c) => Some(Why::NotANumber),
        (Some(c), _) if !field.push(c) => Some(Why::FieldFull {
            limit: field.limit(),
        }),
        (None, Key::Backspace) if !field.pop() => Some(Why::FieldEmpty),
        (Some(_), _) | (None, Key::Backspace) => None,
        (None, _) => return false,
    };
    match refused {
        Some(Why::NotANumber) => {
            search_changed(cx);
            cx.refuse_input(Why::NotANumber);
        }
        Some(why) => cx.refuse_input(why),
        None => search_changed(cx),
    }
    true
}

/// Pastes into the text field in focus.
pub(super) fn paste(cx: &mut Context<'_>, text: &str) {
    let digits = takes_digits(cx.model);
    match field(cx.model) {
        None => cx.refuse_input(Why::NoField),
        Some(_) if digits && !text.chars().all(|c| c.is_ascii_digit()) => {
            cx.refuse_input(Why::NotANumber);
        }
        Some(field) => {
            let limit = field.limit();
            if field.paste(text) {
                search_changed(cx);
            } else {
                cx.refuse_input(Why::FieldFull { limit });
            }
        }
    }
}

/// Another search starts at the top of its list.
fn search_changed(cx: &mut Context<'_>) {
    match cx.model.overlays.last_mut() {
        Some(Overlay::Help(dialog)) => dialog.scroll = 0,
        Some(Overlay::Palette(dialog)) => dialog.chosen = None,
        Some(Overlay::AllBets(dialog)) => dialog.chosen = None,
        Some(Overlay::LogSearch) => cx.model.rows.log_up = 0,
        Some(Overlay::Unlock(dialog)) => dialog.wrong = false,
        Some(Overlay::Amount(dialog)) => dialog.offer = None,
        Some(_) | None => {}
    }
    cx.draw();
}

pub(crate) fn next_field(cx: &mut Context<'_>) {
    if !go(cx, true, 1) {
        cx.refuse_input(Why::EndOfList);
    }
}

pub(crate) fn previous_field(cx: &mut Context<'_>) {
    if !go(cx, false, 1) {
        cx.refuse_input(Why::EndOfList);
    }
}

/// Goes `by` fields on or back; `false` at the end.
pub(super) fn go(cx: &mut Context<'_>, forward: bool, by: usize) -> bool {
    cx.draw();
    match cx.model.overlays.last_mut() {
        Some(Overlay::Rules(dialog)) => rules::go(dialog, forward, by),
        Some(Overlay::NewTable(dialog)) => new_table::go(dialog, forward),
        Some(Overlay::FirstRun(dialog)) => {
            let mut chosen = Some(dialog.field);
            let moved = moves::step(&dialog.fields(), &mut chosen, forward, 1);
            dialog.field = chosen.unwrap_or_default();
            moved
        }
        Some(Overlay::AllBets(dialog)) => {
            dialog.listing = !dialog.listing;
            true
        }
        Some(Overlay::Quit(_) | Overlay::Confirm(_) | Overlay::Failed(_)) => {
            dialogs::turn_answer(cx, forward)
        }
        Some(_) | None => false,
    }
}

/// Changes the field in focus to its next or previous value.
pub(super) fn choose(cx: &mut Context<'_>, direction: Direction) {
    let forward = matches!(direction, Direction::Right | Direction::Down);
    match cx.model.overlays.last_mut() {
        Some(Overlay::Rules(dialog)) => {
            if dialog.step(forward) {
                cx.draw();
            } else {
                cx.refuse_input(Why::TypeTheNumber);
            }
        }
        Some(Overlay::FirstRun(dialog)) => {
            let field = dialog.field;
            if field == FirstRunField::Lock {
                dialog.lock = !dialog.lock;
                dialog.passphrase.clear();
                dialog.again.clear();
            }
            choose_setting(cx, field, forward);
        }
        Some(_) | None => cx.refuse_input(Why::NotHere),
    }
}

fn choose_setting(cx: &mut Context<'_>, field: FirstRunField, forward: bool) {
    let mut settings = cx.model.settings.clone();
    match field {
        FirstRunField::Colours => {
            let colours = [Color::Auto, Color::Sixteen, Color::None];
            settings.color = cycle(&colours, settings.color, forward);
        }
        FirstRunField::Symbols => settings.ascii = !settings.ascii,
        FirstRunField::Motion => settings.reduced_motion = !settings.reduced_motion,
        FirstRunField::ScreenReader => settings.line_mode = !settings.line_mode,
        FirstRunField::Lock => {}
        FirstRunField::Play | FirstRunField::Cancel => return submit(cx),
        FirstRunField::Name | FirstRunField::Passphrase | FirstRunField::Again => {
            return cx.refuse_input(Why::NotHere);
        }
    }
    set(cx, settings);
}

/// Takes settings, and decides again what is drawn with.
pub(super) fn set(cx: &mut Context<'_>, settings: ScreenSettings) {
    cx.model.caps = Caps::of(&cx.model.surroundings, &settings);
    cx.model.settings = settings;
    cx.draw();
}

/// Returns the next or previous of all values, round the end.
pub(super) fn cycle<T: Copy + PartialEq>(all: &[T], now: T, forward: bool) -> T {
    let here = all.iter().position(|one| *one == now).unwrap_or(0);
    let by = if forward {
        1
    } else {
        all.len().saturating_sub(1)
    };
    all.get((here + by) % all.len()).copied().unwrap_or(now)
}

/// `Enter` in a form.
pub(super) fn submit(cx: &mut Context<'_>) {
    match cx.model.overlays.last().cloned() {
        Some(Overlay::Amount(dialog)) => super::amounts::submit_amount(cx, &dialog),
        Some(Overlay::Rules(dialog)) => rules::submit(cx, &dialog),
        Some(Overlay::NewTable(dialog)) => new_table::submit(cx, &dialog),
        Some(Overlay::EmergencyStop(word)) => {
            if word.text().trim() == STOP_WORD {
                cx.model.overlays.pop();
                cx.effect(Effect::App(AppCommand::EmergencyStop {
                    reason: "asked for at the screen".to_owned(),
                }));
                cx.draw();
            } else {
                cx.refuse_input(Why::TypeTheWord(STOP_WORD));
            }
        }
        Some(Overlay::Unlock(dialog)) => submit_unlock(cx, &dialog),
        Some(Overlay::FirstRun(dialog)) => submit_first_run(cx, &dialog),
        Some(_) | None => cx.refuse_input(Why::NotHere),
    }
}

fn submit_unlock(cx: &mut Context<'_>, dialog: &UnlockDialog) {
    match Passphrase::new(dialog.passphrase.text()) {
        Err(error) => cx.refuse_input(why_not_taken(&error)),
        Ok(_) if dialog.trying => cx.refuse_input(Why::OnItsWay),
        Ok(passphrase) => {
            if let Some(Overlay::Unlock(open)) = cx.model.overlays.last_mut() {
                open.passphrase.clear();
                open.wrong = false;
                open.trying = true;
            }
            cx.effect(Effect::App(AppCommand::Unlock(passphrase)));
            cx.draw();
        }
    }
}

fn why_not_taken(error: &PassphraseError) -> Why {
    match error {
        PassphraseError::Empty => Why::PassphraseEmpty,
        // No file is read here.
        PassphraseError::TooLong | PassphraseError::Unreadable { .. } => Why::PassphraseTooLong {
            bytes_max: PASSPHRASE_BYTES_MAX,
        },
    }
}

/// The lock that was asked for, none if none was.
///
/// # Errors
/// Why it can't be made: an identity without the lock that was asked for must never be.
fn lock_of(dialog: &FirstRunDialog) -> Result<Option<Passphrase>, Why> {
    if !dialog.lock {
        return Ok(None);
    }
    let passphrase = Passphrase::new(dialog.passphrase.text());
    passphrase.map(Some).map_err(|error| why_not_taken(&error))
}

fn submit_first_run(cx: &mut Context<'_>, dialog: &FirstRunDialog) {
    if dialog.field == FirstRunField::Cancel {
        cx.effect(Effect::App(AppCommand::CancelMining));
        cx.effect(Effect::Quit);
        return;
    }
    let refused = if dialog.stage != FirstRunStage::Choosing {
        Some((dialog.field, Why::OnItsWay))
    } else if dialog.name.text().trim().is_empty() {
        Some((FirstRunField::Name, Why::NameEmpty))
    } else if let Err(why) = lock_of(dialog) {
        Some((FirstRunField::Passphrase, why))
    } else if dialog.lock && dialog.passphrase != dialog.again {
        Some((FirstRunField::Again, Why::PassphrasesDiffer))
    } else {
        None
    };
    if let Some((field, why)) = refused {
        if let Some(Overlay::FirstRun(open)) = cx.model.overlays.last_mut() {
            open.field = field;
        }
        return cx.refuse_input(why);
    }
    if let Some(Overlay::FirstRun(open)) = cx.model.overlays.last_mut() {
        open.stage = FirstRunStage::Waiting;
    }
    cx.draw();
    begin_if_ready(cx);
    if cx.model.settings.line_mode && cx.model.medium == Medium::Screen {
        cx.effect(Effect::GoToLines);
    }
}

/// Sends name and lock off once the player has chosen and the identity is there.
pub(super) fn begin_if_ready(cx: &mut Context<'_>) {
    if cx.model.start != StartView::NameNeeded {
        return;
    }
    let Some(dialog) = cx.model.overlays.iter_mut().find_map(|overlay| {
        if let Overlay::FirstRun(dialog) = overlay {
            (dialog.stage == FirstRunStage::Waiting).then_some(dialog)
        } else {
            None
        }
    }) else {
        return;
    };
    let passphrase = match lock_of(dialog) {
        Ok(passphrase) => passphrase,
        Err(why) => {
            dialog.stage = FirstRunStage::Choosing;
            return cx.refuse_input(why);
        }
    };
    dialog.stage = FirstRunStage::Begun;
    let name = dialog.name.text().trim().to_owned();
    dialog.passphrase.clear();
    dialog.again.clear();
    cx.model.wants_seat = true;
    let settings = cx.model.settings.clone();
    cx.effect(Effect::App(AppCommand::Save(settings)));
    cx.effect(Effect::App(AppCommand::Begin { name, passphrase }));
    cx.draw();
}

/// `Esc` on the first page: back to choosing while the identity is still being made.
pub(super) fn back_in_first_run(cx: &mut Context<'_>) {
    match cx.model.overlays.last_mut() {
        Some(Overlay::FirstRun(dialog))
            if dialog.asks && dialog.stage == FirstRunStage::Waiting =>
        {
            dialog.stage = FirstRunStage::Choosing;
            cx.draw();
        }
        Some(_) | None => cx.refuse_input(Why::NothingToClose),
    }
}
