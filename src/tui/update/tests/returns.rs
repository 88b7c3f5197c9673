//! Coming back: what was not sent waits, what was settled since is told, and nothing is sent by itself.

use std::sync::Arc;

use crate::club::Height;
use crate::craps::Refusal as Rule;
use crate::gaming::{Placed, TableView};
use crate::ledger::Chips;
use crate::tui::kept::{Kept, KeptTable, Left};
use crate::tui::message::Msg;
use crate::tui::note::{Note, Tone};
use crate::tui::slip::Waiting;
use crate::tui::update::kit::{Player, empty_model, key, placed_for, running};
use crate::tui::why::Why;

/// What was kept, as another run of the program reads it.
fn read_back(kept: &Kept) -> Kept {
    let mut read = Kept::default();
    for (game, table) in kept.tables() {
        let table = KeptTable {
            is_of_this_run: false,
            ..table.clone()
        };
        read.put(game, table);
    }
    read
}

/// The program ends at once and is started again: what it kept is all that the new screen has.
fn restart(player: &mut Player) {
    let kept = player.model.kept.clone();
    player.model = empty_model();
    player.model.kept = read_back(&kept);
    player.effects.clear();
    player.take(Msg::Lifecycle(running()));
    player.show();
}

/// A player who has laid twelve on the six and not sent them.
fn with_a_bet_that_waits() -> Player {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.model.slip.wait(Waiting {
        bet: key("place_6"),
        amount: Chips::new(12),
        why: Why::TooManyPending { limit: 1 },
        offer: None,
    });
    player.keys("Tab");
    player
}

fn waiting<'a>(player: &'a Player, bet: &str) -> Option<&'a Waiting> {
    player.model.slip.waiting_on(key(bet))
}

#[test]
fn unsent_bets_wait_after_a_restart_and_enter_sends_one() {
    let mut player = with_a_bet_that_waits();
    restart(&mut player);
    let six = waiting(&player, "place_6").unwrap();
    assert_eq!(
        (six.amount, &six.why, six.offer),
        (
            Chips::new(12),
            &Why::Kept {
                rule: None,
                left: Left::Unsent
            },
            Some(Chips::new(12))
        )
    );
    assert!(player.sent().is_empty(), "nothing goes out by itself");
    // The focus is elsewhere, and the key is about what has the focus.
    let says = |player: &Player| {
        let six = waiting(player, "place_6").unwrap();
        crate::tui::text::refused_bet(six, &player.model)
    };
    assert_ne!(player.model.bet_in_focus(), Some(key("place_6")));
    assert!(
        says(&player).ends_with("Enter on it bets 12."),
        "{}",
        says(&player)
    );
    let told = Note::BackAgain {
        settled: 0,
        told: 0,
        net: 0,
        unsent: 1,
        undecided: 0,
        not_taken: 0,
    };
    assert_eq!(player.model.event_row.shown(), Some(&told));

    // The next rolls leave it.
    player.roll(4, 6);
    player.roll(4, 6);
    assert!(waiting(&player, "place_6").is_some_and(Waiting::is_kept));

    player.model.spot = key("place_6");
    let words = says(&player);
    assert!(words.ends_with("Enter bets 12."), "{words}");
    player.keys("Enter");
    let pending = player.model.pending.values();
    let sent: Vec<_> = pending.map(|pending| pending.intent.clone()).collect();
    assert_eq!(sent, [placed_for(4, "place_6", 12)]);
    player.settle();
    assert!(waiting(&player, "place_6").is_none());
    restart(&mut player);
    assert!(player.model.slip.waiting.is_empty(), "it stands now");
}

#[test]
fn laid_chips_are_unsent_too_and_esc_throws_all_away() {
    let mut player = with_a_bet_that_waits();
    player.keys("f");
    restart(&mut player);
    let field = waiting(&player, "field").map(|one| one.amount);
    assert_eq!(field, Some(Chips::new(10)));
    player.keys("Esc");
    restart(&mut player);
    assert!(player.model.slip.waiting.is_empty());
}

