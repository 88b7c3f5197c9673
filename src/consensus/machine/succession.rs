//! How keepers of a shared club of whom too few can vote agree on new vote keys. Each whose player asks
//! for it gives up its key and offers a new one; when all that shall get one have offered theirs, each
//! signs the list of them, once for a block; what a quorum signed decides the next block.
//!
//! Nobody is asked twice and nothing is decided here by itself: every step is what a player asked for
//! at the own node, and whoever signed one list above a block signs no other.

use std::collections::BTreeMap;
use std::time::Duration;

use ed25519_dalek::SigningKey;

use super::silence::Silence;
use super::{Alarm, Machine, NoRekey, Now, Output, Timer};
use crate::club::{BlockId, Height, KeeperNo, KeyOffer, PublicKey, Rekey, RekeyFault};
use crate::consensus::ForkProof;
use crate::consensus::limits::{OFFER_FIRST, OFFER_LAST};
use crate::consensus::wire::Message;
use crate::ledger::MemberNo;

/// What keepers say of new vote keys above the newest block.
#[derive(Debug, Default)]
pub(super) struct Succession {
    /// The newest of each.
    offers: BTreeMap<KeeperNo, KeyOffer>,
    /// What this node's player asked for.
    asking: Option<Box<Asking>>,
    /// What this node signed, with all signatures that came: it signs nothing else above this block.
    signed: Option<Rekey>,
    /// The pause before all of it is said again, while that timer runs.
    pause: Option<Duration>,
}

/// What the player of a keeper's node asks for.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The number whose key is given up.
    pub keeper: KeeperNo,
    /// The new key; it is durable.
    pub key: PublicKey,
    /// The keepers that shall get new keys, by rising number.
    pub with: Vec<KeeperNo>,
    /// The player's identity key.
    pub identity: SigningKey,
    /// What this node signed in an earlier run; see [`Output::KeepSigned`].
    pub signed: Option<Rekey>,
}

impl Machine {
    /// Gives up this node's vote key, and offers a new one to the other keepers of a shared club. When
    /// enough of them agree, [`whole_word`](Self::whole_word) has what they signed.
    ///
    /// # Errors
    /// [`NoRekey`]; then nothing has changed.
    pub fn ask_for_keys(&mut self, now: Now, asking: Asking) -> Result<Vec<Output>, NoRekey> {
        self.may_rekey()?;
        let keepers = self.state.keepers().len();
        if !self.state.is_shared() {
            return Err(RekeyFault::Form { keepers }.into());
        }
        let (found, need) = (asking.with.len(), self.state.approvals_needed());
        if found < need {
            return Err(RekeyFault::TooFew { found, need }.into());
        }
        let asking = Box::new(asking);
        let place = (self.state.height(), self.state.tip());
        let earlier = asking.signed.clone();
        let earlier = earlier.filter(|signed| (signed.height, signed.parent) == place);
        let signed = self.succession.signed.clone().or(earlier);
        if signed.as_ref().is_some_and(|signed| !asking.wants(signed)) {
            return Err(NoRekey::Signed);
        }
        self.now = now;
        self.give_up_key();
        self.succession.signed = signed;
        self.succession.asking = Some(asking);
        self.offer();
        self.agree();
        Ok(self.end_step())
    }

    /// Returns new vote keys that hold and that this node's player asked for, until
    /// [`rekey_from`](Self::rekey_from) takes them.
    #[must_use]
    pub fn whole_word(&self) -> Option<&Rekey> {
        let asks = self.succession.asking.is_some();
        let free = self.rekeying.is_none() && self.landing.is_none() && !self.stopping;
        let signed = self.succession.signed.as_ref();
        signed.filter(|signed| {
            asks && free && !self.is_halted() && signed.is_whole(self.state.keepers())
        })
    }

    /// Asks for no new vote keys any more: they can't be used here.
    pub fn stop_asking(&mut self) {
        self.succession.asking = None;
    }

