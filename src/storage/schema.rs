//! The tables of the store, schema 7. Rows are bytes of the parts that own them. Changing a table,
//! or how a part encodes its rows, is a new schema: a store of another one is refused as a whole
//! instead of being misread row by row.

use redb::TableDefinition;

use crate::club::{ClubId, GameId};

/// The schema of this program. Schema 1 had charters without the setting for new chips, schema 2
/// tables without times and rolls without who was left out, schema 3 states without what keepers
/// may change, schema 4 tables without some house rules and without whom the dice wait for, schema 5
/// keepers without their identities, schema 6 rolls without what each bet was worth.
pub(super) const SCHEMA: u32 = 7;

/// The one row of [`META`].
pub(super) const SCHEMA_ROW: &str = "schema";

/// The schema number.
pub(super) const META: TableDefinition<&str, u32> = TableDefinition::new("meta");

/// Club -> signed charter.
pub(super) const CHARTERS: TableDefinition<[u8; 32], &[u8]> = TableDefinition::new("charters");

/// Club, height -> block with its certificate.
pub(super) const BLOCKS: TableDefinition<([u8; 32], u64), &[u8]> = TableDefinition::new("blocks");

/// Club, height -> the rolls that ended in that block. They follow from the blocks; they stand here
/// so that past rolls can be listed without replaying the chain.
pub(super) const ROLLS: TableDefinition<([u8; 32], u64), &[u8]> = TableDefinition::new("rolls");

/// Club -> newest height, and the state after it.
pub(super) const STATES: TableDefinition<[u8; 32], (u64, &[u8])> = TableDefinition::new("states");

/// Name of a secret -> the secret, sealed under the storage key.
pub(super) const SECRETS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("secrets");

/// Table, slot -> the last roll that was opened there, and its lock. Rolls of a table are numbered
/// upwards and never repeat, so one row says it for all earlier rolls too.
pub(super) const OPENED: TableDefinition<([u8; 32], u8), (u64, [u8; 32])> =
    TableDefinition::new("opened");

/// Club, hash -> what proves that keepers broke the rules. A store of before this table has none.
pub(super) const MISCONDUCT: TableDefinition<([u8; 32], [u8; 32]), &[u8]> =
    TableDefinition::new("misconduct");

/// Club -> what this node remembers of its host. A store of before this table has none.
pub(super) const HOSTS: TableDefinition<[u8; 32], &[u8]> = TableDefinition::new("hosts");

/// The name of a secret. It is also what the sealed secret is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretName {
    /// The key that signs this node's votes as one keeper of a club.
    VoteKey {
        /// The club.
        club: ClubId,
        /// The keeper's number.
        keeper: u16,
    },
    /// The key with which this node would vote in a club, before it has a keeper's number.
    Candidate {
        /// The club.
        club: ClubId,
    },
    /// The secret that the node's dice secrets of one table's epoch come from.
    Epoch {
        /// The table.
        table: GameId,
        /// The epoch.
        epoch: u32,
    },
}

impl SecretName {
    /// Returns the row key: a kind, then fixed-width fields.
    pub(super) fn key(&self) -> Vec<u8> {
        match self {
            Self::VoteKey { club, keeper } => {
                [&[1], club.0.as_slice(), &keeper.to_le_bytes()].concat()
            }
            Self::Epoch { table, epoch } => {
                [&[2], table.0.as_slice(), &epoch.to_le_bytes()].concat()
            }
            Self::Candidate { club } => [&[3], club.0.as_slice()].concat(),
        }
    }

    /// Returns the epoch of the secret of one, by its row key.
    pub(super) fn epoch_of(key: &[u8]) -> Option<u32> {
        let (_, epoch) = key.split_last_chunk()?;
        key.starts_with(&[2]).then(|| u32::from_le_bytes(*epoch))
    }
}
