//! How the program comes and goes: signals, suspending, panics, sizes. Whatever happens, the
//! terminal is left as it was found.

use std::time::Duration;

use rustix::process::Signal;

use crate::player::{BITCRAPS, Header, Home, Player};
use crate::terminal::{FOREGROUND, Terminal};

/// Nothing is written for so long once everything has been drawn.
const QUIET: Duration = Duration::from_millis(700);

#[test]
fn a_signal_ends_the_program_in_order_and_loses_nothing() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let home = Home::new();
        let mut player = home.play();
        player.line_bet();
        let left = player.header();
        let written = player.terminal.settled(QUIET);
        player.terminal.signal(signal);
        let before = player.terminal.before();
        let end = player.terminal.end();
        assert_eq!((end.code, end.signal), (0, None), "{signal:?}");
        assert_eq!(end.text.matches("bitcraps:").count(), 0, "{}", end.text);
        if signal == Signal::HUP {
            // The terminal is gone, so nothing may be written to it.
            assert_eq!(player.terminal.bytes().len(), written);
        } else {
            assert_eq!(end.modes, before, "{signal:?}");
        }
        let books = home.books();
        assert_eq!((books.balance, books.at_risk), (left.chips, left.at_risk));
    }
}

#[test]
fn a_signal_with_the_first_bytes_ends_the_program_and_nothing_starts_after_it() {
    let home = Home::new();
    for signal in [Signal::TERM, Signal::INT, Signal::HUP].repeat(5) {
        let mut terminal = home.client(&["--practice", "--name", "ana", "--reduced-motion"]);
        terminal.wait_more(0);
        terminal.signal(signal);
        let end = terminal.end();
        assert_eq!((end.code, end.signal), (0, None), "{signal:?}");
    }
    let logs = std::fs::read_dir(home.data("logs")).unwrap();
    let logs = logs.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let logs: String = logs.collect();
    assert!(logs.contains("to=Stopped"), "{logs}");
    assert!(!logs.contains("from=Stopped"), "{logs}");
}

#[test]
fn control_z_gives_the_terminal_back_and_fg_takes_it_again() {
    let home = Home::new();
    let mut shell = home.shell();
    // A line that is entered is run in the modes that its program shall leave.
    shell.send("echo $((6*7))\r");
    shell.wait_for("42");
    shell.send(&format!(
        "{BITCRAPS} --practice --name ana --reduced-motion\r"
    ));
    let mut player = Player::sit(shell);
    player.line_bet();
    let left = player.header();
    let playing = player.terminal.modes();
    player.terminal.settled(QUIET);
    for _ in 0..2 {
        let terminal = &mut player.terminal;
        terminal.send("\x1a");
        terminal.wait_for("bitcraps is suspended: your bets stand; fg goes on");
        terminal.send("echo $((6*7)); stty -a | tr ' ' '\\n' | grep icanon\r");
        terminal.wait_for("42");
        terminal.wait_for("\nicanon");
        assert_eq!(terminal.modes().private, terminal.before().private);
        terminal.send(FOREGROUND);
        let again = terminal.wait("the table again", Header::read);
        assert_eq!(again, left);
        terminal.settled(QUIET);
        assert_eq!(terminal.modes(), playing);
    }
    player.roll();
    player.terminal.send("\x03\x03");
    player.terminal.wait("the shell", |screen| {
        (!screen.alternate_screen()).then_some(())
    });
    player.terminal.settled(QUIET);
    player.terminal.send("echo the end is $?\r");
    player.terminal.wait_for("the end is 0");
    assert_eq!(
        player.terminal.modes().private,
        player.terminal.before().private
    );
}

#[test]
fn a_storm_of_sizes_leaves_the_screen_exactly_as_drawn_anew() {
    let home = Home::new();
    let mut player = home.play();
    player.line_bet();
    let terminal = &mut player.terminal;
    for step in 0_u16..120 {
        let columns = 1 + (step * 83) % 200;
        let rows = 1 + (step * 37) % 60;
        terminal.resize(columns, rows);
        terminal.send(["\t", "\x1b[C", "?", "\x1b"][usize::from(step % 4)]);
    }
    // Wherever the keys have led to, it can be closed. Health is frozen, since the room on the
    // disk changes while nothing happens here.
    terminal.resize(80, 24);
    terminal.press_until("\x1b", "nothing to be open", |screen| {
        screen.contents().contains("Nothing is open to close")
    });
    terminal.send("ghf");
    terminal.wait_for("frozen");
    terminal.send("gt");
    terminal.wait_for("[Table]");
    let looks = |terminal: &Terminal, columns| {
        terminal.look(|screen| screen.rows_formatted(0, columns).collect::<Vec<_>>())
    };
    for (columns, rows) in [(200, 60), (120, 40), (60, 16), (1, 1), (80, 24)] {
        terminal.resize(columns, rows);
        let from = terminal.settled(QUIET);
        let drawn = looks(terminal, columns);
        terminal.send("\x0c");
        terminal.wait_more(from);
        terminal.settled(QUIET);
        assert_eq!(drawn, looks(terminal, columns), "{columns}x{rows}");
    }
    player.roll();
}

