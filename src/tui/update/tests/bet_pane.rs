//! The bet pane: every bet of the rule book, by keys alone, against the real rules.

use crate::club::hex;
use crate::craps::{Action, BetId, BetKey, BetSet, BoxNumber, Family, Refusal as Rule, TableRules};
use crate::gaming::ClubKind;
use crate::tui::message::Effect;
use crate::tui::model::{Pane, Screen};
use crate::tui::offers::offers;
use crate::tui::overlay::{ExplainDialog, Overlay};
use crate::tui::text;
use crate::tui::update::kit::{Player, key};
use crate::tui::why::Why;

/// Every bet that a player can make, odds on each number.
fn every_bet() -> Vec<BetKey> {
    let numbers = || BoxNumber::ALL.into_iter().map(Some);
    BetId::all()
        .flat_map(|bet| {
            let odds = [BetId::COME_ODDS, BetId::DONT_COME_ODDS, BetId::PUT_ODDS].contains(&bet);
            let numbered = numbers().filter(move |_| odds);
            std::iter::once(None)
                .chain(numbered)
                .filter_map(move |number| BetKey::new(bet, number))
        })
        .collect()
}

/// A player at a table that offers everything, where `bet` can be made.
fn where_it_is_legal(bet: BetKey) -> Player {
    let rules = TableRules {
        offered: BetSet::all(),
        ..Player::rules()
    };
    let mut player = Player::seated_at(rules);
    let legal = |player: &Player| {
        let seat = player.model.seat().unwrap().1;
        player.table.quote(seat, bet).available.is_ok()
    };
    if legal(&player) {
        return player;
    }
    let dark = bet.info().id.starts_with("dont");
    let (line, box_key) = if dark { ("d", "x") } else { ("p", "c") };
    player.plays(line);
    let number = bet.number().map(BoxNumber::value);
    // A point that is not the number of the odds.
    let (a, b) = if number == Some(8) { (3, 3) } else { (4, 4) };
    player.roll(a, b);
    if let Some(number) = number {
        if bet.bet() == BetId::PUT_ODDS {
            find(&mut player, key(&format!("put_{number}")));
            player.plays("Enter");
            player.keys("Esc");
        } else {
            player.plays(box_key);
            player.roll(number / 2, number - number / 2);
        }
    }
    assert!(legal(&player), "{bet} is not legal where it should be");
    player
}

/// Opens the bet pane and looks a bet up there, by its id and the arrows.
fn find(player: &mut Player, bet: BetKey) {
    player.keys("a");
    player.types(&bet.to_string());
    while player.model.bet_in_focus() != Some(bet) {
        player.keys("Down");
        assert_ne!(player.why(), Some(&Why::EndOfList), "{bet} is not found");
    }
}

#[test]
fn every_bet_is_made_raised_switched_explained_and_taken_down_in_the_bet_pane() {
    let bets = every_bet();
    assert_eq!(
        bets.iter().filter(|bet| bet.number().is_none()).count(),
        137
    );
    for bet in bets {
        let mut player = where_it_is_legal(bet);
        let seat = player.model.seat().unwrap().1;
        let (before, free) = (player.table.clone(), player.balance);
        let stake = |player: &Player| player.model.stake(bet).get();
        find(&mut player, bet);

        player.plays("Enter");
        let one = stake(&player);
        assert!((8..=12).contains(&one), "{bet}: {one}");
        player.plays("Enter");
        assert_eq!(stake(&player), 2 * one, "{bet} is raised");
        assert_eq!(player.model.bet_in_focus(), Some(bet));

        player.keys("Tab");
        let worked = player.table.is_working(seat, bet);
        player.plays("w");
        if bet.info().terms.can_turn_off {
            assert_ne!(player.table.is_working(seat, bet), worked, "{bet}");
            player.plays("w");
        } else {
            assert_eq!(player.rule(), Some(&Rule::AlwaysWorks), "{bet}");
        }
        assert_eq!(player.table.is_working(seat, bet), worked, "{bet}");

        player.keys("i");
        assert_eq!(
            player.model.overlay(),
            Some(&Overlay::Explain(ExplainDialog::new(bet)))
        );
        player.keys("Esc");

        let mut down = player.table.clone();
        let may_come_down = down.act(seat, &Action::TakeDown { bet }, free);
        player.plays("Backspace");
        match may_come_down {
            Ok(_) => {
                assert_eq!(stake(&player), one, "{bet} is reduced");
                player.plays("Del");
                assert_eq!(stake(&player), 0, "{bet} is taken down");
                assert_eq!((&player.table, player.balance), (&before, free), "{bet}");
            }
            Err(refusal) => {
                assert_eq!(
                    bet.info().family,
                    Family::Put,
                    "only put is a contract at once"
                );
                assert_eq!(player.rule(), Some(&refusal), "{bet}");
                player.plays("Del");
                assert_eq!(player.rule(), Some(&refusal), "{bet}");
                assert_eq!(stake(&player), 2 * one, "{bet} stays");
            }
        }
    }
}

#[test]
fn a_bet_that_the_dice_moved_is_in_the_list_while_it_stands_and_says_why_it_stays() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    player.plays("c");
    player.plays("x");
    player.roll(3, 3);
    let (come, dont) = (key("come@6"), key("dont_come@6"));
    find(&mut player, come);
    player.keys("Enter");
    assert_eq!(player.rule(), Some(&Rule::OnlyByDice));
    player.keys("Del");
    assert_eq!(player.rule(), Some(&Rule::Contract));
    player.keys("Esc");
    find(&mut player, dont);
    player.plays("Del");
    assert_eq!(player.stake("dont_come@6"), 0);
    assert!(!offers(&player.model, "").contains(&dont));
    assert!(offers(&player.model, "").contains(&come));
}

