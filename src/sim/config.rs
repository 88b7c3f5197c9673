//! What a simulation shall do.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::limits::{ROLLS_MAX, SECONDS_MAX, SECONDS_MIN, SECONDS_PER_ROLL};
use crate::consensus::limits::{KEEPERS_MAX, SHARED_KEEPERS_MIN};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultKind {
    /// A node loses its power, also in the middle of a write, and starts again later.
    Crash,
    /// The nodes fall into two groups that don't hear each other.
    Partition,
    /// Messages are lost.
    Loss,
    /// Messages take seconds.
    Delay,
    /// Messages come twice.
    Duplicate,
    /// Messages overtake each other.
    Reorder,
    /// A disk is full, or fails for a while.
    Disk,
    /// A bit of what a node has stored changes while its power is off.
    Bitflip,
    /// Memory is short: the queue of what comes to a node takes in hardly any messages, so that some
    /// of each kind are lost. What a node holds inside (waiting commands, blocks ahead, links) is not squeezed.
    Memory,
    /// Bytes of messages change on the way.
    Corrupt,
    /// A node's clock jumps.
    Clock,
    /// Keepers lie.
    Byzantine,
    /// One keeper after another is swapped for a member that kept nothing.
    Keepers,
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::Crash,
        Self::Partition,
        Self::Loss,
        Self::Delay,
        Self::Duplicate,
        Self::Reorder,
        Self::Disk,
        Self::Bitflip,
        Self::Memory,
        Self::Corrupt,
        Self::Clock,
        Self::Byzantine,
        Self::Keepers,
    ];

    /// Returns its name, as it is written in a list of faults.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crash => "crash",
            Self::Partition => "partition",
            Self::Loss => "loss",
            Self::Delay => "delay",
            Self::Duplicate => "duplicate",
            Self::Reorder => "reorder",
            Self::Disk => "disk",
            Self::Bitflip => "bitflip",
            Self::Memory => "memory",
            Self::Corrupt => "corrupt",
            Self::Clock => "clock",
            Self::Byzantine => "byzantine",
            Self::Keepers => "keepers",
        }
    }
}

/// Which faults happen: a list as `crash,loss=0.05,byzantine=1`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Each kind with how often it hits, in messages of a million; 0 for those that hit nodes.
    kinds: BTreeMap<FaultKind, u32>,
    liars: usize,
}

/// How many messages of a million come twice, early or changed.
const MESSAGES_HIT: u32 = 50_000;

/// How many messages of a million are late: those behind them wait too.
const MESSAGES_LATE: u32 = 5_000;

/// The most of a million messages that can be lost: beyond this nothing is said any more.
const LOSS_MAX: f64 = 0.9;

impl Faults {
    /// Whether a kind happens.
    #[must_use]
    pub fn has(&self, kind: FaultKind) -> bool {
        self.kinds.contains_key(&kind)
    }

    /// Returns the kinds that happen.
    pub fn kinds(&self) -> impl Iterator<Item = FaultKind> {
        self.kinds.keys().copied()
    }

    /// Returns how many messages of a million a kind hits.
    #[must_use]
    pub fn millionths(&self, kind: FaultKind) -> u32 {
        self.kinds.get(&kind).copied().unwrap_or(0)
    }

    /// Returns how many keepers lie.
    #[must_use]
    pub const fn liars(&self) -> usize {
        self.liars
    }

    fn add(&mut self, word: &str) -> Result<(), ConfigFault> {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (word.trim(), None),
        };
        let wrong = || ConfigFault::Value {
            word: word.trim().to_owned(),
        };
        let kind = FaultKind::ALL.into_iter().find(|kind| kind.name() == name);
        let kind = kind.ok_or_else(|| ConfigFault::Unknown {
            word: name.to_owned(),
        })?;
        let hits = match (kind, value) {
            (FaultKind::Loss, Some(value)) => share_of(value).ok_or_else(wrong)?,
            (FaultKind::Byzantine, Some(value)) => {
                self.liars = value.parse().map_err(|_not_a_number| wrong())?;
                if self.liars == 0 {
                    return Err(wrong());
                }
                0
            }
            (FaultKind::Loss | FaultKind::Byzantine, None) | (_, Some(_)) => return Err(wrong()),
            (FaultKind::Delay, None) => MESSAGES_LATE,
            (_, None) => MESSAGES_HIT,
        };
        if self.kinds.insert(kind, hits).is_some() {
            return Err(ConfigFault::Twice { kind: kind.name() });
        }
        Ok(())
    }
}

/// Reads a share of all messages, above 0 and up to 0.9, as millionths.
fn share_of(text: &str) -> Option<u32> {
    let share: f64 = text.parse().ok()?;
    if !(share > 0.0 && share <= LOSS_MAX) {
        return None;
    }
    // A whole number of at most 900 000; a share below one in a million becomes one.
    format!("{:.0}", (share * 1e6).max(1.0)).parse().ok()
}

impl FromStr for Faults {
    type Err = ConfigFault;

