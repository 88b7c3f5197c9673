//! Who keeps the club: nobody becomes a keeper without showing that its node follows, one keeper
//! may grow to four or more at once, and keepers change each other by the approval of more than two
//! thirds of them. At most one change takes effect per block, at its end: the next block is theirs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::charter::is_signed;
use super::event::ClubEvent;
use super::hash::Domain;
use super::ids::{ClubId, Height, KeeperNo, PublicKey, SignatureBytes, StateRoot};
use super::keeper_change::{KeeperChange, KeeperRefusal, OpenChange, Readiness};
use super::limits::{
    APPROVAL_MILLIS, CHANGES_PER_KEEPER_MAX, KEEPERS_MAX, READY_BLOCKS, READY_MILLIS, ROOTS_KEPT,
    SHARED_KEEPERS_MIN,
};
use super::state::{ClubState, Keeper};
use super::transition::Draft;
use crate::ledger::{Chips, MemberNo};

/// The part of the state that is about keepers, beside the set itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Keeping {
    /// The number of the next newcomer: none is used again.
    pub(super) next: KeeperNo,
    /// The roots after the newest blocks, the newest last.
    roots: Vec<StateRoot>,
    ready: BTreeMap<MemberNo, Readiness>,
    pub(super) open: Vec<OpenChange>,
    pub(super) bonds: BTreeMap<KeeperNo, Chips>,
    pub(super) accused: BTreeSet<KeeperNo>,
}

impl Keeping {
    /// The founder keeps the club under number 0.
    pub(super) const fn new() -> Self {
        Self {
            next: KeeperNo(1),
            roots: Vec::new(),
            ready: BTreeMap::new(),
            open: Vec::new(),
            bonds: BTreeMap::new(),
            accused: BTreeSet::new(),
        }
    }
}

/// What a vote key signs to prove that its holder means it for this member of this club: it goes
/// into [`super::Body::KeeperReady`].
#[must_use]
pub fn vote_key_message(club: &ClubId, member: MemberNo) -> [u8; 32] {
    Domain::VoteKey.hash(&[&club.0, &member.0.to_le_bytes()])
}

/// How many of so many keepers decide: more than two thirds (Tendermint).
pub(super) const fn quorum(keepers: usize) -> usize {
    let doubled = keepers.saturating_mul(2);
    doubled.saturating_div(3).saturating_add(1)
}

