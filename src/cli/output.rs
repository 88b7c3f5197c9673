//! Standard output and standard error of a command.

use std::io::{self, Write};

use serde::Serialize;

use crate::error::{Error, Kind};

/// Why a command ended early.
#[derive(Debug)]
pub enum Stop {
    /// It failed.
    Failed(Error),
    /// Nobody reads its output any more, which is no fault of anybody's.
    PipeClosed,
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Where a command speaks.
pub struct Output {
    out: Box<dyn Write>,
    notes: Box<dyn Write>,
    is_json: bool,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output")
            .field("is_json", &self.is_json)
            .finish_non_exhaustive()
    }
}

impl Output {
    /// Returns the output of this process.
    #[must_use]
    pub fn of_process(is_json: bool) -> Self {
        Self {
            out: Box::new(io::stdout()),
            notes: Box::new(io::stderr()),
            is_json,
        }
    }

    /// Whether JSON is wanted, and nothing else, on standard output.
    #[must_use]
    pub const fn is_json(&self) -> bool {
        self.is_json
    }

    /// Returns standard output, for what writes by itself.
    pub fn writer(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Writes text as it is.
    ///
    /// # Errors
    /// [`Stop`], also when nobody reads any more.
    pub fn text(&mut self, text: &str) -> Result<(), Stop> {
        let written = self.out.write_all(text.as_bytes());
        match written.and_then(|()| self.out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Stop::PipeClosed),
            Err(error) => Err(Stop::Failed(
                Error::new(
                    Kind::Storage,
                    "the output cannot be written",
                    "check where it is sent to",
                )
                .caused_by(&error),
            )),
        }
    }

    /// Writes one JSON object on a line.
    ///
    /// # Errors
    /// [`Stop`], also when nobody reads any more.
    pub fn object<T: Serialize>(&mut self, value: &T) -> Result<(), Stop> {
        let line = serde_json::to_string(value).map_err(|error| {
            Error::new(
                Kind::Internal,
                "a value cannot be written as JSON",
                "report this, with the command that you gave",
            )
            .caused_by(&error)
        })?;
        self.text(&format!("{line}\n"))
    }

    /// Writes the value as JSON if that is wanted, else the text.
    ///
    /// # Errors
    /// [`Stop`], also when nobody reads any more.
    pub fn either<T: Serialize>(&mut self, value: &T, text: &str) -> Result<(), Stop> {
        if self.is_json {
            self.object(value)
        } else {
            self.text(text)
        }
    }

    /// Writes a note for people to standard error.
    pub fn note(&mut self, text: &str) {
        // There is nowhere left to say that standard error cannot be written.
        drop(self.notes.write_all(text.as_bytes()));
    }
}

/// Returns the beginning of an id, enough for people.
pub(super) fn short(id: &str) -> String {
    id.chars().take(8).collect()
}
