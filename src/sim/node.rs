//! One node: a machine, its store and disk, its clock, its timers, and who plays there.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::disk::SimDisk;
use super::founding::{FOUNDED, Person};
use super::liar::Liar;
use super::player::{Player, Sight};
use super::random::Random;
use crate::clock::UnixMillis;
use crate::club::{Body, ClubId, ClubState, Command, GameId, Height, KeeperNo};
use crate::consensus::limits::REMEMBERED_BLOCKS_MAX;
use crate::consensus::machine::{
    HostWatch, Input, KeptLog, Machine, MachineParts, Now, Output, Timer,
};
use crate::consensus::{
    ChainView, KeeperSet, LogRecord, MalachiteOrderer, MemoryVoteLog, Orderer, PaceTimeouts,
    StoredBlock, VoteLog as _,
};
use crate::dice::{EpochSecret, Hash32, Slot};
use crate::identity::{Identity, Signer as _};
use crate::ledger::MemberNo;
use crate::storage::limits::BLOCKS_PER_READ_MAX;
use crate::storage::{SecretName, Store, StoreError, Write};

/// The wall clock of the whole simulation at its start: a second after the founding.
const EPOCH: u64 = FOUNDED.0 + 1_000;

/// Bytes that may be left of records which the power went at, at most.
const TORN_MAX: usize = 200;

/// A node of the club, running or not.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) person: Person,
    pub(super) club: ClubId,
    pub(super) disk: SimDisk,
    /// What its key has signed, if it is a keeper; on the same disk.
    pub(super) log: Option<MemoryVoteLog>,
    /// Why its key must sign no more: the log of what it signed is lost.
    pub(super) lost_log: Option<String>,
    /// The key that will vote when the club has taken it in; it has signed nothing yet.
    pub(super) candidate: Option<Arc<Identity>>,
    /// How often it lied, if it is a keeper that lies.
    pub(super) lies: Option<Arc<AtomicU64>>,
    /// Whether its vote key may never sign again, since its log or its disk is lost.
    pub(super) has_lost_key: bool,
    /// Whether a bit of its disk has changed.
    pub(super) is_flipped: bool,
    /// How many milliseconds its wall clock is ahead.
    pub(super) clock_ahead: i64,
    /// Counts the starts, so that nothing reaches a later life than the one it was meant for.
    pub(super) life: u64,
    pub(super) running: Option<Running>,
}

/// What is lost with the power.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) machine: Machine,
    pub(super) store: Store,
    pub(super) player: Player,
    pub(super) view: Arc<ChainView>,
    /// The timers that run, each with the number of its latest start.
    pub(super) timers: BTreeMap<Timer, u64>,
    pub(super) timers_started: u64,
    /// The write that is under way.
    pub(super) write: Option<Box<Write>>,
    /// When the player looks again.
    pub(super) look_at: Option<Duration>,
    started: Duration,
    random: Random,
}

/// What a store holds of the club.
pub(super) struct Kept {
    pub(super) state: ClubState,
    pub(super) newest: Vec<StoredBlock>,
    /// What the node remembers of the host.
    pub(super) host: Option<HostWatch>,
}

/// What a player proposes after a look.
#[derive(Debug, Default)]
pub(super) struct Proposal {
    pub(super) commands: Vec<Command>,
    /// The openings among them.
    pub(super) openings: Vec<(GameId, Slot, u64, Hash32)>,
}

impl Running {
    /// Lets the player take note of an opening.
    pub(super) fn hear(&mut self, now: Duration, command: &Command) {
        let monotonic = now.saturating_sub(self.started);
        self.player.heard(&self.view.state, monotonic, command);
    }
}

impl Node {
    pub(super) fn new(person: Person, club: ClubId, next: Height) -> Self {
        let key = person.vote.as_ref().map(|(_, key)| key.public_key());
        Self {
            log: key.map(|key| MemoryVoteLog::new(&club, &key, next)),
            person,
            club,
            disk: SimDisk::default(),
            lost_log: None,
            candidate: None,
            lies: None,
            has_lost_key: false,
            is_flipped: false,
            clock_ahead: 0,
            life: 0,
            running: None,
        }
    }

    pub(super) const fn member(&self) -> MemberNo {
        self.person.member
    }

    pub(super) fn open_store(&self) -> Result<Store, StoreError> {
        let disk = self.disk.clone();
        Store::on_medium(move || disk.clone())
    }

