//! Bad surroundings: each has words that say what would work, and nothing is lost or changed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use crate::player::{BITCRAPS, Home};
use crate::terminal::Terminal;

/// The user and group `nobody`, as whom a superuser runs what must have no rights.
const NOBODY: u32 = 65_534;

/// Runs a shell line in a terminal; `$B` is the program.
fn in_terminal(home: &Home, line: &str) -> crate::terminal::End {
    let mut command = home.program("/bin/sh", &["-c", line]);
    command.env("B", BITCRAPS);
    Terminal::start(command, (80, 24)).end()
}

#[test]
fn what_is_no_terminal_gets_words_and_no_screen() {
    let home = Home::new();
    for (line, words) in [
        ("TERM=dumb $B", "TERM=dumb"),
        ("unset TERM; $B", "TERM=dumb"),
        ("$B <&-", "standard input is not a terminal"),
        ("$B </dev/null", "standard input is not a terminal"),
        ("$B | cat; exit 2", "standard output is not a terminal"),
    ] {
        let end = in_terminal(&home, line);
        assert_eq!(end.code, 2, "{line}: {}", end.text);
        assert!(end.text.contains(words), "{line}: {}", end.text);
        assert!(end.text.contains("hint: "), "{line}: {}", end.text);
        assert!(!end.bytes.contains(&0x1b), "{line}: {:?}", end.text);
    }
    assert!(!home.path("data").exists());
}

#[test]
fn without_colours_bold_and_reverse_still_tell_things_apart() {
    let home = Home::new()
        .set("NO_COLOR", "1")
        .set("COLORTERM", "truecolor");
    let mut player = home.play();
    player.line_bet();
    player.roll();
    let bytes = String::from_utf8(player.terminal.bytes()).unwrap();
    let codes: Vec<&str> = bytes
        .split("\x1b[")
        .skip(1)
        .filter_map(|part| part.split_once('m'))
        .filter(|(code, _)| code.chars().all(|c| c.is_ascii_digit() || c == ';'))
        .flat_map(|(code, _)| code.split(';'))
        .collect();
    // 39, 49 and 59 are the terminal's own colours.
    let is_colour = |code: &&&str| {
        let code = code.parse::<u16>().unwrap_or(0);
        matches!(code, 30..=38 | 40..=48 | 58 | 90..=107)
    };
    assert_eq!(codes.iter().find(is_colour), None);
    assert!(codes.contains(&"1") && codes.contains(&"7"));
}

#[test]
fn a_data_directory_that_is_not_ours_is_left_alone() {
    let home = Home::new();
    let as_user = |path: &Path, user: Option<u32>| {
        let mut command = home.command(&["identity", "new", "--data-dir", path.to_str().unwrap()]);
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        let output = command.output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), err)
    };
    let is_root = rustix::process::geteuid().is_root();
    let folder = |name: &str, mode: u32| {
        let path = home.path(name);
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    };
    let open = folder("open", 0o777);
    let file = home.save("file", b"a file");
    let sealed = folder("sealed", 0o500);
    let theirs = if is_root {
        let path = folder("theirs", 0o700);
        std::os::unix::fs::chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        path
    } else {
        Path::new("/usr").to_owned()
    };
    let mut cases = vec![
        (&open, None, "open to others"),
        (&file, None, "not a directory"),
        (
            &theirs,
            None,
            if is_root { "belongs to user" } else { "/usr" },
        ),
    ];
    // A superuser may write everywhere, so that somebody else must try.
    let nobody = is_root.then_some(NOBODY);
    if nobody.is_some() {
        std::os::unix::fs::chown(&sealed, nobody, nobody).unwrap();
        // What lies above must be open to somebody else.
        let path = home.path(".");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let program_is_reachable = as_user(&home.path("none/x"), nobody)
        .1
        .contains("bitcraps: ");
    assert!(program_is_reachable, "user {NOBODY} can't run {BITCRAPS}");
    cases.push((&sealed, nobody, "can't be written"));
    for (path, user, words) in cases {
        let (code, err) = as_user(path, user);
        assert!(matches!(code, 2 | 3), "{}: {code} {err}", path.display());
        assert!(err.contains(words), "{}: {err}", path.display());
        assert!(err.contains(path.to_str().unwrap()), "{err}");
        assert!(err.contains("hint: "), "{err}");
    }
    assert_eq!(fs::read(&file).unwrap(), b"a file");
    for folder in [&open, &sealed] {
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
    }
}

#[test]
fn a_second_process_is_told_who_holds_the_data_directory() {
    let home = Home::new();
    let mut player = home.play();
    let pid = player.terminal.pid().as_raw_nonzero().to_string();
    let mut second = home.client(&[]);
    let end = second.end();
    assert_eq!(end.code, 3, "{}", end.text);
    let words = end.text.replace('\n', "");
    assert!(
        words.contains(&format!("in use by process {pid}")),
        "{words}"
    );
    assert!(words.contains("hint: stop that process"), "{words}");
    player.line_bet();
    player.roll();
}

#[test]
fn ten_mistakes_in_the_configuration_are_told_at_once() {
    let home = Home::new();
    home.save(
        "data/config.toml",
        b"max_games = 0\nsession_timeout = 1\nproof_bits = 99\ndebug = 3\nnaem = \"x\"\n\
          [table]\nmin_bet = 0\nodds = \"7x\"\nseats = 17\n[screen]\ntheme = \"pink\"\nascii = 1\n",
    );
    let mut command = home.program(BITCRAPS, &[]);
    command.env_remove("BITCRAPS_PROOF_BITS");
    let end = Terminal::start(command, (200, 50)).end();
    assert_eq!(end.code, 2, "{}", end.text);
    assert!(end.text.contains("10 mistakes"), "{}", end.text);
    for line in [1, 2, 3, 4, 5, 7, 8, 9, 11, 12] {
        assert!(
            end.text.contains(&format!("config.toml:{line}: ")),
            "{}",
            end.text
        );
    }
    assert!(!home.data("identity.key").exists());
}
