//! Chips, answers, undo and the dice.

use crate::club;
use crate::craps::{Action, Refusal as Rule};
use crate::gaming::{Intent, Refusal, Reply};
use crate::ledger::Chips;
use crate::tui::dice_show::DiceShow;
use crate::tui::limits::DICE_STEPS;
use crate::tui::message::Msg;
use crate::tui::model::{Pane, Screen};
use crate::tui::note::{Note, Offer, Tried};
use crate::tui::slip::Ending;
use crate::tui::text;
use crate::tui::why::Why;

use crate::tui::update::kit::{GAME, Player, key, placed};

#[test]
fn chips_on_one_spot_go_out_as_one_bet_when_the_keys_rest() {
    let mut player = Player::seated();
    player.keys("p p");
    player.after(299);
    player.keys("Enter");
    player.after(299);
    assert_eq!(player.sent(), vec![]);
    player.after(1);
    let sent = player.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].1, placed("pass", 30));
    assert!(player.model.pending.contains_key(&sent[0].0));
    assert_eq!(
        player.stake("pass"),
        0,
        "nothing stands before it is confirmed"
    );
}

#[test]
fn leaving_the_spot_or_rolling_sends_the_chips_first() {
    let mut player = Player::seated();
    player.keys("p f");
    let sent: Vec<_> = player
        .sent()
        .into_iter()
        .map(|(_, intent)| intent)
        .collect();
    assert_eq!(sent, vec![placed("pass", 10)]);
    player.keys("r");
    let sent: Vec<_> = player
        .sent()
        .into_iter()
        .map(|(_, intent)| intent)
        .collect();
    let rolled = Intent::Roll {
        game: GAME,
        roll: 1,
    };
    assert_eq!(sent, vec![placed("field", 10), rolled]);
    player.keys("r");
    assert_eq!(player.why(), Some(&Why::AlreadyReady));
}

#[test]
fn a_bet_shows_as_sent_then_confirmed() {
    let mut player = Player::seated();
    player.keys("p");
    player.after(300);
    let row = player.model.slip_rows()[&key("pass")].clone();
    assert_eq!((row.stands.get(), row.sent.get()), (0, 10));
    player.settle();
    let row = player.model.slip_rows()[&key("pass")].clone();
    assert_eq!(
        (row.stands.get(), row.sent.get(), row.on_its_way),
        (10, 0, None)
    );
    assert!(matches!(
        player.model.slip.answers[0].ending,
        Ending::Confirmed(_)
    ));
    assert!(matches!(
        player.model.event_row.shown(),
        Some(Note::Confirmed { .. })
    ));
}

#[test]
fn odds_beyond_the_limit_wait_and_enter_makes_the_nearest_legal_bet() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.keys("+ + o");
    player.after(300);
    assert_eq!(
        player.sent(),
        vec![],
        "100 behind 10 is not sent: 5x on the 6 is 50"
    );
    assert!(matches!(player.rule(), Some(Rule::OddsLimit { .. })));
    let offer = match player.model.event_row.shown() {
        Some(Note::Refused { offer, .. }) => *offer,
        _ => None,
    };
    let fifty = Chips::new(50);
    assert_eq!(
        offer,
        Some(Offer {
            bet: key("pass_odds"),
            amount: fifty
        })
    );
    assert_eq!(player.model.bet_in_focus(), Some(key("pass_odds")));
    player.keys("Enter");
    player.settle();
    assert_eq!(player.stake("pass_odds"), 50);
    assert!(player.model.slip.waiting.is_empty());
}

#[test]
fn a_bet_out_of_its_phase_is_refused_at_once_and_the_words_stay_until_the_next_key() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.keys("p");
    assert!(matches!(player.rule(), Some(Rule::WrongPhase { .. })));
    assert_eq!(player.model.slip.laid, None);
    player.roll(4, 5);
    assert!(
        matches!(player.rule(), Some(Rule::WrongPhase { .. })),
        "a roll covers no refusal"
    );
    player.keys("Right");
    assert!(
        matches!(player.model.event_row.shown(), Some(Note::Rolled(record)) if record.roll == 2)
    );
}

