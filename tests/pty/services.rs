//! Services are restarted and everything is stopped: from the health pane, and by commands beside
//! the running client.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::Signal;
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

/// `bitcraps health --watch` beside the running client.
struct Watch {
    child: Child,
    rows: Receiver<Value>,
}

impl Watch {
    fn start(home: &Home) -> Self {
        let mut command = home.command(&["health", "--watch", "--json"]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let told = BufReader::new(child.stdout.take().unwrap());
        let (sender, rows) = channel();
        std::thread::spawn(move || {
            for line in told.lines() {
                let row = serde_json::from_str(&line.unwrap()).unwrap();
                if sender.send(row).is_err() {
                    return;
                }
            }
        });
        Self { child, rows }
    }

    /// Reads up to a row that is so.
    fn wait(&self, what: &str, mut is: impl FnMut(&Value) -> bool) {
        let mut last = Value::Null;
        loop {
            let row = self.rows.recv_timeout(Duration::from_secs(30));
            let row = row.unwrap_or_else(|why| panic!("no {what} ({why}) after {last}"));
            if is(&row) {
                return;
            }
            last = row;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn a_watch_of_the_health_tells_each_change_until_the_node_ends() {
    let home = Home::new();
    let mut player = home.play();
    let watch = &mut Watch::start(&home);
    let log = |row: &Value| {
        let rows = row["services"].as_array().unwrap();
        rows.iter()
            .find(|row| row["name"] == "log")
            .cloned()
            .unwrap()
    };
    let is = |state: &'static str| move |row: &Value| row["lifecycle"]["state"] == state;
    watch.wait("Running", is("Running"));
    assert_eq!(home.run(&["service", "restart", "log"]).0, 0);
    watch.wait("restart", |row| log(row)["restarts"] == 1);
    assert_eq!(home.run(&["service", "stop", "log"]).0, 0);
    watch.wait("stopped service", |row| {
        log(row)["state"] == "Stopped" && row["overall"] == "Degraded"
    });
    assert_eq!(home.run(&["emergency-stop"]).0, 0);
    watch.wait("emergency", is("Error"));
    assert_eq!(home.run(&["emergency-stop", "--reset"]).0, 0);
    watch.wait("new run", is("Running"));
    player.terminal.signal(Signal::TERM);
    assert_eq!(player.terminal.end().code, 0);
    // It ends with the node, and says so.
    assert_eq!(watch.child.wait().unwrap().code(), Some(4));
}
