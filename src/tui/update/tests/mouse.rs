//! A press of the mouse does what the key for the same thing does, where the last frame shows it.

use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::gaming::StartView;
use crate::tui::action::Action;
use crate::tui::hits::{Answer, Button, HitMap, MouseOwner, Press, Row, Target};
use crate::tui::input;
use crate::tui::message::{Effect, Msg};
use crate::tui::model::{Pane, Screen};
use crate::tui::overlay::{FirstRunField, Overlay, QuitChoice};
use crate::tui::schedule::UiTime;
use crate::tui::update::kit::{Player, key};
use crate::tui::view::view;
use crate::tui::why::Why;

/// Draws the model, as the loop does before anybody can click.
fn draw(player: &mut Player) {
    let (columns, rows) = player.model.size;
    let area = Rect::new(0, 0, columns, rows);
    let mut buffer = Buffer::empty(area);
    let hits = view(&player.model, &player.model.caps, area, &mut buffer);
    player.take(Msg::Drawn(hits));
}

/// Returns where a target is, of those that nothing lies over.
fn place(hits: &HitMap, target: &Target) -> (u16, u16) {
    let mut cells = hits.parts().flat_map(|(area, _)| area.positions());
    let found = cells.find(|cell| hits.at(cell.x, cell.y) == Some(target));
    let found = found.unwrap_or_else(|| panic!("{target:?} is nowhere in {hits:?}"));
    (found.x, found.y)
}

fn press(player: &mut Player, button: Button, target: &Target) {
    draw(player);
    let (column, row) = place(&player.model.hits, target);
    player.take(Msg::Mouse(Press {
        button,
        column,
        row,
    }));
}

fn click(player: &mut Player, target: &Target) {
    press(player, Button::Left, target);
}

fn settle(player: &mut Player) {
    player.after(300);
    player.settle();
}

#[test]
fn a_click_on_a_spot_is_a_unit_and_the_other_button_takes_it_off() {
    let mut player = Player::seated();
    let pass = Target::Spot(key("pass"));
    click(&mut player, &pass);
    click(&mut player, &pass);
    settle(&mut player);
    assert_eq!(player.stake("pass"), 20);
    press(&mut player, Button::Right, &pass);
    settle(&mut player);
    assert_eq!(player.stake("pass"), 10);
    // A cell of the felt: the same stake as by its key.
    click(&mut player, &Target::Spot(key("place_8")));
    settle(&mut player);
    assert_eq!(player.stake("place_8"), 12);
    // Nothing stands there: said, and nothing is sent.
    player.effects.clear();
    press(&mut player, Button::Right, &Target::Spot(key("field")));
    assert_eq!(player.why(), Some(&Why::NoBetHere(key("field"))));
    assert!(player.sent().is_empty());
}

#[test]
fn tabs_hints_and_keys_in_frames_are_their_actions() {
    let mut player = Player::seated();
    click(&mut player, &Target::Action(Action::GoHealth));
    assert_eq!(player.model.screen, Screen::Health);
    click(&mut player, &Target::Action(Action::GoTable));
    click(&mut player, &Target::Action(Action::Help));
    assert!(matches!(player.model.overlay(), Some(Overlay::Help(_))));
    // Whatever lay below a dialog is not there for the mouse.
    draw(&mut player);
    let below = |target: &Target| matches!(target, Target::Spot(_) | Target::Action(Action::GoLog));
    assert!(!player.model.hits.parts().any(|(_, target)| below(target)));
    click(&mut player, &Target::Action(Action::Back));
    assert_eq!(player.model.overlays, []);
    // A dimmed hint says why it is dim, as its key does.
    player.model.size = (200, 60);
    click(&mut player, &Target::Action(Action::Undo));
    assert_eq!(player.why(), Some(&Why::NothingToUndo));
}

#[test]
fn rows_are_chosen_and_do_their_main_action() {
    let mut player = Player::seated();
    player.keys("p");
    settle(&mut player);
    player.roll(2, 3);
    player.roll(1, 3);
    player.keys("g y");
    click(&mut player, &Target::Row(Row::Roll(1)));
    assert_eq!(player.model.rows.roll, Some(1));
    assert!(matches!(player.model.overlay(), Some(Overlay::Roll(dialog)) if dialog.roll == 1));
    player.keys("Esc g b");
    // The rows of slip and offers are bets like the spots.
    click(&mut player, &Target::Spot(key("dont_pass")));
    assert!(player.why().is_some(), "a point is on");
    click(&mut player, &Target::Spot(key("come")));
    settle(&mut player);
    assert_eq!(player.stake("come"), 10);
}

