//! What the manager does for the club as a whole: tables, chips, and who keeps it.

use std::collections::BTreeSet;

use super::history::name_of;
use super::manager::Manager;
use super::{Intent, Refusal, Reply, SERVICE_NAME};
use crate::club::{self, Body};
use crate::consensus::limits::PROPOSE_TIMEOUT;
use crate::consensus::{NoSuccessor, Voting};
use crate::ledger::MemberNo;

impl Manager {
    /// Does what the player asks of no single table.
    pub(super) async fn handle_for_club(&mut self, intent: Intent) -> Reply {
        let me = self.signers.me();
        match intent {
            Intent::CreateTable(terms) => self.propose(me, Body::CreateTable(*terms)).await,
            Intent::NewChips => self.propose(me, Body::NewChips).await,
            Intent::KeepClub => match self.chain.make_ready(me).await {
                Ok(word) => self.propose(me, word).await,
                Err(why) => not_ready(why.to_string()),
            },
            Intent::ChangeKeepers(change) => self.propose(me, Body::ChangeKeepers { change }).await,
            Intent::TrustHost => self.trust_host().await,
            Intent::NewVoteKey { despite } => self.new_vote_key(despite).await,
            // These name a table, and are handled there.
            Intent::Bets { .. }
            | Intent::Roll { .. }
            | Intent::PassDice { .. }
            | Intent::Sit { .. }
            | Intent::Stand { .. }
            | Intent::AddBot { .. }
            | Intent::RemoveBot { .. }
            | Intent::ChangeRules { .. } => {
                Reply::Rejected(Refusal::Club(club::Refusal::UnknownTable))
            }
        }
    }

    /// What is sealed again is seen from the next look at the duties on.
    async fn trust_host(&mut self) -> Reply {
        if self.chain.trust_host().await && self.chain.answers().await {
            self.publish();
            Reply::Decided(self.chain.view().height)
        } else {
            Reply::Rejected(Refusal::NotRunning {
                service: "consensus",
                state: "stopped",
                why: format!("the {SERVICE_NAME} has no chain any more"),
            })
        }
    }

    /// In a club that its player has alone nobody else can hold a later block: where the vote key must
    /// not sign any more, as after its store was put back, the club goes on under a new one by itself.
    pub(super) async fn renew_own_key(&mut self) {
        let view = self.chain.view();
        let Voting::Retired(why) = &view.voting else {
            return;
        };
        if !view.state.is_solo() {
            return;
        }
        match self.new_vote_key(BTreeSet::new()).await {
            Reply::Decided(height) => {
                tracing::warn!(why, %height, "the club goes on under a new vote key");
            }
            other @ (Reply::Rejected(_) | Reply::Unknown | Reply::Lost) => {
                tracing::error!(why, ?other, "the club gets no new vote key");
            }
        }
    }

    /// The block that holds the new key is the next one; in a shared club it waits for other keepers to ask.
    async fn new_vote_key(&mut self, despite: BTreeSet<MemberNo>) -> Reply {
        let next = self.state().height().next();
        let Some(founder) = self.signers.my_key().cloned() else {
            return not_ready("it has no key of its player".to_owned());
        };
        if let Err(why) = self.chain.succeed(founder, despite).await {
            return not_ready(self.in_words(&why));
        }
        let reached = self.chain.reached(next);
        match tokio::time::timeout(PROPOSE_TIMEOUT, reached).await {
            Ok(true) => Reply::Decided(next),
            Ok(false) | Err(_) => Reply::Unknown,
        }
    }

    fn in_words(&self, why: &NoSuccessor) -> String {
        let NoSuccessor::Unheard { members } = why else {
            return why.to_string();
        };
        let state = self.state();
        let names = members.iter().map(|member| name_of(&state, *member));
        let names: Vec<String> = names.map(|name| name.to_string()).collect();
        format!("not heard which blocks these hold: {}", names.join(", "))
    }
}

const fn not_ready(why: String) -> Reply {
    Reply::Rejected(Refusal::NotReady { why })
}
