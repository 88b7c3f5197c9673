//! What a stop must not lose: the bets of the slip that were not sent, and how far the player has
//! seen each table.
//!
//! The screen keeps it up to date and publishes it; whoever writes it to a disk hands it back at the
//! next start. What was sent is not in here: it is in a block or will be, or it was lost with the
//! stop, and the bets that stand at the next start say which.

use std::collections::BTreeMap;

use crate::club::GameId;
use crate::craps::BetKey;
use crate::gaming::TableView;
use crate::ledger::Chips;

use super::limits::KEPT_TABLES_MAX;
use super::model::Model;
use super::slip::Slip;

/// One table as the player left it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptTable {
    /// The newest roll that the player saw there; 0 before the first.
    pub seen: u64,
    /// The bets that were not sent, each on its spot once, and the chips to add.
    pub bets: Vec<(BetKey, Chips)>,
}

/// The tables as the player left them, at most [`KEPT_TABLES_MAX`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept(BTreeMap<GameId, KeptTable>);

impl Kept {
    /// Returns a table as the player left it, if it was left before.
    #[must_use]
    pub fn table(&self, game: GameId) -> Option<&KeptTable> {
        self.0.get(&game)
    }

    /// Returns all tables, in the order of their ids.
    pub fn tables(&self) -> impl Iterator<Item = (GameId, &KeptTable)> {
        self.0.iter().map(|(game, table)| (*game, table))
    }

    /// Keeps a table in place of what was kept of it. Where there are too many, one without bets
    /// makes room, if there is one.
    pub fn put(&mut self, game: GameId, table: KeptTable) {
        self.0.insert(game, table);
        if self.0.len() <= KEPT_TABLES_MAX {
            return;
        }
        let others = || self.0.iter().filter(|(other, _)| **other != game);
        let leaves = others()
            .find(|(_, other)| other.bets.is_empty())
            .or_else(|| others().next())
            .map(|(other, _)| *other);
        if let Some(leaves) = leaves {
            self.0.remove(&leaves);
        }
    }
}

/// Brings what is kept of the open table up to date.
pub(super) fn keep(model: &mut Model) {
    let Some(table) = &model.table else { return };
    let (game, now) = (table.game, as_it_is(table, &model.slip));
    if model.kept.table(game) != Some(&now) {
        model.kept.put(game, now);
    }
}

fn as_it_is(table: &TableView, slip: &Slip) -> KeptTable {
    let mut bets: Vec<(BetKey, Chips)> = Vec::new();
    let waiting = slip.waiting.iter().map(|one| (one.bet, one.amount));
    let laid = slip.laid.map(|laid| (laid.bet, laid.amount));
    for (bet, amount) in waiting.chain(laid) {
        match bets.iter_mut().find(|(other, _)| *other == bet) {
            Some((_, sum)) => *sum = sum.checked_add(amount).unwrap_or(*sum),
            None => bets.push((bet, amount)),
        }
    }
    KeptTable {
        seen: newest(table),
        bets,
    }
}

/// The number of the newest roll of a table, 0 before the first.
pub(super) fn newest(table: &TableView) -> u64 {
    table.history.first().map_or(0, |record| record.roll)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn game(number: usize) -> GameId {
        GameId([u8::try_from(number).unwrap(); 32])
    }

    #[test]
    fn a_table_too_many_takes_the_place_of_one_without_bets() {
        let pass: BetKey = "pass".parse().unwrap();
        let with_bets = KeptTable {
            seen: 1,
            bets: vec![(pass, Chips::new(5))],
        };
        let mut kept = Kept::default();
        for number in 0..KEPT_TABLES_MAX {
            kept.put(game(number), with_bets.clone());
        }
        kept.put(game(3), KeptTable::default());
        kept.put(game(100), with_bets.clone());
        assert_eq!(kept.tables().count(), KEPT_TABLES_MAX);
        assert!(kept.table(game(3)).is_none() && kept.table(game(100)).is_some());
        kept.put(game(101), with_bets);
        assert_eq!(kept.tables().count(), KEPT_TABLES_MAX);
        assert!(kept.table(game(101)).is_some());
    }
}
