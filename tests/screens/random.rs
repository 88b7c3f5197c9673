//! Models that nobody drew by hand: real rules under random actions and dice, and everything that
//! comes from outside (names, words, numbers, places) at random, at sizes from one cell upwards.

use std::sync::Arc;

use bitcraps::clock::UnixMillis;
use bitcraps::config::LogLevel;
use bitcraps::coordination::{HealthStatus, Importance, ServiceHealth, ServiceState};
use bitcraps::craps::{Action, BetId, BetKey, BoxNumber};
use bitcraps::gaming::{
    self, ClubKind, ClubView, KeeperView, RollPhase, StartView, Strategy as Plays, TableView,
    WaitView,
};
use bitcraps::ledger::Chips;
use bitcraps::logs::{LogLine, LogView};
use bitcraps::shown::Shown;
use bitcraps::state::lifecycle::ApplicationState;
use bitcraps::tui::action::ACTIONS;
use bitcraps::tui::field::TextField;
use bitcraps::tui::fixture::{self, ME, STARTED, Script};
use bitcraps::tui::input::Chord;
use bitcraps::tui::message::Msg;
use bitcraps::tui::model::{Model, Screen, UNITS};
use bitcraps::tui::note::{Note, Offer, Tried};
use bitcraps::tui::overlay::{ExplainDialog, HelpDialog, Overlay, PaletteDialog, RollDialog};
use bitcraps::tui::schedule::UiTime;
use bitcraps::tui::slip::{Laid, Waiting};
use bitcraps::tui::update::update;
use bitcraps::tui::view::view;
use bitcraps::tui::why::Why;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::props::{every_caps, sizes};

/// The latest time that is drawn, in milliseconds: the year 3084.
const LATEST: u64 = 1 << 45;

/// One thing that happens at the table.
#[derive(Clone, Debug)]
enum Play {
    Bet(Index, Index, u64),
    Roll(u8, u8, bool),
}

/// Words that a peer, a file or the operating system may hand over.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z ,.;:'-]{0,40}",
        2 => any::<String>(),
        1 => "[\u{4e00}-\u{4e20}\u{3040}-\u{3060}]{0,30}",
        1 => "(a[\u{300}-\u{310}]{0,4}){0,30}",
        1 => "[\u{1b}\u{7}\u{9b}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{61c}\u{200d}\u{feff}a-c]{0,30}",
        1 => "[\u{1f600}-\u{1f610}\u{5d0}-\u{5da}\u{e01}-\u{e3a}]{0,30}",
        1 => "[a-z]{200,400}",
    ]
}

/// What services, the life of a node and its start say: it may quote a file, a peer or the system.
fn said() -> impl Strategy<Value = Shown> {
    words().prop_map(Shown::from)
}

/// Chips from none to more than any club holds.
fn chips() -> impl Strategy<Value = Chips> {
    prop_oneof![0..2_000_u64, 0..100_000_000_u64, 0..=(1_u64 << 53)].prop_map(Chips::new)
}

fn play() -> impl Strategy<Value = Play> {
    prop_oneof![
        5 => (any::<Index>(), any::<Index>(), prop_oneof![0..60_u64, 0..3_000_u64])
            .prop_map(|(who, what, amount)| Play::Bet(who, what, amount)),
        2 => (1..=6_u8, 1..=6_u8, prop::bool::weighted(0.1))
            .prop_map(|(a, b, out)| Play::Roll(a, b, out)),
    ]
}

fn any_bet(index: Index) -> BetKey {
    let all: Vec<BetKey> = BetId::all()
        .flat_map(|bet| {
            let numbers = BoxNumber::ALL.into_iter().map(Some);
            [None]
                .into_iter()
                .chain(numbers)
                .filter_map(move |number| BetKey::new(bet, number))
        })
        .collect();
    all[index.index(all.len())]
}

/// Plays by the rules, and keeps what they refuse.
#[derive(Debug)]
struct Played {
    script: Script,
    names: Vec<String>,
    taken: usize,
    refused: Vec<(BetKey, Chips, Why)>,
}

impl Played {
    fn new(names: Vec<String>, balance: u64, offers_all: bool) -> Self {
        let mut script = Script::new("a table").sit(ME, None, balance);
        if offers_all {
            script = script.offering_all();
        }
        let mut all = vec![ME.to_owned()];
        for (place, name) in names.into_iter().enumerate() {
            // Two of one name would be one player to a script.
            let name = format!("{name}{place}");
            let strategy = Plays::ALL.get(place).copied();
            script = match place % 2 {
                0 => script.sit(&name, strategy, balance),
                _ => script.player(&name),
            };
            all.push(name);
        }
        Self {
            script,
            names: all,
            taken: 0,
            refused: Vec::new(),
        }
    }

