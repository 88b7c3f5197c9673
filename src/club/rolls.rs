//! A roll: seals, readiness, the lock, openings, the close. The design is that of
//! [`crate::dice`]; what is refused, and why, stands here.

use super::command::NewSeal;
use super::ids::TableNo;
use super::output::{CameDown, ClubEvent, Refusal, RollRecord, SeatCredit};
use super::proof::{ProvenOpening, RollProof};
use super::seats::{settle_to, standing};
use super::table::{ClubTable, LockedRoll, Opening, Phase, is_person};
use super::transition::Draft;
use crate::craps::{Action, BetKey, Outcome, RollResult, SeatNo};
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
    pub(super) fn seal(
        &mut self,
        member: MemberNo,
        number: TableNo,
        place: (u32, u64, Slot),
        seal: NewSeal,
    ) -> Result<(), Refusal> {
        let table = self.sealing(member, number, place)?;
        if seal.stir != 0 {
            return Err(Refusal::StirNotOffered);
        }
        if table.seals().contains_key(&place.2) {
            return Err(Refusal::AlreadySealed);
        }
        let mut table = table.clone();
        if let Phase::Betting { seals } = &mut table.phase {
            seals.insert(place.2, seal.seal);
        }
        self.put(table);
        Ok(())
    }

    pub(super) fn unseal(
        &mut self,
        member: MemberNo,
        number: TableNo,
        place: (u32, u64, Slot),
    ) -> Result<(), Refusal> {
        let mut table = self.sealing(member, number, place)?.clone();
        let removed = match &mut table.phase {
            Phase::Betting { seals } => seals.remove(&place.2),
            Phase::Locked(_) => None,
        };
        removed.ok_or(Refusal::NoSeal)?;
        self.put(table);
        Ok(())
    }

    /// The table that a seal is for, if epoch, roll and slot fit.
    fn sealing(
        &self,
        member: MemberNo,
        number: TableNo,
        (epoch, roll, slot): (u32, u64, Slot),
    ) -> Result<&ClubTable, Refusal> {
        let table = self.table_before(number, roll)?;
        if table.epoch != epoch {
            return Err(Refusal::WrongEpoch { now: table.epoch });
        }
        check_slot(table, member, slot)?;
        Ok(table)
    }

    pub(super) fn ready(
        &mut self,
        member: MemberNo,
        number: TableNo,
        roll: u64,
    ) -> Result<(), Refusal> {
        let table = self.table_before(number, roll)?;
        let seat = table.present_seat_of(member).ok_or(Refusal::NotSeated)?;
        let mut table = table.clone();
        if let Some(seat) = table.seats.get_mut(&seat) {
            seat.is_ready = true;
        }
        self.put(table);
        self.events.push(ClubEvent::Ready {
            table: number,
            seat,
        });
        Ok(())
    }

    pub(super) fn pass_dice(
        &mut self,
        member: MemberNo,
        number: TableNo,
        roll: u64,
    ) -> Result<(), Refusal> {
        let table = self.table_before(number, roll)?;
        let seat = table.present_seat_of(member).ok_or(Refusal::NotSeated)?;
        let mut table = table.clone();
        table.game.pass_dice(seat).map_err(Refusal::Game)?;
        self.put(table);
        Ok(())
    }

    /// Closes betting for one roll.
    pub(super) fn lock(
        &mut self,
        member: MemberNo,
        number: TableNo,
        roll: u64,
    ) -> Result<(), Refusal> {
        let table = self.table_before(number, roll)?;
        let seat = table.present_seat_of(member).ok_or(Refusal::NotSeated)?;
        table.game.can_roll(seat).map_err(Refusal::Game)?;
        self.check_lock(table, seat)?;
        let (table_state, seals) = (table.root(), table.seals().clone());
        let listed: Vec<_> = seals.iter().map(|(slot, seal)| (*slot, *seal)).collect();
        let lock_hash = dice::lock_hash(&dice::Lock {
            club: &self.state.club.0,
            table: &table.id.0,
            roster: &table.roster_hash,
            roll,
            parent: &self.parent.0,
            table_state: &table_state,
            link: &table.link,
            seals: &listed,
        });
        let mut table = table.clone();
        self.events.push(ClubEvent::Locked {
            table: number,
            roll,
            lock_hash,
            slots: seals.keys().copied().collect(),
        });
        table.phase = Phase::Locked(LockedRoll {
            lock_hash,
            parent: self.parent.0,
            table_state,
            since: self.state.time,
            seals,
            openings: std::collections::BTreeMap::new(),
        });
        self.put(table);
        Ok(())
    }

    /// What must hold before a lock: enough players, all keepers' seals and those of every seat
    /// with a working bet, a bet that sees the roll, and the word of every other person.
    fn check_lock(&self, table: &ClubTable, shooter: SeatNo) -> Result<(), Refusal> {
        let seated = table.present().count();
        if table.game.roll_count() == 0 && seated < usize::from(table.min_players) {
            let need = table.min_players;
            return Err(Refusal::TooFewPlayers { seated, need });
        }
        let is_sealed = |slot: &Slot| table.seals().contains_key(slot);
        let must_seal = table.roster.iter().filter(|line| {
            let seat = SeatNo::new(line.slot.0);
            line.is_keeper || seat.is_some_and(|seat| table.has_working_bet(seat))
        });
        let slots = must_seal
            .map(|line| line.slot)
            .filter(|slot| !is_sealed(slot));
        let slots: Vec<_> = slots.collect();
        if !slots.is_empty() {
            return Err(Refusal::SealsMissing { slots });
        }
        let mut owners = table.seats.iter();
        let sees_roll = owners.any(|(number, seat)| {
            let plays = seat.is_present || table.seals().len() > 1;
            plays && table.has_working_bet(*number)
        });
        if !sees_roll {
            return Err(Refusal::NothingAtRisk);
        }
        let waiting = table.present().filter(|(number, seat)| {
            let member = self.state.member(seat.member);
            *number != shooter && !seat.is_ready && member.is_some_and(is_person)
        });
        let waiting: Vec<_> = waiting.map(|(number, _)| number).collect();
        if waiting.is_empty() {
            Ok(())
        } else {
            Err(Refusal::NotReady { waiting })
        }
    }

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
        let slot = opening.slot;
        check_slot(table, member, slot)?;
        let seal = locked.seals.get(&slot).ok_or(Refusal::NoSeal)?;
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
        check_seen(table, locked, slot, opening.seen)?;
        let mut table = table.clone();
        if let Phase::Locked(locked) = &mut table.phase {
            let opening = Opening {
                secret: opening.secret,
                seen: opening.seen,
                next: opening.next.map(|next| next.seal),
            };
            locked.openings.insert(slot, opening);
        }
        self.put(table);
        Ok(())
    }

    /// Closes the rolls for which everybody who sealed has opened.
    pub(super) fn close_complete_rolls(&mut self) {
        let complete = self
            .state
            .tables()
            .filter_map(|(number, table)| match &table.phase {
                Phase::Locked(locked) if locked.openings.len() == locked.seals.len() => {
                    Some((number, locked.clone()))
                }
                Phase::Locked(_) | Phase::Betting { .. } => None,
            });
        let complete: Vec<_> = complete.collect();
        for (number, locked) in complete {
            if let Some(table) = self.state.table(number) {
                let table = table.clone();
                self.close(table, &locked);
            }
        }
    }

    fn close(&mut self, mut table: ClubTable, locked: &LockedRoll) {
        let secrets: Vec<_> = locked
            .openings
            .iter()
            .map(|(slot, opening)| (*slot, Some(opening.secret)))
            .collect();
        let close_hash = dice::close_hash(&locked.lock_hash, &secrets);
        let seed = dice::seed(&locked.lock_hash, &close_hash);
        let dice = dice::dice_of(&seed);
        let link = dice::link(&table.link, &locked.lock_hash, &close_hash, dice);
        let before: Vec<_> = table
            .seats
            .iter()
            .map(|(number, seat)| (*number, seat.member, standing(&table.game, *number)))
            .collect();
        let result = table.game.roll(dice);
        let (credits, came_down) = self.settle(&mut table, before, &result);
        let openings = prove(&table, locked);
        let record = RollRecord {
            table: table.number,
            id: table.id,
            roll: table.roll,
            result,
            credits,
            came_down,
            proof: RollProof {
                club: self.state.club,
                roster_hash: table.roster_hash,
                parent: locked.parent,
                table_state: locked.table_state,
                link_before: table.link,
                openings,
                lock_hash: locked.lock_hash,
                close_hash,
                seed,
                link,
            },
        };
        self.events.push(ClubEvent::Rolled(Box::new(record)));
        table.link = link;
        table.roll = table.roll.saturating_add(1);
        let next = locked.openings.iter();
        let next = next.filter_map(|(slot, opening)| Some((*slot, opening.next?)));
        table.phase = Phase::Betting {
            seals: next.collect(),
        };
        let game = &table.game;
        let stays = |number: &SeatNo| !game.at_risk(*number).is_zero();
        table
            .seats
            .retain(|number, seat| seat.is_present || stays(number));
        for seat in table.seats.values_mut() {
            seat.is_ready = false;
        }
        self.seat_waiting(&mut table);
        self.put(table);
    }

    /// Pays a roll in one sum per member. A winning bet that stays up reserves anew; if the treasury
    /// can't cover all of them, those decided last come down with their stakes.
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
        let mut stay_up = winners_that_stay(result);
        let mut came_down = Vec::new();
        while self.state.ledger.free_after(&movements(&moved)).is_err() {
            let (seat, bet) = stay_up.pop().expect("only bets that stay up reserve anew");
            let taken = table.game.act(seat, &Action::TakeDown { bet }, Chips::ZERO);
            let returned = taken.expect("a bet that stays up may come down").returned;
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

fn check_slot(table: &ClubTable, member: MemberNo, slot: Slot) -> Result<(), Refusal> {
    let yours = table.slot_of(member);
    if yours == Some(slot) {
        Ok(())
    } else {
        Err(Refusal::NotYourSlot { yours })
    }
}

/// A keeper opens last: the openings of all seats that are no keepers must be there and noted as
/// seen, or a keeper could learn the dice first and then leave a player's secret out.
fn check_seen(
    table: &ClubTable,
    locked: &LockedRoll,
    slot: Slot,
    seen: u16,
) -> Result<(), Refusal> {
    let is_keeper = |of: Slot| {
        table
            .roster
            .iter()
            .any(|line| line.slot == of && line.is_keeper)
    };
    if !is_keeper(slot) {
        return Ok(());
    }
    let players = locked.seals.keys().copied().filter(|of| !is_keeper(*of));
    let is_seen = |of: &Slot| {
        let bit = 1_u16.checked_shl(u32::from(of.0)).unwrap_or(0);
        locked.openings.contains_key(of) && seen & bit != 0
    };
    let slots: Vec<_> = players.filter(|of| !is_seen(of)).collect();
    if slots.is_empty() {
        Ok(())
    } else {
        Err(Refusal::OpensMissing { slots })
    }
}

fn prove(table: &ClubTable, locked: &LockedRoll) -> Vec<ProvenOpening> {
    let sealed = table.roster.iter().filter_map(|line| {
        Some(ProvenOpening {
            slot: line.slot,
            member: line.member,
            seal: *locked.seals.get(&line.slot)?,
            secret: locked
                .openings
                .get(&line.slot)
                .map(|opening| opening.secret),
        })
    });
    sealed.collect()
}
