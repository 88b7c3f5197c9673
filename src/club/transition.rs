//! One block's way from a state to the next.

use super::applied::{Applied, BlockFault, CommandFault};
use super::block::{Block, Header, commands_root};
use super::codec::CodecFault;
use super::command::{Body, Command};
use super::event::ClubEvent;
use super::ids::{BlockId, CommandId, GameId, KeeperNo, TableNo, TimeMs};
use super::limits::{BLOCK_BYTES_MAX, BLOCK_COMMANDS_MAX, COMMAND_BYTES_MAX};
#[cfg(test)]
use super::planted::{Planted, is_planted};
use super::refusal::Refusal;
use super::rekey::{Rekey, RekeyFault};
use super::shared::Shared;
use super::state::{ClubState, Keeper};
use super::table::{ClubTable, Phase};
use crate::ledger::{LedgerRefusal, MemberNo, Movement};

/// Applies one block: verifies everything in it and computes its effects, in the order of the
/// chain's rules. Time first, then commands in order, then all deadlines that are due, then the
/// rolls that close, then one change of keepers, then the ledger's invariant and the roots. New vote
/// keys come before all of it. Equal states and blocks give equal results everywhere.
///
/// # Errors
/// [`BlockFault`] if the block is not the next one of this chain.
///
/// # Panics
/// If chips were minted or lost, or the ledger says other stakes or liabilities than the tables: no
/// state with a broken ledger may ever be agreed on.
pub fn apply(state: &ClubState, block: &Block) -> Result<Applied, BlockFault> {
    let header = &block.header;
    let deciders = check_place(state, header)?;
    block.check()?;
    let mut draft = Draft::new(state, header.time, deciders);
    for (index, command) in block.commands.iter().enumerate() {
        let taken = draft.take(command);
        taken.map_err(|why| BlockFault::Command { index, why })?;
    }
    let mut applied = draft.finish(state);
    if header.next_keepers_hash != applied.state.keepers_hash() {
        return Err(BlockFault::NextKeepers);
    }
    let computed = applied.state.state_root();
    if header.state_root != computed {
        let found = header.state_root;
        return Err(BlockFault::StateRoot { found, computed });
    }
    applied.state.tip = header.id();
    Ok(applied)
}

/// Checks everything about a header but its roots, and returns who decides the block.
fn check_place(state: &ClubState, header: &Header) -> Result<Vec<Keeper>, BlockFault> {
    if header.club != state.club {
        return Err(BlockFault::Club { found: header.club });
    }
    let expected = state.height.next();
    if header.height != expected {
        let found = header.height;
        return Err(BlockFault::Height { found, expected });
    }
    if header.parent != state.tip {
        let (found, expected) = (header.parent, state.tip);
        return Err(BlockFault::Parent { found, expected });
    }
    if header.time <= state.time {
        let (found, parent) = (header.time, state.time);
        return Err(BlockFault::Time { found, parent });
    }
    let deciders = state.deciders(header.rekey.as_deref())?;
    if !deciders.iter().any(|keeper| keeper.no == header.proposer) {
        let found = header.proposer;
        return Err(BlockFault::Proposer { found });
    }
    Ok(deciders)
}

/// A proposer's block, what it does, and which commands had no place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The block.
    pub block: Block,
    /// Its effects, as [`apply`] computes them.
    pub applied: Applied,
    /// Commands that can't be in this block, each with the reason.
    pub left_out: Vec<(Command, CommandFault)>,
}

/// Makes the next block out of candidates, in their order. A command that can't be in it (wrong
/// signature, a used number or a gap, expired, no room left) is left out; one that is refused by
/// the rules is in it and uses up its number.
///
/// The time of the block is `time`, or one millisecond after its parent if that is later.
///
/// # Panics
/// As [`apply`].
#[must_use]
pub fn build(
    state: &ClubState,
    time: TimeMs,
    proposer: KeeperNo,
    candidates: Vec<Command>,
) -> Built {
    let draft = Draft::new(state, time_after(state, time), state.keepers.clone());
    let form = Form {
        proposer,
        rekey: None,
        bytes_max: BLOCK_BYTES_MAX,
    };
    assemble(state, draft, form, candidates)
}

