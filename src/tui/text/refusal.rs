//! Why the rules refuse something, in words: what, why, and what would work.

use std::fmt;

use crate::craps::{self, BetId, BetKey, Family, Phase, Phases, Window};
use crate::gaming;
use crate::ledger::Chips;
use crate::tui::action::Action;
use crate::tui::keymap::Keymap;
use crate::tui::model::{Medium, Model};
use crate::tui::overlay::Overlay;

use super::bet::{name, name_inside};
use super::number::{chips, counted};

/// A refusal in words. Shown, it is two sentences: what and why, then what would work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What was refused, the subject of the first sentence.
    pub what: String,
    /// Why, the rest of the first sentence.
    pub why: String,
    /// What would work, a sentence of its own.
    pub works: String,
}

impl Refused {
    pub(super) fn new(
        what: impl Into<String>,
        why: impl Into<String>,
        works: impl Into<String>,
    ) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            works: works.into(),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}. {}.", self.what, self.why, self.works)
    }
}

/// What was asked for, as far as the words need it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'m> {
    /// The bet.
    pub bet: Option<BetKey>,
    /// The chips that `Enter` would add instead.
    pub offer: Option<Chips>,
    /// What the screen knows.
    pub model: &'m Model,
}

impl Asked<'_> {
    pub(super) fn bet(&self) -> String {
        self.bet.map_or_else(|| "That bet".to_owned(), name)
    }

    /// Returns the keys of the player.
    pub(super) fn keys(&self) -> &Keymap {
        &self.model.keymap
    }

    fn bet_inside(&self) -> String {
        self.bet.map_or_else(|| "that bet".to_owned(), name_inside)
    }

    /// `Enter bets 50`, or else what is said instead. The key works on what has the focus, so for another
    /// bet it says `Enter on it bets 50`.
    pub(super) fn enter_or(&self, otherwise: impl Into<String>) -> String {
        let Some(amount) = self.offer else {
            return otherwise.into();
        };
        let on_it = match (self.model.medium, self.model.overlay()) {
            (Medium::Lines, _) | (Medium::Screen, Some(Overlay::Amount(_))) => "",
            (Medium::Screen, _) if self.model.bet_in_focus() == self.bet => "",
            (Medium::Screen, _) => " on it",
        };
        let enter = self.keys().first(Action::Main);
        format!("{enter}{on_it} bets {}", chips(amount))
    }

    /// Whether chips for the bet have been sent and are not decided.
    pub(super) fn is_being_sent(&self) -> bool {
        let rows = self.model.slip_rows();
        let row = self.bet.and_then(|bet| rows.get(&bet));
        row.is_some_and(|row| !row.sent.is_zero())
    }

    /// There is no such bet of mine yet: its chips are on their way.
    pub(super) fn not_yet(&self) -> Refused {
        Refused::new(
            self.bet(),
            "is being sent, so there is nothing to change yet",
            "The slip says when it stands",
        )
    }

    /// What is said where there are keys, or in line mode.
    pub(super) fn drawn_or_told(&self, drawn: &str, told: &str) -> String {
        match self.model.medium {
            Medium::Screen => drawn.to_owned(),
            Medium::Lines => told.to_owned(),
        }
    }

    /// Whether chips are on the bet already, so that it was to get more.
    fn adds(&self) -> bool {
        let laid = self.model.slip.laid.map(|laid| laid.bet);
        self.bet
            .is_some_and(|bet| laid == Some(bet) || !self.model.stake(bet).is_zero())
    }

    fn is(&self, bet: BetId) -> bool {
        self.bet.is_some_and(|key| key.bet() == bet)
    }
}

/// Returns an action with its key: `Come [c]`.
pub(super) fn with_key(words: &str, action: Action, keys: &Keymap) -> String {
    format!("{words} [{}]", keys.first(action))
}

/// Returns words with the keys that lead to a screen: `Health says why [g h]`.
pub(super) fn go_to(words: &str, action: Action, keys: &Keymap) -> String {
    let (go, screen) = (keys.first(Action::Go), keys.first(action));
    format!("{words} [{go} {screen}]")
}

