//! Every refusal is made once and says what, why and what would work, in at most two sentences.

use std::collections::BTreeSet;

use super::{Refused, refused};
use crate::club;
use crate::craps::{self, BetKey, BoxNumber, Dice, Phase, Phases, Puck, SeatNo, Window};
use crate::dice::Slot;
use crate::gaming;
use crate::ledger::{Chips, MemberNo};
use crate::shown::Shown;
use crate::state::lifecycle::ApplicationState;
use crate::tui::action::Action;
use crate::tui::caps::DecidedBy;
use crate::tui::fixture;
use crate::tui::input::Chord;
use crate::tui::kept::Left;
use crate::tui::model::Model;
use crate::tui::note::{Offer, Tried};
use crate::tui::why::Why;

fn key(bet: &str) -> BetKey {
    bet.parse().unwrap()
}

fn chips(count: u64) -> Chips {
    Chips::new(count)
}

fn model() -> Model {
    fixture::state("point-on").unwrap()
}

fn every_craps_refusal() -> Vec<craps::Refusal> {
    use craps::Refusal as R;
    let seat = SeatNo::new(1).unwrap();
    let (stake, least, most, flat) = (chips(6), chips(5), chips(500), chips(10));
    vec![
        R::NotOffered,
        R::OnlyByDice,
        R::WrongPhase {
            now: Phase::Point,
            allowed: Phases::ComeOut,
        },
        R::WrongPhase {
            now: Phase::ComeOut,
            allowed: Phases::Point,
        },
        R::WrongPhase {
            now: Phase::Point,
            allowed: Phases::Never,
        },
        R::WindowClosed {
            window: Window::NewHand,
        },
        R::WindowClosed {
            window: Window::NewHandOrAfterSeven,
        },
        R::Contract,
        R::AlwaysWorks,
        R::ZeroAmount,
        R::BelowMinimum {
            stake: chips(3),
            least,
        },
        R::AboveMaximum {
            stake: chips(600),
            most,
        },
        R::StakeMultiple {
            stake,
            multiple: 4,
            nearest: (chips(4), chips(8)),
        },
        R::Insufficient {
            have: chips(4),
            need: stake,
        },
        R::NoFlatBet { flat: key("pass") },
        R::OddsLimit {
            stake: chips(60),
            most: chips(50),
            flat,
        },
        R::NoSuchBet,
        R::ReduceTooMuch { stake },
        R::NotSeated,
        R::AlreadySeated,
        R::NotTheShooter {
            shooter: Some(seat),
        },
        R::ShooterNeedsLineBet { least },
        R::NobodyElseCanShoot,
        R::BetStands {
            seat,
            bet: key("place_6"),
        },
        R::InvalidRules,
    ]
}

