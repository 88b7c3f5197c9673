//! How services do, and what that means for the whole.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::clock::UnixMillis;
use crate::shown::Shown;

/// The name of the service that keeps the ledger.
pub const LEDGER: &str = "ledger";

/// The name of the service that runs the tables.
pub const GAME_MANAGER: &str = "game manager";

/// How well something does; a greater one is worse.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum HealthStatus {
    /// It does all its work.
    #[default]
    Healthy,
    /// It works, with something missing.
    Degraded,
    /// It hardly works.
    Critical,
    /// It does not answer.
    Unavailable,
}

impl HealthStatus {
    /// All statuses, best first.
    pub const ALL: [Self; 4] = [
        Self::Healthy,
        Self::Degraded,
        Self::Critical,
        Self::Unavailable,
    ];

    /// Returns the word that screens show.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::Degraded => "Degraded",
            Self::Critical => "Critical",
            Self::Unavailable => "Unavailable",
        }
    }
}

impl fmt::Display for HealthStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What the failure of a service means for the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Importance {
    /// The application works without it, degraded.
    Optional,
    /// The application does not start without it.
    Mandatory,
    /// Mandatory, and nothing can be trusted without it: storage and ledger.
    Foundation,
}

impl Importance {
    /// Whether the application does not start without such a service.
    #[must_use]
    pub const fn is_mandatory(self) -> bool {
        match self {
            Self::Optional => false,
            Self::Mandatory | Self::Foundation => true,
        }
    }

    /// Returns what the status of such a service makes of the whole.
    #[must_use]
    pub fn weigh(self, status: HealthStatus) -> HealthStatus {
        match self {
            Self::Optional => status.min(HealthStatus::Degraded),
            Self::Mandatory => status.min(HealthStatus::Critical),
            Self::Foundation => status,
        }
    }
}

/// Returns the health of the whole: the worst of what each service makes of it.
pub fn overall(services: impl IntoIterator<Item = (Importance, HealthStatus)>) -> HealthStatus {
    let weighed = services
        .into_iter()
        .map(|(importance, status)| importance.weigh(status));
    weighed.max().unwrap_or_default()
}

/// Where a service is in its life.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ServiceState {
    /// Its turn has not come.
    #[default]
    NotStarted,
    /// It is being started.
    Starting,
    /// It does its work.
    Running,
    /// It runs, but says that something is wrong.
    Degraded {
        /// What.
        reason: Shown,
    },
    /// It could not start, or ended by itself.
    Failed {
        /// Why.
        error: Shown,
    },
    /// It was stopped.
    Stopped,
}

impl ServiceState {
    /// Returns the state in one word or two, without its cause.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotStarted => "not started",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Degraded { .. } => "degraded",
            Self::Failed { .. } => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// Whether the service takes requests.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        match self {
            Self::Running | Self::Degraded { .. } => true,
            Self::NotStarted | Self::Starting | Self::Failed { .. } | Self::Stopped => false,
        }
    }
}

impl fmt::Display for ServiceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted => f.pad("not started"),
            Self::Starting => f.pad("starting"),
            Self::Running => f.pad("running"),
            Self::Degraded { reason } => write!(f, "degraded: {reason}"),
            Self::Failed { error } => write!(f, "failed: {error}"),
            Self::Stopped => f.pad("stopped"),
        }
    }
}

/// A service's answer to the question how it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// How it does.
    pub status: HealthStatus,
    /// Figures worth showing, such as "height 4021".
    pub detail: Shown,
    /// What is wrong, when something is.
    pub trouble: Option<Shown>,
    /// What a person can do about it.
    pub remedy: Option<Shown>,
}

impl Probe {
    /// Returns the answer of a service that does all its work.
    #[must_use]
    pub fn healthy(detail: impl Into<Shown>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::default()
        }
    }

    /// Returns the answer of a service with trouble.
    #[must_use]
    pub fn troubled(status: HealthStatus, trouble: impl Into<Shown>) -> Self {
        Self {
            status,
            detail: Shown::default(),
            trouble: Some(trouble.into()),
            remedy: None,
        }
    }

    /// Adds what a person can do about the trouble.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<Shown>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

/// One row of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceHealth {
    /// The service.
    pub name: String,
    /// What its failure means.
    pub importance: Importance,
    /// Where it is in its life.
    pub state: ServiceState,
    /// How it does.
    pub status: HealthStatus,
    /// Since when it is in this state.
    pub since: UnixMillis,
    /// How long the answer to the last probe took, in microseconds; none came when `None`.
    pub latency_micros: Option<u64>,
    /// Why it failed the last time.
    pub last_error: Option<Shown>,
    /// How often it was started again.
    pub restarts: u32,
    /// Figures of its own.
    pub detail: Shown,
    /// What to do, when something is wrong.
    pub remedy: Option<Shown>,
    /// The services that must be up for this one: without one of them it goes down too.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// How every service does at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceHealthReport {
    /// When it was made.
    pub at: UnixMillis,
    /// How the whole does.
    pub overall: HealthStatus,
    /// A row for each service, in the order of starting.
    pub services: Vec<ServiceHealth>,
}

/// The three answers most people want, taken from a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthSummary {
    /// The game manager.
    pub game_manager: HealthStatus,
    /// The ledger.
    pub ledger: HealthStatus,
    /// The whole.
    pub overall: HealthStatus,
}

impl ServiceHealthReport {
    /// Returns the report of these rows.
    #[must_use]
    pub fn new(at: UnixMillis, services: Vec<ServiceHealth>) -> Self {
        let overall = overall(services.iter().map(|row| (row.importance, row.status)));
        Self {
            at,
            overall,
            services,
        }
    }

    /// Returns the row of a service.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&ServiceHealth> {
        self.services.iter().find(|row| row.name == name)
    }

    /// Returns the services that go down with one, since they need it, in the order of starting.
    #[must_use]
    pub fn dependents(&self, name: &str) -> Vec<&str> {
        let mut down: Vec<&str> = Vec::new();
        for row in &self.services {
            let goes_down = |need: &String| need == name || down.contains(&need.as_str());
            if row.needs.iter().any(goes_down) {
                down.push(&row.name);
            }
        }
        down
    }

    /// Returns the short form; a service without a row is Unavailable.
    #[must_use]
    pub fn summary(&self) -> HealthSummary {
        let status = |name| {
            self.service(name)
                .map_or(HealthStatus::Unavailable, |row| row.status)
        };
        HealthSummary {
            game_manager: status(GAME_MANAGER),
            ledger: status(LEDGER),
            overall: self.overall,
        }
    }

    /// Whether this report says something that `shown` does not, its age and the latencies apart.
    #[must_use]
    pub fn is_news_after(&self, shown: &Self) -> bool {
        let timeless = |report: &Self| {
            let mut report = report.clone();
            report.at = UnixMillis::default();
            for row in &mut report.services {
                row.latency_micros = None;
            }
            report
        };
        timeless(self) != timeless(shown)
    }
}

#[cfg(test)]
mod tests;
