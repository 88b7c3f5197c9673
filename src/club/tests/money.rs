//! What the treasury covers, and what rolls pay.

use crate::club::kit::*;
use crate::club::*;
use crate::craps::{BetKey, Refusal as Rule, TableRules};
use crate::ledger::{Breach, Chips, MemberNo};

#[test]
fn a_refused_slip_does_nothing_and_names_the_action() {
    let mut club = TestClub::seated(charter(60_000, 10_000), 0, MemberKind::Bot, 1);
    let slip = club.bets(vec![place("pass", 10), place("field", 9_991)]);
    let (have, need) = (Chips::new(9_990), Chips::new(9_991));
    let why = Rule::Insufficient { have, need };
    assert_eq!(club.refused(0, slip), Refusal::Bet { index: 1, why });
    assert_eq!(club.balance(0), 10_000);
    assert!(
        club.table()
            .game
            .at_risk(club.table().game.shooter().unwrap())
            .is_zero()
    );
    let empty = club.bets(Vec::new());
    assert_eq!(
        club.refused(0, empty),
        Refusal::SlipSize {
            limit: limits::ACTIONS_MAX
        }
    );
}

/// A place bet on 6 pays 7:6, so 10 chips cover a stake of 8 (which wins 9), not of 9 (10.5).
#[test]
fn a_bet_beyond_the_treasury_is_refused_with_the_largest_that_fits() {
    let mut club = TestClub::seated(charter(1_009, 1_000), 0, MemberKind::Bot, 1);
    let slip = club.bets(vec![place("place_6", 60)]);
    let refusal = Refusal::TreasuryLimit {
        index: 0,
        bet: "place_6".parse::<BetKey>().unwrap(),
        can_cover: Chips::new(9),
        could_win: Chips::new(70),
        most: Chips::new(8),
    };
    assert_eq!(club.refused(0, slip), refusal);
    let over = club.bets(vec![place("place_6", 9)]);
    assert!(matches!(
        club.refused(0, over),
        Refusal::TreasuryLimit { .. }
    ));
    club.must(0, club.bets(vec![place("place_6", 8)]));
    assert_eq!(club.state.ledger().free(), Chips::ZERO);
    let more = club.bets(vec![place("field", 1)]);
    let Refusal::TreasuryLimit { most, .. } = club.refused(0, more) else {
        panic!("not covered");
    };
    assert!(most.is_zero());
    club.must(
        0,
        club.bets(vec![crate::craps::Action::TakeDown {
            bet: "place_6".parse().unwrap(),
        }]),
    );
    assert_eq!(club.state.ledger().free(), Chips::new(9));
    assert_eq!(club.balance(0), 1_000);
}

#[test]
fn the_largest_that_fits_keeps_to_the_bets_multiple() {
    let mut club = TestClub::seated(charter(1_100, 1_000), 0, MemberKind::Bot, 1);
    let slip = club.bets(vec![place("horn", 400)]);
    let Refusal::TreasuryLimit { most, .. } = club.refused(0, slip) else {
        panic!("not covered");
    };
    assert_eq!(most.get() % 4, 0);
    let step = Chips::new(most.get() + 4);
    let over = club.bets(vec![place("horn", step.get())]);
    assert!(matches!(
        club.refused(0, over),
        Refusal::TreasuryLimit { .. }
    ));
    club.must(0, club.bets(vec![place("horn", most.get())]));
}

/// Treasury 9, place 6 for 6: a win pays 7 and leaves 2, which can't cover another 7.
#[test]
fn a_winner_that_cannot_be_covered_again_comes_down_with_its_stake() {
    for seed in 0..=255 {
        let mut club = TestClub::seated(charter(1_009, 1_000), 0, MemberKind::Bot, seed);
        club.must(0, club.bets(vec![place("place_6", 6)]));
        let record = club.roll();
        if record.result.dice.total() == 6 {
            assert_eq!(club.balance(0), 1_007);
            assert_eq!(record.came_down.len(), 1);
            assert_eq!(record.came_down[0].returned, Chips::new(6));
            assert_eq!(record.credits[0].credit, Chips::new(13));
            assert_eq!(club.state.ledger().treasury(), Chips::new(2));
            return;
        }
    }
    panic!("no seed gave a six");
}

