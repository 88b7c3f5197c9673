//! Everything a player can do, in one table.
//!
//! Keys, help, hint line and legality all read [`ACTIONS`], so they can't drift apart.

use crate::config;
use crate::craps::BoxNumber;
use crate::shown::Shown;

use super::input::{Chord, Key};
use super::model::{Model, Screen};
use super::overlay::{NumberFor, Overlay};
use super::update::{
    Context, amounts, bets, dialogs, forms, health, leaving, log, looks, mouse, moves, new_table,
    odds, reading, rules, slips, tables,
};
use super::when;
use super::why::Why;

/// Where a key is live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Everywhere, also over a dialog.
    Always,
    /// On every screen while no dialog is open.
    Anywhere,
    /// The lobby.
    Lobby,
    /// The table.
    Table,
    /// The bet slip.
    Bets,
    /// Health.
    Health,
    /// The rolls of the table.
    History,
    /// The log.
    Log,
    /// The small box after `g`.
    GoBox,
    /// The small box that asks for a number.
    NumberBox,
    /// A dialog with a few answers.
    Choice,
    /// The page that says what stopped.
    Stopped,
    /// A dialog with fields to fill in.
    Form,
    /// The rules of a table.
    Rules,
    /// A dialog with a list and a search line.
    Search,
    /// The proof of a roll.
    Proof,
    /// The search line of the bet pane.
    BetSearch,
    /// The list of the bet pane.
    BetList,
}

impl Place {
    /// Returns the place in a word or two.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Anywhere => "every screen",
            Self::Lobby => "lobby",
            Self::Table => "table",
            Self::Bets => "bets",
            Self::Health => "health",
            Self::History => "history",
            Self::Log => "log",
            Self::GoBox => "go to",
            Self::NumberBox => "number",
            Self::Choice => "choices",
            Self::Stopped => "stopped",
            Self::Form => "forms",
            Self::Rules => "rules",
            Self::Proof => "proof",
            Self::Search => "search",
            Self::BetSearch => "search of bets",
            Self::BetList => "list of bets",
        }
    }
}

/// One row of the table of actions.
#[derive(Clone, Copy, Debug)]
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Its name in files and in line mode, such as `bet.pass`. No name is the beginning of another up to a
    /// dot: in TOML one of them would be a value and a table.
    pub name: &'static str,
    /// What it does, in at most 28 columns.
    pub text: &'static str,
    /// Where its keys are live.
    pub places: &'static [Place],
    /// Its keys, unless the player's keymap has others.
    pub keys: &'static [Chord],
    /// The order in the hint line, most important first; 0 is never shown there.
    pub hint: u8,
    /// Whether it makes sense now, and why not.
    pub when: fn(&Model) -> Result<(), Why>,
    /// Whether it asks before it does anything.
    pub asks: bool,
    /// Does it.
    pub(super) run: fn(&mut Context<'_>),
}

macro_rules! actions {
    ($($action:ident $name:literal $text:literal in $places:ident keys [$($key:expr),*] hint $hint:literal when $when:ident $($asks:ident)? => $run:expr;)*) => {
        /// What a player can do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $(#[doc = $text] $action,)* }

        /// All actions, each once.
        pub static ACTIONS: &[ActionInfo] = &[$(ActionInfo {
            action: Action::$action,
            name: $name,
            text: $text,
            places: $places,
            keys: &[$($key),*],
            hint: $hint,
            when: when::$when,
            asks: actions!(@asks $($asks)?),
            run: $run,
        },)*];
    };
    (@asks) => { false };
    (@asks asks) => { true };
}

const fn c(c: char) -> Chord {
    Chord::char(c)
}

const fn k(key: Key) -> Chord {
    Chord::plain(key)
}

const fn ctrl(c: char) -> Chord {
    Chord::ctrl(c)
}