    fn from_str(list: &str) -> Result<Self, ConfigFault> {
        let mut faults = Self::default();
        for word in list.split(',') {
            faults.add(word)?;
        }
        Ok(faults)
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, (kind, hits)) in self.kinds.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{}", kind.name())?;
            match kind {
                FaultKind::Loss => write!(f, "={}", f64::from(*hits) / 1e6)?,
                FaultKind::Byzantine => write!(f, "={}", self.liars)?,
                FaultKind::Crash
                | FaultKind::Partition
                | FaultKind::Delay
                | FaultKind::Duplicate
                | FaultKind::Reorder
                | FaultKind::Disk
                | FaultKind::Bitflip
                | FaultKind::Memory
                | FaultKind::Corrupt
                | FaultKind::Clock
                | FaultKind::Keepers => {}
            }
        }
        Ok(())
    }
}

/// A simulation that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// No such fault.
    #[error("{word:?} is no fault; there are {}", names())]
    Unknown {
        /// What was asked for.
        word: String,
    },
    /// A value is missing, out of range, or too much.
    #[error(
        "{word:?} is not to be understood: loss=P takes a share above 0 and up to {LOSS_MAX}, \
         byzantine=K a number of keepers, the others take no value"
    )]
    Value {
        /// What was asked for.
        word: String,
    },
    /// One kind stands twice in the list.
    #[error("{kind} stands twice in the list")]
    Twice {
        /// Which.
        kind: &'static str,
    },
    /// No club has so many keepers.
    #[error("a club has 1 or {SHARED_KEEPERS_MIN} to {KEEPERS_MAX} keepers, not {found}")]
    Keepers {
        /// How many were asked for.
        found: usize,
    },
    /// A lone keeper can't be swapped.
    #[error("keepers change in clubs of {SHARED_KEEPERS_MIN} and more, not in one of {found}")]
    Swaps {
        /// The keepers.
        found: usize,
    },
    /// More liars than the club bears.
    #[error("a club of {keepers} keepers bears {most} that lie, not {asked}: more can fork it")]
    Liars {
        /// The keepers.
        keepers: usize,
        /// How many may lie.
        most: usize,
        /// How many were asked for.
        asked: usize,
    },
    /// No rolls, or too many.
    #[error("{asked} rolls can't be simulated; 1 to {ROLLS_MAX} can")]
    Rolls {
        /// How many were asked for.
        asked: u64,
    },
    /// No time, or too much.
    #[error("{asked} seconds can't be simulated; 1 to {SECONDS_MAX} can")]
    Seconds {
        /// How many were asked for.
        asked: u64,
    },
}

fn names() -> String {
    FaultKind::ALL.map(FaultKind::name).join(", ")
}

/// What a [`StateChaosTester`](super::StateChaosTester) does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChaosConfig {
    /// Keepers: 1 (a hosted club) or 4 to 16.
    pub keepers: usize,
    /// What all chance follows from.
    pub seed: u64,
    /// Rolls to be played, at least; with faults.
    pub rolls: u64,
    /// What goes wrong.
    pub faults: Faults,
    /// Virtual seconds that play may take; `None` for as many as the rolls need in the worst case.
    pub seconds: Option<u64>,
}

impl ChaosConfig {
    /// Members beside the keepers: each follows and plays on a node of its own.
    pub const GUESTS: usize = 2;

    /// Checks every value.
    ///
    /// # Errors
    /// [`ConfigFault`].
    pub fn check(&self) -> Result<(), ConfigFault> {
        let keepers = self.keepers;
        if keepers != 1 && !(SHARED_KEEPERS_MIN..=KEEPERS_MAX).contains(&keepers) {
            return Err(ConfigFault::Keepers { found: keepers });
        }
        if keepers == 1 && self.faults.has(FaultKind::Keepers) {
            return Err(ConfigFault::Swaps { found: keepers });
        }
        let (most, asked) = (keepers.saturating_sub(1) / 3, self.faults.liars());
        if asked > most {
            return Err(ConfigFault::Liars {
                keepers,
                most,
                asked,
            });
        }
        if !(1..=ROLLS_MAX).contains(&self.rolls) {
            return Err(ConfigFault::Rolls { asked: self.rolls });
        }
        match self.seconds {
            Some(asked) if !(1..=SECONDS_MAX).contains(&asked) => {
                Err(ConfigFault::Seconds { asked })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Returns how many virtual seconds play may take.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        let ample = self.rolls.saturating_mul(SECONDS_PER_ROLL);
        self.seconds
            .unwrap_or(ample.clamp(SECONDS_MIN, SECONDS_MAX))
    }

    /// Returns the command line that repeats it.
    #[must_use]
    pub fn command(&self) -> String {
        let Self {
            keepers,
            seed,
            rolls,
            faults,
            seconds,
        } = self;
        let list = faults.to_string();
        let list = if list.is_empty() {
            list
        } else {
            format!(" --faults {list}")
        };
        let seconds = seconds.map_or_else(String::new, |limit| format!(" --seconds {limit}"));
        format!("bitcraps sim --keepers {keepers} --rolls {rolls} --seed {seed}{list}{seconds}")
    }
}