/// Returns why a table refuses one changed rule, in a sentence of at most 54 columns.
#[must_use]
pub fn rule_refused(why: &craps::Refusal, model: &Model) -> String {
    let words = if let craps::Refusal::BetStands { seat, bet } = why {
        let whose = seat_name(model, *seat);
        format!("Not while {} of {whose} stands.", name_inside(*bet))
    } else {
        let asked = Asked {
            bet: None,
            offer: None,
            model,
        };
        format!("{}.", super::capital(&craps(why, &asked).why))
    };
    crate::tui::widget::fit(&words, 54)
}

/// Words a refusal of the rules of craps.
#[expect(
    clippy::too_many_lines,
    reason = "a table of words: an arm for each kind"
)]
pub(super) fn craps(why: &craps::Refusal, asked: &Asked<'_>) -> Refused {
    use craps::Refusal as R;
    match why {
        R::WrongPhase { now, allowed } => wrong_phase(*now, *allowed, asked),
        R::WindowClosed { window } => window_closed(*window, asked),
        R::Contract => contract(asked),
        R::BelowMinimum { stake, least } => Refused::new(
            asked.bet(),
            format!(
                "starts at {}, and this makes {}",
                chips(*least),
                chips(*stake)
            ),
            asked.enter_or(format!("Bet {} or more", chips(*least))),
        ),
        R::AboveMaximum { stake, most } => Refused::new(
            asked.bet(),
            format!(
                "stops at {}, and this makes {}",
                chips(*most),
                chips(*stake)
            ),
            asked.enter_or("It is at its most; other bets have room"),
        ),
        R::StakeMultiple {
            stake, multiple, ..
        } => Refused::new(
            asked.bet(),
            format!(
                "is {} bets in one, so {multiple}, {}, {}, and this makes {}",
                number_word(*multiple),
                multiple.saturating_mul(2),
                multiple.saturating_mul(3),
                chips(*stake)
            ),
            asked.enter_or(format!("Bet {multiple} or a multiple of it")),
        ),
        R::Insufficient { have, need } => Refused::new(
            asked.bet(),
            format!(
                "takes {}{}, and you have {}",
                chips(*need),
                if asked.adds() { " more" } else { "" },
                chips(*have)
            ),
            asked.enter_or(with_key(
                "A smaller unit costs less",
                Action::UnitDown,
                asked.keys(),
            )),
        ),
        R::OddsLimit { stake, most, flat } => Refused::new(
            asked.bet(),
            format!(
                "stop at {} behind your {}, and this makes {}",
                chips(*most),
                chips(*flat),
                chips(*stake)
            ),
            asked.enter_or("They are at their most; place bets have room"),
        ),
        R::ReduceTooMuch { stake } => Refused::new(
            asked.bet(),
            format!("is {} and can't be reduced by as much", chips(*stake)),
            with_key(
                "The whole bet comes down by",
                Action::TakeDown,
                asked.keys(),
            ),
        ),
        R::ZeroAmount => Refused::new(
            asked.bet(),
            "of nothing is no bet",
            asked.drawn_or_told(
                &with_key("Choose a unit", Action::UnitUp, asked.keys()),
                "1 or more works",
            ),
        ),
        R::NotOffered => Refused::new(
            asked.bet(),
            "is not offered at this table",
            with_key(
                "All that is offered stands under",
                Action::AllBets,
                asked.keys(),
            ),
        ),
        R::OnlyByDice => Refused::new(
            asked.bet(),
            "is set by the dice alone",
            with_key(
                "A bet in the come box moves there when the number rolls: come",
                Action::Come,
                asked.keys(),
            ),
        ),
        R::AlwaysWorks => Refused::new(
            asked.bet(),
            "always works and can't be turned off",
            with_key(
                "Where its rules allow it, it can be taken down",
                Action::TakeDown,
                asked.keys(),
            ),
        ),
        R::NoFlatBet { flat } => Refused::new(
            asked.bet(),
            format!("go behind {}, and you have none", name_inside(*flat)),
            "Make the flat bet first, then the odds",
        ),
        R::NoSuchBet if asked.is_being_sent() => asked.not_yet(),
        R::NoSuchBet => Refused::new(
            "You",
            format!("have no {} to change", asked.bet_inside()),
            "The slip lists the bets you have",
        ),
        R::NotSeated => not_seated(asked.keys()),
        R::AlreadySeated => Refused::new("You", "sit here already", "Bets can be made at once"),
        R::NotTheShooter { .. } => not_the_shooter(asked.model),
        R::ShooterNeedsLineBet { least } => Refused::new(
            "A come-out",
            format!(
                "is rolled with a line bet of {} or more, and you have none",
                chips(*least)
            ),
            format!(
                "{} or {} makes one",
                with_key("Pass", Action::Pass, asked.keys()),
                with_key("don't pass", Action::DontPass, asked.keys())
            ),
        ),
        R::NobodyElseCanShoot => Refused::new(
            "The dice",
            "stay with you, since nobody else here can shoot",
            with_key("Roll them yourself", Action::Roll, asked.keys()),
        ),
        R::BetStands { seat, bet } => Refused::new(
            "The table's rules",
            format!(
                "can't change under {} of {}",
                name_inside(*bet),
                seat_name(asked.model, *seat)
            ),
            match stake_of(asked.model, *seat, *bet) {
                Some(stake) => format!(
                    "Limits around its {} fit, and others once it is decided or down",
                    chips(stake)
                ),
                None => "They can once that bet is decided or down".to_owned(),
            },
        ),
        R::InvalidRules => Refused::new(
            "These rules",
            "contradict each other",
            "The smallest bet is at least 1 and not above the largest",
        ),
    }
}

