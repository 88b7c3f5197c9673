//! Who keeps the club, and what is being changed about that, for screens.

use super::history::name_of;
use super::view::{ChangeView, ClubKind, GameEvent, KeeperView, KeepersWanted};
use crate::club::{ClubEvent, ClubState, Keeper, KeeperChange, KeeperNo};
use crate::ledger::MemberNo;
use crate::shown::Shown;

/// Returns who keeps the chain of a club.
pub(super) fn kind(state: &ClubState) -> ClubKind {
    let keepers = state.keepers().len();
    if keepers > 1 {
        let decide = state.approvals_needed();
        ClubKind::Shared { keepers, decide }
    } else if state.is_solo() {
        ClubKind::Solo
    } else {
        ClubKind::Hosted
    }
}

/// Returns the keepers.
pub(super) fn keepers(state: &ClubState, me: MemberNo) -> Vec<KeeperView> {
    let keepers = state.keepers().iter();
    keepers
        .map(|keeper| KeeperView {
            name: name_of(state, keeper.member),
            you: keeper.member == me,
            accused: state.is_accused(keeper.no),
        })
        .collect()
}

/// Returns the changes that gather approvals.
pub(super) fn changes(state: &ClubState, me: MemberNo) -> Vec<ChangeView> {
    let open = state.open_changes().iter();
    open.map(|open| {
        let mine = state.keeper_of(me);
        ChangeView {
            change: open.change.clone(),
            wanted: wanted(state, &open.change),
            by_misconduct: open.by.is_none(),
            have: open.approvals.len(),
            need: state.approvals_needed(),
            asks_you: mine.is_some_and(|mine| !open.approvals.contains(&mine.no)),
        }
    })
    .collect()
}

fn wanted(state: &ClubState, change: &KeeperChange) -> KeepersWanted {
    let member = |member: &MemberNo| name_of(state, *member);
    match change {
        KeeperChange::Grow { members } => KeepersWanted::Grow(members.iter().map(member).collect()),
        KeeperChange::Add { member: who } => KeepersWanted::Add(member(who)),
        KeeperChange::Remove { keeper } => KeepersWanted::Remove(keeper_name(state, *keeper)),
        KeeperChange::Swap { out, member: who } => KeepersWanted::Swap {
            out: keeper_name(state, *out),
            come: member(who),
        },
        KeeperChange::Shrink => KeepersWanted::Shrink,
    }
}

fn keeper_name(state: &ClubState, keeper: KeeperNo) -> Shown {
    match state.keeper(keeper) {
        Some(keeper) => name_of(state, keeper.member),
        None => Shown::new(&format!("keeper {keeper}"), 20),
    }
}

/// Returns what an event about keepers says to every screen of the club, if it is one.
pub(super) fn event(state: &ClubState, me: MemberNo, event: &ClubEvent) -> Option<GameEvent> {
    let names = |keepers: &[Keeper]| {
        let keepers = keepers.iter();
        keepers
            .map(|keeper| name_of(state, keeper.member))
            .collect()
    };
    match event {
        ClubEvent::ChangeOpen { change, .. } => {
            let is_this = |open: &&ChangeView| open.wanted == wanted(state, change);
            let open = changes(state, me);
            open.iter()
                .find(is_this)
                .cloned()
                .map(GameEvent::ChangeOpen)
        }
        ClubEvent::KeepersChanged { came, left, .. } => Some(GameEvent::KeepersChanged {
            came: names(came),
            left: names(left),
        }),
        ClubEvent::Accused {
            member, forfeited, ..
        } => Some(GameEvent::Accused {
            name: name_of(state, *member),
            you: *member == me,
            forfeited: *forfeited,
        }),
        ClubEvent::Rolled(_)
        | ClubEvent::Admitted { .. }
        | ClubEvent::NewChips { .. }
        | ClubEvent::TableCreated { .. }
        | ClubEvent::TurnedAway { .. }
        | ClubEvent::BetsTaken { .. }
        | ClubEvent::Ready { .. }
        | ClubEvent::Locked { .. }
        | ClubEvent::Abandoned { .. }
        | ClubEvent::KeeperReady { .. }
        | ClubEvent::Rekeyed { .. }
        | ClubEvent::Seated { .. }
        | ClubEvent::Stood { .. }
        | ClubEvent::ShooterChanged { .. }
        | ClubEvent::RulesChanged { .. }
        | ClubEvent::Refused { .. } => None,
    }
}
