//! The commands' end of the control socket. It blocks; commands have nothing else to do.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::error::ControlError;
use super::limits::ANSWER_MAX;
use super::protocol::{Answer, Ask, Request, Told, VERSION};
use super::rows::Row;
use super::{SOCKET_NAME, line};
use crate::storage::{DataDirError, DataDirLock};

/// A connection to the node that runs on a data directory.
#[derive(Debug)]
pub struct ControlClient {
    stream: BufReader<UnixStream>,
    asked: u64,
}

impl ControlClient {
    /// Connects.
    ///
    /// # Errors
    /// [`ControlError::NotRunning`] if nobody listens there, [`ControlError::Unreachable`] if a node runs
    /// that can have no socket, [`ControlError::Forbidden`] if the socket is somebody else's,
    /// [`ControlError::Lost`] otherwise.
    pub fn connect(data_dir: &Path) -> Result<Self, ControlError> {
        let path = data_dir.join(SOCKET_NAME);
        let stream = UnixStream::connect(&path).map_err(|cause| {
            let kind = cause.kind();
            let directory = data_dir.to_owned();
            if kind == io::ErrorKind::PermissionDenied {
                ControlError::Forbidden { path, cause }
            } else if kind == io::ErrorKind::NotFound || kind == io::ErrorKind::ConnectionRefused {
                ControlError::NotRunning { directory }
            } else if kind == io::ErrorKind::InvalidInput {
                // Too long for a socket: the lock alone tells whether a node runs.
                match DataDirLock::share(data_dir) {
                    Err(DataDirError::Held { holder, .. }) => {
                        ControlError::Unreachable { directory, holder }
                    }
                    Ok(_) | Err(_) => ControlError::NotRunning { directory },
                }
            } else {
                ControlError::Lost(cause)
            }
        })?;
        Ok(Self {
            stream: BufReader::new(stream),
            asked: 0,
        })
    }

    /// Asks, and hands each row to `take` as it comes, until all are there or `take` says stop.
    ///
    /// # Errors
    /// [`ControlError`], or whatever `take` fails with.
    pub fn ask<E: From<ControlError>>(
        &mut self,
        request: Request,
        mut take: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let is_watch = matches!(
            request,
            Request::Health { watch: true } | Request::Subscribe
        );
        // Whoever turns us away says why and closes, perhaps before the request is written: what
        // was said is read first.
        let mut sent = self.send(request, is_watch);
        loop {
            let received = self.receive();
            if received.is_err() {
                std::mem::replace(&mut sent, Ok(())).map_err(ControlError::Lost)?;
            }
            match received? {
                Answer::Row(row) => take(row)?,
                Answer::Done(_) => return Ok(()),
                Answer::Error(error) => return Err(ControlError::Refused(error).into()),
            }
        }
    }

    fn send(&mut self, request: Request, is_watch: bool) -> io::Result<()> {
        self.asked += 1;
        let patience = (!is_watch).then_some(ANSWER_MAX);
        self.stream.get_ref().set_read_timeout(patience)?;
        let bytes = line::encode(&Ask {
            v: VERSION,
            id: self.asked,
            request,
        })?;
        self.stream.get_mut().write_all(&bytes)
    }

    fn receive(&mut self) -> Result<Answer, ControlError> {
        let mut bytes = Vec::new();
        self.stream
            .by_ref()
            .take(line::READ_BYTES_MAX)
            .read_until(b'\n', &mut bytes)
            .and_then(|_| line::checked(bytes))
            .and_then(|line| line.ok_or_else(|| io::ErrorKind::UnexpectedEof.into()))
            .map_err(ControlError::Lost)
            .and_then(|line| self.understand(&line))
    }

    fn understand(&self, line: &[u8]) -> Result<Answer, ControlError> {
        let not_understood = |what: String| ControlError::NotUnderstood { what };
        let told: Told = line::decode(line).map_err(|error| not_understood(error.to_string()))?;
        if told.v != VERSION {
            return Err(not_understood(format!(
                "it speaks version {}, this program version {VERSION}",
                told.v
            )));
        }
        // A line that could not be read has no id to be answered with.
        if told.id != self.asked && told.id != 0 {
            return Err(not_understood(format!(
                "an answer to request {} instead of {}",
                told.id, self.asked
            )));
        }
        Ok(told.answer)
    }
}
