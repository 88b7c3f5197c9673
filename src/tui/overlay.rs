//! Dialogs: what each holds while it is open.

use crate::craps::{BetKey, SeatNo};
use crate::gaming::ChangeView;
use crate::ledger::Chips;
use crate::shown::NAME_COLUMNS_MAX;

use super::action::Action;
use super::field::TextField;
use super::limits::{AMOUNT_DIGITS_MAX, SEARCH_MAX};
use super::rules_dialog::RulesDialog;
use super::table_dialog::TableDialog;

/// Characters of a passphrase.
pub const PASSPHRASE_MAX: usize = 256;

// Every passphrase that can be typed, of letters of up to four bytes, can be taken.
const _: () = assert!(PASSPHRASE_MAX * 4 <= crate::identity::limits::PASSPHRASE_BYTES_MAX);

/// The word that an emergency stop wants.
pub const STOP_WORD: &str = "stop";

/// A dialog. The last one opened is in front and has the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The keys of the screen below, and the words of the game.
    Help(HelpDialog),
    /// All actions, filtered.
    Palette(PaletteDialog),
    /// The screens to go to, after `g`.
    GoBox,
    /// Which number, after `B`, `L` or `H`.
    NumberBox(NumberFor),
    /// What happens to the bets when I quit.
    Quit(QuitChoice),
    /// A question before something is done.
    Confirm(ConfirmDialog),
    /// Which way the new bot plays: the index into `Strategy::ALL`.
    PickBot(usize),
    /// Which bot is sent away: the one on this seat.
    SendAway(SeatNo),
    /// One bet's rules, price and edge.
    Explain(ExplainDialog),
    /// One roll, and what became of each of my bets.
    Roll(RollDialog),
    /// What the dice of one roll follow from.
    Proof(RollDialog),
    /// All bets of the rule book, filtered.
    AllBets(AllBetsDialog),
    /// How many chips go on a bet.
    Amount(AmountDialog),
    /// The table's rules.
    Rules(Box<RulesDialog>),
    /// What another table is to be like.
    NewTable(Box<TableDialog>),
    /// The word that stops everything.
    EmergencyStop(TextField),
    /// The first start.
    FirstRun(Box<FirstRunDialog>),
    /// The passphrase of a locked key.
    Unlock(UnlockDialog),
    /// What stopped, why, and what can be done.
    Failed(FailedDialog),
    /// The search line of the log; the text is in the log's filter.
    LogSearch,
}

/// Help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpDialog {
    /// What is looked for.
    pub search: TextField,
    /// Rows scrolled down.
    pub scroll: usize,
}

/// The palette.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteDialog {
    /// What is looked for.
    pub search: TextField,
    /// The chosen action; the first one if it is not in the list.
    pub chosen: Option<Action>,
}

impl Default for PaletteDialog {
    fn default() -> Self {
        Self {
            search: TextField::new("", SEARCH_MAX),
            chosen: None,
        }
    }
}

/// One bet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainDialog {
    /// The bet.
    pub bet: BetKey,
    /// Rows scrolled down.
    pub scroll: usize,
}

impl ExplainDialog {
    /// Returns the dialog for a bet, from its first row on.
    #[must_use]
    pub const fn new(bet: BetKey) -> Self {
        Self { bet, scroll: 0 }
    }
}

/// One roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollDialog {
    /// Its number.
    pub roll: u64,
    /// Rows scrolled down.
    pub scroll: usize,
}

/// All bets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllBetsDialog {
    /// What is looked for.
    pub search: TextField,
    /// The chosen bet; the first one if it is not in the list.
    pub chosen: Option<BetKey>,
    /// Whether keys work on the chosen bet; else letters are typed into the search.
    pub listing: bool,
    /// Whether the chosen bet is asked how many chips go on it, instead of getting a unit.
    pub for_amount: bool,
}

/// Chips for a bet while they are typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmountDialog {
    /// The bet.
    pub bet: BetKey,
    /// The chips to add, as they were typed.
    pub amount: TextField,
    /// The nearest legal number of chips, once what was typed was refused; `Enter` bets it.
    pub offer: Option<Chips>,
}

impl AmountDialog {
    /// Returns the dialog for a bet, with nothing typed.
    #[must_use]
    pub fn new(bet: BetKey) -> Self {
        Self {
            bet,
            amount: TextField::new("", AMOUNT_DIGITS_MAX),
            offer: None,
        }
    }
}

impl Default for HelpDialog {
    fn default() -> Self {
        Self {
            search: TextField::new("", SEARCH_MAX),
            scroll: 0,
        }
    }
}

impl AllBetsDialog {
    /// Returns the bet in focus, given the list that its search finds.
    #[must_use]
    pub fn focus(&self, found: &[BetKey]) -> Option<BetKey> {
        self.chosen
            .filter(|bet| found.contains(bet))
            .or_else(|| found.first().copied())
    }
}

impl Default for AllBetsDialog {
    fn default() -> Self {
        Self {
            search: TextField::new("", SEARCH_MAX),
            chosen: None,
            listing: false,
            for_amount: false,
        }
    }
}

/// What a number is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFor {
    /// A buy bet.
    Buy,
    /// A lay bet.
    Lay,
    /// A hard way.
    HardWay,
}

impl NumberFor {
    /// Returns the word before the number.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Lay => "lay",
            Self::HardWay => "hard",
        }
    }
}

/// The answers of the quit dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuitChoice {
    /// Go on playing.
    #[default]
    Stay,
    /// Take down what may come down, stand up, then quit.
    LeaveSeat,
    /// Quit at once; the bets stand.
    Now,
}

