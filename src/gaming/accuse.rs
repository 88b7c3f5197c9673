//! Proving to the club that a keeper signed two things.

use std::collections::BTreeMap;
use std::time::Duration;

use super::limits::{ACCUSE_TURN, ACCUSERS_MAX};
use super::manager::Manager;
use super::{Refusal, Reply};
use crate::club::{Body, ClubState, Command, KeeperNo};
use crate::ledger::MemberNo;

/// How far this node is with a proof.
#[derive(Clone, Debug)]
enum Turn {
    /// Others come first; most often one of them has told the club by then.
    From(Duration),
    /// It was told, and nothing is known of the command.
    Sent(Box<Command>),
    /// It was told.
    Told,
}

/// The keepers that this node has proofs of.
#[derive(Debug, Default)]
pub(super) struct Accusations {
    turns: BTreeMap<KeeperNo, Turn>,
    /// How long until the next turn.
    pub(super) next_in: Option<Duration>,
}

impl Manager {
    /// Proposes each proof that the club does not know yet: when it is this node's turn, once, and
    /// again with the same command as long as nothing is known of it. The club takes one, and a
    /// second one would use up a number for nothing.
    pub(super) async fn accuse(&mut self) {
        self.accusations.next_in = None;
        for evidence in self.chain.view().accusations.clone() {
            let (keeper, me) = (evidence.keeper(), self.signers.me());
            let now = self.clock.monotonic();
            let first = now.saturating_add(turn_of(&self.state(), keeper, me));
            let turn = self.accusations.turns.entry(keeper);
            let turn = turn.or_insert(Turn::From(first)).clone();
            let reply = match turn {
                Turn::Told => continue,
                Turn::From(time) if now < time => {
                    let (next, left) = (self.accusations.next_in, time.saturating_sub(now));
                    self.accusations.next_in = next.into_iter().chain([left]).min();
                    continue;
                }
                Turn::From(_) => {
                    let evidence = Box::new(evidence);
                    self.propose(me, Body::Accuse { evidence }).await
                }
                Turn::Sent(command) => self.propose_command(me, *command).await,
            };
            let unknown = self.sent.take().map(|(_, command)| Box::new(command));
            let turn = match reply {
                // It fitted no block, so it has no effect: another one is signed.
                Reply::Rejected(Refusal::Dropped { .. } | Refusal::NotRunning { .. }) => {
                    Turn::From(now)
                }
                Reply::Decided(_) | Reply::Unknown | Reply::Lost | Reply::Rejected(_) => {
                    unknown.map_or(Turn::Told, Turn::Sent)
                }
            };
            self.accusations.turns.insert(keeper, turn);
            tracing::warn!(%keeper, "the club is told of a keeper that signed two things");
        }
    }
}

/// Returns how long a member leaves it to others to accuse a keeper: the other keepers come first, by
/// number, then all members.
fn turn_of(state: &ClubState, accused: KeeperNo, me: MemberNo) -> Duration {
    let others = state.keepers().iter().filter(|one| one.no != accused);
    let before = if state.keeper_of(me).is_some() {
        others.filter(|other| other.member < me).count()
    } else {
        others.count() + state.members().filter(|(member, _)| *member < me).count()
    };
    let before = u32::try_from(before).unwrap_or(ACCUSERS_MAX);
    ACCUSE_TURN.saturating_mul(before.min(ACCUSERS_MAX))
}
