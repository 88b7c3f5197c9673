//! The dice on the screen: a few steps within 600 ms, then still.

use std::sync::Arc;

use crate::gaming::RollView;

use super::caps::Motion;
use super::limits::{DICE_STEP, DICE_STEPS};
use super::schedule::{Span, UiTime};

/// What the dice pane shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DiceShow {
    /// No roll was seen.
    #[default]
    Empty,
    /// The dice tumble; the words of the result are shown from the first step.
    Tumbling {
        /// What fell.
        record: Arc<RollView>,
        /// The step, from 1.
        step: u8,
        /// When it fell: each step is due by this alone, so that late ones don't add up.
        since: UiTime,
    },
    /// The dice lie.
    Settled(Arc<RollView>),
}

impl DiceShow {
    /// Returns the show of a new roll.
    #[must_use]
    pub fn start(record: Arc<RollView>, motion: Motion, now: UiTime) -> Self {
        match motion {
            Motion::Normal => Self::Tumbling {
                record,
                step: 1,
                since: now,
            },
            Motion::Reduced => Self::Settled(record),
        }
    }

    /// Returns the roll that is shown.
    #[must_use]
    pub const fn record(&self) -> Option<&Arc<RollView>> {
        match self {
            Self::Empty => None,
            Self::Tumbling { record, .. } | Self::Settled(record) => Some(record),
        }
    }

    /// Returns the faces to draw. While tumbling they follow from roll and step alone; the last
    /// step shows what fell.
    #[must_use]
    pub fn faces(&self) -> Option<(u8, u8)> {
        match self {
            Self::Empty => None,
            Self::Settled(record) => Some((record.dice.a(), record.dice.b())),
            Self::Tumbling { record, step, .. } => {
                let turn = |die: u8, pace: u8| (die + step * pace + 1) % 6 + 1;
                Some((turn(record.dice.a(), 2), turn(record.dice.b(), 3)))
            }
        }
    }

    /// Returns when the picture changes by itself, `None` if it lies still.
    #[must_use]
    pub fn due(&self) -> Option<UiTime> {
        match self {
            Self::Empty | Self::Settled(_) => None,
            Self::Tumbling { step, since, .. } => {
                Some(*since + Span(DICE_STEP.0 * u64::from(*step)))
            }
        }
    }

    /// Takes the newest step that is due, past those that were missed; `false` if none was.
    pub fn advance(&mut self, now: UiTime) -> bool {
        let was_due = self.due().is_some_and(|due| due <= now);
        let Self::Tumbling {
            record,
            step,
            since,
        } = self
        else {
            return false;
        };
        if !was_due {
            return false;
        }
        let past = now.0.saturating_sub(since.0) / DICE_STEP.0;
        match u8::try_from(past + 1).ok().filter(|now| *now < DICE_STEPS) {
            Some(now) => *step = now,
            None => *self = Self::Settled(Arc::clone(record)),
        }
        true
    }
}
