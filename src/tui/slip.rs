//! The bet slip: what is laid, sent, refused and done, beside what stands on the table.
//!
//! A bet is never shown as final before it is decided: chips are *laid*, then *sent* under an
//! intent's number, then they stand on the table or *wait* here with the reason.

use std::collections::{BTreeMap, VecDeque};

use crate::club::{self, Height};
use crate::craps::{self, BetKey, WorkingFlag};
use crate::gaming::{self, Intent, IntentId};
use crate::ledger::Chips;

use super::kept::Left;
use super::limits::{ANSWERS_MAX, UNDO_MAX, WAITING_MAX};
use super::schedule::UiTime;
use super::why::Why;

/// Chips on one spot that go out when the keys rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Laid {
    /// The bet.
    pub bet: BetKey,
    /// The chips to add.
    pub amount: Chips,
    /// When they go out.
    pub send_at: UiTime,
}

/// A bet that was refused, or came after the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The bet.
    pub bet: BetKey,
    /// The chips that were to be added.
    pub amount: Chips,
    /// Why it was refused.
    pub why: Why,
    /// The nearest legal number of chips to add; `Enter` sends it.
    pub offer: Option<Chips>,
}

impl Waiting {
    /// Whether it was left unsent, undecided or not taken by an earlier stop.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        matches!(self.why, Why::Kept { .. })
    }

    /// How it is left if the program ends now.
    #[must_use]
    pub fn left(&self) -> Left {
        if let Why::Kept { left, .. } = self.why {
            left
        } else if matches!(self.why, Why::TooManyPending { .. }) {
            Left::Unsent
        } else {
            Left::NotTaken
        }
    }

    /// Whether it was no more than late: betting was closed for that roll.
    #[must_use]
    pub fn came_late(&self) -> bool {
        matches!(
            self.why,
            Why::Locked { .. }
                | Why::Game(gaming::Refusal::Club(
                    club::Refusal::Locked | club::Refusal::WrongRoll { .. }
                ))
        )
    }
}

/// Why an intent was sent, which decides what its answer changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A key.
    Key,
    /// Undo: the change can be redone.
    Undo,
    /// Redo: the change can be undone.
    Redo,
    /// The last slip once more: can be undone like what a key did, and all of it is told at once.
    Repeat,
    /// Leaving the seat before quitting.
    Quit,
}

/// An intent without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// What was sent.
    pub intent: Intent,
    /// Why.
    pub cause: Cause,
    /// The first number of those that the same key sent, its own if it is alone.
    pub batch: IntentId,
    /// What it changes if it is confirmed.
    pub changes: Vec<Change>,
    /// When it was sent first.
    pub since: UiTime,
    /// The height that the player saw then: no block up to it has decided this.
    pub after: Height,
    /// When it is sent again.
    pub ask_at: UiTime,
    /// How often it was sent again.
    pub asked_again: u32,
}

/// How an intent about bets ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Confirmed in this block.
    Confirmed(Height),
    /// Refused.
    Refused(Why),
    /// Nobody knows.
    Lost,
}

/// An answer that the slip shows for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The intent's number.
    pub id: IntentId,
    /// What it was.
    pub intent: Intent,
    /// How it ended.
    pub ending: Ending,
}

/// A confirmed change of one bet: its stake, whether it was called on or off, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The bet.
    pub bet: BetKey,
    /// The chips moved, none if the bet was only called on or off.
    pub amount: Chips,
    /// Which way.
    pub way: Way,
    /// What it was called before.
    pub called_before: WorkingFlag,
    /// What it was called after.
    pub called_after: WorkingFlag,
}

impl Change {
    /// Returns what takes this change back.
    #[must_use]
    pub const fn turned(self) -> Self {
        Self {
            way: match self.way {
                Way::Up => Way::Down,
                Way::Down => Way::Up,
            },
            called_before: self.called_after,
            called_after: self.called_before,
            ..self
        }
    }
}

/// What one key changed, oldest first: undo takes all of it back together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The first number under which it was sent.
    pub batch: IntentId,
    /// The changes.
    pub changes: Vec<Change>,
}

impl Step {
    /// Returns what takes the step back, in the order in which it can be.
    pub fn turned(&self) -> impl Iterator<Item = Change> {
        self.changes.iter().rev().map(|change| change.turned())
    }
}

/// Which way chips went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Onto the table.
    Up,
    /// Off it.
    Down,
}

/// The slip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slip {
    /// Chips that go out when the keys rest.
    pub laid: Option<Laid>,
    /// Bets that wait for the player, oldest first.
    pub waiting: Vec<Waiting>,
    /// The last answers, newest first.
    pub answers: VecDeque<Answer>,
    /// What can be undone, newest last.
    pub done: VecDeque<Step>,
    /// What can be redone, newest last.
    pub undone: Vec<Step>,
    /// The bets that stood at the last roll that had any of mine.
    pub last: Vec<(BetKey, Chips)>,
}

