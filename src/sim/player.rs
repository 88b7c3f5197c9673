//! Who plays: what a member of a node does next, as its game manager would.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::founding::{Person, TABLE};
use super::random::Random;
use crate::clock::UnixMillis;
use crate::club::{Body, ClubState, ClubTable, Command, CommandId, GameId, KeeperChange, Phase};
use crate::consensus::Decision;
use crate::craps::{Action, BetId, BetKey, SeatNo};
use crate::dice::{self, EpochSecret, Slot, SlotSecret};
use crate::gaming::{Known, Signers, owed};
use crate::ledger::{Chips, MemberNo};
use crate::strategy::Strategy;

/// How long a command is waited for before it is proposed again, which has no second effect.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// How long a player thinks after a refusal: whoever rolls too early waits for the others.
const THINK_AGAIN: Duration = Duration::from_millis(300);

/// The same for a seat that is not given: who left a roll waiting may not sit for minutes.
const SIT_AGAIN: Duration = Duration::from_secs(15);

/// The size of a flat bet.
const UNIT: Chips = Chips::new(10);

/// A command that was proposed and has no answer yet.
#[derive(Debug)]
struct Asked {
    command: Command,
    since: Duration,
}

/// One member, from one start of its node to the next: what it knows it reads from the chain.
#[derive(Debug)]
pub(super) struct Player {
    member: MemberNo,
    is_seated: bool,
    signers: Signers,
    strategy: Strategy,
    random: Random,
    asked: BTreeMap<CommandId, Asked>,
    /// The roll for which this member has made its bets.
    bet_on: Option<u64>,
    /// The roll for which it gave the dice on, since it had no line bet.
    passed: Option<u64>,
    /// Until when it thinks about a refusal.
    thinks_until: Duration,
    /// How often it lied, if it does.
    pub(super) lies: Option<Arc<AtomicU64>>,
    /// The roll that it lies about, and how.
    lie: Option<(u64, Lie)>,
    /// What it shall propose when it owes nothing.
    wishes: VecDeque<Body>,
    /// The locked roll that it knows of, since when, and the seats whose openings it holds.
    locked: Option<(u64, Duration, BTreeSet<Slot>)>,
}

/// How a liar opens.
#[derive(Clone, Copy, Debug)]
enum Lie {
    /// Not at all this time.
    None,
    /// It does not open.
    Withholds,
    /// It says that it saw other openings than it did.
    SawOthers,
}

/// What a player looks at.
pub(super) struct Sight<'a> {
    pub(super) state: &'a ClubState,
    pub(super) unix: UnixMillis,
    pub(super) monotonic: Duration,
}

