//! What comes from the runtime: views replace the ones before, and may open or close a dialog.

use std::sync::Arc;

use crate::coordination::ServiceHealthReport;
use crate::gaming::{ClubView, GameEvent, RollView, StartView, TableView};
use crate::logs::LogView;
use crate::state::lifecycle::LifecycleView;

use crate::tui::dice_show::DiceShow;
use crate::tui::field::TextField;
use crate::tui::kept::{self, Left};
use crate::tui::model::{Pane, Screen};
use crate::tui::note::Note;
use crate::tui::overlay::{
    FailedChoice, FailedDialog, Failure, FirstRunDialog, Overlay, PASSPHRASE_MAX, UnlockDialog,
};
use crate::tui::slip::{Laid, Slip, Waiting};
use crate::tui::why::Why;

use super::{Context, bell, bets, dialogs, forms, tables};

pub(super) fn lifecycle(cx: &mut Context<'_>, view: Arc<LifecycleView>) {
    let news = view.sequence != cx.model.lifecycle.sequence
        || view.emergency != cx.model.lifecycle.emergency;
    let emergency = view.emergency.is_some();
    cx.model.lifecycle = view;
    if !news {
        return;
    }
    cx.draw();
    if emergency {
        failed(cx, Failure::Emergency);
    } else {
        dialogs::close(cx, |overlay| is_failure(overlay, Failure::Emergency));
    }
    sit_if_wanted(cx);
}

fn is_failure(overlay: &Overlay, failure: Failure) -> bool {
    matches!(overlay, Overlay::Failed(dialog) if dialog.failure == failure)
}

/// Opens the page that says what stopped; every other dialog is about something that is over.
fn failed(cx: &mut Context<'_>, failure: Failure) {
    if cx
        .model
        .overlays
        .iter()
        .any(|overlay| is_failure(overlay, failure))
    {
        return;
    }
    cx.model.overlays.clear();
    if let Some(Laid { bet, amount, .. }) = cx.model.slip.laid.take() {
        cx.model.slip.wait(Waiting {
            bet,
            amount,
            why: Why::Kept {
                rule: None,
                left: Left::Unsent,
            },
            offer: Some(amount),
        });
    }
    dialogs::open_by_itself(
        cx,
        Overlay::Failed(FailedDialog {
            failure,
            choice: FailedChoice::default(),
        }),
    );
}

pub(super) fn health(cx: &mut Context<'_>, view: Arc<ServiceHealthReport>) {
    let news = view.is_news_after(&cx.model.health);
    cx.model.health = view;
    if news && cx.model.shows_health() {
        cx.draw();
    }
}

pub(super) fn start(cx: &mut Context<'_>, view: StartView) {
    if cx.model.start == view {
        return;
    }
    cx.model.start = view;
    cx.draw();
    match cx.model.start.clone() {
        StartView::Idle | StartView::Starting { .. } | StartView::Ready => {
            dialogs::close(cx, |overlay| {
                matches!(overlay, Overlay::FirstRun(_) | Overlay::Unlock(_))
                    || is_failure(overlay, Failure::Start)
            });
        }
        StartView::Mining { .. } | StartView::NameNeeded => first_run(cx),
        StartView::PassphraseNeeded { refused, .. } => unlock(cx, refused > 0),
        StartView::Failed { .. } => failed(cx, Failure::Start),
    }
    forms::begin_if_ready(cx);
}

fn first_run(cx: &mut Context<'_>) {
    let open = cx
        .model
        .overlays
        .iter()
        .any(|overlay| matches!(overlay, Overlay::FirstRun(_)));
    if !open {
        let dialog = if cx.model.has_name {
            FirstRunDialog::without_questions()
        } else {
            FirstRunDialog::new(&cx.model.drawn_name)
        };
        dialogs::open_by_itself(cx, Overlay::FirstRun(Box::new(dialog)));
    }
}

fn unlock(cx: &mut Context<'_>, wrong: bool) {
    for overlay in &mut cx.model.overlays {
        if let Overlay::Unlock(dialog) = overlay {
            dialog.wrong = wrong;
            dialog.trying = false;
            return;
        }
    }
    let dialog = UnlockDialog {
        passphrase: TextField::hidden(PASSPHRASE_MAX),
        wrong,
        trying: false,
    };
    dialogs::open_by_itself(cx, Overlay::Unlock(dialog));
}

pub(super) fn club(cx: &mut Context<'_>, view: Option<Arc<ClubView>>) {
    if cx.model.club != view {
        cx.model.club = view;
        cx.draw();
    }
    sit_if_wanted(cx);
}

/// Sits down at the first table there is, once, if that was asked for before there was one.
fn sit_if_wanted(cx: &mut Context<'_>) {
    let ready = cx.model.wants_seat && cx.model.lifecycle.state.takes_commands();
    let table = tables::practice_table(cx.model).filter(|_| ready).cloned();
    if let Some(table) = table {
        cx.model.wants_seat = false;
        tables::sit_at(cx, &table);
    }
}