/// Makes the next block as [`build`] does, of at most `bytes_max` bytes where a slow link must carry it,
/// and with new vote keys in its header if there are any.
///
/// # Errors
/// [`RekeyFault`] if they don't hold for this state.
///
/// # Panics
/// As [`apply`].
pub fn build_with(
    rekey: Option<&Rekey>,
    bytes_max: usize,
    state: &ClubState,
    time: TimeMs,
    proposer: KeeperNo,
    candidates: Vec<Command>,
) -> Result<Built, RekeyFault> {
    let deciders = state.deciders(rekey)?;
    let draft = Draft::new(state, time_after(state, time), deciders);
    let form = Form {
        proposer,
        rekey: rekey.map(|rekey| Box::new(rekey.clone())),
        bytes_max: bytes_max.min(BLOCK_BYTES_MAX),
    };
    Ok(assemble(state, draft, form, candidates))
}

/// What of a block its proposer chooses, beside the commands.
struct Form {
    proposer: KeeperNo,
    rekey: Option<Box<Rekey>>,
    bytes_max: usize,
}

fn time_after(state: &ClubState, time: TimeMs) -> TimeMs {
    time.max(TimeMs(state.time.0.saturating_add(1)))
}

fn assemble(state: &ClubState, mut draft: Draft, form: Form, candidates: Vec<Command>) -> Built {
    let Form {
        proposer,
        rekey,
        bytes_max,
    } = form;
    let mut commands = Vec::new();
    let mut left_out = Vec::new();
    // The header, and the count of commands.
    let rekeyed = rekey.as_ref().map_or(0, |rekey| rekey.bytes_len());
    let mut bytes = Header::BYTES.saturating_add(rekeyed).saturating_add(2);
    for command in candidates {
        let size = command.to_bytes().len();
        let room = room((commands.len(), bytes), size, bytes_max);
        let taken = room.and_then(|()| draft.take(&command));
        match taken {
            Ok(()) => {
                bytes = bytes.saturating_add(size);
                commands.push(command);
            }
            Err(why) => left_out.push((command, why)),
        }
    }
    let (block, applied) = complete(state, draft, (proposer, rekey), commands);
    Built {
        block,
        applied,
        left_out,
    }
}

/// Writes the header over the commands that the draft has taken.
fn complete(
    state: &ClubState,
    draft: Draft,
    (proposer, rekey): (KeeperNo, Option<Box<Rekey>>),
    commands: Vec<Command>,
) -> (Block, Applied) {
    let time = draft.state.time;
    let mut applied = draft.finish(state);
    let header = Header {
        club: state.club,
        height: applied.state.height,
        parent: state.tip,
        time,
        proposer,
        commands_root: commands_root(&commands),
        state_root: applied.state.state_root(),
        next_keepers_hash: applied.state.keepers_hash(),
        rekey,
    };
    applied.state.tip = header.id();
    (Block { header, commands }, applied)
}

/// Makes the next block out of all these commands, however many and long they are: its roots hold, so
/// that nothing is wrong with it but its size.
#[cfg(test)]
pub(crate) fn build_without_limits(
    state: &ClubState,
    time: TimeMs,
    proposer: KeeperNo,
    commands: Vec<Command>,
) -> Block {
    let mut draft = Draft::new(state, time_after(state, time), state.keepers.clone());
    for command in &commands {
        assert_eq!(draft.take(command), Ok(()));
    }
    complete(state, draft, (proposer, None), commands).0
}

/// Whether a command of this size has a place behind so many commands of so many bytes.
fn room((count, bytes): (usize, usize), size: usize, bytes_max: usize) -> Result<(), CommandFault> {
    let too_large = |bytes, limit| Err(CodecFault::TooLarge { bytes, limit }.into());
    if size > COMMAND_BYTES_MAX {
        return too_large(size, COMMAND_BYTES_MAX);
    }
    let bytes = bytes.saturating_add(size);
    if count >= BLOCK_COMMANDS_MAX || bytes > bytes_max {
        return too_large(bytes, bytes_max);
    }
    Ok(())
}