#[test]
fn a_refused_bet_waits_with_the_focus_and_nothing_is_lost() {
    let mut player = Player::seated();
    player.keys("y");
    player.after(300);
    let id = player.sent()[0].0;
    player.keys("f");
    let refusal = Refusal::Club(club::Refusal::TreasuryLimit {
        index: 0,
        bet: key("yo"),
        can_cover: Chips::new(100),
        could_win: Chips::new(150),
        most: Chips::new(6),
    });
    player.take(Msg::Reply(id, Reply::Rejected(refusal.clone())));
    assert_eq!(player.model.bet_in_focus(), Some(key("yo")));
    let waiting = player.model.slip.waiting_on(key("yo")).unwrap();
    assert_eq!(
        (waiting.amount.get(), waiting.offer),
        (10, Some(Chips::new(6)))
    );
    assert_eq!(waiting.why, Why::Game(refusal));
    player.effects.clear();
    player.keys("Enter");
    assert_eq!(player.sent()[0].1, placed("yo", 6));
}

#[test]
fn after_the_lock_a_bet_waits_and_enter_makes_it_when_betting_is_open() {
    let mut player = Player::seated();
    player.plays("p");
    player.locked = true;
    player.show();
    player.keys("f");
    assert_eq!(player.why(), Some(&Why::Locked { roll: 1 }));
    player.keys("r");
    assert_eq!(player.why(), Some(&Why::Locked { roll: 1 }));
    assert_eq!(player.sent(), vec![]);
    player.locked = false;
    player.roll(4, 5);
    assert_eq!(
        player.sent(),
        vec![],
        "no bet goes out by itself after a roll"
    );
    player.keys("Enter");
    player.settle();
    assert_eq!(player.stake("field"), 10);
}

#[test]
fn without_an_answer_the_same_number_is_asked_again_every_five_seconds() {
    let mut player = Player::seated();
    player.keys("p");
    player.after(300);
    let first = player.sent();
    player.after(4_999);
    assert_eq!(player.sent(), vec![]);
    player.after(1);
    assert_eq!(player.sent(), first);
    assert!(matches!(
        player.model.event_row.shown(),
        Some(Note::AskingAgain { .. })
    ));
    player.after(5_000);
    assert_eq!(player.sent(), first);
    player.take(Msg::Reply(
        first[0].0,
        Reply::Decided(crate::club::Height(9)),
    ));
    assert_eq!(player.model.due(), None);
    player.take(Msg::Reply(
        first[0].0,
        Reply::Decided(crate::club::Height(9)),
    ));
    assert_eq!(
        player.model.slip.done.len(),
        1,
        "a second answer changes nothing"
    );
}

#[test]
fn undo_takes_a_confirmed_bet_down_and_redo_makes_it_again() {
    let mut player = Player::seated();
    player.plays("6");
    player.plays("6 6");
    assert_eq!(player.stake("place_6"), 36);
    player.plays("u");
    assert_eq!(player.stake("place_6"), 12);
    player.plays("u");
    assert_eq!((player.stake("place_6"), player.balance.get()), (0, 1_000));
    player.keys("u");
    assert_eq!(player.why(), Some(&Why::NothingToUndo));
    player.plays("U");
    player.plays("U");
    assert_eq!(player.stake("place_6"), 36);
    player.keys("6 u");
    player.after(300);
    assert_eq!(
        player.sent(),
        vec![],
        "laid chips are taken back before anything else"
    );
    player.keys("Del");
    player.settle();
    assert_eq!(player.stake("place_6"), 0);
    player.plays("u");
    assert_eq!(player.stake("place_6"), 36);
}

#[test]
fn what_the_rules_hold_is_not_undone_after_a_roll() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.keys("u");
    assert_eq!(player.why(), Some(&Why::NothingToUndo));
    player.keys("Del");
    assert_eq!(player.rule(), Some(&Rule::Contract));
    assert_eq!(player.sent(), vec![]);
}

