//! The table shows every family of bets, and every bet that stands.

use bitcraps::craps::{BetId, BetKey, BoxNumber, Family, SeatNo};
use bitcraps::tui::caps::{ColourDepth, Symbols};
use bitcraps::tui::fixture::{self, ME, Script};
use bitcraps::tui::model::Model;
use bitcraps::tui::text;

use super::draw;
use super::styled;

/// The lines of the table at a size.
fn lines(model: &Model, size: (u16, u16)) -> Vec<String> {
    let mut model = model.clone();
    model.size = size;
    let caps = fixture::caps(ColourDepth::True, Symbols::Unicode);
    let picture = styled::text(&draw(&model, caps, size));
    picture.lines().map(str::to_owned).collect()
}

fn everything() -> Script {
    Script::new("practice").offering_all().sit(ME, None, 10_000)
}

/// What a family is called on the felt, followed by its stake.
const fn mark(family: Family) -> &'static str {
    match family {
        Family::Line => "PASS [p] ",
        Family::Odds => "odds [o] ",
        Family::Place => "place ",
        Family::Buy => "buy ",
        Family::Lay => "lay ",
        Family::Hardway => "hard [H] 4 ",
        Family::Field => "FIELD [f] ",
        Family::Proposition => "PROPS ",
        Family::Hop => "HOPS ",
        Family::Big => "BIG ",
        Family::Yes => "YES ",
        Family::No => "NO ",
        Family::Next => "NEXT ",
        Family::Side => "SIDE ",
        Family::Put => "PUT ",
        Family::PlaceLose => "TO LOSE ",
        Family::SideOneRoll => "ONE ROLL ",
    }
}

#[test]
fn the_felt_shows_every_family_that_is_offered() {
    let tables = [Script::new("practice").sit(ME, None, 10_000), everything()];
    for script in tables {
        let (view, model) = (script.view(), fixture::model(&script));
        for size in [(120, 40), (200, 60)] {
            let lines = lines(&model, size);
            for bet in view.table.rules().offered.iter() {
                let family = bet.info().family;
                let empty = format!("{}--", mark(family));
                assert!(
                    lines.iter().any(|line| line.contains(&empty)),
                    "{family:?} is not on the felt at {size:?}"
                );
            }
        }
    }
}

/// A table where a bet of 20 stands, after whatever makes it legal.
fn standing(bet: BetKey) -> Script {
    let legal = |script: &Script| {
        script
            .view()
            .table
            .quote(SeatNo::FIRST, bet)
            .available
            .is_ok()
    };
    let script = everything();
    if legal(&script) {
        return script.bet(ME, &bet.to_string(), 20);
    }
    let dark = bet.info().id.starts_with("dont");
    let (line, in_box) = if dark {
        ("dont_pass", "dont_come")
    } else {
        ("pass", "come")
    };
    let (a, b) = if bet.number() == Some(BoxNumber::Eight) {
        (3, 3)
    } else {
        (4, 4)
    };
    let script = script.bet(ME, line, 30).roll(a, b);
    let script = match bet.number().map(BoxNumber::value) {
        None => script,
        Some(number) if bet.bet() == BetId::PUT_ODDS => {
            script.bet(ME, &format!("put_{number}"), 30)
        }
        Some(number) => script
            .bet(ME, in_box, 30)
            .roll(number / 2, number - number / 2),
    };
    let moved = script.view().table.bet(SeatNo::FIRST, bet).is_some();
    if moved {
        script
    } else {
        script.bet(ME, &bet.to_string(), 20)
    }
}

#[test]
fn every_bet_that_stands_shows_its_amount_at_every_size() {
    let numbers = || BoxNumber::ALL.into_iter().map(Some);
    let all = BetId::all().flat_map(|bet| {
        std::iter::once(None)
            .chain(numbers())
            .filter_map(move |number| BetKey::new(bet, number))
    });
    for bet in all {
        let script = standing(bet);
        let view = script.view();
        let stake = view.table.bet(SeatNo::FIRST, bet).unwrap().stake;
        let model = fixture::model(&script);
        let start = |name: String| name.chars().take(6).collect::<String>();
        let names = [u16::MAX, 11, 9].map(|columns| start(text::name_within(bet, columns)));
        for size in [(80, 24), (120, 40), (200, 60)] {
            let amount = format!(" {stake} ");
            let shown = lines(&model, size)
                .iter()
                .any(|line| line.contains(&amount) && names.iter().any(|name| line.contains(name)));
            assert!(shown, "{bet} is not seen at {size:?}");
        }
    }
}

/// On the come-out most bets of a hand rest, and a player who looks at the felt alone must see it.
#[test]
fn a_bet_that_is_off_says_so_on_the_felt_at_every_size() {
    let script = Script::new("practice")
        .sit(ME, None, 10_000)
        .bet(ME, "pass", 10)
        .roll(4, 4)
        .bet(ME, "place_6", 12)
        .bet(ME, "hard_4", 10)
        .bet(ME, "hard_10", 10);
    let (on, off) = (fixture::model(&script), fixture::model(&script.roll(5, 3)));
    for size in [(60, 16), (80, 24), (120, 40), (200, 60)] {
        let place = |model: &Model| {
            lines(model, size)
                .iter()
                .any(|line| line.contains("off 12"))
        };
        assert_eq!((place(&on), place(&off)), (false, true), "{size:?}");
        let hard = |model: &Model| {
            let lines = lines(model, size);
            let line = lines.iter().find(|line| line.contains("[H]")).unwrap();
            line.contains("off")
        };
        assert_eq!((hard(&on), hard(&off)), (false, true), "{size:?}");
    }
}

#[test]
fn a_wide_screen_tells_each_service_whole() {
    let screen = lines(&fixture::state("point-on").unwrap(), (200, 60)).join("\n");
    for words in ["12 MB used", "48 GB free", "supply", "root"] {
        assert!(screen.contains(words), "{words}");
    }
    let services = screen.lines().filter(|line| line.contains("Healthy"));
    for line in services {
        assert!(!line.contains('~'), "{line}");
    }
}
