//! The lobby says what each table is called, and nothing that is untrue of the club.

use bitcraps::tui::caps::{ColourDepth, Symbols};
use bitcraps::tui::fixture::{self, ME, Script};
use bitcraps::tui::model::Screen;

use super::{draw, styled};

const SIZES: [(u16, u16); 4] = [(60, 16), (80, 24), (120, 40), (200, 60)];

fn picture(state: &str, size: (u16, u16)) -> String {
    let model = fixture::state(state).unwrap();
    let caps = fixture::caps(ColourDepth::True, Symbols::Unicode);
    styled::text(&draw(&model, caps, size))
}

#[test]
fn the_name_of_a_table_is_whole_in_the_list_at_every_size() {
    let name = "golden-beetle-16";
    let script = Script::new(name).sit(ME, None, 1_000);
    let mut model = fixture::model(&script);
    fixture::show(&mut model, Screen::Lobby);
    let caps = fixture::caps(ColourDepth::True, Symbols::Unicode);
    for size in SIZES {
        model.size = size;
        let picture = styled::text(&draw(&model, caps, size));
        let row = picture.lines().find(|line| line.contains("1/8"));
        let row = row.expect("the row of the table");
        assert!(row.contains(name), "{size:?}: {row}");
        assert!(row.contains("COME-OUT"), "{size:?}: {row}");
    }
}

#[test]
fn only_a_club_of_one_says_that_others_come_later() {
    for size in SIZES {
        // The smallest list has rows for tables alone.
        let says = picture("lobby", size).contains("later");
        assert_eq!(says, size != SIZES[0], "{size:?}");
        for club in ["hosted-lobby", "shared-lobby"] {
            let picture = picture(club, size);
            assert!(!picture.contains("later"), "{size:?}: {picture}");
        }
    }
}
