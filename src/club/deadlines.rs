//! What happens at a table because its time has come. All of it is an effect of blocks, by their
//! own time; nobody's clock is asked.

use super::ids::{TableNo, TimeMs};
use super::limits::{PAUSE_MILLIS, STUCK_MILLIS};
use super::state::ClubState;
use super::table::{ClubTable, Phase};
use super::transition::Draft;
use crate::craps::SeatNo;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// The seat has said nothing for as long as the club allows.
    Silence(SeatNo),
    /// The shooter called the roll, and nobody is waited for any more.
    Call,
    /// The roll is due without the shooter's word.
    Bets,
    /// The locked roll closes without the openings that are missing.
    Close,
    /// The locked roll is given up.
    Stuck,
}

impl ClubState {
    /// Returns when the next deadline passes: if no block comes before, one without
    /// commands is due then. `None` while the club may rest.
    #[must_use]
    pub fn next_deadline(&self) -> Option<TimeMs> {
        let all = self.tables().flat_map(|(_, table)| self.deadlines(table));
        // A change of keepers that had to wait for another one needs a block of its own.
        let change = self.has_change_due().then_some(self.time);
        all.map(|(time, _)| time).chain(change).min()
    }

    /// The deadlines of a table. A solo club has no time-outs but that of a close, which its own
    /// bots could miss.
    fn deadlines(&self, table: &ClubTable) -> Vec<(TimeMs, Due)> {
        let is_solo = self.is_solo();
        match &table.phase {
            Phase::Betting(betting) => {
                let call = betting.call.filter(|_| !is_solo);
                let bets = betting.bets_due.map(|time| (time, Due::Bets));
                let mut all: Vec<_> = call.map(|time| (time, Due::Call)).into_iter().collect();
                all.extend(bets);
                let patience = self.settings.session_timeout_seconds;
                if !is_solo && patience > 0 {
                    let patience = u64::from(patience).saturating_mul(1_000);
                    all.extend(table.present().map(|(number, seat)| {
                        let end = TimeMs(seat.last_word.0.saturating_add(patience));
                        (end, Due::Silence(number))
                    }));
                }
                all
            }
            Phase::Locked(locked) => {
                let stuck = TimeMs(locked.since.0.saturating_add(STUCK_MILLIS));
                let mut all = vec![(locked.close_due, Due::Close)];
                if !is_solo {
                    all.push((stuck, Due::Stuck));
                }
                all
            }
        }
    }

    /// Whether a block of this time comes so late that the club must have slept.
    fn has_slept(&self, time: TimeMs) -> bool {
        let all = self.tables().flat_map(|(_, table)| self.deadlines(table));
        let pending = all.filter(|(_, due)| *due != Due::Stuck);
        let earliest = pending.map(|(time, _)| time.0).min();
        earliest.is_some_and(|earliest| time.0.saturating_sub(earliest) > PAUSE_MILLIS)
    }
}

impl Draft {
    /// Before the commands of a block: begins all deadlines anew if the club slept.
    pub(super) fn wake(&mut self, parent: &ClubState) {
        if parent.has_slept(self.state.time) {
            self.restart_deadlines();
        }
    }

    /// Begins all deadlines of the tables anew, but that of giving a roll up.
    pub(super) fn restart_deadlines(&mut self) {
        let now = self.state.time;
        let tables = self.state.tables().map(|(_, table)| table.clone());
        for mut table in tables.collect::<Vec<_>>() {
            let times = table.times;
            match &mut table.phase {
                Phase::Betting(betting) => {
                    betting.since = now;
                    betting.sealing_since = now;
                    betting.call = betting.call.map(|_| now.after(times.ready));
                    betting.bets_due = betting.bets_due.map(|_| now.after(times.bet));
                }
                Phase::Locked(locked) => locked.close_due = now.after(times.close),
            }
            for seat in table.seats.values_mut() {
                seat.last_word = now;
            }
            self.put(table);
        }
    }