    fn play(mut self, play: &Play) -> Self {
        match play {
            Play::Bet(who, what, amount) => {
                let place = who.index(self.names.len());
                let (bet, amount) = (any_bet(*what), Chips::new(*amount));
                let view = self.script.view();
                let seat = &view.seats[place];
                let mut trial = (*view.table).clone();
                match trial.act(seat.seat, &Action::Place { bet, amount }, seat.balance) {
                    Ok(_) => {
                        self.taken += 1;
                        let name = self.names[place].clone();
                        self.script = self.script.bet(&name, &bet.to_string(), amount.get());
                    }
                    Err(why) => {
                        let why = bitcraps::club::Refusal::Bet { index: 0, why };
                        self.refused
                            .push((bet, amount, Why::Game(gaming::Refusal::Club(why))));
                    }
                }
            }
            Play::Roll(a, b, out) => {
                let last = self.names.last().map(String::as_str);
                let out: Vec<&str> = last.filter(|_| *out).into_iter().collect();
                self.script = self.script.roll_without(&out, *a, *b);
            }
        }
        self
    }
}

fn played() -> impl Strategy<Value = Played> {
    let names = prop::collection::vec(words(), 0..7);
    let plays = prop::collection::vec(play(), 0..40);
    let balance = prop_oneof![0..200_u64, 0..50_000_u64, 0..=(1_u64 << 50)];
    (names, balance, any::<bool>(), plays).prop_map(|(names, balance, all, plays)| {
        plays
            .iter()
            .fold(Played::new(names, balance, all), Played::play)
    })
}

fn service() -> impl Strategy<Value = ServiceHealth> {
    let state = (0..6_u8, said()).prop_map(|(kind, words)| match kind {
        0 => ServiceState::NotStarted,
        1 => ServiceState::Starting,
        2 => ServiceState::Running,
        3 => ServiceState::Degraded { reason: words },
        4 => ServiceState::Failed { error: words },
        _ => ServiceState::Stopped,
    });
    let importance = select(vec![
        Importance::Foundation,
        Importance::Mandatory,
        Importance::Optional,
    ]);
    let told = (
        said(),
        said(),
        prop::option::of(said()),
        prop::option::of(said()),
    );
    let numbers = (0..=LATEST, prop::option::of(any::<u32>()), any::<u32>());
    let parts = (
        state,
        select(HealthStatus::ALL.to_vec()),
        importance,
        told,
        numbers,
    );
    parts.prop_map(
        |(state, status, importance, told, (since, latency, restarts))| {
            let (name, detail, last_error, remedy) = told;
            ServiceHealth {
                state,
                status,
                since: UnixMillis(since),
                latency_micros: latency.map(u64::from),
                last_error,
                restarts,
                remedy,
                ..fixture::service(&name, importance, 1, &detail)
            }
        },
    )
}

fn log() -> impl Strategy<Value = LogView> {
    let levels = vec![
        LogLevel::Error,
        LogLevel::Warn,
        LogLevel::Info,
        LogLevel::Debug,
    ];
    let line = (0..=LATEST, select(levels), words(), words(), any::<u32>());
    let line = line.prop_map(|(at, level, part, text, count)| {
        Arc::new(LogLine {
            first: UnixMillis(at),
            last: UnixMillis(at),
            level,
            part: Shown::new(&part, 24),
            text: Shown::new(&text, 200),
            count: count.max(1),
        })
    });
    let lines = prop::collection::vec(line, 0..30);
    (lines, any::<u32>()).prop_map(|(lines, older)| LogView {
        lines,
        older: older.into(),
    })
}

/// What is laid over a played table.
#[derive(Clone, Debug)]
struct Outside {
    services: Vec<ServiceHealth>,
    log: LogView,
    words: Vec<String>,
    amounts: Vec<Chips>,
    counts: Vec<usize>,
    bets: Vec<BetKey>,
    screen: Screen,
    dialog: u8,
    keys: Vec<Chord>,
}

