//! The node's end of the control socket.

use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::error::ControlError;
use super::limits::{CONNECTIONS_MAX, IDLE_MAX, QUESTIONS_MAX, WRITE_MAX};
use super::protocol::{Answer, Ask, Request, Told, VERSION, WireError};
use super::rows::Row;
use super::{SOCKET_NAME, line};
use crate::error::{Error, Kind};
use crate::storage::DataDirLock;

/// The rows of an answer, in order; a watch has no end. Nothing follows an error: the rest can't be
/// had.
pub type Rows = BoxStream<'static, Result<Row, Error>>;

/// Who does what is asked on the control socket.
pub trait ControlHandler: Send + Sync + std::fmt::Debug + 'static {
    /// Does it, and returns what there is to tell.
    ///
    /// # Errors
    /// An [`Error`] as a person would be told it; it reaches the command that asked.
    fn handle(&self, request: Request) -> BoxFuture<'_, Result<Rows, Error>>;
}

/// The socket, bound. Its file goes when this is dropped.
#[derive(Debug)]
pub struct ControlServer {
    listener: UnixListener,
    path: PathBuf,
    /// The file that was bound at the path; another one there leads elsewhere.
    file: FileId,
    questions: mpsc::Receiver<Question>,
    asker: ControlPulse,
}

/// Device and inode.
type FileId = (u64, u64);

/// Whether the socket can be reached, and if not, why.
type Question = oneshot::Sender<io::Result<()>>;

/// Asks the loop of a [`ControlServer`] whether it turns.
#[derive(Clone, Debug)]
pub struct ControlPulse(mpsc::Sender<Question>);

impl ControlPulse {
    /// Waits until the loop has come to this question, which makes it look whether its file is still
    /// there, and bind anew if not. Answers whether commands reach the socket; `None` when the loop
    /// has ended.
    pub async fn reached(&self) -> Option<io::Result<()>> {
        let (reply, answer) = oneshot::channel();
        self.0.send(reply).await.ok()?;
        answer.await.ok()
    }
}

impl ControlServer {
    /// Binds the socket in a data directory that is ours; a file that a crash left there goes.
    /// Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`ControlError::PathTooLong`], [`ControlError::Bind`].
    pub fn bind(lock: &DataDirLock) -> Result<Self, ControlError> {
        let path = lock.directory().join(SOCKET_NAME);
        if std::os::unix::net::SocketAddr::from_pathname(&path).is_err() {
            return Err(ControlError::PathTooLong {
                bytes: path.as_os_str().len(),
                path,
            });
        }
        match listen(&path) {
            Ok((listener, file)) => {
                let (asker, questions) = mpsc::channel(QUESTIONS_MAX);
                Ok(Self {
                    listener,
                    path,
                    file,
                    questions,
                    asker: ControlPulse(asker),
                })
            }
            Err(cause) => Err(ControlError::Bind { path, cause }),
        }
    }

    /// Returns where the socket is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what asks the loop of [`run`](Self::run) whether it turns.
    #[must_use]
    pub fn pulse(&self) -> ControlPulse {
        self.asker.clone()
    }

    /// Answers until it is cancelled; all connections are closed when it returns.
    ///
    /// # Errors
    /// What accepting connections failed with.
    pub async fn run(
        mut self,
        handler: Arc<dyn ControlHandler>,
        cancel: CancellationToken,
    ) -> io::Result<()> {
        let free = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let owner = rustix::process::geteuid().as_raw();
        let connections = TaskTracker::new();
        let result = loop {
            let accepted = tokio::select! {
                () = cancel.cancelled() => break Ok(()),
                Some(question) = self.questions.recv() => {
                    if question.send(self.be_reachable()).is_err() {
                        tracing::debug!("whoever asked for a sign of life stopped waiting");
                    }
                    continue;
                }
                accepted = self.listener.accept() => accepted,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => break Err(error),
            };
            let place = Arc::clone(&free).try_acquire_owned().ok();
            let handler = Arc::clone(&handler);
            let cancel = cancel.clone();
            connections.spawn(async move {
                let served = async {
                    match place {
                        Some(_place) => serve(stream, handler, owner).await,
                        None => turn_away(stream, &too_many()).await,
                    }
                };
                let ended = cancel.run_until_cancelled(served).await;
                if let Some(Err(error)) = ended {
                    tracing::debug!("a control connection ended: {error}");
                }
            });
        };
        cancel.cancel();
        connections.close();
        connections.wait().await;
        result
    }