#[test]
fn a_winner_that_can_be_covered_again_stays_up() {
    for seed in 0..=255 {
        let mut club = TestClub::seated(charter(1_014, 1_000), 0, MemberKind::Bot, seed);
        club.must(0, club.bets(vec![place("place_6", 6)]));
        let record = club.roll();
        if record.result.dice.total() == 6 {
            assert_eq!(club.balance(0), 1_001);
            assert_eq!(record.came_down, []);
            assert_eq!(club.state.ledger().reserved(), Chips::new(7));
            return;
        }
    }
    panic!("no seed gave a six");
}

#[test]
fn rules_change_between_rolls_by_the_founders_word() {
    let mut club = TestClub::seated(charter(60_000, 10_000), 1, MemberKind::Bot, 1);
    let rules = |max_bet| TableRules {
        max_bet: Chips::new(max_bet),
        side_bet_max: Chips::new(25),
        ..easy_rules()
    };
    let change = |max_bet| Body::ChangeRules {
        table: TABLE,
        rules: rules(max_bet),
    };
    assert_eq!(club.refused(1, change(500)), Refusal::NotFounder);
    club.must(0, change(500));
    let over = club.bets(vec![place("pass", 501)]);
    let (stake, most) = (Chips::new(501), Chips::new(500));
    let why = Rule::AboveMaximum { stake, most };
    assert_eq!(club.refused(1, over), Refusal::Bet { index: 0, why });
    club.must(1, club.bets(vec![place("pass", 500)]));
    assert!(matches!(club.refused(0, change(499)), Refusal::Game(_)));
    assert_eq!(club.lock(TABLE), Ok(()));
    assert_eq!(club.refused(0, change(600)), Refusal::Locked);
}

/// A club whose founder has lost the grant of 10 at one roll, with the dice of the first seed.
fn broke(terms: &SignedCharter, others: u8) -> TestClub {
    for seed in 0..=255 {
        let mut club = TestClub::seated(terms.clone(), others, MemberKind::Bot, seed);
        club.must(0, club.bets(vec![place("any_seven", 10)]));
        if club.roll().result.dice.total() != 7 {
            return club;
        }
    }
    panic!("every seed gave a seven");
}

#[test]
fn who_lost_everything_draws_the_grant_again_and_nobody_else_does() {
    let has = |balance, bound| Refusal::HasChips {
        balance: Chips::new(balance),
        bound: Chips::new(bound),
        least: Chips::new(1),
    };
    let mut club = TestClub::seated(charter(100, 10), 0, MemberKind::Bot, 1);
    assert_eq!(club.refused(0, Body::NewChips), has(10, 0));
    club.must(0, club.bets(vec![place("field", 10)]));
    assert_eq!(club.refused(0, Body::NewChips), has(0, 10));

    let mut club = broke(&charter(100, 10), 0);
    assert_eq!(club.state.new_chips(MemberNo::FOUNDER), Ok(Chips::new(10)));
    club.must(0, Body::NewChips);
    let ledger = club.state.ledger();
    assert_eq!((club.balance(0), ledger.treasury()), (10, Chips::new(90)));
    assert_eq!(ledger.check(), Ok(()));
    let (member, grant) = (MemberNo::FOUNDER, Chips::new(10));
    let drawn = ClubEvent::NewChips { member, grant };
    assert_eq!(club.events.last(), Some(&drawn));
    assert_eq!(club.refused(0, Body::NewChips), has(10, 0));
}

#[test]
fn chips_that_pay_no_bet_of_any_table_are_none() {
    let mut club = TestClub::founded(charter(100, 4), 0, MemberKind::Bot, 1);
    for min_bet in [7, 5] {
        let (min_bet, max_bet) = (Chips::new(min_bet), Chips::new(50));
        club.must(
            0,
            create(TableRules {
                min_bet,
                max_bet,
                side_bet_max: max_bet,
                ..easy_rules()
            }),
        );
    }
    club.must(0, Body::NewChips);
    assert_eq!(club.balance(0), 8);
    let (balance, least) = (Chips::new(8), Chips::new(5));
    let why = Refusal::HasChips {
        balance,
        bound: Chips::ZERO,
        least,
    };
    assert_eq!(club.refused(0, Body::NewChips), why);
}

