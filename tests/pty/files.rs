//! Damaged files and passphrases: no byte of what a player can't make again is ever changed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::player::{Home, Player};
use crate::terminal::words;

/// A home in which a hand has been played.
fn played() -> (Home, crate::player::Header) {
    let home = Home::new();
    let mut player = home.play();
    player.line_bet();
    player.roll();
    player.line_bet();
    let left = player.header();
    player.terminal.send("\x03\x03");
    assert_eq!(player.terminal.end().code, 0);
    (home, left)
}

/// Starts the client on what a change has left of a file, and returns what it says. The file is put
/// back afterwards, and must not have been touched in between.
fn words_about(home: &Home, file: &Path, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let whole = fs::read(file).unwrap();
    let mut damaged = whole.clone();
    change(&mut damaged);
    fs::write(file, &damaged).unwrap();
    let mut terminal = home.client(&["--practice"]);
    terminal.wait_for("The start failed");
    let text = terminal.look(words);
    // The buttons are the last line of the page: the other one quits.
    terminal.press_until("\x1b[C", "the focus on quit", |screen| {
        screen.contents().contains(">[ Quit ]")
    });
    terminal.send("\r");
    let end = terminal.end();
    assert_eq!(end.code, 3, "{}", end.text);
    assert!(end.text.contains("hint: "), "{}", end.text);
    // Lines say as much, at the end of the input too.
    let (code, told, errors) = home.run(&["--practice", "--line"]);
    assert_eq!(code, 3, "{told}{errors}");
    let name = file.file_name().unwrap().to_str().unwrap();
    for words in ["the start failed: ", name, "what to do: ", "retry or quit?"] {
        assert!(told.contains(words), "no {words:?}: {told}");
    }
    assert!(
        errors.contains(name) && errors.contains("hint: "),
        "{errors}"
    );
    assert!(
        fs::read(file).unwrap() == damaged,
        "{} was changed",
        file.display()
    );
    fs::write(file, whole).unwrap();
    text
}

#[test]
fn a_damaged_store_or_key_is_named_and_left_as_it_is() {
    let (home, left) = played();
    let store = home.data("db/store.redb");
    let key = home.data("identity.key");
    let half = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2);
    let flip = |at: usize| move |bytes: &mut Vec<u8>| bytes[at] ^= 0x40;
    for (file, text) in [
        (&store, words_about(&home, &store, half)),
        (&store, words_about(&home, &store, Vec::clear)),
        (&store, words_about(&home, &store, flip(3))),
        (&key, words_about(&home, &key, half)),
        (&key, words_about(&home, &key, Vec::clear)),
        (&key, words_about(&home, &key, flip(40))),
    ] {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(text.contains("damaged"), "{name}: {text}");
        assert!(text.contains(name), "{name}: {text}");
        assert!(text.contains(" > "), "no way out: {text}");
    }
    let mut again = home.play();
    assert_eq!(again.header(), left);
}

#[test]
fn a_lock_is_set_at_the_first_start_and_asks_until_it_is_right() {
    let home = Home::new();
    let mut terminal = home.client(&["--reduced-motion", "--log-level", "trace"]);
    terminal.wait_for("Your identity is made.");
    let at = |field: &'static str| {
        move |screen: &vt100::Screen| screen.contents().contains(&format!(">{field}"))
    };
    terminal.press_until("\t", "the lock", at("Lock my key"));
    terminal.send(" ");
    terminal.press_until("\t", "the passphrase", at("Passphrase"));
    terminal.send("seven out\t");
    terminal.wait("the second field", |screen| {
        at("Once more")(screen).then_some(())
    });
    terminal.send("seven outs\r");
    terminal.wait_for("The two passphrases differ");
    terminal.send("\x7f\r");
    let mut player = Player::sit(terminal);
    player.line_bet();
    let left = player.header();
    player.terminal.send("\x03\x03");
    player.terminal.end();

    let key = fs::read(home.data("identity.key")).unwrap();
    let arguments = ["--practice", "--reduced-motion", "--log-level", "trace"];
    let mut terminal = home.client(&arguments);
    terminal.wait_for("Your key is locked");
    terminal.press_until("y", "the field", |screen| screen.contents().contains("[ *"));
    terminal.send("o eleven\r");
    terminal.wait_for("does not open the key. Nothing is lost");
    terminal.send("seven out\r");
    let mut player = Player::sit(terminal);
    assert_eq!(player.header(), left);
    assert!(
        !player
            .terminal
            .bytes()
            .windows(9)
            .any(|part| part == b"seven out")
    );
    assert!(fs::read(home.data("identity.key")).unwrap() == key);
    drop(player);
    // Not even the log of everything has what was typed.
    for file in fs::read_dir(home.data("logs")).unwrap() {
        let log = fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(log.contains("the key file is open"), "{log}");
        for secret in ["seven out", "o eleven"] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
    }

    home.save("wrong", b"yo eleven\n");
    home.save("right", b"seven out\n");
    for (file, code) in [("wrong", 3), ("missing", 3), ("right", 0)] {
        let path = home.path(file);
        let with = ["balance", "--passphrase-file", path.to_str().unwrap()];
        let (found, out, err) = home.run(&with);
        assert_eq!(found, code, "{file}: {out}{err}");
        assert!(code == 0 || err.contains("hint: "), "{err}");
    }
}

/// A start in which something of each level happens: a look that is unknown is a warning, a service
/// whose task panics an error.
#[test]
fn the_log_file_holds_what_is_of_the_level_or_worse_and_nothing_else() {
    let worst_first = ["error", "warn", "info", "debug"];
    for (place, level) in (1..).zip(worst_first) {
        let home = Home::new();
        home.save("data/profile.toml", b"[screen]\ntheme = \"pink\"\n");
        let arguments = ["--practice", "--name", "ana", "--break-service"];
        let arguments = [&arguments[..], &["--log-level", level]].concat();
        let mut terminal = home.client(&arguments);
        terminal.wait_for("Degraded");
        terminal.signal(Signal::TERM);
        assert_eq!(terminal.end().code, 0);

        let files: Vec<_> = fs::read_dir(home.data("logs")).unwrap().collect();
        let [Ok(file)] = files.as_slice() else {
            panic!("one file a day: {files:?}")
        };
        let log = fs::read_to_string(file.path()).unwrap();
        // A time, the level, the node's label, the part, the event.
        let levels = log
            .lines()
            .map(|line| line.split_whitespace().nth(1).unwrap());
        let levels: BTreeSet<&str> = levels.collect();
        assert_eq!(
            levels,
            worst_first[..place].iter().copied().collect(),
            "{level}: {log}"
        );
    }
}
