//! The members that this node signs for: its player and the bots of the player's own club.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;

use super::Strategy;
use super::cast;
use crate::clock::UnixMillis;
use crate::club::{Body, ClubState, Command, MemberKind, TimeMs};
use crate::identity::StorageKey;
use crate::ledger::MemberNo;

/// How long a command may wait for its block, in milliseconds of block time: bounds how late
/// a bet can surprise its owner.
const COMMAND_LIFE_MILLIS: u64 = 30_000;

/// Signs commands, each with its member's next number.
pub(crate) struct Signers {
    me: MemberNo,
    keys: BTreeMap<MemberNo, SigningKey>,
    /// The last number that was signed for a member and may still be decided.
    signed: BTreeMap<MemberNo, u64>,
}

impl Signers {
    pub(crate) fn new(me: MemberNo, key: SigningKey) -> Self {
        Self {
            me,
            keys: BTreeMap::from([(me, key)]),
            signed: BTreeMap::new(),
        }
    }

    /// Takes up the bots among the members whose keys are this node's.
    pub(crate) fn take_up_bots(&mut self, state: &ClubState, storage_key: &StorageKey) {
        for (number, member) in state.members() {
            if member.kind != MemberKind::Bot || self.keys.contains_key(&number) {
                continue;
            }
            let key = cast::key_of(storage_key, &member.name);
            if key.verifying_key().to_bytes() == member.key.0 {
                self.keys.insert(number, key);
            }
        }
    }

    pub(crate) const fn me(&self) -> MemberNo {
        self.me
    }

    /// Returns the player's own key.
    pub(crate) fn my_key(&self) -> Option<&SigningKey> {
        self.keys.get(&self.me)
    }

    pub(crate) fn members(&self) -> BTreeSet<MemberNo> {
        self.keys.keys().copied().collect()
    }

    /// Returns how a bot of this node plays.
    pub(crate) fn strategy(&self, state: &ClubState, member: MemberNo) -> Option<Strategy> {
        if member == self.me || !self.keys.contains_key(&member) {
            return None;
        }
        cast::strategy_of(&state.member(member)?.name)
    }

    /// Returns the signed command, or `None` for a member that this node has no key of.
    pub(crate) fn sign(
        &mut self,
        state: &ClubState,
        now: UnixMillis,
        member: MemberNo,
        body: Body,
    ) -> Option<Command> {
        let key = self.keys.get(&member)?;
        let applied = state.member(member)?.sequence;
        let last = self.signed.get(&member).copied().unwrap_or(0).max(applied);
        let sequence = last.saturating_add(1);
        let time = now.0.max(state.time().0);
        let not_after = TimeMs(time.saturating_add(COMMAND_LIFE_MILLIS));
        self.signed.insert(member, sequence);
        Some(Command::sign(
            key,
            state.club(),
            member,
            sequence,
            not_after,
            body,
        ))
    }

    /// Forgets the numbers of a member whose command will not be decided, so that the next one
    /// starts again from the chain's number.
    pub(crate) fn give_back(&mut self, member: MemberNo) {
        self.signed.remove(&member);
    }
}

impl std::fmt::Debug for Signers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signers")
            .field("members", &self.members())
            .finish_non_exhaustive()
    }
}
