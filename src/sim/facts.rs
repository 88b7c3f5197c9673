//! What was seen, and what must hold of it: one checker for each invariant, over facts that no node
//! can change afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::limits::VIOLATIONS_MAX;
use super::network::NodeNo;
use crate::club::{
    Applied, Block, BlockId, ClubEvent, ClubState, CommandId, Evidence, GameId, Height, KeeperNo,
    StateRoot, Statement, StatementKind, TableNo,
};
use crate::consensus::{
    Certificate, ChainCondition, ChainView, DecidedBlock, Decision, KeeperSet, Rejection,
    StoredBlock, follow,
};
use crate::dice::{Hash32, Slot};
use crate::ledger::{Chips, MemberNo};

/// What must hold after every step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Invariant {
    /// No two nodes have different blocks, or different states, at one height.
    Agreement,
    /// Every decided block follows from the one before it, by the rules, and each node has its certificate.
    Validity,
    /// Treasury, balances, stakes and bonds add up to the supply, stakes to what lies on the felt.
    Conservation,
    /// Each roll is settled once, each command decided once, everywhere with the same outcome.
    Settlement,
    /// What was answered as decided stays decided, and no node falls behind what it showed.
    Durability,
    /// No honest keeper signs two things for one place.
    Votes,
    /// A node shows each height once and in order, has one write at a time, and halts for no fault
    /// of others.
    Lifecycle,
    /// No secret is opened for two locks.
    Openings,
    /// No second has more messages or bytes than a club has use for, whatever is missing.
    Traffic,
    /// After the faults the club agrees again, and goes on.
    Convergence,
    /// The rolls are played in the time there is.
    Progress,
}

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// When, in virtual milliseconds.
    pub at_ms: u64,
    /// What was seen.
    pub what: String,
}

/// What one life of a node has shown.
#[derive(Debug, Default)]
struct Shown {
    /// The newest height that was ever shown there.
    height: Height,
    halted: bool,
    is_writing: bool,
    is_liar: bool,
}

/// What became of a command on the chain.
pub(super) type Fate = (Height, bool);

/// Where a keeper says one thing at most.
type Place = (Height, KeeperNo, StatementKind, u32);

/// Heights for which statements are kept: nobody votes on older ones any more.
const SAID_HEIGHTS: u64 = 64;

/// Everything that was seen.
#[derive(Debug)]
pub(super) struct Facts {
    now: Duration,
    /// All the chips there are.
    supply: u128,
    /// The chain as it was checked here, block by block.
    pub(super) chain: ClubState,
    agreed: BTreeMap<Height, (BlockId, StateRoot)>,
    /// Who decided each block, and the first certificate that it was shown with.
    certified: BTreeMap<Height, (Arc<KeeperSet>, Certificate)>,
    /// Decided blocks whose parents nobody has shown yet.
    waiting: BTreeMap<Height, (Block, Certificate)>,
    rolls: BTreeMap<(TableNo, u64), Hash32>,
    /// Whose openings were missing, and the chips that it cost each.
    pub(super) withheld: BTreeMap<MemberNo, u64>,
    pub(super) commands: BTreeMap<CommandId, Fate>,
    opened: BTreeMap<(GameId, Slot, u64), Hash32>,
    /// What honest keepers signed at the newest heights.
    said: BTreeMap<Place, Statement>,
    nodes: Vec<Shown>,
    pub(super) forks: u64,
    pub(super) conflicting_votes: u64,
    pub(super) lost: u64,
    pub(super) checked: u64,
    pub(super) violations: Vec<Violation>,
}

impl Facts {
    pub(super) fn new(chain: ClubState, nodes: usize) -> Self {
        let shown = || Shown {
            height: chain.height(),
            ..Shown::default()
        };
        Self {
            now: Duration::ZERO,
            supply: u128::from(chain.ledger().supply().get()),
            agreed: BTreeMap::from([(chain.height(), (chain.tip(), chain.state_root()))]),
            nodes: std::iter::repeat_with(shown).take(nodes).collect(),
            chain,
            certified: BTreeMap::new(),
            waiting: BTreeMap::new(),
            rolls: BTreeMap::new(),
            withheld: BTreeMap::new(),
            commands: BTreeMap::new(),
            opened: BTreeMap::new(),
            said: BTreeMap::new(),
            forks: 0,
            conflicting_votes: 0,
            lost: 0,
            checked: 0,
            violations: Vec::new(),
        }
    }

