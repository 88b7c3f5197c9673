//! Dialogs, first run, screens, quitting and what comes from the runtime.

use std::sync::Arc;

use crate::clock::UnixMillis;
use crate::club::Refusal as ClubRefusal;
use crate::coordination::{
    HealthStatus, Importance, ServiceHealth, ServiceHealthReport, ServiceState,
};
use crate::gaming::{Intent, Refusal, Reply, StartView};
use crate::identity::Passphrase;
use crate::ledger::Chips;
use crate::state::lifecycle::ApplicationState as State;
use crate::tui::action::Action;
use crate::tui::caps::{ColourDepth, DecidedBy};
use crate::tui::keymap::hints;
use crate::tui::link::AppCommand;
use crate::tui::message::{Effect, Msg};
use crate::tui::model::{Pane, Screen};
use crate::tui::overlay::{FirstRunField, Overlay, QuitChoice};
use crate::tui::schedule::UiTime;
use crate::tui::update::update;
use crate::tui::why::Why;

use crate::tui::update::kit::{GAME, Player, empty_model, key, lifecycle, running};

#[test]
fn quitting_asks_only_with_bets_at_risk_and_says_which_come_down() {
    let mut player = Player::seated();
    player.keys("q");
    assert_eq!(player.effects, vec![Effect::Quit]);

    let mut player = Player::seated();
    player.plays("p");
    player.roll(3, 3);
    player.plays("8");
    player.keys("q");
    assert!(matches!(
        player.model.overlay(),
        Some(Overlay::Quit(QuitChoice::Stay))
    ));
    let falls = player.model.what_comes_down();
    let names = |bets: &[(_, _)]| bets.iter().map(|(bet, _)| *bet).collect::<Vec<_>>();
    assert_eq!(names(&falls.down), vec![key("place_8")]);
    assert_eq!(names(&falls.stays), vec![key("pass")]);
    player.keys("Esc");
    assert!(player.is_on(Screen::Table));
    player.keys("q Down Enter");
    assert_eq!(
        player.effects,
        vec![Effect::Send(
            crate::gaming::IntentId(3),
            Intent::Stand { game: GAME },
        )]
    );
    player.settle();
    assert_eq!(
        player.effects,
        vec![Effect::Quit],
        "only after the seat was left"
    );
}

#[test]
fn two_ctrl_c_within_two_seconds_quit_without_asking() {
    let mut player = Player::seated();
    player.plays("p");
    player.keys("Ctrl-C");
    player.after(2_001);
    player.keys("Ctrl-C");
    assert_eq!(player.effects, vec![]);
    player.after(2_000);
    player.keys("Ctrl-C");
    assert_eq!(player.effects, vec![Effect::Quit]);
}

#[test]
fn an_emergency_stop_wants_its_word() {
    let mut player = Player::seated();
    player.keys("g h E");
    player.types("sto");
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::TypeTheWord("stop")));
    assert_eq!(player.effects, vec![]);
    player.keys("p Enter");
    assert!(matches!(
        player.effects[..],
        [Effect::App(AppCommand::EmergencyStop { .. })]
    ));
}

#[test]
fn a_dialog_that_opens_by_itself_is_deaf_for_150_ms() {
    let mut player = Player::seated();
    player.plays("p");
    let failed = StartView::Failed {
        what: "storage".into(),
        hints: vec![],
    };
    player.take(Msg::Start(failed));
    player.after(149);
    player.keys("Enter");
    assert_eq!(player.effects, vec![]);
    player.after(1);
    player.keys("Enter");
    assert_eq!(player.effects, vec![Effect::App(AppCommand::Retry)]);
}

#[test]
fn a_first_start_with_a_given_name_asks_nothing_and_can_be_quit() {
    let mut player = Player::in_lobby();
    player.model.has_name = true;
    let mining = StartView::Mining {
        tried: 10,
        expected: 100,
    };
    player.take(Msg::Start(mining));
    player.after(150);
    player.keys("a Esc Enter");
    assert_eq!(player.effects, vec![], "nothing is chosen, nothing is sent");
    player.keys("Tab Enter");
    let quits = [Effect::App(AppCommand::CancelMining), Effect::Quit];
    assert_eq!(player.effects, quits);
    player.take(Msg::Start(StartView::Starting { service: "storage" }));
    assert!(player.model.overlays.is_empty());
}

