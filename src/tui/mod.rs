//! The terminal client.
//!
//! `update` decides, `view` draws, `run` joins them to keys and channels:
//!
//! - [`model`] is what the screen knows; [`update`] alone changes it and returns effects as values;
//! - [`action`] is the one table that keys, help, hints and legality come from;
//! - [`schedule`] says when a frame is drawn; nothing is drawn while nothing changes;
//! - [`term`] enters and leaves the terminal; [`run`] is the only loop; [`play`] starts it.
//!
//! The screen has a thread of its own and is joined to the runtime by channels alone ([`link`]).

pub mod action;
pub mod background;
pub mod caps;
pub mod countdown;
pub mod dice_show;
pub mod felt;
pub mod field;
#[doc(hidden)]
pub mod fixture;
pub mod hits;
pub mod input;
pub mod kept;
pub mod keymap;
pub mod legal;
pub mod limits;
pub mod line;
pub mod link;
pub mod message;
pub mod model;
pub mod note;
pub mod offers;
pub mod overlay;
pub mod palette;
pub mod play;
pub mod rules_dialog;
pub mod run;
pub mod schedule;
pub mod slip;
pub mod table_dialog;
pub mod term;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
mod when;
pub mod why;
pub mod widget;
pub mod wish;
