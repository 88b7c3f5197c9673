//! Bugs that a test plants into the club's rules, for everything that its own thread runs: whatever
//! watches over a club must be seen to catch them.

use std::cell::Cell;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Planted {
    /// Each block brings a chip into the world, and the books are not checked.
    ChipsFromNowhere,
    /// Each block books a chip of somebody's as a stake that lies on no table, and the books are not
    /// checked.
    StakeWithoutBet,
    /// A roll that is settled stays locked, so that it is settled again.
    RollStaysLocked,
    /// The next roll has the number of the one before.
    RollNumberTwice,
    /// A command does not use up its member's number, and waits on after its block.
    CommandTwice,
}

thread_local! {
    static PLANTED: Cell<Option<Planted>> = const { Cell::new(None) };
}

/// While it lives, the bug is there.
#[derive(Debug)]
pub(crate) struct Plant(());

impl Drop for Plant {
    fn drop(&mut self) {
        PLANTED.set(None);
    }
}

#[must_use]
pub(crate) fn plant(bug: Planted) -> Plant {
    PLANTED.set(Some(bug));
    Plant(())
}

pub(crate) fn is_planted(bug: Planted) -> bool {
    PLANTED.get() == Some(bug)
}