const ALWAYS: &[Place] = &[Place::Always];
const ANYWHERE: &[Place] = &[Place::Anywhere];
const ANYWHERE_OR_STOPPED: &[Place] = &[Place::Anywhere, Place::Stopped];
const LOBBY: &[Place] = &[Place::Lobby];
const BETTING: &[Place] = &[Place::Table, Place::Bets];
const CHANGING: &[Place] = &[Place::Table, Place::Bets, Place::BetList];
const CHANGING_OR_SEARCH: &[Place] = &[Place::Table, Place::Bets, Place::BetList, Place::BetSearch];
const FIELDS: &[Place] = &[
    Place::Form,
    Place::Rules,
    Place::Choice,
    Place::Stopped,
    Place::BetSearch,
    Place::BetList,
];
const SEATED: &[Place] = &[Place::Table];
const TABLES: &[Place] = &[Place::Lobby, Place::Table];
const PLAYING: &[Place] = &[Place::Lobby, Place::Table, Place::Bets];
const ROLLS: &[Place] = &[Place::Table, Place::Bets, Place::History];
const PROOF: &[Place] = &[Place::Proof];
const HEALTH: &[Place] = &[Place::Health];
const LOG: &[Place] = &[Place::Log];
const GO: &[Place] = &[Place::GoBox];
const NUMBER: &[Place] = &[Place::NumberBox];
const CHOICE: &[Place] = &[Place::Choice];
const FORM_OR_CHOICE: &[Place] = &[Place::Form, Place::Rules, Place::Choice, Place::Stopped];
const RULES: &[Place] = &[Place::Rules];
const LISTS: &[Place] = &[
    Place::Lobby,
    Place::Health,
    Place::History,
    Place::Log,
    Place::Choice,
    Place::Stopped,
    Place::Proof,
    Place::BetList,
];
const MOVING: &[Place] = &[
    Place::Anywhere,
    Place::Proof,
    Place::Choice,
    Place::Stopped,
    Place::Form,
    Place::Search,
    Place::BetSearch,
    Place::BetList,
    Place::Rules,
];
const PAGING: &[Place] = &[
    Place::Anywhere,
    Place::Proof,
    Place::Search,
    Place::BetSearch,
    Place::BetList,
    Place::Rules,
];
const CLOSING: &[Place] = &[
    Place::Anywhere,
    Place::Proof,
    Place::GoBox,
    Place::NumberBox,
    Place::Choice,
    Place::Stopped,
    Place::Form,
    Place::Search,
    Place::BetSearch,
    Place::BetList,
    Place::Rules,
];