#[test]
fn dialogs_take_clicks_on_their_choices() {
    let mut player = Player::seated();
    player.keys("p");
    settle(&mut player);
    player.keys("q");
    click(&mut player, &Target::Answer(Answer::Quit(QuitChoice::Stay)));
    assert_eq!(player.model.overlays, []);
    player.keys("q");
    player.effects.clear();
    click(&mut player, &Target::Answer(Answer::Quit(QuitChoice::Now)));
    assert!(player.effects.contains(&Effect::Quit));
    player.keys("Esc e");
    click(&mut player, &Target::Answer(Answer::Yes(false)));
    assert_eq!(player.model.overlays, []);
    player.keys("b");
    click(&mut player, &Target::Answer(Answer::Bot(1)));
    assert_eq!(player.model.overlays, []);
    player.keys("g");
    click(&mut player, &Target::Action(Action::GoLog));
    assert_eq!(player.model.screen, Screen::Log);
    player.keys("g t :");
    player.types("go.bets");
    click(
        &mut player,
        &Target::Answer(Answer::Palette(Action::GoBets)),
    );
    assert_eq!(player.model.screen, Screen::Bets);
}

#[test]
fn a_first_start_is_clicked_through() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::NameNeeded));
    let lock = Target::Answer(Answer::FirstRun(FirstRunField::Lock));
    // A page that opened by itself takes no click that was meant for what it covers.
    click(&mut player, &lock);
    let is_locked = |player: &Player| match player.model.overlay() {
        Some(Overlay::FirstRun(page)) => page.lock,
        other => panic!("{other:?}"),
    };
    assert!(!is_locked(&player));
    player.after(150);
    click(&mut player, &lock);
    assert!(is_locked(&player));
    click(&mut player, &lock);
    assert!(!is_locked(&player));
    player.effects.clear();
    let play = Target::Answer(Answer::FirstRun(FirstRunField::Play));
    click(&mut player, &play);
    assert!(!player.effects.is_empty());
}

#[test]
fn the_wheel_scrolls_what_is_under_it_and_lays_no_chip() {
    let mut player = Player::seated();
    for _ in 0..9 {
        player.roll(1, 2);
    }
    player.keys("g y");
    press(&mut player, Button::WheelDown, &Target::Row(Row::Roll(9)));
    assert_eq!(player.model.rows.roll, Some(6));
    press(&mut player, Button::WheelUp, &Target::Row(Row::Roll(9)));
    press(&mut player, Button::WheelUp, &Target::Row(Row::Roll(9)));
    assert_eq!(player.model.rows.roll, Some(9));
    assert_eq!(player.why(), None, "the end of a list is no mistake");
    player.keys("?");
    press(
        &mut player,
        Button::WheelDown,
        &Target::Action(Action::Back),
    );
    assert!(matches!(player.model.overlay(), Some(Overlay::Help(help)) if help.scroll == 3));
    player.keys("Esc g t");
    player.effects.clear();
    press(&mut player, Button::WheelDown, &Target::Spot(key("pass")));
    settle(&mut player);
    assert_eq!((player.stake("pass"), player.model.pane), (0, Pane::Felt));
}

#[test]
fn m_leaves_the_mouse_to_the_terminal_and_the_footer_says_so() {
    let mut player = Player::seated();
    player.effects.clear();
    player.keys("m");
    assert_eq!(player.effects, [Effect::Mouse(MouseOwner::Terminal)]);
    let drawn = player.drawn();
    assert!(
        drawn.contains("The mouse selects text now. m lets it lay chips again."),
        "{drawn}"
    );
    assert!(
        drawn.lines().last().unwrap().contains("m mouse is off"),
        "{drawn}"
    );
    let pass = Target::Spot(key("pass"));
    click(&mut player, &pass);
    settle(&mut player);
    assert_eq!(
        player.stake("pass"),
        0,
        "a report on its way is not heard either"
    );
    player.effects.clear();
    player.keys("m");
    assert_eq!(player.effects, [Effect::Mouse(MouseOwner::Game)]);
    assert!(
        !player
            .drawn()
            .lines()
            .last()
            .unwrap()
            .contains("mouse is off")
    );
    click(&mut player, &pass);
    settle(&mut player);
    assert_eq!(player.stake("pass"), 10);
}

#[test]
fn only_a_button_that_goes_down_counts() {
    let event = |kind| {
        input::message(&Event::Mouse(MouseEvent {
            kind,
            column: 3,
            row: 4,
            modifiers: KeyModifiers::NONE,
        }))
    };
    for kind in [
        MouseEventKind::Up(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Moved,
        MouseEventKind::Down(MouseButton::Middle),
        MouseEventKind::ScrollLeft,
    ] {
        assert!(event(kind).is_none(), "{kind:?}");
    }
    let down = event(MouseEventKind::Down(MouseButton::Left));
    assert!(matches!(
        down,
        Some(Msg::Mouse(Press {
            button: Button::Left,
            column: 3,
            row: 4
        }))
    ));
}

#[test]
fn a_press_beside_everything_does_nothing() {
    let mut player = Player::seated();
    draw(&mut player);
    let before = player.picture();
    player.effects.clear();
    for (column, row) in [(0, 0), (u16::MAX, u16::MAX), (80, 3), (3, 24)] {
        for button in [
            Button::Left,
            Button::Right,
            Button::WheelUp,
            Button::WheelDown,
        ] {
            player.take(Msg::Mouse(Press {
                button,
                column,
                row,
            }));
        }
    }
    assert_eq!(player.picture(), before);
    assert_eq!(player.effects, []);
    assert_eq!(player.model.deaf_until, UiTime(0));
}
