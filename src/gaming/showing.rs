//! What the manager shows: the views of the newest state, and what each block did.

use std::sync::Arc;

use tokio::sync::broadcast;

use super::history;
use super::keepers;
use super::manager::Manager;
use super::project;
use super::view::{ClubView, GameEvent};
use crate::club::{ClubEvent, ClubState, TableNo};
use crate::consensus::{DecidedBlock, PastRoll};

impl Manager {
    /// Takes in the blocks that wait.
    pub(super) fn absorb_decided(&mut self) {
        loop {
            match self.blocks.try_recv() {
                Ok(block) => self.absorb(&block),
                Err(broadcast::error::TryRecvError::Lagged(missed)) => self.missed(missed),
                Err(
                    broadcast::error::TryRecvError::Empty | broadcast::error::TryRecvError::Closed,
                ) => return,
            }
        }
    }

    pub(super) fn missed(&mut self, blocks: u64) {
        tracing::warn!(
            blocks,
            "lagged behind the chain; looking at its newest state"
        );
        self.publish();
    }

    /// Shows what a block did.
    pub(super) fn absorb(&mut self, block: &DecidedBlock) {
        let mut events = Vec::new();
        for event in &block.events {
            if let ClubEvent::Rolled(record) = event {
                let header = &block.block.header;
                let past = PastRoll {
                    height: header.height,
                    time: header.time,
                    record: (**record).clone(),
                };
                let me = self.signers.me();
                let seen = Arc::new(history::as_seen_by(me, &block.state, &past));
                self.histories
                    .entry(record.table)
                    .or_default()
                    .push(Arc::clone(&seen));
                events.push((record.table, GameEvent::Rolled(seen)));
            } else {
                let me = self.signers.me();
                events.extend(project::event(&block.state, me, event));
                // What is about the club itself is told at the table that is shown.
                let of_the_club = keepers::event(&block.state, me, event);
                events.extend(self.shown_table(&block.state).zip(of_the_club));
            }
        }
        // A seven-out passes the dice, and the roll says so itself.
        let rolled = |table: TableNo| {
            let mut events = events.iter();
            events.any(|(of, event)| *of == table && matches!(event, GameEvent::Rolled(_)))
        };
        let tables_rolled: Vec<TableNo> = block
            .state
            .tables()
            .map(|(number, _)| number)
            .filter(|number| rolled(*number))
            .collect();
        events.retain(|(table, event)| {
            !matches!(event, GameEvent::DicePassed { .. }) || !tables_rolled.contains(table)
        });
        self.publish();
        events.extend(self.news_of_host(&block.state));
        let shown = self.shown_table(&block.state);
        for (table, event) in events {
            if Some(table) == shown {
                // Nobody may be listening; the views say the same.
                drop(self.links.events.send(event));
            }
        }
    }

    /// Returns what is new about a host that leaves out openings.
    fn news_of_host(&mut self, state: &ClubState) -> Option<(TableNo, GameEvent)> {
        let conduct = self.chain.view().host.clone();
        let newest = conduct.newest?;
        if self.left_out.as_ref() == Some(&newest) {
            return None;
        }
        let event = project::left_out(state, &newest, conduct.is_doubted);
        let table = newest.table;
        self.left_out = Some(newest);
        Some((table, event))
    }

    /// Shows the newest state: the club before the table, so that who waits for a roll finds its chips.
    pub(super) fn publish(&self) {
        if !self.is_set_up {
            return;
        }
        let state = self.state();
        let me = self.signers.me();
        let club = ClubView {
            host_doubted: self.chain.view().host.is_doubted,
            ..project::club_view(&state, me)
        };
        self.links.club.send_replace(Some(Arc::new(club)));
        let table = self
            .shown_table(&state)
            .and_then(|number| project::table_view(&state, number, me, &self.histories));
        self.links.table.send_replace(table.map(Arc::new));
    }

    /// The table where the player sits, or else the first.
    fn shown_table(&self, state: &ClubState) -> Option<TableNo> {
        let me = self.signers.me();
        let mine = state
            .tables()
            .find(|(_, table)| table.present_seat_of(me).is_some());
        mine.or_else(|| state.tables().next())
            .map(|(number, _)| number)
    }
}
