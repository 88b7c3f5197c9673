//! The dice on the screen: at most six steps in 600 ms, then still.

use std::sync::Arc;

use crate::gaming::RollView;

use super::caps::Motion;
use super::limits::{DICE_STEP, DICE_STEPS};
use super::schedule::UiTime;

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
        /// When the next step is due.
        next: UiTime,
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
                next: now + DICE_STEP,
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
    pub const fn due(&self) -> Option<UiTime> {
        match self {
            Self::Empty | Self::Settled(_) => None,
            Self::Tumbling { next, .. } => Some(*next),
        }
    }

    /// Takes the step that is due; `false` if none was.
    pub fn advance(&mut self, now: UiTime) -> bool {
        let Self::Tumbling { record, step, next } = self else {
            return false;
        };
        if now < *next {
            return false;
        }
        *step += 1;
        *next = now + DICE_STEP;
        if *step >= DICE_STEPS {
            *self = Self::Settled(Arc::clone(record));
        }
        true
    }
}