    pub(super) fn at(&mut self, now: Duration) {
        self.now = now;
    }

    /// The newest height that was checked.
    pub(super) fn height(&self) -> Height {
        self.chain.height()
    }

    /// How many rolls are over.
    pub(super) fn rolls(&self) -> u64 {
        u64::try_from(self.rolls.len()).unwrap_or(u64::MAX)
    }

    /// A keeper of which nothing is expected.
    pub(super) fn lies(&mut self, node: NodeNo) {
        if let Some(shown) = self.nodes.get_mut(node) {
            shown.is_liar = true;
        }
    }

    /// A node's disk is gone, and with it everything that it showed.
    pub(super) fn forgets(&mut self, node: NodeNo) {
        if let Some(shown) = self.nodes.get_mut(node) {
            shown.height = Height(0);
        }
    }

    /// A node starts with this state and these newest blocks.
    pub(super) fn started(&mut self, node: NodeNo, state: &ClubState, newest: &[StoredBlock]) {
        for stored in newest {
            if stored.block.header.height > self.chain.height() {
                self.take(&stored.block, &stored.certificate);
            }
            self.check_certificate(node, &stored.block, &stored.certificate);
        }
        self.agree(node, state.height(), (state.tip(), state.state_root()));
        let Some(shown) = self.nodes.get_mut(node) else {
            return;
        };
        let before = std::mem::replace(&mut shown.height, state.height());
        shown.halted = false;
        shown.is_writing = false;
        self.expect(Invariant::Durability, state.height() >= before, || {
            format!(
                "node {node} showed {before} and starts at {}",
                state.height()
            )
        });
    }

    /// A node wants something written.
    pub(super) fn writes(&mut self, node: NodeNo, is_writing: bool) {
        let before = self
            .nodes
            .get_mut(node)
            .map(|shown| std::mem::replace(&mut shown.is_writing, is_writing));
        self.expect(Invariant::Lifecycle, before != Some(is_writing), || {
            format!("node {node} has two writes at a time")
        });
    }

    /// A node shows a block.
    pub(super) fn decided(&mut self, node: NodeNo, decided: &Arc<DecidedBlock>) {
        let header = &decided.block.header;
        let height = header.height;
        let Some(shown) = self.nodes.get_mut(node) else {
            return;
        };
        let (expected, halted) = (shown.height.next(), shown.halted);
        shown.height = height;
        self.expect(Invariant::Lifecycle, height == expected && !halted, || {
            format!("node {node} shows {height} where {expected} is next (halted: {halted})")
        });
        self.agree(node, height, (decided.id, decided.state.state_root()));
        if height > self.chain.height() {
            self.take(&decided.block, &decided.certificate);
        }
        if height > self.chain.height() {
            // A block before it was shown by nobody yet.
            return;
        }
        self.check_certificate(node, &decided.block, &decided.certificate);
        for event in &decided.events {
            if let ClubEvent::Rolled(record) = event {
                let known = self.rolls.get(&(record.table, record.roll));
                let same = known == Some(&hash_of(record));
                let roll = record.roll;
                self.expect(Invariant::Settlement, same, || {
                    format!("node {node} settles roll {roll} otherwise than the chain")
                });
            }
        }
        for (id, outcome) in &decided.outcomes {
            let fate = (height, outcome.is_ok());
            let same = self.commands.get(id) == Some(&fate);
            self.expect(Invariant::Settlement, same, || {
                format!("node {node} gives command {id} another outcome than the chain")
            });
        }
    }