#[test]
fn an_unsent_bet_is_checked_against_the_table_as_it_is() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.keys("c");
    // The hand ends while nobody looks.
    let kept = player.model.kept.clone();
    player.roll(3, 4);
    player.model.kept = kept;
    restart(&mut player);
    let come = waiting(&player, "come").unwrap();
    assert!(
        matches!(
            come.why,
            Why::Kept {
                rule: Some(Rule::WrongPhase { .. } | Rule::WindowClosed { .. }),
                left: Left::Unsent
            }
        ),
        "{come:?}"
    );
    assert_eq!(come.offer, None);
    player.keys("Esc");
    // And more than the rules take is offered down.
    let mut player = with_a_bet_that_waits();
    player.model.slip.waiting[0].amount = Chips::new(50_000);
    player.keys("Tab");
    restart(&mut player);
    let six = waiting(&player, "place_6").unwrap();
    assert!(
        matches!(six.why, Why::Kept { rule: Some(_), .. }),
        "{six:?}"
    );
    assert!(six.offer.is_some_and(|offer| offer < six.amount));
}

#[test]
fn a_table_that_goes_away_for_a_moment_takes_no_bet_along() {
    let mut player = with_a_bet_that_waits();
    player.take(Msg::Table(None));
    assert!(player.model.slip.waiting.is_empty());
    player.show();
    assert!(waiting(&player, "place_6").is_some_and(Waiting::is_kept));
}

/// The table with other results of mine, the newest first.
fn with_nets(player: &Player, nets: &[i64]) -> TableView {
    let mut table = (**player.model.table.as_ref().unwrap()).clone();
    for (record, net) in table.history.iter_mut().zip(nets) {
        Arc::make_mut(record).net = *net;
    }
    table
}

#[test]
fn what_was_settled_since_is_told_first() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    let kept = player.model.kept.clone();
    player.roll(4, 6);
    player.roll(3, 4);
    let mut table = with_nets(&player, &[-10, 25, 99]);
    player.model = empty_model();
    player.model.kept = kept.clone();
    player.take(Msg::Table(Some(Arc::new(table.clone()))));
    let told = player.model.event_row.shown().unwrap().clone();
    let settled = Note::BackAgain {
        settled: 2,
        told: 2,
        net: 15,
        unsent: 0,
        undecided: 0,
        not_taken: 0,
    };
    assert_eq!((told.tone(), told), (Tone::Win, settled));
    let said = crate::tui::text::note(player.model.event_row.shown().unwrap(), &player.model);
    assert_eq!(said, "2 rolls since you were here: you won 15.");

    // A history that does not go back so far says so.
    table.history.truncate(1);
    player.model = empty_model();
    player.model.kept = kept;
    player.take(Msg::Table(Some(Arc::new(table))));
    let said = crate::tui::text::note(player.model.event_row.shown().unwrap(), &player.model);
    assert_eq!(
        said,
        "2 rolls since you were here, the newest 1: you lost 10."
    );
}

/// A player who has sent ten on the field and been told nothing yet.
fn with_a_bet_on_its_way() -> Player {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.keys("f");
    player.after(300);
    assert_eq!(player.model.pending.len(), 1);
    player
}

fn taken(player: &Player, spot: &str, amount: u64) -> Placed {
    let seen = player.model.table.as_ref().unwrap().height;
    Placed {
        height: Height(seen.0 + 1),
        bet: key(spot),
        amount: Chips::new(amount),
    }
}

