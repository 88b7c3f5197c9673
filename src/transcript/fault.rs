//! What is wrong with a transcript, and where.

use std::fmt;
use std::io;

use crate::club::{
    Block, BlockFault, CharterFault, ClubState, CodecFault, CommandFault, Header, Height,
    ProofFault, RekeyFault, StateFault,
};
use crate::consensus::{Certificate, CertificateFault, FollowFault, ForkFault};

macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident $name:literal;)*) => {
        /// Which rule a record breaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule { $($(#[$doc])* $rule,)* }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$rule,)*];

            /// Returns the name that scripts know.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$rule => $name,)* }
            }
        }
    };
}

rules! {
    /// The file begins as a transcript does.
    Format "format";
    /// The version is known.
    Version "version";
    /// The kind of a record is known.
    Kind "kind";
    /// A record is not longer than its kind may be.
    Length "length";
    /// The file is not cut off.
    Whole "whole";
    /// First the charter, or the state of an excerpt; then blocks, or a proof of two; then the end.
    Order "order";
    /// Count and running hash are those of the records.
    RunningHash "running-hash";
    /// Nothing follows.
    End "end";
    /// The bytes are the one encoding of what they hold.
    Encoding "encoding";
    /// The commands are those of the header.
    CommandsRoot "commands-root";
    /// The founder signed a charter that founds a club.
    Charter "charter";
    /// What an excerpt begins with is a state of a club.
    State "state";
    /// Two that contradict each other, both signed by the keepers of one height.
    Fork "fork";
    /// New vote keys are signed by the keepers before them, for the block after the one they name.
    Rekey "rekey";
    /// The keepers of the height decided the block.
    Certificate "certificate";
    /// The block is of this club.
    Club "club";
    /// Its height is the next one.
    Height "height";
    /// It follows the block before.
    Parent "parent";
    /// Time rises.
    Time "time";
    /// A keeper proposed it.
    Proposer "proposer";
    /// Each command is signed by its member, numbered, and in time.
    Command "command";
    /// The next keepers are those that the commands make.
    NextKeepers "next-keepers";
    /// The state is that which the commands give.
    StateRoot "state-root";
    /// The contributors of a roll are those of the roster.
    Roster "roster";
    /// A seal came before the lock.
    Seal "seal";
    /// The lock follows from contributors, bets and seals.
    Lock "lock";
    /// An opening came after the lock that it names, and shows what was sealed.
    Opening "opening";
    /// Those counted of whom enough keepers saw the opening.
    Counted "counted";
    /// The close follows from lock and openings.
    Close "close";
    /// The seed follows from lock and close.
    Seed "seed";
    /// The dice follow from the seed.
    Dice "dice";
    /// The link follows from the roll before and this one.
    Link "link";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A rule, and how it is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: expected {expected}, found {found}")]
pub struct Wrong {
    /// Which rule.
    pub rule: Rule,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// The first record of a transcript that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record {record}, {wrong}")]
pub struct Fault {
    /// Which: 0 is the charter or the state where an excerpt begins, others the blocks after it; a
    /// fault in the first bytes of the file counts as one of the first record.
    pub record: u64,
    /// The height of the newest record that was good.
    pub after: Height,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// Why a transcript was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// It is wrong.
    #[error(transparent)]
    Wrong(#[from] Fault),
    /// It can't be read.
    #[error("the transcript can't be read")]
    Unreadable(#[source] io::Error),
}

pub(super) fn wrong(rule: Rule, expected: impl fmt::Display, found: impl fmt::Display) -> Wrong {
    Wrong {
        rule,
        expected: expected.to_string(),
        found: found.to_string(),
    }
}

pub(super) fn of_encoding(fault: &CodecFault) -> Wrong {
    match fault {
        CodecFault::CommandsRoot => wrong(Rule::CommandsRoot, "the header's commands", "others"),
        CodecFault::TooLarge { bytes, limit } => {
            wrong(Rule::Length, format!("at most {limit} bytes"), bytes)
        }
        CodecFault::TooManyCommands { commands, limit } => {
            wrong(Rule::Length, format!("at most {limit} commands"), commands)
        }
        CodecFault::Malformed | CodecFault::NotCanonical => {
            wrong(Rule::Encoding, "the one encoding of a value", fault)
        }
    }
}

pub(super) fn of_charter(fault: &CharterFault) -> Wrong {
    match fault {
        CharterFault::Codec(fault) => of_encoding(fault),
        CharterFault::Version { .. }
        | CharterFault::Name
        | CharterFault::Grant { .. }
        | CharterFault::Settings
        | CharterFault::VoteKey
        | CharterFault::Signature => wrong(Rule::Charter, "a charter signed by its founder", fault),
    }
}

pub(super) fn of_state(fault: &StateFault) -> Wrong {
    match fault {
        StateFault::Codec(fault) => of_encoding(fault),
        StateFault::Charter(fault) => of_charter(fault),
        StateFault::Club | StateFault::Ledger(_) => {
            wrong(Rule::State, "a state whose charter and chips fit", fault)
        }
    }
}

pub(super) fn of_fork(fault: &ForkFault) -> Wrong {
    match fault {
        ForkFault::NoFork => wrong(Rule::Fork, "two that contradict each other", "none"),
        ForkFault::OtherClub => wrong(Rule::Club, "two blocks of the charter's club", "another's"),
        ForkFault::Certificate(fault) => {
            let expected = "two blocks that the keepers of the height decided";
            wrong(Rule::Certificate, expected, fault)
        }
        ForkFault::Rekey(fault) => of_rekey(fault),
        ForkFault::Keepers(fault) => wrong(Rule::NextKeepers, "keepers that can decide", fault),
    }
}

pub(super) fn of_rekey(fault: &RekeyFault) -> Wrong {
    let expected = "new vote keys that keepers signed above the block before";
    wrong(Rule::Rekey, expected, fault)
}

pub(super) fn of_follow(
    fault: &FollowFault,
    state: &ClubState,
    block: &Block,
    certificate: &Certificate,
) -> Wrong {
    match fault {
        // A block of another height or club has a certificate that is good elsewhere: say so first.
        FollowFault::Certificate(fault) => {
            let expected = state.height().next();
            if block.header.height == expected {
                of_certificate(fault, &block.header, certificate)
            } else {
                wrong(Rule::Height, expected, block.header.height)
            }
        }
        FollowFault::Rekey(fault) => {
            let expected = state.height().next();
            if block.header.height == expected {
                of_rekey(fault)
            } else {
                wrong(Rule::Height, expected, block.header.height)
            }
        }
        FollowFault::Block(fault) => of_block(fault),
        FollowFault::Keepers(fault) => wrong(Rule::NextKeepers, "keepers that can decide", fault),
    }
}

pub(super) fn of_certificate(
    fault: &CertificateFault,
    header: &Header,
    certificate: &Certificate,
) -> Wrong {
    match fault {
        CertificateFault::OtherBlock => {
            let of = |id, height: Height| format!("block {id} at height {height}");
            wrong(
                Rule::Certificate,
                of(header.id(), header.height),
                of(certificate.block, certificate.height),
            )
        }
        CertificateFault::TooFew { found, need } => {
            wrong(Rule::Certificate, format!("{need} signatures"), found)
        }
        CertificateFault::Order { .. }
        | CertificateFault::NotAKeeper { .. }
        | CertificateFault::Signature { .. } => wrong(
            Rule::Certificate,
            "signatures of this height's keepers",
            fault,
        ),
    }
}

fn of_block(fault: &BlockFault) -> Wrong {
    match fault {
        BlockFault::Form(fault) => of_encoding(fault),
        BlockFault::Club { found } => wrong(Rule::Club, "the charter's club", found),
        BlockFault::Height { found, expected } => wrong(Rule::Height, expected, found),
        BlockFault::Parent { found, expected } => wrong(Rule::Parent, expected, found),
        BlockFault::Time { found, parent } => {
            wrong(Rule::Time, format!("later than {parent}"), found)
        }
        BlockFault::Proposer { found } => wrong(
            Rule::Proposer,
            "a keeper",
            format!("keeper {found}, who is none"),
        ),
        BlockFault::Rekey(fault) => of_rekey(fault),
        BlockFault::Command { index, why } => of_command(*index, why),
        BlockFault::NextKeepers => wrong(Rule::NextKeepers, "those of the state", "others"),
        BlockFault::StateRoot { found, computed } => wrong(Rule::StateRoot, computed, found),
    }
}

fn of_command(index: usize, fault: &CommandFault) -> Wrong {
    let found = format!("command {index}: {fault}");
    let expected = match fault {
        CommandFault::UnknownMember { .. } => "a member's command".to_owned(),
        CommandFault::Sequence { expected, .. } => format!("number {expected}"),
        CommandFault::Expired { .. } => "a command that is still good".to_owned(),
        CommandFault::Signature { .. } => "the member's signature".to_owned(),
        CommandFault::Size(_) => "a command that is not too large".to_owned(),
    };
    wrong(Rule::Command, expected, found)
}

pub(super) fn of_proof(fault: ProofFault) -> Wrong {
    match fault {
        ProofFault::Roster { slot } => wrong(Rule::Roster, format!("slot {slot} on it"), "not"),
        ProofFault::Keepers => wrong(Rule::Counted, "openings of enough keepers", "too few"),
        ProofFault::Counts { slot } => {
            let expected = format!("slot {slot} as its keepers saw it");
            wrong(Rule::Counted, expected, "the opposite")
        }
        ProofFault::Withheld => wrong(Rule::Counted, "those left out", "a list of others"),
        ProofFault::Seal { slot } => {
            let expected = format!("the secret that slot {slot} sealed");
            wrong(Rule::Opening, expected, "another one")
        }
        ProofFault::Lock => wrong(Rule::Lock, "that of bets and seals", "another one"),
        ProofFault::Close => wrong(Rule::Close, "that of lock and openings", "another one"),
        ProofFault::Seed => wrong(Rule::Seed, "that of lock and close", "another one"),
        ProofFault::Dice { found, computed } => wrong(Rule::Dice, computed, found),
        ProofFault::Link => wrong(Rule::Link, "that of the rolls so far", "another one"),
    }
}
