//! Another table, opened from the lobby.

use crate::club;
use crate::club::TableTerms;
use crate::gaming::{Intent, IntentId, Refusal, Reply};
use crate::ledger::Chips;
use crate::tui::message::Msg;
use crate::tui::overlay::Overlay;
use crate::tui::table_dialog::{TableDialog, TableField};
use crate::tui::update::kit::Player;
use crate::tui::why::Why;

fn dialog(player: &Player) -> Option<&TableDialog> {
    match player.model.overlay() {
        Some(Overlay::NewTable(dialog)) => Some(dialog),
        Some(_) | None => None,
    }
}

/// Returns the one table that was asked for since the last look.
fn asked(player: &mut Player) -> (IntentId, TableTerms) {
    let sent = player.sent();
    let [(id, Intent::CreateTable(terms))] = &sent[..] else {
        panic!("{sent:?}");
    };
    (*id, (**terms).clone())
}

#[test]
fn another_table_is_opened_from_the_lobby_with_the_rules_of_the_one_in_focus() {
    let mut player = Player::in_lobby();
    player.keys("n");
    player.types("high");
    player.keys("Tab 4 Tab 2 Enter");
    let (id, terms) = asked(&mut player);
    assert_eq!(terms.name, "high");
    assert_eq!((terms.seats_max, terms.min_players), (4, 2));
    assert_eq!((terms.bond, &terms.rules), (Chips::ZERO, &Player::rules()));
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::OnItsWay));
    assert_eq!(player.sent(), []);

    // Refused, it keeps what was typed; asked again, it closes when the table is there.
    let full = Refusal::Club(club::Refusal::TooManyTables { limit: 1 });
    player.take(Msg::Reply(id, Reply::Rejected(full)));
    let open = dialog(&player).expect("it stays open");
    assert_eq!(open.text(TableField::Name).text(), "high");
    player.keys("Enter");
    let (id, again) = asked(&mut player);
    assert_eq!(again, terms);
    player.take(Msg::Reply(id, Reply::Decided(club::Height(9))));
    assert_eq!(dialog(&player), None);
}

#[test]
fn what_is_no_table_is_not_asked_for_and_the_focus_goes_to_what_is_wrong() {
    let mut player = Player::in_lobby();
    player.keys("n Tab 2 Tab 3 Up Up Enter");
    let range = |player: &Player| match player.why() {
        Some(Why::RuleRange { least, most, .. }) => (*least, *most),
        other => panic!("{other:?}"),
    };
    assert_eq!(range(&player), (1, 2), "as many players as there are seats");
    let focus = |player: &Player| dialog(player).map(|dialog| dialog.field);
    assert_eq!(focus(&player), Some(TableField::Players));
    player.keys("x");
    assert_eq!(player.why(), Some(&Why::NotANumber));
    player.keys("Backspace 2 Up 1 7 Enter");
    assert_eq!(range(&player), (1, 16));
    assert_eq!(focus(&player), Some(TableField::Seats));
    player.keys("1 6 Up Backspace Enter");
    assert!(matches!(
        player.why(),
        Some(Why::Game(Refusal::Club(club::Refusal::Name { .. })))
    ));
    assert_eq!(player.sent(), []);
    player.types("low");
    player.keys("Enter");
    let (_, terms) = asked(&mut player);
    assert_eq!((terms.name.as_str(), terms.seats_max), ("low", 16));
}
