//! The past of a table as its player saw it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::view::{DiceProof, HISTORY_ROLLS_MAX, Placed, RollView};
use crate::clock::UnixMillis;
use crate::club::{self, ClubState, TableNo};
use crate::consensus::{PastBet, PastRoll};
use crate::craps::{Decision, SeatNo};
use crate::ledger::MemberNo;
use crate::shown::{NAME_COLUMNS_MAX, Shown};

/// The newest rolls of one table, and the last bets before this start.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    newest_first: VecDeque<Arc<RollView>>,
    placed: Arc<[Placed]>,
}

impl History {
    pub(crate) fn push(&mut self, record: Arc<RollView>) {
        self.newest_first.push_front(record);
        self.newest_first.truncate(HISTORY_ROLLS_MAX);
    }

    pub(crate) fn rolls(&self) -> Vec<Arc<RollView>> {
        self.newest_first.iter().cloned().collect()
    }

    pub(crate) fn placed_before(&mut self, placed: Arc<[Placed]>) {
        self.placed = placed;
    }

    pub(crate) fn placed(&self) -> Arc<[Placed]> {
        Arc::clone(&self.placed)
    }

    /// How often each total is among the kept rolls: the same before and after a restart.
    pub(crate) fn seen(&self) -> [u64; 13] {
        let mut seen = [0; 13];
        for record in &self.newest_first {
            if let Some(count) = seen.get_mut(usize::from(record.dice.total())) {
                *count += 1;
            }
        }
        seen
    }
}

/// Returns bets by their tables, in the order in which they were made.
pub(crate) fn by_table(bets: &[PastBet]) -> BTreeMap<TableNo, Vec<Placed>> {
    let mut placed: BTreeMap<TableNo, Vec<Placed>> = BTreeMap::new();
    for past in bets {
        placed.entry(past.table).or_default().push(Placed {
            height: past.height,
            bet: past.bet,
            amount: past.amount,
        });
    }
    placed
}

/// Returns a member's name, harmless and narrow enough for a row.
pub(crate) fn name_of(state: &ClubState, member: MemberNo) -> Shown {
    let name = state
        .member(member)
        .map_or("-", |member| member.name.as_str());
    Shown::new(name, NAME_COLUMNS_MAX)
}

/// Returns one roll of the chain as `me` saw it. `state` is any later state of the same club, for names.
#[must_use]
pub fn as_seen_by(me: MemberNo, state: &ClubState, past: &PastRoll) -> RollView {
    let record = &past.record;
    let result = &record.result;
    let my_seat = record.credits.iter().find(|credit| credit.member == me);
    let decisions: Vec<Decision> = my_seat
        .and_then(|mine| result.seats.iter().find(|seat| seat.seat == mine.seat))
        .map_or_else(Vec::new, |seat| seat.decisions.clone());
    let openings = record.proof.openings.iter();
    let name = |seat: SeatNo| name_of_seat(state, record, seat);
    RollView {
        roll: record.roll,
        hand_roll: result.hand_rolls,
        dice: result.dice,
        before: result.before,
        after: result.after,
        seven_out: result.seven_out,
        shooter: result.shooter_before.map_or_else(Shown::default, name),
        next_shooter: result
            .shooter_after
            .filter(|after| Some(*after) != result.shooter_before)
            .map(name),
        net: decisions
            .iter()
            .map(|decision| decision.net)
            .fold(0, i64::saturating_add),
        balance: my_seat.map(|mine| mine.balance),
        decisions,
        height: past.height,
        opened: record
            .proof
            .openings
            .iter()
            .filter(|opening| opening.counts)
            .count(),
        of: record.proof.openings.len(),
        left_out: record.frozen.iter().copied().map(name).collect(),
        at: UnixMillis(past.time.0),
        proof: Arc::new(DiceProof {
            names: openings
                .map(|opening| name_of(state, opening.member))
                .collect(),
            record: record.clone(),
        }),
    }
}

/// Who sat there when the dice fell: the contributor of that slot, or the owner of bets left behind.
fn name_of_seat(state: &ClubState, record: &club::RollRecord, seat: SeatNo) -> Shown {
    let contributor = record
        .proof
        .openings
        .iter()
        .find(|opening| opening.slot.0 == seat.get())
        .map(|opening| opening.member);
    let owner = record
        .credits
        .iter()
        .find(|credit| credit.seat == seat)
        .map(|owner| owner.member);
    contributor
        .or(owner)
        .map_or_else(|| Shown::new("-", 1), |member| name_of(state, member))
}
