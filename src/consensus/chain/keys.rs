//! The vote keys of a running chain: a fresh engine for the one that votes, the word of one that would
//! vote, and a new one in the place of one that must not.

use std::collections::BTreeSet;
use std::sync::Arc;

use ed25519_dalek::SigningKey;

use super::{Chain, now};
use crate::club::limits::ROOTS_KEPT;
use crate::club::{Body, ClubState, Keeper, KeeperNo, PublicKey, Rekey, RekeyFault};
use crate::consensus::machine::{Asking, NoRekey, Output};
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

    /// Goes on under a new vote key, or asks the other keepers to. In that moment the key has signed
    /// nothing, and what it signs in a hosted club leaves this node only when its block is durable.
    pub(super) async fn succeed(
        &mut self,
        identity: &SigningKey,
        despite: &BTreeSet<MemberNo>,
    ) -> Result<KeeperNo, NoSuccessor> {
        let state = Arc::clone(self.machine.state());
        let is_shared = state.is_shared();
        let own = PublicKey(identity.verifying_key().to_bytes());
        let keeper = state.keepers().iter().find(|keeper| keeper.identity == own);
        let keeper = match keeper {
            Some(keeper) => Some(*keeper),
            None if is_shared => return Err(NoSuccessor::NoKeeper),
            None => None,
        };
        let member = keeper.map_or(MemberNo::FOUNDER, |keeper| keeper.member);
        let place = self.machine.rekey_place(member)?;
        let mut members = place.unheard;
        members.retain(|member| !despite.contains(member));
        if !members.is_empty() {
            return Err(NoSuccessor::Unheard { members });
        }
        if let Some(keeper) = keeper.filter(|_| is_shared) {
            return self.ask(&state, keeper, identity, despite).await;
        }
        let key = self.voter.candidate(&state).await?;
        let rekey = state.sign_rekey(key, identity);
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

    /// Asks the other keepers of a shared club for new vote keys.
    async fn ask(
        &mut self,
        state: &ClubState,
        keeper: Keeper,
        identity: &SigningKey,
        despite: &BTreeSet<MemberNo>,
    ) -> Result<KeeperNo, NoSuccessor> {
        let is_named = |one: &&Keeper| one.no == keeper.no || !despite.contains(&one.member);
        let with = state.keepers().iter().filter(is_named).map(|one| one.no);
        let with: Vec<KeeperNo> = with.collect();
        let before = with.iter().take_while(|no| **no != keeper.no).count();
        let before = u16::try_from(before).map_err(|_too_many| RekeyFault::NumbersUsedUp);
        let number = before.map_err(NoRekey::from)?;
        let number = state.next_keeper_no().0.checked_add(number);
        let number = number.ok_or(NoRekey::Fault(RekeyFault::NumbersUsedUp))?;
        let asking = Asking {
            keeper: keeper.no,
            key: self.voter.candidate(state).await?,
            with,
            identity: identity.clone(),
            signed: self.voter.signed(state.club()).await?,
        };
        let outputs = self.machine.ask_for_keys(now(&*self.clock), asking)?;
        self.execute_all(outputs).await;
        Ok(KeeperNo(number))
    }

    /// Votes under the new key that a quorum of keepers signed.
    pub(super) async fn take_new_keys(&mut self, word: Rekey) -> Vec<Output> {
        let state = Arc::clone(self.machine.state());
        let now = now(&*self.clock);
        let key = self.voter.candidate(&state).await;
        let named = state.deciders(Some(&word)).ok();
        let number = named.zip(key.ok()).and_then(|(deciders, key)| {
            let mut deciders = deciders.into_iter();
            Some(deciders.find(|keeper| keeper.vote_key == key)?.no)
        });
        let begun = match number {
            Some(number) => {
                let begun = self.voter.begin(&state, number).await;
                begun.map(|begun| self.machine.rekey_from(now, word, number, begun))
            }
            None => None,
        };
        match begun {
            Some(Ok(outputs)) => return outputs,
            Some(Err(why)) => tracing::error!(%why, "this node can't use its new vote key"),
            None => tracing::error!("this node has not the new vote key that it asked for"),
        }
        self.machine.stop_asking();
        Vec::new()
    }
}
