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
            assert_eq!(edge("f level  y copy  / search ─┘"), screen == Screen::Log);
        }
    }
}

#[test]
fn a_small_window_says_how_long_bets_are_taken() {
    let mut model = fixture::state("counting").unwrap();
    for screen in [Screen::Table, Screen::Lobby] {
        fixture::show(&mut model, screen);
        model.size = (44, 9);
        assert!(picture(&model, (44, 9)).contains("locks in 14s"));
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

#[test]
fn a_small_window_says_how_far_the_identity_is_and_not_that_one_can_play() {
    let mut model = fixture::state("first-run-named").unwrap();
    let small = picture(&model, (50, 12));
    let words: Vec<&str> = small.split_whitespace().collect();
    let said = "Making your identity: 41,000 keys tried. Ctrl-C quits.";
    assert!(words.join(" ").starts_with(said), "{small}");
    for untrue in ["plays", "bets stand", "last roll"] {
        assert!(!small.contains(untrue), "{untrue}: {small}");
    }
    model.start = StartView::Starting { service: "storage" };
    assert!(picture(&model, (50, 12)).contains("The table is being opened."));
    let asks = fixture::state("first-run").unwrap();
    assert!(picture(&asks, (50, 12)).contains("Welcome. Enter plays."));
}

/// A bet that waits is told whole in every slip, beside a stake that leaves it no room.
#[test]
fn the_slip_tells_waiting_chips_whole() {
    let mut model = fixture::state("returned").unwrap();
    let waiting = &mut model.slip.waiting;
    for (waiting, amount) in waiting.iter_mut().zip([497, 12_500]) {
        waiting.amount = bitcraps::ledger::Chips::new(amount);
    }
    for screen in [Screen::Table, Screen::Bets] {
        fixture::show(&mut model, screen);
        for size in [(80, 24), (120, 40), (200, 60)] {
            let picture = picture(&model, size);
            let row = |bet: &str, said: &str| {
                let mut rows = picture.lines();
                rows.any(|row| row.contains(bet) && row.contains(said))
            };
            if !picture.contains("1 more ─") {
                assert!(row("Field", " +497"), "{size:?}: {picture}");
            }
            assert!(row("Pass odds", "+12,500 unsent"), "{size:?}: {picture}");
            assert!(row("Pass odds", " 20 "), "{size:?}: {picture}");
        }
    }
}

/// What the lobby counts is what the form of rules marks.
#[test]
fn lobby_and_form_agree_on_the_rules_that_are_off_the_book() {
    let lobby = fixture::state("house-rules").unwrap();
    let mut form = lobby.clone();
    let rules = form.table.as_ref().unwrap().table.rules().clone();
    let dialog = bitcraps::tui::rules_dialog::RulesDialog::new(&rules);
    let dialog = bitcraps::tui::overlay::Overlay::Rules(Box::new(dialog));
    form.overlays.push(dialog);
    let form = picture(&form, (80, 70));
    let marked = form.lines().filter(|line| line.contains("  *")).count();
    let counted = "4 rules off the rule book";
    assert_eq!(marked, 4, "{form}");
    assert!(form.contains(&format!("* {counted}")), "{form}");
    let lobby = picture(&lobby, (120, 40));
    assert!(lobby.contains(counted), "{lobby}");
    for listed in ["- Odds 10x", "- Field on 12 pays 3"] {
        assert!(lobby.contains(listed), "{lobby}");
    }
}

#[test]
fn the_countdown_says_what_happens_at_its_end() {
    let mut model = fixture::state("counting").unwrap();
    for size in [(60, 16), (80, 24), (120, 40), (200, 60)] {
        assert!(picture(&model, size).contains("locks in  14s"), "{size:?}");
    }
    let waits = "then your slip waits for #";
    assert!(!picture(&model, (120, 40)).contains(waits));
    let bet: bitcraps::craps::BetKey = "field".parse().unwrap();
    model.slip.laid = Some(bitcraps::tui::slip::Laid {
        bet,
        amount: bitcraps::ledger::Chips::new(10),
        send_at: bitcraps::tui::schedule::UiTime(300),
    });
    let said = picture(&model, (120, 40));
    assert!(said.contains(waits), "{said}");
    // Without its shooter a table passes the dice on.
    let left = fixture::state("bets-wait").unwrap();
    for size in [(80, 24), (120, 40)] {
        assert!(picture(&left, size).contains("passes in  24s"), "{size:?}");
    }
}

#[test]
fn what_stopped_names_the_way_to_the_doctor_and_never_hides_the_answers() {
    for name in ["failed-start", "emergency-stop"] {
        let model = fixture::state(name).unwrap();
        for size in [(60, 16), (80, 24), (120, 40), (200, 60)] {
            let picture = picture(&model, size);
            assert!(picture.contains("[ Quit ]"), "{size:?}: {picture}");
            if size.1 >= 24 {
                assert!(
                    picture.contains("`bitcraps doctor` in another"),
                    "{picture}"
                );
            }
        }
    }
}

/// What would work stands at the end of a refusal, and is what the player needs.
#[test]
fn a_small_window_tells_a_refusal_to_its_end() {
    let small = picture(&fixture::state("refused").unwrap(), (44, 12));
    let words: Vec<&str> = small.split_whitespace().collect();
    let said = "and the point is 6. Come [c] is the same bet now.";
    assert!(words.join(" ").contains(said), "{small}");
}
