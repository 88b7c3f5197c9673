//! Answers to intents, and asking again when none comes.

use crate::club;
use crate::gaming::{Intent, IntentId, Refusal, Reply};

use crate::craps::{Action, BetKey};
use crate::ledger::Chips;
use crate::tui::legal::{self, Trial};
use crate::tui::limits::ANSWER_WAIT;
use crate::tui::message::Effect;
use crate::tui::note::{Note, Tried};
use crate::tui::slip::{Answer, Cause, Change, Ending, Pending, Step, actions};
use crate::tui::why::Why;

use super::{Context, bets, new_table, rules};

/// Takes the answer to an intent. An answer that nobody waits for any more changes nothing.
pub(super) fn reply(cx: &mut Context<'_>, id: IntentId, reply: Reply) {
    if reply == Reply::Unknown {
        if let Some(pending) = cx.model.pending.get_mut(&id) {
            // A chain that has halted answers so at once, whenever it is asked.
            if pending.asked_again == 0 {
                pending.ask_at = cx.now;
            }
        }
        return ask_again(cx);
    }
    let Some(pending) = cx.model.pending.remove(&id) else {
        return;
    };
    cx.draw();
    if sits_already(&pending.intent, &reply) {
        return;
    }
    let ending = match reply {
        Reply::Decided(height) => {
            confirmed(cx, &pending);
            rules::hold(cx, id);
            new_table::hold(cx, id);
            let is_told = match pending.cause {
                Cause::Repeat => told_with_the_others(cx),
                Cause::Key | Cause::Undo | Cause::Redo | Cause::Quit => {
                    told_by_the_view(cx, &pending.intent)
                }
            };
            if !is_told {
                cx.say(Note::Confirmed {
                    id,
                    intent: pending.intent.clone(),
                    changes: pending.changes.clone(),
                });
            }
            Ending::Confirmed(height)
        }
        Reply::Rejected(refusal) => {
            rules::refused(cx.model, id, &refusal);
            new_table::refused(cx.model, id);
            refused(cx, &pending, &refusal);
            Ending::Refused(Why::Game(refusal))
        }
        // It may stand already: neither is it sent again, nor does it wait to be.
        Reply::Lost => {
            cx.refuse(Tried::Intent(pending.intent.clone()), Why::Lost);
            Ending::Lost
        }
        Reply::Unknown => return,
    };
    if !actions(&pending.intent).is_empty() {
        cx.model.slip.answered(Answer {
            id,
            intent: pending.intent,
            ending,
        });
    }
    if pending.cause == Cause::Quit {
        cx.effect(Effect::Quit);
    }
}

/// Whether a bet of a repeat needs no word of its own: others are still on their way, or the note that
/// names them all now says that they are decided.
fn told_with_the_others(cx: &mut Context<'_>) -> bool {
    let mut pending = cx.model.pending.values();
    pending.any(|one| one.cause == Cause::Repeat) || cx.model.event_row.repeat_decided()
}

/// Whether the view of the table said already what an intent did: which rules are new.
fn told_by_the_view(cx: &Context<'_>, intent: &Intent) -> bool {
    let table = cx.model.table.as_ref();
    let Intent::ChangeRules { game, rules } = intent else {
        return false;
    };
    table.is_some_and(|table| table.game == *game && table.table.rules() == &**rules)
}

/// Whether a wish for a seat came true without it: a new club seats its founder by itself.
fn sits_already(intent: &Intent, reply: &Reply) -> bool {
    matches!(intent, Intent::Sit { .. })
        && matches!(
            reply,
            Reply::Rejected(Refusal::Club(club::Refusal::AlreadySeated { .. }))
        )
}

fn confirmed(cx: &mut Context<'_>, pending: &Pending) {
    let slip = &mut cx.model.slip;
    match pending.cause {
        Cause::Key | Cause::Repeat => {
            if !pending.changes.is_empty() {
                slip.undone.clear();
            }
            slip.did(pending.batch, pending.changes.iter().copied());
        }
        Cause::Undo => slip.undone.push(turned(pending)),
        Cause::Redo => slip.did(pending.batch, pending.changes.iter().copied()),
        Cause::Quit => {}
    }
}

/// Returns the step that undoing what was sent would be.
fn turned(pending: &Pending) -> Step {
    let step = Step {
        batch: pending.batch,
        changes: pending.changes.clone(),
    };
    Step {
        batch: step.batch,
        changes: step.turned().collect(),
    }
}

/// A refused bet waits in the slip with the nearest legal amount, the rest of a step can be sent
/// again; anything else just says why.
fn refused(cx: &mut Context<'_>, pending: &Pending, refusal: &Refusal) {
    let waiting = what_waits(pending, refusal);
    let others = |changes: Vec<Change>| {
        let changes = changes.into_iter();
        let waits = |change: &Change| waiting.iter().any(|(bet, _)| *bet == change.bet);
        changes.filter(|change| !waits(change)).collect::<Vec<_>>()
    };
    let slip = &mut cx.model.slip;
    match pending.cause {
        Cause::Key | Cause::Repeat | Cause::Quit => {}
        Cause::Undo => slip.did(pending.batch, others(turned(pending).changes)),
        Cause::Redo => {
            let changes = others(pending.changes.clone());
            if !changes.is_empty() {
                slip.undone.push(Step {
                    batch: pending.batch,
                    changes,
                });
            }
        }
    }
    let why = Why::Game(refusal.clone());
    if waiting.is_empty() {
        return cx.refuse(Tried::Intent(pending.intent.clone()), why);
    }
    for (bet, amount) in waiting {
        let offer = legal::offered_by(refusal)
            .or_else(|| Trial::of(cx.model).and_then(|trial| trial.nearest(bet, amount)));
        bets::wait(cx, bet, amount, why.clone(), offer);
    }
}

/// The chips of a refused intent that wait in the slip: those of the bet that was refused, or all if
/// the refusal is about no bet.
fn what_waits(pending: &Pending, refusal: &Refusal) -> Vec<(BetKey, Chips)> {
    let refused = match refusal.action_of(&pending.intent) {
        Some(action) => std::slice::from_ref(action),
        None => actions(&pending.intent),
    };
    let placed = refused.iter().filter_map(|action| match *action {
        Action::Place { bet, amount } => Some((bet, amount)),
        Action::TakeDown { .. } | Action::Reduce { .. } | Action::Working { .. } => None,
    });
    placed.collect()
}

/// Sends every intent again that had no answer for too long, under its own number.
pub(super) fn ask_again(cx: &mut Context<'_>) {
    let mut again: Vec<(IntentId, Intent)> = Vec::new();
    for (id, pending) in &mut cx.model.pending {
        if pending.ask_at <= cx.now {
            pending.ask_at = cx.now + ANSWER_WAIT;
            pending.asked_again = pending.asked_again.saturating_add(1);
            again.push((*id, pending.intent.clone()));
        }
    }
    for (id, intent) in again {
        cx.effect(Effect::Send(id, intent.clone()));
        cx.say(Note::AskingAgain { id, intent });
    }
}
