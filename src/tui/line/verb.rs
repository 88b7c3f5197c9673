//! The words that can be typed: one table, from which they are read, listed and explained.

use std::num::IntErrorKind;

use crate::config::{self, Choice as _, LogLevel};
use crate::craps::{BetId, BetKey};
use crate::ledger::Chips;
use crate::shown::Shown;
use crate::strategy::Strategy;
use crate::tui::action::{ACTIONS, Action};
use crate::tui::keymap::Keymap;
use crate::tui::model::{Medium, Model};
use crate::tui::update::tables;
use crate::tui::wish::{About, NewTable, Wish};
use crate::words::{HOUSE_RULES, Setting};

use super::bet_words::{self, NoOdds};
use super::limits::{LOG_LINES_TOLD, ROLLS_TOLD, UNKNOWN_COLUMNS_MAX};

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
    Look "details" "NUMBER" "Tells a roll by its number, bet by bet." &[Action::RollDetails], |_, after| number(after).map(|roll| Said::Show(Show::Roll(Some(roll))));
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

/// Reads a line. A dialog that asks takes it as its answer; `help` and what only tells something is read
/// in any case.
///
/// # Errors
/// [`Unread`], with what would work.
pub fn read(model: &Model, line: &str) -> Result<Said, Unread> {
    if super::tell::question(model).is_some() {
        return Ok(Said::Wish(Wish::Answer(line.to_owned())));
    }
    let lower = line.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    if words.is_empty() {
        return Ok(Said::Show(Show::Nothing));
    }
    if let Some((verb, after)) = verb_of(&words) {
        return (verb.read)(model, after);
    }
    if let Some(said) = named_action(model, &words) {
        return said;
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
        Some((chips, bet)) if chips.parse::<u64>().is_ok() => Err(unknown(bet)),
        Some(_) | None => Err(unknown(&words)),
    }
}

