//! The words that can be typed: one table, from which they are read, listed and explained.

mod bets;
mod look;
mod play;
mod screen_only;
mod unknown;

use crate::config::LogLevel;
use crate::craps::{BetId, BetKey};
use crate::shown::Shown;
use crate::tui::action::{ACTIONS, Action};
use crate::tui::keymap::Keymap;
use crate::tui::model::Model;
use crate::tui::overlay::{FirstRunField, Overlay};
use crate::tui::wish::{About, Wish};

use super::bet_words;
use super::limits::UNKNOWN_COLUMNS_MAX;
use super::tell as view;

use bets::{add, bet_of, less, odds, on_bet};
use look::{details, history, log, proof, restart, start_in};
use play::{add_bot, open_table, remove_bot, rule, sit};
use unknown::unknown;

pub use screen_only::{SCREEN_ONLY, why_not};
pub use unknown::unknown_verb;

/// What a typed line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Something is to be done.
    Wish(Wish),
    /// Something is to be told.
    Show(Show),
}

/// Something to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Show {
    /// Nothing: the line was empty.
    Nothing,
    /// The words that can be typed, or one of them or one topic in full.
    Help(String),
    /// The words of the game.
    Words,
    /// The table.
    Table,
    /// My bets.
    Bets,
    /// My chips.
    Chips,
    /// The tables of the club.
    Lobby,
    /// The newest rolls, so many.
    History(usize),
    /// One roll, bet by bet; the newest without a number.
    Roll(Option<u64>),
    /// What the dice of one roll follow from; the newest without a number.
    Proof(Option<u64>),
    /// What each total of the next roll would do to my bets.
    Outlook,
    /// The rules of the table.
    Rules,
    /// One rule of the table, by its row.
    Rule(usize),
    /// One bet in full.
    Explain(BetKey),
    /// The bets that words find.
    Find(String),
    /// The lifecycle and the services.
    Health,
    /// The newest lines of the log.
    Log(LogWanted),
}

/// Which lines of the log are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogWanted {
    /// How many at most.
    pub count: usize,
    /// The least important level.
    pub level: LogLevel,
    /// What a line or its part must contain.
    pub search: String,
}

/// Why a line asks for nothing: a sentence that says what would work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unread(pub String);

fn unread<T>(words: impl Into<String>) -> Result<T, Unread> {
    Err(Unread(words.into()))
}

/// What verbs are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Making and changing bets.
    Bets,
    /// Dice, seats and tables.
    Play,
    /// Looking at things.
    Look,
    /// The program itself.
    Program,
}

impl Topic {
    /// All topics, in the order of the list.
    pub const ALL: [Self; 4] = [Self::Bets, Self::Play, Self::Look, Self::Program];

    /// Returns its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bets => "betting",
            Self::Play => "playing",
            Self::Look => "looking",
            Self::Program => "program",
        }
    }
}

/// What a verb is read by: the model and the words after it.
type Reader = fn(&Model, &[&str]) -> Result<Said, Unread>;

/// A word that can be typed, or two.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// The words.
    pub name: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// What is typed after it.
    pub after: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// The actions of the one table that it does or answers.
    pub actions: &'static [Action],
    read: Reader,
}

const BETS: &[Action] = &[
    Action::Pass,
    Action::DontPass,
    Action::Come,
    Action::DontCome,
    Action::PlaceFour,
    Action::PlaceFive,
    Action::PlaceSix,
    Action::PlaceEight,
    Action::PlaceNine,
    Action::PlaceTen,
    Action::Buy,
    Action::Lay,
    Action::HardWay,
    Action::PickFour,
    Action::PickFive,
    Action::PickSix,
    Action::PickEight,
    Action::PickNine,
    Action::PickTen,
    Action::Field,
    Action::AnySeven,
    Action::AnyCraps,
    Action::Yo,
    Action::Amount,
];

macro_rules! verbs {
    ($($topic:ident $name:literal $after:literal $about:literal $actions:expr, $read:expr;)*) => {
        /// All verbs. Of two that begin alike the longer stands first.
        pub static VERBS: &[Verb] = &[$(Verb {
            name: $name,
            topic: Topic::$topic,
            after: $after,
            about: $about,
            actions: $actions,
            read: $read,
        },)*];
    };
}

