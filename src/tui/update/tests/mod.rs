//! Keys in, model and effects out, against a real table.

mod answers;
mod bell;
mod bet_pane;
mod bets;
mod dialogs;
mod manners;
mod mouse;
mod new_table;
mod node;
mod own_keys;
mod palette;
mod people;
mod props;
mod refused;
mod returns;
mod rules;
mod screens;
mod sizes;
mod slips;
mod starts;
