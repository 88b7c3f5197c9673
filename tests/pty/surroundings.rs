//! Bad surroundings: each has words that say what would work, and nothing is lost or changed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use rustix::process::{Resource, Rlimit, prlimit};

use crate::player::{BITCRAPS, Home, Player};
use crate::terminal::{FOREGROUND, Terminal};

/// The user and group `nobody`, as whom a superuser runs what must have no rights.
const NOBODY: u32 = 65_534;

/// Runs a shell line in a terminal; `$B` is the program.
fn in_terminal(home: &Home, line: &str) -> crate::terminal::End {
    let mut command = home.program("/bin/sh", &["-c", line]);
    command.env("B", BITCRAPS);
    Terminal::start(command, (80, 24)).end()
}

#[test]
fn what_has_no_keys_and_no_lines_gets_words_and_no_screen() {
    let home = Home::new();
    for (line, words) in [
        ("$B <&-", "standard input is not a terminal"),
        ("$B </dev/null", "standard input is not a terminal"),
        ("$B >&-", "standard output is not a terminal"),
        ("$B >/dev/null", "standard output is not a terminal"),
        ("echo roll | $B", "standard input is not a terminal"),
        // Lines would do here, if any came in; the exit code of the program is handed on.
        (
            "{ $B --practice </dev/null; echo $?; } | grep -qx 2 && exit 2",
            "standard input is neither a terminal nor lines",
        ),
        (
            "{ $B <&-; echo $?; } | grep -qx 2 && exit 2",
            "standard input is neither a terminal nor lines",
        ),
        (
            "TERM=dumb $B </dev/null",
            "standard input is neither a terminal nor lines",
        ),
        (
            "unset TERM; $B </dev/null",
            "standard input is neither a terminal nor lines",
        ),
    ] {
        let end = in_terminal(&home, line);
        assert_eq!(end.code, 2, "{line}: {}", end.text);
        let text = end.text.replace('\n', "");
        assert!(text.contains(words), "{line}: {}", end.text);
        assert!(text.contains("hint: "), "{line}: {}", end.text);
        assert!(!end.bytes.contains(&0x1b), "{line}: {:?}", end.text);
    }
    assert!(!home.path("data").exists());
}

