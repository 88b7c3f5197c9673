//! Openings, the close of a locked roll, and what it pays.

use std::collections::{BTreeMap, BTreeSet};

use super::command::NewSeal;
use super::counting::{Count, count, keepers};
use super::event::ClubEvent;
use super::ids::TableNo;
#[cfg(test)]
use super::planted::{Planted, is_planted};
use super::proof::{ProvenOpening, ProvenSecret, RollProof};
use super::refusal::Refusal;
use super::roll_record::{CameDown, RollRecord, SeatCredit};
use super::sealing::check_slot;
use super::seats::{settle_to, standing};
use super::state::ClubState;
use super::table::{Betting, ClubTable, LockedRoll, Opening, Phase};
use super::transition::Draft;
use crate::craps::{BetKey, Outcome, RollResult, SeatNo};
use crate::dice::{self, Hash32, Slot, SlotSecret};
use crate::ledger::{Chips, MemberNo, Movement};

/// An opening as it comes in.
pub(super) struct NewOpening {
    pub(super) roll: u64,
    pub(super) slot: Slot,
    pub(super) lock_hash: Hash32,
    pub(super) secret: Hash32,
    pub(super) seen: u16,
    pub(super) next: Option<NewSeal>,
}

impl Draft {
    pub(super) fn open(
        &mut self,
        member: MemberNo,
        number: TableNo,
        opening: &NewOpening,
    ) -> Result<(), Refusal> {
        let table = self.table(number)?;
        let Phase::Locked(locked) = &table.phase else {
            return Err(Refusal::NotLocked);
        };
        if table.roll != opening.roll {
            return Err(Refusal::WrongRoll { now: table.roll });
        }
        // The certificate of the lock comes before any opening of it, so no block holds both.
        if locked.since == self.state.time {
            return Err(Refusal::NotLocked);
        }
        let slot = opening.slot;
        check_slot(table, member, slot)?;
        let seal = locked.seals.get(&slot).ok_or(Refusal::NotSealed)?;
        if locked.lock_hash != opening.lock_hash {
            return Err(Refusal::WrongLock);
        }
        if locked.openings.contains_key(&slot) {
            return Err(Refusal::AlreadyOpened);
        }
        let binding = table.binding(&self.state.club, slot);
        if dice::seal(&binding, &SlotSecret::opened(opening.secret)) != *seal {
            return Err(Refusal::WrongSecret);
        }
        if opening.next.is_some_and(|next| next.stir != 0) {
            return Err(Refusal::StirNotOffered);
        }
        let next = opening.next.map(|next| next.seal);
        let next = next.filter(|_| self.state.may_seal(table, member).is_ok());
        let mut table = table.clone();
        if let Phase::Locked(locked) = &mut table.phase {
            let opening = Opening {
                secret: opening.secret,
                seen: opening.seen,
                next,
            };
            locked.openings.insert(slot, opening);
        }
        self.put(table);
        Ok(())
    }

    /// Closes the rolls that everybody opened who sealed, and those whose time is over, as far as
    /// enough keepers opened.
    pub(super) fn close_rolls(&mut self) {
        let now = self.state.time;
        let numbers: Vec<TableNo> = self.state.tables.keys().copied().collect();
        for number in numbers {
            let Some(table) = self.state.table(number) else {
                continue;
            };
            let Phase::Locked(locked) = &table.phase else {
                continue;
            };
            let (table, locked) = (table.clone(), locked.clone());
            let count = locked.count(&table, &BTreeMap::new());
            let is_due = locked.close_due <= now;
            if count.is_enough && (is_due || count.counted.len() == locked.seals.len()) {
                self.close(table, &locked, &count.counted);
            } else if is_due {
                self.wait_for_keepers(table);
            }
        }
    }

    /// Moves a deadline on that passed without enough keepers' openings.
    fn wait_for_keepers(&mut self, mut table: ClubTable) {
        let due = self.state.time.after(table.times.close);
        if let Phase::Locked(locked) = &mut table.phase {
            locked.close_due = due;
        }
        self.put(table);
    }