#[test]
fn the_list_keeps_families_together_with_what_can_be_made_first() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    let seat = player.model.seat().unwrap().1;
    let found = offers(&player.model, "");
    let mut families: Vec<Family> = found.iter().map(|bet| bet.info().family).collect();
    families.dedup();
    let mut each = families.clone();
    each.sort_unstable();
    each.dedup();
    assert_eq!(families.len(), each.len(), "a family stands in two places");
    let live = |bet: &BetKey| player.table.quote(seat, *bet).available.is_ok();
    let of = |family: Family| found.iter().filter(move |bet| bet.info().family == family);
    let first_without = families.iter().position(|family| !of(*family).any(live));
    let later = &families[first_without.unwrap()..];
    assert!(later.iter().all(|family| !of(*family).any(live)));
    assert_eq!(found[0], key("come"), "pass is for the come-out");
    // A word of a name, a number and an alias all find.
    for (search, bet) in [
        ("hard 8", "hard_8"),
        ("boxcars", "boxcars"),
        ("odds", "pass_odds"),
        // What is called so comes before what has the letters: snake eyes.
        ("yes", "yes_2"),
        ("pass", "pass"),
        ("yo", "yo"),
        ("6 place", "place_6"),
    ] {
        assert_eq!(offers(&player.model, search)[0], key(bet), "{search}");
    }
}

#[test]
fn leaving_the_bet_pane_leads_to_the_bet_that_was_made_there() {
    let mut player = Player::seated();
    player.keys("a");
    player.types("fire");
    player.plays("Enter");
    player.keys("Esc");
    assert!(player.is_on(Screen::Table));
    assert_eq!(player.model.pane, Pane::Slip);
    assert_eq!(player.model.bet_in_focus(), Some(key("fire")));
    player.keys("Esc");
    player.plays("p");
    player.keys("f a Esc");
    let (focus, reason) = (player.model.bet_in_focus(), "nothing was chosen");
    assert_eq!(focus, Some(key("field")), "{reason}");
}

#[test]
fn a_roll_opens_bet_by_bet_from_the_table_and_from_its_row_in_the_history() {
    let mut player = Player::seated();
    player.keys("l");
    assert_eq!(player.why(), Some(&Why::NoRoll));
    player.plays("p");
    player.roll(4, 4);
    for bet in ["6", "5", "f"] {
        player.plays(bet);
    }
    player.roll(3, 4);
    let open = |player: &Player| match player.model.overlay() {
        Some(Overlay::Roll(dialog)) => Some((dialog.roll, dialog.scroll)),
        Some(_) | None => None,
    };
    player.keys("l");
    assert_eq!(open(&player), Some((2, 0)));
    player.keys("Down Down Down");
    assert_eq!(open(&player), Some((2, 3)), "four bets were decided");
    player.keys("Down");
    assert_eq!(player.why(), Some(&Why::EndOfList));
    player.keys("Esc g y Down Enter");
    assert_eq!(open(&player), Some((1, 0)));
    player.keys("Enter");
    assert!(player.is_on(Screen::History));
}

#[test]
fn a_roll_is_proved_on_the_spot_scrolled_to_its_end_and_copied() {
    let mut player = Player::seated();
    player.keys("v");
    assert_eq!(player.why(), Some(&Why::NoRoll));
    player.plays("p");
    player.roll(4, 4);
    player.roll(3, 4);
    let open = |player: &Player| match player.model.overlay() {
        Some(Overlay::Proof(dialog)) => Some((dialog.roll, dialog.scroll)),
        Some(_) | None => None,
    };
    player.keys("v");
    assert_eq!(open(&player), Some((2, 0)));
    while player.why() != Some(&Why::EndOfList) {
        player.keys("Down");
    }
    let (_, end) = open(&player).unwrap();
    assert!(end > 0);
    for _ in 0..end {
        player.keys("k");
    }
    player.keys("j");
    assert_eq!(open(&player), Some((2, 1)));
    // The chosen roll of the history, not the newest.
    player.keys("Esc g y Down v");
    assert_eq!(open(&player), Some((1, 0)));
    let record = player.model.roll(1).unwrap().clone();
    assert_eq!(record.proof.record.verify(), Ok(()));
    player.effects.clear();
    player.keys("y");
    let words = text::proof_text(&record, ClubKind::Solo);
    assert_eq!(player.effects, [Effect::Copy(words.clone())]);
    for part in [
        hex::encode(&record.proof.record.proof.lock_hash),
        hex::encode(&record.proof.record.proof.openings[0].seal),
        "all of these secrets are yours".to_owned(),
    ] {
        assert!(words.contains(&part), "{words}");
    }
    player.keys("Enter");
    assert!(player.is_on(Screen::History));
}

#[test]
fn enter_is_no_hint_where_it_does_nothing() {
    let mut player = Player::seated();
    for (screen, hinted) in [("h", false), ("o", false), ("t", true), ("b", true)] {
        player.keys("g");
        player.keys(screen);
        let hints = crate::tui::keymap::hints(&player.model);
        let main = hints.iter().any(|hint| hint.info.name == "main");
        assert_eq!(main, hinted, "{screen}");
    }
}
