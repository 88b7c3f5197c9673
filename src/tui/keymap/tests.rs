use std::collections::BTreeSet;
use std::path::Path;

use crate::tui::action::{ACTIONS, Action, Place};
use crate::tui::input::{BadChord, Chord, Key};
use crate::tui::keymap::{KeyClash, Keymap};
use crate::tui::{fixture, palette};

fn read(text: &str) -> Result<Keymap, Vec<String>> {
    let read = Keymap::of_text(Path::new("keys.toml"), text);
    read.map_err(|error| error.mistakes.iter().map(ToString::to_string).collect())
}

/// Returns the only mistake of a file.
fn mistake(text: &str) -> String {
    let mistakes = read(text).unwrap_err();
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    mistakes[0].clone()
}

#[test]
fn no_key_means_two_things_in_one_place() {
    assert_eq!(Keymap::default().clashes(), []);
}

#[test]
fn a_clash_is_found_in_the_place_where_it_would_be_noticed() {
    let mut keys = Keymap::default();
    keys.set(Action::Pass, vec![Chord::char('q')]);
    assert_eq!(
        keys.clashes(),
        [KeyClash {
            chord: Chord::char('q'),
            first: Action::Pass,
            second: Action::Quit,
            place: Place::Table,
        }]
    );
}

#[test]
fn every_action_has_a_key_a_place_help_and_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for info in ACTIONS {
        assert!(!info.keys.is_empty(), "{} has no key", info.name);
        assert!(!info.places.is_empty(), "{} is nowhere", info.name);
        assert!(
            (1..=28).contains(&info.text.len()),
            "{}: {}",
            info.name,
            info.text
        );
        assert!(names.insert(info.name), "{} is there twice", info.name);
        assert_eq!(info.action.info().name, info.name);
        assert_eq!(Action::named(info.name), Ok(info.action));
        let found = palette::rows(&fixture::running(), info.name);
        assert!(
            info.action == Action::Palette
                || found.iter().any(|row| row.info.action == info.action),
            "{} is not in the palette",
            info.name
        );
        // `quit = …` and `quit.now = …` can't stand in one file.
        let table = format!("{}.", info.name);
        assert!(
            ACTIONS.iter().all(|other| !other.name.starts_with(&table)),
            "{} is also a table",
            info.name
        );
    }
}

#[test]
fn a_name_of_no_action_is_told_with_the_one_that_is_most_alike() {
    let told = |name: &str| Action::named(name).unwrap_err().to_string();
    assert_eq!(
        told("bet.pas"),
        "no action is called bet.pas, did you mean bet.pass?"
    );
    assert_eq!(
        told("go.heallth"),
        "no action is called go.heallth, did you mean go.health?"
    );
    assert_eq!(told("zzz\u{1b}[2J"), "no action is called zzz[2J");
}

