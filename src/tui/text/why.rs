//! Why the screen or the club refuses something, in words.

use super::bet::{name, name_inside};
use super::number::{chips, grouped};
use super::refusal::{Asked, Refused, gaming, go_to, not_seated, not_the_shooter, with_key};
use crate::club;
use crate::craps::BetKey;
use crate::gaming::Refusal;
use crate::tui::action::{Action, Place};
use crate::tui::caps::DecidedBy;
use crate::tui::kept::Left;
use crate::tui::keymap::Keymap;
use crate::tui::model::Model;
use crate::tui::note::{Offer, Tried};
use crate::tui::overlay::{FirstRunField, Overlay, STOP_WORD};
use crate::tui::table_dialog::TableField;
use crate::tui::when;
use crate::tui::why::Why;

/// Words a refusal: what, why, and what would work.
#[must_use]
pub fn refused(tried: &Tried, why: &Why, offer: Option<Offer>, model: &Model) -> Refused {
    let bet = match tried {
        Tried::Bet { bet, .. } => Some(*bet),
        Tried::Intent(intent) => crate::tui::slip::actions(intent)
            .first()
            .map(crate::craps::Action::bet),
        Tried::Action(_) => model.bet_in_focus(),
        Tried::Input => None,
    };
    let asked = Asked {
        bet,
        offer: offer.map(|offer| offer.amount),
        model,
    };
    word(why, &asked, tried)
}

/// Words why a bet waits in the slip.
#[must_use]
pub fn refused_waiting(waiting: &crate::tui::slip::Waiting, model: &Model) -> Refused {
    let asked = Asked {
        bet: Some(waiting.bet),
        offer: waiting.offer,
        model,
    };
    let tried = Tried::Bet {
        bet: waiting.bet,
        amount: waiting.amount,
    };
    word(&waiting.why, &asked, &tried)
}

