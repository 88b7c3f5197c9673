//! What a screen must say, wherever its design promises it.

use bitcraps::gaming::StartView;
use bitcraps::tui::caps::{ColourDepth, Symbols};
use bitcraps::tui::fixture;
use bitcraps::tui::model::{Model, Screen};

use super::{draw, styled};

fn picture(model: &Model, size: (u16, u16)) -> String {
    let mut model = model.clone();
    model.size = size;
    let caps = fixture::caps(ColourDepth::True, Symbols::Unicode);
    styled::text(&draw(&model, caps, size))
}

#[test]
fn a_wide_slip_says_what_its_bets_cost_in_the_long_run() {
    let model = fixture::state("point-on").unwrap();
    let mut bets = model.clone();
    fixture::show(&mut bets, Screen::Bets);
    let all = picture(&bets, (80, 24));
    let (_, cost) = all.split_once("long-run cost ").expect("the pane of bets");
    let cost = cost.split_whitespace().next().unwrap();
    for size in [(120, 40), (200, 60)] {
        let table = picture(&model, size);
        assert!(table.contains(&format!("long-run cost {cost}")), "{table}");
    }
}

#[test]
fn a_mandatory_service_that_failed_is_shown_with_what_went_down_with_it() {
    let model = fixture::state("failed-service").unwrap();
    for size in [(60, 16), (80, 24), (120, 40), (200, 60)] {
        let picture = picture(&model, size);
        let row = |name: &str| {
            let mut lines = picture.lines();
            lines.any(|line| line.contains(name) && line.contains("Unavailable"))
        };
        assert!(
            row("consensus") && row("game manager"),
            "{size:?}: {picture}"
        );
        assert!(picture.contains("Degraded"), "{size:?}: {picture}");
        assert!(picture.contains("started again"), "{size:?}: {picture}");
    }
}

#[test]
fn the_screen_of_health_fills_its_height_with_the_log() {
    let mut model = fixture::state("degraded").unwrap();
    model.size = (120, 40);
    assert!(model.shows_log(), "its lines wake the screen");
    let wide = picture(&model, (120, 40));
    for words in ["Services", "Lifecycle", "data directory locked"] {
        assert!(wide.contains(words), "{wide}");
    }
    let small = picture(&model, (80, 24));
    assert!(!small.contains("data directory locked"), "{small}");
    model.size = (80, 24);
    assert!(!model.shows_log());
}

/// A wide terminal shows panes of other screens beside the one in front, whose keys mean something else
/// here: `f` is the field at the table.
#[test]
fn a_pane_names_its_keys_only_where_they_work() {
    for screen in Screen::ALL {
        let mut model = fixture::state("point-on").unwrap();
        fixture::show(&mut model, screen);
        for size in [(120, 40), (200, 60)] {
            let picture = picture(&model, size);
            let edge = |words: &str| picture.lines().any(|line| line.contains(words));
            assert_eq!(
                edge("freeze  E emergency stop ─┘"),
                screen == Screen::Health
            );
            assert_eq!(edge("f level  / search ─┘"), screen == Screen::Log);
        }
    }
}

#[test]
fn a_small_window_says_how_long_bets_are_taken() {
    let mut model = fixture::state("counting").unwrap();
    for screen in [Screen::Table, Screen::Lobby] {
        fixture::show(&mut model, screen);
        model.size = (44, 9);
        assert!(picture(&model, (44, 9)).contains("bets 14s"));
        assert!(model.shows_countdown(), "so that it is drawn each second");
    }
}

#[test]
fn the_making_of_an_identity_never_looks_done_before_it_is() {
    let mut model = fixture::state("first-run").unwrap();
    for tried in [0, 65_536, 10_000_000] {
        model.start = StartView::Mining {
            tried,
            expected: 65_536,
        };
        let picture = picture(&model, (80, 24));
        let row = picture.lines().find(|line| line.contains("keys tried"));
        let count = |glyph: char| row.unwrap().chars().filter(|c| *c == glyph).count();
        let full = match tried {
            0 => 0,
            65_536 => 7,
            _ => 13,
        };
        assert_eq!((count('█'), count('░')), (full, 14 - full), "{picture}");
    }
}
