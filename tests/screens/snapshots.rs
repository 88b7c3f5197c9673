//! Screen tests: one file for each screen with all its sizes, one with its styles, and the states.

use std::fmt::Write as _;

use bitcraps::config;
use bitcraps::tui::caps::{Caps, ColourDepth, Symbols};
use bitcraps::tui::fixture;
use bitcraps::tui::model::{Model, Screen};
use bitcraps::tui::theme::Theme;

use super::draw;
use super::styled::{fingerprint, styled, text};

const SIZES: [(u16, u16); 4] = [(60, 16), (80, 24), (120, 40), (200, 60)];

fn colour() -> Caps {
    fixture::caps(ColourDepth::True, Symbols::Unicode)
}

/// A table with everything that a screen can show.
fn model(screen: Screen) -> Model {
    let state = match screen {
        Screen::Lobby => "lobby",
        Screen::Table => "point-on",
        Screen::Bets => "many-bets",
        Screen::Health => "degraded",
        Screen::History | Screen::Log => "seven-out",
    };
    let mut model = fixture::state(state).unwrap();
    fixture::show(&mut model, screen);
    model
}

fn check(name: &str, picture: &str) {
    insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, picture);
    });
}

fn titled(all: &mut String, title: &str, picture: &str) {
    writeln!(all, "==== {title}\n{picture}").unwrap();
}

#[test]
fn every_screen_has_its_picture_at_every_size() {
    for screen in Screen::ALL {
        let mut all = String::new();
        for (columns, rows) in SIZES {
            let buf = draw(&model(screen), colour(), (columns, rows));
            titled(&mut all, &format!("{columns}x{rows}"), &text(&buf));
        }
        check(&format!("{screen:?}").to_lowercase(), &all);
    }
}

/// Every set of colours, and every set of symbols.
fn palettes() -> [(&'static str, Caps); 5] {
    let light = Caps {
        theme: config::Theme::Light,
        ..colour()
    };
    [
        ("dark", colour()),
        ("light", light),
        (
            "16 colours",
            fixture::caps(ColourDepth::Sixteen, Symbols::Unicode),
        ),
        (
            "mono, ascii",
            fixture::caps(ColourDepth::Mono, Symbols::Ascii),
        ),
        (
            "dark, ascii",
            fixture::caps(ColourDepth::True, Symbols::Ascii),
        ),
    ]
}

#[test]
fn every_screen_has_its_styles_in_every_palette() {
    for screen in Screen::ALL {
        let mut all = String::new();
        for (name, caps) in palettes() {
            let buf = draw(&model(screen), caps, (80, 24));
            titled(&mut all, name, &styled(&buf, Theme::of(&caps)));
        }
        check(&format!("{screen:?}-styles").to_lowercase(), &all);
    }
}

/// Too many pictures to keep: the first bytes of a hash of each, characters and styles. A line that
/// changes names the state and the size to look at.
#[test]
fn every_state_has_its_styles_at_every_size_in_every_palette() {
    let screens = Screen::ALL.map(|screen| (format!("{screen:?}").to_lowercase(), model(screen)));
    let states = fixture::states().map(|(name, make)| (name.to_owned(), make()));
    let mut all = String::new();
    for (name, mut model) in screens.into_iter().chain(states) {
        // The last one is too small for anything but saying so.
        for (columns, rows) in SIZES.into_iter().chain([(59, 15)]) {
            model.size = (columns, rows);
            write!(all, "{name} {columns}x{rows}:").unwrap();
            for (_, caps) in palettes() {
                let buf = draw(&model, caps, (columns, rows));
                write!(all, " {}", fingerprint(&buf)).unwrap();
            }
            all.push('\n');
        }
    }
    check("fingerprints", &all);
}

#[test]
fn every_state_has_its_picture() {
    for (file, names) in [
        ("states-play", fixture::PLAY),
        ("states-node", fixture::NODE),
        ("states-dialogs", fixture::DIALOGS),
        ("states-people", fixture::PEOPLE),
    ] {
        let mut all = String::new();
        for (name, make) in names {
            titled(&mut all, name, &text(&draw(&make(), colour(), (80, 24))));
        }
        check(file, &all);
    }
}

/// The pane of players has room for the words from 120 columns on.
#[test]
fn a_club_of_several_people_has_its_picture_at_every_size() {
    let mut all = String::new();
    for name in ["bets-wait", "seals-missing", "shared-lobby"] {
        for (columns, rows) in SIZES {
            let mut model = fixture::state(name).unwrap();
            model.size = (columns, rows);
            let picture = text(&draw(&model, colour(), (columns, rows)));
            titled(&mut all, &format!("{name} {columns}x{rows}"), &picture);
        }
    }
    check("people", &all);
}

/// What doesn't fit is reached by scrolling; a hash is never cut.
#[test]
fn a_proof_has_its_picture_at_every_size() {
    let mut all = String::new();
    for name in ["proof", "proof-of-many"] {
        for (columns, rows) in SIZES {
            let mut model = fixture::state(name).unwrap();
            model.size = (columns, rows);
            let picture = text(&draw(&model, colour(), (columns, rows)));
            titled(&mut all, &format!("{name} {columns}x{rows}"), &picture);
        }
    }
    check("proof", &all);
}

/// At 60x16 the list scrolls; the sentence and what stands in the way are always there.
#[test]
fn rules_have_their_picture_at_every_size() {
    let mut all = String::new();
    for name in ["rules", "rules-refused", "house-rules", "house-rules-bets"] {
        for (columns, rows) in SIZES {
            let mut model = fixture::state(name).unwrap();
            model.size = (columns, rows);
            let picture = text(&draw(&model, colour(), (columns, rows)));
            titled(&mut all, &format!("{name} {columns}x{rows}"), &picture);
        }
    }
    check("rules", &all);
}

#[test]
fn the_palette_has_its_picture_at_every_size() {
    let mut all = String::new();
    for name in ["palette", "palette-search"] {
        for (columns, rows) in SIZES {
            let mut model = fixture::state(name).unwrap();
            model.size = (columns, rows);
            let picture = text(&draw(&model, colour(), (columns, rows)));
            titled(&mut all, &format!("{name} {columns}x{rows}"), &picture);
        }
    }
    for (name, caps) in palettes() {
        let buf = draw(&fixture::state("palette-search").unwrap(), caps, (80, 24));
        titled(&mut all, name, &styled(&buf, Theme::of(&caps)));
    }
    check("palette", &all);
}

#[test]
fn a_small_window_still_says_what_matters() {
    let mut all = String::new();
    for (name, size) in [
        ("point-on", (40, 8)),
        ("quit", (40, 8)),
        ("refused", (59, 15)),
        ("point-on", (20, 3)),
    ] {
        let picture = text(&draw(&fixture::state(name).unwrap(), colour(), size));
        titled(&mut all, &format!("{name} {}x{}", size.0, size.1), &picture);
    }
    check("too-small", &all);
}
