//! Line mode: the same client in lines of text, for screen readers, simple terminals and scripts.
//!
//! It is another view of the same model. A line that is typed becomes a [`Wish`](super::wish::Wish), which
//! `update` takes as it takes a key; what `update` changed is told in lines that are only ever added. There
//! is no rule and no decision in here:
//!
//! - [`verb`] is the table of words that can be typed, and which actions each of them does;
//! - [`bet_words`] finds the bet that words name;
//! - [`mod@tell`] tells what is new, [`mod@show`] what was asked for, [`words`] makes their sentences;
//! - [`input`] reads lines, [`run`] is the loop, and `play` starts it.

pub mod bet_words;
mod help;
mod history;
pub mod input;
pub mod limits;
mod node;
pub mod play;
pub mod run;
pub mod show;
mod start;
pub mod tell;
pub mod verb;
pub mod words;

use std::sync::Arc;

use super::caps::Motion;
use super::model::{Medium, Model};

/// Columns and rows of a model that is told: what a screen leaves out for want of room is told whole.
const WHOLE: (u16, u16) = (u16::MAX, 24);

/// Makes a model one that is told and not drawn.
pub fn prepare(model: &mut Model) {
    model.medium = Medium::Lines;
    model.size = WHOLE;
    // Dice that tumble are told before they lie.
    model.caps.motion = Motion::Reduced;
    model.keymap = Arc::new(verb::keymap());
}

#[cfg(test)]
mod tests;
