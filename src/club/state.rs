//! The state of a club: charter, members, chips, keepers, tables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::charter::{CharterFault, Settings, SignedCharter};
use super::codec::{self, CodecFault};
use super::command::MemberKind;
use super::hash::Domain;
use super::ids::{
    BlockId, ClubId, GameId, Height, KeeperNo, PublicKey, StateRoot, TableNo, TimeMs,
};
use super::keepers::Keeping;
#[cfg(test)]
use super::planted::{Planted, is_planted};
use super::shared::Shared;
use super::table::{ClubTable, Stakes};
use super::withholding::Withholdings;
use crate::dice::Hash32;
use crate::ledger::{Breach, Chips, MemberNo, TokenLedger};

/// An admitted identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The identity.
    pub key: PublicKey,
    /// The name as it was given: other people's text.
    pub name: String,
    /// Person or bot.
    pub kind: MemberKind,
    /// The number of the last applied command; 0 before the first.
    pub sequence: u64,
    /// When the member came.
    pub admitted: TimeMs,
    /// Openings withheld.
    pub withheld: Withholdings,
}

/// A member whose node votes on blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeper {
    /// The number of this keeper and its key.
    pub no: KeeperNo,
    /// The member.
    pub member: MemberNo,
    /// The member's identity: its word counts where vote keys are lost.
    pub identity: PublicKey,
    /// The key of its votes.
    pub vote_key: PublicKey,
}

/// Everything a club agrees on, after one block. Equal blocks give equal states with equal roots
/// on every node. It changes only by [`super::apply`]; cloning it is cheap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClubState {
    pub(super) charter: Shared<SignedCharter>,
    pub(super) club: ClubId,
    pub(super) height: Height,
    pub(super) tip: BlockId,
    pub(super) time: TimeMs,
    pub(super) settings: Settings,
    pub(super) keepers: Vec<Keeper>,
    pub(super) keeping: Keeping,
    pub(super) members: BTreeMap<MemberNo, Shared<Member>>,
    pub(super) ledger: TokenLedger,
    pub(super) tables: BTreeMap<TableNo, Shared<ClubTable>>,
    /// The roots of the tables, kept so that only a changed table is hashed again.
    #[serde(skip)]
    pub(super) table_roots: BTreeMap<TableNo, Hash32>,
    /// What stands at the tables, kept so that only a changed table is added up again.
    #[serde(skip)]
    pub(super) table_stakes: BTreeMap<TableNo, Stakes>,
    #[serde(skip, default = "no_root")]
    pub(super) root: StateRoot,
}

/// Returns the hash by which a header names the keepers of the next block, by number.
#[must_use]
pub fn keepers_hash(keepers: &[Keeper]) -> [u8; 32] {
    Domain::Keepers.hash(&[&codec::encode(&keepers)])
}

const fn no_root() -> StateRoot {
    StateRoot([0; 32])
}

impl ClubState {
    /// Returns the state at height 0: the founder is member 0 and the one keeper.
    ///
    /// # Errors
    /// [`CharterFault`] if the charter founds no club.
    pub fn found(charter: SignedCharter) -> Result<Self, CharterFault> {
        charter.verify()?;
        let terms = &charter.charter;
        let club = terms.club_id();
        let founder = Member {
            key: terms.founder,
            name: terms.founder_name.clone(),
            kind: MemberKind::Person,
            sequence: 0,
            admitted: terms.founded,
            withheld: Withholdings::default(),
        };
        let keeper = Keeper {
            no: KeeperNo(0),
            member: MemberNo::FOUNDER,
            identity: terms.founder,
            vote_key: terms.vote_key,
        };
        let mut ledger = TokenLedger::new(terms.supply);
        ledger
            .grant(MemberNo::FOUNDER, terms.grant)
            .map_err(|_account_exists| CharterFault::Settings)?;
        let mut state = Self {
            club,
            height: Height(0),
            tip: BlockId(club.0),
            time: terms.founded,
            settings: terms.settings,
            keepers: vec![keeper],
            keeping: Keeping::new(),
            members: BTreeMap::from([(MemberNo::FOUNDER, Shared::new(founder))]),
            ledger,
            tables: BTreeMap::new(),
            table_roots: BTreeMap::new(),
            table_stakes: BTreeMap::new(),
            root: no_root(),
            charter: Shared::new(charter),
        };
        state.root = state.compute_root();
        Ok(state)
    }

