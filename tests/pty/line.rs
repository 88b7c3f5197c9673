//! Line mode from the outside: scripts through pipes, and terminals that can't place text.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use rustix::process::Signal;

use crate::player::{BITCRAPS, Home};
use crate::terminal::Terminal;

/// The client in lines, with its ends in our hands.
struct Lines {
    child: Child,
    typed: ChildStdin,
    told: BufReader<ChildStdout>,
}

impl Lines {
    fn start(home: &Home) -> Self {
        let mut command = home.command(&["--line", "--practice", "--name", "ana"]);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let typed = child.stdin.take().unwrap();
        let told = BufReader::new(child.stdout.take().unwrap());
        Self { child, typed, told }
    }

    fn types(&mut self, line: &str) {
        self.typed
            .write_all(format!("{line}\n").as_bytes())
            .unwrap();
    }

    /// Reads up to the line that holds these words.
    fn wait_for(&mut self, words: &str) -> String {
        loop {
            let mut line = String::new();
            let count = self.told.read_line(&mut line).unwrap();
            assert_ne!(count, 0, "no line with {words:?}");
            if line.contains(words) {
                return line;
            }
        }
    }
}

/// Plays a script at the practice table; returns exit code, lines and errors.
fn play(home: &Home, script: &str) -> (i32, String, String) {
    play_with(home, &["--line", "--practice", "--name", "ana"], script)
}

