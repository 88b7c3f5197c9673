//! Commands that wait for a block.

use std::collections::{BTreeMap, VecDeque};

use super::Rejection;
use super::limits::{WAITING_BYTES_MAX, WAITING_PER_MEMBER_MAX};
use crate::club::limits::{BLOCK_COMMANDS_MAX, COMMAND_BYTES_MAX};
use crate::club::{
    Body, ClubState, CodecFault, Command, CommandFault, CommandId, TimeMs, check_command,
};
use crate::ledger::MemberNo;

#[derive(Clone, Debug)]
struct Waiting {
    id: CommandId,
    bytes: usize,
    command: Command,
}

/// The waiting list: each member's commands in the order of their numbers, without gaps. Signature,
/// membership and number were checked at entry.
#[derive(Clone, Debug, Default)]
pub struct Mempool {
    members: BTreeMap<MemberNo, VecDeque<Waiting>>,
    ids: BTreeMap<CommandId, MemberNo>,
    bytes: usize,
}

impl Mempool {
    /// Tells whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Returns how many commands wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Tells whether a command waits.
    #[must_use]
    pub fn contains(&self, id: &CommandId) -> bool {
        self.ids.contains_key(id)
    }

    /// Returns the commands that wait.
    pub(super) fn ids(&self) -> Vec<CommandId> {
        self.ids.keys().copied().collect()
    }

    /// Returns the commands that wait, each member's in the order of their numbers.
    pub(super) fn commands(&self) -> impl Iterator<Item = &Command> {
        let all = self.members.values().flatten();
        all.map(|waiting| &waiting.command)
    }

    /// Drops commands whose numbers others used up. Returns them with the reason.
    pub(super) fn drop_used(&mut self, state: &ClubState) -> Vec<(CommandId, CommandFault)> {
        let mut dropped = Vec::new();
        for (id, command) in self.waiting() {
            let member = command.member;
            let last = state.member(member).map_or(0, |known| known.sequence);
            let found = command.sequence;
            if found <= last {
                let expected = last.saturating_add(1);
                let why = CommandFault::Sequence {
                    member,
                    found,
                    expected,
                };
                dropped.push((id, why));
            }
        }
        for (id, _) in &dropped {
            self.remove(id);
        }
        dropped
    }

    fn waiting(&self) -> impl Iterator<Item = (CommandId, &Command)> {
        let all = self.members.values().flatten();
        all.map(|waiting| (waiting.id, &waiting.command))
    }

    /// Drops each command that ended before `time`, and what its member queued behind it. Returns
    /// them with the reason.
    pub(super) fn drop_expired(&mut self, time: TimeMs) -> Vec<(CommandId, CommandFault)> {
        let all = self.members.values().flatten();
        let over: Vec<_> = all
            .filter(|waiting| waiting.command.not_after < time)
            .map(|waiting| (waiting.id, waiting.command.not_after))
            .collect();
        let mut dropped = Vec::new();
        for (id, not_after) in over {
            let mut cut = self.cut(id).into_iter();
            let Some(first) = cut.next() else {
                continue;
            };
            let (member, expected) = (first.command.member, first.command.sequence);
            dropped.push((id, CommandFault::Expired { not_after, time }));
            dropped.extend(cut.map(|behind| {
                let found = behind.command.sequence;
                let why = CommandFault::Sequence {
                    member,
                    found,
                    expected,
                };
                (behind.id, why)
            }));
        }
        dropped
    }

    /// Takes a command that could be in a block at `time` after those that wait. Returns what had
    /// to go to make room: the commands with the earliest end, and what their members queued
    /// behind them. The new one may be among them.
    ///
    /// # Errors
    /// [`Rejection::NotTaken`], [`Rejection::TooManyWaiting`].
    pub fn insert(
        &mut self,
        state: &ClubState,
        time: TimeMs,
        command: Command,
    ) -> Result<Vec<CommandId>, Rejection> {
        let id = command.id(state.club());
        if self.contains(&id) {
            return Ok(Vec::new());
        }
        let bytes = self.check(state, time, &command)?;
        let queue = self.members.entry(command.member).or_default();
        self.ids.insert(id, command.member);
        self.bytes += bytes;
        queue.push_back(Waiting { id, bytes, command });
        Ok(self.make_room())
    }

