//! Services, restarts, reports and emergencies.

use std::sync::Arc;

use crate::clock::UnixMillis;
use crate::coordination::{
    HealthStatus, Importance, ServiceHealth, ServiceHealthReport, ServiceState,
};
use crate::gaming::StartView;
use crate::state::lifecycle::ApplicationState as State;
use crate::tui::link::AppCommand;
use crate::tui::message::{Effect, Msg};
use crate::tui::why::Why;

use crate::tui::update::kit::{Player, lifecycle};

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
        detail: crate::shown::Shown::default(),
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

/// Only the picture of the services stands still, and says since when.
#[test]
fn a_frozen_picture_leaves_the_header_and_other_screens_alive() {
    use State as S;
    let mut player = Player::in_lobby();
    player.take(Msg::Resize(120, 40));
    let report = |status| {
        let service = crate::tui::fixture::service("storage", Importance::Foundation, 2, "");
        let service = ServiceHealth { status, ..service };
        Arc::new(ServiceHealthReport::new(UnixMillis(0), vec![service]))
    };
    player.take(Msg::Health(report(HealthStatus::Healthy)));
    player.keys("g h f");
    let degraded = [
        S::Initializing,
        S::ServicesStarting,
        S::Running,
        S::Degraded,
    ];
    player.take(Msg::Lifecycle(lifecycle(&degraded)));
    player.take(Msg::Health(report(HealthStatus::Critical)));
    let picture = player.drawn();
    let mut rows = picture.lines();
    assert!(
        rows.next().unwrap().contains("Degraded"),
        "the header lives: {picture}"
    );
    for pane in ["Services", "Lifecycle"] {
        let mut rows = picture.lines();
        let title = rows.find(|row| row.contains(&format!("─ {pane} ")));
        assert!(
            title.unwrap().contains("frozen since 00:00:01 UTC"),
            "{picture}"
        );
    }
    assert!(!picture.contains("Critical"), "{picture}");
    assert_eq!(
        picture.matches("f let it move").count(),
        2,
        "pane and lowest row: {picture}"
    );
    player.keys("g l");
    assert!(
        player.model.shows_health(),
        "its numbers are worth a wake-up again"
    );
    let picture = player.drawn();
    assert!(picture.contains("storage Critical"), "{picture}");
}

#[test]
fn the_lines_of_the_log_that_are_shown_are_copied_whole() {
    let mut player = Player::in_lobby();
    player.take(Msg::Log(Arc::new(crate::tui::fixture::log())));
    player.keys("g o / g a m i Enter");
    player.effects.clear();
    player.keys("y");
    let copied = player.effects.iter().find_map(|effect| {
        if let Effect::Copy(words) = effect {
            Some(words.clone())
        } else {
            None
        }
    });
    let copied = copied.expect("something is copied");
    let lines: Vec<&str> = copied.lines().collect();
    assert_eq!(lines.len(), 2, "{copied}");
    assert!(lines[0].ends_with("info gaming: roll 1 is 3-4"), "{copied}");
    let said = format!("{} characters", copied.chars().count());
    assert!(player.drawn().contains(&said), "{}", player.drawn());
}
