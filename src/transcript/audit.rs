//! A second look at every roll, from the commands of the blocks alone.
//!
//! [`crate::club::apply`] has computed the roll already. This part keeps its own books of seals,
//! locks and openings, so that a roll's record is compared with what its contributors signed, and
//! in which order.

use std::collections::BTreeMap;

use super::fault::{Rule, Wrong, of_proof, wrong};
use crate::club::{
    Applied, Block, Body, ClubEvent, ClubId, ClubState, ClubTable, LockedRoll, Phase,
    ProvenOpening, RollRecord, RosterLine, TableNo, hex,
};
use crate::dice::{self, Binding, Contributor, Hash32, Lock, Slot, SlotSecret};

/// The books of all tables.
#[derive(Clone, Debug, Default)]
pub(super) struct Audit {
    tables: BTreeMap<TableNo, Books>,
}

/// The books of one table: what was signed for its next and its locked roll.
#[derive(Clone, Debug, Default)]
struct Books {
    rolls: u64,
    /// The link of the newest roll; none before the first.
    link: Option<Hash32>,
    /// The newest seal for a roll and slot.
    seals: BTreeMap<(u64, Slot), Hash32>,
    locked: Option<Locked>,
}

/// A roll after its lock.
#[derive(Clone, Debug)]
struct Locked {
    roll: u64,
    hash: Hash32,
    parent: Hash32,
    roster_hash: Hash32,
    roster: Vec<RosterLine>,
    link: Hash32,
    seals: BTreeMap<Slot, Hash32>,
    /// Secret, and which seats' openings had been seen by then.
    openings: BTreeMap<Slot, (Hash32, u16)>,
}

impl Audit {
    /// Opens the books at a state that is certified as a whole: its seals were in time, and what is
    /// locked in it is locked by a block before.
    pub(super) fn of(state: &ClubState) -> Result<Self, Wrong> {
        let mut audit = Self::default();
        for (number, table) in state.tables() {
            let seals = table.seals().iter();
            let mut books = Books {
                rolls: 0,
                link: Some(table.link),
                seals: seals
                    .map(|(slot, seal)| ((table.roll, *slot), *seal))
                    .collect(),
                locked: None,
            };
            if let Phase::Locked(locked) = &table.phase {
                let mut entry = books.locked(table, locked, locked.parent, state)?;
                for (slot, opening) in &locked.openings {
                    entry.openings.insert(*slot, (opening.secret, opening.seen));
                    if let Some(next) = opening.next {
                        let after = table.roll.saturating_add(1);
                        books.seals.insert((after, *slot), next);
                    }
                }
                books.locked = Some(entry);
            }
            audit.tables.insert(number, books);
        }
        Ok(audit)
    }

    /// Returns how many rolls each table had.
    pub(super) fn rolls(&self) -> BTreeMap<TableNo, u64> {
        let tables = self.tables.iter();
        let rolled = tables.filter(|(_, books)| books.rolls > 0);
        rolled
            .map(|(number, books)| (*number, books.rolls))
            .collect()
    }

    /// Books a block and compares it with what the club made of it.
    pub(super) fn block(&mut self, block: &Block, applied: &Applied) -> Result<(), Wrong> {
        let state = &applied.state;
        for (command, (_, outcome)) in block.commands.iter().zip(&applied.outcomes) {
            if outcome.is_ok() {
                self.command(&command.body, state)?;
            }
        }
        for event in &applied.events {
            match event {
                ClubEvent::Locked { table, roll, .. } => {
                    self.lock(*table, *roll, block.header.parent.0, state)?;
                }
                ClubEvent::Rolled(record) => self.roll(record, state.club())?,
                ClubEvent::Abandoned { table, .. } => {
                    self.tables.entry(*table).or_default().locked = None;
                }
                ClubEvent::Admitted { .. }
                | ClubEvent::NewChips { .. }
                | ClubEvent::TableCreated { .. }
                | ClubEvent::RulesChanged { .. }
                | ClubEvent::Seated { .. }
                | ClubEvent::Stood { .. }
                | ClubEvent::TurnedAway { .. }
                | ClubEvent::ShooterChanged { .. }
                | ClubEvent::BetsTaken { .. }
                | ClubEvent::Ready { .. }
                | ClubEvent::KeeperReady { .. }
                | ClubEvent::ChangeOpen { .. }
                | ClubEvent::KeepersChanged { .. }
                | ClubEvent::Rekeyed { .. }
                | ClubEvent::Accused { .. }
                | ClubEvent::Refused { .. } => {}
            }
        }
        for (number, books) in &mut self.tables {
            // Seals of rolls that are over are worth nothing any more.
            let roll = state.table(*number).map_or(u64::MAX, |table| table.roll);
            books.seals.retain(|(of, _), _| *of >= roll);
        }
        Ok(())
    }