/// Checks whether a command could be in a block of this time, without applying it, where `last` is the
/// number of its member's command before it: the one on the chain, or one that waits for a block.
///
/// # Errors
/// [`CommandFault`].
pub fn check_command(
    state: &ClubState,
    time: TimeMs,
    command: &Command,
    last: u64,
) -> Result<(), CommandFault> {
    let member = command.member;
    let known = state.members.get(&member);
    let known = known.ok_or(CommandFault::UnknownMember { member })?;
    let expected = last.saturating_add(1);
    if command.sequence != expected {
        let found = command.sequence;
        return Err(CommandFault::Sequence {
            member,
            found,
            expected,
        });
    }
    if command.not_after < time {
        let not_after = command.not_after;
        return Err(CommandFault::Expired { not_after, time });
    }
    // Last, because it costs the most.
    if command.is_signed_by(&known.key, &state.club) {
        Ok(())
    } else {
        Err(CommandFault::Signature { member })
    }
}

/// The state while a block is applied to it.
pub(super) struct Draft {
    pub(super) state: ClubState,
    /// The block before this one: what a lock names.
    pub(super) parent: BlockId,
    pub(super) events: Vec<ClubEvent>,
    /// Whether the block gives new vote keys: one change of keepers is enough for a block.
    is_rekeyed: bool,
    outcomes: Vec<(CommandId, Result<(), Refusal>)>,
}

/// Who wants something, and by which command.
#[derive(Clone, Copy)]
pub(super) struct Sender {
    pub(super) member: MemberNo,
    pub(super) command: CommandId,
}

impl Draft {
    /// Begins a block that `deciders` decide.
    fn new(state: &ClubState, time: TimeMs, deciders: Vec<Keeper>) -> Self {
        let mut draft = Self {
            state: state.clone(),
            parent: state.tip,
            events: Vec::new(),
            is_rekeyed: deciders != state.keepers,
            outcomes: Vec::new(),
        };
        draft.state.time = time;
        draft.state.height = state.height.next();
        draft.wake(state);
        draft.begin_keeping(state);
        if draft.is_rekeyed {
            draft.rekey(deciders);
        }
        draft
    }

    fn take(&mut self, command: &Command) -> Result<(), CommandFault> {
        let sender = self.state.members.get(&command.member);
        let last = sender.map_or(0, |known| known.sequence);
        check_command(&self.state, self.state.time, command, last)?;
        let member = command.member;
        if let Some(known) = self.state.members.get_mut(&member) {
            known.make_mut().sequence = command.sequence;
            #[cfg(test)]
            if is_planted(Planted::CommandTwice) {
                known.make_mut().sequence = last;
            }
        }
        let id = command.id(&self.state.club);
        let sender = Sender {
            member,
            command: id,
        };
        let outcome = self.execute(sender, &command.body);
        if let Err(why) = &outcome {
            let why = why.clone();
            self.events.push(ClubEvent::Refused {
                command: id,
                member,
                why,
            });
        }
        self.outcomes.push((id, outcome));
        Ok(())
    }

    fn execute(&mut self, sender: Sender, body: &Body) -> Result<(), Refusal> {
        let member = sender.member;
        match body {
            Body::Nothing => Ok(()),
            Body::Admit { key, name, kind } => self.admit(member, key, name, *kind),
            Body::CreateTable(terms) => self.create_table(sender, terms),
            Body::ChangeRules { table, rules } => self.change_rules(member, *table, rules),
            Body::Sit { table } => self.sit(member, *table),
            Body::Stand { table } => self.stand(member, *table),
            Body::Bets {
                table,
                roll,
                actions,
            } => self.bets(member, *table, *roll, actions),
            Body::Ready { table, roll } => self.ready(member, *table, *roll),
            Body::Roll { table, roll } => self.call_roll(member, *table, *roll),
            Body::PassDice { table, roll } => self.pass_dice(member, *table, *roll),
            Body::Seal {
                table,
                epoch,
                roll,
                slot,
                seal,
            } => self.seal(member, *table, (*epoch, *roll, *slot), *seal),
            Body::Unseal {
                table,
                epoch,
                roll,
                slot,
            } => self.unseal(member, *table, (*epoch, *roll, *slot)),
            Body::Open {
                table,
                roll,
                slot,
                lock_hash,
                secret,
                seen,
                next,
            } => {
                let opening = super::closing::NewOpening {
                    roll: *roll,
                    slot: *slot,
                    lock_hash: *lock_hash,
                    secret: *secret,
                    seen: *seen,
                    next: *next,
                };
                self.open(member, *table, &opening)
            }
            Body::NewChips => self.draw_new_chips(member),
            Body::KeeperReady {
                vote_key,
                proof,
                height,
                state_root,
            } => {
                let shown = (*height, *state_root);
                let ready = self.keeper_ready(member, (vote_key, proof), shown);
                ready.map_err(Refusal::Keepers)
            }
            Body::ChangeKeepers { change } => {
                let approved = self.change_keepers(member, change);
                approved.map_err(Refusal::Keepers)
            }
            Body::Accuse { evidence } => self.accuse(evidence).map_err(Refusal::Keepers),
        }
    }