#[test]
fn a_bet_that_was_on_its_way_and_on_no_block_waits_and_the_start_says_so() {
    let mut player = with_a_bet_on_its_way();
    restart(&mut player);
    let field = waiting(&player, "field").unwrap();
    let why = Why::Kept {
        rule: None,
        left: Left::OnItsWay,
    };
    assert_eq!((field.amount, &field.why), (Chips::new(10), &why));
    assert!(player.sent().is_empty(), "nothing goes out by itself");
    let told = crate::tui::text::note(player.model.event_row.shown().unwrap(), &player.model);
    assert_eq!(
        told,
        "1 bet was on its way when you left, and no block took it: it waits in your slip."
    );
    player.model.spot = key("field");
    player.keys("Enter");
    let sent: Vec<_> = player.sent().into_iter().map(|(_, what)| what).collect();
    assert_eq!(sent, [placed_for(2, "field", 10)]);
}

/// Killed in the moment of sending: what was written down last may be that it is on its way, or, a
/// moment older, that it was still to be sent.
#[test]
fn a_bet_that_a_block_took_does_not_wait_whatever_was_written_down_last() {
    let mut player = with_a_bet_on_its_way();
    player.placed = vec![taken(&player, "field", 10)];
    restart(&mut player);
    assert!(player.model.slip.waiting.is_empty());

    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.keys("f");
    let before = player.model.kept.clone();
    player.after(300);
    player.placed = vec![taken(&player, "field", 10)];
    player.settle();
    player.model.kept = before;
    restart(&mut player);
    assert!(player.model.slip.waiting.is_empty());

    // What was confirmed before is another bet.
    player.placed.clear();
    player.keys("f");
    player.after(300);
    let first = taken(&player, "field", 10);
    player.settle();
    player.keys("f");
    player.placed = vec![first];
    restart(&mut player);
    let field = waiting(&player, "field").map(|one| one.amount);
    assert_eq!(field, Some(Chips::new(10)));
}

#[test]
fn a_table_that_goes_away_for_a_moment_leaves_what_is_on_its_way_to_its_answer() {
    let mut player = with_a_bet_on_its_way();
    player.take(Msg::Table(None));
    player.show();
    assert!(player.model.slip.waiting.is_empty());
    assert_eq!(player.model.pending.len(), 1);
}

#[test]
fn a_refused_bet_comes_back_as_one_that_was_not_taken_and_never_as_unsent() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.keys("f");
    player.after(300);
    let (id, _) = player.sent().remove(0);
    let refused = crate::gaming::Refusal::Club(crate::club::Refusal::TreasuryLimit {
        index: 0,
        bet: key("field"),
        can_cover: Chips::new(4),
        could_win: Chips::new(20),
        most: Chips::new(2),
    });
    player.take(Msg::Reply(id, crate::gaming::Reply::Rejected(refused)));
    assert!(waiting(&player, "field").is_some());
    restart(&mut player);
    let field = waiting(&player, "field").unwrap();
    assert_eq!(field.left(), Left::NotTaken);
    let told = crate::tui::text::note(player.model.event_row.shown().unwrap(), &player.model);
    assert_eq!(
        told,
        "1 bet that the table did not take waits in your slip."
    );
    // As one that was refused a moment ago it is forgotten with the next roll.
    player.roll(4, 6);
    assert!(waiting(&player, "field").is_none());
}

fn repeated(player: &mut Player) -> Vec<crate::gaming::Intent> {
    player.keys("z");
    player.sent().into_iter().map(|(_, what)| what).collect()
}

#[test]
fn the_last_slip_is_repeated_after_a_restart_too() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 4);
    assert!(player.model.my_bets().is_empty(), "the pass line has won");
    restart(&mut player);
    assert_eq!(repeated(&mut player), [placed_for(2, "pass", 10)]);
}

#[test]
fn what_stood_is_the_last_slip_if_the_dice_fell_while_nobody_looked() {
    let mut player = Player::seated();
    player.plays("f");
    player.roll(5, 6);
    player.plays("p");
    let kept = player.model.kept.clone();
    player.roll(5, 6);
    player.model.kept = kept;
    restart(&mut player);
    assert_eq!(repeated(&mut player), [placed_for(3, "pass", 10)]);
}