#[test]
fn two_keys_lead_from_the_first_start_to_a_bet() {
    let mut model = empty_model();
    let mut take = |msg: Msg, now: u64| update(&mut model, msg, UiTime(now));
    let mining = StartView::Mining {
        tried: 10,
        expected: 100,
    };
    take(Msg::Start(mining), 0);
    let effects = take(Msg::Key(crate::tui::update::kit::chord("Enter")), 200);
    assert_eq!(
        effects,
        vec![Effect::Draw],
        "the identity is still being made"
    );
    let effects = take(Msg::Start(StartView::NameNeeded), 300);
    let begin = AppCommand::Begin {
        name: "lucky-otter".into(),
        passphrase: None,
    };
    assert!(effects.contains(&Effect::App(begin)));
    assert!(matches!(effects[1], Effect::App(AppCommand::Save(_))));
    take(Msg::Start(StartView::Ready), 400);
    take(Msg::Lifecycle(running()), 500);
    let table = Player::in_lobby();
    let effects = take(Msg::Club(table.model.club.clone()), 600);
    assert!(effects.iter().any(|effect| {
        matches!(effect, Effect::Send(_, Intent::Sit { game }) if *game == GAME)
    }));
    assert_eq!(model.screen, Screen::Table);
    assert!(model.overlays.is_empty());
}

#[test]
fn a_seat_that_was_given_meanwhile_is_no_refusal() {
    let mut player = Player::in_lobby();
    player.keys("P");
    let (id, sit) = player.sent().remove(0);
    assert_eq!(sit, Intent::Sit { game: GAME });
    let seat = crate::craps::SeatNo::new(0).unwrap();
    let already = Refusal::Club(crate::club::Refusal::AlreadySeated { seat });
    player.take(Msg::Reply(id, Reply::Rejected(already)));
    assert_eq!(player.why(), None);
    assert!(player.model.pending.is_empty());
}

#[test]
fn a_lock_takes_the_same_passphrase_twice_and_shows_none_of_it() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::NameNeeded));
    player.after(150);
    player.keys("Down Down Down Down Space Tab");
    player.types("open sesame");
    player.keys("Tab");
    player.types("open sesam");
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::PassphrasesDiffer));
    assert!(!format!("{:?}", player.model).contains("sesam"));
    player.keys("e Enter");
    let secret = Passphrase::new("open sesame").unwrap();
    let begin = AppCommand::Begin {
        name: "lucky-otter".into(),
        passphrase: Some(secret),
    };
    assert_eq!(player.effects.last(), Some(&Effect::App(begin)));
}

#[test]
fn the_first_page_refuses_an_empty_name_and_can_be_cancelled() {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::Mining {
        tried: 0,
        expected: 9,
    }));
    player.after(150);
    for _ in 0.."lucky-otter".len() {
        player.keys("Backspace");
    }
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::NameEmpty));
    player.keys("Esc");
    assert_eq!(player.why(), Some(&Why::NothingToClose));
    while !matches!(player.model.overlay(), Some(Overlay::FirstRun(page)) if page.field == FirstRunField::Cancel)
    {
        player.keys("Tab");
    }
    player.keys("Enter");
    assert_eq!(
        player.effects,
        vec![Effect::App(AppCommand::CancelMining), Effect::Quit]
    );
}

#[test]
fn a_wrong_passphrase_says_so_and_asks_again() {
    let mut player = Player::in_lobby();
    let needed = |refused| {
        Msg::Start(StartView::PassphraseNeeded {
            refused,
            keyring: None,
        })
    };
    player.take(needed(0));
    player.after(150);
    player.keys("Enter");
    assert_eq!(player.why(), Some(&Why::PassphraseEmpty));
    player.types("guess");
    player.keys("Enter");
    let guess = Passphrase::new("guess").unwrap();
    assert_eq!(player.effects, vec![Effect::App(AppCommand::Unlock(guess))]);
    let asks_again = |player: &Player| matches!(player.model.overlay(), Some(Overlay::Unlock(dialog)) if dialog.wrong && !dialog.trying && dialog.passphrase.is_empty());
    player.take(needed(1));
    assert!(asks_again(&player));
    player.types("another guess");
    player.keys("Enter");
    assert!(!asks_again(&player), "it is being tried");
    player.take(needed(2));
    assert!(asks_again(&player), "also after the second one");
    player.take(Msg::Start(StartView::Ready));
    assert!(player.model.overlays.is_empty());
}