impl Player {
    #[expect(
        clippy::indexing_slicing,
        reason = "a random index is below the length it was drawn for"
    )]
    pub(super) fn new(person: &Person, random: Random, lies: Option<Arc<AtomicU64>>) -> Self {
        let mut random = random;
        let strategy = Strategy::ALL[random.index(Strategy::ALL.len())];
        Self {
            member: person.member,
            is_seated: person.is_seated,
            signers: Signers::new(person.member, person.identity.signing_key().clone()),
            strategy,
            random,
            asked: BTreeMap::new(),
            bet_on: None,
            passed: None,
            lies,
            lie: None,
            wishes: VecDeque::new(),
            thinks_until: Duration::ZERO,
            locked: None,
        }
    }

    /// Tells whether every command has its answer.
    pub(super) fn is_done(&self) -> bool {
        self.asked.is_empty()
    }

    /// Returns what is to be proposed now: commands that have had no answer for long, or else new
    /// ones. `secret` returns the secret of a table's epoch, if it can be had.
    pub(super) fn look(
        &mut self,
        sight: &Sight<'_>,
        secret: impl FnOnce(GameId, u32) -> Option<EpochSecret>,
    ) -> Vec<Command> {
        self.forget_expired(sight.state);
        if !self.asked.is_empty() {
            return self.ask_again(sight.monotonic);
        }
        let Some(table) = sight.state.table(TABLE) else {
            return Vec::new();
        };
        let mut bodies = Vec::new();
        if table.roster.iter().any(|line| line.member == self.member)
            && let Some(secret) = secret(table.id, table.epoch)
        {
            let locals = BTreeSet::from([self.member]);
            if !table.is_locked() {
                self.locked = None;
            }
            let (since, openings) = self.held(table.roll, sight.monotonic);
            let known = Known {
                openings,
                certified_for: sight.monotonic.saturating_sub(since),
            };
            let due = owed(sight.state, TABLE, &locals, &secret, known).duties;
            let due = due.into_iter().map(|duty| duty.body);
            bodies.extend(due.filter_map(|body| self.bent(body)));
        }
        if bodies.is_empty() {
            bodies.extend(self.wished(sight.state));
        }
        if bodies.is_empty() && self.is_seated && sight.monotonic >= self.thinks_until {
            bodies.extend(self.play(sight.state, table));
        }
        let sign = |body| {
            let signed = self
                .signers
                .sign(sight.state, sight.unix, self.member, body)?;
            let id = signed.id(sight.state.club());
            let asked = Asked {
                command: signed.clone(),
                since: sight.monotonic,
            };
            self.asked.insert(id, asked);
            Some(signed)
        };
        bodies.into_iter().filter_map(sign).collect()
    }

    /// Takes something to be proposed when it owes nothing.
    pub(super) fn wish(&mut self, body: Body) {
        self.wishes.push_back(body);
    }

    /// Whether there is nothing left that it shall propose.
    pub(super) fn is_content(&self) -> bool {
        self.wishes.is_empty()
    }

    /// What it wishes, or else has to do about a keeper that lies: the proof goes on the chain, and
    /// the keepers take it out if enough of them are left. To a swap every keeper agrees.
    fn wished(&mut self, state: &ClubState) -> Option<Body> {
        while let Some(body) = self.wishes.pop_front() {
            if let Body::Accuse { evidence } = &body
                && (state.is_accused(evidence.keeper())
                    || state.keeper(evidence.keeper()).is_none())
            {
                continue;
            }
            return Some(body);
        }
        let own = state.keeper_of(self.member)?.no;
        let mut open = state.open_changes().iter();
        let open = open.find(|open| {
            let is_wanted = match &open.change {
                KeeperChange::Remove { keeper } => *keeper != own && state.is_accused(*keeper),
                KeeperChange::Swap { .. } => true,
                KeeperChange::Grow { .. } | KeeperChange::Add { .. } | KeeperChange::Shrink => {
                    false
                }
            };
            is_wanted && !open.approvals.contains(&own) && state.keepers_after(&open.change).is_ok()
        })?;
        let change = open.change.clone();
        self.lies
            .is_none()
            .then_some(Body::ChangeKeepers { change })
    }

    /// What a liar makes of something that it owes; nothing if it does not do it.
    fn bent(&mut self, mut body: Body) -> Option<Body> {
        let (Some(lies), Body::Open { roll, seen, .. }) = (&self.lies, &mut body) else {
            return Some(body);
        };
        let known = self.lie.filter(|(of, _)| of == roll);
        let (_, lie) = known.unwrap_or_else(|| {
            let lie = match self.random.below(3) {
                0 => Lie::Withholds,
                1 => Lie::SawOthers,
                _ => Lie::None,
            };
            if !matches!(lie, Lie::None) {
                lies.fetch_add(1, Ordering::Relaxed);
            }
            (*roll, lie)
        });
        self.lie = Some((*roll, lie));
        match lie {
            Lie::None => Some(body),
            Lie::Withholds => None,
            Lie::SawOthers => {
                *seen ^= 0b111;
                Some(body)
            }
        }
    }

    /// Notes an opening that came from another node.
    pub(super) fn heard(&mut self, state: &ClubState, now: Duration, command: &Command) {
        let Body::Open {
            table: TABLE,
            roll,
            slot,
            lock_hash,
            secret,
            ..
        } = command.body
        else {
            return;
        };
        let Some(table) = state.table(TABLE).filter(|table| table.roll == roll) else {
            return;
        };
        let Phase::Locked(locked) = &table.phase else {
            return;
        };
        let binding = table.binding(state.club(), slot);
        let seal = dice::seal(&binding, &SlotSecret::opened(secret));
        if locked.lock_hash == lock_hash && locked.seals.get(&slot) == Some(&seal) {
            self.held(roll, now).1.insert(slot);
        }
    }

    /// Since when this node knows of a locked roll, and the openings that it holds.
    fn held(&mut self, roll: u64, now: Duration) -> (Duration, &mut BTreeSet<Slot>) {
        if self.locked.as_ref().is_none_or(|(of, ..)| *of != roll) {
            self.locked = None;
        }
        let (_, since, held) = self
            .locked
            .get_or_insert_with(|| (roll, now, BTreeSet::new()));
        (*since, held)
    }

    /// What became of a command.
    pub(super) fn settled(&mut self, id: &CommandId, decision: &Decision) {
        let Some(asked) = self.asked.get(id) else {
            return;
        };
        match decision {
            // It may still be decided: it is asked for again.
            Decision::Unknown(_) => return,
            Decision::Decided(_) => {}
            Decision::Rejected(why) => {
                if !why.used_number() {
                    self.signers.give_back(self.member);
                }
                let is_sit = matches!(asked.command.body, Body::Sit { .. });
                let pause = if is_sit { SIT_AGAIN } else { THINK_AGAIN };
                self.thinks_until = asked.since + pause;
            }
        }
        self.asked.remove(id);
    }

    /// Takes back what the last look proposed: it was never sent.
    pub(super) fn give_up(&mut self) {
        self.asked.clear();
        self.signers.give_back(self.member);
    }

    /// Forgets commands that can be in no block any more.
    fn forget_expired(&mut self, state: &ClubState) {
        let before = self.asked.len();
        let time = state.time();
        self.asked
            .retain(|_, asked| asked.command.not_after >= time);
        if self.asked.len() < before {
            self.give_up();
        }
    }

    fn ask_again(&mut self, now: Duration) -> Vec<Command> {
        let mut again = Vec::new();
        for asked in self.asked.values_mut() {
            if now.saturating_sub(asked.since) >= ASK_AGAIN {
                asked.since = now;
                again.push(asked.command.clone());
            }
        }
        again.sort_by_key(|command| command.sequence);
        again
    }

    fn play(&mut self, state: &ClubState, table: &ClubTable) -> Option<Body> {
        let Phase::Betting(_) = table.phase else {
            return None;
        };
        let (number, roll) = (table.number, table.roll);
        let Some(seat) = table.present_seat_of(self.member) else {
            return Some(Body::Sit { table: number });
        };
        if self.bet_on != Some(roll) {
            self.bet_on = Some(roll);
            if let Some(body) = self.bet(state, table, seat) {
                return Some(body);
            }
        }
        let is_ready = table.seats.get(&seat).is_some_and(|seat| seat.is_ready);
        if table.game.shooter() != Some(seat) {
            return (!is_ready).then_some(Body::Ready {
                table: number,
                roll,
            });
        }
        if table.game.can_roll(seat).is_ok() {
            return Some(Body::Roll {
                table: number,
                roll,
            });
        }
        if self.passed != Some(roll) {
            self.passed = Some(roll);
            return Some(Body::PassDice {
                table: number,
                roll,
            });
        }
        // Nobody else takes the dice.
        let bet = BetKey::new(BetId::find("pass")?, None)?;
        let actions = vec![Action::Place { bet, amount: UNIT }];
        Some(Body::Bets {
            table: number,
            roll,
            actions,
        })
    }

    fn bet(&mut self, state: &ClubState, table: &ClubTable, seat: SeatNo) -> Option<Body> {
        let balance = state.ledger().balance(self.member);
        let random = &mut self.random;
        let actions = self
            .strategy
            .plan(&table.game, seat, balance, UNIT, &mut |below| {
                random.below(below)
            });
        if !actions.is_empty() {
            return Some(Body::Bets {
                table: table.number,
                roll: table.roll,
                actions,
            });
        }
        let least = table.game.rules().min_bet;
        let is_broke = balance < least && table.game.at_risk(seat).is_zero();
        (is_broke && state.new_chips(self.member).is_ok()).then_some(Body::NewChips)
    }
}
