//! Proving to the club that a keeper signed two things.

use super::manager::Manager;
use super::{Refusal, Reply};
use crate::club::Body;

impl Manager {
    /// Proposes each proof that the club does not know yet: once, and again with the same command as
    /// long as nothing is known of it. Others may be faster; the club takes one.
    pub(super) async fn accuse(&mut self) {
        for evidence in self.chain.view().accusations.clone() {
            let (keeper, me) = (evidence.keeper(), self.signers.me());
            let reply = match self.accused.get(&keeper).cloned() {
                Some(None) => continue,
                Some(Some(command)) => self.propose_command(me, command).await,
                None => {
                    let evidence = Box::new(evidence);
                    self.propose(me, Body::Accuse { evidence }).await
                }
            };
            let unknown = self.sent.take().map(|(_, command)| command);
            match reply {
                // It fitted no block, so it has no effect: another one is signed.
                Reply::Rejected(Refusal::Dropped { .. } | Refusal::NotRunning { .. }) => {
                    self.accused.remove(&keeper);
                }
                Reply::Decided(_) | Reply::Unknown | Reply::Rejected(_) => {
                    self.accused.insert(keeper, unknown);
                }
            }
            tracing::warn!(%keeper, "the club is told of a keeper that signed two things");
        }
    }
}
