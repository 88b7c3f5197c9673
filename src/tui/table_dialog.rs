//! The dialog that opens another table: what it holds while it is filled in.

use super::field::TextField;
use super::why::Why;
use crate::club::limits::NAME_BYTES_MAX;
use crate::club::{self, RollTimes, TableTerms};
use crate::craps::TableRules;
use crate::craps::limits::SEATS_MAX;
use crate::gaming::{ClubKind, ClubView, IntentId, Refusal, TableSummary};
use crate::ledger::Chips;
use crate::shown::Shown;

/// Columns of a table's name: as wide as a lobby shows one.
const TABLE_NAME_MAX: usize = 24;

/// Digits of a number of seats.
const SEAT_DIGITS: usize = 2;

/// Digits of a bond.
const BOND_DIGITS: usize = 10;

/// Seats of a table unless the player types another number.
const SEATS: u8 = 8;

/// A field of the dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableField {
    /// The table's name.
    #[default]
    Name,
    /// How many may sit.
    Seats,
    /// How many must sit before the first roll.
    Players,
    /// What each seat puts up.
    Bond,
}

impl TableField {
    /// All fields, in the order shown.
    pub const ALL: [Self; 4] = [Self::Name, Self::Seats, Self::Players, Self::Bond];
}

/// A table that is about to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDialog {
    /// The field in focus.
    pub field: TableField,
    name: TextField,
    seats: TextField,
    players: TextField,
    bond: TextField,
    /// The table whose rules it takes, if there is one; else they are those of the rule book.
    pub like: Option<Shown>,
    rules: TableRules,
    /// The least that a seat must put up.
    bond_least: Chips,
    /// Under which number it was asked for; the dialog stays open until the table is there.
    pub sent: Option<IntentId>,
}

impl TableDialog {
    /// Returns the dialog for another table of a club, with the rules of one that is there.
    #[must_use]
    pub fn new(club: &ClubView, like: Option<&TableSummary>) -> Self {
        let name = format!("table {}", club.tables.len().saturating_add(1));
        let rules = like.map(|like| like.rules.clone()).unwrap_or_default();
        let bond_least = match club.kind {
            ClubKind::Solo | ClubKind::Hosted => Chips::ZERO,
            ClubKind::Shared { .. } => rules.min_bet,
        };
        Self {
            field: TableField::default(),
            name: TextField::suggested(&name, TABLE_NAME_MAX),
            seats: TextField::suggested(&SEATS.to_string(), SEAT_DIGITS),
            players: TextField::suggested("1", SEAT_DIGITS),
            bond: TextField::suggested(&bond_least.get().to_string(), BOND_DIGITS),
            like: like.map(|like| like.name.clone()),
            rules,
            bond_least,
            sent: None,
        }
    }

    /// Returns what stands in a field.
    #[must_use]
    pub const fn text(&self, field: TableField) -> &TextField {
        match field {
            TableField::Name => &self.name,
            TableField::Seats => &self.seats,
            TableField::Players => &self.players,
            TableField::Bond => &self.bond,
        }
    }

    /// Returns the field in focus.
    pub const fn field_in_focus(&mut self) -> &mut TextField {
        match self.field {
            TableField::Name => &mut self.name,
            TableField::Seats => &mut self.seats,
            TableField::Players => &mut self.players,
            TableField::Bond => &mut self.bond,
        }
    }

    /// Goes to a field; the first key typed there replaces what it holds.
    pub fn go_to(&mut self, field: TableField) {
        self.field = field;
        self.field_in_focus().select();
    }

    /// Returns the table that is asked for, or which field is wrong and why.
    ///
    /// # Errors
    /// The field of a name that is none, or of a number that is none or is out of its range.
    pub fn wanted(&self) -> Result<TableTerms, (TableField, Why)> {
        let name = self.name.text().trim().to_owned();
        if name.is_empty() {
            let bytes_max = NAME_BYTES_MAX;
            let why = Refusal::Club(club::Refusal::Name { bytes_max });
            return Err((TableField::Name, Why::Game(why)));
        }
        let seats_max = self.count(TableField::Seats, "The number of seats", SEATS_MAX)?;
        let min_players = self.count(TableField::Players, "The number of players", seats_max)?;
        let least = self.bond_least.get();
        let bond = self.bond.text().parse().ok();
        let bond = bond.filter(|bond| *bond >= least).ok_or((
            TableField::Bond,
            Why::RuleRange {
                rule: "The bond",
                least,
                most: 10_u64.pow(10) - 1,
            },
        ))?;
        Ok(TableTerms {
            name,
            rules: self.rules.clone(),
            seats_max,
            min_players,
            bond: Chips::new(bond),
            times: RollTimes::LAN,
        })
    }

    fn count(
        &self,
        field: TableField,
        rule: &'static str,
        most: u8,
    ) -> Result<u8, (TableField, Why)> {
        let number = self.text(field).text().parse().ok();
        let number = number.filter(|number| (1..=most).contains(number));
        number.ok_or((
            field,
            Why::RuleRange {
                rule,
                least: 1,
                most: u64::from(most),
            },
        ))
    }
}