    fn close(&mut self, mut table: ClubTable, locked: &LockedRoll, counted: &BTreeSet<Slot>) {
        let secret = |slot: &Slot| locked.openings.get(slot).map(|opening| opening.secret);
        let secrets: Vec<_> = locked
            .seals
            .keys()
            .map(|slot| (*slot, secret(slot).filter(|_| counted.contains(slot))))
            .collect();
        let close_hash = dice::close_hash(&locked.lock_hash, &secrets);
        let seed = dice::seed(&locked.lock_hash, &close_hash);
        let dice = dice::dice_of(&seed);
        let link = dice::link(&table.link, &locked.lock_hash, &close_hash, dice);
        let proof = RollProof {
            club: self.state.club,
            epoch: table.epoch,
            roster: table.roster_keys(|of| self.state.member(of).map(|member| member.key)),
            parent: locked.parent,
            table_state: locked.table_state,
            link_before: table.link,
            openings: prove(&table, locked, counted),
            lock_hash: locked.lock_hash,
            close_hash,
            seed,
            link,
        };
        let frozen = self.frozen(&table, counted);
        let before: Vec<_> = table
            .seats
            .iter()
            .map(|(number, seat)| (*number, seat.member, standing(&table.game, *number)))
            .collect();
        let result = table.game.roll_except(dice, &frozen);
        let (credits, came_down) = self.settle(&mut table, before, &result);
        table.link = link;
        let (number, id, roll) = (table.number, table.id, table.roll);
        let left_out = locked.seals.keys().copied();
        let left_out = left_out.filter(|slot| !counted.contains(slot)).collect();
        let record = self.events.len();
        let withheld = self.end_roll(&mut table, locked, left_out);
        let rolled = ClubEvent::Rolled(Box::new(RollRecord {
            table: number,
            id,
            roll,
            result,
            frozen,
            credits,
            came_down,
            withheld,
            proof,
        }));
        // The dice come before what follows from the openings that are missing.
        self.events.insert(record, rolled);
        self.put(table);
    }

    /// The seats whose bets do not see the roll: those without a counted secret, and what was left
    /// behind where a single contributor would make the dice of others.
    fn frozen(&self, table: &ClubTable, counted: &BTreeSet<Slot>) -> Vec<SeatNo> {
        let is_alone = counted.len() == 1 && !self.state.is_solo();
        let counts = |member| table.slot_of(member).is_some_and(|s| counted.contains(&s));
        let seats = table.seats.iter().filter(|(_, seat)| {
            let plays = counts(seat.member) || !seat.is_present && !is_alone;
            !plays
        });
        seats.map(|(number, _)| *number).collect()
    }

    /// Opens the bets of the next roll; its seals came with the openings.
    pub(super) fn next_roll(&mut self, table: &mut ClubTable, locked: &LockedRoll) {
        #[cfg(test)]
        if is_planted(Planted::RollStaysLocked) {
            return;
        }
        table.roll = table.roll.saturating_add(1);
        #[cfg(test)]
        if is_planted(Planted::RollNumberTwice) {
            table.roll = table.roll.saturating_sub(1);
        }
        let next = locked.openings.iter();
        let next = next.filter_map(|(slot, opening)| Some((*slot, opening.next?)));
        table.phase = Phase::Betting(Betting::new(self.state.time, next.collect()));
        let game = &table.game;
        let stays = |number: &SeatNo| !game.at_risk(*number).is_zero();
        table
            .seats
            .retain(|number, seat| seat.is_present || stays(number));
        for seat in table.seats.values_mut() {
            seat.is_ready = false;
        }
        self.seat_waiting(table);
        if table.contributors(&self.state.keepers) != table.roster {
            self.renew_roster(table);
        }
    }