#[expect(
    clippy::too_many_lines,
    reason = "a table of words: an arm for each kind"
)]
fn word(why: &Why, asked: &Asked<'_>, tried: &Tried) -> Refused {
    let keys = asked.keys();
    let help = match asked.model.overlay() {
        Some(_) => "The lowest row lists the keys that work".to_owned(),
        None => with_key("Help lists the keys", Action::Help, keys),
    };
    match why {
        Why::Game(refusal) => gaming(refusal, asked),
        Why::NotTaking(state) => Refused::new(
            "Bets",
            format!("are not taken while the node is {state}"),
            go_to("Health says what it waits for", Action::GoHealth, keys),
        ),
        Why::NoTable => Refused::new(
            "No table",
            "is open, so there is nothing to show",
            go_to("The lobby lists tables", Action::GoLobby, keys),
        ),
        Why::Seated => Refused::new(
            "You",
            "have a seat here already",
            go_to("Go to the table", Action::GoTable, keys),
        ),
        Why::TableFull { seats } => Refused::new(
            "The table",
            format!("is full: all {seats} seats are taken"),
            with_key("Sending a bot away makes room", Action::RemoveBot, keys),
        ),
        Why::HostNotDoubted => Refused::new(
            "Your node",
            "holds nothing against the host of this club",
            "It tells you when a host leaves out openings",
        ),
        Why::NoApprovalAsked => Refused::new(
            "No change",
            "of keepers lacks your approval",
            go_to("The lobby lists those that are open", Action::GoLobby, keys),
        ),
        Why::NoBots => Refused::new(
            "No bot",
            "sits here, so none can be sent away",
            with_key("A bot can be seated", Action::AddBot, keys),
        ),
        Why::NotSeated => not_seated(keys),
        Why::NotTheShooter { .. } => not_the_shooter(asked.model),
        Why::AlreadyReady => Refused::new(
            "You",
            "have said so already",
            asked
                .model
                .table
                .as_deref()
                .and_then(|table| super::roll_waits(table, keys))
                .unwrap_or_else(|| "The dice show the roll in a moment".to_owned()),
        ),
        Why::Locked { roll } => locked(*roll, tried),
        Why::CameLate => Refused::new(
            asked.bet(),
            "came after the last lock and has waited for this roll",
            asked.enter_or("Make it again or dismiss it"),
        ),
        Why::Kept { rule: None, left } => Refused::new(
            asked.bet(),
            match left {
                Left::Unsent => "was not sent when you left, and has waited since",
                Left::OnItsWay => "was on its way when you left, and no block took it",
                Left::NotTaken => "was not taken before you left, and would be now",
            },
            asked.enter_or("Make it again or dismiss it"),
        ),
        Why::Kept {
            rule: Some(rule),
            left,
        } => {
            let refusal = Refusal::Club(club::Refusal::Bet {
                index: 0,
                why: *rule,
            });
            let words = gaming(&refusal, asked);
            let then = match left {
                Left::Unsent => "not sent when you left",
                Left::OnItsWay => "not decided when you left",
                Left::NotTaken => "not taken before you left",
            };
            let why = format!("{} ({then})", words.why);
            Refused::new(words.what, why, words.works)
        }
        Why::OnItsWay => Refused::new(
            "That",
            "is on its way already and has no answer yet",
            "The answer shows here",
        ),
        Why::BeginsByItself => Refused::new(
            "Play",
            "begins by itself when your identity is made",
            with_key("Quitting is", Action::QuitNow, keys),
        ),
        Why::AnswerFirst => Refused::new(
            "That",
            "is no answer to the question, and nothing was done",
            "The answers are named with it",
        ),
        Why::NothingOffered => Refused::new(
            "Nothing",
            "is offered instead of a refused bet",
            "A refusal that has an offer names it",
        ),
        Why::Lost => Refused::new(
            "The game manager",
            "ended before it answered, so this may be decided or not",
            "Look at your bets before you try again",
        ),
        Why::ApplicationBusy => Refused::new(
            "The application",
            "is busy with earlier wishes, or ending",
            "Try again in a moment",
        ),
        Why::TooManyPending { limit } => Refused::new(
            "Your node",
            format!("has {limit} wishes without an answer"),
            go_to("Health says why", Action::GoHealth, keys),
        ),
        Why::NoTables => Refused::new(
            "The club",
            "has no table yet",
            "A practice table opens when the node is running",
        ),
        Why::NoSpot => Refused::new("The focus", "is on no bet", "The arrows move it to one"),
        Why::NoBetHere(_) if asked.is_being_sent() => asked.not_yet(),
        Why::NoBetHere(bet) => {
            let works = match when::takes_a_unit(asked.model, *bet) {
                Ok(()) if asked.model.bet_in_focus() == Some(*bet) => {
                    format!("{} puts one unit on it", keys.first(Action::Main))
                }
                Ok(()) | Err(_) => {
                    with_key("The list has those you can make", Action::AllBets, keys)
                }
            };
            Refused::new(
                "You",
                format!("have no {} to change", name_inside(*bet)),
                asked.drawn_or_told(&works, "bets tells yours"),
            )
        }
        Why::NoOddsBehind(bet) => no_odds(*bet, asked.model),
        Why::NoHardWay(number) => Refused::new(
            format!("{number}"),
            "has no hard way, since no pair makes it",
            "4, 6, 8 and 10 have one",
        ),
        Why::NothingToUndo => Refused::new(
            "Nothing",
            "was changed since the last roll",
            with_key(
                "A bet that may come down is taken down by",
                Action::TakeDown,
                keys,
            ),
        ),
        Why::NothingToRedo => Refused::new(
            "Nothing",
            "was undone",
            with_key("Undo takes back one step", Action::Undo, keys),
        ),
        Why::NoLastSlip => Refused::new(
            "No roll",
            "had bets of yours yet, so there is no slip to repeat",
            with_key("Pass starts one", Action::Pass, keys),
        ),
        Why::NothingToRepeat => Refused::new(
            "The last slip",
            "is up already, or none of it is legal now",
            with_key("All bets lists what is", Action::AllBets, keys),
        ),
        Why::RepeatTooDear { need, have } => Refused::new(
            "The last slip",
            format!("takes {}, and you have {}", chips(*need), chips(*have)),
            with_key("Smaller bets are in the list of all", Action::AllBets, keys),
        ),
        Why::Elsewhere(places) => elsewhere(places, keys),
        Why::LargestUnit(unit) => Refused::new(
            chips(*unit),
            "is the largest unit",
            with_key("A smaller one is under", Action::UnitDown, keys),
        ),
        Why::SmallestUnit(unit) => Refused::new(
            chips(*unit),
            "is the smallest unit",
            with_key("A larger one is under", Action::UnitUp, keys),
        ),
        Why::NothingToClear => Refused::new(
            "No bet",
            "of yours may come down now",
            "Contracts stay until they are decided",
        ),
        Why::NoSuchKey(chord) => Refused::new(format!("{chord}"), "does nothing here", help),
        Why::NothingChosen => Refused::new(
            "Nothing",
            "is in the list to choose",
            "Another search shows more",
        ),
        Why::OnePane => Refused::new(
            "This screen",
            "has one pane, so there is no next",
            with_key("Other screens are under", Action::Go, keys),
        ),
        Why::NoField => Refused::new(
            "Text",
            "has no field to go to here",
            "A search or a name takes it",
        ),
        Why::NoRoll => Refused::new(
            "No roll",
            "fell at this table yet, so there is none to look at",
            go_to("The table is under", Action::GoTable, keys),
        ),
        Why::EndOfList => Refused::new("The list", "ends here", "The other way goes on"),
        Why::NotHere => Refused::new("That key", "has nothing to do here", help),
        Why::ColoursFixed(by) => Refused::new(
            "Colours",
            match by {
                DecidedBy::Flag => "were chosen by a flag when BitCraps was started",
                DecidedBy::Environment => "are off, since NO_COLOR is set",
                DecidedBy::Settings | DecidedBy::Terminal => "are those of the terminal",
            },
            "A start without it frees them",
        ),
        Why::NothingToClose => Refused::new(
            "Nothing",
            "is open to close",
            match asked.model.overlay() {
                Some(Overlay::FirstRun(_)) => plays_or_quits(keys),
                Some(_) => with_key("Quitting is", Action::QuitNow, keys),
                None => format!(
                    "{}, {}",
                    with_key("Other screens are under", Action::Go, keys),
                    with_key("quitting is", Action::Quit, keys)
                ),
            },
        ),
        Why::FieldEmpty => Refused::new("The field", "is empty", "Type to fill it"),
        Why::FieldFull { limit } => match asked.model.overlay() {
            Some(Overlay::Amount(_) | Overlay::Rules(_)) => Refused::new(
                "An amount",
                format!("has at most {limit} digits, so that key or text was not added"),
                "Backspace makes room",
            ),
            Some(Overlay::FirstRun(page)) if page.field == FirstRunField::Name => Refused::new(
                "A name",
                format!("takes {limit} columns of text, so that key or text was not added"),
                "Backspace makes room",
            ),
            Some(Overlay::NewTable(dialog)) if dialog.field != TableField::Name => Refused::new(
                "That number",
                format!("has at most {limit} digits, so that key or text was not added"),
                "Backspace makes room",
            ),
            Some(Overlay::NewTable(_)) => Refused::new(
                "A name",
                format!("takes {limit} columns of text, so that key or text was not added"),
                "Backspace makes room",
            ),
            Some(_) | None => Refused::new(
                "The field",
                format!("takes {limit} characters, so that key or text was not added"),
                "Backspace makes room",
            ),
        },
        Why::NameEmpty => Refused::new(
            "Others",
            "need a name to call you by",
            "Any word does, and it can be made up",
        ),
        Why::PassphraseEmpty => Refused::new(
            "A lock",
            "needs a passphrase, and the field is empty",
            "Type one, or choose no lock",
        ),
        Why::PassphraseTooLong { bytes_max } => Refused::new(
            "A passphrase",
            format!("has at most {bytes_max} bytes"),
            "Type a shorter one",
        ),
        Why::PassphrasesDiffer => Refused::new(
            "The two passphrases",
            "differ, and a slip of the finger would lock you out",
            "Type the same one twice",
        ),
        Why::TypeTheWord(word) => Refused::new(
            "This",
            asked.drawn_or_told(
                &format!("wants the word {word}, so that no key does it by chance"),
                &format!("wants the word {word}, so that nothing does it by chance"),
            ),
            asked.drawn_or_told(
                &format!("Type {STOP_WORD}, then {}", keys.first(Action::Main)),
                &format!("Type {STOP_WORD}, or n to go back"),
            ),
        ),
        Why::MinimumAboveMaximum { min, max } => Refused::new(
            "A smallest bet",
            format!("of {} is above the largest of {}", chips(*min), chips(*max)),
            format!("The smallest can be 1 to {}", chips(*max)),
        ),
        Why::RuleRange { rule, least, most } => Refused::new(
            *rule,
            format!(
                "is a whole number of {} to {}, which this is not",
                grouped(*least),
                grouped(*most)
            ),
            "Type one of them",
        ),
        Why::TypeTheNumber => Refused::new(
            "That row",
            "is a number, and there are too many to go through",
            "Type it; the first digit replaces the one that stands",
        ),
        Why::AsInTheBook => Refused::new(
            "That rule",
            "is as in the rule book already",
            "Other rows are reached with the arrows",
        ),
        Why::NoQuestionMark => Refused::new(
            "A name",
            "has no question mark",
            asked.drawn_or_told(
                &format!(
                    "{} goes to the next field, {}",
                    keys.first(Action::NextField),
                    plays_or_quits(keys)
                ),
                "Any other name works",
            ),
        ),
        Why::NotANumber => {
            Refused::new("Chips", "are whole numbers", "Type digits alone, 1 or more")
        }
    }
}

