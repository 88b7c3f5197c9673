//! Why a key does nothing now: data, worded by `text`.

use crate::craps::{self, BetKey, BoxNumber};
use crate::gaming;
use crate::ledger::Chips;
use crate::shown::Shown;
use crate::state::lifecycle::ApplicationState;

use super::action::Place;
use super::caps::DecidedBy;
use super::input::Chord;
use super::kept::Left;

/// Why the screen refuses a key or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The rules refuse it, found before anything was sent or told by the game manager.
    Game(gaming::Refusal),
    /// Nothing is bound to the key here.
    NoSuchKey(Chord),
    /// The application takes no commands in this state.
    NotTaking(ApplicationState),
    /// No table is open.
    NoTable,
    /// The club has no table.
    NoTables,
    /// No row is chosen, since the list is empty.
    NothingChosen,
    /// There is nothing to close or to go back to.
    NothingToClose,
    /// I have no seat here.
    NotSeated,
    /// I have a seat here already.
    Seated,
    /// Every seat is taken.
    TableFull {
        /// Seats there are.
        seats: u8,
    },
    /// No bot sits here.
    NoBots,
    /// Nothing is held against the club's host.
    HostNotDoubted,
    /// No change of keepers lacks my approval.
    NoApprovalAsked,
    /// Somebody else has the dice.
    NotTheShooter {
        /// Who has them, if anybody.
        shooter: Option<Shown>,
    },
    /// I have said that I am ready, or the roll is on its way.
    AlreadyReady,
    /// Betting is closed for this roll; the next opens with its result.
    Locked {
        /// The roll.
        roll: u64,
    },
    /// The bet came after the lock of the roll before, and has waited for this one.
    CameLate,
    /// It was not sent when the program was left, or never decided, or not taken, and has waited since.
    Kept {
        /// Why it is not legal now, if it isn't.
        rule: Option<craps::Refusal>,
        /// How it was left.
        left: Left,
    },
    /// A question waits for its answer.
    AnswerFirst,
    /// No refused bet that waits has a nearest legal number of chips.
    NothingOffered,
    /// An intent like this is still on its way.
    OnItsWay,
    /// Play begins by itself once the identity is made and the table is open.
    BeginsByItself,
    /// The application has not taken the wish: it is busy with earlier ones, or ending.
    ApplicationBusy,
    /// The focus is on no bet.
    NoSpot,
    /// I have no bet on the spot.
    NoBetHere(BetKey),
    /// No odds go behind the bet in focus, or there is no such bet of mine.
    NoOddsBehind(Option<BetKey>),
    /// The number has no hard way.
    NoHardWay(BoxNumber),
    /// Nothing was changed since the last roll.
    NothingToUndo,
    /// Nothing was undone.
    NothingToRedo,
    /// There is no earlier slip.
    NoLastSlip,
    /// The earlier slip is up already, or none of it is legal now.
    NothingToRepeat,
    /// There are chips for no bet of the earlier slip.
    RepeatTooDear {
        /// The chips that its bets take.
        need: Chips,
        /// The chips there are.
        have: Chips,
    },
    /// No bet of mine may come down.
    NothingToClear,
    /// The action belongs to other places than the one in front.
    Elsewhere(&'static [Place]),
    /// The largest unit.
    LargestUnit(Chips),
    /// The smallest unit.
    SmallestUnit(Chips),
    /// Colours were decided outside the screen.
    ColoursFixed(DecidedBy),
    /// The screen has one pane alone.
    OnePane,
    /// No text field has the focus.
    NoField,
    /// The table has had no roll.
    NoRoll,
    /// The list ends here.
    EndOfList,
    /// The dialog has nothing to choose to that side, or nothing that this key answers.
    NotHere,
    /// There is nothing to delete.
    FieldEmpty,
    /// The field is full.
    FieldFull {
        /// Columns it takes, or characters that are not shown.
        limit: usize,
    },
    /// A name is needed.
    NameEmpty,
    /// A passphrase is needed.
    PassphraseEmpty,
    /// The passphrase is longer than one may be.
    PassphraseTooLong {
        /// The most bytes.
        bytes_max: usize,
    },
    /// The two passphrases differ.
    PassphrasesDiffer,
    /// An answer is typed out to be sure.
    TypeTheWord(&'static str),
    /// A whole number of chips is needed.
    NotANumber,
    /// A rule of the table is no whole number in its range.
    RuleRange {
        /// Which rule.
        rule: &'static str,
        /// The least it can be.
        least: u64,
        /// The most it can be.
        most: u64,
    },
    /// The row in focus is a number, which is typed.
    TypeTheNumber,
    /// The row in focus is as in the rule book.
    AsInTheBook,
    /// A name has no question mark.
    NoQuestionMark,
    /// The smallest bet would be more than the largest.
    MinimumAboveMaximum {
        /// The smallest bet wanted.
        min: Chips,
        /// The largest bet wanted.
        max: Chips,
    },
    /// What worked on it ended before it answered, so it may be decided.
    Lost,
    /// Too many intents have no answer yet.
    TooManyPending {
        /// The most there may be.
        limit: usize,
    },
}
