//! Terminal, clock and disk.

use std::io::IsTerminal as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::Access;

use super::Check;
use crate::clock::UnixMillis;
use crate::config::{Environment, clock_is_sane};
use crate::logs::rfc3339;

/// Columns and rows below which only the small view is drawn.
const SIZE_MIN: (u16, u16) = (60, 16);

/// Free space below which a club that is played daily outgrows the disk within weeks.
const FREE_BYTES_WARN: u64 = 256 << 20;

/// Free space below which the store cannot grow at all.
const FREE_BYTES_FAIL: u64 = 8 << 20;

/// Looks at the terminal and the locale.
pub(super) fn terminal(environment: &Environment) -> Vec<Check> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    vec![
        window(is_terminal, size.map(|size| (size.ws_col, size.ws_row))),
        kind(environment),
        locale(environment),
    ]
}

pub(super) fn window(is_terminal: bool, size: Option<(u16, u16)>) -> Check {
    const NAME: &str = "terminal";
    let Some((columns, rows)) = size.filter(|_| is_terminal) else {
        return Check::warn(
            NAME,
            "input or output is no terminal",
            "start the client in a terminal; commands and line mode work without one",
        );
    };
    let found = format!("{columns}x{rows}");
    if columns < SIZE_MIN.0 || rows < SIZE_MIN.1 {
        let (columns, rows) = SIZE_MIN;
        let remedy = format!("make the window at least {columns}x{rows}");
        return Check::warn(NAME, found, remedy);
    }
    Check::ok(NAME, found)
}

pub(super) fn kind(environment: &Environment) -> Check {
    const NAME: &str = "colours";
    let colours = if environment.no_color() {
        "none, NO_COLOR is set"
    } else if matches!(environment.text("COLORTERM"), Some("truecolor" | "24bit")) {
        "truecolor"
    } else {
        "16"
    };
    match environment.text("TERM") {
        None => Check::warn(
            NAME,
            "TERM is not set",
            "set TERM to what your terminal is, xterm-256color fits most",
        ),
        Some("dumb") => Check::warn(
            NAME,
            "TERM is dumb, so the client plays in plain lines",
            "start it in another terminal for the whole screen",
        ),
        Some(term) => Check::ok(NAME, format!("{colours} (TERM={term})")),
    }
}

pub(super) fn locale(environment: &Environment) -> Check {
    if environment.is_utf8() {
        return Check::ok("locale", "UTF-8");
    }
    Check::warn(
        "locale",
        "not UTF-8, so lines are drawn with ASCII",
        "set LANG to a UTF-8 locale, as C.UTF-8",
    )
}

/// Looks at the clock.
pub(super) fn clock(now: UnixMillis) -> Check {
    let found = rfc3339(now);
    if clock_is_sane(now) {
        return Check::ok("clock", found);
    }
    let remedy = "set the clock; blocks carry its time";
    Check::fail("clock", found, remedy)
}

/// Looks at the data directory and its disk.
pub(super) fn data_directory(path: &Path) -> Vec<Check> {
    const NAME: &str = "data directory";
    let shown = path.display();
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return vec![Check::ok(
                NAME,
                format!("{shown} is made at the first start"),
            )];
        }
        Err(error) => {
            let found = format!("{shown}: {error}");
            return vec![Check::fail(NAME, found, "choose another by --data-dir")];
        }
    };
    let user = rustix::process::geteuid().as_raw();
    let (owner, mode) = (metadata.uid(), metadata.mode() & 0o777);
    let check = if !metadata.is_dir() {
        let found = format!("{shown} is not a directory");
        Check::fail(NAME, found, "choose another by --data-dir")
    } else if owner != user {
        let found = format!("{shown} belongs to user {owner}, you are user {user}");
        Check::fail(NAME, found, "choose another by --data-dir")
    } else if mode & 0o077 != 0 {
        let found = format!("{shown} is open to others, its mode is {mode:04o}");
        Check::fail(NAME, found, format!("chmod 700 {shown}"))
    } else if rustix::fs::access(path, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let found = format!("{shown} cannot be written");
        Check::fail(NAME, found, "make it writable, or choose another")
    } else {
        Check::ok(NAME, format!("{shown}, mode {mode:04o}"))
    };
    vec![check, disk(path)]
}

fn disk(path: &Path) -> Check {
    match rustix::fs::statvfs(path) {
        Ok(figures) => space(figures.f_bavail.saturating_mul(figures.f_frsize)),
        Err(error) => Check::warn(
            "disk",
            std::io::Error::from(error).to_string(),
            "check the disk of the data directory",
        ),
    }
}

pub(super) fn space(free_bytes: u64) -> Check {
    let found = format!("{} MiB free", free_bytes >> 20);
    let remedy = "make room, or move the data directory to another disk";
    match free_bytes {
        0..FREE_BYTES_FAIL => Check::fail("disk", found, remedy),
        FREE_BYTES_FAIL..FREE_BYTES_WARN => Check::warn("disk", found, remedy),
        FREE_BYTES_WARN.. => Check::ok("disk", found),
    }
}
