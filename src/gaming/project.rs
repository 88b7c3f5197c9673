//! From the state of the chain to the pictures that screens draw.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cast::strategy_of;
use super::history::{History, name_of};
use super::keepers;
use super::view::{ClubView, GameEvent, RollPhase, SeatView, TableSummary, TableView, WaitView};
use crate::clock::UnixMillis;
use crate::club::{ClubEvent, ClubState, ClubTable, MemberKind, Phase, TableNo};
use crate::consensus::LeftOut;
use crate::craps::SeatNo;
use crate::dice::Slot;
use crate::ledger::{Chips, MemberNo};
use crate::shown::Shown;

/// The widest that the name of a club or a table is shown, in columns.
const TITLE_COLUMNS_MAX: usize = 24;

/// Returns the name of a club or a table as it is shown.
pub(super) fn title(name: &str) -> Shown {
    Shown::new(name, TITLE_COLUMNS_MAX)
}

/// Returns the club as `me` sees it.
#[must_use]
pub fn club_view(state: &ClubState, me: MemberNo) -> ClubView {
    let at_risk = state.tables().filter_map(|(_, table)| {
        let (seat, _) = table.seat_of(me)?;
        Some(table.game.at_risk(seat))
    });
    ClubView {
        club: *state.club(),
        name: title(&state.charter().charter.name),
        kind: keepers::kind(state),
        keepers: keepers::keepers(state, me),
        changes: keepers::changes(state, me),
        // The state does not know what this node thinks of the host.
        host_doubted: false,
        banned_until: state.banned_until(me).map(|until| UnixMillis(until.0)),
        height: state.height(),
        state_root: state.state_root(),
        treasury: state.ledger().treasury(),
        supply: state.ledger().supply(),
        balance: state.ledger().balance(me),
        at_risk: Chips::checked_sum(at_risk).unwrap_or_default(),
        new_chips: state.new_chips(me),
        members: state.members().count(),
        me: name_of(state, me),
        tables: state
            .tables()
            .map(|(_, table)| summary(state, table, me))
            .collect(),
    }
}

fn summary(state: &ClubState, table: &ClubTable, me: MemberNo) -> TableSummary {
    let bots = table
        .present()
        .filter(|(_, seat)| is_bot(state, seat.member))
        .count();
    TableSummary {
        game: table.id,
        name: title(&table.name),
        people: table.present().count() - bots,
        bots,
        seats_max: table.seats_max,
        rules: table.game.rules().clone(),
        puck: table.game.puck(),
        seated: table.present_seat_of(me).is_some(),
    }
}

fn is_bot(state: &ClubState, member: MemberNo) -> bool {
    state
        .member(member)
        .is_some_and(|member| member.kind == MemberKind::Bot)
}

/// Returns a table as `me` sees it, or `None` if there is no such table.
pub(crate) fn table_view(
    state: &ClubState,
    number: TableNo,
    me: MemberNo,
    histories: &BTreeMap<TableNo, History>,
) -> Option<TableView> {
    let table = state.table(number)?;
    let nothing = History::default();
    let history = histories.get(&number).unwrap_or(&nothing);
    Some(TableView {
        game: table.id,
        name: title(&table.name),
        club: title(&state.charter().charter.name),
        kind: keepers::kind(state),
        height: state.height(),
        table: Arc::new(table.game.clone()),
        roll: table.roll,
        phase: phase(table),
        missing: missing(state, table),
        closes: closes(table),
        waits: waits(state, table),
        seats: seats(state, table, me),
        me: table.present_seat_of(me),
        balance: state.ledger().balance(me),
        treasury_free: state.ledger().free(),
        history: history.rolls(),
        placed: history.placed(),
        seen: history.seen(),
    })
}

fn phase(table: &ClubTable) -> RollPhase {
    match &table.phase {
        Phase::Betting(betting) => RollPhase::Betting {
            sealed: betting.seals.len(),
            of: table.roster.len(),
        },
        Phase::Locked(locked) => RollPhase::Locked {
            opened: locked.openings.len(),
            of: locked.seals.len(),
        },
    }
}

/// Whose seal or opening the roll lacks.
fn missing(state: &ClubState, table: &ClubTable) -> Vec<Shown> {
    let lacks = |slot: &Slot| match &table.phase {
        Phase::Betting(betting) => !betting.seals.contains_key(slot),
        Phase::Locked(locked) => {
            locked.seals.contains_key(slot) && !locked.openings.contains_key(slot)
        }
    };
    let roster = table.roster.iter().filter(|line| lacks(&line.slot));
    roster.map(|line| name_of(state, line.member)).collect()
}