#[test]
fn the_last_slip_is_repeated_as_far_as_it_is_legal() {
    let mut player = Player::seated();
    player.keys("z");
    assert_eq!(player.why(), Some(&Why::NoLastSlip));
    player.plays("p");
    player.roll(3, 3);
    player.plays("o");
    player.plays("8");
    player.roll(3, 4);
    assert_eq!((player.stake("pass"), player.stake("place_8")), (0, 0));
    player.keys("z");
    assert_eq!(
        player.model.event_row.shown(),
        Some(&Note::Repeated {
            sent: vec![
                (key("pass"), Chips::new(10)),
                (key("place_8"), Chips::new(12))
            ],
            left_out: vec![key("pass_odds")],
            too_dear: vec![],
            decided: false,
        }),
        "odds need a point"
    );
    let said = |player: &Player| {
        let note = player.model.event_row.shown().unwrap();
        crate::tui::text::note(note, &player.model)
    };
    player.settle();
    assert_eq!(
        said(&player),
        "Again pass line 10, place 8 12: confirmed. Not legal now: pass odds.",
        "one note for all, and bet by bet where there is room"
    );
    player.take(Msg::Resize(50, 16));
    assert!(said(&player).ends_with("Not legal now: 1 bet."));
    assert_eq!((player.stake("pass"), player.stake("place_8")), (10, 12));
    player.keys("z");
    assert_eq!(player.why(), Some(&Why::NothingToRepeat));
}

#[test]
fn clearing_asks_and_takes_down_all_but_contracts() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.plays("o");
    player.plays("8");
    player.keys("X");
    assert_eq!(player.sent(), vec![]);
    player.keys("y");
    player.settle();
    let stakes = ["pass", "pass_odds", "place_8"].map(|bet| player.stake(bet));
    assert_eq!(stakes, [10, 0, 0]);
    player.keys("X");
    assert_eq!(player.why(), Some(&Why::NothingToClear));
}

#[test]
fn units_lay_what_a_bet_takes_and_loses_nothing_of() {
    let mut player = Player::seated();
    player.keys("+ + +");
    assert_eq!(player.why(), Some(&Why::LargestUnit(Chips::new(100))));
    player.keys("- - - -");
    assert_eq!(player.model.unit, Chips::new(1));
    player.keys("-");
    assert_eq!(player.why(), Some(&Why::SmallestUnit(Chips::new(1))));
    player.keys("p");
    player.after(300);
    assert!(matches!(player.rule(), Some(Rule::BelowMinimum { .. })));
    player.keys("Enter");
    assert_eq!(player.sent()[0].1, placed("pass", 5));
    // A horn is four bets in one: of a unit of ten it takes eight.
    player.keys("+ + a");
    player.types("horn");
    player.keys("Enter");
    player.after(300);
    assert_eq!(player.sent()[0].1, placed("horn", 8));
    player.keys("Esc Esc");
    // 7:6 is paid on the 6 and 7:5 on the 5; a chip alone is never made six of them.
    for (unit, six, five) in [
        (1, 1, 1),
        (5, 6, 5),
        (10, 12, 10),
        (25, 24, 25),
        (100, 102, 100),
    ] {
        player.model.unit = Chips::new(unit);
        let press = |bet: &str| player.model.press(key(bet)).get();
        assert_eq!((press("place_6"), press("place_5")), (six, five));
    }
    player.model.unit = Chips::new(10);
    player.model.spot = key("place_6");
    let hint = |player: &Player| {
        let hints = crate::tui::keymap::hints(&player.model);
        let main = hints
            .iter()
            .find(|hint| hint.info.action == crate::tui::action::Action::Main);
        crate::tui::text::hint(main.unwrap().info, &player.model)
    };
    assert_eq!(hint(&player), "add 12");
    player.keys("6");
    player.after(300);
    assert_eq!(player.sent()[0].1, placed("place_6", 12));
}