impl ClubState {
    /// Whether more than one keeper decides.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.keepers.len() > 1
    }

    /// Returns a keeper of the next block.
    #[must_use]
    pub fn keeper(&self, number: KeeperNo) -> Option<&Keeper> {
        self.keepers.iter().find(|keeper| keeper.no == number)
    }

    /// Returns the keeper of the next block that a member is.
    #[must_use]
    pub fn keeper_of(&self, member: MemberNo) -> Option<&Keeper> {
        self.keepers.iter().find(|keeper| keeper.member == member)
    }

    /// Returns how a member has shown that its node could keep the club, as long as that holds: for
    /// 64 blocks, and an hour of block time at most.
    #[must_use]
    pub fn readiness(&self, member: MemberNo) -> Option<&Readiness> {
        self.keeping.ready.get(&member)
    }

    /// Returns the changes that gather approvals, in the order in which they were opened.
    #[must_use]
    pub fn open_changes(&self) -> &[OpenChange] {
        &self.keeping.open
    }

    /// Returns how many keepers must approve a change: more than two thirds, as for a block.
    #[must_use]
    pub const fn approvals_needed(&self) -> usize {
        quorum(self.keepers.len())
    }

    /// Returns what a keeper has put up for honest work; nothing in a hosted club.
    #[must_use]
    pub fn keeper_bond(&self, number: KeeperNo) -> Chips {
        let bond = self.keeping.bonds.get(&number);
        bond.copied().unwrap_or(Chips::ZERO)
    }

    /// Whether it is proven that a keeper signed two things for one place.
    #[must_use]
    pub fn is_accused(&self, number: KeeperNo) -> bool {
        self.keeping.accused.contains(&number)
    }

    /// Returns who would keep the club after a change, by number, if it were made now.
    ///
    /// # Errors
    /// The [`KeeperRefusal`] that says why it can't be made now.
    pub fn keepers_after(&self, change: &KeeperChange) -> Result<Vec<Keeper>, KeeperRefusal> {
        let have = self.keepers.len();
        let (out, coming) = match (change, self.is_shared()) {
            (KeeperChange::Grow { members }, false) => (None, members.as_slice()),
            (KeeperChange::Grow { .. }, true) => {
                return Err(KeeperRefusal::AlreadyShared { keepers: have });
            }
            (KeeperChange::Add { member }, true) => (None, std::slice::from_ref(member)),
            (KeeperChange::Remove { keeper }, true) => (Some(*keeper), [].as_slice()),
            (KeeperChange::Swap { out, member }, true) => {
                (Some(*out), std::slice::from_ref(member))
            }
            (KeeperChange::Shrink, true) => {
                let founder = self.keeper_of(MemberNo::FOUNDER);
                return Ok(vec![*founder.ok_or(KeeperRefusal::FounderIsNoKeeper)?]);
            }
            (
                KeeperChange::Add { .. }
                | KeeperChange::Remove { .. }
                | KeeperChange::Swap { .. }
                | KeeperChange::Shrink,
                false,
            ) => return Err(KeeperRefusal::NotShared),
        };
        if let Some(keeper) = out.filter(|out| self.keeper(*out).is_none()) {
            return Err(KeeperRefusal::UnknownKeeper { keeper });
        }
        let stays = |keeper: &&Keeper| Some(keeper.no) != out;
        let mut after: Vec<Keeper> = self.keepers.iter().filter(stays).copied().collect();
        // The size first: how many there are is clear before who they are.
        let would_be = after.len().saturating_add(coming.len());
        if !(SHARED_KEEPERS_MIN..=KEEPERS_MAX).contains(&would_be) {
            return Err(KeeperRefusal::KeeperCount { have, would_be });
        }
        let mut next = self.keeping.next;
        for member in coming {
            after.push(self.newcomer(*member, next, &after)?);
            let number = next.0.checked_add(1);
            next = KeeperNo(number.ok_or(KeeperRefusal::KeeperNumbersUsedUp)?);
        }
        Ok(after)
    }

    fn newcomer(
        &self,
        member: MemberNo,
        no: KeeperNo,
        others: &[Keeper],
    ) -> Result<Keeper, KeeperRefusal> {
        let known = self.member(member);
        let identity = known.ok_or(KeeperRefusal::UnknownMember { member })?.key;
        if let Some(keeper) = others.iter().find(|other| other.member == member) {
            let keeper = keeper.no;
            return Err(KeeperRefusal::KeepsAlready { member, keeper });
        }
        let ready = self.readiness(member);
        let vote_key = ready.ok_or(KeeperRefusal::NotReady { member })?.vote_key;
        Ok(Keeper {
            no,
            member,
            identity,
            vote_key,
        })
    }

    /// Whether enough keepers approve, for a shrink the founder among them.
    fn is_approved(&self, open: &OpenChange) -> bool {
        let founder = self.keeper_of(MemberNo::FOUNDER).map(|keeper| keeper.no);
        let has_founder = open.change != KeeperChange::Shrink
            || founder.is_some_and(|founder| open.approvals.contains(&founder));
        has_founder && open.approvals.len() >= self.approvals_needed()
    }

    /// Whether an approved change waits for the next block.
    pub(super) fn has_change_due(&self) -> bool {
        self.due_change().is_some()
    }

    fn due_change(&self) -> Option<(usize, Vec<Keeper>)> {
        let open = self.keeping.open.iter().enumerate();
        let mut approved = open.filter(|(_, open)| self.is_approved(open));
        approved.find_map(|(at, open)| Some((at, self.keepers_after(&open.change).ok()?)))
    }

    /// Whether a change can never be made any more, whatever happens before its day is over.
    fn is_void(&self, change: &KeeperChange) -> bool {
        matches!(
            self.keepers_after(change),
            Err(KeeperRefusal::AlreadyShared { .. }
                | KeeperRefusal::NotShared
                | KeeperRefusal::KeepsAlready { .. }
                | KeeperRefusal::UnknownKeeper { .. })
        )
    }
}

