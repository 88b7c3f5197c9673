//! The vote keys of a running chain: a fresh engine for the one that votes, the word of one that would
//! vote, and a new one in the place of one that must not.

use std::collections::BTreeSet;
use std::sync::Arc;

use ed25519_dalek::SigningKey;

use super::{Chain, now};
use crate::club::limits::ROOTS_KEPT;
use crate::club::{Body, KeeperNo};
use crate::consensus::machine::{NoRekey, Output};
use crate::consensus::{ChainCondition, NoSuccessor, NotReady, VoteKeyError, Voting};
use crate::ledger::MemberNo;

impl Chain {
    /// Puts a fresh engine in the place of one that panicked.
    pub(super) async fn revive(&mut self) -> Vec<Output> {
        let state = Arc::clone(self.machine.state());
        let log = self.voter.kept(&state).await;
        match self.voter.engine(&state) {
            Some((_, engine)) => self.machine.revive(now(&*self.clock), engine, log),
            None => Vec::new(),
        }
    }

    /// Returns the word of a member's node that it is ready to keep the club.
    pub(super) async fn ready(&mut self, member: MemberNo) -> Result<Body, NotReady> {
        let view = self.machine.view();
        if let ChainCondition::Halted(why) = &view.condition {
            return Err(NotReady::Halted { why: why.clone() });
        }
        if let Voting::Votes(number) = view.voting {
            return Err(NotReady::Votes { number });
        }
        // The club takes the word of a node that is a few blocks late.
        if usize::try_from(view.behind).is_ok_and(|behind| behind >= ROOTS_KEPT) {
            let blocks = view.behind;
            return Err(NotReady::Behind { blocks });
        }
        self.voter.ready(&view.state, member).await
    }

    /// Goes on under a new vote key. In that moment the key has signed nothing, and what it signs
    /// leaves this node only when its block is durable.
    pub(super) async fn succeed(
        &mut self,
        founder: &SigningKey,
        despite: &BTreeSet<MemberNo>,
    ) -> Result<KeeperNo, NoSuccessor> {
        let state = Arc::clone(self.machine.state());
        if state.is_shared() {
            return Err(NoSuccessor::Shared);
        }
        let place = self.machine.rekey_place(MemberNo::FOUNDER)?;
        let mut members = place.unheard;
        members.retain(|member| !despite.contains(member));
        if !members.is_empty() {
            return Err(NoSuccessor::Unheard { members });
        }
        let key = self.voter.candidate(&state).await?;
        let rekey = state.sign_rekey(key, founder);
        // A word that does not hold must not cost the key that there is.
        state.deciders(Some(&rekey)).map_err(NoRekey::from)?;
        let number = place.number;
        let engine = self.voter.succeed(&state, number).await;
        let engine = engine.ok_or(VoteKeyError::NoPlace)?;
        let outputs = self
            .machine
            .rekey(now(&*self.clock), rekey, number, engine)?;
        self.execute_all(outputs).await;
        Ok(number)
    }
}