pub(super) fn not_seated(keys: &Keymap) -> Refused {
    Refused::new(
        "You",
        "have no seat here, and only seats bet",
        with_key("Take a seat first", Action::Sit, keys),
    )
}

pub(super) fn not_the_shooter(model: &Model) -> Refused {
    let shooter = model.table.as_ref().and_then(|table| table.shooter());
    let wait = model
        .table
        .as_ref()
        .and_then(|table| super::wait_refused(table, &model.countdown));
    match shooter {
        Some(seat) if !seat.you => Refused::new(
            seat.name.as_str(),
            "has the dice, and only the shooter passes them",
            "After a seven-out they go on to the next seat",
        ),
        Some(_) | None if wait.is_some() => {
            let words = wait.unwrap_or_default();
            Refused::new("The dice", words.0, words.1)
        }
        Some(_) | None => Refused::new(
            "Nobody",
            "has the dice",
            with_key(
                "The first to sit down gets them",
                Action::Sit,
                &model.keymap,
            ),
        ),
    }
}

fn seat_name(model: &Model, seat: craps::SeatNo) -> String {
    let seats = model.table.iter().flat_map(|table| &table.seats);
    let mut found = seats.filter(|view| view.seat == seat);
    found
        .next()
        .map_or_else(|| format!("seat {seat}"), |view| view.name.to_string())
}

fn stake_of(model: &Model, seat: craps::SeatNo, bet: BetKey) -> Option<Chips> {
    let placed = model.table.as_ref()?.table.bet(seat, bet);
    placed.map(|placed| placed.stake)
}

fn point(model: &Model) -> String {
    let puck = model.table.as_ref().map(|table| table.table.puck());
    match puck.and_then(craps::Puck::point) {
        Some(point) => format!("the point is {point}"),
        None => "this is the come-out".to_owned(),
    }
}

fn wrong_phase(now: Phase, allowed: Phases, asked: &Asked<'_>) -> Refused {
    let line = |words: &str, action| {
        format!(
            "{} is the same bet now",
            with_key(words, action, asked.keys())
        )
    };
    // The end of this hand opens the bet, not the end of this point.
    let window = asked.bet.map_or(Window::Any, |bet| bet.info().terms.window);
    if window != Window::Any {
        return window_closed(window, asked);
    }
    match (allowed, now) {
        (Phases::ComeOut, _) => Refused::new(
            asked.bet(),
            format!("is for the come-out, and {}", point(asked.model)),
            if asked.is(BetId::PASS) {
                line("Come", Action::Come)
            } else if asked.is(BetId::DONT_PASS) {
                line("Don't come", Action::DontCome)
            } else {
                "It opens when the point is decided".to_owned()
            },
        ),
        (Phases::Point, _) => Refused::new(
            asked.bet(),
            "is for when a point is on, and this is the come-out",
            if asked.is(BetId::COME) {
                line("Pass", Action::Pass)
            } else if asked.is(BetId::DONT_COME) {
                line("Don't pass", Action::DontPass)
            } else {
                "It opens when the dice set a point".to_owned()
            },
        ),
        (Phases::Never | Phases::Both, _) => Refused::new(
            asked.bet(),
            format!("can't be changed by hand while {}", point(asked.model)),
            "The dice decide it",
        ),
    }
}