    /// A node shows a picture of its chain.
    pub(super) fn viewed(&mut self, node: NodeNo, view: &ChainView) {
        let Some(shown) = self.nodes.get_mut(node) else {
            return;
        };
        if let ChainCondition::Halted(why) = &view.condition {
            let first = !std::mem::replace(&mut shown.halted, true);
            if first && !shown.is_liar {
                self.fail(
                    Invariant::Lifecycle,
                    format!("node {node} halted at {}: {why}", view.height),
                );
            }
        }
        self.agree(node, view.height, (view.tip, view.root));
    }

    /// A node answers whoever proposed a command.
    pub(super) fn answered(&mut self, node: NodeNo, id: &CommandId, decision: &Decision) {
        let claimed = match decision {
            Decision::Decided(height) => (*height, true),
            Decision::Rejected(
                Rejection::Refused { height, .. } | Rejection::RefusedBefore { height },
            ) => (*height, false),
            Decision::Rejected(_) | Decision::Unknown(_) => return,
        };
        let fate = self.commands.get(id).copied();
        if fate != Some(claimed) {
            self.lost += 1;
        }
        self.expect(Invariant::Durability, fate == Some(claimed), || {
            format!("node {node} answers {claimed:?} for command {id}, the chain says {fate:?}")
        });
    }

    /// Somebody was accused of two statements for one place.
    pub(super) fn accused(&mut self, keeper: NodeNo, evidence: &Evidence) {
        let honest = self.nodes.get(keeper).is_some_and(|shown| !shown.is_liar);
        if honest {
            self.conflicting_votes += 1;
        }
        self.expect(Invariant::Votes, !honest, || {
            format!("keeper {} signed {evidence:?}", evidence.keeper())
        });
    }

    /// A keeper sends a statement of its own.
    pub(super) fn says(&mut self, node: NodeNo, statement: Statement) {
        if self.nodes.get(node).is_none_or(|shown| shown.is_liar) {
            return;
        }
        let Statement {
            height,
            keeper,
            kind,
            round,
            ..
        } = statement;
        let place = (height, keeper, kind, round);
        let before = *self.said.entry(place).or_insert(statement);
        let contradicts = before.contradicts(&statement);
        if contradicts {
            self.conflicting_votes += 1;
        }
        self.expect(Invariant::Votes, !contradicts, || {
            format!("node {node} says {statement:?} after {before:?}")
        });
        let oldest = Height(self.chain.height().0.saturating_sub(SAID_HEIGHTS));
        while self
            .said
            .first_key_value()
            .is_some_and(|((height, ..), _)| *height < oldest)
        {
            self.said.pop_first();
        }
    }

    /// A player signs an opening.
    pub(super) fn opens(&mut self, table: GameId, slot: Slot, roll: u64, lock: Hash32) {
        let before = *self.opened.entry((table, slot, roll)).or_insert(lock);
        self.expect(Invariant::Openings, before == lock, || {
            format!("slot {} opens roll {roll} for two locks", slot.0)
        });
    }

    pub(super) fn expect(
        &mut self,
        invariant: Invariant,
        holds: bool,
        what: impl FnOnce() -> String,
    ) {
        self.checked += 1;
        if !holds {
            self.fail(invariant, what());
        }
    }

    pub(super) fn fail(&mut self, invariant: Invariant, what: String) {
        if self.violations.len() < VIOLATIONS_MAX {
            let at_ms = u64::try_from(self.now.as_millis()).unwrap_or(u64::MAX);
            self.violations.push(Violation {
                invariant,
                at_ms,
                what,
            });
        }
    }

    /// Compares what a node has at a height with what the first one had.
    fn agree(&mut self, node: NodeNo, height: Height, found: (BlockId, StateRoot)) {
        let agreed = *self.agreed.entry(height).or_insert(found);
        if agreed != found {
            self.forks += 1;
        }
        self.expect(Invariant::Agreement, agreed == found, || {
            format!("node {node} has {found:?} at {height}, others {agreed:?}")
        });
    }