    /// Whether so many keepers offer new vote keys that the others can't decide without them.
    pub(super) fn quorum_is_lost(&self) -> bool {
        let keepers = self.state.keepers();
        let own = self.post.own;
        let offers = self.succession.offers.keys();
        let others = offers.filter(|keeper| Some(**keeper) != own).count();
        self.state.is_shared() && keepers.len() < self.state.approvals_needed() + others
    }

    /// From the first offer on the old key must be silent: what the new ones decide may be another block.
    fn give_up_key(&mut self) {
        if self.post.own.is_none() || matches!(self.post.silent, Some(Silence::Retired(_))) {
            return;
        }
        self.leave_height();
        self.post.drop_engine();
        let why = "its player asked for new vote keys".to_owned();
        self.outputs
            .push(Output::Alarm(Alarm::Retired(why.clone())));
        self.post.silent = Some(Silence::Retired(why));
        self.publish();
    }

    fn offer(&mut self) {
        let Some(asking) = &self.succession.asking else {
            return;
        };
        let keeper = asking.keeper;
        let with = asking.with.clone();
        let offer = self
            .state
            .offer_key(keeper, asking.key, with, &asking.identity);
        self.succession.offers.insert(keeper, offer);
        self.say_offers(self.linked_keepers());
        let after = OFFER_FIRST;
        self.succession.pause = Some(after);
        let timer = Timer::Offer;
        self.outputs.push(Output::Arm { timer, after });
    }

    /// Says again what may have been lost.
    pub(super) fn offer_again(&mut self) {
        let is_over = self.succession.asking.is_none() && self.rekeying.is_none();
        let pause = self.succession.pause.take();
        let Some(pause) = pause.filter(|_| !is_over && !self.is_halted()) else {
            return;
        };
        self.say_offers(self.linked_keepers());
        let after = pause.saturating_mul(2).min(OFFER_LAST);
        self.succession.pause = Some(after);
        let timer = Timer::Offer;
        self.outputs.push(Output::Arm { timer, after });
    }

    /// Tells keepers what this node knows of new vote keys, if it asks for them or uses them.
    pub(super) fn say_offers(&mut self, to: Vec<MemberNo>) {
        if let Some(rekeying) = &self.rekeying {
            let word = Box::new(rekeying.word().clone());
            if self.state.is_shared() {
                self.send(to, &Message::NewKeys(word));
            }
            return;
        }
        if self.succession.asking.is_none() {
            return;
        }
        let offers = self.succession.offers.values().cloned();
        let offers = offers.map(|offer| Message::KeyOffer(Box::new(offer)));
        let signed = self.succession.signed.clone();
        let signed = signed.map(|signed| Message::NewKeys(Box::new(signed)));
        for message in offers.chain(signed).collect::<Vec<_>>() {
            self.send(to.clone(), &message);
        }
    }

    pub(super) fn hear_offer(&mut self, from: MemberNo, offer: KeyOffer) {
        if !self.is_about_newest(from, offer.height, offer.parent) {
            return;
        }
        if self.rekeying.is_some() {
            return self.answer_offer(from);
        }
        let keeper = offer.keeper;
        let known = self.succession.offers.get(&keeper);
        if known == Some(&offer) {
            return;
        }
        if self.state.check_offer(&offer).is_err() {
            return self.distrust(from, "it sent an offer of a vote key that doesn't hold");
        }
        // What others pass on may be older than what the keeper said itself.
        let is_own = self.state.keeper(keeper).map(|keeper| keeper.member) == Some(from);
        let asking = self.succession.asking.as_ref();
        if known.is_some() && !is_own || asking.is_some_and(|asking| asking.keeper == keeper) {
            return;
        }
        if known.is_none() {
            let height = offer.height;
            self.outputs
                .push(Output::Alarm(Alarm::KeysAsked { keeper, height }));
        }
        self.succession.offers.insert(keeper, offer);
        self.agree();
    }