#[test]
fn nothing_is_written_and_nothing_wakes_the_screen_while_nothing_happens() {
    let home = Home::new();
    let mut player = home.play();
    player.line_bet();
    let written = player.terminal.settled(QUIET);
    let woken = wakes(&player);
    let five_seconds = std::time::Instant::now() + Duration::from_secs(5);
    player.terminal.wait_until(five_seconds, |_| None::<()>);
    assert_eq!(player.terminal.bytes().len(), written);
    assert_eq!(wakes(&player), woken);
}

#[test]
fn a_panic_of_the_screen_restores_the_terminal_and_names_its_report() {
    let home = Home::new();
    let mut player = Player::sit(home.client(&["--practice", "--name", "ana", "--break-help"]));
    player.line_bet();
    let left = player.header();
    player.terminal.send("?");
    let before = player.terminal.before();
    let end = player.terminal.end();
    assert_eq!((end.code, end.modes), (70, before), "{}", end.text);
    assert!(
        end.text.contains("the view was asked to break"),
        "{}",
        end.text
    );
    // The terminal broke the line where its edge is.
    let words = end.text.replace('\n', "");
    let logs = home.data("logs");
    assert!(words.contains(logs.to_str().unwrap()), "{words}");
    let log = std::fs::read_dir(logs).unwrap().next().unwrap().unwrap();
    let log = std::fs::read_to_string(log.path()).unwrap();
    assert!(log.contains("the view was asked to break"), "{log}");
    let books = home.books();
    assert_eq!((books.balance, books.at_risk), (left.chips, left.at_risk));
}

/// Returns how often the screen's thread, the first of the process, has been woken.
fn wakes(player: &Player) -> u64 {
    let pid = player.terminal.pid().as_raw_nonzero();
    let status = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("voluntary_ctxt_switches"));
    line.unwrap()
        .split_whitespace()
        .next_back()
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn a_key_that_comes_with_a_new_size_is_not_lost() {
    let home = Home::new();
    let mut player = home.play();
    player.terminal.settled(QUIET);
    for step in 0_u16..60 {
        let (columns, is_open) = (81 + step % 2, step % 2 == 0);
        player.terminal.resize(columns, 24);
        player.terminal.send(if is_open { "?" } else { "\x1b" });
        player.terminal.wait("help to open or close", |screen| {
            (screen.contents().contains("Help") == is_open).then_some(())
        });
    }
}

#[test]
fn a_second_interrupt_forces_the_end_and_leaves_the_terminal_whole() {
    let home = Home::new();
    let mut player = Player::sit(home.client(&["--practice", "--name", "ana", "--hang-stop"]));
    player.line_bet();
    let left = player.header();
    player.terminal.signal(Signal::INT);
    player.terminal.wait("the end of the screen", |screen| {
        (!screen.alternate_screen()).then_some(())
    });
    player.terminal.settled(QUIET);
    let before = player.terminal.before();
    player.terminal.signal(Signal::INT);
    let end = player.terminal.end();
    assert_eq!((end.code, end.modes), (130, before), "{}", end.text);
    assert!(end.text.contains("second interrupt"), "{}", end.text);
    let books = home.books();
    assert_eq!((books.balance, books.at_risk), (left.chips, left.at_risk));
}

#[test]
fn a_service_that_panics_is_restarted_then_shown_as_failed_and_play_goes_on() {
    let home = Home::new();
    let mut terminal = home.client(&["--practice", "--name", "ana", "--break-service"]);
    terminal.wait_for("you shoot");
    terminal.send("gh");
    terminal.wait("the broken service", |screen| {
        let text = screen.contents();
        let row = text.lines().find(|line| line.contains("fault"))?;
        let is_given_up = row.contains("failed") && text.contains("failed 5 times");
        (is_given_up && text.contains("Degraded")).then_some(())
    });
    let health = |home: &Home| {
        let (code, out, _) = home.run(&["health", "--json"]);
        assert_eq!(code, 0, "a node without an optional service plays");
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        let club = &report["club"];
        assert_eq!(
            (&club["condition"], &club["voting"]),
            (&"working".into(), &"votes".into())
        );
        assert_eq!(club["keepers"].as_array().unwrap().len(), 1);
        assert_eq!(club["keepers"][0]["this_node"], true);
        assert!(club["height"].as_u64().unwrap() > 0 && club["behind"] == 0);
        let services = report["services"].as_array().unwrap().clone();
        services
            .into_iter()
            .find(|row| row["name"] == "fault")
            .unwrap()
    };
    let row = health(&home);
    assert_eq!(row["restarts"], 4);
    let row = row.to_string();
    assert!(row.contains("the service was asked to break"), "{row}");
    terminal.send("gt");
    terminal.wait_for("[Table]");
    terminal.send("\x03\x03");
    let before = terminal.before();
    let end = terminal.end();
    assert_eq!((end.code, end.modes), (0, before), "{}", end.text);
}
