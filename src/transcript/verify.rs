//! Reading a transcript and computing everything in it anew.

use std::collections::BTreeMap;
use std::io::Read;

use super::audit::Audit;
use super::excerpt::{Beginning, Fork};
use super::fault::{Rule, Stopped, Wrong, of_charter, of_encoding, of_follow, wrong};
use super::record::{Kind, Records, decode_block};
use crate::club::{ClubState, Height, SignedCharter, TableNo};
use crate::consensus::follow;

/// A game in which everything holds.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The state after the last block, charter and chips and tables in it.
    pub state: ClubState,
    /// How many commands there were.
    pub commands: u64,
    /// How many rolls each table had in the file. A table without a roll is missing.
    pub rolls: BTreeMap<TableNo, u64>,
    /// The height whose state the file begins with; 0 for a whole game, from its charter.
    pub begins: Height,
    /// Two blocks that the club's keepers decided for one height, if the file is the proof of that.
    pub fork: Option<Fork>,
}

/// Reads a transcript to its end and computes everything in it anew, with no key, no network and no
/// disk. At any moment it holds one record and one state.
///
/// # Errors
/// [`Stopped::Wrong`] with the first record that is wrong, or [`Stopped::Unreadable`].
pub fn verify(input: impl Read) -> Result<Verified, Stopped> {
    go_on(Records::open(input)?, Game::default())
}

/// Reads on to the end.
pub(super) fn go_on(mut records: Records<impl Read>, mut game: Game) -> Result<Verified, Stopped> {
    let placed = |stopped: Stopped, after: Height| match stopped {
        Stopped::Wrong(mut fault) => {
            fault.after = after;
            Stopped::Wrong(fault)
        }
        unreadable @ Stopped::Unreadable(_) => unreadable,
    };
    loop {
        let after = game.height();
        let (kind, payload) = records.next().map_err(|stopped| placed(stopped, after))?;
        let taken = game.take(kind, payload);
        match taken {
            Err(wrong) => return Err(placed(records.stopped(wrong), after)),
            Ok(Some(verified)) => return Ok(verified),
            Ok(None) => records.accept(kind),
        }
    }
}

/// A game as far as it was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Game {
    /// Nothing before the first record.
    state: Option<ClubState>,
    begins: Height,
    audit: Audit,
    commands: u64,
    fork: Option<Fork>,
}

impl Game {
    /// Takes the next record; returns the whole game at the last one.
    pub(super) fn take(&mut self, kind: Kind, payload: &[u8]) -> Result<Option<Verified>, Wrong> {
        let state = self.state.take();
        let (expected, state) = match (kind, state) {
            (Kind::Charter, None) => {
                self.state = Some(charter(payload)?);
                return Ok(None);
            }
            (Kind::State, None) => {
                let state = Beginning::checked(payload)?.state;
                self.audit = Audit::of(&state)?;
                self.begins = state.height();
                self.state = Some(state);
                return Ok(None);
            }
            (Kind::Block, Some(state)) if self.fork.is_none() => {
                self.state = Some(self.block(&state, payload)?);
                return Ok(None);
            }
            (Kind::Fork, Some(state)) if self.fork.is_none() && state.height() == Height(0) => {
                self.fork = Some(Fork::checked(payload, &state)?);
                self.state = Some(state);
                return Ok(None);
            }
            (Kind::Footer, Some(state)) => {
                return Ok(Some(Verified {
                    state,
                    commands: self.commands,
                    rolls: self.audit.rolls(),
                    begins: self.begins,
                    fork: self.fork.take(),
                }));
            }
            (Kind::Block | Kind::Footer | Kind::Fork, None) => ("a charter or a state", None),
            (Kind::Charter | Kind::State | Kind::Block | Kind::Fork, Some(state)) => {
                let expected = if self.fork.is_some() {
                    "the end"
                } else {
                    "a block, or the end"
                };
                (expected, Some(state))
            }
        };
        self.state = state;
        Err(wrong(Rule::Order, expected, kind.name()))
    }

    /// The height of the newest record.
    fn height(&self) -> Height {
        self.state.as_ref().map_or(Height(0), ClubState::height)
    }

    fn block(&mut self, state: &ClubState, payload: &[u8]) -> Result<ClubState, Wrong> {
        let (block, certificate) = decode_block(payload).map_err(|why| of_encoding(&why))?;
        let applied = follow(state, &block, &certificate)
            .map_err(|why| of_follow(&why, state, &block, &certificate))?;
        self.audit.block(&block, &applied)?;
        let commands = u64::try_from(block.commands.len()).unwrap_or(u64::MAX);
        self.commands = self.commands.saturating_add(commands);
        Ok(applied.state)
    }
}

fn charter(payload: &[u8]) -> Result<ClubState, Wrong> {
    let charter = SignedCharter::from_bytes(payload).map_err(|why| of_charter(&why))?;
    ClubState::found(charter).map_err(|why| of_charter(&why))
}
