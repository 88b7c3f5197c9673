//! Why the control socket could not be used.

use std::path::PathBuf;

use super::protocol::WireError;
use crate::error::{Explain, Kind};
use crate::storage::Holder;

/// A control socket that cannot be opened or reached.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The path is longer than a socket's may be.
    #[error("{} has {bytes} bytes, too long for a socket", path.display())]
    PathTooLong {
        /// The socket's path.
        path: PathBuf,
        /// Its length.
        bytes: usize,
    },
    /// The socket cannot be made.
    #[error("the control socket {} cannot be made: {cause}", path.display())]
    Bind {
        /// The socket's path.
        path: PathBuf,
        /// Why. Part of the message, so that it is told once wherever the message goes.
        cause: std::io::Error,
    },
    /// No node answers there.
    #[error("no node runs on {}", directory.display())]
    NotRunning {
        /// The data directory.
        directory: PathBuf,
    },
    /// A node runs, and its socket could not be made: the path is too long.
    #[error("{} on {}, and no command reaches it: the path of its control socket is too long", of(holder.as_ref()), directory.display())]
    Unreachable {
        /// The data directory.
        directory: PathBuf,
        /// The process that holds it; unknown for the moment in which it starts.
        holder: Option<Holder>,
    },
    /// The socket is somebody else's.
    #[error("the control socket {} is not for this user", path.display())]
    Forbidden {
        /// The socket's path.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The connection broke, or took too long.
    #[error("the running node did not answer")]
    Lost(#[source] std::io::Error),
    /// The other side says what this version does not understand.
    #[error("the running node answered what this version does not understand: {what}")]
    NotUnderstood {
        /// What was wrong with it.
        what: String,
    },
    /// The node refused.
    #[error("{}", .0.message)]
    Refused(WireError),
}

fn of(holder: Option<&Holder>) -> String {
    holder.map_or_else(
        || "a node runs".to_owned(),
        |holder| format!("process {} runs", holder.pid),
    )
}

impl Explain for ControlError {
    fn kind(&self) -> Kind {
        match self {
            Self::PathTooLong { .. } => Kind::Usage,
            Self::Bind { .. } | Self::Forbidden { .. } => Kind::Storage,
            Self::NotRunning { .. }
            | Self::Unreachable { .. }
            | Self::Lost(_)
            | Self::NotUnderstood { .. } => Kind::Network,
            Self::Refused(error) => error.kind(),
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Unreachable { .. } => {
                "use its own screen; with a shorter --data-dir commands reach it".to_owned()
            }
            Self::PathTooLong { .. } => {
                "choose a data directory with a shorter path by --data-dir".to_owned()
            }
            Self::Bind { .. } => {
                "check what is in its place, and the rights of the data directory".to_owned()
            }
            Self::Forbidden { .. } => {
                "ask as the user whose data directory it is, or choose another --data-dir"
                    .to_owned()
            }
            Self::NotRunning { directory } => format!(
                "start it by `bitcraps --data-dir {}` and ask again",
                directory.display()
            ),
            Self::Lost(_) => "ask again; `bitcraps doctor` looks at the socket".to_owned(),
            Self::NotUnderstood { .. } => {
                "stop the node and start it again with this version of the program".to_owned()
            }
            Self::Refused(error) => error
                .hints
                .first()
                .cloned()
                .unwrap_or_else(|| "the log of the node says more".to_owned()),
        }
    }
}