#[test]
fn a_unit_of_odds_is_one_that_the_point_pays_in_full() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(1, 4);
    player.model.unit = Chips::new(5);
    // 3:2 behind a 5, 6:5 behind a 6: the point asks for no more than its own price does.
    let press = |player: &Player| player.model.press(key("pass_odds")).get();
    assert_eq!(press(&player), 6);
    player.roll(3, 2);
    player.plays("p");
    player.roll(3, 3);
    player.model.unit = Chips::new(5);
    assert_eq!(press(&player), 5);
}

#[test]
fn odds_go_behind_the_bet_in_focus_or_the_come_bet_on_its_number() {
    let mut player = Player::seated();
    player.keys("o");
    assert!(matches!(player.rule(), Some(Rule::WrongPhase { .. })));
    player.keys("f Del o");
    assert_eq!(player.why(), Some(&Why::NoOddsBehind(Some(key("field")))));
    player.plays("p");
    player.roll(3, 3);
    player.plays("c");
    player.roll(4, 5);
    assert_eq!(player.stake("come@9"), 10);
    player.plays("9");
    player.plays("o");
    assert_eq!(player.stake("come_odds@9"), 10, "the focus was on the 9");
    assert_eq!(
        player.model.pane,
        Pane::Slip,
        "odds on come have no spot on the felt"
    );
    player.keys("Esc p o");
    player.after(300);
    player.settle();
    assert_eq!(player.stake("pass_odds"), 10);
}

#[test]
fn buy_lay_and_hard_ways_ask_for_their_number() {
    let mut player = Player::seated();
    player.plays("B 4");
    player.plays("L 0");
    player.plays("H 8");
    let stakes = ["buy_4", "lay_10", "hard_8"].map(|bet| player.stake(bet));
    assert_eq!(stakes, [10, 10, 10]);
    player.keys("H 5");
    assert!(matches!(player.why(), Some(Why::NoHardWay(_))));
    player.keys("Esc");
    assert!(player.is_on(Screen::Table));
}

#[test]
fn a_working_bet_is_called_off_and_on_again() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.plays("8");
    let seat = player.model.seat().unwrap().1;
    assert!(player.table.is_working(seat, key("place_8")));
    player.plays("w");
    assert!(!player.table.is_working(seat, key("place_8")));
    player.plays("w");
    assert!(player.table.is_working(seat, key("place_8")));
    player.keys("f w");
    assert_eq!(player.rule(), Some(&Rule::AlwaysWorks));
    player.settle();
    player.keys("Del");
    player.settle();
    player.keys("w");
    assert_eq!(player.why(), Some(&Why::NoBetHere(key("field"))));
}

#[test]
fn one_unit_comes_off_and_the_last_takes_the_bet_down() {
    let mut player = Player::seated();
    player.plays("8 8");
    player.keys("Backspace");
    let by = Chips::new(12);
    let bet = key("place_8");
    let actions = vec![Action::Reduce { bet, by }];
    assert_eq!(
        player.model.pending.values().next().unwrap().intent,
        Intent::Bets {
            game: GAME,
            roll: player.model.table.as_ref().unwrap().roll,
            actions
        }
    );
    player.settle();
    player.keys("Backspace");
    player.settle();
    assert_eq!(player.stake("place_8"), 0);
}

#[test]
fn dice_tumble_for_at_most_six_frames_in_600_ms_and_words_come_with_the_first() {
    let mut player = Player::seated();
    player.draws = 0;
    player.roll(2, 4);
    assert!(matches!(
        player.model.event_row.shown(),
        Some(Note::Rolled(_))
    ));
    let mut frames = 1;
    let start = player.now;
    while let Some(due) = player.model.due() {
        player.after(due.0 - player.now);
        frames += 1;
    }
    assert_eq!(frames, u64::from(DICE_STEPS));
    assert!(frames <= 6 && player.now - start <= 600);
    assert_eq!(player.model.dice.faces(), Some((2, 4)));
    player.keys("A");
    player.roll(5, 6);
    assert!(matches!(player.model.dice, DiceShow::Settled(_)));
    assert_eq!(player.model.due(), None);
}