#[expect(clippy::too_many_lines, reason = "a list: one of each kind")]
fn every_club_refusal() -> Vec<club::Refusal> {
    use club::Refusal as R;
    let seat = SeatNo::new(1).unwrap();
    let slots = vec![Slot(1)];
    let (have, need) = (chips(4), chips(40));
    let (can_cover, could_win) = (chips(900), chips(1_200));
    let rules = craps::RulesError::Limits {
        min: chips(5),
        max: chips(1),
    };
    let bet = key("aces");
    let mut all = vec![
        R::NotFounder,
        R::Name { bytes_max: 24 },
        R::BadKey,
        R::MemberExists {
            member: MemberNo(2),
        },
        R::WorkMissing { have: 3, need: 16 },
        R::TooManyMembers { limit: 64 },
        R::TooManyTables { limit: 8 },
        R::SeatCount { seats_max: 16 },
        R::Rules(rules),
        R::Rules(craps::RulesError::SideBetMax {
            side: chips(9),
            max: chips(5),
        }),
        R::Rules(craps::RulesError::Field { on: 2, pays: 4 }),
        R::Rules(craps::RulesError::Rate {
            name: "vig_rate",
            rate: craps::Ratio::new(3, 2),
        }),
        R::Rules(craps::RulesError::VigMin {
            vig_min: chips(2_000_000_000),
        }),
        R::Rules(craps::RulesError::Price {
            name: "fire",
            pays: 0,
            least: 1,
            most: 10_000,
        }),
        R::UnknownTable,
        R::NotSeated,
        R::AlreadySeated { seat },
        R::TableFull { seats: 8 },
        R::AlreadyWaiting,
        R::Insufficient { have, need },
        R::Locked,
        R::NotLocked,
        R::WrongRoll { now: 9 },
        R::WrongEpoch { now: 2 },
        R::NotYourSlot { yours: None },
        R::AlreadySealed,
        R::StirNotOffered,
        R::NoSeal,
        R::NotSealed,
        R::SealsMissing { slots },
        R::WrongLock,
        R::WrongSecret,
        R::AlreadyOpened,
        R::Banned {
            until: club::TimeMs(45_296_000),
        },
        R::Times {
            shortest: 100,
            longest: 600_000,
        },
        R::BondTooSmall { bond: have, need },
        R::TooFewPlayers { seated: 1, need: 2 },
        R::NothingAtRisk,
        R::SlipSize { limit: 32 },
        R::TreasuryLimit {
            index: 0,
            bet,
            can_cover,
            could_win,
            most: chips(30),
        },
        R::TreasuryLimit {
            index: 0,
            bet,
            can_cover,
            could_win,
            most: chips(0),
        },
        R::TreasuryShort {
            can_cover,
            could_win,
        },
        R::Bet {
            index: 0,
            why: craps::Refusal::Contract,
        },
        R::Game(craps::Refusal::NotSeated),
        R::NoNewChips,
        R::HasChips {
            balance: have,
            bound: need,
            least: chips(5),
        },
        R::GrantShort {
            can_cover,
            grant: could_win,
        },
    ];
    all.extend(every_keeper_refusal().map(R::Keepers));
    all
}

fn every_keeper_refusal() -> [club::KeeperRefusal; 18] {
    use club::KeeperRefusal as R;
    let (member, keeper) = (MemberNo(3), club::KeeperNo(5));
    let (oldest, newest) = (club::Height(4), club::Height(19));
    let (have, need) = (4, 5);
    [
        R::NotKeeper,
        R::NotShared,
        R::AlreadyShared { keepers: 4 },
        R::KeeperCount { have, would_be: 3 },
        R::FounderIsNoKeeper,
        R::UnknownMember { member },
        R::UnknownKeeper { keeper },
        R::KeepsAlready { member, keeper },
        R::NotReady { member },
        R::KeeperNumbersUsedUp,
        R::AlreadyApproved { have, need },
        R::TooManyChanges { limit: 4 },
        R::VoteKeyProof,
        R::VoteKeyTaken,
        R::NotCaughtUp { oldest, newest },
        R::StateDiffers { height: newest },
        R::NoEvidence,
        R::AlreadyAccused { keeper },
    ]
}

fn every_gaming_refusal() -> Vec<gaming::Refusal> {
    use gaming::Refusal as R;
    let mut all = vec![
        R::NotRunning {
            service: "storage",
            state: "failed",
            why: "the disk is full.".into(),
        },
        R::QueueFull { limit: 64 },
        R::NotReady {
            why: "the vote key of keeper 0 can still vote".into(),
        },
        R::SeatedElsewhere {
            table: Shown::new("practice", 24),
        },
        R::NotABot {
            seat: SeatNo::new(0).unwrap(),
        },
        R::Dropped {
            why: "the node is stopping".into(),
        },
    ];
    let by_rules = every_craps_refusal()
        .into_iter()
        .map(|why| club::Refusal::Bet { index: 0, why });
    all.extend(
        every_club_refusal()
            .into_iter()
            .chain(by_rules)
            .map(R::Club),
    );
    all
}