verbs! {
    Bets "bet" "BET CHIPS" "Adds chips to a bet. The word bet can be left out: pass 10, place 6 12, hard 8 5." BETS, add;
    Bets "odds" "[BET or NUMBER] CHIPS" "Adds odds: behind your line bet, the bet that is named, or your bet on a number." &[Action::Odds], odds;
    Bets "ok" "" "Makes the bet that the last refusal offered." &[Action::Main], |_, after| alone(after, Said::Wish(Wish::Offered));
    Bets "less" "BET CHIPS" "Takes chips off a bet." &[Action::ChipOff], less;
    Bets "down" "BET" "Takes a bet down." &[Action::TakeDown], |_, after| on_bet(after, |bet| Wish::Do(Action::TakeDown, About::Bet(bet)));
    Bets "on" "BET" "Calls a bet on." &[Action::Working], |_, after| on_bet(after, |bet| Wish::Call { bet, works: true });
    Bets "off" "BET" "Calls a bet off." &[Action::Working], |_, after| on_bet(after, |bet| Wish::Call { bet, works: false });
    Bets "undo" "" "Takes back the newest change since the last roll." &[Action::Undo], |_, after| act(after, Action::Undo);
    Bets "redo" "" "Does again what was taken back." &[Action::Redo], |_, after| act(after, Action::Redo);
    Bets "repeat" "" "Makes the bets of the last roll again, as far as they are legal." &[Action::Repeat], |_, after| act(after, Action::Repeat);
    Bets "clear" "" "Takes every bet down that may come down." &[Action::Clear], |_, after| act(after, Action::Clear);
    Bets "dismiss" "" "Throws away the refused bets that wait." &[Action::Back], |_, after| act(after, Action::Back);

    Play "roll" "" "Rolls the dice, or says that you are ready, and waits for the dice." &[Action::Roll], |_, after| act(after, Action::Roll);
    Play "pass dice" "" "Gives the dice on." &[Action::PassDice], |_, after| act(after, Action::PassDice);
    Play "sit" "[TABLE]" "Takes a seat: at the practice table, or at the one that is named." &[Action::Practice, Action::Sit], sit;
    Play "leave" "" "Leaves the seat. Asks first if bets stand." &[Action::Leave], |_, after| act(after, Action::Leave);
    Play "add bot" "[STRATEGY]" "Seats a bot." &[Action::AddBot], add_bot;
    Play "remove bot" "[NAME]" "Sends a bot away." &[Action::RemoveBot], remove_bot;
    Play "new chips" "" "Takes new chips when you have none." &[Action::NewChips], |_, after| act(after, Action::NewChips);
    Play "trust host" "" "Goes on with a host that left out openings." &[Action::TrustHost], |_, after| act(after, Action::TrustHost);
    Play "approve" "" "Approves the oldest change of keepers that asks you." &[Action::Approve], |_, after| act(after, Action::Approve);

    Play "rule" "NAME [VALUE or book]" "Tells one rule of the table, or asks for another value." &[Action::Rules, Action::RuleAsBook], rule;
    Play "open table" "NAME [seats N] [players N] [bond N]" "Opens another table, with the rules of this one." &[Action::NewTable], open_table;

    Look "table" "" "Tells puck, shooter, limits and seats." &[Action::GoTable], |_, after| tell(after, Show::Table);
    Look "bets" "" "Tells your bets, and what waits." &[Action::GoBets], |_, after| tell(after, Show::Bets);
    Look "chips" "" "Tells your chips." &[], |_, after| tell(after, Show::Chips);
    Look "next" "" "Tells what the next roll would do to your bets." &[], |_, after| tell(after, Show::Outlook);
    Look "last" "" "Tells the last roll, bet by bet." &[Action::RollDetails], |_, after| tell(after, Show::Roll(None));
    Look "details" "NUMBER" "Tells a roll by its number, bet by bet." &[Action::RollDetails], details;
    Look "history" "[COUNT]" "Tells the newest rolls, oldest first." &[Action::GoHistory], history;
    Look "proof" "[NUMBER]" "Tells what the dice of a roll follow from." &[Action::Proof], proof;
    Look "explain" "BET" "Explains a bet: when, what it pays, what it costs." &[Action::Explain], |_, after| bet_of(after).map(|bet| Said::Show(Show::Explain(bet)));
    Look "find" "[WORDS]" "Lists the bets that words find." &[Action::AllBets], |_, after| Ok(Said::Show(Show::Find(after.join(" "))));
    Look "rules" "" "Tells the rules of the table." &[Action::Rules], |_, after| tell(after, Show::Rules);
    Look "lobby" "" "Tells the tables of the club." &[Action::GoLobby], |_, after| tell(after, Show::Lobby);
    Look "words" "" "Explains the words of the game." &[], |_, after| tell(after, Show::Words);

    Program "help" "[VERB or TOPIC]" "Lists what can be typed, or explains one verb." &[Action::Help, Action::Palette], |_, after| Ok(Said::Show(Show::Help(after.join(" "))));
    Program "health" "" "Tells how the program and its services are." &[Action::GoHealth], |_, after| tell(after, Show::Health);
    Program "log" "[COUNT] [LEVEL] [WORD]" "Tells the newest lines of the log." &[Action::GoLog, Action::HealthLog, Action::LogSearch, Action::LogLevel], log;
    Program "restart" "SERVICE" "Restarts a service." &[Action::RestartService], restart;
    Program "save report" "" "Writes the report of health to a file." &[Action::ExportHealth], |_, after| act(after, Action::ExportHealth);
    Program "start in" "LINES or SCREEN" "Says what later starts open in; this one goes on in lines." &[], start_in;
    Program "emergency stop" "" "Stops everything at once. Asks for a word first." &[Action::EmergencyStop], |_, after| act(after, Action::EmergencyStop);
    Program "quit" "" "Ends the program. Bets stand; asks first if there are any." &[Action::Quit], |_, after| act(after, Action::Quit);
}