#[test]
fn seats_are_taken_and_left_and_bots_are_added() {
    let mut player = Player::in_lobby();
    player.keys("P");
    player.settle();
    assert!(player.model.seat().is_some() && player.is_on(Screen::Table));
    player.keys("t");
    assert_eq!(player.why(), Some(&Why::Seated));
    player.keys("n");
    assert_eq!(player.why(), Some(&Why::NoBots));
    player.keys("b Down Enter");
    let sent = player.sent();
    assert!(
        matches!(sent[0].1, Intent::AddBot { strategy, .. } if strategy == crate::gaming::Strategy::ALL[1])
    );
    player.plays("p");
    player.keys("e Esc");
    assert_eq!(player.sent(), vec![]);
    player.keys("e Enter");
    player.settle();
    assert_eq!(
        (player.model.seat().is_none(), player.balance.get()),
        (true, 1_000)
    );
    player.keys("p");
    assert_eq!(player.why(), Some(&Why::NotSeated));
}

fn service(name: &str, status: HealthStatus) -> ServiceHealth {
    ServiceHealth {
        name: name.into(),
        importance: Importance::Mandatory,
        state: ServiceState::Running,
        status,
        since: UnixMillis(0),
        latency_micros: None,
        last_error: None,
        restarts: 0,
        detail: String::new(),
        remedy: None,
        needs: Vec::new(),
    }
}

#[test]
fn a_list_keeps_its_row_and_a_frozen_picture_stands_still() {
    let mut player = Player::seated();
    let report = |first: HealthStatus| {
        let services = vec![
            service("ledger", first),
            service("storage", HealthStatus::Healthy),
        ];
        Msg::Health(Arc::new(ServiceHealthReport::new(UnixMillis(0), services)))
    };
    player.keys("g h");
    player.take(report(HealthStatus::Healthy));
    player.keys("Down R y");
    let restart = Effect::App(AppCommand::RestartService("storage".into()));
    assert_eq!(player.effects, vec![restart]);
    player.take(report(HealthStatus::Critical));
    assert_eq!(player.model.services()[0].name, "ledger");
    assert_eq!(player.model.chosen_service().unwrap().name, "storage");
    player.keys("f");
    let frozen = player.model.frozen.as_ref().unwrap();
    assert_eq!(
        (frozen.at, frozen.health.at),
        (UnixMillis(player.now), UnixMillis(0)),
        "frozen now, however old the newest change is"
    );
    player.take(report(HealthStatus::Healthy));
    assert_eq!(player.model.services()[0].status, HealthStatus::Critical);
    player.keys("f");
    assert_eq!(player.model.services()[0].status, HealthStatus::Healthy);
}

#[test]
fn a_restart_that_stops_play_asks_and_names_what_goes_down_with_it() {
    let mut player = Player::seated();
    let after = |need: &str, name: &str, importance| ServiceHealth {
        needs: vec![need.into()],
        importance,
        ..service(name, HealthStatus::Healthy)
    };
    let services = vec![
        service("storage", HealthStatus::Healthy),
        after("storage", "ledger", Importance::Foundation),
        after("ledger", "game manager", Importance::Mandatory),
        after("none", "log", Importance::Optional),
    ];
    let report = ServiceHealthReport::new(UnixMillis(0), services);
    player.take(Msg::Health(Arc::new(report)));
    player.keys("g h R");
    assert_eq!(player.effects, vec![], "nothing is restarted before yes");
    let screen = shown(&player);
    assert!(
        screen.contains("Ledger and game manager go down with it"),
        "{screen}"
    );
    player.keys("Esc R y");
    let restart = |name: &str| Effect::App(AppCommand::RestartService(name.into()));
    assert_eq!(player.effects, vec![restart("storage")]);
    let note = crate::tui::text::note(player.model.event_row.shown().unwrap(), &player.model);
    assert_eq!(
        note,
        "Storage is being restarted, and with it ledger and game manager."
    );
    player.effects.clear();
    player.keys("Down Down Down R");
    assert_eq!(
        player.effects,
        vec![restart("log")],
        "play does not need it"
    );
}

