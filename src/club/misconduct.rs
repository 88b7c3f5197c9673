//! What keepers put up for honest work, and what becomes of it.

use std::collections::BTreeSet;

use super::event::ClubEvent;
use super::ids::KeeperNo;
use super::keeper_change::{KeeperChange, KeeperRefusal, OpenChange};
use super::limits::KEEPER_BOND_PART;
use super::state::Keeper;
use super::statement::Evidence;
use super::transition::Draft;
use crate::ledger::{Chips, MemberNo};

impl Draft {
    /// Takes the proof that a keeper signed two things for one place: its bond goes to the
    /// treasury, and its removal is open.
    #[expect(
        clippy::expect_used,
        reason = "the ledger holds the bond that was posted; halting beats losing chips"
    )]
    pub(super) fn accuse(&mut self, evidence: &Evidence) -> Result<(), KeeperRefusal> {
        if !self.state.is_shared() {
            return Err(KeeperRefusal::NotShared);
        }
        let number = evidence.keeper();
        let keeper = self.state.keeper(number).copied();
        let keeper = keeper.ok_or(KeeperRefusal::UnknownKeeper { keeper: number })?;
        if self.state.is_accused(number) {
            return Err(KeeperRefusal::AlreadyAccused { keeper: number });
        }
        if !evidence.is_proof(&self.state.club, &keeper.vote_key) {
            return Err(KeeperRefusal::NoEvidence);
        }
        let keeping = &mut self.state.keeping;
        keeping.accused.insert(number);
        let forfeited = keeping.bonds.remove(&number).unwrap_or(Chips::ZERO);
        let ledger = &mut self.state.ledger;
        ledger
            .forfeit_bond(keeper.member, forfeited)
            .expect("the bond was posted");
        self.events.push(ClubEvent::Accused {
            keeper: number,
            member: keeper.member,
            forfeited,
        });
        self.open_removal(number);
        Ok(())
    }

    /// Opens the removal of a keeper for what it did, without anybody's approval so far.
    pub(super) fn open_removal(&mut self, keeper: KeeperNo) {
        let change = KeeperChange::Remove { keeper };
        let mut open = self.state.keeping.open.iter();
        if open.any(|open| open.change == change) {
            return;
        }
        self.state.keeping.open.push(OpenChange {
            change: change.clone(),
            by: None,
            opened: self.state.time,
            approvals: BTreeSet::new(),
        });
        let need = self.state.approvals_needed();
        self.events.push(ClubEvent::ChangeOpen {
            change,
            by: None,
            have: 0,
            need,
        });
    }

    /// Takes a fine from the bond of a keeper, as far as it goes. Returns what was taken.
    #[expect(
        clippy::expect_used,
        reason = "the ledger holds the bond that was posted; halting beats losing chips"
    )]
    pub(super) fn fine_keeper(&mut self, member: MemberNo, fine: Chips) -> Chips {
        let number = self.state.keeper_of(member).map(|keeper| keeper.no);
        let bonds = &mut self.state.keeping.bonds;
        let Some(bond) = number.and_then(|number| bonds.get_mut(&number)) else {
            return Chips::ZERO;
        };
        let fine = fine.min(*bond);
        *bond = bond.checked_sub(fine).unwrap_or(Chips::ZERO);
        let ledger = &mut self.state.ledger;
        ledger
            .forfeit_bond(member, fine)
            .expect("the bond was posted");
        fine
    }

    /// Gives the bonds of those back who keep a shared club no longer, and takes those of who do
    /// now: a tenth of the grant, or what there is of it.
    #[expect(
        clippy::expect_used,
        reason = "the ledger holds the bond that was posted; halting beats losing chips"
    )]
    pub(super) fn settle_bonds(&mut self, before: &[Keeper]) {
        let state = &mut self.state;
        let stays = state.is_shared();
        for keeper in before {
            if !(stays && state.keepers.contains(keeper)) {
                let bond = state.keeping.bonds.remove(&keeper.no);
                let bond = bond.unwrap_or(Chips::ZERO);
                let returned = state.ledger.return_bond(keeper.member, bond);
                returned.expect("the bond was posted");
            }
        }
        if !stays {
            return;
        }
        let grant = state.charter.charter.grant.get();
        let bond = Chips::new(grant.saturating_div(KEEPER_BOND_PART));
        let is_new = |keeper: &&Keeper| before.len() == 1 || !before.contains(keeper);
        for keeper in state.keepers.iter().filter(is_new) {
            let bond = bond.min(state.ledger.balance(keeper.member));
            let posted = state.ledger.post_bond(keeper.member, bond);
            posted.expect("the balance holds it");
            state.keeping.bonds.insert(keeper.no, bond);
        }
    }
}
