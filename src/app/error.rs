//! Why a start, or a request about a service, failed.

use std::sync::Arc;

use super::OrderError;
use crate::{
    coordination::ServiceState,
    error::{Error, Explain, Kind},
    shown::Shown,
    state::lifecycle::{ApplicationState, Reason},
};

/// Why a start did not end in Running or Degraded.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StartError {
    /// It runs already, or is on its way up or down.
    #[error("the application is {state} already")]
    AlreadyStarted {
        /// The state.
        state: ApplicationState,
    },
    /// An emergency stop bars it.
    #[error("the application was stopped in an emergency: {reason}")]
    EmergencyStopped {
        /// Why, as the first call said.
        reason: Reason,
    },
    /// Tasks of the run before have not ended.
    #[error("tasks of the run before have not ended: {}", .services.join(", "))]
    TasksLeft {
        /// Whose.
        services: Vec<&'static str>,
    },
    /// The services can't be put in order.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// Phase one failed.
    #[error("{error}")]
    Preparation {
        /// Why.
        error: Arc<Error>,
    },
    /// A mandatory service could not start; what was started before it was taken down again.
    #[error("{service} could not start: {error}")]
    Service {
        /// Which.
        service: &'static str,
        /// Why.
        error: Arc<Error>,
    },
    /// Somebody stopped the application meanwhile.
    #[error("the start was cancelled")]
    Cancelled,
    /// The application's own task is gone.
    #[error(transparent)]
    Gone(#[from] Gone),
}

impl StartError {
    /// Returns the error behind it, with its kind and hints.
    #[must_use]
    pub fn cause(&self) -> Option<&Error> {
        match self {
            Self::Preparation { error } | Self::Service { error, .. } => Some(error),
            Self::AlreadyStarted { .. }
            | Self::EmergencyStopped { .. }
            | Self::TasksLeft { .. }
            | Self::Order(_)
            | Self::Cancelled
            | Self::Gone(_) => None,
        }
    }
}

impl Explain for StartError {
    fn kind(&self) -> Kind {
        match self {
            Self::AlreadyStarted { .. } | Self::EmergencyStopped { .. } => Kind::Refused,
            Self::Cancelled => Kind::Interrupted,
            Self::TasksLeft { .. } | Self::Order(_) | Self::Gone(_) => Kind::Internal,
            Self::Preparation { error } | Self::Service { error, .. } => error.kind(),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::AlreadyStarted { .. } => {
                "nothing is to be started or reset; stop it first if it is to start anew".to_owned()
            }
            Self::EmergencyStopped { .. } => {
                "reset it when the reason is gone: `bitcraps emergency-stop --reset`".to_owned()
            }
            Self::TasksLeft { .. } => "end the program and start it again".to_owned(),
            Self::Order(_) | Self::Gone(_) => {
                "report it: this is a fault of the program".to_owned()
            }
            Self::Preparation { error } | Self::Service { error, .. } => error.hints().join("; "),
            Self::Cancelled => "start it again".to_owned(),
        }
    }
}

/// The task that conducts the application has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the application has ended")]
pub struct Gone;

/// Why a request about one service was refused or failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ServiceRequestError {
    /// No service of the present run has this name.
    #[error("there is no service {name} now; there are: {}", .known.join(", "))]
    Unknown {
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<&'static str>,
    },
    /// The present run has no services.
    #[error("no service runs now{}", .emergency.as_ref().map(|reason| format!(": all were stopped in an emergency: {reason}")).unwrap_or_default())]
    NoneRuns {
        /// Why they were stopped, if that was in an emergency.
        emergency: Option<Shown>,
    },
    /// The application can't do without it.
    #[error("{name} can't be stopped alone, nothing works without it")]
    Mandatory {
        /// The service.
        name: &'static str,
    },
    /// It was tried, and the service is not up.
    #[error("{name} is not up: {state}")]
    NotUp {
        /// The service.
        name: &'static str,
        /// What it is.
        state: ServiceState,
    },
    /// The application's own task is gone.
    #[error(transparent)]
    Gone(#[from] Gone),
}

impl Explain for ServiceRequestError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown { .. } => Kind::Usage,
            Self::NoneRuns { .. } | Self::Mandatory { .. } | Self::NotUp { .. } => Kind::Refused,
            Self::Gone(_) => Kind::Internal,
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Unknown { .. } => "take one of the names that `bitcraps health` lists".to_owned(),
            Self::NoneRuns { emergency: Some(_) } => {
                "reset it when the reason is gone: `bitcraps emergency-stop --reset`".to_owned()
            }
            Self::Mandatory { .. } => "restart it, or stop the whole application".to_owned(),
            Self::NoneRuns { emergency: None } | Self::NotUp { .. } => {
                "see what `bitcraps health` says".to_owned()
            }
            Self::Gone(_) => "start the program again".to_owned(),
        }
    }
}

/// A service that can't be used now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {state}{}", .remedy.as_ref().map(|remedy| format!(" ({remedy})")).unwrap_or_default())]
pub struct ServiceUnavailable {
    /// The service.
    pub name: &'static str,
    /// What it is doing instead, with the cause when it failed.
    pub state: ServiceState,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl ServiceUnavailable {
    /// Returns the cause, if there is one, and what to do.
    #[must_use]
    pub fn why(&self) -> String {
        let cause = match &self.state {
            ServiceState::Failed { error: cause } | ServiceState::Degraded { reason: cause } => {
                Some(cause.to_string())
            }
            ServiceState::NotStarted
            | ServiceState::Starting
            | ServiceState::Running
            | ServiceState::Stopped => None,
        };
        let remedy = self.remedy.clone().unwrap_or_else(|| self.hint());
        let words: Vec<String> = cause.into_iter().chain([remedy]).collect();
        words.join("; ")
    }
}

impl Explain for ServiceUnavailable {
    fn kind(&self) -> Kind {
        Kind::Refused
    }

    fn hint(&self) -> String {
        let remedy = self.remedy.clone();
        remedy.unwrap_or_else(|| "see what `bitcraps health` says".to_owned())
    }
}