fn outside() -> impl Strategy<Value = Outside> {
    let keys: Vec<Chord> = ACTIONS.iter().flat_map(|info| info.keys).copied().collect();
    (
        prop::collection::vec(service(), 0..9),
        log(),
        prop::collection::vec(words(), 8),
        prop::collection::vec(chips(), 8),
        prop::collection::vec(prop_oneof![0..30_usize, 0..100_000_usize], 8),
        prop::collection::vec(any::<Index>().prop_map(any_bet), 4),
        select(Screen::ALL.to_vec()),
        0..12_u8,
        prop::collection::vec(select(keys), 0..6),
    )
        .prop_map(
            |(services, log, words, amounts, counts, bets, screen, dialog, keys)| Outside {
                services,
                log,
                words,
                amounts,
                counts,
                bets,
                screen,
                dialog,
                keys,
            },
        )
}

/// The table as played, where everything that comes from outside is random.
fn table_of(played: &Played, outside: &Outside) -> TableView {
    let Outside {
        words,
        amounts,
        counts,
        ..
    } = outside;
    let shown = |place: usize| Shown::new(&words[place], 24);
    let mut table = played.script.view();
    table.name = shown(0);
    table.club = shown(1);
    let of = counts[2] % 33;
    let have = counts[1] % (of + 1);
    table.phase = match counts[0] % 3 {
        0 => RollPhase::Betting { sealed: have, of },
        1 => RollPhase::Locked { opened: have, of },
        _ => table.phase,
    };
    table.missing = vec![shown(2), shown(3)];
    let closes = UnixMillis(amounts[0].get() % LATEST);
    table.closes = counts[3].is_multiple_of(2).then_some(closes);
    table.waits = counts[4].is_multiple_of(4).then(|| WaitView {
        name: Some(shown(4)),
    });
    table.kind = match counts[5] % 3 {
        0 => ClubKind::Solo,
        1 => ClubKind::Hosted,
        _ => ClubKind::Shared {
            keepers: counts[6] % 17,
            decide: counts[7] % 17,
        },
    };
    table.treasury_free = amounts[1];
    table.balance = amounts[2];
    for seat in &mut table.seats {
        seat.ready = counts[1].is_multiple_of(2);
        seat.balance = amounts[2];
    }
    table
}

fn club_of(played: &Played, outside: &Outside) -> ClubView {
    let Outside {
        words,
        amounts,
        counts,
        ..
    } = outside;
    let shown = |place: usize| Shown::new(&words[place % 8], 24);
    let keeper = |place| KeeperView {
        name: shown(place),
        you: place == 0,
        accused: place == 1,
    };
    let mut club = fixture::club(&[&played.script]);
    club.name = shown(1);
    club.treasury = amounts[3];
    club.supply = amounts[4];
    club.balance = amounts[2];
    club.members = counts[2];
    club.me = shown(5);
    club.keepers = (0..counts[6] % 17).map(keeper).collect();
    club
}

/// The node as it may be: its life, its start, its services and its log.
fn node_of(model: &mut Model, outside: &Outside) {
    let Outside {
        words,
        amounts,
        counts,
        ..
    } = outside;
    let said = [6, 7].map(|place: usize| Shown::from(words[place].as_str()));
    let mut steps = STARTED.to_vec();
    match counts[3] % 3 {
        0 => steps.push((ApplicationState::Degraded, words[6].as_str())),
        1 => steps = vec![(ApplicationState::Initializing, words[6].as_str())],
        _ => {}
    }
    model.lifecycle = Arc::new(fixture::lifecycle(&steps));
    model.start = match counts[4] % 4 {
        0 => StartView::Ready,
        1 => StartView::Starting { service: "storage" },
        2 => StartView::Mining {
            tried: amounts[5].get(),
            expected: amounts[6].get().max(1),
        },
        _ => StartView::Failed {
            what: said[0].clone(),
            hints: vec![said[1].clone()],
        },
    };
    model.health = Arc::new(fixture::report(outside.services.clone()));
    model.log = Arc::new(outside.log.clone());
    model.rows.log_up = counts[0];
}