/// Goes to the seat that was left with the program: a hand goes on where it was.
fn back_to_the_seat(cx: &mut Context<'_>) {
    let has_seat = cx
        .model
        .table
        .as_ref()
        .is_some_and(|table| table.me.is_some());
    if has_seat && cx.model.screen == Screen::Lobby {
        cx.model.screen = Screen::Table;
        cx.model.pane = Pane::Felt;
    }
}

pub(super) fn table(cx: &mut Context<'_>, view: Option<Arc<TableView>>) {
    if cx.model.table == view {
        return;
    }
    cx.draw();
    let before = std::mem::replace(&mut cx.model.table, view);
    let closes = cx.model.table.as_ref().and_then(|table| table.closes);
    cx.model.countdown.until(closes, cx.now);
    let (Some(before), Some(now)) = (before, cx.model.table.clone()) else {
        cx.model.slip = Slip::default();
        cx.model.dice = settled(cx.model.table.as_deref());
        back_to_the_seat(cx);
        returned(cx);
        return;
    };
    if before.game != now.game {
        cx.model.slip = Slip::default();
        cx.model.dice = settled(Some(&now));
        returned(cx);
        return;
    }
    bell::my_dice(cx, &before, &now);
    if before.table.rules() != now.table.rules() {
        cx.say(Note::NewRules {
            before: Box::new(before.table.rules().clone()),
            now: Box::new(now.table.rules().clone()),
        });
    }
    if before.roll != now.roll {
        let stood: Vec<_> = before.me.map_or_else(Vec::new, |seat| {
            let bets = before.table.bets(seat);
            bets.map(|(bet, placed)| (bet, placed.stake)).collect()
        });
        if !stood.is_empty() {
            cx.model.slip.last = stood;
        }
        cx.model.slip.done.clear();
        cx.model.slip.undone.clear();
        cx.model.slip.roll_over();
    }
    bets::check_kept(cx.model);
    if let Some(record) = now.history.first() {
        rolled(cx, record);
    }
}

/// The player is back at a table: what was not sent or not taken waits in the slip, the last slip can be
/// repeated, and what was settled since is told first.
fn returned(cx: &mut Context<'_>) {
    let Some(table) = cx.model.table.clone() else {
        return;
    };
    let Some(left) = cx.model.kept.table(table.game).cloned() else {
        return;
    };
    let open = if left.is_of_this_run {
        let waiting = left.bets.iter().filter(|bet| bet.left != Left::OnItsWay);
        waiting.copied().collect()
    } else {
        kept::open_bets(&left, &table.placed)
    };
    for bet in &open {
        cx.model.slip.wait(Waiting {
            bet: bet.bet,
            amount: bet.chips,
            why: Why::Kept {
                rule: None,
                left: bet.left,
            },
            offer: Some(bet.chips),
        });
    }
    cx.model.slip.last = left.repeats(&table);
    bets::check_kept(cx.model);
    let newer = || table.history.iter().filter(|one| one.roll > left.seen);
    let settled = kept::newest(&table).saturating_sub(left.seen);
    if settled == 0 && open.is_empty() {
        return;
    }
    let count = |how: Left| open.iter().filter(|bet| bet.left == how).count();
    cx.say(Note::BackAgain {
        settled,
        told: u64::try_from(newer().count()).unwrap_or(u64::MAX),
        net: newer().map(|one| one.net).fold(0, i64::saturating_add),
        unsent: count(Left::Unsent),
        undecided: count(Left::OnItsWay),
        not_taken: count(Left::NotTaken),
    });
}

fn settled(table: Option<&TableView>) -> DiceShow {
    let newest = table.and_then(|table| table.history.first());
    newest.map_or(DiceShow::Empty, |record| {
        DiceShow::Settled(Arc::clone(record))
    })
}

/// Shows a roll, once, whichever of view and event brings it first.
fn rolled(cx: &mut Context<'_>, record: &Arc<RollView>) {
    let shown = cx.model.dice.record().map_or(0, |shown| shown.roll);
    if record.roll > shown {
        cx.model.dice = DiceShow::start(Arc::clone(record), cx.model.caps.motion, cx.now);
        cx.say(Note::Rolled(Arc::clone(record)));
        bell::decided(cx, record);
    }
}

pub(super) fn event(cx: &mut Context<'_>, event: GameEvent) {
    match event {
        GameEvent::Rolled(record) => rolled(cx, &record),
        // The view has the rules, and so which of them are new.
        GameEvent::RulesChanged => {}
        GameEvent::Seated { .. }
        | GameEvent::Stood { .. }
        | GameEvent::DicePassed { .. }
        | GameEvent::LeftOut { .. }
        | GameEvent::Abandoned { .. }
        | GameEvent::ChangeOpen(_)
        | GameEvent::KeepersChanged { .. }
        | GameEvent::Accused { .. } => cx.say(Note::Happened(event)),
    }
}

pub(super) fn log(cx: &mut Context<'_>, view: Arc<LogView>) {
    cx.model.log = view;
    if cx.model.shows_log() {
        cx.draw();
    }
}
