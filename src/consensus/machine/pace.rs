//! Idle pause and waking: when the next height begins.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::{Machine, Output, Timer};
use crate::club::{Body, ClubState, ClubTable, Height, KeeperNo, TableNo, TimeMs};
use crate::consensus::Decision;
use crate::consensus::limits::{SEALS_GATHER, WAKES_MAX, WAKES_WITHIN};
use crate::consensus::view::ChainCondition;
use crate::dice::Slot;

/// How far the gathering of seals is.
#[derive(Debug, Default, PartialEq, Eq)]
enum Seals {
    /// None came since the last height.
    #[default]
    None,
    /// The timer runs.
    Gathering,
    /// It is time for those that came.
    Gathered,
}

/// What a machine remembers of its pauses.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// Whether another keeper's message wakes.
    woken: bool,
    seals: Seals,
    /// Whether the timer runs that sends waiting commands again.
    pub(super) resending: bool,
    /// The pause before followers are told again of the newest block, while the timer runs.
    pub(super) reminder: Option<Duration>,
    /// The deadline for which the timer runs.
    pub(super) deadline: Option<TimeMs>,
    /// When each keeper woke this one for nothing, or so it looks yet.
    wakes: BTreeMap<KeeperNo, VecDeque<(Height, Duration)>>,
}

impl Pace {
    pub(super) fn gathered(&mut self) {
        self.seals = Seals::Gathered;
    }

    /// Tells whether a keeper may wake the others once more, and counts it.
    fn may_wake(&mut self, keeper: KeeperNo, height: Height, now: Duration) -> bool {
        let wakes = self.wakes.entry(keeper).or_default();
        while let Some((_, at)) = wakes.front()
            && now.saturating_sub(*at) >= WAKES_WITHIN
        {
            wakes.pop_front();
        }
        let may = wakes.len() < WAKES_MAX;
        if may {
            wakes.push_back((height, now));
        }
        may
    }

    /// Forgets that a height was begun for nothing: its block had a purpose.
    pub(super) fn was_worth_it(&mut self, height: Height) {
        for wakes in self.wakes.values_mut() {
            wakes.retain(|(woken, _)| *woken != height);
        }
    }
}

/// Whether a block of this time has a deadline to bring about.
pub(super) fn is_due(state: &ClubState, time: TimeMs) -> bool {
    state.next_deadline().is_some_and(|at| at <= time)
}

impl Machine {
    /// Begins the next height if there is a reason and nothing is in its way.
    pub(super) fn go_on(&mut self) {
        let working = matches!(self.condition, ChainCondition::Working) && !self.stopping;
        if !working || self.landing.is_some() || self.post.running.is_some() {
            return;
        }
        self.drop_expired();
        let replays = self.post.must_replay(self.state.height().next());
        // Each has a timer to see to, so none may be skipped.
        let due = self.is_deadline_due();
        let wakes = self.commands_wake();
        let rekeys = self.rekeying.is_some();
        if self.can_vote() && (replays || due || wakes || rekeys || self.pace.woken) {
            self.pace.woken = false;
            self.begin();
        }
    }

    /// Notes that a keeper speaks of the next height, which begins then, unless that keeper woke
    /// this one too often for nothing.
    pub(super) fn wake(&mut self, keeper: KeeperNo) {
        let (height, now) = (self.next_height(), self.now.monotonic);
        if !self.pace.woken && self.pace.may_wake(keeper, height, now) {
            self.pace.woken = true;
        }
    }

    /// Drops commands that can be in no block any more.
    fn drop_expired(&mut self) {
        let time = if self.is_alone() {
            self.next_time()
        } else {
            // Other keepers' clocks may be behind: only the chain's time is certain.
            TimeMs(self.state.time().0.saturating_add(1))
        };
        for (id, why) in self.mempool.drop_expired(time) {
            self.settle(id, Decision::Rejected(why.into()));
        }
    }

    fn is_deadline_due(&mut self) -> bool {
        let wanted = self.state.next_deadline().filter(|_| self.can_vote());
        let due = wanted.is_some_and(|at| at.0 <= self.now.unix.0);
        let wanted = wanted.filter(|_| !due);
        if self.pace.deadline != wanted {
            self.pace.deadline = wanted;
            let timer = Timer::Deadline;
            self.outputs.push(match wanted {
                Some(at) => {
                    let after = at.0.saturating_sub(self.now.unix.0);
                    let after = Duration::from_millis(after);
                    Output::Arm { timer, after }
                }
                None => Output::Disarm(timer),
            });
        }
        due
    }

    /// Whether a waiting command wakes. While other nodes are linked, seals are gathered first, and
    /// openings wait until they complete a roll: one block takes them all.
    fn commands_wake(&mut self) -> bool {
        let has_peers = !self.peers.is_empty();
        let mut seals = false;
        let mut opens: BTreeMap<(TableNo, u64), BTreeMap<Slot, u16>> = BTreeMap::new();
        for command in self.mempool.commands() {
            match &command.body {
                Body::Seal { .. } if has_peers => seals = true,
                Body::Open {
                    table,
                    roll,
                    slot,
                    seen,
                    ..
                } if has_peers => {
                    let held = opens.entry((*table, *roll)).or_default();
                    held.insert(*slot, *seen);
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
                | Body::Seal { .. }
                | Body::Unseal { .. }
                | Body::Open { .. }
                | Body::NewChips
                | Body::KeeperReady { .. }
                | Body::ChangeKeepers { .. }
                | Body::Accuse { .. } => return true,
            }
        }
        if opens
            .iter()
            .any(|((table, roll), slots)| completes(&self.state, *table, *roll, slots))
        {
            return true;
        }
        if seals && self.pace.seals == Seals::None && self.can_vote() {
            self.pace.seals = Seals::Gathering;
            let (timer, after) = (Timer::Gather, SEALS_GATHER);
            self.outputs.push(Output::Arm { timer, after });
        }
        seals && self.pace.seals == Seals::Gathered
    }

    pub(super) fn stop_gathering(&mut self) {
        if self.pace.seals == Seals::Gathering {
            self.outputs.push(Output::Disarm(Timer::Gather));
        }
        self.pace.seals = Seals::None;
    }
}

/// Whether these openings close a locked roll. One for a roll that isn't locked has nothing to wait
/// for.
fn completes(
    state: &ClubState,
    number: TableNo,
    roll: u64,
    openings: &BTreeMap<Slot, u16>,
) -> bool {
    let table = state.table(number).filter(|table| table.roll == roll);
    let is_locked = table.is_some_and(ClubTable::is_locked);
    !is_locked || state.would_close(number, openings)
}
