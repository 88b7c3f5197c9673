//! What answers do to a slip of several bets, and what happens while nothing answers at all.

use crate::club;
use crate::craps::{Action, Refusal as Rule};
use crate::gaming::{Intent, IntentId, Refusal, Reply};
use crate::ledger::Chips;
use crate::tui::limits::PENDING_MAX;
use crate::tui::message::Msg;
use crate::tui::note::{Note, Tried};
use crate::tui::schedule::UiTime;
use crate::tui::slip::{Cause, Ending, Pending, actions};
use crate::tui::update::kit::{Player, key, placed, placed_for};
use crate::tui::why::Why;

/// A player who did two bets in one step, undid them, and has sent them again.
fn with_two_bets_on_their_way() -> (Player, IntentId) {
    let mut player = Player::seated();
    player.plays("f");
    player.plays("y");
    player.plays("X y");
    player.plays("u");
    let two = ["field", "yo"].map(|bet| player.stake(bet));
    assert_eq!(two, [10, 10], "both came back in one step");
    player.plays("X y");
    player.keys("u");
    let (id, intent) = player.sent().remove(0);
    assert_eq!(actions(&intent).len(), 2);
    (player, id)
}

fn bet_at(index: usize) -> Refusal {
    Refusal::Club(club::Refusal::Bet {
        index,
        why: Rule::AboveMaximum {
            stake: Chips::new(10),
            most: Chips::new(5),
        },
    })
}

#[test]
fn of_a_refused_slip_the_bet_that_was_refused_waits_and_the_others_can_be_sent_again() {
    for index in [0, 1] {
        let (mut player, id) = with_two_bets_on_their_way();
        let placed = |action: &Action| match *action {
            Action::Place { bet, .. } => bet,
            Action::TakeDown { .. } | Action::Reduce { .. } | Action::Working { .. } => {
                panic!("{action:?}")
            }
        };
        let bets: Vec<_> = actions(&player.model.pending[&id].intent)
            .iter()
            .map(placed)
            .collect();
        let (wrong, other) = (bets[index], bets[1 - index]);
        player.take(Msg::Reply(id, Reply::Rejected(bet_at(index))));
        let waiting: Vec<_> = player.model.slip.waiting.iter().map(|w| w.bet).collect();
        assert_eq!(waiting, [wrong]);
        let Some(Note::Refused { tried, .. }) = player.model.event_row.shown() else {
            panic!("{:?}", player.model.event_row.shown())
        };
        let ten = Chips::new(10);
        assert_eq!(
            tried,
            &Tried::Bet {
                bet: wrong,
                amount: ten
            }
        );
        player.effects.clear();
        player.plays("u");
        assert_eq!(player.model.stake(other), ten);
        assert_eq!(
            player.model.stake(wrong),
            Chips::ZERO,
            "it waits in the slip"
        );
    }
}

#[test]
fn a_refusal_that_names_no_bet_lets_all_of_the_slip_wait() {
    let (mut player, id) = with_two_bets_on_their_way();
    let locked = Refusal::Club(club::Refusal::Locked);
    player.take(Msg::Reply(id, Reply::Rejected(locked)));
    let waits = |bet| player.model.slip.waiting_on(key(bet)).is_some();
    assert!(waits("field") && waits("yo"));
}

#[test]
fn an_unknown_fate_is_asked_about_at_once_and_then_in_the_time_of_an_answer() {
    let mut player = Player::seated();
    player.keys("p");
    player.after(300);
    let first = player.sent();
    let id = first[0].0;
    player.take(Msg::Reply(id, Reply::Unknown));
    assert_eq!(player.sent(), first);
    for _ in 0..3 {
        // As a halted chain answers: at once, whenever it is asked.
        player.take(Msg::Reply(id, Reply::Unknown));
        assert_eq!(player.sent(), vec![]);
        player.after(4_999);
        assert_eq!(player.sent(), vec![]);
        player.after(1);
        assert_eq!(player.sent(), first);
    }
}

#[test]
fn what_got_lost_is_neither_asked_again_nor_kept_for_another_press() {
    let mut player = Player::seated();
    player.keys("p");
    player.after(300);
    let (id, intent) = player.sent().remove(0);
    player.take(Msg::Reply(id, Reply::Lost));
    assert_eq!(player.why(), Some(&Why::Lost));
    assert!(player.model.pending.is_empty() && player.model.slip.waiting.is_empty());
    assert_eq!((player.model.due(), player.sent()), (None, vec![]));
    let answer = &player.model.slip.answers[0];
    assert_eq!((&answer.intent, &answer.ending), (&intent, &Ending::Lost));
}

#[test]
fn a_slip_is_for_the_roll_that_its_player_saw() {
    let mut player = Player::seated();
    player.roll(1, 2);
    player.keys("f");
    player.after(300);
    assert_eq!(player.sent()[0].1, placed_for(2, "field", 10));
}

#[test]
fn a_slip_that_comes_too_late_waits_and_says_so() {
    let mut player = Player::seated();
    player.keys("f");
    player.after(300);
    let (id, _) = player.sent().remove(0);
    let late = Refusal::Club(club::Refusal::WrongRoll { now: 2 });
    player.take(Msg::Reply(id, Reply::Rejected(late)));
    player.roll(3, 3);
    let waiting = player.model.slip.waiting_on(key("field")).unwrap();
    assert_eq!(waiting.why, Why::CameLate);
    player.keys("Enter");
    assert_eq!(player.sent()[0].1, placed_for(2, "field", 10));
}

/// A player who has as many intents without an answer as there may be.
fn with_a_full_queue(mut player: Player) -> Player {
    for _ in 0..PENDING_MAX {
        let id = player.model.next_intent;
        player.model.next_intent = IntentId(id.0 + 1);
        player.model.pending.insert(
            id,
            Pending {
                intent: Intent::NewChips,
                cause: Cause::Key,
                batch: id,
                changes: Vec::new(),
                since: UiTime(player.now),
                after: crate::club::Height(0),
                ask_at: UiTime(u64::MAX),
                asked_again: 0,
            },
        );
    }
    player
}

fn limit() -> Why {
    Why::TooManyPending { limit: PENDING_MAX }
}

#[test]
fn chips_that_can_not_be_sent_wait_in_the_slip() {
    let mut player = with_a_full_queue(Player::seated());
    player.keys("p");
    player.after(300);
    assert_eq!(player.sent(), vec![]);
    let waiting = player.model.slip.waiting_on(key("pass")).unwrap();
    assert_eq!(waiting.why, limit());
    player.model.pending.clear();
    player.keys("Enter");
    assert_eq!(player.sent()[0].1, placed("pass", 10));
}

#[test]
fn a_step_that_can_not_be_sent_can_still_be_undone_and_redone() {
    let mut player = Player::seated();
    player.plays("f");
    let mut player = with_a_full_queue(player);
    player.keys("u");
    assert_eq!((player.sent(), player.why()), (vec![], Some(&limit())));
    player.model.pending.clear();
    player.plays("u");
    assert_eq!(player.stake("field"), 0);
    let mut player = with_a_full_queue(player);
    player.keys("U");
    assert_eq!((player.sent(), player.why()), (vec![], Some(&limit())));
    player.model.pending.clear();
    player.plays("U");
    assert_eq!(player.stake("field"), 10);
}