    fn check(
        &self,
        state: &ClubState,
        time: TimeMs,
        command: &Command,
    ) -> Result<usize, Rejection> {
        let member = command.member;
        let known = state
            .member(member)
            .ok_or(CommandFault::UnknownMember { member })?;
        let bytes = command.to_bytes().len();
        if bytes > COMMAND_BYTES_MAX {
            let limit = COMMAND_BYTES_MAX;
            return Err(CommandFault::Size(CodecFault::TooLarge { bytes, limit }).into());
        }
        let waiting = self.members.get(&member);
        if waiting.map_or(0, VecDeque::len) >= WAITING_PER_MEMBER_MAX {
            let limit = WAITING_PER_MEMBER_MAX;
            return Err(Rejection::TooManyWaiting { limit });
        }
        let last = waiting
            .and_then(VecDeque::back)
            .map_or(known.sequence, |waiting| waiting.command.sequence);
        check_command(state, time, command, last)?;
        Ok(bytes)
    }

    fn make_room(&mut self) -> Vec<CommandId> {
        let mut gone = Vec::new();
        while self.bytes > WAITING_BYTES_MAX {
            let all = self.members.values().flatten();
            let Some(earliest) = all.min_by_key(|waiting| (waiting.command.not_after, waiting.id))
            else {
                break;
            };
            let cut = self.cut(earliest.id);
            gone.extend(cut.into_iter().map(|waiting| waiting.id));
        }
        gone
    }

    /// Removes a command and whatever its member queued behind it, which it would leave with a gap.
    fn cut(&mut self, id: CommandId) -> VecDeque<Waiting> {
        let Some(member) = self.ids.get(&id).copied() else {
            return VecDeque::new();
        };
        let Some(queue) = self.members.get_mut(&member) else {
            return VecDeque::new();
        };
        let at = queue.iter().position(|waiting| waiting.id == id);
        let cut = queue.split_off(at.unwrap_or(queue.len()));
        if queue.is_empty() {
            self.members.remove(&member);
        }
        for waiting in &cut {
            self.forget(waiting);
        }
        cut
    }

    /// Removes a command that was decided, refused or is over.
    pub fn remove(&mut self, id: &CommandId) {
        let Some(member) = self.ids.get(id).copied() else {
            return;
        };
        let Some(queue) = self.members.get_mut(&member) else {
            return;
        };
        let at = queue.iter().position(|waiting| waiting.id == *id);
        let removed = at.and_then(|at| queue.remove(at));
        if queue.is_empty() {
            self.members.remove(&member);
        }
        if let Some(waiting) = removed {
            self.forget(&waiting);
        }
    }

    fn forget(&mut self, waiting: &Waiting) {
        self.ids.remove(&waiting.id);
        self.bytes -= waiting.bytes;
    }

    /// Returns what the next block is built of: first the members with a waiting opening, players
    /// before keepers, who open last, then the others; of each group one command of each in turn
    /// and each member's in the order of their numbers, so that nobody crowds others out. At most
    /// a block's worth.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "there are three ranks and three groups"
    )]
    pub fn candidates(&self, state: &ClubState) -> Vec<Command> {
        let keepers = state.keepers();
        let rank = |member: MemberNo, queue: &VecDeque<Waiting>| {
            let opens = queue
                .iter()
                .any(|waiting| matches!(waiting.command.body, Body::Open { .. }));
            let keeps = keepers.iter().any(|keeper| keeper.member == member);
            match (opens, keeps) {
                (true, false) => 0,
                (true, true) => 1,
                (false, _) => 2,
            }
        };
        let mut groups: [Vec<&VecDeque<Waiting>>; 3] = Default::default();
        for (member, queue) in &self.members {
            groups[rank(*member, queue)].push(queue);
        }
        groups
            .iter()
            .flat_map(|group| in_turn(group))
            .take(BLOCK_COMMANDS_MAX)
            .map(|waiting| waiting.command.clone())
            .collect()
    }
}

fn in_turn<'a>(queues: &'a [&'a VecDeque<Waiting>]) -> impl Iterator<Item = &'a Waiting> {
    let longest = queues.iter().map(|queue| queue.len()).max().unwrap_or(0);
    (0..longest).flat_map(move |turn| queues.iter().filter_map(move |queue| queue.get(turn)))
}
