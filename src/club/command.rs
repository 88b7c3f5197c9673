//! Commands: the signed, numbered intents of members.

use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize};

use super::charter::is_signed;
use super::codec::{self, CodecFault};
use super::hash::Domain;
use super::ids::{
    ClubId, CommandId, Height, PublicKey, SignatureBytes, StateRoot, TableNo, TimeMs,
};
use super::keeper_change::KeeperChange;
use super::limits::COMMAND_BYTES_MAX;
use super::statement::Evidence;
use super::times::RollTimes;
use crate::craps::{Action, TableRules};
use crate::dice::{Hash32, Slot};
use crate::ledger::{Chips, MemberNo};

/// Who plays behind an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberKind {
    /// Somebody at a screen; the others wait for a person to be ready.
    Person,
    /// A strategy; always ready.
    Bot,
}

/// The seal of a contributor's secret for the next roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSeal {
    /// See [`crate::dice::seal`].
    pub seal: Hash32,
    /// Whether a shared secret comes with it; 0, as none does.
    pub stir: u8,
}

/// How a new table is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableTerms {
    /// The name, 1 to 48 bytes.
    pub name: String,
    /// The rules.
    pub rules: TableRules,
    /// Seats, 1 to 16.
    pub seats_max: u8,
    /// How many must sit before the first roll, 1 to `seats_max`.
    pub min_players: u8,
    /// What each seat puts up; in a shared club the table's minimum or more.
    pub bond: Chips,
    /// How long the table waits for its players.
    pub times: RollTimes,
}

/// What a member wants. The order of variants is part of the encoding: new ones go to the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Nothing: uses up a number, so that another command with this number can never be decided.
    Nothing,
    /// Takes in a member; the founder's word.
    Admit {
        /// The identity.
        key: PublicKey,
        /// The name, 1 to 48 bytes.
        name: String,
        /// Person or bot.
        kind: MemberKind,
    },
    /// Opens a table; any member's word. Its creator has no special power afterwards.
    CreateTable(TableTerms),
    /// Changes the rules of a table between rolls; the founder's word.
    ChangeRules {
        /// Which table.
        table: TableNo,
        /// The new rules.
        rules: TableRules,
    },
    /// Takes the lowest free seat, or the seat where the member left bets behind. Waits until a
    /// locked roll is over.
    Sit {
        /// Which table.
        table: TableNo,
    },
    /// Leaves the seat. Waits until a locked roll is over.
    Stand {
        /// Which table.
        table: TableNo,
    },
    /// Places, reduces, takes down or switches bets: all of the slip or nothing.
    Bets {
        /// Which table.
        table: TableNo,
        /// For which roll: a slip that comes too late is refused.
        roll: u64,
        /// The slip, 1 to 200 actions.
        actions: Vec<Action>,
    },
    /// Says that the member's bets are made.
    Ready {
        /// Which table.
        table: TableNo,
        /// For which roll.
        roll: u64,
    },
    /// Rolls: locks bets and seals, as soon as the other players are ready; the shooter's word.
    Roll {
        /// Which table.
        table: TableNo,
        /// Which roll.
        roll: u64,
    },
    /// Gives the dice to the next seat.
    PassDice {
        /// Which table.
        table: TableNo,
        /// Before which roll.
        roll: u64,
    },
    /// Seals the contributor's secret for the next roll; no replacement.
    Seal {
        /// Which table.
        table: TableNo,
        /// The version of the roster.
        epoch: u32,
        /// Which roll.
        roll: u64,
        /// Whose secret.
        slot: Slot,
        /// The seal.
        seal: NewSeal,
    },
    /// Takes a seal back before the lock, so that the roll does not wait for it.
    Unseal {
        /// Which table.
        table: TableNo,
        /// The version of the roster.
        epoch: u32,
        /// Which roll.
        roll: u64,
        /// Whose seal.
        slot: Slot,
    },
    /// Shows a secret after the lock.
    Open {
        /// Which table.
        table: TableNo,
        /// Which roll.
        roll: u64,
        /// Whose secret.
        slot: Slot,
        /// The lock it is for: an opening made on one branch of a fork is void on another.
        lock_hash: Hash32,
        /// The secret.
        secret: Hash32,
        /// Bit s: the signer held a valid opening of seat s when it opened. Players send 0.
        seen: u16,
        /// The seal for the roll after this one.
        next: Option<NewSeal>,
    },
    /// Draws the grant again, if the club allows it and nothing is left: see
    /// [`super::ClubState::new_chips`].
    NewChips,
    /// Shows that the member's node follows the club and could vote; nobody becomes a keeper
    /// without it.
    KeeperReady {
        /// The key with which the node would vote; never the identity key.
        vote_key: PublicKey,
        /// The vote key's signature of [`super::vote_key_message`].
        proof: SignatureBytes,
        /// One of the newest blocks.
        height: Height,
        /// The state after it.
        state_root: StateRoot,
    },
    /// Approves a change of the keepers, and opens it if nobody has; a keeper's word.
    ChangeKeepers {
        /// Which.
        change: KeeperChange,
    },
    /// Shows that a keeper signed two things for one place; anybody's word, as it is proven.
    Accuse {
        /// The proof.
        evidence: Box<Evidence>,
    },
}

/// A signed, numbered intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Whose intent.
    pub member: MemberNo,
    /// One more than the number of the member's last applied command.
    pub sequence: u64,
    /// In blocks later than this it has no place any more.
    pub not_after: TimeMs,
    /// What is wanted.
    pub body: Body,
    /// Covers club id and all the other fields.
    pub signature: SignatureBytes,
}

impl Command {
    /// Returns a command signed with the member's identity key.
    #[must_use]
    pub fn sign(
        key: &SigningKey,
        club: &ClubId,
        member: MemberNo,
        sequence: u64,
        not_after: TimeMs,
        body: Body,
    ) -> Self {
        let mut command = Self {
            member,
            sequence,
            not_after,
            body,
            signature: SignatureBytes([0; 64]),
        };
        let digest = command.digest(Domain::CommandSignature, club);
        command.signature = SignatureBytes(key.sign(&digest).to_bytes());
        command
    }

    /// Returns the id: the same for every signature over the same intent.
    #[must_use]
    pub fn id(&self, club: &ClubId) -> CommandId {
        CommandId(self.digest(Domain::Command, club))
    }

    /// Whether the signature is the key's, over this club's id. Costs about 30 us.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey, club: &ClubId) -> bool {
        let digest = self.digest(Domain::CommandSignature, club);
        is_signed(key, &digest, &self.signature)
    }

    /// Returns the canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Returns the command of canonical bytes, at most 4 KiB; its signature is not checked.
    ///
    /// # Errors
    /// [`CodecFault`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecFault> {
        codec::decode(bytes, COMMAND_BYTES_MAX)
    }

    fn digest(&self, domain: Domain, club: &ClubId) -> [u8; 32] {
        let unsigned = (self.member, self.sequence, self.not_after, &self.body);
        domain.hash(&[&club.0, &codec::encode(&unsigned)])
    }
}