fn play_with(home: &Home, arguments: &[&str], script: &str) -> (i32, String, String) {
    let mut command = home.command(arguments);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut typed = child.stdin.take().unwrap();
    typed.write_all(script.as_bytes()).unwrap();
    drop(typed);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

/// Where lines with these words stand, each after the one before.
fn in_order(told: &str, wanted: &[&str]) {
    let mut rest = told;
    for words in wanted {
        let Some((_, after)) = rest.split_once(words) else {
            panic!("no {words:?} where it belongs:\n{told}");
        };
        rest = after;
    }
}

#[test]
fn the_first_line_waits_for_the_table_of_a_first_start_and_of_a_later_one() {
    let home = Home::new();
    for (bet, told_of_it) in [("pass 10", "10 on pass line"), ("field 10", "10 on field")] {
        let (code, told, errors) = play_with(&home, &["--line", "--name", "ana"], bet);
        assert_eq!(code, 0, "{errors}");
        in_order(&told, &["confirmed: ", told_of_it]);
    }
}

#[test]
fn a_piped_script_is_answered_line_by_line_and_its_end_quits() {
    let home = Home::new();
    let (code, told, errors) = play(&home, "pass 10\nroll\nchips\nfoo\nhistory\n");
    assert_eq!(code, 0, "{told}{errors}");
    assert_eq!(errors, "");
    in_order(
        &told,
        &[
            "bitcraps line mode. type help.",
            "confirmed: 10 on pass line. 9,990 chips, 10 at risk.",
            "roll 1. ",
            " chips, ",
            "foo is not known.",
            "roll 1. ",
        ],
    );
    assert!(told.ends_with('\n') && !told.contains('\u{1b}'), "{told:?}");
    let rolls = home.rolls();
    assert_eq!(rolls.len(), 1, "{told}");
    let [a, b] = rolls[0].dice;
    assert!(told.contains(&format!("roll 1. {a} and {b}, ")), "{told}");
    // Bets stand, and the next start goes on with them.
    let before = home.books();
    let (code, told, _) = play(&home, "chips\nquit\ny\n");
    assert_eq!(code, 0, "{told}");
    let at_risk = format!("{} at risk", before.at_risk);
    assert!(told.contains(&at_risk), "{told}");
    assert_eq!(home.books(), before);
}

/// Somebody's script must not take for done what never began.
#[test]
fn a_start_that_fails_ends_a_script_with_its_cause_and_code() {
    let home = Home::new();
    let locked = ["--line", "--name", "ana", "--passphrase-file", "/nope"];
    for script in ["", "pass 10\n"] {
        let (code, told, errors) = play_with(&home, &locked, script);
        assert_eq!(code, 3, "{told}{errors}");
        in_order(&told, &["the start failed: ", "/nope", "what to do: "]);
        in_order(&errors, &["bitcraps: ", "/nope", "hint: "]);
    }

    home.save("data/emergency.mark", b"");
    let (code, told, errors) = play(&home, "pass 10\n");
    assert_eq!(code, 1, "{told}{errors}");
    let reason = "an emergency stop before the last quit was not reset";
    in_order(
        &told,
        &["stopped in an emergency: ", reason, "reset or quit?"],
    );
    in_order(&errors, &[reason, "hint: ", "emergency-stop --reset"]);
}

#[test]
fn a_person_is_told_why_a_start_failed_and_may_try_again() {
    let home = Home::new();
    let secret = home.path("secret");
    let file = ["--passphrase-file", secret.to_str().unwrap()];
    let arguments = [&["--line", "--name", "ana"][..], &file].concat();
    let mut terminal = home.client(&arguments);
    terminal.wait_for("retry or quit?");
    terminal.send("quit\r");
    assert_eq!(terminal.end().code, 3);

    let mut terminal = home.client(&arguments);
    terminal.wait_for("retry or quit?");
    home.save("secret", b"hush hush\n");
    terminal.send("retry\r");
    terminal.wait_for("at risk.");
    terminal.send("quit\r");
    let end = terminal.end();
    assert_eq!(end.code, 0, "{}", end.text);
    in_order(&end.text, &["the start failed: ", "secret", "what to do: "]);
}

/// What a script without dice is answered, all of it.
const ANSWERS: &str = "\
bitcraps line mode. type help. club solo. 10,000 chips, 0 at risk.
table practice: you sit with mabel and dutch. come-out. you shoot.
confirmed: 10 on pass line. 9,990 chips, 10 at risk.
10 on pass line. pays 1 to 1. works.
9,990 chips, 10 at risk.
foo is not known. help lists what is.
confirmed: 5 on field. 9,985 chips, 15 at risk.
confirmed: 5 taken off field. 9,990 chips, 10 at risk.
chips come after the bet: type place 6 12.
refused: Come is for when a point is on, and this is the come-out. Pass is the same bet now.
9,990 chips, 10 at risk. bets stand while you are away. quit? y, n, or leave to leave the seat first.
refused: That is no answer to the question, and nothing was done. The answers are named with it.
9,990 chips, 10 at risk. bets stand while you are away. quit? y, n, or leave to leave the seat first.
Nothing was done, and play goes on.
Take down every bet that may come down? Contracts stay. clear, y or n?
confirmed: 10 taken off pass line. 10,000 chips, 0 at risk.
10,000 chips, 0 at risk.
";

#[test]
fn a_script_without_dice_is_answered_byte_for_byte_at_every_start() {
    let script =
        "pass 10\nbets\nfoo\nfield 5\nundo\n12 place 6\ncome 10\nquit\nroll\nn\nclear\ny\nchips\n";
    let home = Home::new();
    let (code, _, errors) = play(&home, "quit\n");
    assert_eq!((code, errors.as_str()), (0, ""));
    for _ in 0..3 {
        let (code, told, errors) = play_with(&home, &["--line"], script);
        assert_eq!((code, told.as_str(), errors.as_str()), (0, ANSWERS, ""));
    }
}

#[test]
fn a_bet_that_was_confirmed_in_lines_is_there_after_a_kill() {
    let home = Home::new();
    let mut lines = Lines::start(&home);
    lines.types("pass 10");
    lines.wait_for("confirmed: 10 on pass line");
    lines.child.kill().unwrap();
    lines.child.wait().unwrap();
    let (code, told, errors) = play(&home, "bets\nroll\n");
    assert_eq!(code, 0, "{told}{errors}");
    in_order(&told, &["10 on pass line. pays 1 to 1.", "roll 1. "]);
}

#[test]
fn a_signal_or_a_reader_that_leaves_ends_line_mode_in_order() {
    let home = Home::new();
    let mut lines = Lines::start(&home);
    lines.types("pass 10");
    lines.wait_for("confirmed: 10 on pass line");
    let pid = rustix::process::Pid::from_child(&lines.child);
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(lines.child.wait().unwrap().code(), Some(0));
    assert_eq!(home.books().at_risk, 10);

    let mut lines = Lines::start(&home);
    lines.wait_for("line mode");
    drop(lines.told);
    for _ in 0..2 {
        // It may have ended by the second.
        lines.typed.write_all(b"table\n").ok();
    }
    assert_eq!(lines.child.wait().unwrap().code(), Some(0));
    assert_eq!(home.books().at_risk, 10);
}

#[test]
fn a_terminal_that_cannot_place_text_gets_lines_by_itself_and_hides_a_passphrase() {
    let home = Home::new().set("TERM", "dumb");
    let mut terminal = home.client(&[]);
    let before = terminal.before();
    terminal.wait_for("your name at the tables?");
    terminal.send("ana\r");
    terminal.wait_for("lock your key");
    terminal.send("y\r");
    terminal.wait_for("the passphrase?");
    terminal.send("hush hush\r");
    terminal.wait_for("once more?");
    terminal.send("hush hush\r");
    terminal.wait_for("bitcraps line mode");
    terminal.send("pass 10\r");
    terminal.wait_for("confirmed: 10 on pass line");
    terminal.send("quit\r");
    terminal.wait_for("quit? y, n");
    terminal.send("y\r");
    let end = terminal.end();
    assert_eq!(end.code, 0, "{}", end.text);
    assert_eq!(end.modes, before, "{}", end.text);
    assert!(!end.bytes.contains(&0x1b), "{:?}", end.text);
    assert!(!end.text.contains("hush"), "{}", end.text);

    let mut terminal = home.client(&[]);
    terminal.wait_for("your key is locked");
    terminal.send("wrong\r");
    terminal.wait_for("does not open your key");
    terminal.send("hush hush\r");
    terminal.wait_for("at risk");
    // An interrupt is the terminal's own key here.
    terminal.send("\u{3}");
    let end = terminal.end();
    assert_eq!(end.code, 0, "{}", end.text);
    assert_eq!(end.modes, before, "{}", end.text);
    assert!(!end.text.contains("hush"), "{}", end.text);
}

#[test]
fn output_that_is_no_terminal_gets_lines_by_itself() {
    let home = Home::new();
    let line = format!("{BITCRAPS} --practice --name ana | cat");
    let mut terminal = Terminal::start(home.program("/bin/sh", &["-c", &line]), (80, 24));
    terminal.wait_for("bitcraps line mode");
    terminal.send("chips\r");
    terminal.wait_for("10,000 chips, 0 at risk.");
    // The end of the input, as it is typed.
    terminal.send("\u{4}");
    let end = terminal.end();
    assert_eq!(end.code, 0, "{}", end.text);
    assert!(!end.bytes.contains(&0x1b), "{:?}", end.text);
}

#[test]
fn line_mode_is_chosen_on_the_first_page_and_later_starts_come_in_lines_until_the_screen_is_wanted()
{
    let home = Home::new();
    let mut terminal = home.client(&[]);
    let before = terminal.before();
    terminal.wait_for("Your identity is made.");
    let reader = |screen: &vt100::Screen| screen.contents().contains(">Screen reader");
    terminal.press_until("\t", "the choice", reader);
    terminal.send(" ");
    terminal.wait_for("roll 119. 2 and 4, easy six, by ana.");
    terminal.send("\r");
    // The same run goes on where the shell prompt was: no start, no seat and no line is lost.
    terminal.wait_for("bitcraps line mode.");
    assert!(!terminal.look(vt100::Screen::alternate_screen));
    let drawn = terminal.bytes().len();
    terminal.send("pass 10\r");
    terminal.wait_for("confirmed: 10 on pass line");
    terminal.send("roll\r");
    terminal.wait_for("of 3 opened.");
    terminal.send("\u{4}");
    let end = terminal.end();
    assert_eq!((end.code, &end.modes), (0, &before), "{}", end.text);
    assert!(!end.bytes[drawn..].contains(&0x1b), "{:?}", end.text);
    assert_eq!(home.rolls().len(), 1);

    let mut terminal = home.client(&[]);
    terminal.wait_for("bitcraps line mode.");
    terminal.send("start in screen\r");
    terminal.wait_for("Later starts draw the whole screen.");
    terminal.send("\u{4}");
    let end = terminal.end();
    assert!(!end.bytes.contains(&0x1b), "{:?}", end.text);
    assert_eq!(end.modes, before);

    let mut terminal = home.client(&[]);
    terminal.wait_for("roll 2");
    assert!(terminal.look(vt100::Screen::alternate_screen));
    terminal.send("\x03\x03");
    terminal.end();

    let home = home.set("BITCRAPS_SCREEN_LINE_MODE", "true");
    let mut terminal = home.client(&["--screen"]);
    terminal.wait("the screen", |screen| {
        screen.alternate_screen().then_some(())
    });
    terminal.wait_for("roll 2");
    terminal.send("\x03\x03");
    terminal.end();
}