/// Words why the key for odds finds no bet to put them behind.
fn no_odds(bet: Option<BetKey>, model: &Model) -> Refused {
    let mine = model.my_bets().into_iter().map(|(bet, _)| bet);
    let mut moved = mine.filter(|one| bet.is_some_and(|bet| bet.bet() == one.bet()));
    let moved: Vec<String> = moved
        .by_ref()
        .filter_map(BetKey::number)
        .map(|n| n.to_string())
        .collect();
    let moved: Vec<&str> = moved.iter().map(String::as_str).collect();
    match bet {
        Some(bet) if moved.len() > 1 => Refused::new(
            "Odds",
            format!(
                "go behind one bet, and yours are on {}",
                super::listed(&moved)
            ),
            format!(
                "The arrows go to {} there, then {}",
                name_inside(bet),
                with_key("odds", Action::Odds, &model.keymap)
            ),
        ),
        Some(bet) => Refused::new(
            "Odds",
            format!("do not go behind {} now", name_inside(bet)),
            "They go behind your line bet while a point is on, and behind come bets on a number",
        ),
        None => Refused::new(
            "Odds",
            "go behind a bet, and the focus is on none",
            "They go behind your line bet while a point is on, and behind come bets on a number",
        ),
    }
}

/// Words that an action belongs to other places, with the way to one of them.
fn elsewhere(places: &[Place], keys: &Keymap) -> Refused {
    let words: Vec<&str> = places.iter().copied().map(Place::word).collect();
    let way = places.iter().find_map(|place| {
        Some(match place {
            Place::Lobby => Action::GoLobby,
            Place::Table => Action::GoTable,
            Place::Bets => Action::GoBets,
            Place::Health => Action::GoHealth,
            Place::History => Action::GoHistory,
            Place::Log => Action::GoLog,
            Place::Always
            | Place::Anywhere
            | Place::GoBox
            | Place::NumberBox
            | Place::Choice
            | Place::Stopped
            | Place::Form
            | Place::Rules
            | Place::Search
            | Place::Proof
            | Place::BetSearch
            | Place::BetList => return None,
        })
    });
    Refused::new(
        "This",
        format!("is only for {}", super::listed(&words)),
        match way {
            Some(action) => go_to("Go there first", action, keys),
            None => "The dialog that it is for shows its key".to_owned(),
        },
    )
}

fn plays_or_quits(keys: &Keymap) -> String {
    let (play, quit) = (keys.first(Action::Main), keys.first(Action::QuitNow));
    format!("{play} plays, {quit} quits")
}

fn locked(roll: u64, tried: &Tried) -> Refused {
    let works = match tried {
        Tried::Bet { .. } => format!("The bet waits in your slip for roll {}", grouped(roll + 1)),
        Tried::Action(_) | Tried::Intent(_) | Tried::Input => {
            format!(
                "Betting for roll {} opens with its result",
                grouped(roll + 1)
            )
        }
    };
    Refused::new(
        format!("Roll {}", grouped(roll)),
        "is locked, so no bet can change now",
        works,
    )
}

/// Returns a bet's refusal as a short sentence for the slip.
#[must_use]
pub fn refused_bet(waiting: &crate::tui::slip::Waiting, model: &Model) -> String {
    let words = refused_waiting(waiting, model);
    let subject = name(waiting.bet);
    if words.what == subject {
        format!("{}. {}.", words.why, words.works)
    } else {
        words.to_string()
    }
}
