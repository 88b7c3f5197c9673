//! How much goes to the terminal: over SSH each byte travels.

use std::sync::Arc;

use bitcraps::club::Height;
use bitcraps::craps::Action;
use bitcraps::gaming::{Reply, Strategy};
use bitcraps::ledger::Chips;
use bitcraps::tui::caps::{ColourDepth, Symbols};
use bitcraps::tui::fixture::{self, ME, Script};
use bitcraps::tui::input::Chord;
use bitcraps::tui::message::{Effect, Msg};
use bitcraps::tui::model::Model;
use bitcraps::tui::schedule::{Scheduler, UiTime};
use bitcraps::tui::term::Painter;
use bitcraps::tui::update::update;
use bitcraps::tui::view::view;
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::style::Color;

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

/// A terminal of 120x40 that counts what is written to it, with frames as far apart as the program draws them.
struct Counted {
    model: Model,
    painter: Painter<Vec<u8>>,
    scheduler: Scheduler,
    now: UiTime,
    frames: Vec<usize>,
}

impl Counted {
    fn new(script: &Script) -> Self {
        let mut model = fixture::model(script);
        model.size = (120, 40);
        let mut counted = Self {
            scheduler: Scheduler::new(model.caps.shortest_frame()),
            model,
            painter: Painter::new(Vec::new()),
            now: UiTime(1_000),
            frames: Vec::new(),
        };
        counted.draws();
        counted.frames.clear();
        counted
    }

    /// Draws a frame; one that shows nothing new writes nothing.
    fn draws(&mut self) {
        let before = self.painter.out().len();
        let (columns, rows) = self.model.size;
        let model = &self.model;
        let drawn = self.painter.frame(columns, rows, |area, buffer| {
            view(model, &model.caps, area, buffer);
        });
        drawn.unwrap();
        self.frames.push(self.painter.out().len() - before);
    }

    fn draws_if_due(&mut self) {
        if self.scheduler.due().is_some_and(|due| due <= self.now) {
            self.draws();
            self.scheduler.drawn(self.now);
        }
    }

    fn takes(&mut self, message: Msg) {
        let effects = update(&mut self.model, message, self.now);
        if effects.contains(&Effect::Draw) {
            self.scheduler.want(self.now);
        }
        self.draws_if_due();
    }

    fn sees(&mut self, script: &Script) {
        self.takes(Msg::Table(Some(Arc::new(script.view()))));
        self.takes(Msg::Club(Some(Arc::new(fixture::club(&[script])))));
    }

    /// The terminal shows what a new one would: each cell, and its colour.
    fn shows_the_model(&self) {
        let (columns, rows) = self.model.size;
        let size = |count: u16| std::num::NonZeroU16::new(count).unwrap();
        let mut terminal = vt100::Parser::new(size(rows), size(columns), 0);
        terminal.process(self.painter.out());
        let wanted = draw(&self.model, self.model.caps, self.model.size);
        for row in 0..rows {
            for column in 0..columns {
                let shown = terminal.screen().cell(row, column).unwrap();
                let cell = &wanted[(column, row)];
                let symbol = if shown.has_contents() {
                    shown.contents()
                } else {
                    " "
                };
                assert_eq!(symbol, cell.symbol(), "row {row}, column {column}");
                if let Color::Rgb(r, g, b) = cell.fg {
                    assert_eq!(
                        shown.fgcolor(),
                        vt100::Color::Rgb(r, g, b),
                        "{row}, {column}"
                    );
                }
            }
        }
    }

    /// Lets a second pass.
    fn waits(&mut self) {
        let end = UiTime(self.now.0 + 1_000);
        loop {
            let wake = [self.scheduler.due(), self.model.due()];
            let Some(wake) = wake.into_iter().flatten().min().filter(|wake| *wake <= end) else {
                break;
            };
            self.now = self.now.max(wake);
            if self.model.due().is_some_and(|due| due <= self.now) {
                self.takes(Msg::Timer);
            }
            self.draws_if_due();
        }
        self.now = end;
    }
}

/// Makes those of the bets that are legal now.
fn bet(script: &mut Script, bets: &[(&str, &str, u64)]) {
    for (player, bet, amount) in bets {
        let action = Action::Place {
            bet: bet.parse().unwrap(),
            amount: Chips::new(*amount),
        };
        // With a point on the line is closed, and without one there is nothing to back.
        let _refused = script.tries(player, &action).err();
    }
}

#[test]
fn a_roll_at_120x40_stays_under_3000_bytes() {
    crossterm::style::force_color_output(true);
    let mut script = Script::new("practice")
        .sit(ME, None, 10_000)
        .sit("mabel", Some(Strategy::PassOdds), 10_000)
        .sit("rocco", Some(Strategy::IronCross), 10_000);
    let bots = [
        ("mabel", "pass", 10),
        ("rocco", "pass", 10),
        ("mabel", "pass_odds", 20),
        ("rocco", "field", 5),
    ];
    bet(&mut script, &bots);
    // Points are set, made and lost, and some rolls decide little.
    let mut written = Vec::new();
    for (a, b) in [
        (2, 4),
        (3, 6),
        (4, 4),
        (1, 5),
        (6, 6),
        (5, 5),
        (4, 6),
        (3, 1),
        (3, 4),
        (5, 6),
        (6, 2),
    ] {
        bet(&mut script, &[(ME, "pass", 10)]);
        let mut screen = Counted::new(&script);
        screen.takes(Msg::Key(Chord::char('r')));
        let asked = screen.model.pending.keys().copied().collect::<Vec<_>>();
        assert_eq!(asked.len(), 1, "the roll is asked for");
        // Two blocks decide a roll of one keeper, a few milliseconds after the key, and bots bet at once.
        screen.now = UiTime(screen.now.0 + 2);
        for opened in 0..=3 {
            screen.sees(&script.clone().locked(opened));
        }
        script = script.roll(a, b);
        screen.sees(&script);
        for id in asked {
            screen.takes(Msg::Reply(id, Reply::Decided(Height(9))));
        }
        bet(&mut script, &bots);
        screen.sees(&script);
        screen.waits();
        assert_eq!(screen.model.dice.faces(), Some((a, b)));
        assert_eq!(screen.model.due(), None, "all of the roll has been drawn");
        screen.shows_the_model();
        let sum: usize = screen.frames.iter().sum();
        written.push((sum, screen.frames));
    }
    assert!(
        written.iter().all(|(sum, _)| (1..3_000).contains(sum)),
        "{written:?}"
    );
}