    pub(super) fn hear_new_keys(&mut self, from: MemberNo, rekey: Rekey) {
        if !self.is_about_newest(from, rekey.height, rekey.parent) {
            return;
        }
        if self.state.check_new_keys(&rekey).is_err() {
            return self.distrust(from, "it sent new vote keys that don't hold");
        }
        let is_whole = rekey.is_whole(self.state.keepers());
        if let Some(rekeying) = &self.rekeying {
            if is_whole && rekeying.word().contradicts(&rekey) {
                let proof = ForkProof::of_rekeys(rekeying.word().clone(), rekey);
                return self.check_fork(None, Box::new(proof));
            }
            if !is_whole {
                self.answer_offer(from);
            }
            return;
        }
        match &mut self.succession.signed {
            Some(signed) if signed.contradicts(&rekey) => {}
            Some(signed) => signed.add_signatures(&rekey),
            None => {
                let asking = self.succession.asking.as_ref();
                if is_whole && asking.is_some_and(|asking| asking.wants(&rekey)) {
                    self.sign(rekey);
                }
            }
        }
    }

    /// Whoever still asks does not know yet what was agreed on.
    fn answer_offer(&mut self, from: MemberNo) {
        if self.peers.may_answer(from, self.now.monotonic) {
            self.say_offers(vec![from]);
        }
    }

    /// Whether what a keeper says of new keys is about this node's newest block; if not, whoever lacks
    /// blocks gets them.
    fn is_about_newest(&mut self, from: MemberNo, height: Height, parent: BlockId) -> bool {
        if !self.is_keeper(from) {
            return false;
        }
        let newest = self.state.height();
        if height < newest {
            self.answer_with_blocks(from, height.next());
        } else if height > newest || parent != self.state.tip() {
            self.tip(from, height, parent);
        } else {
            return self.landing.is_none();
        }
        false
    }

    /// Signs the new keys, once all that shall get one have offered it and want the same.
    fn agree(&mut self) {
        let Some(asking) = &self.succession.asking else {
            return;
        };
        let waits = self.behind() > 0 || self.landing.is_some() || self.rekeying.is_some();
        if waits || self.succession.signed.is_some() {
            return;
        }
        let offered = |keeper: &KeeperNo| {
            let offer = self.succession.offers.get(keeper)?;
            (offer.with == asking.with).then_some((*keeper, offer.key))
        };
        let keys: Option<Vec<_>> = asking.with.iter().map(offered).collect();
        let Some(keys) = keys else {
            return;
        };
        let word = self
            .state
            .sign_new_keys(keys, asking.keeper, &asking.identity);
        self.sign(word);
    }

    /// Stands by new keys above this block, also after a restart.
    fn sign(&mut self, word: Rekey) {
        let kept = Box::new(word.clone());
        self.outputs.push(Output::KeepSigned(kept));
        self.succession.signed = Some(word.clone());
        let message = Message::NewKeys(Box::new(word));
        self.send(self.linked_keepers(), &message);
    }

    /// What was said about the block before this one is void. Whoever still has no key to vote with
    /// asks again.
    pub(super) fn offers_after_block(&mut self) {
        if self.succession.pause.is_some() {
            self.outputs.push(Output::Disarm(Timer::Offer));
        }
        let asking = std::mem::take(&mut self.succession).asking;
        self.succession.asking = asking.filter(|asking| {
            let votes = |keeper: &crate::club::Keeper| keeper.vote_key == asking.key;
            self.state.keeper(asking.keeper).is_some() && !self.state.keepers().iter().any(votes)
        });
        if let Some(asking) = &mut self.succession.asking {
            let state = &self.state;
            asking.with.retain(|named| state.keeper(*named).is_some());
            asking.signed = None;
        }
        self.offer();
        self.agree();
    }
}

impl Asking {
    /// Whether these are the new keys that it asks for.
    fn wants(&self, rekey: &Rekey) -> bool {
        let named = rekey.several();
        named.contains(&(self.keeper, self.key))
            && named.iter().map(|(keeper, _)| keeper).eq(&self.with)
    }
}