    /// Checks a decided block and those behind it that came before it.
    fn take(&mut self, block: &Block, certificate: &Certificate) {
        let height = block.header.height;
        let pair = (block.clone(), certificate.clone());
        self.waiting.entry(height).or_insert(pair);
        while let Some((block, certificate)) = self.waiting.remove(&self.chain.height().next()) {
            match follow(&self.chain, &block, &certificate) {
                Ok(applied) => {
                    self.note_deciders(&block, certificate);
                    self.check(applied);
                }
                Err(why) => {
                    let height = block.header.height;
                    return self.fail(Invariant::Validity, format!("block {height}: {why}"));
                }
            }
        }
    }

    /// Notes who decided a block that follows from the newest one.
    fn note_deciders(&mut self, block: &Block, certificate: Certificate) {
        let deciders = self.chain.deciders(block.header.rekey.as_deref());
        let Some(deciders) = deciders.ok().and_then(|all| KeeperSet::new(&all).ok()) else {
            return;
        };
        let before = self.certified.last_key_value();
        let same = before.filter(|(_, (keepers, _))| **keepers == deciders);
        let deciders = same.map_or_else(|| Arc::new(deciders), |(_, (same, _))| Arc::clone(same));
        let height = block.header.height;
        self.certified.insert(height, (deciders, certificate));
    }

    /// Checks a node's own proof of a block: nodes may hold different ones, and each must do.
    fn check_certificate(&mut self, node: NodeNo, block: &Block, certificate: &Certificate) {
        let height = block.header.height;
        let Some((keepers, first)) = self.certified.get(&height) else {
            // Of before the simulation, or a block that was told to be wrong.
            return;
        };
        let proof = if certificate == first {
            Ok(())
        } else {
            certificate.verify(self.chain.club(), keepers, height, block.id())
        };
        self.expect(Invariant::Validity, proof.is_ok(), || {
            format!("node {node} shows block {height} with a proof that is none: {proof:?}")
        });
    }

    /// Checks what a valid block does.
    fn check(&mut self, applied: Applied) {
        self.checked += 1;
        let state = applied.state;
        let height = state.height();
        for (id, outcome) in applied.outcomes {
            let fate = (height, outcome.is_ok());
            let before = self.commands.insert(id, fate);
            self.expect(Invariant::Settlement, before.is_none(), || {
                format!("command {id} is decided at {before:?} and {height}")
            });
        }
        for event in &applied.events {
            if let ClubEvent::Rolled(record) = event {
                let place = (record.table, record.roll);
                let before = self.rolls.insert(place, hash_of(record));
                for missing in &record.withheld {
                    *self.withheld.entry(missing.member).or_default() += missing.fine.get();
                }
                self.expect(Invariant::Settlement, before.is_none(), || {
                    format!("roll {} is settled again at {height}", record.roll)
                });
            }
        }
        self.count_chips(&state);
        self.chain = state;
    }

    /// Counts all chips of a state, without the ledger's own sums.
    pub(super) fn count_chips(&mut self, state: &ClubState) {
        let height = state.height();
        let (total, felt) = chips_of(state);
        let supply = self.supply;
        self.expect(Invariant::Conservation, total == supply, || {
            format!("at {height} there are {total} chips, not {supply}")
        });
        let staked = sum(state.ledger().accounts().map(|(_, account)| account.staked));
        self.expect(Invariant::Conservation, felt == staked, || {
            format!("at {height} {felt} chips lie on the felt, the ledger says {staked}")
        });
    }
}

fn sum(chips: impl Iterator<Item = Chips>) -> u128 {
    chips.map(|chips| u128::from(chips.get())).sum()
}

/// All chips there are, and those on the felt; counted without the ledger's own sums.
fn chips_of(state: &ClubState) -> (u128, u128) {
    let ledger = state.ledger();
    let of_members = ledger
        .accounts()
        .flat_map(|(_, account)| [account.balance, account.staked, account.bond]);
    let total = sum(of_members.chain([ledger.treasury()]));
    let seats = state
        .tables()
        .flat_map(|(_, table)| table.seats.keys().map(|seat| table.game.at_risk(*seat)));
    (total, sum(seats))
}

/// A hash of everything that a roll did.
fn hash_of(record: &crate::club::RollRecord) -> Hash32 {
    let bytes = postcard::to_stdvec(record).unwrap_or_default();
    *blake3::hash(&bytes).as_bytes()
}