impl Draft {
    /// Before the commands of a block: notes the root that it follows, and forgets what is over.
    pub(super) fn begin_keeping(&mut self, parent: &ClubState) {
        let (now, height) = (self.state.time.0, self.state.height.0);
        let keeping = &mut self.state.keeping;
        keeping.roots.push(parent.root);
        let surplus = keeping.roots.len().saturating_sub(ROOTS_KEPT);
        keeping.roots.drain(..surplus);
        keeping.ready.retain(|_, ready| {
            let blocks = height.saturating_sub(ready.height.0);
            blocks <= READY_BLOCKS && now.saturating_sub(ready.since.0) <= READY_MILLIS
        });
        let is_fresh = |open: &OpenChange| now.saturating_sub(open.opened.0) <= APPROVAL_MILLIS;
        keeping.open.retain(is_fresh);
    }

    pub(super) fn keeper_ready(
        &mut self,
        member: MemberNo,
        (vote_key, proof): (&PublicKey, &SignatureBytes),
        (height, root): (Height, StateRoot),
    ) -> Result<(), KeeperRefusal> {
        let state = &mut self.state;
        if !is_signed(vote_key, &vote_key_message(&state.club, member), proof) {
            return Err(KeeperRefusal::VoteKeyProof);
        }
        let mut ready = state.keeping.ready.iter();
        let is_taken = state
            .keepers
            .iter()
            .any(|keeper| keeper.vote_key == *vote_key)
            || state.member_of(vote_key).is_some()
            || ready.any(|(other, ready)| *other != member && ready.vote_key == *vote_key);
        if is_taken {
            return Err(KeeperRefusal::VoteKeyTaken);
        }
        let roots = &state.keeping.roots;
        let newest = Height(state.height.0.saturating_sub(1));
        let age = newest.0.checked_sub(height.0);
        let mut newer_first = roots.iter().rev();
        let known = age.and_then(|age| newer_first.nth(usize::try_from(age).ok()?));
        let kept = u64::try_from(roots.len()).unwrap_or(u64::MAX);
        let oldest = Height(state.height.0.saturating_sub(kept));
        match known {
            None => return Err(KeeperRefusal::NotCaughtUp { oldest, newest }),
            Some(known) if *known != root => return Err(KeeperRefusal::StateDiffers { height }),
            Some(_) => {}
        }
        let ready = Readiness {
            vote_key: *vote_key,
            height: state.height,
            since: state.time,
        };
        state.keeping.ready.insert(member, ready);
        self.events.push(ClubEvent::KeeperReady { member });
        Ok(())
    }

    /// Approves a change, and opens it if nobody has.
    pub(super) fn change_keepers(
        &mut self,
        member: MemberNo,
        change: &KeeperChange,
    ) -> Result<(), KeeperRefusal> {
        let keeper = self
            .state
            .keeper_of(member)
            .ok_or(KeeperRefusal::NotKeeper)?
            .no;
        let need = self.state.approvals_needed();
        let mut open = self.state.keeping.open.iter();
        let at = open.position(|open| open.change == *change);
        match self.state.keepers_after(change) {
            // Readiness ends sooner than a day; who approves later must not wait for it.
            Err(KeeperRefusal::NotReady { .. }) if at.is_some() => {}
            after => drop(after?),
        }
        let now = self.state.time;
        let keeping = &mut self.state.keeping;
        let have = if let Some(open) = at.and_then(|at| keeping.open.get_mut(at)) {
            if !open.approvals.insert(keeper) {
                let have = open.approvals.len();
                return Err(KeeperRefusal::AlreadyApproved { have, need });
            }
            open.approvals.len()
        } else {
            let limit = CHANGES_PER_KEEPER_MAX;
            let mine = keeping.open.iter().filter(|open| open.by == Some(keeper));
            if mine.count() >= limit {
                return Err(KeeperRefusal::TooManyChanges { limit });
            }
            keeping.open.push(OpenChange {
                change: change.clone(),
                by: Some(keeper),
                opened: now,
                approvals: BTreeSet::from([keeper]),
            });
            1
        };
        self.events.push(ClubEvent::ChangeOpen {
            change: change.clone(),
            by: Some(member),
            have,
            need,
        });
        Ok(())
    }

