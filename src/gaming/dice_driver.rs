//! What the manager does for the dice: seals, openings, and what it must remember of them.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures::stream::FuturesUnordered;

use super::Reply;
use super::duties::{Duty, Known, owed, withdrawals};
use super::limits::{OPENING_TRIES, WITHDRAWAL_WAIT};
use super::manager::Manager;
use crate::club::{Body, ClubState, ClubTable, Command, TableNo};
use crate::consensus::Decision;
use crate::dice::Slot;
use crate::ledger::MemberNo;
use crate::storage::Write;

/// What became of openings that were sent and not waited for.
pub(super) struct Sent {
    table: TableNo,
    decisions: Vec<(MemberNo, Decision)>,
}

/// What the manager remembers of the rolls under way.
#[derive(Default)]
pub(super) struct DiceNotes {
    /// Since when each table's locked roll is known.
    locks: BTreeMap<TableNo, (u64, Duration)>,
    /// The openings that were sent for it and are on no block yet.
    sent: BTreeMap<TableNo, BTreeSet<Slot>>,
    /// Their answers to come.
    pub(super) answers: FuturesUnordered<Pin<Box<dyn Future<Output = Sent> + Send>>>,
    /// When a keeper of this node opens though openings of seats are missing.
    pub(super) opens_in: Option<Duration>,
}

impl DiceNotes {
    /// Takes up what is locked, and forgets what is over. Returns for how long the table's locked
    /// roll is known.
    fn note(&mut self, table: &ClubTable, now: Duration) -> Duration {
        let number = table.number;
        let known = self.locks.get(&number).copied();
        if let Some((_, since)) = known.filter(|(roll, _)| *roll == table.roll) {
            return now.saturating_sub(since);
        }
        self.sent.remove(&number);
        self.locks.remove(&number);
        if table.is_locked() {
            self.locks.insert(number, (table.roll, now));
        }
        Duration::ZERO
    }
}

impl Manager {
    /// Seals and opens what this node's members owe to the dice of all tables. What the store or
    /// the chain does not take is tried again later, and said.
    pub(super) async fn do_duties(&mut self) {
        self.trouble = None;
        self.dice.opens_in = None;
        let tables: Vec<TableNo> = self.state().tables().map(|(number, _)| number).collect();
        for number in tables {
            if let Err(why) = self.do_duties_at(number).await {
                tracing::error!(table = %number, why, "the dice wait for this node");
                self.trouble = Some(why);
            }
        }
    }

    async fn do_duties_at(&mut self, number: TableNo) -> Result<(), String> {
        let view = self.chain.view();
        let state = &view.state;
        let Some(table) = state.table(number) else {
            return Ok(());
        };
        let locals = self.signers.members();
        let mut lines = table.roster.iter();
        if !lines.any(|line| locals.contains(&line.member)) {
            let erased = self.epochs.erase_before(table.id, table.epoch).await;
            return erased.map_err(|e| e.to_string());
        }
        let secret = self.epochs.secret(table.id, table.epoch).await;
        let secret = secret.map_err(|e| e.to_string())?;
        let certified_for = self.dice.note(table, self.clock.monotonic());
        let held = view.openings.get(&number).cloned().unwrap_or_default();
        let sent = self.dice.sent.get(&number).into_iter().flatten();
        let openings = held.keys().chain(sent).copied().collect();
        let known = Known {
            openings: &openings,
            certified_for,
        };
        let mut owed = owed(state, number, &locals, &secret, known);
        if view.host.is_doubted {
            owed.stop_sealing();
        }
        self.dice.opens_in = self.dice.opens_in.into_iter().chain(owed.opens_in).min();
        let lost = owed.lost;
        if !owed.duties.is_empty() {
            self.note_openings(table, &owed.duties).await?;
            let waits = !closes(state, number, held, &owed.duties) && table.is_locked();
            self.send_duties(state, number, owed.duties, waits).await?;
        }
        match lost.first() {
            Some(slot) => Err(format!(
                "the secret that slot {slot} sealed for roll {} was lost on this node, so it can't be opened",
                table.roll
            )),
            None => Ok(()),
        }
    }