fn window_closed(window: Window, asked: &Asked<'_>) -> Refused {
    let rolls = asked
        .model
        .table
        .as_ref()
        .map_or(0, |table| table.table.hand_rolls());
    let works = match window {
        Window::Any => "It can be made at any time",
        Window::NewHand => "It opens again after the next seven-out",
        Window::NewHandOrAfterSeven => "It opens again after the next seven",
    };
    let rolled = counted(rolls, "roll", "rolls");
    Refused::new(
        asked.bet(),
        format!("is for a new hand, and this one has had {rolled}"),
        works,
    )
}

fn contract(asked: &Asked<'_>) -> Refused {
    let number = asked.bet.and_then(BetKey::number);
    let table = asked.model.table.as_ref();
    let number = number.or_else(|| table.and_then(|table| table.table.puck().point()));
    let line = asked
        .bet
        .is_some_and(|bet| bet.info().family == Family::Line);
    match number {
        Some(number) if line => Refused::new(
            asked.bet(),
            format!("is a contract until {number} or 7"),
            "Its odds can come down",
        ),
        Some(_) | None => Refused::new(
            asked.bet(),
            "is a contract and stays until it is decided",
            "Other bets can come down",
        ),
    }
}

fn number_word(multiple: u16) -> &'static str {
    match multiple {
        2 => "two",
        3 => "three",
        4 => "four",
        5 => "five",
        _ => "several",
    }
}

/// Words a refusal of the game manager.
pub(super) fn gaming(why: &gaming::Refusal, asked: &Asked<'_>) -> Refused {
    match why {
        gaming::Refusal::Club(why) => super::club::club(why, asked),
        gaming::Refusal::NotRunning {
            service,
            state,
            why,
        } => Refused::new(
            format!("The {service}"),
            format!(
                "{} {state}: {}",
                if *state == "failed" { "has" } else { "is" },
                why.trim_end_matches('.')
            ),
            go_to("Health says what to do", Action::GoHealth, asked.keys()),
        ),
        gaming::Refusal::QueueFull { limit } => Refused::new(
            "Your wish",
            format!("can't be queued: {limit} wait for an answer already"),
            "Try again when they have been answered",
        ),
        gaming::Refusal::Dropped { why } => Refused::new(
            "Your wish",
            format!(
                "was dropped before any block took it: {}",
                why.trim_end_matches('.')
            ),
            "Try again; it has had no effect",
        ),
        gaming::Refusal::NotReady { why } => Refused::new(
            "This node",
            format!("can't do that now: {}", why.trim_end_matches('.')),
            go_to(
                "Nothing has changed; Health says how the club does",
                Action::GoHealth,
                asked.keys(),
            ),
        ),
        gaming::Refusal::SeatedElsewhere { table } => Refused::new(
            "You",
            format!("sit at {table}, and one table is played at a time"),
            with_key(
                "At that table its seat is left by",
                Action::Leave,
                asked.keys(),
            ),
        ),
        gaming::Refusal::NotABot { seat } => Refused::new(
            capital_seat(asked.model, *seat),
            "is not played by a bot",
            "Only bots can be sent away",
        ),
    }
}

fn capital_seat(model: &Model, seat: craps::SeatNo) -> String {
    super::capital(&seat_name(model, seat))
}

/// Words that the treasury can't promise a win.
pub(super) fn treasury(
    asked: &Asked<'_>,
    bet: BetKey,
    (can_cover, could_win, most): (Chips, Chips, Chips),
) -> Refused {
    let works = if most.is_zero() {
        "A cheaper bet, or this one later, can be covered".to_owned()
    } else {
        asked.enter_or(format!("It covers {} on it", chips(most)))
    };
    Refused::new(
        "The treasury",
        format!(
            "can still cover {}, and {} could win {}",
            chips(can_cover),
            name_inside(bet),
            chips(could_win)
        ),
        works,
    )
}