    /// At the end of a block: makes the first change that is approved and possible. Tables get new
    /// rosters, those with a locked roll when it is over.
    pub(super) fn settle_keepers(&mut self) {
        let Some((at, after)) = self.state.due_change() else {
            return;
        };
        let was_solo = self.state.is_solo();
        let change = self.state.keeping.open.remove(at).change;
        let before = std::mem::replace(&mut self.state.keepers, after);
        self.settle_bonds(&before);
        let (mut came, mut left) = (Vec::new(), Vec::new());
        for keeper in self.state.keepers.clone() {
            if !before.contains(&keeper) {
                came.push(keeper);
                self.state.keeping.ready.remove(&keeper.member);
                self.state.keeping.next = KeeperNo(keeper.no.0.saturating_add(1));
            }
        }
        let stays = |keeper: &Keeper| self.state.keepers.contains(keeper);
        left.extend(before.into_iter().filter(|keeper| !stays(keeper)));
        self.state.forget_former();
        self.events
            .push(ClubEvent::KeepersChanged { change, came, left });
        self.renew_rosters();
        if was_solo && !self.state.is_solo() {
            self.restart_deadlines();
        }
        self.arm();
    }
}

impl Draft {
    /// Before the commands of a block: lets keepers vote with new keys, under new numbers. What
    /// stood for the old numbers goes with them: bonds move on, approvals and proofs are void.
    pub(super) fn rekey(&mut self, deciders: Vec<Keeper>) {
        let state = &mut self.state;
        let before = std::mem::replace(&mut state.keepers, deciders);
        let is_new = |keeper: &&Keeper| !before.contains(keeper);
        let came: Vec<Keeper> = state.keepers.iter().filter(is_new).copied().collect();
        let stays = |keeper: &&Keeper| !state.keepers.contains(keeper);
        let left: Vec<Keeper> = before.iter().filter(stays).copied().collect();
        for keeper in &came {
            let next = keeper.no.0.saturating_add(1);
            state.keeping.next = state.keeping.next.max(KeeperNo(next));
            state.keeping.ready.remove(&keeper.member);
            let old = left.iter().find(|old| old.member == keeper.member);
            let bond = old.and_then(|old| state.keeping.bonds.remove(&old.no));
            if let Some(bond) = bond {
                state.keeping.bonds.insert(keeper.no, bond);
            }
        }
        state.forget_former();
        let is_lost = |member: MemberNo| came.iter().any(|keeper| keeper.member == member);
        let locked = self.state.tables().map(|(_, table)| table);
        let locked = locked.filter(|table| table.is_locked()).cloned();
        for mut table in locked.collect::<Vec<_>>() {
            table.forget_next_seals(is_lost);
            self.put(table);
        }
        self.events.push(ClubEvent::Rekeyed { came, left });
        self.renew_rosters();
    }

    /// Begins a new epoch at every table without a locked roll; the others follow when it is over.
    fn renew_rosters(&mut self) {
        let tables = self.state.tables().map(|(_, table)| table.clone());
        for mut table in tables.collect::<Vec<_>>() {
            if !table.is_locked() {
                self.renew_roster(&mut table);
                self.put(table);
            }
        }
    }
}

impl ClubState {
    /// Forgets what was about keepers that are none any more, and changes that can't be made.
    fn forget_former(&mut self) {
        let numbers: BTreeSet<KeeperNo> = self.keepers.iter().map(|keeper| keeper.no).collect();
        self.keeping
            .accused
            .retain(|keeper| numbers.contains(keeper));
        let mut open = std::mem::take(&mut self.keeping.open);
        open.retain(|open| !self.is_void(&open.change));
        for open in &mut open {
            open.approvals.retain(|keeper| numbers.contains(keeper));
        }
        self.keeping.open = open;
    }
}
