//! The engine of a club with one keeper, who decides alone.

use std::sync::Arc;
use std::time::Duration;

use super::orderer::{Act, LogRecord, OrderEvent, OrderStatus, Orderer, StopReason};
use super::{Certificate, KeeperSet, precommit};
use crate::club::{Block, ClubId, Height, KeeperNo, SignatureBytes};
use crate::identity::Signer;

/// Decides each block that it is given at once. It needs no log of its own: the durable write of
/// the block is its log, and nothing is shown to anybody before that write. So it may sign a
/// height again after a crash, but never after a block of that height was written.
#[derive(Debug)]
pub struct SoleKeeper {
    club: ClubId,
    number: KeeperNo,
    vote_key: Arc<dyn Signer>,
    status: OrderStatus,
}

impl SoleKeeper {
    /// Returns the engine of keeper `number`, who votes with `vote_key`.
    #[must_use]
    pub fn new(club: ClubId, number: KeeperNo, vote_key: Arc<dyn Signer>) -> Self {
        Self {
            club,
            number,
            vote_key,
            status: OrderStatus::default(),
        }
    }

    fn decide(&mut self, round: u32, block: Block) -> Vec<Act> {
        let (height, id) = (block.header.height, block.id());
        let message = precommit(&self.club, height, round, &id, self.number);
        let signature = SignatureBytes(self.vote_key.sign(&message));
        self.status = OrderStatus::default();
        let certificate = Certificate {
            height,
            round,
            block: id,
            signatures: vec![(self.number, signature)],
        };
        vec![Act::Decided { block, certificate }]
    }

    fn stop(&mut self, reason: StopReason) -> Vec<Act> {
        self.status.stopped = true;
        vec![Act::Stop(reason)]
    }
}

impl Orderer for SoleKeeper {
    fn begin(&mut self, at: Height, keepers: &KeeperSet, _log: Vec<LogRecord>) -> Vec<Act> {
        let alone = match keepers.keepers() {
            [keeper] => keeper.no == self.number && keeper.vote_key == self.vote_key.public_key(),
            _ => false,
        };
        if !alone {
            return self.stop(StopReason::OtherKeepers {
                served: self.number,
                found: keepers.keepers().len(),
            });
        }
        self.status.height = Some(at);
        vec![Act::NeedBlock {
            height: at,
            round: 0,
            within: Duration::ZERO,
        }]
    }

    fn step(&mut self, event: OrderEvent) -> Vec<Act> {
        let what = match event {
            OrderEvent::Block {
                height,
                round,
                block,
            } if self.status.height == Some(height) && block.header.height == height => {
                return self.decide(round, block);
            }
            OrderEvent::Block { .. } => "a block for another height",
            OrderEvent::Message { .. } => "a keeper's message",
            OrderEvent::Verdict { .. } => "a verdict",
            OrderEvent::Timer(_) => "a timer",
            OrderEvent::Certified { .. } => "another node's block",
        };
        let height = self.status.height.unwrap_or_default();
        self.stop(StopReason::OutOfPlace { what, height })
    }

    fn held(&self, _round: u32) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn place_of(&self, _bytes: &[u8]) -> Option<(Height, u32)> {
        None
    }

    fn status(&self) -> OrderStatus {
        self.status.clone()
    }
}
