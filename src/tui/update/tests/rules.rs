//! The rules of a table: numbers, values, and what the table refuses.

use crate::craps::{Barred, Family, OddsLimit, ShooterLeaves, TableRules};
use crate::gaming::{GameEvent, Intent};
use crate::ledger::Chips;
use crate::tui::message::Msg;
use crate::tui::overlay::Overlay;
use crate::tui::rules_dialog::RulesDialog;
use crate::tui::text;
use crate::tui::update::kit::{GAME, Player};
use crate::tui::why::Why;
use crate::words::{HOUSE_RULES, LARGEST_BET, SMALLEST_BET};

fn dialog(player: &Player) -> Option<&RulesDialog> {
    match player.model.overlay() {
        Some(Overlay::Rules(dialog)) => Some(dialog),
        Some(_) | None => None,
    }
}

fn focus(player: &Player) -> &'static str {
    dialog(player)
        .and_then(RulesDialog::rule)
        .expect("a rule")
        .name
}

/// Goes down to the rule of this name.
fn go_to(player: &mut Player, name: &str) {
    while focus(player) != name {
        player.keys("Down");
        assert_ne!(player.why(), Some(&Why::EndOfList), "{name} is further up");
    }
}

fn typed(player: &Player, row: usize) -> String {
    let field = dialog(player).and_then(|dialog| dialog.field(row));
    field.expect("a number").text().to_owned()
}

fn says(player: &Player) -> String {
    text::note(
        player.model.event_row.shown().expect("a note"),
        &player.model,
    )
}

#[test]
fn the_first_digit_replaces_a_number_and_the_next_ones_follow_it() {
    let mut player = Player::seated();
    player.keys("C 1 0");
    assert_eq!(typed(&player, SMALLEST_BET), "10");
    player.keys("Down Up 2");
    assert_eq!(
        typed(&player, SMALLEST_BET),
        "2",
        "a row gone to is selected"
    );
    player.keys("Down 7 0 Enter");
    player.settle();
    let rules = player.table.rules();
    assert_eq!((rules.min_bet.get(), rules.max_bet.get()), (2, 70));
    assert_eq!(dialog(&player), None, "they hold");
}

#[test]
fn rules_are_changed_as_a_whole_or_not_at_all() {
    let mut player = Player::seated();
    player.keys("C 1 0 0 0 Enter");
    assert!(matches!(
        player.why(),
        Some(Why::MinimumAboveMaximum { .. })
    ));
    player.keys("Backspace Backspace x");
    assert_eq!(player.why(), Some(&Why::NotANumber));
    player.keys("Backspace");
    go_to(&mut player, "Odds");
    player.keys("Right Enter");
    player.settle();
    let rules = player.table.rules();
    assert_eq!(
        (rules.min_bet.get(), rules.max_bet.get(), rules.odds),
        (10, 500, OddsLimit::Five)
    );
}

#[test]
fn a_refused_change_keeps_what_was_typed_with_the_focus_on_what_is_wrong() {
    let mut player = Player::seated();
    player.plays("p");
    player.keys("C 2 0 Enter");
    player.settle();
    assert_eq!(
        (typed(&player, SMALLEST_BET), typed(&player, LARGEST_BET)),
        ("20".into(), "500".into())
    );
    assert_eq!(focus(&player), "Smallest bet", "10 stand on the line");
    assert!(
        says(&player).contains("can't change under pass line"),
        "{}",
        says(&player)
    );
    player.keys("Backspace Backspace 5 Tab 7 Enter");
    player.settle();
    assert_eq!(focus(&player), "Largest bet");
    player.keys("0 Enter");
    player.settle();
    assert_eq!(dialog(&player), None, "now they hold");
    let rules = player.table.rules();
    assert_eq!((rules.min_bet.get(), rules.max_bet.get()), (5, 70));
}

#[test]
fn terms_wait_for_the_bets_that_stand_and_the_dialog_says_so_before_it_asks() {
    let mut player = Player::seated();
    player.plays("p");
    player.keys("C");
    go_to(&mut player, "Odds");
    player.keys("Right");
    go_to(&mut player, "Don'ts push on");
    player.keys("Right");
    let open = dialog(&player).unwrap();
    let refusal = open
        .refused_alone(open.row, &player.table)
        .expect("a bet stands");
    let words = text::rule_refused(&refusal, &player.model);
    assert_eq!(words, "Not while pass line of ana stands.");
    player.keys("Up Up Enter");
    player.settle();
    assert_eq!(focus(&player), "Don'ts push on", "the one in the way");
    assert_eq!(
        player.table.rules().odds,
        OddsLimit::ThreeFourFive,
        "all or nothing"
    );
    player.keys("Left Enter");
    player.settle();
    assert_eq!(dialog(&player), None);
    assert_eq!(player.table.rules().odds, OddsLimit::Five);
    assert_eq!(player.table.rules().bar, Barred::Twelve);
}

#[test]
fn a_number_out_of_its_range_is_told_with_the_range_and_has_the_focus() {
    let mut player = Player::seated();
    player.keys("C Tab Backspace Enter");
    assert_eq!(
        player.why(),
        Some(&Why::RuleRange {
            rule: "Largest bet",
            least: 5,
            most: 1_000_000_000,
        })
    );
    assert_eq!(focus(&player), "Largest bet");
    player.keys("3 Down Enter");
    assert!(matches!(
        player.why(),
        Some(Why::MinimumAboveMaximum { .. })
    ));
    assert_eq!(focus(&player), "Largest bet", "the one that was changed");
    player.keys("0 Down 3 1 Enter");
    assert_eq!(
        player.why(),
        Some(&Why::RuleRange {
            rule: "Largest side bet",
            least: 1,
            most: 30,
        })
    );
    player.keys("Up Up 0 Enter");
    assert_eq!(focus(&player), "Smallest bet");
    go_to(&mut player, "2 and 12 pay");
    player.keys("4 Up Up Enter");
    assert_eq!(player.sent(), vec![]);
}