/// When betting ends at the latest: the shooter's call, or the end of the time for bets.
fn closes(table: &ClubTable) -> Option<UnixMillis> {
    match &table.phase {
        Phase::Betting(betting) => {
            let times = [betting.call, betting.bets_due].into_iter().flatten();
            times.min().map(|time| UnixMillis(time.0))
        }
        Phase::Locked(_) => None,
    }
}

/// Whom the dice wait for.
fn waits(state: &ClubState, table: &ClubTable) -> Option<WaitView> {
    let seat = table.game.waits_for()?;
    let owner = table.seats.get(&seat);
    let name = owner.map(|owner| name_of(state, owner.member));
    Some(WaitView { name })
}

/// Whether a bet of the seat goes by a puck of its own.
fn is_frozen(table: &ClubTable, seat: SeatNo) -> bool {
    let mut bets = table.game.bets(seat);
    bets.any(|(_, placed)| placed.own_puck.is_some())
}

fn seats(state: &ClubState, table: &ClubTable, me: MemberNo) -> Vec<SeatView> {
    let circle = table.game.circle().iter();
    circle
        .filter_map(|number| {
            let seat = table.seats.get(number).filter(|seat| seat.is_present)?;
            let member = state.member(seat.member)?;
            let is_bot = member.kind == MemberKind::Bot;
            Some(SeatView {
                seat: *number,
                name: name_of(state, seat.member),
                strategy: strategy_of(&member.name).filter(|_| is_bot),
                you: seat.member == me,
                shooter: table.game.shooter() == Some(*number),
                ready: seat.is_ready,
                frozen: is_frozen(table, *number),
                at_risk: table.game.at_risk(*number),
                balance: state.ledger().balance(seat.member),
            })
        })
        .collect()
}

/// Returns what screens are told of a host that left out openings.
pub(crate) fn left_out(state: &ClubState, left_out: &LeftOut, stops: bool) -> GameEvent {
    let roster = state.table(left_out.table).map(|table| &table.roster);
    let lines = roster.into_iter().flatten();
    let lines = lines.filter(|line| left_out.slots.contains(&line.slot));
    GameEvent::LeftOut {
        names: lines.map(|line| name_of(state, line.member)).collect(),
        times: left_out.times,
        rolls: left_out.rolls,
        stops,
    }
}

/// Returns what a club's event says to the screens of its table, if anything.
pub(crate) fn event(
    state: &ClubState,
    me: MemberNo,
    event: &ClubEvent,
) -> Option<(TableNo, GameEvent)> {
    match event {
        ClubEvent::Seated { table, member, .. } => {
            let name = name_of(state, *member);
            Some((
                *table,
                GameEvent::Seated {
                    name,
                    you: *member == me,
                },
            ))
        }
        ClubEvent::Stood { table, member, .. } => {
            let name = name_of(state, *member);
            Some((
                *table,
                GameEvent::Stood {
                    name,
                    you: *member == me,
                },
            ))
        }
        ClubEvent::ShooterChanged { table, to, .. } => {
            let member = state.table(*table)?.seats.get(&(*to)?)?.member;
            let to = name_of(state, member);
            Some((
                *table,
                GameEvent::DicePassed {
                    to,
                    you: member == me,
                },
            ))
        }
        ClubEvent::RulesChanged { table } => Some((*table, GameEvent::RulesChanged)),
        ClubEvent::Abandoned {
            table,
            roll,
            withheld,
        } => {
            let names = withheld.iter().map(|one| name_of(state, one.member));
            Some((
                *table,
                GameEvent::Abandoned {
                    roll: *roll,
                    withheld: names.collect(),
                },
            ))
        }
        // The roll has its own event; the rest is in the views, or an answer to who asked.
        ClubEvent::Rolled(_)
        | ClubEvent::Admitted { .. }
        | ClubEvent::NewChips { .. }
        | ClubEvent::TableCreated { .. }
        | ClubEvent::TurnedAway { .. }
        | ClubEvent::BetsTaken { .. }
        | ClubEvent::Ready { .. }
        | ClubEvent::Locked { .. }
        | ClubEvent::KeeperReady { .. }
        | ClubEvent::ChangeOpen { .. }
        | ClubEvent::KeepersChanged { .. }
        | ClubEvent::Rekeyed { .. }
        | ClubEvent::Accused { .. }
        | ClubEvent::Refused { .. } => None,
    }
}

#[cfg(test)]
mod tests;
