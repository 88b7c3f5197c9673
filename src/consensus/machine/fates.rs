//! What became of the newest commands.

use std::collections::{BTreeMap, VecDeque};

use crate::club::{CommandId, Height};
use crate::consensus::limits::REMEMBERED_MAX;
use crate::consensus::{Decision, Rejection, StoredBlock};

/// The fates of the newest commands, so that asking again has the same answer and no effect.
#[derive(Debug, Default)]
pub(super) struct Fates {
    by_id: BTreeMap<CommandId, Decision>,
    oldest_first: VecDeque<CommandId>,
}

impl Fates {
    pub(super) fn find(&self, id: &CommandId) -> Option<Decision> {
        self.by_id.get(id).cloned()
    }

    pub(super) fn remember(&mut self, id: CommandId, fate: Decision) {
        if self.by_id.insert(id, fate).is_none() {
            self.oldest_first.push_back(id);
        }
        while self.oldest_first.len() > REMEMBERED_MAX {
            if let Some(oldest) = self.oldest_first.pop_front() {
                self.by_id.remove(&oldest);
            }
        }
    }

    pub(super) fn remember_stored(&mut self, stored: &StoredBlock) {
        let header = &stored.block.header;
        let height: Height = header.height;
        for (command, place) in stored.block.commands.iter().zip(0_u16..) {
            let fate = if stored.refused.contains(&place) {
                Decision::Rejected(Rejection::RefusedBefore { height })
            } else {
                Decision::Decided(height)
            };
            self.remember(command.id(&header.club), fate);
        }
    }
}
