//! Why the club refuses something, in words.

use super::number::{chips, counted, grouped};
use super::refusal::{Asked, Refused, craps, go_to, not_seated, treasury, with_key};
use super::time::minutes;
use crate::clock::UnixMillis;
use crate::club;
use crate::craps::RulesError;
use crate::craps::limits::{BET_MAX, RATE_DENOMINATOR_MAX};
use crate::ledger::Chips;
use crate::tui::action::Action;

/// Words a refusal of the club.
#[expect(
    clippy::too_many_lines,
    reason = "a table of words: an arm for each kind"
)]
pub(super) fn club(why: &club::Refusal, asked: &Asked<'_>) -> Refused {
    use club::Refusal as R;
    let roll = asked.model.table.as_ref().map_or(0, |table| table.roll);
    match why {
        R::Bet { why, .. } | R::Game(why) => craps(why, asked),
        R::TreasuryLimit {
            bet,
            can_cover,
            could_win,
            most,
            ..
        } => treasury(asked, *bet, (*can_cover, *could_win, *most)),
        R::TreasuryShort {
            can_cover,
            could_win,
        } => Refused::new(
            "The treasury",
            format!(
                "can still cover {}, and bets that stand could win {} more by these rules",
                chips(*can_cover),
                chips(*could_win)
            ),
            "Lower limits, or the next roll, make it fit",
        ),
        R::Insufficient { have, need } => bond(*have, *need),
        R::UnknownTable => Refused::new(
            "That table",
            "is not there any more",
            "The lobby lists those that are",
        ),
        R::NotSeated => not_seated(asked.keys()),
        R::AlreadySeated { .. } => Refused::new(
            "You",
            "have a seat here already",
            go_to("Go to the table", Action::GoTable, asked.keys()),
        ),
        R::TableFull { seats } => Refused::new(
            "The table",
            format!("is full: all {seats} seats are taken"),
            with_key(
                "Sending a bot away makes room",
                Action::RemoveBot,
                asked.keys(),
            ),
        ),
        R::AlreadyWaiting => Refused::new(
            "That",
            "waits for the end of the roll already",
            "It happens when the dice are out",
        ),
        R::Locked => Refused::new(
            format!("Roll {}", grouped(roll)),
            "is locked, so no bet can change now",
            format!("The bet waits in your slip for roll {}", grouped(roll + 1)),
        ),
        R::WrongRoll { now } => Refused::new(
            "That roll",
            format!("is over, and bets are for roll {} now", grouped(*now)),
            "Try again to bet on it",
        ),
        R::NoSeal => Refused::new(
            "Your node",
            format!(
                "has not sealed roll {} yet, so it can't bet in it",
                grouped(roll)
            ),
            "It is sealing now; try again",
        ),
        R::SealsMissing { slots } => {
            let count = counted(u64::try_from(slots.len()).unwrap_or(0), "secret", "secrets");
            Refused::new(
                "The roll",
                format!("waits for {count} of its players"),
                "It goes on when they are there",
            )
        }
        R::TooFewPlayers { seated, need } => Refused::new(
            "The first roll",
            format!("takes {need} players, and {seated} sit here"),
            with_key("A bot counts as one", Action::AddBot, asked.keys()),
        ),
        R::Banned { until } => Refused::new(
            "You",
            "sealed rolls and did not open them, more than once",
            format!(
                "Seats are open to you again at {} UTC",
                minutes(UnixMillis(until.0))
            ),
        ),
        R::Times { shortest, longest } => Refused::new(
            "The times of a table",
            format!("lie between {shortest} and {longest} ms, and bets close after all are ready"),
            "One of the three sets of times works: LAN, internet or BLE",
        ),
        R::BondTooSmall { bond, need } => Refused::new(
            "A seat's bond",
            format!(
                "of {} does not cover what a withheld secret costs",
                chips(*bond)
            ),
            format!("Ask for {} or more", chips(*need)),
        ),
        R::NothingAtRisk => Refused::new(
            "The dice",
            "roll when a bet would see them, and nobody has one",
            with_key("Pass makes one", Action::Pass, asked.keys()),
        ),
        R::SlipSize { limit } => Refused::new(
            "A slip",
            format!("holds 1 to {limit} changes"),
            "Send fewer at once",
        ),
        R::NotLocked => Refused::new(
            "Nothing",
            "is locked, so no secret is opened",
            with_key("The shooter rolls first", Action::Roll, asked.keys()),
        ),
        R::NotFounder => Refused::new(
            "That",
            "is the founder's to do, and this club is not yours",
            "In a club of your own you may",
        ),
        R::Name { bytes_max } => Refused::new(
            "A name",
            format!("has 1 to {bytes_max} letters and no control characters"),
            "A shorter one works",
        ),
        R::TooManyMembers { limit } => Refused::new(
            "The club",
            format!("is full with {limit} members"),
            "A place opens when its founder makes room",
        ),
        R::TooManyTables { limit } => Refused::new(
            "The club",
            format!("has all {limit} tables it may have"),
            "Sit down at one of them",
        ),
        R::SeatCount { seats_max } => Refused::new(
            "A table",
            format!("has 1 to {seats_max} seats"),
            "A number between works",
        ),
        R::Rules(why) => rules(why),
        R::WorkMissing { have, need } => Refused::new(
            "The identity",
            format!("has {have} bits of proof of work, and the club asks for {need}"),
            "A new identity has enough",
        ),
        R::BadKey | R::MemberExists { .. } => Refused::new(
            "The identity",
            "is no new key for this club",
            "A new identity works",
        ),
        R::NoNewChips => Refused::new(
            "This club",
            "gives its chips once",
            "A club of your own gives them again",
        ),
        R::HasChips { balance, bound, .. } => Refused::new(
            "New chips",
            format!(
                "are for who has none, and you have {} and {} at risk",
                chips(*balance),
                chips(*bound)
            ),
            "They are there when all is lost",
        ),
        R::GrantShort { can_cover, grant } => Refused::new(
            "The treasury",
            format!("can spare {} of the {}", chips(*can_cover), chips(*grant)),
            "It has more when bets that stand are decided",
        ),
        R::Keepers(why) => super::keepers::keepers(why),
        R::WrongEpoch { .. }
        | R::NotYourSlot { .. }
        | R::AlreadySealed
        | R::NotSealed
        | R::StirNotOffered
        | R::WrongLock
        | R::WrongSecret
        | R::AlreadyOpened => Refused::new(
            "The dice",
            "already have what they need of your node for this roll",
            "The next roll asks again",
        ),
    }
}