#[expect(clippy::too_many_lines, reason = "a list of one of each")]
fn every_screen_refusal() -> Vec<Why> {
    vec![
        Why::NoSuchKey(Chord::char('%')),
        Why::NotTaking(ApplicationState::Stopping),
        Why::NoTable,
        Why::NoTables,
        Why::NothingChosen,
        Why::NothingToClose,
        Why::NotSeated,
        Why::Seated,
        Why::TableFull { seats: 8 },
        Why::NoBots,
        Why::HostNotDoubted,
        Why::NoApprovalAsked,
        Why::NotTheShooter { shooter: None },
        Why::AlreadyReady,
        Why::Locked { roll: 119 },
        Why::OnItsWay,
        Why::BeginsByItself,
        Why::ApplicationBusy,
        Why::NoSpot,
        Why::NoBetHere(key("field")),
        Why::NoOddsBehind(Some(key("field"))),
        Why::NoOddsBehind(None),
        Why::NoHardWay(BoxNumber::Nine),
        Why::NothingToUndo,
        Why::NothingToRedo,
        Why::NoLastSlip,
        Why::NothingToRepeat,
        Why::RepeatTooDear {
            need: Chips::new(60),
            have: Chips::new(4),
        },
        Why::NothingToClear,
        Why::Elsewhere(crate::tui::action::Action::Freeze.info().places),
        Why::Elsewhere(crate::tui::action::Action::PickFour.info().places),
        Why::LargestUnit(chips(100)),
        Why::SmallestUnit(chips(1)),
        Why::ColoursFixed(DecidedBy::Flag),
        Why::ColoursFixed(DecidedBy::Environment),
        Why::OnePane,
        Why::NoField,
        Why::NoRoll,
        Why::EndOfList,
        Why::NotHere,
        Why::FieldEmpty,
        Why::FieldFull { limit: 32 },
        Why::NameEmpty,
        Why::PassphraseEmpty,
        Why::PassphraseTooLong { bytes_max: 1_024 },
        Why::PassphrasesDiffer,
        Why::TypeTheWord("stop"),
        Why::NotANumber,
        Why::RuleRange {
            rule: "Smallest bet",
            least: 1,
            most: 500,
        },
        Why::TypeTheNumber,
        Why::AsInTheBook,
        Why::NoQuestionMark,
        Why::CameLate,
        Why::Kept {
            rule: None,
            left: Left::Unsent,
        },
        Why::Kept {
            rule: None,
            left: Left::NotTaken,
        },
        Why::Kept {
            rule: None,
            left: Left::OnItsWay,
        },
        Why::Kept {
            left: Left::OnItsWay,
            rule: Some(craps::Refusal::Insufficient {
                have: chips(10_000),
                need: chips(20_100),
            }),
        },
        Why::MinimumAboveMaximum {
            min: chips(10),
            max: chips(5),
        },
        Why::Lost,
        Why::TooManyPending { limit: 64 },
    ]
}

