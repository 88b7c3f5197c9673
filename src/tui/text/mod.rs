//! All words for players, and the only place that makes sentences.
//!
//! Plain, present tense, no blame, no exclamation marks, at most two sentences. Every refusal says
//! what, why, and what would work ([`Refused`]); values and kinds come from the parts below as data.

mod bet;
mod club;
mod event_row;
mod health;
mod keepers;
mod log;
mod note;
mod number;
mod progress;
mod proof;
mod question;
mod quote;
mod refusal;
mod roll;
mod rules;
mod table_news;
mod time;
mod why;

#[cfg(test)]
mod tests;

pub use crate::words::family;
pub use bet::{
    capital, in_cell, in_family, name, name_inside, name_within, off_by_you, short_name, state,
};
pub use club::rules_contradict;
pub use event_row::event_row;
pub use health::health_report;
pub use log::log_text;
pub use note::{hint, intent, note};
pub use number::{chips, chips_within, counted, grouped, listed, signed};
pub use progress::{Progress, progress};
pub use proof::{ProofRow, proof, proof_lines, proof_text};
pub use question::{leaving, question};
pub use quote::{costs, edge, in_units, limits, long_run_cost, may_add, pays, pays_within, quoted};
pub use refusal::{Asked, Refused, rule_refused};
pub use roll::{call, decision, happened, happened_within, net_of, rolled};
pub use rules::GLOSSARY;
pub use table_news::{
    abandoned, accused, at_zero, change, club_news, frozen_at, keepers_changed, kept_by,
    listed_names, proposed, roll_waits, secrets, wait, wait_refused, who_left,
};
pub use time::{clock, minutes};
pub use why::{refused, refused_bet, refused_waiting};