/// Returns which rule doesn't go with which, as one short sentence.
#[must_use]
pub fn rules_contradict(why: &RulesError) -> String {
    let words = rules(why);
    crate::tui::widget::fit(&format!("{} {}.", words.what, words.why), 54)
}

fn rules(why: &RulesError) -> Refused {
    match why {
        RulesError::Limits { min, max } => Refused::new(
            "These limits",
            format!("can't be played: {} to {}", chips(*min), chips(*max)),
            format!(
                "The smallest bet is at least 1, and the largest between it and {}",
                grouped(BET_MAX)
            ),
        ),
        RulesError::SideBetMax { side, max } => Refused::new(
            "The largest side bet",
            format!("of {} is none of 1 to {}", chips(*side), chips(*max)),
            "A larger largest bet makes room for it",
        ),
        RulesError::Field { on, pays } => Refused::new(
            format!("The field on {on}"),
            format!("can't pay {pays} to 1"),
            "It pays 2 or 3 to 1",
        ),
        RulesError::Rate { rate, .. } => Refused::new(
            "A commission",
            format!("of {} in {} can't be taken", rate.x, rate.y),
            format!("One below the whole, in parts of up to {RATE_DENOMINATOR_MAX}, works"),
        ),
        RulesError::VigMin { vig_min } => Refused::new(
            "The least commission",
            format!("of {} is more than any bet", chips(*vig_min)),
            format!("Up to {} works", grouped(BET_MAX)),
        ),
        RulesError::Price {
            name,
            pays,
            least,
            most,
        } => Refused::new(
            format!("A price of {name}"),
            format!("can't be {} to 1", grouped(u64::from(*pays))),
            format!(
                "{} to {} works",
                grouped(u64::from(*least)),
                grouped(u64::from(*most))
            ),
        ),
    }
}

fn bond(have: Chips, need: Chips) -> Refused {
    Refused::new(
        "A seat",
        format!(
            "takes a bond of {}, and you have {}",
            chips(need),
            chips(have)
        ),
        "A table without a bond takes none",
    )
}
