//! Services are restarted and everything is stopped: from the health pane, and by commands beside
//! the running client.

use serde_json::Value;

use crate::player::{Header, Home};
use crate::terminal::words;

/// Returns a service as `bitcraps health` tells it.
fn row(home: &Home, service: &str) -> Value {
    let (_, out, _) = home.run(&["health", "--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    let rows = report["services"].as_array().unwrap();
    rows.iter()
        .find(|row| row["name"] == service)
        .unwrap()
        .clone()
}

fn restarts(home: &Home, service: &str) -> u64 {
    row(home, service)["restarts"].as_u64().unwrap()
}

#[test]
fn commands_restart_services_of_the_running_client_and_stop_it_in_an_emergency() {
    let home = Home::new();
    let mut player = home.play();
    player.line_bet();
    let left = player.header();
    let (code, out, _) = home.run(&["service", "restart", "log"]);
    assert_eq!((code, out.as_str()), (0, "log is being restarted\n"));
    assert_eq!(restarts(&home, "log"), 1);

    let (code, _, err) = home.run(&["service", "stop", "log"]);
    assert_eq!(code, 0, "{err}");
    let stopped = row(&home, "log");
    assert_eq!(stopped["state"], "Stopped", "{stopped}");
    assert_eq!(stopped["detail"], "stopped by request");
    assert_eq!(stopped["remedy"], "`bitcraps service restart log`");
    let (code, _, err) = home.run(&["service", "restart", "log"]);
    assert_eq!(code, 0, "{err}");

    let (code, _, err) = home.run(&["service", "restart", "raft"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("storage, ledger, consensus"), "{err}");
    let (code, _, err) = home.run(&["service", "stop", "storage"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("nothing works without it"), "{err}");
    assert_eq!(restarts(&home, "storage"), 0);

    let (code, _, err) = home.run(&["emergency-stop", "--reason", "fire drill"]);
    assert_eq!(code, 0, "{err}");
    player.terminal.wait_for("Emergency stop");
    player.terminal.wait_for("Fire drill");
    assert!(home.data("emergency.mark").exists());
    let (code, out, _) = home.run(&["health"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("fire drill"), "{out}");

    let (code, _, err) = home.run(&["service", "restart", "storage"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("fire drill"), "{err}");
    assert!(err.contains("emergency-stop --reset"), "{err}");

    let (code, _, err) = home.run(&["emergency-stop", "--reset"]);
    assert_eq!(code, 0, "{err}");
    let again = player.terminal.wait("the table again", Header::read);
    assert_eq!(again, left);
    assert!(!home.data("emergency.mark").exists());
    // The hand is drawn while the last services still start, which take no roll yet.
    player.terminal.wait_for("Running");
    player.roll();
}

#[test]
fn the_health_pane_restarts_a_service_and_stops_everything() {
    let home = Home::new();
    let mut player = home.play();
    player.line_bet();
    let left = player.header();
    let terminal = &mut player.terminal;
    terminal.send("gh");
    terminal.wait_for("every line is in the file");
    // The log is the last of the list, and needs no question.
    terminal.send("jjjjjR");
    terminal.wait_for("log was restarted");

    terminal.send("E");
    terminal.wait_for("Type stop to do it");
    terminal.send("halt\r");
    terminal.wait_for("This wants the word stop");
    assert!(!home.data("emergency.mark").exists());
    terminal.send("\x1b");
    terminal.wait("no dialog", |screen| {
        (!words(screen).contains("Type stop")).then_some(())
    });
    terminal.send("Estop\r");
    terminal.wait_for("Reset and start");
    assert!(home.data("emergency.mark").exists());
    terminal.press_until("\r", "the health pane again", |screen| {
        words(screen).contains("every line is in the file")
    });
    terminal.send("gt");
    let again = terminal.wait("the table again", Header::read);
    assert_eq!(again, left);
    assert!(!home.data("emergency.mark").exists());
    player.terminal.wait_for("Running");
    player.roll();
}