/// Returns what sentences call each action by: the words that do it.
#[must_use]
pub fn keymap() -> Keymap {
    let words = ACTIONS.iter().filter_map(|info| {
        let bet = info.name.strip_prefix("bet.").and_then(BetId::find);
        let verb = || {
            VERBS
                .iter()
                .find(|verb| verb.actions.contains(&info.action))
        };
        let words = match bet.and_then(|bet| BetKey::new(bet, None)) {
            Some(bet) => bet_words::typed(bet),
            None => verb()?.name.to_owned(),
        };
        Some((info.action, words))
    });
    Keymap::in_words(words.collect())
}

/// Other words for verbs: what people type to end a program, and the keys of the screen.
pub static OTHER_WORDS: &[(&str, &str)] = &[
    ("exit", "quit"),
    ("q", "quit"),
    ("r", "roll"),
    ("u", "undo"),
    ("z", "repeat"),
    ("?", "help"),
];

/// Reads a line. A question takes it as its answer.
///
/// # Errors
/// [`Unread`], with what would work.
pub fn read(model: &Model, line: &str) -> Result<Said, Unread> {
    let lower = line.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    if let Some(question) = view::question(model) {
        return answer(model, line, &words, &question);
    }
    if words.is_empty() {
        return Ok(Said::Show(Show::Nothing));
    }
    if let Some((verb, after)) = verb_of(&words) {
        return (verb.read)(model, after);
    }
    if let Some(said) = named_action(model, &words) {
        return said;
    }
    if let Some(wish) = bets::verb_after_bet(&words) {
        return wish;
    }
    match words.split_last() {
        Some((chips, bet)) if bet_words::bet(bet).is_some() => {
            add(model, &[bet, &[*chips]].concat())
        }
        Some(_) if bet_words::bet(&words).is_some() => {
            let typed = words.join(" ");
            unread(format!("how many chips? type {typed} and a number."))
        }
        // Chips at the end are part of no name.
        Some((chips, [])) => Err(unknown(&[*chips])),
        Some((chips, bet)) if chips.parse::<u64>().is_ok() && !bets::begins_with_chips(&words) => {
            Err(unknown(bet))
        }
        Some(_) | None => Err(unknown(&words)),
    }
}

