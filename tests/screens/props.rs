//! Properties of every model at every size.

use bitcraps::tui::caps::{Caps, ColourDepth, Symbols};
use bitcraps::tui::fixture;
use bitcraps::tui::hits::Target;
use bitcraps::tui::model::{Model, Screen};
use bitcraps::tui::text;
use bitcraps::tui::view::{Part, parts, view};
use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

fn models() -> impl Strategy<Value = Model> {
    let states: Vec<_> = fixture::states().collect();
    let state = prop::sample::select(states);
    let screen = prop::sample::select(&Screen::ALL[..]);
    let dialog = prop::option::of(prop::sample::select(fixture::DIALOGS.to_vec()));
    let pane = 0_usize..2;
    (state, prop::option::of(screen), dialog, pane).prop_map(|((_, make), screen, dialog, pane)| {
        let mut model = make();
        if let Some(screen) = screen {
            fixture::show(&mut model, screen);
            let panes = screen.panes();
            model.pane = panes[pane % panes.len()];
        }
        if let Some((_, dialog)) = dialog {
            model.overlays.extend(dialog().overlays);
        }
        model
    })
}

pub(crate) fn every_caps() -> impl Strategy<Value = Caps> {
    let colours = vec![ColourDepth::Mono, ColourDepth::Sixteen, ColourDepth::True];
    let symbols = vec![Symbols::Unicode, Symbols::Ascii];
    (prop::sample::select(colours), prop::sample::select(symbols))
        .prop_map(|(colours, symbols)| fixture::caps(colours, symbols))
}

/// Widths and heights, small ones as often as large ones.
pub(crate) fn sizes() -> impl Strategy<Value = (u16, u16)> {
    let width = prop_oneof![1_u16..60, 60_u16..130, 130_u16..=300];
    let height = prop_oneof![1_u16..16, 16_u16..50, 50_u16..=100];
    (width, height)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_model_draws_outside_its_area_or_with_control_characters(
        model in models(),
        caps in every_caps(),
        (columns, rows) in sizes(),
    ) {
        let whole = Rect::new(0, 0, columns + 2, rows + 2);
        let area = Rect::new(1, 1, columns, rows);
        let mark = Cell::new("\u{2622}");
        let mut buf = Buffer::filled(whole, mark.clone());
        let hits = view(&model, &caps, area, &mut buf);
        for (hit, target) in hits.parts() {
            prop_assert!(!hit.is_empty());
            prop_assert_eq!(hit.intersection(area), *hit, "{:?} can be clicked outside", target);
        }
        for position in whole.positions() {
            let cell = &buf[position];
            if area.contains(position) {
                prop_assert_ne!(cell.symbol(), mark.symbol(), "nothing drawn at {}", position);
                prop_assert!(!cell.symbol().contains(char::is_control));
            } else {
                prop_assert_eq!(cell, &mark, "drawn outside at {}", position);
            }
        }
    }

    /// What the lowest row shows can be clicked where it stands, and nothing else there.
    #[test]
    fn every_hint_that_is_shown_is_clicked_where_it_stands(
        model in models(),
        columns in 60_u16..=300,
        rows in 16_u16..=100,
    ) {
        let caps = fixture::caps(ColourDepth::True, Symbols::Unicode);
        let area = Rect::new(0, 0, columns, rows);
        let mut buf = Buffer::empty(area);
        let hits = view(&model, &caps, area, &mut buf);
        let lowest = rows - 1;
        let words = |from: u16, to: u16| -> String {
            (from..to).map(|column| buf[(column, lowest)].symbol()).collect()
        };
        let mut covered = Vec::new();
        for (hit, target) in hits.parts().filter(|(hit, _)| hit.top() == lowest) {
            let Target::Action(action) = target else {
                return Err(TestCaseError::fail(format!("{target:?} in the row of hints")));
            };
            prop_assert_eq!(hits.at(hit.x, lowest), Some(target));
            let shown = words(hit.left(), hit.right());
            let (key, text) = (model.keymap.first(*action), text::hint(action.info(), &model));
            prop_assert_eq!(shown, format!("{key} {text}"));
            covered.extend(hit.left()..hit.right());
        }
        for column in 0..columns {
            let blank = buf[(column, lowest)].symbol() == " ";
            prop_assert!(blank || covered.contains(&column), "{}", words(0, columns));
        }
    }

    #[test]
    fn the_ascii_set_draws_names_alone_beyond_ascii(model in models(), (columns, rows) in sizes()) {
        let caps = fixture::caps(ColourDepth::True, Symbols::Ascii);
        let buf = super::draw(&model, caps, (columns, rows));
        let is_of_a_name = |text: &str| text.chars().all(|c| !('\u{2000}'..'\u{2e80}').contains(&c));
        for cell in buf.content() {
            prop_assert!(is_of_a_name(cell.symbol()), "{:?}", cell.symbol());
        }
    }

    #[test]
    fn panes_fill_the_screen_and_never_overlap(
        model in models(),
        columns in 60_u16..=300,
        rows in 16_u16..=100,
    ) {
        let body = Rect::new(0, 2, columns, rows - 4);
        let parts: Vec<(Part, Rect)> = parts(&model, body);
        let covered: u32 = parts.iter().map(|(_, area)| area.area()).sum();
        prop_assert_eq!(covered, body.area(), "{:?}", parts);
        for (index, (part, area)) in parts.iter().enumerate() {
            prop_assert_eq!(area.intersection(body), *area);
            for (other, next) in &parts[index + 1..] {
                prop_assert_ne!(part, other, "the same twice");
                prop_assert!(!area.intersects(*next), "{:?} lies over {:?}", part, other);
            }
        }
    }
}