/// Who writes down all keys that there are has changed nothing.
#[test]
fn a_file_of_the_programs_own_keys_is_the_programs_own_keymap() {
    let keys = Keymap::default();
    let lines: Vec<String> = ACTIONS
        .iter()
        .map(|info| {
            let written = keys.of(info.action).iter().map(ToString::to_string);
            format!("{} = {:?}\n", info.name, written.collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(read(&lines.concat()), Ok(keys));
}

#[test]
fn a_file_changes_the_keys_that_it_names_and_no_others() {
    let text = "bet.pass = [\"P\", \"ctrl-p\", \"ж\"]\n\n[go]\nhealth = [\n  \"F2\",\n]\n\"quit\" = [\"Q\"]\n";
    let mistakes = read(text).unwrap_err();
    assert_eq!(
        mistakes,
        ["keys.toml:7: no action is called go.quit, did you mean go.history?"],
        "a section ends where the next begins"
    );
    let keys = read(&text.replace("\"quit\" = [\"Q\"]\n", "")).unwrap();
    let pass = [Chord::char('P'), Chord::ctrl('p'), Chord::char('ж')];
    assert_eq!(keys.of(Action::Pass), pass);
    assert_eq!(keys.first(Action::Pass), "P");
    assert_eq!(keys.of(Action::GoHealth), [Chord::plain(Key::Function(2))]);
    let mut same = Keymap::default();
    same.set(Action::Pass, pass.to_vec());
    same.set(Action::GoHealth, vec![Chord::plain(Key::Function(2))]);
    assert_eq!(keys, same);
}

#[test]
fn two_keys_can_change_places() {
    let keys = read("bet.pass = [\"d\"]\nbet.dont_pass = [\"p\"]\n").unwrap();
    assert_eq!(keys.first(Action::Pass), "d");
    assert_eq!(keys.first(Action::DontPass), "p");
}

#[test]
fn a_clash_names_both_actions_their_lines_and_what_to_do() {
    assert_eq!(
        mistake("# mine\nbet.pass = [\"d\"]\n"),
        "keys.toml:2: d means two things (table): bet.pass (line 2) and bet.dont_pass (its own key); \
         give one of them another key"
    );
    assert_eq!(
        mistake("bet.pass = [\"ctrl-p\"]\ntheme = [\"ctrl-p\"]\n"),
        "keys.toml:2: Ctrl-P means two things (table): bet.pass (line 1) and theme (line 2); give one \
         of them another key"
    );
    // The same key in two places that are never live together.
    assert!(read("health.freeze = [\"p\"]\n").is_ok());
}

#[test]
fn every_mistake_is_told_at_once_with_its_line() {
    let text = "bet.pas = [\"p\"]\n\
                bet.come = \"c\"\n\
                bet.yo = []\n\
                bet.field = [\"alt-f\", \"ctrl-i\", \"F\", \"F\"]\n\
                quit = [3]\n\
                go.to = [\"g\"\n";
    let mistakes = read(text).unwrap_err();
    let list = "takes a list of 1 to 8 keys, such as [\"p\", \"ctrl-p\"]";
    for (line, words) in [
        (
            1,
            "no action is called bet.pas, did you mean bet.pass?".to_owned(),
        ),
        (2, format!("bet.come {list}")),
        (3, format!("bet.yo {list}")),
        (
            4,
            "bet.field: \"alt-f\" is no key: Alt is taken by too many terminals".to_owned(),
        ),
        (
            4,
            "bet.field: \"ctrl-i\" is no key: terminals send it as tab".to_owned(),
        ),
        (4, "F stands there twice".to_owned()),
        (5, format!("quit {list}")),
    ] {
        let beginning = format!("keys.toml:{line}: {words}");
        assert!(
            mistakes.iter().any(|told| told.starts_with(&beginning)),
            "{beginning}\n{mistakes:#?}"
        );
    }
    let syntax = mistakes
        .iter()
        .filter(|told| told.starts_with("keys.toml:6"));
    assert!(syntax.count() >= 1, "{mistakes:#?}");
}

#[test]
fn no_action_is_lost_where_text_is_typed() {
    for (text, action, key) in [
        ("back = [\"x\"]", "back", "x"),
        ("main = [\"backspace\"]", "main", "Backspace"),
        ("move.up = [\"ctrl-u\"]", "move.up", "Ctrl-U"),
        ("quit_now = [\"ctrl-q\", \"W\"]", "quit_now", "W"),
    ] {
        let told = mistake(text);
        let wanted = format!(
            "keys.toml:1: {action} has to work beside a field of text, which takes {key} for itself"
        );
        assert!(told.starts_with(&wanted), "{told}");
    }
    // With another key beside it the letter is a convenience.
    assert!(read("back = [\"esc\", \"J\"]").is_ok());
    assert!(read("quit_now = [\"ctrl-q\"]").is_ok());
}

#[test]
fn a_key_is_read_as_it_is_shown() {
    let keys = ACTIONS.iter().flat_map(|info| info.keys);
    for chord in keys {
        assert_eq!(chord.to_string().parse(), Ok(*chord));
    }
    for (text, why) in [
        ("", BadChord::Unknown),
        ("pp", BadChord::Unknown),
        ("f13", BadChord::Unknown),
        ("f0", BadChord::Unknown),
        ("\u{1b}", BadChord::Unknown),
        ("\u{301}", BadChord::Unknown),
        ("ctrl-1", BadChord::Control),
        ("ctrl-", BadChord::Control),
        ("ctrl-m", BadChord::SentAs("enter")),
        ("shift-p", BadChord::Shift),
        ("ALT-p", BadChord::Alt),
    ] {
        assert_eq!(text.parse::<Chord>(), Err(why), "{text:?}");
    }
    assert_eq!("P".parse(), Ok(Chord::char('P')));
    assert_eq!("CTRL-P".parse(), Ok(Chord::ctrl('p')));
    assert_eq!("-".parse(), Ok(Chord::char('-')));
}
