//! The error that reaches a person: what went wrong, what to do next, and the exit code.
//!
//! Every module has its own `thiserror` enum; it becomes an [`Error`] only at the edge, through
//! [`Explain`]. An [`Error`] cannot be made without a hint.

mod lower;

use std::fmt;
use std::process::ExitCode;

/// Whose turn it is to do something about an error; decides the exit code (`--help` lists them).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The answer is no: a check failed, a bet was refused.
    Refused,
    /// Wrong usage or configuration.
    Usage,
    /// Storage or keystore: locked, corrupt, wrong passphrase.
    Storage,
    /// Network or a peer, the running node behind its control socket included.
    Network,
    /// A fault of the program.
    Internal,
    /// Forced by a second interrupt.
    Interrupted,
}

impl Kind {
    /// Every kind, mildest first.
    pub const ALL: [Self; 6] = [
        Self::Refused,
        Self::Usage,
        Self::Storage,
        Self::Network,
        Self::Internal,
        Self::Interrupted,
    ];

    /// Returns the exit code, as scripts know it.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Storage => 3,
            Self::Network => 4,
            Self::Internal => 70,
            Self::Interrupted => 130,
        }
    }
}

/// An error at the edge of the program.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

impl Error {
    /// Returns an error with its first hint: the next step for whoever reads it.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
            hints: vec![hint.into()],
        }
    }

    /// Adds one more hint.
    #[must_use]
    pub fn and_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Keeps the cause and the causes below it, as text; one that ends the message is told there.
    #[must_use]
    pub fn caused_by(mut self, cause: &dyn std::error::Error) -> Self {
        let mut next = Some(cause);
        while let Some(error) = next {
            let text = error.to_string();
            if !self.message.ends_with(&text) {
                self.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the hints, at least one.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Returns the exit code of the kind.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.kind.code())
    }

    /// Returns the whole report for standard error: message, causes, hints; ends with a new line.
    #[must_use]
    pub fn report(&self) -> String {
        let message = std::iter::once(format!("bitcraps: {}", self.message));
        let causes = self
            .causes
            .iter()
            .map(|cause| format!("  because: {cause}"));
        let hints = self.hints.iter().map(|hint| format!("  hint: {hint}"));
        let lines: Vec<String> = message.chain(causes).chain(hints).collect();
        lines.join("\n") + "\n"
    }
}

/// Message and causes in one line, for where there is no room for a report.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.causes
            .iter()
            .try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Error {}

/// What a module's error means to a person. Implement it by a `match` without a `_` arm, so that a
/// new variant does not compile until it has a kind and a hint.
pub trait Explain: std::error::Error {
    /// Returns whose turn it is.
    fn kind(&self) -> Kind;

    /// Returns what to do next, in a sentence.
    fn hint(&self) -> String;
}

impl<E: Explain> From<E> for Error {
    fn from(error: E) -> Self {
        let edge = Self::new(error.kind(), error.to_string(), error.hint());
        match error.source() {
            Some(cause) => edge.caused_by(cause),
            None => edge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, Explain, Kind};

    #[derive(Debug, thiserror::Error)]
    #[error("the store is closed")]
    struct Closed {
        #[source]
        cause: std::io::Error,
    }

    impl Explain for Closed {
        fn kind(&self) -> Kind {
            Kind::Storage
        }

        fn hint(&self) -> String {
            "open it".to_owned()
        }
    }

    #[test]
    fn exit_codes_are_those_that_scripts_know() {
        assert_eq!(Kind::ALL.map(Kind::code), [1, 2, 3, 4, 70, 130]);
    }

    #[test]
    fn a_report_names_message_causes_and_hints_in_that_order() {
        let error = Error::from(Closed {
            cause: std::io::Error::other("disk on fire"),
        })
        .and_hint("or buy another");
        assert_eq!(error.to_string(), "the store is closed: disk on fire");
        assert_eq!(
            error.report(),
            "bitcraps: the store is closed\n  because: disk on fire\n  hint: open it\n  \
             hint: or buy another\n"
        );
    }
}