#[test]
fn values_are_gone_through_numbers_are_typed_and_the_rule_book_is_one_key_away() {
    let mut player = Player::seated();
    player.keys("C Right");
    assert_eq!(player.why(), Some(&Why::TypeTheNumber));
    player.keys("PgDn");
    assert_eq!(focus(&player), "Come odds on come-out");
    player.keys("Esc C");
    go_to(&mut player, "Shooter leaves on a point");
    player.keys("Right");
    go_to(&mut player, "Fire on 6 points pays");
    player.keys("2 0 0 0");
    go_to(&mut player, "Big 6 and 8");
    player.keys("Space Enter");
    player.settle();
    let wanted = {
        let mut rules = Player::rules();
        rules.shooter_leaves = ShooterLeaves::BetsWait;
        rules.fire.six = 2000;
        let bigs = rules
            .offered
            .iter()
            .filter(|bet| bet.info().family == Family::Big);
        for bet in bigs.collect::<Vec<_>>() {
            rules.offered.remove(bet);
        }
        rules
    };
    assert_eq!(*player.table.rules(), wanted);
    player.keys("C");
    go_to(&mut player, "Fire on 6 points pays");
    player.keys("Del Del");
    assert_eq!(player.why(), Some(&Why::AsInTheBook));
    let row = dialog(&player).unwrap().row;
    assert_eq!(
        typed(&player, row),
        TableRules::default().fire.six.to_string()
    );
}

#[test]
fn what_was_not_changed_is_not_asked_for() {
    let mut player = Player::seated();
    player.keys("C Enter");
    assert_eq!((player.sent(), dialog(&player)), (vec![], None));
    player.keys("C Tab Tab Tab Right Left Enter");
    assert_eq!((player.sent(), dialog(&player)), (vec![], None));
    player.keys("C Tab Tab Tab Right Enter Enter");
    assert_eq!(player.why(), Some(&Why::OnItsWay));
    let sent = player.sent();
    assert!(
        matches!(&sent[..], [(_, Intent::ChangeRules { game, rules })] if *game == GAME && rules.odds == OddsLimit::Five)
    );
}

#[test]
fn a_number_that_contradicts_another_rule_names_that_rule_beside_the_list() {
    let mut player = Player::seated();
    player.model.size = (120, 40);
    player.keys("C");
    go_to(&mut player, "Largest bet");
    player.keys("9");
    let drawn = player.drawn();
    let words = "The largest side bet of 25 is none of 1 to 9.";
    assert!(drawn.contains(words), "{drawn}");
}

#[test]
fn the_list_ends_at_its_first_and_last_rule() {
    let mut player = Player::seated();
    player.keys("C Up");
    assert_eq!(player.why(), Some(&Why::EndOfList));
    for _ in 1..HOUSE_RULES.len() {
        player.keys("Down");
    }
    assert_eq!(player.why(), None);
    player.keys("Down");
    assert_eq!(player.why(), Some(&Why::EndOfList));
}

#[test]
fn a_refusal_of_two_rows_stands_whole_before_the_dialog() {
    let mut player = Player::seated();
    player.model.size = (80, 24);
    player.keys("C 0 Enter");
    let rows = player.drawn();
    let mut rows = rows.lines().rev().skip(1);
    let (second, first) = (rows.next().unwrap(), rows.next().unwrap());
    let told = format!("{} {}", first.trim(), second.trim());
    assert!(
        told.contains("is a whole number of 1 to") && !told.contains('╚'),
        "{told}"
    );
    assert!(told.contains("Type one of them"), "{told}");
}

#[test]
fn new_rules_are_named_with_what_they_were() {
    let mut player = Player::seated();
    let mut rules = player.table.rules().clone();
    rules.field_12 = 3;
    player.table.change_rules(rules.clone()).unwrap();
    player.show();
    let one = "New rules: Field on 12 pays 3 to 1, before 2 to 1.";
    assert!(player.drawn().contains(one), "{}", player.drawn());
    // The event of the chain says no more than that, and hides nothing.
    player.take(Msg::Event(GameEvent::RulesChanged));
    assert!(player.drawn().contains(one), "{}", player.drawn());

    rules.min_bet = Chips::new(10);
    rules.max_bet = Chips::new(10_000);
    rules.odds = OddsLimit::Ten;
    player.table.change_rules(rules).unwrap();
    player.show();
    let drawn = player.drawn();
    assert!(
        drawn.contains("New rules: Smallest bet 10, before 5; and 2 more."),
        "{drawn}"
    );
    player.take(Msg::Resize(200, 60));
    let all = "Smallest bet 10, before 5; Largest bet 10,000, before 500; Odds 10x, before 3-4-5x.";
    assert!(player.drawn().contains(all), "{}", player.drawn());
}

/// Who changes a rule is told of it once, by name, whichever of view and answer comes first.
#[test]
fn a_rule_that_was_changed_here_is_named_too() {
    let mut player = Player::seated();
    player.keys("C Tab Tab Tab Tab Tab Tab Tab");
    let Some(Overlay::Rules(dialog)) = player.model.overlay() else {
        panic!("no rules are open")
    };
    let name = dialog.rule().unwrap().name;
    player.keys("Space Enter");
    player.settle();
    let drawn = player.drawn();
    assert!(
        drawn.contains(&format!("New rules: {name}")),
        "{name}: {drawn}"
    );
}
