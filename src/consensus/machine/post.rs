//! What a keeper's node has beside the state: the engine, what of its log is known, its timers.

use std::collections::BTreeSet;

use super::silence::Silence;
use super::{Alarm, KeptLog, LogRecord};
use crate::club::{Height, KeeperNo};
use crate::consensus::limits::UNLOGGED_MAX;
use crate::consensus::orderer::{Orderer, TimerToken};

/// This node's post as a keeper: its engine with the log and the timers.
#[derive(Debug)]
pub(super) struct Post {
    pub(super) engine: Option<(KeeperNo, Box<dyn Orderer>)>,
    /// This node's number as a keeper, whether it can vote or not.
    pub(super) own: Option<KeeperNo>,
    /// Why the vote key signs no more.
    pub(super) silent: Option<Silence>,
    /// The height at which the engine panicked last.
    pub(super) broke_at: Option<Height>,
    /// The height that the engine works on.
    pub(super) running: Option<Height>,
    /// The height at which the engine stopped.
    pub(super) stopped_at: Option<Height>,
    /// The height of the log, and what a start found in it.
    log_height: Height,
    /// Whether the log may hold records of that height.
    is_logged: bool,
    /// A height to which the log goes on before anything else is done.
    pub(super) reset_to: Option<Height>,
    replay: Vec<LogRecord>,
    /// Records of the height that was begun last, on their way to the log.
    pub(super) begun: Height,
    /// Whether that height was begun in this life of the engine.
    has_begun: bool,
    pub(super) records: Vec<LogRecord>,
    /// Whether something goes out that rests on them.
    pub(super) must_log: bool,
    pub(super) timers: BTreeSet<TimerToken>,
}

impl Post {
    /// `next` is the height after the newest stored block.
    pub(super) fn new(
        engine: Option<(KeeperNo, Box<dyn Orderer>)>,
        log: KeptLog,
        next: Height,
    ) -> (Self, Option<Alarm>) {
        let (log_height, replay, lost) = match log {
            // Left by a crash between the block's write and the log's.
            KeptLog::Kept { height, .. } if height < next => (height, Vec::new(), None),
            KeptLog::Kept { height, records } => (height, records, None),
            KeptLog::Lost(why) => (next, Vec::new(), engine.is_some().then_some(why)),
        };
        let post = Self {
            own: engine.as_ref().map(|(number, _)| *number),
            engine: engine.filter(|_| lost.is_none()),
            silent: lost.clone().map(Silence::Retired),
            broke_at: None,
            running: None,
            stopped_at: None,
            log_height,
            is_logged: !replay.is_empty(),
            reset_to: None,
            replay,
            begun: next,
            has_begun: false,
            records: Vec::new(),
            must_log: false,
            timers: BTreeSet::new(),
        };
        (post, lost.map(Alarm::Retired))
    }

    /// Returns this node's number as a keeper that can vote.
    pub(super) fn number(&self) -> Option<KeeperNo> {
        self.engine.as_ref().map(|(number, _)| *number)
    }

    pub(super) fn drop_engine(&mut self) {
        self.engine = None;
    }

    /// Tells the engine that a height is decided.
    pub(super) fn leave(&mut self, decided: Height) {
        if let Some((_, engine)) = &mut self.engine {
            engine.leave(decided);
        }
    }

    pub(super) fn engine(&self) -> Option<&dyn Orderer> {
        self.engine.as_ref().map(|(_, engine)| &**engine)
    }

    /// Whether nothing forbids this key to sign at a height. A log that is ahead of the store was
    /// written before the store was put back: below its height this key has signed what only
    /// others remember.
    pub(super) fn may_sign(&self, height: Height) -> bool {
        let is_new = height >= self.log_height && self.stopped_at != Some(height);
        self.engine.is_some() && is_new
    }

    /// Begins a height, and returns what a start found in its log.
    pub(super) fn begin(&mut self, height: Height) -> Vec<LogRecord> {
        self.running = Some(height);
        self.records.clear();
        self.begun = height;
        self.has_begun = true;
        if self.log_height == height {
            std::mem::take(&mut self.replay)
        } else {
            Vec::new()
        }
    }

    /// Whether a start found records for this height, which must be replayed.
    pub(super) fn must_replay(&self, height: Height) -> bool {
        !self.replay.is_empty() && self.log_height == height
    }

    /// Whether this key can't have signed anything at a height, by its log and by what happened since
    /// the start. Of heights below that of the log nobody knows.
    pub(super) fn never_signed(&self, height: Height) -> bool {
        height >= self.log_height
            && !self.must_replay(height)
            && !(self.has_begun && self.begun == height)
    }

    /// Returns what must be durable before the answer goes out.
    pub(super) fn take_records(&mut self) -> Option<(Height, Vec<LogRecord>)> {
        let must = std::mem::take(&mut self.must_log) || self.records.len() >= UNLOGGED_MAX;
        let records = must.then(|| std::mem::take(&mut self.records));
        let records = records.filter(|records| !records.is_empty())?;
        self.is_logged = true;
        Some((self.begun, records))
    }

    /// Turns the log to a height; tells whether it was at another one.
    pub(super) fn reset_log(&mut self, height: Height) -> bool {
        let was_other = self.log_height != height;
        self.log_height = height;
        was_other
    }

    /// Forgets what of a decided height needn't be logged any more. Returns whether the log holds
    /// records of it.
    pub(super) fn finish(&mut self, height: Height) -> bool {
        self.records.clear();
        std::mem::take(&mut self.is_logged) && self.log_height == height
    }
}