    /// Binds anew where somebody has taken the socket's file away. Open connections go on.
    fn be_reachable(&mut self) -> io::Result<()> {
        if self.is_in_place() {
            return Ok(());
        }
        (self.listener, self.file) = listen(&self.path)?;
        tracing::warn!("the control socket's file was gone; it is made again");
        Ok(())
    }

    fn is_in_place(&self) -> bool {
        file_id(&self.path).is_ok_and(|there| there == self.file)
    }
}

impl Drop for ControlServer {
    fn drop(&mut self) {
        if !self.is_in_place() {
            return;
        }
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!("the control socket stays behind: {error}");
        }
    }
}

fn file_id(path: &Path) -> io::Result<FileId> {
    let there = std::fs::symlink_metadata(path)?;
    Ok((there.dev(), there.ino()))
}

fn listen(path: &Path) -> io::Result<(UnixListener, FileId)> {
    match std::fs::symlink_metadata(path) {
        Ok(there) if there.file_type().is_socket() => std::fs::remove_file(path)?,
        Ok(_) => {
            let words = "something else is in its place: move it away";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, words));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // The folder is closed to others already, so there is no moment in which the socket is open.
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok((listener, file_id(path)?))
}

/// Answers one connection, if it is of the owner: the user that the node runs as.
pub(super) async fn serve(
    stream: UnixStream,
    handler: Arc<dyn ControlHandler>,
    owner: u32,
) -> io::Result<()> {
    if stream.peer_cred()?.uid() != owner {
        return turn_away(stream, &another_user()).await;
    }
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    loop {
        let line = match next_line(&mut reader).await {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(()),
            // Where the next line would begin is not known.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return tell(&mut writer, 0, Answer::Error((&too_long(&error)).into())).await;
            }
            Err(error) => return Err(error),
        };
        match Ask::from_line(&line) {
            Ok(Ask { id, request, .. }) => match handler.handle(request).await {
                Ok(rows) => {
                    if !tell_all(&mut reader, &mut writer, id, rows).await? {
                        return Ok(());
                    }
                }
                Err(error) => tell(&mut writer, id, Answer::Error((&error).into())).await?,
            },
            Err((id, error)) => tell(&mut writer, id, Answer::Error((&error).into())).await?,
        }
    }
}

async fn next_line(reader: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let mut bounded = reader.take(line::READ_BYTES_MAX);
    timeout(IDLE_MAX, bounded.read_until(b'\n', &mut bytes)).await??;
    line::checked(bytes)
}

/// Tells all rows and the end; `false` if the other side went away before.
async fn tell_all(
    reader: &mut BufReader<OwnedReadHalf>,
    writer: &mut OwnedWriteHalf,
    id: u64,
    mut rows: Rows,
) -> io::Result<bool> {
    let mut is_listening = true;
    loop {
        // A watcher that leaves says so only by closing; without reading, a quiet watch would keep
        // its place for ever. A next request is left in the buffer until this one is answered.
        let row = tokio::select! {
            row = rows.next() => row,
            read = reader.fill_buf(), if is_listening => {
                if read?.is_empty() {
                    return Ok(false);
                }
                is_listening = false;
                continue;
            }
        };
        let Some(row) = row else {
            tell(writer, id, Answer::Done(true)).await?;
            return Ok(true);
        };
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                tell(writer, id, Answer::Error((&error).into())).await?;
                return Ok(true);
            }
        };
        tell(writer, id, Answer::Row(row)).await?;
    }
}

async fn tell(writer: &mut OwnedWriteHalf, id: u64, answer: Answer) -> io::Result<()> {
    let bytes = line::encode(&Told {
        v: VERSION,
        id,
        answer,
    })?;
    timeout(WRITE_MAX, writer.write_all(&bytes)).await?
}

async fn turn_away(stream: UnixStream, error: &Error) -> io::Result<()> {
    let (_, mut writer) = stream.into_split();
    tell(&mut writer, 0, Answer::Error(WireError::from(error))).await
}

fn too_many() -> Error {
    Error::new(
        Kind::Refused,
        format!("{CONNECTIONS_MAX} commands talk to this node already"),
        "wait until one of them is done, or end a watch",
    )
}

fn too_long(cause: &io::Error) -> Error {
    Error::new(Kind::Usage, cause.to_string(), "ask in shorter lines")
}

fn another_user() -> Error {
    Error::new(
        Kind::Refused,
        "this node answers only the user that it runs as",
        "ask as that user",
    )
}