/// Counts kinds by the names that `Debug` gives them, nested ones too.
fn kinds<T: std::fmt::Debug>(all: &[T]) -> usize {
    let name = |one: &T| {
        let text = format!("{one:?}");
        text.split([' ', '(', '{'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    all.iter().map(name).collect::<BTreeSet<_>>().len()
}

fn check(words: &Refused, of: &dyn std::fmt::Debug) {
    for part in [&words.what, &words.why, &words.works] {
        assert!(!part.trim().is_empty(), "{of:?} lacks a part: {words:?}");
        assert!(!part.ends_with('.'), "{of:?}: {words:?}");
    }
    let shown = words.to_string();
    assert_eq!(
        shown.matches(". ").count(),
        1,
        "{of:?} is not two sentences: {shown}"
    );
    assert!(
        !shown.contains(['!', '{']) && !shown.contains("::"),
        "{of:?}: {shown}"
    );
    assert!(
        shown.len() <= 158,
        "{of:?} does not fit two rows of 80 columns: {shown}"
    );
}

#[test]
fn every_refusal_says_what_why_and_what_would_work() {
    // The number of kinds: a new one is added to the lists above with its words.
    assert_eq!(kinds(&every_craps_refusal()), 22);
    assert_eq!(kinds(&every_club_refusal()), 42);
    assert_eq!(kinds(&every_keeper_refusal()), 18);
    assert_eq!(kinds(&every_gaming_refusal()), 7);
    assert_eq!(kinds(&every_screen_refusal()), 54);
    let model = model();
    let games = every_gaming_refusal().into_iter().map(Why::Game);
    for why in games.chain(every_screen_refusal()) {
        let (bet, amount) = (key("horn"), chips(6));
        let offers = [
            None,
            Some(Offer {
                bet,
                amount: chips(4),
            }),
        ];
        for tried in [
            Tried::Bet { bet, amount },
            Tried::Action(Action::Roll),
            Tried::Input,
        ] {
            for offer in offers {
                check(&refused(&tried, &why, offer, &model), &why);
            }
        }
    }
}

/// With the focus on a bet: what is offered for it, `Enter` does there.
fn at(bet: BetKey) -> Model {
    let mut model = model();
    model.pane = crate::tui::model::Pane::Felt;
    model.spot = bet;
    model
}

#[test]
fn refusals_say_what_why_and_what_would_work() {
    let say = |bet: &str, why: craps::Refusal, offer: Option<u64>| {
        let bet = key(bet);
        let why = Why::Game(gaming::Refusal::Club(club::Refusal::Bet { index: 0, why }));
        let offer = offer.map(|amount| Offer {
            bet,
            amount: chips(amount),
        });
        refused(
            &Tried::Bet {
                bet,
                amount: chips(6),
            },
            &why,
            offer,
            &at(bet),
        )
        .to_string()
    };
    let wrong = craps::Refusal::WrongPhase {
        now: Phase::Point,
        allowed: Phases::ComeOut,
    };
    assert_eq!(
        say("pass", wrong, None),
        "Pass line is for the come-out, and the point is 6. Come [c] is the same bet now."
    );
    let later = say("fire", wrong, None);
    assert!(later.ends_with("It opens again after the next seven-out."));
    assert_eq!(
        say("pass", craps::Refusal::Contract, None),
        "Pass line is a contract until 6 or 7. Its odds can come down."
    );
    let horn = craps::Refusal::StakeMultiple {
        stake: chips(6),
        multiple: 4,
        nearest: (chips(4), chips(8)),
    };
    assert_eq!(
        say("horn", horn, Some(4)),
        "Horn is four bets in one, so 4, 8, 12, and this makes 6. Enter bets 4."
    );
    let odds = craps::Refusal::OddsLimit {
        stake: chips(60),
        most: chips(50),
        flat: chips(10),
    };
    assert_eq!(
        say("pass_odds", odds, Some(30)),
        "Pass odds stop at 50 behind your 10, and this makes 60. Enter bets 30."
    );
    let (can_cover, could_win, most) = (chips(900), chips(1_200), chips(30));
    let bet = key("aces");
    let treasury = club::Refusal::TreasuryLimit {
        index: 0,
        bet,
        can_cover,
        could_win,
        most,
    };
    let offer = Some(Offer { bet, amount: most });
    let tried = Tried::Bet {
        bet,
        amount: chips(40),
    };
    let why = Why::Game(gaming::Refusal::Club(treasury));
    assert_eq!(
        refused(&tried, &why, offer, &at(bet)).to_string(),
        "The treasury can still cover 900, and aces could win 1,200. Enter bets 30."
    );
}

#[test]
fn rolls_are_called_as_at_a_table() {
    let six = Puck::On(BoxNumber::Six);
    let call = |a, b, puck| super::call(Dice::new(a, b).unwrap(), puck);
    assert_eq!(call(1, 1, Puck::Off), "aces");
    assert_eq!(call(2, 1, six), "ace-deuce");
    assert_eq!(call(4, 2, Puck::Off), "easy six");
    assert_eq!(call(4, 4, six), "hard eight");
    assert_eq!(call(6, 1, Puck::Off), "natural seven");
    assert_eq!(call(6, 1, six), "seven out");
    assert_eq!(call(5, 6, six), "yo-leven");
    assert_eq!(call(6, 6, six), "boxcars");
}