    /// Sends what is owed. Openings that close no roll yet get their block with others' later, so
    /// nobody waits for them here.
    async fn send_duties(
        &mut self,
        state: &ClubState,
        number: TableNo,
        duties: Vec<Duty>,
        later: bool,
    ) -> Result<(), String> {
        let slots: Vec<Slot> = duties
            .iter()
            .filter_map(|d| opening(&d.body))
            .map(|o| o.0)
            .collect();
        let commands = duties.into_iter().filter_map(|duty| {
            let now = self.clock.now();
            let member = duty.member;
            Some((member, self.signers.sign(state, now, member, duty.body)?))
        });
        let (members, commands): (Vec<_>, Vec<Command>) = commands.unzip();
        let chain = self.chain.clone();
        if later {
            self.dice.sent.entry(number).or_default().extend(slots);
            self.dice.answers.push(Box::pin(async move {
                let mut decisions = Vec::new();
                for _ in 0..OPENING_TRIES {
                    // Asking again with the same commands is safe, and keeps them on their way.
                    decisions = chain.propose_all(commands.clone()).await;
                    let is_open = |decision: &Decision| matches!(decision, Decision::Unknown(_));
                    if !decisions.iter().any(is_open) {
                        break;
                    }
                }
                Sent {
                    table: number,
                    decisions: members.into_iter().zip(decisions).collect(),
                }
            }));
            return Ok(());
        }
        let decisions = chain.propose_all(commands).await;
        self.absorb_decided();
        for (member, decision) in members.into_iter().zip(decisions) {
            match self.reply(member, decision) {
                Reply::Decided(_) => {}
                Reply::Unknown | Reply::Lost => {
                    return Err("no answer from consensus in time".to_owned());
                }
                Reply::Rejected(why) => return Err(format!("the chain refused: {why:?}")),
            }
        }
        Ok(())
    }

    /// Takes in what became of openings; what was not taken is owed again.
    pub(super) fn heard(&mut self, sent: Sent) {
        self.dice.sent.remove(&sent.table);
        for (member, decision) in sent.decisions {
            if let Reply::Rejected(why) = self.reply(member, decision) {
                tracing::warn!(table = %sent.table, %member, ?why, "an opening was not taken");
            }
        }
        self.absorb_decided();
    }

    /// Withdraws the seals of this node before it stops, so that no roll of others waits for them.
    pub(super) async fn withdraw_seals(&mut self) {
        let state = self.state();
        if state.is_solo() {
            return;
        }
        let locals = self.signers.members();
        let owed = state
            .tables()
            .flat_map(|(_, table)| withdrawals(table, &locals));
        let commands: Vec<Command> = owed
            .filter_map(|duty| {
                let now = self.clock.now();
                self.signers.sign(&state, now, duty.member, duty.body)
            })
            .collect();
        let withdrawn = self.chain.propose_all(commands);
        if tokio::time::timeout(WITHDRAWAL_WAIT, withdrawn)
            .await
            .is_err()
        {
            tracing::warn!("no answer from consensus; others may wait for this node's seals");
        }
    }

    /// Makes durable what is about to be opened, so that no crash lets a slot open twice.
    async fn note_openings(&mut self, table: &ClubTable, duties: &[Duty]) -> Result<(), String> {
        let notes = duties.iter().filter_map(|duty| {
            let Body::Open {
                roll,
                slot,
                lock_hash,
                ..
            } = &duty.body
            else {
                return None;
            };
            Some(Write::Opened {
                table: table.id,
                slot: slot.0,
                roll: *roll,
                lock_hash: *lock_hash,
            })
        });
        let writes = notes.map(|note| self.store.write(note));
        let done: Result<Vec<()>, _> = futures::future::try_join_all(writes).await;
        done.map(drop).map_err(|error| error.to_string())
    }
}

/// Whether these duties are openings that close the table's roll, with those that wait already.
fn closes(
    state: &ClubState,
    number: TableNo,
    mut held: BTreeMap<Slot, u16>,
    duties: &[Duty],
) -> bool {
    held.extend(duties.iter().filter_map(|duty| opening(&duty.body)));
    state.would_close(number, &held)
}

/// The slot of an opening, and what it says was seen.
const fn opening(body: &Body) -> Option<(Slot, u16)> {
    if let Body::Open { slot, seen, .. } = body {
        Some((*slot, *seen))
    } else {
        None
    }
}