/// Returns the verb that words begin with, and the words after it. `place 6 12` begins with none, and
/// `on` is also a word of the rule book: a verb is whole words.
fn verb_of<'w>(words: &'w [&'w str]) -> Option<(&'static Verb, &'w [&'w str])> {
    VERBS.iter().find_map(|verb| {
        let name: Vec<&str> = verb.name.split(' ').collect();
        let after = words.strip_prefix(name.as_slice())?;
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

/// Returns why an action has no verb, `None` if it has one: only what is of a screen by its nature.
#[must_use]
pub fn why_not(action: Action) -> Option<&'static str> {
    let found = SCREEN_ONLY
        .iter()
        .find(|(actions, _)| actions.contains(&action));
    found.map(|(_, why)| *why)
}

/// The actions that only a screen has, with the reason.
pub static SCREEN_ONLY: &[(&[Action], &str)] = &[
    (
        &[
            Action::Up,
            Action::Down,
            Action::Left,
            Action::Right,
            Action::RowUp,
            Action::RowDown,
            Action::PageUp,
            Action::PageDown,
            Action::NextPane,
            Action::PreviousPane,
            Action::NextField,
            Action::PreviousField,
            Action::Choose,
            Action::Go,
        ],
        "there is no focus to move, since words name what they are about",
    ),
    (
        &[Action::Yes],
        "a question is answered by y or n, which are no verbs",
    ),
    (
        &[Action::UnitUp, Action::UnitDown],
        "every amount is typed, so there is no unit",
    ),
    (&[Action::Freeze], "what was told stands still by itself"),
    (
        &[Action::CopyProof, Action::CopyHealth],
        "the clipboard is reached by codes that only a terminal reads, and proof and health are told in full",
    ),
    (
        &[
            Action::Motion,
            Action::Theme,
            Action::Mouse,
            Action::Repaint,
        ],
        "nothing moves, is coloured or drawn",
    ),
    (
        &[Action::Suspend, Action::QuitNow],
        "the terminal does it, whose keys are its own here",
    ),
];

fn unknown(words: &[&str]) -> Unread {
    let typed = words.join(" ");
    let shown = Shown::new(&typed, UNKNOWN_COLUMNS_MAX);
    let first = words.first().copied().unwrap_or_default();
    let ids = BetId::all().map(|bet| bet.id().replace('_', " "));
    let verbs = VERBS.iter().map(|verb| verb.name.to_owned());
    let names: Vec<String> = verbs.chain(ids).collect();
    let whole = config::nearest(&typed, names.clone());
    let nearest = whole.or_else(|| config::nearest(first, names));
    match nearest {
        Some(name) => Unread(format!(
            "{shown} is not known. did you mean {name}? help lists all."
        )),
        None => Unread(format!("{shown} is not known. help lists what is.")),
    }
}

/// Returns what to say when help is asked about what is no verb.
#[must_use]
pub fn unknown_verb(about: &str) -> Unread {
    let words: Vec<&str> = about.split_whitespace().collect();
    match bet_words::bet(&words) {
        Some(bet) => Unread(format!(
            "{0} is a bet. explain {0} explains it.",
            bet_words::typed(bet)
        )),
        None => unknown(&words),
    }
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

fn number(words: &[&str]) -> Result<u64, Unread> {
    match words {
        [one] => match one.replace(',', "").parse::<u64>() {
            Ok(number) => Ok(number),
            Err(error) => {
                let one = Shown::new(one, UNKNOWN_COLUMNS_MAX);
                unread(if *error.kind() == IntErrorKind::PosOverflow {
                    format!("{one} is more than chips are counted to. type a smaller number.")
                } else {
                    format!("{one} is no number in digits alone. type one such as 10.")
                })
            }
        },
        _ => unread("one number is needed."),
    }
}

fn bet_of(words: &[&str]) -> Result<BetKey, Unread> {
    if words.is_empty() {
        return unread("which bet? such as pass, place 6 or come 9. find lists all.");
    }
    bet_words::bet(words).ok_or_else(|| unknown(words))
}

fn on_bet(words: &[&str], wish: fn(BetKey) -> Wish) -> Result<Said, Unread> {
    bet_of(words).map(|bet| Said::Wish(wish(bet)))
}

/// Reads a bet and its chips.
fn bet_and_chips(words: &[&str]) -> Result<(BetKey, Chips), Unread> {
    let Some((last, bet)) = words.split_last() else {
        return unread("which bet, and how many chips? such as pass 10.");
    };
    let bet = bet_of(bet)?;
    Ok((bet, Chips::new(number(&[last])?)))
}

fn add(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    bet_and_chips(words).map(|(bet, amount)| Said::Wish(Wish::Bet { bet, amount }))
}

fn less(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    bet_and_chips(words).map(|(bet, by)| Said::Wish(Wish::Less { bet, by }))
}

fn odds(model: &Model, words: &[&str]) -> Result<Said, Unread> {
    let Some((last, place)) = words.split_last() else {
        return unread("how many chips? type odds and a number.");
    };
    let amount = Chips::new(number(&[last])?);
    match bet_words::odds(model, place) {
        Ok(bet) => Ok(Said::Wish(Wish::Bet { bet, amount })),
        Err(NoOdds::Unknown) => Err(unknown(place)),
        Err(NoOdds::NoBet) => unread(
            "odds go behind a bet of yours, and none that takes them is there. bets tells yours.",
        ),
        Err(NoOdds::Several(names)) => unread(format!(
            "which odds? {}, each with the chips after it.",
            names.join(", or ")
        )),
    }
}

fn sit(model: &Model, words: &[&str]) -> Result<Said, Unread> {
    if words.is_empty() {
        let practice = tables::practice_table(model);
        return Ok(Said::Wish(match practice {
            Some(table) => Wish::Do(Action::Sit, About::Table(table.game)),
            // The action says why not.
            None => Wish::Do(Action::Practice, About::Nothing),
        }));
    }
    let wanted = words.join(" ");
    let tables = model.club.iter().flat_map(|club| &club.tables);
    let mut tables = tables.map(|table| (table.name.as_str().to_lowercase(), table.game));
    let found = tables.find(|(name, game)| *name == wanted || game.to_string() == wanted);
    match found {
        Some((_, game)) => Ok(Said::Wish(Wish::Do(Action::Sit, About::Table(game)))),
        None => unread(format!(
            "there is no table {}. lobby lists them.",
            Shown::new(&wanted, UNKNOWN_COLUMNS_MAX)
        )),
    }
}

fn add_bot(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let strategy = match words {
        [] => Strategy::Pass,
        words => {
            let name = words.join("-");
            let Ok(strategy) = name.parse() else {
                let all = Strategy::ALL.map(Strategy::name).join(", ");
                let shown = Shown::new(&name, UNKNOWN_COLUMNS_MAX);
                return unread(format!("no strategy is called {shown}. there are {all}."));
            };
            strategy
        }
    };
    let about = About::Strategy(strategy);
    Ok(Said::Wish(Wish::Do(Action::AddBot, about)))
}

fn remove_bot(model: &Model, words: &[&str]) -> Result<Said, Unread> {
    let wanted = words.join(" ");
    let bots = model.bots();
    let mut named = bots
        .iter()
        .filter(|bot| wanted.is_empty() || bot.name.as_str().to_lowercase() == wanted);
    match (named.next(), bots.is_empty()) {
        (Some(bot), _) => Ok(Said::Wish(Wish::Do(
            Action::RemoveBot,
            About::Bot(bot.seat),
        ))),
        // The action says why not.
        (None, true) => Ok(Said::Wish(Wish::Do(Action::RemoveBot, About::Nothing))),
        (None, false) => unread(format!(
            "no bot is called {}. table tells who sits there.",
            Shown::new(&wanted, UNKNOWN_COLUMNS_MAX)
        )),
    }
}

fn history(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let count = match words {
        [] => ROLLS_TOLD,
        words => usize::try_from(number(words)?).unwrap_or(usize::MAX),
    };
    Ok(Said::Show(Show::History(count)))
}

fn proof(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let roll = match words {
        [] => None,
        words => Some(number(words)?),
    };
    Ok(Said::Show(Show::Proof(roll)))
}

#[expect(clippy::unnecessary_wraps, reason = "a column of the table of verbs")]
fn log(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let mut wanted = LogWanted {
        count: LOG_LINES_TOLD,
        level: LogLevel::Info,
        search: String::new(),
    };
    let mut search = Vec::new();
    for word in words {
        match word.parse() {
            Ok(count) => wanted.count = count,
            Err(_) if wanted.level.choose(word) => {}
            Err(_) => search.push(*word),
        }
    }
    wanted.search = search.join(" ");
    Ok(Said::Show(Show::Log(wanted)))
}

fn rule(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let plain = |words: &str| words.to_lowercase().replace(['\'', ','], "");
    let typed = plain(&words.join(" "));
    let named = HOUSE_RULES.iter().enumerate().filter_map(|(row, rule)| {
        let name = plain(rule.name);
        let rest = typed.strip_prefix(&name)?;
        (rest.is_empty() || rest.starts_with(' ')).then(|| (name.len(), row, rest.trim_start()))
    });
    let Some((_, row, rest)) = named.max() else {
        return unread("which rule? rules tells all by their names.");
    };
    let Some(rule) = HOUSE_RULES.get(row) else {
        return unread("which rule? rules tells all by their names.");
    };
    let value = rest.strip_prefix("to ").unwrap_or(rest);
    let value = match (value, rule.setting) {
        ("", _) => return Ok(Said::Show(Show::Rule(row))),
        ("book", _) => None,
        (digits, Setting::Number(_)) => Some(number(&[digits])?.to_string()),
        (words, Setting::Choice { values, .. }) => {
            let found = values.iter().find(|value| plain(value.words) == words);
            let Some(found) = found else {
                let words: Vec<&str> = values.iter().map(|value| value.words).collect();
                return unread(format!("{} can be: {}.", rule.name, words.join(", ")));
            };
            Some(found.words.to_owned())
        }
    };
    Ok(Said::Wish(Wish::Rule { row, value }))
}

fn open_table(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let mut table = NewTable::default();
    let mut name = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let field = match *word {
            "seats" => &mut table.seats,
            "players" => &mut table.players,
            "bond" => &mut table.bond,
            word => {
                name.push(word);
                continue;
            }
        };
        let digits = rest.next().copied().unwrap_or_default();
        *field = Some(number(&[digits])?.to_string());
    }
    table.name = name.join(" ");
    if table.name.is_empty() {
        return unread("what is it called? type open table and a name.");
    }
    Ok(Said::Wish(Wish::NewTable(table)))
}

fn start_in(_: &Model, words: &[&str]) -> Result<Said, Unread> {
    let medium = match words {
        ["lines"] => Medium::Lines,
        ["screen"] => Medium::Screen,
        _ => {
            return unread(
                "what shall later starts open in? type start in lines, or start in screen.",
            );
        }
    };
    Ok(Said::Wish(Wish::StartIn(medium)))
}

fn restart(model: &Model, words: &[&str]) -> Result<Said, Unread> {
    let wanted = words.join(" ");
    let services = model.services();
    match services.iter().find(|service| service.name == wanted) {
        Some(service) => {
            let about = About::Service(service.name.clone());
            Ok(Said::Wish(Wish::Do(Action::RestartService, about)))
        }
        None => unread(format!(
            "there is no service {}. health tells all by their names.",
            Shown::new(&wanted, UNKNOWN_COLUMNS_MAX)
        )),
    }
}