impl Slip {
    /// Returns the bet that waits on a spot.
    #[must_use]
    pub fn waiting_on(&self, bet: BetKey) -> Option<&Waiting> {
        self.waiting.iter().find(|waiting| waiting.bet == bet)
    }

    /// Keeps a refused bet; one on the same spot is replaced, the oldest makes room.
    pub fn wait(&mut self, waiting: Waiting) {
        self.drop_waiting(waiting.bet);
        if self.waiting.len() >= WAITING_MAX {
            self.waiting.remove(0);
        }
        self.waiting.push(waiting);
    }

    /// Throws away the bet that waits on a spot and returns it.
    pub fn drop_waiting(&mut self, bet: BetKey) -> Option<Waiting> {
        let index = self.waiting.iter().position(|w| w.bet == bet)?;
        Some(self.waiting.remove(index))
    }

    /// The next roll is open: a refused bet was about the one before. A bet that came after the lock
    /// of that one was kept for the next, so it stays; so does one that was left unsent, until the
    /// player says what becomes of it.
    pub fn roll_over(&mut self) {
        let stays = |one: &Waiting| one.is_kept() && one.left() != Left::NotTaken;
        self.waiting.retain(|one| one.came_late() || stays(one));
        for late in self.waiting.iter_mut().filter(|one| one.came_late()) {
            late.why = Why::CameLate;
        }
    }

    /// Remembers an answer.
    pub fn answered(&mut self, answer: Answer) {
        self.answers.push_front(answer);
        self.answers.truncate(ANSWERS_MAX);
    }

    /// Remembers changes that can be undone, together with others that the same key made.
    pub fn did(&mut self, batch: IntentId, changes: impl IntoIterator<Item = Change>) {
        let changes: Vec<Change> = changes.into_iter().collect();
        if changes.is_empty() {
            return;
        }
        match self.done.back_mut() {
            Some(step) if step.batch == batch => step.changes.extend(changes),
            Some(_) | None => self.done.push_back(Step { batch, changes }),
        }
        if self.done.len() > UNDO_MAX {
            self.done.pop_front();
        }
    }
}

/// One line of the slip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlipRow {
    /// Chips that stand on the table.
    pub stands: Chips,
    /// Chips laid and not sent.
    pub laid: Chips,
    /// Chips on their way onto the table.
    pub sent: Chips,
    /// The number under which something about this bet is on its way.
    pub on_its_way: Option<IntentId>,
    /// Whether it was asked again because no answer came.
    pub asked_again: bool,
    /// A refused bet that waits here.
    pub waiting: Option<Waiting>,
}

/// Returns the lines of the slip by bet: what stands, and what is laid, sent or waiting.
#[must_use]
pub fn rows(
    standing: impl Iterator<Item = (BetKey, Chips)>,
    slip: &Slip,
    pending: &BTreeMap<IntentId, Pending>,
) -> BTreeMap<BetKey, SlipRow> {
    let mut rows: BTreeMap<BetKey, SlipRow> = BTreeMap::new();
    for (bet, stake) in standing {
        rows.entry(bet).or_default().stands = stake;
    }
    for (id, sent) in pending {
        for action in actions(&sent.intent) {
            let row = rows.entry(action.bet()).or_default();
            row.on_its_way = Some(*id);
            row.asked_again |= sent.asked_again > 0;
            if let craps::Action::Place { amount, .. } = action {
                row.sent = row.sent.checked_add(*amount).unwrap_or(row.sent);
            }
        }
    }
    if let Some(laid) = slip.laid {
        rows.entry(laid.bet).or_default().laid = laid.amount;
    }
    for waiting in &slip.waiting {
        rows.entry(waiting.bet).or_default().waiting = Some(waiting.clone());
    }
    rows
}

/// Returns the bets and changes of an intent, none if it is about something else.
#[must_use]
pub fn actions(intent: &Intent) -> &[craps::Action] {
    match intent {
        Intent::Bets { actions, .. } => actions,
        Intent::Roll { .. }
        | Intent::PassDice { .. }
        | Intent::Sit { .. }
        | Intent::Stand { .. }
        | Intent::AddBot { .. }
        | Intent::RemoveBot { .. }
        | Intent::ChangeRules { .. }
        | Intent::NewChips
        | Intent::CreateTable(_)
        | Intent::KeepClub
        | Intent::ChangeKeepers(_)
        | Intent::TrustHost
        | Intent::NewVoteKey { .. } => &[],
    }
}