#[test]
fn a_start_with_a_seat_opens_the_table_and_one_without_the_lobby() {
    let mut player = Player::seated();
    player.model.screen = Screen::Lobby;
    player.model.table = None;
    player.show();
    assert!(player.is_on(Screen::Table));
    let player = Player::in_lobby();
    assert!(player.is_on(Screen::Lobby));
}

#[test]
fn wake_ups_that_come_late_do_not_add_up_while_dice_tumble() {
    for late in [0, 20, 149, 150, 400, 10_000] {
        let mut player = Player::seated();
        player.roll(2, 4);
        let start = player.now;
        let mut woken = 0;
        while let Some(due) = player.model.due() {
            player.now = due.0 + late;
            player.take(Msg::Timer);
            woken += 1;
        }
        assert_eq!(player.model.dice.faces(), Some((2, 4)));
        assert!(player.now - start <= 600 + late, "{late} ms late");
        assert!(woken < DICE_STEPS, "{woken} for {late} ms late");
    }
}

/// What the row above the hints says.
fn says(player: &Player) -> String {
    text::event_row(&player.model).unwrap_or_default()
}

#[test]
fn enter_is_named_for_an_empty_spot_only_where_it_makes_the_bet() {
    let mut player = Player::seated();
    player.model.spot = key("field");
    player.keys("w");
    assert_eq!(player.why(), Some(&Why::NoBetHere(key("field"))));
    assert!(
        says(&player).contains("Enter puts one unit on it"),
        "{}",
        says(&player)
    );
    player.plays("Enter");
    assert_eq!(player.stake("field"), 10);
    // On the come-out there is no come bet, and one on a number is moved there by the dice.
    for bet in ["come", "come@4"] {
        player.model.spot = key(bet);
        player.keys("w");
        assert_eq!(player.why(), Some(&Why::NoBetHere(key(bet))));
        assert!(
            says(&player).contains("The list has those you can make [a]"),
            "{}",
            says(&player)
        );
        player.plays("Enter");
        assert_eq!(player.stake(bet), 0);
    }
}

#[test]
fn a_bet_that_is_on_its_way_is_not_said_to_be_none() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.keys("8");
    player.after(300);
    let bet = key("place_8");
    let tried = Tried::Bet {
        bet,
        amount: Chips::new(12),
    };
    let words = |player: &Player| {
        let why = crate::tui::legal::why(Rule::NoSuchBet);
        text::refused(&tried, &why, None, &player.model).to_string()
    };
    assert!(
        words(&player).contains("is being sent"),
        "{}",
        words(&player)
    );
    player.settle();
    assert!(
        words(&player).contains("You have no place 8"),
        "{}",
        words(&player)
    );
}

#[test]
fn the_hint_of_enter_is_dim_on_a_bet_at_its_most() {
    let is_dim = |stake: u64| {
        let mut player = Player::seated();
        player.plays("p");
        player.roll(4, 4);
        let (bet, seat) = (key("place_6"), player.model.seat().unwrap().1);
        let amount = Chips::new(stake);
        player
            .table
            .act(seat, &Action::Place { bet, amount }, Chips::new(900))
            .unwrap();
        player.show();
        player.model.spot = bet;
        let main = crate::tui::keymap::hints(&player.model)
            .into_iter()
            .find(|hint| hint.info.action == crate::tui::action::Action::Main)
            .unwrap();
        player.keys("Enter");
        let is_refused = matches!(player.rule(), Some(Rule::AboveMaximum { .. }));
        (main.dim, is_refused, player.model.slip.waiting.len())
    };
    assert_eq!(is_dim(480), (false, false, 0));
    assert_eq!(
        is_dim(498),
        (false, true, 1),
        "2 more have room and are offered"
    );
    assert_eq!(is_dim(500), (true, true, 0));
}