    fn command(&mut self, body: &Body, state: &ClubState) -> Result<(), Wrong> {
        match body {
            Body::Seal {
                table,
                roll,
                slot,
                seal,
                ..
            } => {
                let books = self.tables.entry(*table).or_default();
                books.seals.insert((*roll, *slot), seal.seal);
            }
            Body::Unseal {
                table, roll, slot, ..
            } => {
                let books = self.tables.entry(*table).or_default();
                books.seals.remove(&(*roll, *slot));
            }
            Body::Open {
                table,
                roll,
                slot,
                lock_hash,
                secret,
                seen,
                next,
            } => {
                let id = state.table(*table).map(|table| table.id.0).ok_or_else(|| {
                    wrong(
                        Rule::Opening,
                        "a table of the club",
                        format!("table {table}"),
                    )
                })?;
                let books = self.tables.entry(*table).or_default();
                let names = (*roll, *lock_hash);
                let binding = |locked: &Locked| Binding {
                    club: state.club().0,
                    table: id,
                    roster: locked.roster_hash,
                    roll: *roll,
                    slot: *slot,
                };
                books.open(names, *slot, (*secret, *seen), binding)?;
                if let Some(next) = next {
                    let after = roll.saturating_add(1);
                    books.seals.insert((after, *slot), next.seal);
                }
            }
            Body::Nothing
            | Body::Admit { .. }
            | Body::CreateTable { .. }
            | Body::ChangeRules { .. }
            | Body::Sit { .. }
            | Body::Stand { .. }
            | Body::Bets { .. }
            | Body::Ready { .. }
            | Body::Roll { .. }
            | Body::PassDice { .. }
            | Body::NewChips
            | Body::KeeperReady { .. }
            | Body::ChangeKeepers { .. }
            | Body::Accuse { .. } => {}
        }
        Ok(())
    }

    /// A lock holds over the end of its block: whoever opens needs the block's certificate first.
    fn lock(
        &mut self,
        number: TableNo,
        roll: u64,
        parent: Hash32,
        state: &ClubState,
    ) -> Result<(), Wrong> {
        let found = state.table(number).and_then(|table| match &table.phase {
            Phase::Locked(locked) => Some((table, locked)),
            Phase::Betting { .. } => None,
        });
        let (table, locked) = found.ok_or_else(|| {
            let expected = format!("openings of roll {roll} in a block after its lock");
            wrong(Rule::Opening, expected, "openings in the same block")
        })?;
        let books = self.tables.entry(number).or_default();
        let entry = books.locked(table, locked, parent, state)?;
        books.locked = Some(entry);
        Ok(())
    }

    fn roll(&mut self, record: &RollRecord, club: &ClubId) -> Result<(), Wrong> {
        let books = self.tables.entry(record.table).or_default();
        let locked = books
            .locked
            .take()
            .filter(|locked| locked.roll == record.roll);
        let locked = locked.ok_or_else(|| {
            let found = format!("the dice of roll {}", record.roll);
            wrong(Rule::Lock, "a lock before the dice", found)
        })?;
        let proof = &record.proof;
        same(Rule::Club, &club.0, &proof.club.0)?;
        same(Rule::Lock, &locked.hash, &proof.lock_hash)?;
        same(Rule::Lock, &locked.parent, &proof.parent)?;
        let found = proof.roster_hash(&record.id);
        same(Rule::Roster, &locked.roster_hash, &found)?;
        same(Rule::Link, &locked.link, &proof.link_before)?;
        locked.compare(&proof.openings)?;
        record.verify().map_err(of_proof)?;
        books.link = Some(proof.link);
        books.rolls = books.rolls.saturating_add(1);
        Ok(())
    }
}

impl Books {
    fn open(
        &mut self,
        (roll, lock_hash): (u64, Hash32),
        slot: Slot,
        (secret, seen): (Hash32, u16),
        binding: impl Fn(&Locked) -> Binding,
    ) -> Result<(), Wrong> {
        let expected = format!("an opening of roll {roll} after the lock that it names");
        let locked = self.locked.as_mut();
        let locked = locked
            .filter(|locked| locked.roll == roll && locked.hash == lock_hash)
            .ok_or_else(|| wrong(Rule::Opening, expected, "no such lock in an earlier block"))?;
        let seal = dice::seal(&binding(locked), &SlotSecret::opened(secret));
        let sealed = locked.seals.get(&slot).copied().unwrap_or_default();
        same(Rule::Opening, &sealed, &seal)?;
        locked.openings.insert(slot, (secret, seen));
        Ok(())
    }