/// What the player tried, laid and was refused.
fn slip_of(model: &mut Model, played: &Played, outside: &Outside) {
    let Outside {
        amounts,
        counts,
        bets,
        ..
    } = outside;
    for (bet, amount, why) in &played.refused {
        model.slip.wait(Waiting {
            bet: *bet,
            amount: *amount,
            why: why.clone(),
            offer: counts[5].is_multiple_of(2).then_some(amounts[1]),
        });
    }
    if let Some((bet, amount, why)) = played.refused.last() {
        let (bet, amount) = (*bet, *amount);
        let offer = Offer {
            bet,
            amount: amounts[1],
        };
        model.event_row.say(Note::Refused {
            tried: Tried::Bet { bet, amount },
            why: why.clone(),
            offer: Some(offer),
        });
    }
    let laid = Laid {
        bet: bets[2],
        amount: amounts[6],
        send_at: UiTime(300),
    };
    model.slip.laid = counts[6].is_multiple_of(2).then_some(laid);
}

fn dialog_of(played: &Played, outside: &Outside) -> Option<Overlay> {
    let scroll = outside.counts[7];
    let roll = played.script.last().map_or(0, |record| record.roll);
    match outside.dialog {
        0 => Some(Overlay::Help(HelpDialog {
            scroll,
            ..HelpDialog::default()
        })),
        1 => Some(Overlay::Roll(RollDialog { roll, scroll })),
        2 => Some(Overlay::Proof(RollDialog { roll, scroll })),
        3 => {
            let mut dialog = ExplainDialog::new(outside.bets[3]);
            dialog.scroll = scroll;
            Some(Overlay::Explain(dialog))
        }
        4 => Some(Overlay::PickBot(outside.counts[2] % 16)),
        5 => Some(Overlay::LogSearch),
        6 => Some(Overlay::Palette(PaletteDialog {
            search: TextField::new(&outside.words[7], 32),
            chosen: None,
        })),
        _ => None,
    }
}

/// The model of a played table under what comes from outside, after a few keys.
fn model(played: &Played, outside: &Outside, size: (u16, u16)) -> Model {
    let mut model = fixture::model(&played.script);
    fixture::show(&mut model, outside.screen);
    model.table = Some(Arc::new(table_of(played, outside)));
    model.club = Some(Arc::new(club_of(played, outside)));
    node_of(&mut model, outside);
    model.rows.roll = Some(outside.amounts[7].get() % 50);
    model.rows.slip = Some(outside.bets[0]);
    model.spot = outside.bets[1];
    model.unit = UNITS[outside.counts[0] % UNITS.len()];
    slip_of(&mut model, played, outside);
    model.overlays.extend(dialog_of(played, outside));
    update(&mut model, Msg::Resize(size.0, size.1), UiTime(0));
    for (at, key) in (1..).zip(&outside.keys) {
        update(&mut model, Msg::Key(*key), UiTime(at * 1_000));
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_random_breaks_a_picture_or_leaves_it(
        played in played(),
        outside in outside(),
        caps in every_caps(),
        (columns, rows) in sizes(),
    ) {
        let model = model(&played, &outside, (columns, rows));
        let whole = Rect::new(0, 0, columns + 2, rows + 2);
        let area = Rect::new(1, 1, columns, rows);
        let mark = Cell::new("\u{2622}");
        let mut buf = Buffer::filled(whole, mark.clone());
        view(&model, &caps, area, &mut buf);
        for position in whole.positions() {
            let cell = &buf[position];
            if area.contains(position) {
                prop_assert_ne!(cell.symbol(), mark.symbol(), "nothing drawn at {}", position);
                let clean = Shown::new(cell.symbol(), 80);
                prop_assert_eq!(cell.symbol(), clean.as_str(), "at {}", position);
            } else {
                prop_assert_eq!(cell, &mark, "drawn outside at {}", position);
            }
        }
    }
}

/// The rules refuse and take what the property above draws, or it draws nothing of either.
#[test]
fn random_tables_hold_bets_rolls_and_refusals() {
    let plays: Vec<Play> = (0..200_u64)
        .map(|n| {
            let place = usize::try_from(n * 2_654_435_761).unwrap();
            let die = |n: u64| u8::try_from(n % 6).unwrap() + 1;
            if n % 4 == 3 {
                Play::Roll(die(n), die(n / 6), false)
            } else {
                Play::Bet(index(place), index(place / 7), n % 50)
            }
        })
        .collect();
    let table = Played::new(vec!["a".to_owned()], 5_000, true);
    let played = plays.iter().fold(table, Played::play);
    assert_eq!(played.script.view().roll, 51);
    assert!(played.taken > 10 && played.refused.len() > 10, "{played:?}");
}

fn index(of: usize) -> Index {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&of.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    any::<Index>().new_tree(&mut runner).unwrap().current()
}
