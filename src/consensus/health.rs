//! How a club's chain does, as one row for screens and scripts: the keys are a contract with them.

use serde::{Deserialize, Serialize};

use super::view::{ChainCondition, ChainView, KeeperSeen, Voting, lacks};
use crate::club::Height;
use crate::shown::{NAME_COLUMNS_MAX, Shown};

/// The chain of a club as this node sees it at one height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClubHealth {
    /// The club's id in hex.
    pub club: String,
    /// The newest block.
    pub height: u64,
    /// The state's root after it, in hex; equal on every node of this height.
    pub root: String,
    /// Blocks that this node lacks, by what the others say.
    pub behind: u64,
    /// How many keepers must agree.
    pub quorum: usize,
    /// How many of them may fail or lie.
    pub faults: usize,
    /// `working`, `store-fails` or `halted`.
    pub condition: String,
    /// Why it doesn't work.
    pub reason: Option<String>,
    /// Whether this node votes: `votes`, `follows`, `retired` or `stopped`.
    pub voting: String,
    /// Why it doesn't vote though it is a keeper.
    pub silent: Option<String>,
    /// The attempt that is under way, if it is a later one than the first.
    pub attempt: Option<Attempt>,
    /// Proofs in the store that keepers broke the rules.
    pub proofs: usize,
    /// More of them that can't be read.
    pub unreadable_proofs: usize,
    /// The file that proves a fork.
    pub proof_file: Option<String>,
    /// Those who decide the next block, by number.
    pub keepers: Vec<KeeperHealth>,
}

/// A height at which the keepers have not agreed at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The height.
    pub height: u64,
    /// The attempt, from 1.
    pub number: u32,
    /// The keeper whose turn it is to propose.
    pub proposer: Option<u16>,
}

/// One keeper as this node sees it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that scripts read by name, none of which follows from another"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperHealth {
    /// Its number.
    pub number: u16,
    /// The member whose node it is.
    pub member: u32,
    /// That member's name.
    pub name: String,
    /// Whether it is this node.
    pub this_node: bool,
    /// Whether this node reaches it.
    pub reached: bool,
    /// The newest block that it speaks of; unknown while it is not reached.
    pub height: Option<u64>,
    /// Blocks that it lacks; the newest one alone is not counted, since nobody says that it is there.
    pub behind: u64,
    /// Whether it signed the newest block.
    pub signed_newest: bool,
    /// Whether it is proven to the club that it signed two things for one place.
    pub accused: bool,
}

impl From<&ChainView> for ClubHealth {
    fn from(view: &ChainView) -> Self {
        let (condition, reason) = match &view.condition {
            ChainCondition::Working => ("working", None),
            ChainCondition::StoreFails(error) => ("store-fails", Some(error.to_string())),
            ChainCondition::Halted(why) => ("halted", Some(why.clone())),
        };
        let (voting, silent) = match &view.voting {
            Voting::Follows => ("follows", None),
            Voting::Votes(_) => ("votes", None),
            Voting::Retired(why) => ("retired", Some(why.clone())),
            Voting::Stopped(why) => ("stopped", Some(why.clone())),
        };
        let attempt = Attempt {
            height: view.height.next().0,
            number: view.round.saturating_add(1),
            proposer: view.turn.map(|keeper| keeper.0),
        };
        let file = view.proofs.file.as_ref();
        Self {
            club: view.club.to_string(),
            height: view.height.0,
            root: view.root.to_string(),
            behind: view.behind,
            quorum: view.quorum,
            faults: view.faults,
            condition: condition.to_owned(),
            reason,
            voting: voting.to_owned(),
            silent,
            attempt: (view.round > 0).then_some(attempt),
            proofs: view.proofs.kept,
            unreadable_proofs: view.proofs.unreadable,
            proof_file: file.map(|path| path.display().to_string()),
            keepers: view
                .keepers
                .iter()
                .map(|keeper| seen(view, keeper))
                .collect(),
        }
    }
}

fn seen(view: &ChainView, keeper: &KeeperSeen) -> KeeperHealth {
    let own = keeper.is_self.then_some(view.height);
    let height = own.or(keeper.height).map(|height| height.0);
    let member = keeper.keeper.member;
    let name = view.state.member(member).map(|member| &*member.name);
    KeeperHealth {
        number: keeper.keeper.no.0,
        member: member.0,
        name: Shown::new(name.unwrap_or_default(), NAME_COLUMNS_MAX).to_string(),
        this_node: keeper.is_self,
        reached: keeper.is_reached(),
        behind: height.map_or(0, |height| lacks(view.height, Height(height))),
        height,
        signed_newest: keeper.signed_newest,
        accused: view.state.is_accused(keeper.keeper.no),
    }
}

impl ClubHealth {
    /// Returns it in one line of words.
    #[must_use]
    pub fn words(&self) -> String {
        let reached = self.keepers.iter().filter(|keeper| keeper.reached).count();
        let root: String = self.root.chars().take(8).collect();
        let mut words = vec![
            format!("height {}", self.height),
            format!("root {root}"),
            format!("keepers {reached} of {}", self.keepers.len()),
            self.voting.clone(),
        ];
        if self.behind > 0 {
            words.push(format!("{} behind", self.behind));
        }
        for keeper in self.keepers.iter().filter(|keeper| keeper.behind > 0) {
            words.push(format!("keeper {} lacks {}", keeper.number, keeper.behind));
        }
        let troubles = self.reason.iter().chain(&self.silent);
        words.extend(troubles.cloned());
        words.extend(
            self.proof_file
                .iter()
                .map(|file| format!("proof in {file}")),
        );
        words.join(", ")
    }
}
