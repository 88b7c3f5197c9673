//! The bell.

use std::sync::Arc;

use crate::clock::UnixMillis;
use crate::craps::BetKey;
use crate::gaming::TableView;
use crate::ledger::Chips;
use crate::tui::message::{Effect, Msg};
use crate::tui::slip::Waiting;
use crate::tui::update::kit::{Player, key};
use crate::tui::why::Why;

/// A player who asked for the bell and looks elsewhere.
fn elsewhere() -> Player {
    let mut player = Player::seated();
    player.model.settings.bell = true;
    player.take(Msg::Focus(false));
    player
}

/// How often it rang since the last look.
fn rings(player: &mut Player) -> usize {
    let rings = player.effects.iter().filter(|one| **one == Effect::Bell);
    let count = rings.count();
    player.effects.clear();
    count
}

fn shows(player: &mut Player, change: impl Fn(&mut TableView)) {
    let mut table = (**player.model.table.as_ref().unwrap()).clone();
    change(&mut table);
    player.take(Msg::Table(Some(Arc::new(table))));
}

fn waits(player: &mut Player, bet: BetKey) {
    player.model.slip.wait(Waiting {
        bet,
        amount: Chips::new(10),
        why: Why::CameLate,
        offer: None,
    });
}

#[test]
fn it_rings_for_a_bet_that_is_decided_and_for_no_other_roll() {
    let mut player = elsewhere();
    player.plays("p");
    player.effects.clear();
    player.roll(2, 4);
    assert_eq!(rings(&mut player), 0, "the point decides nothing");
    player.roll(4, 2);
    assert_eq!(rings(&mut player), 1);
}

#[test]
fn it_is_off_by_default_and_silent_for_who_looks() {
    let mut player = elsewhere();
    player.model.settings.bell =
        crate::config::ApplicationConfig::defaults(&crate::config::Environment::default())
            .screen
            .bell;
    player.plays("p");
    player.roll(5, 6);
    assert_eq!(rings(&mut player), 0, "nobody asked for it");
    player.model.settings.bell = true;
    player.take(Msg::Focus(true));
    player.plays("p");
    player.roll(5, 6);
    assert_eq!(rings(&mut player), 0, "the player looks");
    player.take(Msg::Focus(false));
    player.plays("p");
    player.roll(5, 6);
    assert_eq!(rings(&mut player), 1);
}

#[test]
fn it_rings_when_the_dice_come_and_not_while_they_stay() {
    let mut player = elsewhere();
    shows(&mut player, |table| table.seats[0].shooter = false);
    assert_eq!(rings(&mut player), 0, "they go");
    shows(&mut player, |table| table.seats[0].shooter = true);
    assert_eq!(rings(&mut player), 1, "they come");
    shows(&mut player, |table| table.roll += 1);
    assert_eq!(rings(&mut player), 0, "they stay");
}

#[test]
fn it_rings_once_when_five_seconds_are_left_for_a_bet_that_waits() {
    for (bet_waits, expected) in [(true, 1), (false, 0)] {
        let mut player = elsewhere();
        let closes = UnixMillis(player.now + 20_000);
        shows(&mut player, |table| table.closes = Some(closes));
        // Where no second is on the screen.
        player.keys("g l");
        if bet_waits {
            waits(&mut player, key("field"));
        }
        player.after(14_900);
        assert_eq!(rings(&mut player), 0, "not yet");
        player.after(200);
        assert_eq!(rings(&mut player), expected);
        player.after(10_000);
        assert_eq!(rings(&mut player), 0, "once");
    }
}