impl QuitChoice {
    /// All answers, in the order shown.
    pub const ALL: [Self; 3] = [Self::Stay, Self::LeaveSeat, Self::Now];
}

/// What is asked before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Take down every bet that may come down.
    Clear,
    /// Make as many bets of the last slip as there are chips for.
    Repeat,
    /// Stand up.
    Leave,
    /// Send the bot on this seat away.
    RemoveBot(SeatNo),
    /// Approve this change of keepers.
    Approve(Box<ChangeView>),
    /// Restart this service, and with it those that need it.
    RestartService(String),
}

impl Question {
    /// Returns what yes does, in a word or two.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Repeat => "bet these",
            Self::Leave => "stand up",
            Self::RemoveBot(_) => "send away",
            Self::Approve(_) => "approve",
            Self::RestartService(_) => "restart",
        }
    }
}

/// A question with its answer so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmDialog {
    /// The question.
    pub question: Question,
    /// Whether the focus is on yes.
    pub yes: bool,
}

impl ConfirmDialog {
    /// Returns a question with the answer that changes nothing in focus: what it is about is done by a key of its
    /// own, never by an `Enter` too many.
    #[must_use]
    pub const fn new(question: Question) -> Self {
        Self {
            question,
            yes: false,
        }
    }
}

/// A field of the first run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstRunField {
    /// The name others see.
    #[default]
    Name,
    /// Colours.
    Colours,
    /// Symbols.
    Symbols,
    /// Movement.
    Motion,
    /// Whether a screen reader reads: lines of text instead of pictures.
    ScreenReader,
    /// Whether the key is locked.
    Lock,
    /// The passphrase; shown only with a lock.
    Passphrase,
    /// The passphrase once more; shown only with a lock.
    Again,
    /// Play.
    Play,
    /// Quit without an identity.
    Cancel,
}

/// How far the first start has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstRunStage {
    /// The player chooses.
    #[default]
    Choosing,
    /// The player has chosen; the identity is still being made.
    Waiting,
    /// Name and lock are on their way to the keystore.
    Begun,
}

/// The first start: a few choices while the identity is being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstRunDialog {
    /// The field in focus.
    pub field: FirstRunField,
    /// The name others see.
    pub name: TextField,
    /// Whether the key is locked with a passphrase.
    pub lock: bool,
    /// The passphrase.
    pub passphrase: TextField,
    /// The passphrase once more.
    pub again: TextField,
    /// How far it has come.
    pub stage: FirstRunStage,
    /// Whether there is anything to choose; without, the page only waits for the identity.
    pub asks: bool,
}

impl FirstRunDialog {
    /// Returns the page with its defaults.
    #[must_use]
    pub fn new(drawn_name: &str) -> Self {
        Self {
            field: FirstRunField::default(),
            name: TextField::suggested(drawn_name, NAME_COLUMNS_MAX),
            lock: false,
            passphrase: TextField::hidden(PASSPHRASE_MAX),
            again: TextField::hidden(PASSPHRASE_MAX),
            stage: FirstRunStage::default(),
            asks: true,
        }
    }

    /// Returns the page of a start to which name and settings were given: it shows how far the
    /// identity is.
    #[must_use]
    pub fn without_questions() -> Self {
        Self {
            field: FirstRunField::Play,
            stage: FirstRunStage::Waiting,
            asks: false,
            ..Self::new("")
        }
    }

    /// Whether it has buttons to go to: none while it waits for an identity by the player's choices, which
    /// `Esc` goes back to.
    #[must_use]
    pub fn has_buttons(&self) -> bool {
        match self.stage {
            FirstRunStage::Choosing => true,
            FirstRunStage::Waiting => !self.asks,
            FirstRunStage::Begun => false,
        }
    }

    /// Whether `Enter` does anything: while the identity is still being made there is nothing to play.
    #[must_use]
    pub fn takes_enter(&self) -> bool {
        let quits = self.field == FirstRunField::Cancel && self.has_buttons();
        self.stage == FirstRunStage::Choosing || quits
    }

    /// Returns the fields there are now, in the order shown.
    #[must_use]
    pub fn fields(&self) -> Vec<FirstRunField> {
        use FirstRunField as F;
        if !self.asks {
            return vec![F::Play, F::Cancel];
        }
        let mut fields = vec![
            F::Name,
            F::Colours,
            F::Symbols,
            F::Motion,
            F::ScreenReader,
            F::Lock,
        ];
        if self.lock {
            fields.extend([F::Passphrase, F::Again]);
        }
        fields.extend([F::Play, F::Cancel]);
        fields
    }
}

/// The passphrase of a locked key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlockDialog {
    /// What is typed.
    pub passphrase: TextField,
    /// Whether the last one was wrong.
    pub wrong: bool,
    /// Whether one is being tried.
    pub trying: bool,
}

/// What stopped the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It did not start; the words are in the start view.
    Start,
    /// It was stopped in an emergency; the words are in the lifecycle view.
    Emergency,
}

/// The answers to a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailedChoice {
    /// Start again.
    #[default]
    Retry,
    /// Quit.
    Quit,
}

impl FailedChoice {
    /// All answers, in the order shown.
    pub const ALL: [Self; 2] = [Self::Retry, Self::Quit];
}

/// What stopped, and the answer so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedDialog {
    /// What stopped.
    pub failure: Failure,
    /// The answer in focus.
    pub choice: FailedChoice,
}
