//! Why a change of keepers is refused, in words.

use super::number::counted;
use super::refusal::Refused;
use crate::club::KeeperRefusal;
use crate::club::limits::{KEEPERS_MAX, READY_BLOCKS, READY_MILLIS, SHARED_KEEPERS_MIN};

/// Words a refusal that is about keepers.
#[expect(
    clippy::too_many_lines,
    reason = "a table of words: an arm for each kind"
)]
pub(super) fn keepers(why: &KeeperRefusal) -> Refused {
    use KeeperRefusal as R;
    match why {
        R::AlreadyApproved { have, need } => Refused::new(
            "This change",
            format!("has your approval already, and {have} of {need} keepers agree"),
            "It takes effect when enough others approve",
        ),
        R::TooManyChanges { limit } => Refused::new(
            "A keeper",
            format!("has {limit} changes open at most"),
            "One that is decided or a day old makes room",
        ),
        R::NoEvidence => Refused::new(
            "The accusation",
            "holds no two signed messages of one keeper for one place",
            "Two that contradict each other prove it",
        ),
        R::AlreadyAccused { keeper } => Refused::new(
            format!("Keeper {keeper}"),
            "is accused already, and its bond is gone",
            "Its removal takes the approval of the keepers",
        ),
        R::NotCaughtUp { oldest, newest } => Refused::new(
            "The node",
            format!("is behind, and the club knows blocks {oldest} to {newest}"),
            "It can keep the club when it has caught up",
        ),
        R::StateDiffers { height } => Refused::new(
            "The node",
            format!("has another state after block {height} than the club"),
            "Started on an empty directory, it follows the club anew",
        ),
        R::NotReady { member } => Refused::new(
            format!("Member {member}"),
            format!(
                "has not said within {READY_BLOCKS} blocks and {} minutes that its node is ready",
                READY_MILLIS / 60_000
            ),
            "It can be named when its node says so",
        ),
        R::NotKeeper => Refused::new(
            "Keepers",
            "are chosen by keepers, and your node is none",
            "A keeper can open this change",
        ),
        R::NotShared => Refused::new(
            "This club",
            "has one keeper, its founder, and can only grow",
            format!("Growing to {SHARED_KEEPERS_MIN} or more at once works"),
        ),
        R::AlreadyShared { keepers } => Refused::new(
            "This club",
            format!("has {keepers} keepers already"),
            "Add them one by one",
        ),
        R::KeeperCount { have, would_be } => {
            let have = counted(u64::try_from(*have).unwrap_or(0), "keeper", "keepers");
            Refused::new(
                "A club",
                format!(
                    "has 1 or {SHARED_KEEPERS_MIN} to {KEEPERS_MAX} keepers; here are {have}, and it would be {would_be}"
                ),
                "Swap one, or go back to the founder alone",
            )
        }
        R::FounderIsNoKeeper => Refused::new(
            "The founder",
            "is no keeper now, so the club can't go back to the founder alone",
            "Add the founder first",
        ),
        R::KeepsAlready { member, keeper } => Refused::new(
            format!("Member {member}"),
            format!("is keeper {keeper} already, and counts once"),
            "Name somebody else",
        ),
        R::KeeperNumbersUsedUp => Refused::new(
            "The club",
            "has given all numbers of keepers",
            "A new club has them all",
        ),
        R::VoteKeyProof | R::VoteKeyTaken => Refused::new(
            "The vote key",
            "is not this member's own",
            "A new one works",
        ),
        R::UnknownMember { member } => Refused::new(
            format!("Member {member}"),
            "is not in this club",
            "The list of members names who is",
        ),
        R::UnknownKeeper { keeper } => Refused::new(
            format!("Keeper {keeper}"),
            "is none any more",
            "The list of keepers names who is",
        ),
    }
}
