//! A keeper that votes no more: because its key must not, or because its engine broke.

use super::post::Post;
use super::{Alarm, KeptLog, Machine, Now, Output};
use crate::consensus::Certificate;
use crate::consensus::orderer::{Orderer, StopReason};

/// Why this node's vote key signs nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// The key must never sign again.
    Retired(String),
    /// Until the node starts again.
    Stopped(String),
}

impl Silence {
    pub(super) const fn why(&self) -> &String {
        match self {
            Self::Retired(why) | Self::Stopped(why) => why,
        }
    }
}

impl Machine {
    /// Gives this node a fresh engine after [`Alarm::EngineBroke`], once a height: it goes on from
    /// what the log holds, so that it contradicts nothing that was sent.
    #[must_use]
    pub fn revive(&mut self, now: Now, engine: Box<dyn Orderer>, log: KeptLog) -> Vec<Output> {
        self.now = now;
        let next = self.state.height().next();
        let broke_at = self.post.broke_at;
        if let Some(number) = self.post.own.filter(|_| self.post.silent.is_none()) {
            let (post, alarm) = Post::new(Some((number, engine)), log, next);
            self.post = post;
            self.post.broke_at = broke_at;
            self.outputs.extend(alarm.map(Output::Alarm));
            self.publish();
        }
        self.go_on();
        self.end_step()
    }

    /// The engine panicked: what it would say next can't be trusted. A second time at one height
    /// it would do so for ever.
    pub(super) fn broke(&mut self, why: String) {
        let height = self.post.begun;
        let is_alone = self.is_alone();
        self.leave_height();
        self.post.drop_engine();
        let again = self.post.broke_at.replace(height) == Some(height);
        if !again {
            let alarm = Alarm::EngineBroke { height, why };
            return self.outputs.push(Output::Alarm(alarm));
        }
        let why = format!("the engine broke twice at height {height}: {why}");
        if is_alone {
            return self.halt_with(why);
        }
        self.post.silent = Some(Silence::Stopped(why.clone()));
        let alarm = Alarm::EngineStopped { height, why };
        self.outputs.push(Output::Alarm(alarm));
        self.publish();
    }

    /// Takes in who decided a block that another node holds and this one lacks. If this node's key is
    /// among them and its log has no word of that height, the log is not its newest: there is no telling
    /// what else the key has signed, and it signs no more. While the height is under way, the engine
    /// looks.
    ///
    /// If it was the key of this node alone, the store was put back, since its blocks are all the log
    /// that such a key has. The club goes on under a new one.
    pub(super) fn look_for_own(&mut self, certificate: &Certificate) {
        let own = self.post.number();
        let mut signers = certificate.signatures.iter().map(|(signer, _)| *signer);
        if own.is_none() || !signers.any(|signer| Some(signer) == own) {
            return;
        }
        let height = certificate.height;
        if !self.is_alone() {
            if self.post.running != Some(height) && self.post.never_signed(height) {
                let why = StopReason::KeyUsedElsewhere { height }.to_string();
                self.silence(Silence::Retired(why));
            }
            return;
        }
        let why = format!(
            "the store was put back: others hold block {height}, which this node once decided, and may hold more"
        );
        self.leave_height();
        self.post.drop_engine();
        let alarm = Alarm::Retired(why.clone());
        self.outputs.push(Output::Alarm(alarm));
        self.post.silent = Some(Silence::Retired(why));
        self.publish();
    }

    /// The key signs nothing more, in this life or in any. A club that has other keepers goes on, and
    /// this node follows it.
    pub(super) fn silence(&mut self, silence: Silence) {
        if self.is_alone() {
            return self.halt_with(silence.why().clone());
        }
        if self.post.engine().is_none() {
            return;
        }
        self.leave_height();
        self.post.drop_engine();
        let alarm = match &silence {
            Silence::Retired(why) => Alarm::Retired(why.clone()),
            Silence::Stopped(why) => Alarm::Unlogged(why.clone()),
        };
        self.post.silent = Some(silence);
        self.outputs.push(Output::Alarm(alarm));
        self.publish();
    }
}
