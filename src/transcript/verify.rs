//! Reading a transcript and computing everything in it anew.

use std::collections::BTreeMap;
use std::io::Read;

use super::audit::Audit;
use super::fault::{Rule, Stopped, Wrong, of_charter, of_encoding, of_follow, wrong};
use super::record::{Kind, Records, decode_block};
use crate::club::{ClubState, SignedCharter, TableNo};
use crate::consensus::follow;

/// A game in which everything holds.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The state after the last block, charter and chips and tables in it.
    pub state: ClubState,
    /// How many commands there were.
    pub commands: u64,
    /// How many rolls each table had. A table without a roll is missing.
    pub rolls: BTreeMap<TableNo, u64>,
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
    loop {
        let (kind, payload) = records.next()?;
        let taken = game.take(kind, payload);
        match taken {
            Err(wrong) => return Err(records.stopped(wrong)),
            Ok(Some(verified)) => return Ok(verified),
            Ok(None) => records.accept(kind),
        }
    }
}

/// A game as far as it was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Game {
    /// Nothing before the charter.
    state: Option<ClubState>,
    audit: Audit,
    commands: u64,
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
            (Kind::Block, Some(state)) => {
                self.state = Some(self.block(&state, payload)?);
                return Ok(None);
            }
            (Kind::Footer, Some(state)) => {
                return Ok(Some(Verified {
                    state,
                    commands: self.commands,
                    rolls: self.audit.rolls(),
                }));
            }
            (Kind::State | Kind::Block | Kind::Footer, None) => ("a charter", None),
            (Kind::Charter | Kind::State, Some(state)) => ("a block, or the end", Some(state)),
        };
        self.state = state;
        Err(wrong(Rule::Order, expected, kind.name()))
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
