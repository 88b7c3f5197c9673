//! The table that the settings name: opened and filled at the start of a solo club.

use super::Reply;
use super::manager::Manager;
use super::table_driver::seated_at;
use crate::club::{Body, ClubState, RollTimes, TableNo, TableTerms};
use crate::ledger::{Chips, MemberNo};

impl Manager {
    /// Opens the table of the settings unless it is there, and seats the player, who shoots first
    /// unless he sits elsewhere, and the bots. Until its first roll a table is set up again at each start, since the one
    /// before may have been cut short. In the club of somebody else nothing is done that nobody asked
    /// for.
    pub(super) async fn open_practice(&mut self) {
        let me = self.signers.me();
        if me != MemberNo::FOUNDER {
            return;
        }
        let settings = self.settings.clone();
        let named = |state: &ClubState| {
            let mut tables = state.tables();
            let found = tables.find(|(_, table)| table.name == settings.table_name);
            found.map(|(number, _)| number)
        };
        let mut replies = Vec::new();
        if named(&self.state()).is_none() {
            let create = Body::CreateTable(TableTerms {
                name: settings.table_name.clone(),
                rules: settings.rules.clone(),
                seats_max: settings.seats_max,
                min_players: 1,
                bond: Chips::ZERO,
                times: RollTimes::LAN,
            });
            replies.push(self.propose(me, create).await);
        }
        let Some(number) = named(&self.state()) else {
            tracing::error!(?replies, "the table could not be opened");
            return;
        };
        replies.extend(self.seat_those_missing(number).await);
        if let Some(Reply::Rejected(why)) = replies.iter().find(|reply| !is_decided(reply)) {
            tracing::error!(?why, "the table is not as it was set up");
        }
    }

    /// Seats whoever the settings want at a table that has had no roll.
    async fn seat_those_missing(&mut self, number: TableNo) -> Vec<Reply> {
        let me = self.signers.me();
        let state = self.state();
        let Some(table) = state
            .table(number)
            .filter(|table| table.game.roll_count() == 0)
        else {
            return Vec::new();
        };
        let mut missing = self.settings.bots.clone();
        for (_, seat) in table.present() {
            let played = self.signers.strategy(&state, seat.member);
            if let Some(at) = missing.iter().position(|wanted| Some(*wanted) == played) {
                missing.remove(at);
            }
        }
        let mut replies = Vec::new();
        // A player who sits somewhere stays there: what is shown is the table of the one seat.
        if seated_at(&state, me).is_none() {
            replies.push(self.propose(me, Body::Sit { table: number }).await);
        }
        for strategy in missing {
            replies.push(self.add_bot(number, strategy).await);
        }
        replies
    }
}

const fn is_decided(reply: &Reply) -> bool {
    matches!(reply, Reply::Decided(_))
}
