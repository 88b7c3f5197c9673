//! Bounds of the control socket, each with its reason.

use std::time::Duration;

/// Bytes of one line: far above the largest row, a health report of all services.
pub const LINE_BYTES_MAX: usize = 64 << 10;

/// Connections at a time: one person's shells and scripts.
pub const CONNECTIONS_MAX: usize = 16;

/// How long a connection may say nothing before it is closed, so that forgotten ones don't keep
/// others out.
pub const IDLE_MAX: Duration = Duration::from_mins(1);

/// How long one line may take to be written to a reader that does not read.
pub const WRITE_MAX: Duration = Duration::from_secs(5);

/// How long a command waits for the next line of an answer that is not a watch: a restart waits for
/// the services to be up.
pub const ANSWER_MAX: Duration = Duration::from_secs(30);

/// Bytes of a transcript in one row: twice as many in hexadecimal digits fit a line.
pub const PIECE_BYTES_MAX: usize = 24 << 10;

/// Questions after its life that wait for the server's loop: one probe asks at a time.
pub(super) const QUESTIONS_MAX: usize = 2;
