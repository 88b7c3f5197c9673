//! Who plays: a seat with a purse.

use crate::craps::{Action, SeatNo, Table};
use crate::ledger::Chips;

/// A seat with free chips and a habit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Player {
    /// Where it sits.
    pub seat: SeatNo,
    /// Its free chips.
    pub purse: Chips,
    /// The size of its flat bets, in chips.
    pub unit: Chips,
}

impl Player {
    /// Does an action at a table if the table accepts it; returns whether it did.
    pub(super) fn act(&mut self, table: &mut Table, action: &Action) -> bool {
        let Ok(flow) = table.act(self.seat, action, self.purse) else {
            return false;
        };
        // The table took no more than the purse holds, and what it returns has been paid before.
        self.purse = self
            .purse
            .checked_sub(flow.paid)
            .and_then(|rest| rest.checked_add(flow.returned))
            .unwrap_or(Chips::ZERO);
        true
    }
}