actions! {
    Help "help" "help" in ANYWHERE_OR_STOPPED keys [c('?')] hint 100 when always => reading::help;
    Palette "palette" "find any action" in ANYWHERE keys [c(':')] hint 41 when always => reading::palette;
    Up "move.up" "up" in MOVING keys [k(Key::Up)] hint 0 when always => moves::up;
    Down "move.down" "down" in MOVING keys [k(Key::Down)] hint 0 when always => moves::down;
    Left "move.left" "left" in MOVING keys [k(Key::Left)] hint 0 when always => moves::left;
    Right "move.right" "right" in MOVING keys [k(Key::Right)] hint 0 when always => moves::right;
    RowUp "move.row_up" "up one row" in LISTS keys [c('k')] hint 0 when always => moves::up;
    RowDown "move.row_down" "down one row" in LISTS keys [c('j')] hint 0 when always => moves::down;
    PageUp "move.page_up" "up a page" in PAGING keys [k(Key::PageUp)] hint 0 when always => moves::page_up;
    PageDown "move.page_down" "down a page" in PAGING keys [k(Key::PageDown)] hint 0 when always => moves::page_down;
    NextPane "pane.next" "next pane" in ANYWHERE keys [k(Key::Tab)] hint 40 when always => moves::next_pane;
    PreviousPane "pane.previous" "previous pane" in ANYWHERE keys [k(Key::BackTab)] hint 0 when always => moves::previous_pane;
    NextField "field.next" "next field" in FIELDS keys [k(Key::Tab)] hint 40 when several_fields => forms::next_field;
    PreviousField "field.previous" "previous field" in FIELDS keys [k(Key::BackTab)] hint 0 when several_fields => forms::previous_field;
    Choose "field.choose" "choose" in FORM_OR_CHOICE keys [c(' ')] hint 50 when a_choice => dialogs::choose;
    Yes "answer.yes" "yes" in CHOICE keys [c('y')] hint 60 when answerable => dialogs::yes;
    Main "main" "main action" in MOVING keys [k(Key::Enter)] hint 95 when main_action => dialogs::main;
    Back "back" "close, back" in CLOSING keys [k(Key::Esc)] hint 42 when back => dialogs::back;
    Go "go.to" "go to a screen" in ANYWHERE keys [c('g')] hint 60 when always => reading::go_box;
    GoLobby "go.lobby" "lobby" in GO keys [c('l')] hint 50 when always => moves::go_lobby;
    GoTable "go.table" "table" in GO keys [c('t')] hint 50 when a_table => moves::go_table;
    GoBets "go.bets" "bets" in GO keys [c('b')] hint 50 when a_table => moves::go_bets;
    GoHealth "go.health" "health" in GO keys [c('h')] hint 50 when always => moves::go_health;
    GoHistory "go.history" "history" in GO keys [c('y')] hint 50 when a_table => moves::go_history;
    GoLog "go.log" "log" in GO keys [c('o')] hint 50 when always => moves::go_log;

    Practice "lobby.practice" "play practice" in LOBBY keys [c('P')] hint 90 when practice => tables::practice;
    TrustHost "host.trust" "go on with the host" in PLAYING keys [c('O')] hint 93 when host_doubted => tables::trust_host;
    Approve "keepers.approve" "approve other keepers" in PLAYING keys [c('K')] hint 94 when approval_asked asks => tables::approve;
    NewTable "lobby.new_table" "open another table" in LOBBY keys [c('n')] hint 28 when new_table => new_table::open;
    Sit "table.sit" "sit down" in TABLES keys [c('t')] hint 88 when sit => tables::sit;
    Leave "table.leave" "leave the seat" in TABLES keys [c('e')] hint 20 when leave asks => tables::leave;
    AddBot "table.add_bot" "add a bot" in TABLES keys [c('b')] hint 30 when add_bot => tables::add_bot;
    RemoveBot "table.remove_bot" "remove a bot" in SEATED keys [c('n')] hint 0 when remove_bot asks => tables::remove_bot;
    NewChips "chips.new" "take new chips" in PLAYING keys [c('G')] hint 91 when new_chips => tables::new_chips;
    Rules "table.rules" "the table's rules" in SEATED keys [c('C')] hint 10 when change_rules => rules::open;
    RuleAsBook "rules.as_in_book" "as in the rule book" in RULES keys [k(Key::Delete)] hint 45 when off_the_book => rules::as_in_the_book;

    Pass "bet.pass" "pass line" in BETTING keys [c('p')] hint 0 when seated => |cx| bets::press_id(cx, "pass");
    DontPass "bet.dont_pass" "don't pass" in BETTING keys [c('d')] hint 0 when seated => |cx| bets::press_id(cx, "dont_pass");
    Come "bet.come" "come" in BETTING keys [c('c')] hint 0 when seated => |cx| bets::press_id(cx, "come");
    DontCome "bet.dont_come" "don't come" in BETTING keys [c('x')] hint 0 when seated => |cx| bets::press_id(cx, "dont_come");
    Odds "bet.odds" "odds behind the focus" in BETTING keys [c('o')] hint 0 when odds => odds::odds;
    PlaceFour "bet.place_4" "place 4" in BETTING keys [c('4')] hint 0 when seated => |cx| bets::press_id(cx, "place_4");
    PlaceFive "bet.place_5" "place 5" in BETTING keys [c('5')] hint 0 when seated => |cx| bets::press_id(cx, "place_5");
    PlaceSix "bet.place_6" "place 6" in BETTING keys [c('6')] hint 0 when seated => |cx| bets::press_id(cx, "place_6");
    PlaceEight "bet.place_8" "place 8" in BETTING keys [c('8')] hint 0 when seated => |cx| bets::press_id(cx, "place_8");
    PlaceNine "bet.place_9" "place 9" in BETTING keys [c('9')] hint 0 when seated => |cx| bets::press_id(cx, "place_9");
    PlaceTen "bet.place_10" "place 10" in BETTING keys [c('0')] hint 0 when seated => |cx| bets::press_id(cx, "place_10");
    Buy "bet.buy" "buy, then a number" in BETTING keys [c('B')] hint 0 when seated => |cx| amounts::ask_number(cx, NumberFor::Buy);
    Lay "bet.lay" "lay, then a number" in BETTING keys [c('L')] hint 0 when seated => |cx| amounts::ask_number(cx, NumberFor::Lay);
    HardWay "bet.hard" "hard way, then a number" in BETTING keys [c('H')] hint 0 when seated => |cx| amounts::ask_number(cx, NumberFor::HardWay);
    Field "bet.field" "field" in BETTING keys [c('f')] hint 0 when seated => |cx| bets::press_id(cx, "field");
    AnySeven "bet.any_seven" "any seven" in BETTING keys [c('s')] hint 0 when seated => |cx| bets::press_id(cx, "any_seven");
    AnyCraps "bet.any_craps" "any craps" in BETTING keys [c('k')] hint 0 when seated => |cx| bets::press_id(cx, "any_craps");
    Yo "bet.yo" "yo, eleven" in BETTING keys [c('y')] hint 0 when seated => |cx| bets::press_id(cx, "yo");
    AllBets "bet.all" "all bets, type to find" in BETTING keys [c('a')] hint 45 when seated => reading::all_bets;
    PickFour "pick.4" "4" in NUMBER keys [c('4')] hint 50 when always => |cx| amounts::number(cx, BoxNumber::Four);
    PickFive "pick.5" "5" in NUMBER keys [c('5')] hint 50 when five => |cx| amounts::number(cx, BoxNumber::Five);
    PickSix "pick.6" "6" in NUMBER keys [c('6')] hint 50 when always => |cx| amounts::number(cx, BoxNumber::Six);
    PickEight "pick.8" "8" in NUMBER keys [c('8')] hint 50 when always => |cx| amounts::number(cx, BoxNumber::Eight);
    PickNine "pick.9" "9" in NUMBER keys [c('9')] hint 50 when nine => |cx| amounts::number(cx, BoxNumber::Nine);
    PickTen "pick.10" "10" in NUMBER keys [c('0')] hint 50 when always => |cx| amounts::number(cx, BoxNumber::Ten);
    UnitUp "unit.up" "larger unit" in CHANGING keys [c('+')] hint 85 when larger_unit => amounts::unit_up;
    UnitDown "unit.down" "smaller unit" in CHANGING keys [c('-')] hint 0 when smaller_unit => amounts::unit_down;
    Amount "bet.amount" "type an amount" in CHANGING keys [c('=')] hint 50 when seated => amounts::ask_amount;
    ChipOff "bet.chip_off" "one unit off" in CHANGING keys [k(Key::Backspace)] hint 0 when a_bet_here => bets::chip_off;
    TakeDown "bet.take_down" "take the bet down" in CHANGING_OR_SEARCH keys [k(Key::Delete)] hint 70 when comes_down => bets::take_down;
    Undo "slip.undo" "undo" in CHANGING keys [c('u')] hint 80 when undo => slips::undo;
    Redo "slip.redo" "redo" in CHANGING keys [c('U')] hint 0 when redo => slips::redo;
    Repeat "slip.repeat" "repeat the last slip" in BETTING keys [c('z')] hint 78 when repeat => slips::repeat;
    Clear "slip.clear" "clear what may come down" in BETTING keys [c('X')] hint 35 when clear asks => slips::ask_clear;
    Working "bet.working" "works on/off" in CHANGING keys [c('w')] hint 65 when switches => bets::working;
    Explain "bet.explain" "explain the bet" in CHANGING keys [c('i')] hint 55 when a_spot => reading::explain;
    Roll "table.roll" "roll, or say you are ready" in BETTING keys [c('r')] hint 92 when roll => tables::roll;
    RollDetails "roll.details" "the last roll, bet by bet" in BETTING keys [c('l')] hint 32 when a_roll => reading::last_roll;
    Proof "roll.proof" "verify the roll" in ROLLS keys [c('v')] hint 31 when a_roll => reading::proof;
    CopyProof "roll.copy_proof" "copy the proof" in PROOF keys [c('y')] hint 60 when always => reading::copy_proof;
    PassDice "table.pass_dice" "pass the dice" in SEATED keys [c('S')] hint 15 when pass_dice => tables::pass_dice;

    Freeze "health.freeze" "freeze the picture" in HEALTH keys [c('f')] hint 60 when always => health::freeze;
    HealthLog "health.log" "log" in HEALTH keys [c('l')] hint 55 when always => moves::go_log;
    RestartService "health.restart" "restart the service" in HEALTH keys [c('R')] hint 50 when restart => health::restart_service;
    ExportHealth "health.export" "save the report" in HEALTH keys [c('e')] hint 45 when always => health::export_health;
    CopyHealth "health.copy" "copy the report" in HEALTH keys [c('y')] hint 42 when always => health::copy_health;
    EmergencyStop "health.emergency_stop" "emergency stop" in HEALTH keys [c('E')] hint 5 when stoppable asks => health::ask_emergency_stop;
    LogLevel "log.level" "show more or less" in LOG keys [c('f')] hint 60 when always => log::log_level;
    CopyLog "log.copy" "copy these lines" in LOG keys [c('y')] hint 50 when a_log_line => log::copy_log;
    LogSearch "log.search" "search" in LOG keys [c('/')] hint 55 when always => log::log_search;

    Mouse "mouse" "mouse, or selecting text" in ANYWHERE keys [c('m')] hint 3 when always => mouse::switch;
    Motion "motion" "reduced motion" in ANYWHERE keys [c('A')] hint 0 when always => looks::motion;
    Theme "theme" "colours" in ANYWHERE keys [c('T')] hint 0 when colours_free => looks::theme;
    Repaint "repaint" "redraw the screen" in ALWAYS keys [ctrl('l')] hint 0 when always => looks::repaint;
    Suspend "suspend" "suspend" in ALWAYS keys [ctrl('z')] hint 0 when always => leaving::suspend;
    Quit "quit" "quit" in ANYWHERE_OR_STOPPED keys [c('q')] hint 99 when always asks => leaving::quit;
    QuitNow "quit_now" "quit, twice at once" in ALWAYS keys [ctrl('c')] hint 0 when always asks => leaving::quit_now;
}

