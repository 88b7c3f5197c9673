//! One game in every kind of terminal: ASCII, sixteen colours, none, inside tmux, over ssh.

use std::process::Command;

use crate::player::{BITCRAPS, Header, Home, Player};
use crate::terminal::Terminal;

const PRACTICE: [&str; 3] = ["--practice", "--name", "ana"];

/// Bets on the line and rolls until that bet is decided; then what the screen says is what the books say,
/// and quitting leaves the terminal as it was.
fn game(home: &Home, mut player: Player) -> Vec<u8> {
    let mut rolls = 0;
    loop {
        player.line_bet();
        let shown = player.roll();
        rolls += 1;
        if shown.header.at_risk == 0 {
            break;
        }
    }
    let books = home.books();
    let header = player.terminal.wait("the chips of the books", |screen| {
        Header::read(screen).filter(|header| header.chips == books.balance)
    });
    assert_eq!((header.at_risk, books.at_risk), (0, 0));
    let text = player.terminal.text();
    assert!(
        text.contains("PASS [p]") || text.contains("Pass line"),
        "{text}"
    );
    player.terminal.send("q");
    let before = player.terminal.before();
    let end = player.terminal.end();
    assert_eq!((end.code, end.modes), (0, before), "{}", end.text);
    assert_eq!(home.rolls().len(), rolls);
    end.bytes
}

/// Plays it in a terminal of the test's own.
fn game_with(home: &Home, flags: &[&str]) -> Vec<u8> {
    let arguments = [&PRACTICE[..], flags].concat();
    game(home, Player::sit(home.client(&arguments)))
}

/// The colours that were asked for: each as the parameters of one `CSI m`.
fn colours(bytes: &[u8]) -> Vec<Vec<u16>> {
    let text = String::from_utf8_lossy(bytes);
    let codes = text.split("\x1b[").skip(1);
    let codes = codes.filter_map(|part| part.split_once('m'));
    let numbers = codes.filter_map(|(code, _)| {
        let numbers = code.split(';').map(str::parse::<u16>);
        numbers.collect::<Result<Vec<u16>, _>>().ok()
    });
    let is_colour = |numbers: &Vec<u16>| matches!(numbers[..], [30..=38 | 40..=48 | 90..=107, ..]);
    numbers.filter(is_colour).collect()
}

#[test]
fn a_game_in_ascii() {
    let home = Home::new();
    let bytes = game_with(&home, &["--ascii"]);
    assert!(bytes.is_ascii());
}

#[test]
fn a_game_where_the_locale_has_no_utf8() {
    let home = Home::new().set("LANG", "C").set("LC_ALL", "C");
    let bytes = game_with(&home, &[]);
    assert!(bytes.is_ascii());
}

#[test]
fn a_game_in_sixteen_colours() {
    let home = Home::new().set("TERM", "xterm");
    let colours = colours(&game_with(&home, &[]));
    assert!(!colours.is_empty());
    for colour in colours {
        // Any other than those is asked for as `38;2;r;g;b`, or by a higher number.
        let mut wide = colour.iter().enumerate();
        let is_one_of_sixteen = wide.all(|(place, code)| {
            !matches!(code, 38 | 48) || matches!(colour[place + 1..], [5, index, ..] if index < 16)
        });
        assert!(is_one_of_sixteen, "{colour:?}");
    }
}

#[test]
fn a_game_without_colours() {
    let home = Home::new().set("NO_COLOR", "1");
    assert_eq!(colours(&game_with(&home, &[])), Vec::<Vec<u16>>::new());
}

#[test]
fn a_game_over_ssh() {
    let home = Home::new()
        .set("SSH_TTY", "/dev/pts/9")
        .set("SSH_CONNECTION", "192.0.2.7 51000 192.0.2.1 22");
    game_with(&home, &[]);
}

/// A server of tmux, ended with the test.
struct Tmux<'h>(&'h Home);

impl Tmux<'_> {
    fn arguments() -> [&'static str; 4] {
        ["-L", "bitcraps", "-f", "tmux.conf"]
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        let folder = self.0.path(".");
        Command::new("tmux")
            .args(Self::arguments())
            .arg("kill-server")
            .env("TMUX_TMPDIR", &folder)
            .current_dir(&folder)
            .output()
            .ok();
    }
}

#[test]
fn a_game_inside_tmux() {
    let home = Home::new();
    if Command::new("tmux").arg("-V").output().is_err() {
        let home = home
            .set("TERM", "tmux-256color")
            .set("TMUX", "/tmp/tmux-0/default,1,0");
        game_with(&home, &[]);
        return;
    }
    let folder = home.path(".");
    let home = home.set("TMUX_TMPDIR", folder.to_str().unwrap());
    home.save(
        "tmux.conf",
        b"set -g status off\nset -g default-terminal screen-256color\n",
    );
    let server = Tmux(&home);
    let mut command = home.program("tmux", &Tmux::arguments());
    command.arg("new-session");
    command.arg(BITCRAPS);
    command.args(PRACTICE);
    game(&home, Player::sit(Terminal::start(command, (80, 24))));
    drop(server);
}

/// What a white terminal answers to being asked for its background, and for what it is.
const WHITE: &str = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62c";

#[test]
fn a_light_terminal_is_asked_once_and_gets_the_colours_for_light() {
    let home = Home::new().set("COLORTERM", "truecolor");
    let mut terminal = home.client(&PRACTICE);
    // Answered before it is asked, so that no busy machine makes the answer late.
    terminal.send(WHITE);
    let mut player = Player::sit(terminal);
    player.line_bet();
    let bytes = String::from_utf8_lossy(&player.terminal.bytes()).into_owned();
    assert_eq!(bytes.matches("\x1b]11;?").count(), 1);
    let (asked, _) = bytes.split_once("\x1b]11;?").unwrap();
    assert!(
        asked.contains("\x1b[?2026l"),
        "the first frame comes before"
    );
    // The title of a pane: 0x00594b.
    assert!(bytes.contains("38;2;0;89;75"));
    // Nothing of the answer was taken for keys.
    assert!(!player.terminal.text().contains("rgb"));
}

#[test]
fn a_theme_that_was_named_is_not_asked_for() {
    for (name, value) in [
        ("BITCRAPS_SCREEN_THEME", "dark"),
        ("SSH_CONNECTION", "a 1 b 2"),
    ] {
        let home = Home::new().set("COLORTERM", "truecolor").set(name, value);
        let player = home.play();
        let bytes = String::from_utf8_lossy(&player.terminal.bytes()).into_owned();
        assert!(!bytes.contains("\x1b]11"), "{name}");
    }
}

#[test]
fn the_bell_rings_for_who_asked_for_it_and_looks_elsewhere() {
    for (asked, leaves, rings) in [
        ("true", true, true),
        ("true", false, false),
        ("false", true, false),
    ] {
        let home = Home::new().set("BITCRAPS_SCREEN_BELL", asked);
        let mut player = home.play();
        if leaves {
            player.terminal.send("\x1b[O");
        }
        loop {
            player.line_bet();
            if player.roll().header.at_risk == 0 {
                break;
            }
        }
        let heard = player.terminal.bytes().contains(&0x07);
        assert_eq!(
            heard, rings,
            "asked for: {asked}, looks elsewhere: {leaves}"
        );
    }
}