    /// Reads the club from a store.
    pub(super) fn read(&self, store: &mut Store) -> Result<Kept, String> {
        let stored = store.club(self.club).map_err(|e| e.to_string())?;
        let state = ClubState::from_bytes(&stored.state).map_err(|e| e.to_string())?;
        let mut newest = Vec::new();
        let oldest = stored.height.0.saturating_sub(REMEMBERED_BLOCKS_MAX - 1);
        let mut next = Height(oldest.max(1));
        loop {
            let rows = store.blocks(self.club, next, BLOCKS_PER_READ_MAX);
            let rows = rows.map_err(|e| e.to_string())?;
            let Some((last, _)) = rows.last() else {
                break;
            };
            next = last.next();
            for (_, bytes) in rows {
                newest.push(StoredBlock::from_bytes(&bytes).map_err(|e| e.to_string())?);
            }
        }
        let tip = newest.last().map(|stored| stored.block.id());
        if tip != Some(state.tip()) || state.height() != stored.height {
            return Err(format!("state and blocks don't fit at {}", stored.height));
        }
        let host = store.host(self.club).map_err(|e| e.to_string())?;
        let host = host.map(|row| HostWatch::from_bytes(&row)).transpose();
        let host = host.map_err(|e| e.to_string())?;
        Ok(Kept {
            state,
            newest,
            host,
        })
    }

    /// Gets a new disk, on which is no more than how the club began. Its vote key has signed what
    /// it knows nothing of any more.
    pub(super) fn rebuild(&mut self, founding: &[Write]) -> Result<(), StoreError> {
        self.disk = SimDisk::default();
        self.lost_log = Some("its disk is a new one".to_owned());
        self.has_lost_key = true;
        self.is_flipped = false;
        let answers = self.open_store()?.write(founding);
        answers.into_iter().collect()
    }

    /// Begins a life with what the store holds; returns what the machine wants done first.
    pub(super) fn begin(
        &mut self,
        store: Store,
        kept: Kept,
        now: Duration,
        random: &mut Random,
    ) -> Vec<Output> {
        let next = kept.state.height().next();
        self.leave_post(&kept.state);
        self.adopt(&kept.state);
        let log = self.log.as_mut().map(|log| match log.read() {
            Ok((height, records)) => KeptLog::Kept { height, records },
            Err(why) => KeptLog::Lost(why.to_string()),
        });
        let log = self.lost_log.clone().map(KeptLog::Lost).or(log);
        let parts = MachineParts {
            engine: self.engine(&kept.state, random),
            state: kept.state,
            newest: kept.newest,
            log: log.unwrap_or(KeptLog::empty(next)),
            pace: crate::consensus::PaceTimeouts::Local,
        };
        self.life += 1;
        let (machine, outputs) = Machine::new(parts, self.now(now, now));
        self.running = Some(Running {
            view: machine.view(),
            machine,
            store,
            player: Player::new(&self.person, random.fork(), self.lies.clone()),
            timers: BTreeMap::new(),
            timers_started: 0,
            write: None,
            look_at: None,
            started: now,
            random: random.fork(),
        });
        outputs
    }

    /// Forgets the vote of a keeper that is none any more.
    fn leave_post(&mut self, state: &ClubState) {
        let number = self.person.vote.as_ref().map(|(number, _)| *number);
        let is_over =
            |number: &KeeperNo| *number < state.next_keeper_no() && state.keeper(*number).is_none();
        if number.as_ref().is_some_and(is_over) {
            (self.person.vote, self.log) = (None, None);
            (self.lost_log, self.has_lost_key) = (None, false);
        }
    }

    /// Whether it is honest, runs, and has nothing on its disk that a later start may find damaged.
    pub(super) const fn is_whole(&self) -> bool {
        self.lies.is_none() && self.running.is_some() && !self.is_flipped
    }

    /// Votes with the candidate's key from now on, if the club has taken it in.
    fn adopt(&mut self, state: &ClubState) -> Option<KeeperNo> {
        let public = self.candidate.as_ref()?.public_key();
        let mut keepers = state.keepers().iter();
        let number = keepers.find(|keeper| keeper.vote_key == public)?.no;
        let key = self.candidate.take()?;
        let next = state.height().next();
        self.log = Some(MemoryVoteLog::new(&self.club, &public, next));
        self.person.vote = Some((number, key));
        (self.lost_log, self.has_lost_key) = (None, false);
        Some(number)
    }

    /// Takes the post that a block gave to the candidate's key.
    pub(super) fn take_post(&mut self, now: Duration) -> Option<Vec<Output>> {
        let running = self.running.as_ref()?;
        let (state, started) = (Arc::clone(running.machine.state()), running.started);
        let number = self.adopt(&state)?;
        let (_, engine) = self.honest_engine(&state)?;
        let now = self.now(now, started);
        let machine = &mut self.running.as_mut()?.machine;
        Some(machine.take_post(now, number, Box::new(engine)))
    }

