//! The lock: what must hold before it, and what it fixes.

use std::collections::BTreeMap;

use super::counting::{keepers, tolerated};
use super::event::ClubEvent;
use super::ids::TableNo;
use super::refusal::Refusal;
use super::state::ClubState;
use super::table::{Betting, ClubTable, LockedRoll, Phase, is_person};
use super::transition::Draft;
use crate::dice::{self, Slot};
use crate::ledger::MemberNo;

impl Draft {
    /// Takes the shooter's word: the roll is locked at once, or as soon as the other players have
    /// said that their bets are made, or have had the time for it.
    pub(super) fn call_roll(
        &mut self,
        member: MemberNo,
        number: TableNo,
        roll: u64,
    ) -> Result<(), Refusal> {
        let table = self.table_before(number, roll)?;
        let seat = table.present_seat_of(member).ok_or(Refusal::NotSeated)?;
        table.game.can_roll(seat).map_err(Refusal::Game)?;
        self.state.check_seals(table)?;
        let mut table = table.clone();
        table.unprompted = 0;
        table.hear(seat, self.state.time);
        if let Some(seat) = table.seats.get_mut(&seat) {
            seat.is_ready = true;
        }
        if !self.state.is_waited_for(&table) {
            self.lock(table);
            return Ok(());
        }
        let ready = table.times.ready;
        if let Phase::Betting(betting) = &mut table.phase {
            betting.call.get_or_insert(betting.since.after(ready));
        }
        self.put(table);
        self.events.push(ClubEvent::Ready {
            table: number,
            seat,
        });
        Ok(())
    }

    /// Locks a roll that the shooter has called, if nothing stands in its way any more.
    pub(super) fn try_called(&mut self, mut table: ClubTable) {
        let now = self.state.time;
        let is_free = self.state.check_seals(&table).is_ok() && !self.state.is_waited_for(&table);
        let shooter = table.game.shooter();
        if is_free && shooter.is_some_and(|seat| table.game.can_roll(seat).is_ok()) {
            self.lock(table);
            return;
        }
        let (seal, is_solo) = (table.times.seal, self.state.is_solo());
        let Phase::Betting(betting) = &mut table.phase else {
            return;
        };
        if betting.call.is_some_and(|call| call <= now) && !is_solo {
            betting.call = Some(now.after(seal));
            self.put(table);
        }
    }

    /// Locks a roll without the shooter's word. If that happens for the second time running, or a
    /// come-out lacks the shooter's line bet, the dice pass first.
    pub(super) fn lock_unprompted(&mut self, mut table: ClubTable) {
        let now = self.state.time;
        let can_go = self.state.check_seals(&table).is_ok() && !self.state.is_waited_for(&table);
        let before = table.game.shooter();
        let mut game = table.game.clone();
        // Who left with the dice has been waited for as long as bets stay open.
        game.end_wait();
        let shooter = game.shooter();
        let has_shooter = shooter.is_none_or(|shooter| {
            if table.unprompted > 0 && game.circle().len() > 1 {
                game.pass_dice(shooter).is_ok() && game.offer_dice().is_ok()
            } else {
                game.offer_dice().is_ok()
            }
        });
        if !can_go || !has_shooter {
            let seal = table.times.seal;
            if let Phase::Betting(betting) = &mut table.phase {
                betting.bets_due = Some(now.after(seal));
            }
            self.put(table);
            return;
        }
        let is_passed = game.shooter() != before;
        let running = if is_passed { 0 } else { table.unprompted };
        table.game = game;
        self.put(table.clone());
        table.unprompted = running.saturating_add(1);
        self.lock(table);
    }