#[test]
fn a_club_may_give_its_chips_once_and_a_treasury_without_chips_gives_none() {
    let mut terms = charter(100, 10).charter;
    terms.settings.new_chips = false;
    let founder = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
    let mut club = broke(&terms.sign(&founder), 0);
    assert_eq!(club.refused(0, Body::NewChips), Refusal::NoNewChips);

    // The other one may win 90, which is all that the treasury holds.
    let mut club = broke(&charter(100, 10), 1);
    club.must(1, club.bets(vec![place("aces", 3)]));
    let (can_cover, grant) = (Chips::ZERO, Chips::new(10));
    let why = Refusal::GrantShort { can_cover, grant };
    assert_eq!(club.refused(0, Body::NewChips), why);
}

/// What a panic in here says.
fn panics<T>(with: impl FnOnce() -> T) -> String {
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(with));
    let Err(why) = done else {
        panic!("it went on");
    };
    *why.downcast::<String>().unwrap()
}

/// A club whose founder may win 70 on the six, and whose ledger says that so much is reserved for it.
fn reserving(amount: u64) -> ClubState {
    let mut club = TestClub::seated(charter(60_000, 10_000), 0, MemberKind::Bot, 1);
    club.must(0, club.bets(vec![place("place_6", 60)]));
    assert_eq!(club.state.ledger().reserved(), Chips::new(70));
    falsified(&club.state, Figure::Reserved, amount)
}

#[test]
fn liabilities_that_are_not_those_of_the_tables_stop_the_club_at_once() {
    let (reserved, tables) = (Chips::new(69), Some(Chips::new(70)));
    let breach = Breach::Liabilities { reserved, tables };
    let state = reserving(69);
    let time = TimeMs(state.time().0 + 1);
    let why = panics(|| build(&state, time, KeeperNo(0), Vec::new()));
    assert_eq!(why, format!("the ledger is broken: Err({breach:?})"));
    // And such a state is no state, wherever it comes from.
    let stored = ClubState::from_bytes(&state.to_bytes());
    assert_eq!(stored, Err(StateFault::Ledger(breach)));
    let good = reserving(70);
    assert_eq!(ClubState::from_bytes(&good.to_bytes()), Ok(good));
}

/// With another bet on the table enough is reserved for the one that comes down: the sum is wrong
/// all the same.
#[test]
fn a_take_down_under_wrong_liabilities_stops_the_club_too() {
    let mut club = TestClub::seated(charter(60_000, 10_000), 1, MemberKind::Bot, 1);
    club.must(0, club.bets(vec![place("place_6", 60)]));
    club.must(1, club.bets(vec![place("place_8", 60)]));
    let state = falsified(&club.state, Figure::Reserved, 100);
    let bet = "place_6".parse().unwrap();
    let down = club.bets(vec![crate::craps::Action::TakeDown { bet }]);
    let command = club.command(0, 0, down);
    let time = TimeMs(state.time().0 + 1);
    let why = panics(|| build(&state, time, KeeperNo(0), vec![command]));
    let (reserved, tables) = (Chips::new(30), Some(Chips::new(70)));
    let breach = Breach::Liabilities { reserved, tables };
    assert_eq!(why, format!("the ledger is broken: Err({breach:?})"));
}

/// A member whose account says that nothing of his is at risk takes down a bet that stands.
#[test]
fn a_movement_that_does_not_fit_the_accounts_halts_and_gives_nobody_chips() {
    let mut club = TestClub::seated(charter(60_000, 10_000), 0, MemberKind::Bot, 1);
    club.must(0, club.bets(vec![place("place_6", 60)]));
    let mut ledger = serde_json::to_value(club.state.ledger()).unwrap();
    let account = &mut ledger["accounts"]["0"];
    assert_eq!(
        (&account["staked"], &account["balance"]),
        (&60.into(), &9_940.into())
    );
    account["staked"] = 0.into();
    account["balance"] = 10_000.into();
    let ledger = serde_json::from_value(ledger).unwrap();
    let state = club.state.clone().with_ledger(ledger);
    assert_eq!(state.ledger().check(), Ok(()), "no chip more or less");
    let bet = "place_6".parse().unwrap();
    let down = club.bets(vec![crate::craps::Action::TakeDown { bet }]);
    let command = club.command(0, 0, down);
    let time = TimeMs(state.time().0 + 1);
    let why = panics(|| build(&state, time, KeeperNo(0), vec![command]));
    assert_eq!(
        why,
        "the amounts of the movement of M0 do not fit the ledger"
    );
}