    fn honest_engine(&self, state: &ClubState) -> Option<(KeeperNo, MalachiteOrderer)> {
        let (number, key) = self.person.vote.as_ref()?;
        let keepers = KeeperSet::new(state.keepers()).ok()?;
        let (vote_key, last) = (Arc::clone(key) as _, state.height());
        let pace = PaceTimeouts::Local;
        let engine = MalachiteOrderer::new(self.club, *number, vote_key, last, &keepers, pace);
        Some((*number, engine))
    }

    fn engine(
        &self,
        state: &ClubState,
        random: &mut Random,
    ) -> Option<(KeeperNo, Box<dyn Orderer>)> {
        let (number, engine) = self.honest_engine(state)?;
        let (_, key) = self.person.vote.as_ref()?;
        let engine: Box<dyn Orderer> = match &self.lies {
            Some(lies) => {
                let (vote, lies) = ((number, Arc::clone(key)), Arc::clone(lies));
                Box::new(Liar::new(self.club, vote, engine, random.fork(), lies))
            }
            None => Box::new(engine),
        };
        Some((number, engine))
    }

    /// Writes records to the log. The power may go in the middle, which tears them.
    pub(super) fn write_log(
        &mut self,
        records: &[LogRecord],
        random: &mut Random,
    ) -> io::Result<()> {
        let Some(log) = &mut self.log else {
            return Ok(());
        };
        let possible = self.disk.change();
        if possible.is_ok() || !self.disk.has_power() {
            log.append(records)?;
        }
        if !self.disk.has_power() {
            log.tear(random.index(TORN_MAX));
        }
        possible
    }

    /// Ends a life without a word: the power is gone.
    pub(super) fn end(&mut self) {
        self.disk.cut_power();
        self.running = None;
    }

    pub(super) fn step(&mut self, now: Duration, input: Input) -> Vec<Output> {
        let Some(started) = self.running.as_ref().map(|running| running.started) else {
            return Vec::new();
        };
        let now = self.now(now, started);
        match &mut self.running {
            Some(running) => running.machine.step(now, input),
            None => Vec::new(),
        }
    }

    /// Lets the player look, and makes durable what its proposals need.
    pub(super) fn look(&mut self, now: Duration) -> Result<Proposal, StoreError> {
        let unix = self.unix(now);
        let Some(running) = &mut self.running else {
            return Ok(Proposal::default());
        };
        let Running {
            store,
            player,
            view,
            random,
            started,
            ..
        } = running;
        let sight = Sight {
            state: &view.state,
            unix,
            monotonic: now.saturating_sub(*started),
        };
        let mut failed = None;
        let commands = player.look(&sight, |table, epoch| {
            let name = SecretName::Epoch { table, epoch };
            let secret = epoch_secret(store, name, random);
            secret.map_err(|error| failed = Some(error)).ok()
        });
        let openings = commands.iter().filter_map(|command| {
            let Body::Open {
                table,
                roll,
                slot,
                lock_hash,
                ..
            } = &command.body
            else {
                return None;
            };
            Some((view.state.table(*table)?.id, *slot, *roll, *lock_hash))
        });
        let openings: Vec<_> = openings.collect();
        let notes = openings.iter().map(|(table, slot, roll, lock_hash)| {
            let (table, slot, roll, lock_hash) = (*table, slot.0, *roll, *lock_hash);
            Write::Opened {
                table,
                slot,
                roll,
                lock_hash,
            }
        });
        let notes: Vec<_> = notes.collect();
        if !notes.is_empty() {
            let answers = store.write(&notes);
            failed = failed.or(answers.into_iter().find_map(Result::err));
        }
        match failed {
            None => Ok(Proposal { commands, openings }),
            Some(error) => {
                player.give_up();
                Err(error)
            }
        }
    }

    fn unix(&self, now: Duration) -> UnixMillis {
        let passed = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        UnixMillis(
            EPOCH
                .saturating_add(passed)
                .saturating_add_signed(self.clock_ahead),
        )
    }

    fn now(&self, now: Duration, started: Duration) -> Now {
        Now {
            unix: self.unix(now),
            monotonic: now.saturating_sub(started),
        }
    }
}

/// Returns the secret of an epoch: the one in the store, or a new one that is durable by then.
fn epoch_secret(
    store: &mut Store,
    name: SecretName,
    random: &mut Random,
) -> Result<EpochSecret, StoreError> {
    if let Some(found) = store.secret(name)? {
        let bytes = <[u8; 32]>::try_from(found).unwrap_or_default();
        return Ok(EpochSecret::new(bytes));
    }
    let bytes = random.bytes();
    let sealed = bytes.to_vec();
    let put = store.write(&[Write::Secret { name, sealed }]);
    put.into_iter().collect::<Result<(), _>>()?;
    Ok(EpochSecret::new(bytes))
}
