//! What the system and its libraries may do to a process of ours, made harmless before anything else.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustix::process::Signal;

use crate::error::{Error, Kind};
use crate::storage::panic_is_an_answer;

/// Makes a limit of file sizes an error of the write instead of the end of the process, and keeps
/// panics quiet that become an error of the store.
///
/// # Errors
/// When the system lets no signal be handled.
pub(super) fn prepare() -> Result<(), Error> {
    quieten_the_database();
    // Without a handler the signal kills the process on the spot, with the terminal in raw mode.
    // That the flag was raised is told by the write, which fails.
    let raised = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(Signal::XFSZ.as_raw(), raised)
        .map(drop)
        .map_err(|error| {
            let hint = "report it with the system that you use";
            Error::new(Kind::Internal, "signals can't be handled", hint).caused_by(&error)
        })
}

fn quieten_the_database() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic_is_an_answer() {
            tracing::warn!(%panic, "the database panicked");
        } else {
            print(panic);
        }
    }));
}