impl Action {
    /// Returns the action's row in the table.
    ///
    /// # Panics
    /// Never: one macro makes the enum and the table.
    #[must_use]
    pub fn info(self) -> &'static ActionInfo {
        #[expect(clippy::expect_used, reason = "enum and table are made by one macro")]
        ACTIONS
            .iter()
            .find(|info| info.action == self)
            .expect("a row for each action")
    }

    /// Returns the action that has this name in files and in line mode.
    ///
    /// # Errors
    /// [`UnknownAction`] with the name that is spelled most alike.
    pub fn named(name: &str) -> Result<Self, UnknownAction> {
        let found = ACTIONS.iter().find(|info| info.name == name);
        found.map(|info| info.action).ok_or_else(|| UnknownAction {
            name: Shown::new(name, UNKNOWN_COLUMNS_MAX),
            nearest: config::nearest(name, ACTIONS.iter().map(|info| info.name).collect()),
        })
    }
}

/// Columns that are shown of a name that no action has.
const UNKNOWN_COLUMNS_MAX: usize = 40;

/// A name that no action has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no action is called {name}{}", did_you_mean(*nearest))]
pub struct UnknownAction {
    /// The name.
    pub name: Shown,
    /// The name of an action that is spelled most alike, if any is alike at all.
    pub nearest: Option<&'static str>,
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(", did you mean {name}?"))
}