    /// Closes betting for one roll.
    fn lock(&mut self, mut table: ClubTable) {
        let Phase::Betting(Betting { seals, .. }) = &table.phase else {
            return;
        };
        let (table_state, seals) = (table.root(), seals.clone());
        let listed: Vec<_> = seals.iter().map(|(slot, seal)| (*slot, *seal)).collect();
        let lock_hash = dice::lock_hash(&dice::Lock {
            club: &self.state.club.0,
            table: &table.id.0,
            roster: &table.roster_hash,
            roll: table.roll,
            parent: &self.parent.0,
            table_state: &table_state,
            link: &table.link,
            seals: &listed,
        });
        self.events.push(ClubEvent::Locked {
            table: table.number,
            roll: table.roll,
            lock_hash,
            slots: seals.keys().copied().collect(),
        });
        table.phase = Phase::Locked(LockedRoll {
            lock_hash,
            parent: self.parent.0,
            table_state,
            since: self.state.time,
            close_due: self.state.time.after(table.times.close),
            seals,
            openings: BTreeMap::new(),
        });
        self.put(table);
    }
}

impl ClubState {
    /// What must hold before a lock, apart from the players' words: enough players, the seals of
    /// all keepers but those that may fail, a bet that sees the roll, and the seal of every seat
    /// with a working bet, unless the time for it is over.
    pub(super) fn check_seals(&self, table: &ClubTable) -> Result<(), Refusal> {
        let Phase::Betting(betting) = &table.phase else {
            return Err(Refusal::Locked);
        };
        let seated = table.present().count();
        if table.game.roll_count() == 0 && seated < usize::from(table.min_players) {
            let need = table.min_players;
            return Err(Refusal::TooFewPlayers { seated, need });
        }
        let is_missing = |slot: &Slot| !betting.seals.contains_key(slot);
        let keepers = keepers(&table.roster);
        let silent = keepers.iter().copied().filter(is_missing);
        let mut slots: Vec<Slot> = silent.collect();
        if slots.len() <= tolerated(keepers.len()) {
            slots.clear();
        }
        let is_overdue = self.time >= betting.sealing_since.after(table.times.seal);
        let sees_roll = self.has_bet_in_roll(table);
        if !is_overdue || !sees_roll {
            let bettors = table.present().map(|(number, _)| number);
            let bettors = bettors.filter(|number| table.has_working_bet(*number));
            slots.extend(bettors.map(|number| Slot(number.get())).filter(is_missing));
            slots.sort_unstable();
            slots.dedup();
        }
        if !slots.is_empty() {
            Err(Refusal::SealsMissing { slots })
        } else if sees_roll {
            Ok(())
        } else {
            Err(Refusal::NothingAtRisk)
        }
    }

    /// Whether a bet would see the roll if it were locked now. What players left behind needs a
    /// second contributor: nobody makes the dice of others alone.
    pub(super) fn has_bet_in_roll(&self, table: &ClubTable) -> bool {
        let seals = table.seals();
        table.seats.iter().any(|(number, seat)| {
            let is_in = if seat.is_present {
                seals.contains_key(&Slot(number.get()))
            } else {
                seals.len() > 1 || self.is_solo()
            };
            is_in && table.has_working_bet(*number)
        })
    }

    /// Whether the roll waits for the word of a player: of every person, and of bots too where
    /// people play together, until the shortest time for bets is over.
    pub(super) fn is_waited_for(&self, table: &ClubTable) -> bool {
        let Phase::Betting(betting) = &table.phase else {
            return false;
        };
        if self.time >= betting.since.after(table.times.ready) && !self.is_solo() {
            return false;
        }
        let is_person = |member: MemberNo| self.member(member).is_some_and(is_person);
        let people = table.present().filter(|(_, seat)| is_person(seat.member));
        let all_wait = people.count() > 1;
        let mut seats = table.present();
        seats.any(|(_, seat)| !seat.is_ready && (all_wait || is_person(seat.member)))
    }

    /// Whether everybody of this club is one person with bots: it has no time-outs, since there is
    /// nobody else to wait for.
    #[must_use]
    pub fn is_solo(&self) -> bool {
        let people = self.members().filter(|(_, member)| is_person(member));
        self.keepers.len() == 1 && people.count() == 1
    }
}