/// Reads an answer. On the first start, whose script may have been written for a later one, what is typed at
/// a table is no name.
fn answer(model: &Model, line: &str, words: &[&str], question: &str) -> Result<Said, Unread> {
    let field = match model.overlay() {
        Some(Overlay::FirstRun(page)) if !view::asks_for_a_secret(model) => Some(page.field),
        Some(_) | None => None,
    };
    let quits = verb_of(words).is_some_and(|(verb, _)| verb.actions == [Action::Quit]);
    if field.is_some() && quits {
        return Ok(Said::Wish(Wish::Do(Action::Quit, About::Nothing)));
    }
    // What is told changes nothing, and says more of a failure.
    if matches!(model.overlay(), Some(Overlay::Failed(_)))
        && let Some((verb, after)) = verb_of(words)
        && let Ok(Said::Show(show @ (Show::Help(_) | Show::Health | Show::Log(_)))) =
            (verb.read)(model, after)
    {
        return Ok(Said::Show(show));
    }
    if field == Some(FirstRunField::Name) && is_typed_at_a_table(words) {
        let shown = Shown::new(line, UNKNOWN_COLUMNS_MAX);
        return unread(format!(
            "{shown} is typed at a table, and is no name. who starts with --name and a name is not asked. \
             {question}"
        ));
    }
    Ok(Said::Wish(Wish::Answer(line.to_owned())))
}

/// Whether words are a verb or a bet, with or without what belongs to them.
fn is_typed_at_a_table(words: &[&str]) -> bool {
    let bet = |words: &[&str]| bet_words::bet(words).is_some();
    let with_chips = words.split_last().is_some_and(|(_, words)| bet(words));
    verb_of(words).is_some() || bet(words) || with_chips || bets::begins_with_chips(words)
}

/// Returns the verb that words begin with, and the words after it. `place 6 12` begins with none, and
/// `on` is also a word of the rule book: a verb is whole words.
fn verb_of<'w>(words: &'w [&'w str]) -> Option<(&'static Verb, &'w [&'w str])> {
    let (first, rest) = words.split_first()?;
    let other = OTHER_WORDS.iter().find(|(other, _)| other == first);
    VERBS.iter().find_map(|verb| {
        let name: Vec<&str> = verb.name.split(' ').collect();
        let after = words.strip_prefix(name.as_slice());
        let is_other = || other.is_some_and(|(_, means)| *means == verb.name);
        let after = after.or_else(|| is_other().then_some(rest))?;
        Some((verb, after))
    })
}

/// Reads the name that an action has in files: `go.health`, `bet.pass 10`.
fn named_action(model: &Model, words: &[&str]) -> Option<Result<Said, Unread>> {
    let (name, after) = words.split_first()?;
    let info = ACTIONS.iter().find(|info| info.name == *name)?;
    if let Some(id) = info.name.strip_prefix("bet.")
        && BetId::find(id).is_some()
    {
        return Some(add(model, &[&[id], after].concat()));
    }
    let verb = VERBS
        .iter()
        .find(|verb| verb.actions.contains(&info.action));
    Some(match (verb, why_not(info.action)) {
        (Some(verb), _) => (verb.read)(model, after),
        (None, Some(why)) => unread(format!("{name} is not for line mode: {why}.")),
        (None, None) => Err(unknown(words)),
    })
}

fn tell(after: &[&str], show: Show) -> Result<Said, Unread> {
    alone(after, Said::Show(show))
}

fn act(after: &[&str], action: Action) -> Result<Said, Unread> {
    alone(after, Said::Wish(Wish::Do(action, About::Nothing)))
}

/// Refuses words after a verb that takes none, since they were meant for something.
fn alone(after: &[&str], said: Said) -> Result<Said, Unread> {
    match after {
        [] => Ok(said),
        [first, ..] => {
            let first = Shown::new(first, UNKNOWN_COLUMNS_MAX);
            unread(format!(
                "{first} is too much here. help and the verb says what it takes."
            ))
        }
    }
}
