//! How much goes to the terminal: over SSH each byte travels.

use bitcraps::tui::caps::{ColourDepth, Symbols};
use bitcraps::tui::fixture;
use bitcraps::tui::model::Model;
use ratatui::backend::{Backend as _, CrosstermBackend};

use super::draw;

fn bytes_between(before: &Model, after: &Model, size: (u16, u16)) -> usize {
    crossterm::style::force_color_output(true);
    let caps = fixture::caps(ColourDepth::True, Symbols::Unicode);
    let (before, after) = (draw(before, caps, size), draw(after, caps, size));
    let mut out = Vec::new();
    let mut backend = CrosstermBackend::new(&mut out);
    backend.draw(before.diff(&after).into_iter()).unwrap();
    out.len()
}

#[test]
fn one_changed_number_is_one_small_write() {
    let before = fixture::state("point-on").unwrap();
    let mut after = before.clone();
    let mut club = (**after.club.as_ref().unwrap()).clone();
    club.balance = bitcraps::ledger::Chips::new(club.balance.get() + 1);
    after.club = Some(std::sync::Arc::new(club));
    let bytes = bytes_between(&before, &after, (80, 24));
    assert!((1..64).contains(&bytes), "{bytes} bytes");
}

#[test]
fn a_second_of_the_countdown_is_one_small_write() {
    for size in [(60, 16), (80, 24), (120, 40), (200, 60)] {
        let mut before = fixture::state("counting").unwrap();
        before.size = size;
        let mut after = before.clone();
        let due = after.countdown.due().unwrap();
        assert!(after.countdown.advance(due));
        let bytes = bytes_between(&before, &after, size);
        assert!((1..64).contains(&bytes), "{size:?}: {bytes} bytes");
    }
}

#[test]
fn a_roll_at_120x40_stays_under_3000_bytes() {
    let before = fixture::state("point-on").unwrap();
    let after = fixture::state("seven-out").unwrap();
    let bytes = bytes_between(&before, &after, (120, 40));
    assert!((1..3_000).contains(&bytes), "{bytes} bytes");
}