    fn finish(mut self, parent: &ClubState) -> Applied {
        self.meet_deadlines(parent);
        if !self.is_rekeyed {
            self.settle_keepers();
        }
        let state = &mut self.state;
        for (number, table) in &state.tables {
            let before = parent.tables.get(number);
            if !before.is_some_and(|before| before.is_same(table)) {
                state.table_roots.insert(*number, table.root());
                state.table_stakes.insert(*number, table.stakes());
            }
        }
        #[cfg(test)]
        if is_planted(Planted::ChipsFromNowhere) {
            state.ledger.mint();
        }
        #[cfg(test)]
        if is_planted(Planted::StakeWithoutBet) {
            state.ledger.stake_on_nothing();
        }
        let ledger = state.check_books();
        assert!(ledger.is_ok(), "the ledger is broken: {ledger:?}");
        state.root = state.compute_root();
        Applied {
            state: self.state,
            outcomes: self.outcomes,
            events: self.events,
        }
    }

    pub(super) fn table(&self, number: TableNo) -> Result<&ClubTable, Refusal> {
        self.state.table(number).ok_or(Refusal::UnknownTable)
    }

    /// Returns a table between rolls.
    pub(super) fn open_table(&self, number: TableNo) -> Result<&ClubTable, Refusal> {
        let table = self.table(number)?;
        if table.is_locked() {
            Err(Refusal::Locked)
        } else {
            Ok(table)
        }
    }

    /// Returns a table between rolls, before the roll that a command is about.
    pub(super) fn table_before(&self, number: TableNo, roll: u64) -> Result<&ClubTable, Refusal> {
        let table = self.open_table(number)?;
        if table.roll == roll {
            Ok(table)
        } else {
            Err(Refusal::WrongRoll { now: table.roll })
        }
    }

    /// Puts a changed table back, and says if the dice changed hands.
    pub(super) fn put(&mut self, mut table: ClubTable) {
        let number = table.number;
        let before = self.state.table(number).map(|before| before.game.shooter());
        let (from, to) = (before.flatten(), table.game.shooter());
        if from != to {
            table.unprompted = 0;
            if let Phase::Betting(betting) = &mut table.phase {
                betting.call = None;
            }
            self.events.push(ClubEvent::ShooterChanged {
                table: number,
                from,
                to,
            });
        }
        self.state.tables.insert(number, Shared::new(table));
    }

    pub(super) fn renew_roster(&self, table: &mut ClubTable) {
        let state = &self.state;
        let key_of = |member| state.member(member).map(|member| member.key);
        let roster = table.contributors(&state.keepers);
        table.renew_roster(&state.club, roster, key_of, state.time);
    }

    /// Books the movements of a command, all or none.
    #[expect(
        clippy::panic,
        reason = "a ledger that disagrees with the tables must halt the club, not go on"
    )]
    pub(super) fn book(&mut self, movements: &[(MemberNo, Movement)]) -> Result<(), Refusal> {
        self.state
            .ledger
            .book(movements)
            .map_err(|refusal| match refusal {
                LedgerRefusal::Insufficient { have, need, .. } => {
                    Refusal::Insufficient { have, need }
                }
                LedgerRefusal::TreasuryShort { can_cover, need } => Refusal::TreasuryShort {
                    can_cover,
                    could_win: need,
                },
                fault @ (LedgerRefusal::UnknownMember { .. }
                | LedgerRefusal::AccountExists { .. }
                | LedgerRefusal::Mismatch { .. }) => panic!("{fault}"),
            })
    }

    pub(super) fn game_id(&self, founding: CommandId, rules_hash: &[u8; 32]) -> GameId {
        let club = &self.state.club.0;
        GameId(crate::dice::table_id(club, &founding.0, rules_hash))
    }
}