#[test]
fn wrong_usage_never_touches_the_terminal() {
    let home = Home::new();
    for arguments in [
        &["--no-such-option"][..],
        &["--theme", "pink"],
        &["--config", "missing.toml"],
        &["no-such-command"],
        &["--help"],
        &["balance"],
    ] {
        let mut terminal = Terminal::start(home.program(BITCRAPS, arguments), (80, 24));
        let before = terminal.before();
        let end = terminal.end();
        assert_eq!(end.modes, before, "{arguments:?}: {}", end.text);
        // No private mode was set and set back.
        let has_mode = end.bytes.windows(3).any(|bytes| bytes == b"\x1b[?");
        assert!(!has_mode, "{arguments:?}: {:?}", end.text);
    }
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
fn one_cell_is_enough_to_play_and_to_quit() {
    let home = Home::new();
    drop(home.play());
    let arguments = ["--practice", "--name", "ana"];
    let mut terminal = Terminal::start(home.program(BITCRAPS, &arguments), (1, 1));
    terminal.wait("one letter", |screen| {
        (!screen.contents().trim().is_empty()).then_some(())
    });
    terminal.resize(80, 24);
    let mut player = Player::sit(terminal);
    player.terminal.resize(1, 1);
    player.terminal.send("p\t");
    player.terminal.resize(80, 24);
    let header = player.terminal.wait("the bet", |screen| {
        crate::player::Header::read(screen).filter(|header| header.at_risk == 10)
    });
    assert_eq!(header.chips, 9_990);
    player.terminal.resize(1, 1);
    player.terminal.send("\x03\x03");
    assert_eq!(player.terminal.end().code, 0);
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
    let (_, err) = as_user(&open, None);
    assert!(
        err.contains("hint: take the rights of others away: chmod go= "),
        "{err}"
    );
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
    let rooted = folder("rooted", 0o700);
    if is_root {
        cases.push((&rooted, nobody, "belongs to user 0, not to user 65534"));
    }
    for (path, user, words) in cases {
        let (code, err) = as_user(path, user);
        assert_eq!(code, 3, "{}: {err}", path.display());
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

/// Bets while the disk takes nothing, sees it told, and has the bet once there is room.
fn bets_while_nothing_can_be_written(
    player: &mut Player,
    words: &str,
    fill: impl FnOnce(&mut Player),
    free: impl FnOnce(&mut Player),
) {
    player.line_bet();
    let left = player.header();
    fill(player);
    player.terminal.send("f\t");
    player.terminal.wait_for("Degraded");
    assert_eq!(player.header(), left);
    player.terminal.send("gh");
    player.terminal.wait_for(words);
    player.terminal.send("gt");
    player.terminal.wait_for("[Table]");
    free(player);
    player
        .terminal
        .wait("the bet that was asked for", |screen| {
            let header = crate::player::Header::read(screen)?;
            (header.at_risk == left.at_risk + 10).then_some(())
        });
    player.roll();
}

/// No file may grow, as on a disk that is full: what every system can do to a process.
#[test]
fn a_disk_that_takes_nothing_is_told_and_play_goes_on_when_there_is_room() {
    let home = Home::new();
    let mut player = home.play();
    let files_may_have = |bytes: Option<u64>| {
        move |player: &mut Player| {
            let limit = Rlimit {
                current: bytes,
                maximum: None,
            };
            prlimit(Some(player.terminal.pid()), Resource::Fsize, limit).unwrap();
        }
    };
    let (fill, free) = (files_may_have(Some(0)), files_may_have(None));
    bets_while_nothing_can_be_written(&mut player, "ulimit", fill, free);
    let left = player.header();
    player.terminal.send("\x03\x03");
    assert_eq!(player.terminal.end().code, 0);
    assert_eq!(home.play().header(), left);
}

/// A disk of its own in a mount namespace of its own; `false` where the system allows none, and the
/// limit of file sizes above has to do.
fn has_namespaces(home: &Home) -> bool {
    let mut command = home.program("unshare", &["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    command.env("LC_ALL", "C");
    Terminal::start(command, (80, 24)).end().code == 0
}

#[test]
fn a_full_disk_is_told_and_play_goes_on_when_there_is_room() {
    let home = Home::new();
    if !has_namespaces(&home) {
        eprintln!("not tested: this system allows no mount namespaces");
        return;
    }
    fs::create_dir(home.path("data")).unwrap();
    let mut command = home.program("unshare", &["-rm", "/bin/sh", "-i"]);
    command.env("B", BITCRAPS);
    let mut shell = Terminal::start(command, (80, 24));
    shell.wait_for("$ ");
    shell.send("mount -t tmpfs -o size=8m,mode=700 tmpfs data && echo mo''unted\r");
    shell.wait_for("mounted");
    shell.send("$B --practice --name ana --reduced-motion\r");
    let mut player = Player::sit(shell);
    let aside = |player: &mut Player, line: &str, said: &str| {
        let terminal = &mut player.terminal;
        terminal.send("\x1a");
        terminal.wait_for("fg goes on");
        terminal.send(&format!("{line}; echo do''ne\r"));
        terminal.wait_for("done");
        assert!(terminal.text().contains(said), "{}", terminal.text());
        terminal.send(FOREGROUND);
        terminal.wait("the table again", crate::player::Header::read);
    };
    bets_while_nothing_can_be_written(
        &mut player,
        "is full",
        |player| aside(player, "cat /dev/zero >data/filler", "No space left"),
        |player| aside(player, "rm data/filler", ""),
    );
    player.terminal.send("\x03\x03");
    player.terminal.wait("the shell", |screen| {
        (!screen.alternate_screen()).then_some(())
    });
}