/// Returns where keys are looked up now, first place first.
#[must_use]
pub fn live_places(model: &Model) -> [Place; 3] {
    let top = match model.overlays.last() {
        Some(overlay) => overlay.place(),
        None => screen_place(model.screen),
    };
    match model.overlays.last() {
        Some(_) => [top, Place::Always, Place::Always],
        None => [top, Place::Anywhere, Place::Always],
    }
}

/// Returns the place that a screen is.
#[must_use]
pub const fn screen_place(screen: Screen) -> Place {
    match screen {
        Screen::Lobby => Place::Lobby,
        Screen::Table => Place::Table,
        Screen::Bets => Place::Bets,
        Screen::Health => Place::Health,
        Screen::History => Place::History,
        Screen::Log => Place::Log,
    }
}

impl Overlay {
    /// Returns the place that a dialog is.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::GoBox => Place::GoBox,
            Self::NumberBox(_) => Place::NumberBox,
            Self::Quit(_)
            | Self::Confirm(_)
            | Self::PickBot(_)
            | Self::SendAway(_)
            | Self::Explain(_) => Place::Choice,
            Self::Failed(_) => Place::Stopped,
            Self::FirstRun(_)
            | Self::Unlock(_)
            | Self::Amount(_)
            | Self::NewTable(_)
            | Self::EmergencyStop(_) => Place::Form,
            Self::Rules(_) => Place::Rules,
            Self::AllBets(dialog) if dialog.listing => Place::BetList,
            Self::AllBets(_) => Place::BetSearch,
            Self::Help(_) | Self::Palette(_) | Self::LogSearch | Self::Roll(_) => Place::Search,
            Self::Proof(_) => Place::Proof,
        }
    }
}