/// What is on the screen, row by row.
fn shown(player: &Player) -> String {
    let area = ratatui::layout::Rect::new(0, 0, player.model.size.0, player.model.size.1);
    let mut buf = ratatui::buffer::Buffer::empty(area);
    crate::tui::view::view(&player.model, &player.model.caps, area, &mut buf);
    let symbols: Vec<&str> = buf
        .content()
        .iter()
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    let rows = symbols
        .chunks(usize::from(area.width))
        .map(<[&str]>::concat);
    // Words that a dialog wraps are found as if they stood in one row.
    let rows: Vec<String> = rows.map(|row| row.replace(['│', '║'], " ")).collect();
    let words: Vec<&str> = rows.iter().flat_map(|row| row.split_whitespace()).collect();
    words.join(" ")
}

#[test]
fn the_page_of_an_emergency_takes_tab_and_q() {
    let mut player = Player::seated();
    player.plays("p");
    player.take(Msg::Start(StartView::Failed {
        what: "storage".into(),
        hints: vec![],
    }));
    player.after(150);
    player.keys("Tab Enter");
    assert_eq!(
        player.effects,
        vec![Effect::Quit],
        "Tab goes to the other answer"
    );
    player.effects.clear();
    player.keys("q");
    assert_eq!(
        player.effects,
        vec![Effect::Quit],
        "there is nothing left to ask"
    );
}

#[test]
fn the_lowest_row_says_which_keys_a_dialog_takes_and_no_others() {
    let mut player = Player::seated();
    player.plays("p");
    player.roll(4, 4);
    let row = |player: &mut Player, keys: &str| {
        player.keys(keys);
        let hints = hints(&player.model);
        let words: Vec<String> = hints
            .iter()
            .map(|hint| crate::tui::text::hint(hint.info, &player.model))
            .collect();
        player.keys("Esc");
        words.join("|")
    };
    assert_eq!(row(&mut player, "Up ="), "bet it|close");
    assert_eq!(row(&mut player, "i"), "close|close");
    assert_eq!(
        row(&mut player, "H x"),
        "hard 4|hard 6|hard 8|hard 10|close",
        "a wrong key changes nothing of it; what has no hard way is not there"
    );
    assert_eq!(
        row(&mut player, "q"),
        "stay|quit now|choose|stay|next answer"
    );
    assert_eq!(
        row(&mut player, "e"),
        "stand up|stand up|choose|keep|next answer"
    );
    let dim = |player: &Player, action: Action| {
        hints(&player.model)
            .iter()
            .any(|hint| hint.info.action == action && !hint.dim)
    };
    let mut player = Player::seated();
    assert!(dim(&player, Action::Main));
    player.keys("Tab");
    assert!(
        !dim(&player, Action::Main),
        "an empty slip has no bet in focus"
    );
}

#[test]
fn escape_goes_back_where_a_screen_was_opened_and_never_away_from_the_table() {
    let mut player = Player::seated();
    player.keys("Esc");
    assert!(player.is_on(Screen::Table));
    assert_eq!(player.why(), Some(&Why::NothingToClose));
    player.keys("g h l Esc");
    assert!(
        player.is_on(Screen::Health),
        "the log was opened from health"
    );
    player.keys("Esc");
    assert!(player.is_on(Screen::Table));
    player.keys("g l g y Esc");
    assert!(
        player.is_on(Screen::Lobby),
        "the history was opened from the lobby"
    );
    player.keys("Esc");
    assert_eq!(player.why(), Some(&Why::NothingToClose));
}

#[test]
fn the_report_of_health_is_copied_and_saved_with_all_it_knows() {
    let mut player = Player::seated();
    let troubled = ServiceHealth {
        last_error: Some("no adapter".into()),
        remedy: Some("plug one in".into()),
        restarts: 3,
        detail: "12 MB used, 48 GB free, the key file is not encrypted".into(),
        ..service("storage", HealthStatus::Critical)
    };
    let report = ServiceHealthReport::new(UnixMillis(0), vec![troubled]);
    player.take(Msg::Health(Arc::new(report)));
    player.keys("g h y");
    let [Effect::Copy(copied)] = &player.effects[..] else {
        panic!("{:?}", player.effects);
    };
    let copied = copied.clone();
    let all = [
        "services: Critical, newest change at 1970-01-01T00:00:00",
        "lifecycle: Running since",
        "storage: Critical",
        "3 restarts",
        "detail: 12 MB used",
        "last error: no adapter",
        "what to do: plug one in",
        "Initializing: ",
    ];
    for words in all {
        assert!(copied.contains(words), "no {words} in {copied}");
    }
    player.effects.clear();
    player.keys("e");
    let saved = Effect::App(AppCommand::SaveReport(copied));
    assert_eq!(player.effects, vec![saved]);
}