    /// After the commands of a block: does what is due, by time and then by table; closes rolls;
    /// and says when the next rolls are due.
    pub(super) fn meet_deadlines(&mut self, parent: &ClubState) {
        if parent.is_solo() && !self.state.is_solo() {
            // The first other person came: nobody was timed until now.
            self.restart_deadlines();
        }
        let now = self.state.time;
        let mut all: Vec<(TimeMs, TableNo, Due)> = Vec::new();
        for (number, table) in self.state.tables() {
            let due = self.state.deadlines(table).into_iter();
            let due = due.filter(|(time, _)| *time <= now);
            all.extend(due.map(|(time, due)| (time, number, due)));
            // Whoever was waited for may have spoken in this block.
            let is_called =
                matches!(&table.phase, Phase::Betting(betting) if betting.call.is_some());
            if is_called {
                all.push((now, number, Due::Call));
            }
        }
        all.sort_unstable();
        for (_, number, due) in all {
            if let Some(table) = self.state.table(number) {
                self.meet(table.clone(), due);
            }
        }
        self.close_rolls();
        self.arm();
    }

    /// Does what is due, unless what was done before in this block has made it void.
    fn meet(&mut self, mut table: ClubTable, due: Due) {
        let now = self.state.time;
        match (&table.phase, due) {
            (Phase::Betting(_), Due::Silence(seat)) => {
                let member = table.seats.get(&seat).filter(|seat| seat.is_present);
                if let Some(member) = member.map(|seat| seat.member) {
                    self.stand_up(&mut table, member);
                    self.renew_roster(&mut table);
                    self.put(table);
                }
            }
            (Phase::Betting(betting), Due::Call) if betting.call.is_some() => {
                self.try_called(table);
            }
            (Phase::Betting(betting), Due::Bets)
                if betting.bets_due.is_some_and(|time| time <= now) =>
            {
                self.lock_unprompted(table);
            }
            (Phase::Locked(locked), Due::Stuck) => {
                let locked = locked.clone();
                if !locked
                    .count(&table, &std::collections::BTreeMap::new())
                    .is_enough
                {
                    self.abandon(table, &locked);
                }
            }
            // Closes come after all other deadlines, and look for themselves.
            (Phase::Locked(_) | Phase::Betting(_), Due::Close)
            | (Phase::Betting(_), Due::Call | Due::Bets | Due::Stuck)
            | (Phase::Locked(_), Due::Silence(_) | Due::Call | Due::Bets) => {}
        }
    }

    /// Times the next roll of each table, as long as a bet would see it and somebody could shoot.
    pub(super) fn arm(&mut self) {
        let now = self.state.time;
        let is_solo = self.state.is_solo();
        if is_solo {
            self.end_waits();
        }
        let is_timed = |table: &ClubTable| !is_solo && self.is_roll_due(table);
        let wrong = self
            .state
            .tables()
            .filter_map(|(_, table)| match &table.phase {
                Phase::Betting(betting) if betting.bets_due.is_some() != is_timed(table) => {
                    Some(table.clone())
                }
                Phase::Betting(_) | Phase::Locked(_) => None,
            });
        for mut table in wrong.collect::<Vec<_>>() {
            let due = now.after(table.times.bet);
            if let Phase::Betting(betting) = &mut table.phase {
                betting.bets_due = if betting.bets_due.is_some() {
                    None
                } else {
                    Some(due)
                };
            }
            self.put(table);
        }
    }

    /// Gives dice that wait for who left with them to the next player: a solo club times nothing.
    fn end_waits(&mut self) {
        let tables = self.state.tables().map(|(_, table)| table);
        let waiting = tables.filter(|table| table.game.waits_for().is_some());
        for mut table in waiting.cloned().collect::<Vec<_>>() {
            table.game.end_wait();
            self.put(table);
        }
    }

    fn is_roll_due(&self, table: &ClubTable) -> bool {
        let seated = table.present().count();
        let is_full = table.game.roll_count() > 0 || seated >= usize::from(table.min_players);
        let mut game = table.game.clone();
        let can_shoot = game.shooter().is_none() || game.offer_dice().is_ok();
        is_full && can_shoot && self.state.has_bet_in_roll(table)
    }
}