    /// Pays a roll in one sum per member. A winning bet that stays up reserves anew; if the treasury
    /// can't cover all of them, those decided last come down with their stakes. Where the player
    /// has left, a win is the end of the bet.
    #[expect(
        clippy::expect_used,
        reason = "every win was reserved when its bet was placed; halting beats minting chips"
    )]
    fn settle(
        &mut self,
        table: &mut ClubTable,
        before: Vec<(SeatNo, MemberNo, Movement)>,
        result: &RollResult,
    ) -> (Vec<SeatCredit>, Vec<CameDown>) {
        let mut moved = before;
        for (number, _, movement) in &mut moved {
            let seat = result.seats.iter().find(|seat| seat.seat == *number);
            movement.credit = seat.map_or(Chips::ZERO, |seat| seat.credit);
            settle_to(movement, &table.game, *number);
        }
        let is_present = |seat: &SeatNo| table.seats.get(seat).is_some_and(|seat| seat.is_present);
        let (mut stay_up, mut leaving): (Vec<_>, Vec<_>) = winners_that_stay(result)
            .into_iter()
            .partition(|(seat, _)| is_present(seat));
        let mut came_down = Vec::new();
        loop {
            let is_covered = self.state.ledger.free_after(&movements(&moved)).is_ok();
            if is_covered && leaving.is_empty() {
                break;
            }
            let next = leaving.pop().or_else(|| stay_up.pop());
            let (seat, bet) = next.expect("only bets that stay up reserve anew");
            let returned = table.game.bring_down(seat, bet);
            came_down.push(CameDown {
                seat,
                bet,
                returned,
            });
            let owner = moved.iter_mut().find(|(number, ..)| *number == seat);
            if let Some((_, _, movement)) = owner {
                let credit = movement.credit.checked_add(returned);
                movement.credit = credit.expect("all chips of a club fit 64 bits");
                settle_to(movement, &table.game, seat);
            }
        }
        self.state
            .ledger
            .book(&movements(&moved))
            .expect("the reserve covers every win");
        let credits = moved.iter().map(|(seat, member, movement)| SeatCredit {
            seat: *seat,
            member: *member,
            credit: movement.credit,
            balance: self.state.ledger.balance(*member),
        });
        (credits.collect(), came_down)
    }
}

impl ClubState {
    /// Whether a locked roll would close for good at the end of the next block, before its time, if
    /// that block held these openings too: by slot, what each says was seen. Until then openings
    /// are no reason for a block.
    #[must_use]
    pub fn would_close(&self, number: TableNo, openings: &BTreeMap<Slot, u16>) -> bool {
        let Some((table, Phase::Locked(locked))) = self.table(number).map(|t| (t, &t.phase)) else {
            return false;
        };
        let count = locked.count(table, openings);
        count.is_enough && count.counted.len() == locked.seals.len()
    }
}

impl LockedRoll {
    /// Counts the openings on the chain, and others.
    pub(super) fn count(&self, table: &ClubTable, others: &BTreeMap<Slot, u16>) -> Count {
        let mut openings = others.clone();
        openings.retain(|slot, _| self.seals.contains_key(slot));
        let here = self.openings.iter();
        openings.extend(here.map(|(slot, opening)| (*slot, opening.seen)));
        let openings = openings.iter().map(|(slot, seen)| (*slot, *seen));
        count(&keepers(&table.roster), openings)
    }
}

fn movements(moved: &[(SeatNo, MemberNo, Movement)]) -> Vec<(MemberNo, Movement)> {
    let moved = moved.iter();
    moved
        .map(|(_, member, movement)| (*member, *movement))
        .collect()
}

/// The winning bets that stay up, in the order of resolution.
fn winners_that_stay(result: &RollResult) -> Vec<(SeatNo, BetKey)> {
    let seats = result.seats.iter();
    let decided = seats.flat_map(|seat| seat.decisions.iter().map(|made| (seat.seat, made)));
    let staying =
        decided.filter(|(_, made)| made.stays_up && matches!(made.outcome, Outcome::Win { .. }));
    staying.map(|(seat, made)| (seat, made.key)).collect()
}

fn prove(table: &ClubTable, locked: &LockedRoll, counted: &BTreeSet<Slot>) -> Vec<ProvenOpening> {
    let sealed = table.roster.iter().filter_map(|line| {
        let opening = locked.openings.get(&line.slot);
        Some(ProvenOpening {
            slot: line.slot,
            member: line.member,
            seal: *locked.seals.get(&line.slot)?,
            opened: opening.map(|opening| ProvenSecret {
                secret: opening.secret,
                seen: opening.seen,
            }),
            counts: counted.contains(&line.slot),
        })
    });
    sealed.collect()
}