    /// Returns the state with other keepers, as if a block had changed them: for tests that begin
    /// with a club that has grown. No charter and no command gives such a state.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn with_keepers(mut self, keepers: Vec<Keeper>) -> Self {
        let last = keepers.last().map_or(0, |keeper| keeper.no.0);
        self.keeping.next = KeeperNo(last.saturating_add(1));
        self.keepers = keepers;
        self.root = self.compute_root();
        self
    }

    /// Returns the state with another ledger: for tests of what a ledger does that no rule leads to.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn with_ledger(mut self, ledger: TokenLedger) -> Self {
        self.ledger = ledger;
        self.root = self.compute_root();
        self
    }

    /// Returns the charter.
    #[must_use]
    pub fn charter(&self) -> &SignedCharter {
        &self.charter
    }

    /// Returns the id of the club.
    #[must_use]
    pub const fn club(&self) -> &ClubId {
        &self.club
    }

    /// Returns the height of the last block.
    #[must_use]
    pub const fn height(&self) -> Height {
        self.height
    }

    /// Returns the id of the last block; at height 0 the club's id.
    #[must_use]
    pub const fn tip(&self) -> BlockId {
        self.tip
    }

    /// Returns the time of the last block.
    #[must_use]
    pub const fn time(&self) -> TimeMs {
        self.time
    }

    /// Returns the settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the keepers of the next block, by number.
    #[must_use]
    pub fn keepers(&self) -> &[Keeper] {
        &self.keepers
    }

    /// Returns the chips.
    #[must_use]
    pub const fn ledger(&self) -> &TokenLedger {
        &self.ledger
    }

    /// Returns a member.
    #[must_use]
    pub fn member(&self, number: MemberNo) -> Option<&Member> {
        self.members.get(&number).map(|member| &**member)
    }

    /// Returns all members by number.
    pub fn members(&self) -> impl Iterator<Item = (MemberNo, &Member)> {
        self.members
            .iter()
            .map(|(number, member)| (*number, &**member))
    }

    /// Returns the number of an identity.
    #[must_use]
    pub fn member_of(&self, key: &PublicKey) -> Option<MemberNo> {
        self.members()
            .find_map(|(number, member)| (member.key == *key).then_some(number))
    }

    /// Returns a table.
    #[must_use]
    pub fn table(&self, number: TableNo) -> Option<&ClubTable> {
        self.tables.get(&number).map(|table| &**table)
    }

    /// Returns all tables by number.
    pub fn tables(&self) -> impl Iterator<Item = (TableNo, &ClubTable)> {
        self.tables
            .iter()
            .map(|(number, table)| (*number, &**table))
    }

    /// Returns the number of a table.
    #[must_use]
    pub fn table_of(&self, id: &GameId) -> Option<TableNo> {
        self.tables()
            .find_map(|(number, table)| (table.id == *id).then_some(number))
    }

    /// Returns the root: a hash over everything but the last block's id, which depends on it.
    #[must_use]
    pub const fn state_root(&self) -> StateRoot {
        self.root
    }

    /// Returns the hash of the keepers of the next block.
    #[must_use]
    pub fn keepers_hash(&self) -> [u8; 32] {
        keepers_hash(&self.keepers)
    }

    /// Returns the whole state as bytes, for the store.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Returns the state of stored bytes with its root; the caller compares root and tip with a
    /// certified block.
    ///
    /// # Errors
    /// [`StateFault`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateFault> {
        let mut state: Self = codec::decode(bytes, usize::MAX)?;
        state.charter.verify()?;
        if state.club != state.charter.charter.club_id() {
            return Err(StateFault::Club);
        }
        let roots = state.tables().map(|(number, table)| (number, table.root()));
        state.table_roots = roots.collect();
        let stakes = state
            .tables()
            .map(|(number, table)| (number, table.stakes()));
        state.table_stakes = stakes.collect();
        state.check_books()?;
        state.root = state.compute_root();
        Ok(state)
    }

    /// Checks the chips: those of the ledger make up the supply, and its stakes and liabilities are
    /// those of the tables.
    pub(super) fn check_books(&self) -> Result<(), Breach> {
        #[cfg(test)]
        if is_planted(Planted::ChipsFromNowhere) || is_planted(Planted::StakeWithoutBet) {
            return Ok(());
        }
        let sum = |part: fn(&Stakes) -> Option<Chips>| {
            let mut tables = self.table_stakes.values();
            tables.try_fold(Chips::ZERO, |sum, stakes| sum.checked_add(part(stakes)?))
        };
        let (at_risk, liability) = (sum(|stakes| stakes.at_risk), sum(|stakes| stakes.liability));
        self.ledger.check_against(at_risk, liability)
    }

    pub(super) fn compute_root(&self) -> StateRoot {
        StateRoot(Domain::State.hash(&[
            &self.club.0,
            &self.height.0.to_le_bytes(),
            &self.time.0.to_le_bytes(),
            &self.keepers_hash(),
            &Domain::Keeping.hash(&[&codec::encode(&self.keeping)]),
            &Domain::Members.hash(&[&codec::encode(&self.members)]),
            &Domain::Ledger.hash(&[&codec::encode(&self.ledger)]),
            &Domain::Tables.hash(&[&codec::encode(&self.table_roots)]),
            &codec::encode(&self.settings),
        ]))
    }
}

/// Why stored bytes are no state of a club.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateFault {
    /// The bytes are no state.
    #[error("not a club's state: {0}")]
    Codec(#[from] CodecFault),
    /// The charter in it is wrong.
    #[error(transparent)]
    Charter(#[from] CharterFault),
    /// The state names another club than its charter.
    #[error("the state is not of its charter's club")]
    Club,
    /// The chips do not add up.
    #[error(transparent)]
    Ledger(#[from] Breach),
}