#[test]
fn the_same_view_again_draws_nothing() {
    let mut player = Player::seated();
    player.draws = 0;
    player.show();
    player.take(Msg::Health(player.model.health.clone()));
    player.take(Msg::Log(player.model.log.clone()));
    player.take(Msg::Lifecycle(player.model.lifecycle.clone()));
    player.take(Msg::Start(StartView::Idle));
    player.take(Msg::Timer);
    player.take(Msg::Lagged(3));
    assert_eq!(player.draws, 0);
}

#[test]
fn colours_turn_unless_they_were_decided_outside() {
    let mut player = Player::seated();
    player.keys("T");
    assert_eq!(player.model.caps.colours, ColourDepth::Sixteen);
    player.keys("T");
    assert_eq!(player.model.caps.colours, ColourDepth::Mono);
    assert_eq!(player.effects.len(), 2, "each is kept");
    player.model.surroundings.no_color = true;
    player.keys("T T");
    assert_eq!(
        player.why(),
        Some(&Why::ColoursFixed(DecidedBy::Environment))
    );
}

#[test]
fn bets_are_refused_with_the_state_while_the_application_takes_none() {
    let mut player = Player::seated();
    let path = [
        State::Initializing,
        State::ServicesStarting,
        State::Running,
        State::Stopping,
    ];
    player.take(Msg::Lifecycle(lifecycle(&path)));
    player.keys("p");
    assert_eq!(player.why(), Some(&Why::NotTaking(State::Stopping)));
    player.keys("r");
    assert_eq!(player.why(), Some(&Why::NotTaking(State::Stopping)));
}

#[test]
fn screens_are_gone_to_and_come_back_from() {
    let mut player = Player::seated();
    for (keys, screen, pane) in [
        ("g l", Screen::Lobby, Pane::Tables),
        ("g b", Screen::Bets, Pane::Slip),
        ("Tab", Screen::Bets, Pane::Offers),
        ("g h", Screen::Health, Pane::Services),
        ("g y", Screen::History, Pane::Rolls),
        ("g o", Screen::Log, Pane::Lines),
        ("Esc", Screen::History, Pane::Rolls),
        ("g t", Screen::Table, Pane::Felt),
        ("Tab", Screen::Table, Pane::Slip),
        ("Esc", Screen::Table, Pane::Felt),
    ] {
        player.keys(keys);
        assert_eq!(
            (player.model.screen, player.model.pane),
            (screen, pane),
            "{keys}"
        );
    }
    player.keys("Esc");
    assert_eq!(player.why(), Some(&Why::NothingToClose));
}

#[test]
fn new_chips_are_for_who_has_none_left_and_nothing_at_risk() {
    let mut player = Player::seated();
    let has_chips = |player: &Player| {
        let why = player.why();
        matches!(
            why,
            Some(Why::Game(Refusal::Club(ClubRefusal::HasChips { .. })))
        )
    };
    player.keys("G");
    assert!(has_chips(&player), "{:?}", player.why());
    player.plays("f");
    player.balance = Chips::ZERO;
    player.show();
    player.keys("G");
    assert!(has_chips(&player), "{:?}", player.why());
    player.roll(3, 4);
    for screen in ["g l", "g b", "g t"] {
        player.keys(screen);
        let shown = hints(&player.model);
        let hint = shown
            .iter()
            .find(|hint| hint.info.action == Action::NewChips);
        assert!(hint.is_some_and(|hint| !hint.dim), "{screen}");
    }
    player.plays("G");
    assert_eq!(player.balance, Chips::new(1_000));
    player.keys("G");
    assert!(has_chips(&player), "{:?}", player.why());
}