    /// Computes the lock from the books.
    fn locked(
        &self,
        table: &ClubTable,
        locked: &LockedRoll,
        parent: Hash32,
        state: &ClubState,
    ) -> Result<Locked, Wrong> {
        let roll = table.roll;
        let mut seals = BTreeMap::new();
        for (slot, seal) in &locked.seals {
            let booked = self.seals.get(&(roll, *slot)).ok_or_else(|| {
                let expected = format!("a seal of slot {slot} before the lock of roll {roll}");
                wrong(Rule::Seal, expected, "none")
            })?;
            same(Rule::Seal, booked, seal)?;
            seals.insert(*slot, *booked);
        }
        let roster_hash = roster_hash(table, state);
        same(Rule::Roster, &roster_hash, &table.roster_hash)?;
        let link = self.link.unwrap_or_else(|| dice::first_link(&table.id.0));
        let listed: Vec<_> = seals.iter().map(|(slot, seal)| (*slot, *seal)).collect();
        let hash = dice::lock_hash(&Lock {
            club: &state.club().0,
            table: &table.id.0,
            roster: &roster_hash,
            roll,
            parent: &parent,
            table_state: &locked.table_state,
            link: &link,
            seals: &listed,
        });
        same(Rule::Lock, &hash, &locked.lock_hash)?;
        Ok(Locked {
            roll,
            hash,
            parent,
            roster_hash,
            roster: table.roster.clone(),
            link,
            seals,
            openings: BTreeMap::new(),
        })
    }
}

impl Locked {
    /// Compares a record's openings with the seals and the counted secrets of the books.
    fn compare(&self, proven: &[ProvenOpening]) -> Result<(), Wrong> {
        let found: BTreeMap<Slot, Hash32> = proven.iter().map(|o| (o.slot, o.seal)).collect();
        if found != self.seals || found.len() != proven.len() {
            let slots = |seals: &BTreeMap<Slot, Hash32>| listed(seals.keys());
            return Err(wrong(Rule::Seal, slots(&self.seals), slots(&found)));
        }
        let counted = self.counted();
        let found: BTreeMap<Slot, Hash32> = proven
            .iter()
            .filter_map(|opening| Some((opening.slot, opening.counted()?)))
            .collect();
        if found == counted {
            return Ok(());
        }
        let slots = |secrets: &BTreeMap<Slot, Hash32>| listed(secrets.keys());
        Err(wrong(Rule::Counted, slots(&counted), slots(&found)))
    }

    /// Whose secrets count: a keeper's by its own opening, a seat's if it opened and more than a
    /// third of the keepers, as far as they count, had seen that when they opened.
    fn counted(&self) -> BTreeMap<Slot, Hash32> {
        let is_keeper = |slot: &Slot| {
            let mut lines = self.roster.iter();
            lines.any(|line| line.slot == *slot && line.is_keeper)
        };
        let keepers = self.roster.iter().filter(|line| line.is_keeper).count();
        let may_fail = keepers.saturating_sub(1).checked_div(3).unwrap_or(0);
        let saw = |slot: &Slot| {
            let bit = 1_u16.checked_shl(u32::from(slot.0)).unwrap_or(0);
            let openings = self.openings.iter();
            let keepers = openings.filter(|(of, (_, seen))| is_keeper(of) && seen & bit != 0);
            keepers.count()
        };
        let counts = |slot: &Slot| is_keeper(slot) || saw(slot) > may_fail;
        let counted = self.openings.iter().filter(|(slot, _)| counts(slot));
        counted
            .map(|(slot, (secret, _))| (*slot, *secret))
            .collect()
    }
}

fn roster_hash(table: &ClubTable, state: &ClubState) -> Hash32 {
    let contributors = table.roster.iter().filter_map(|line| {
        Some(Contributor {
            slot: line.slot,
            seated: line.is_seated,
            keeper: line.is_keeper,
            key: state.member(line.member)?.key.0,
        })
    });
    let contributors: Vec<_> = contributors.collect();
    dice::roster_hash(&state.club().0, &table.id.0, table.epoch, &contributors)
}

fn same(rule: Rule, expected: &Hash32, found: &Hash32) -> Result<(), Wrong> {
    if expected == found {
        Ok(())
    } else {
        Err(wrong(rule, hex::encode(expected), hex::encode(found)))
    }
}

fn listed<'a>(slots: impl Iterator<Item = &'a Slot>) -> String {
    let slots: Vec<String> = slots.map(ToString::to_string).collect();
    format!("slots {}", slots.join(", "))
}
