use super::Status::{Fail, Ok, Warn};
use super::machine::{clock, data_directory, kind, locale, space, window};
use super::{Check, Status};
use crate::clock::UnixMillis;
use crate::config::Environment;

fn environment(variables: &[(&str, &str)]) -> Environment {
    variables
        .iter()
        .fold(Environment::default(), |all, (name, value)| {
            all.with(name, *value)
        })
}

#[test]
fn each_thing_is_judged_and_only_what_is_wrong_has_a_remedy() {
    let cases: [(Check, Status, &str); 13] = [
        (window(true, Some((80, 24))), Ok, "80x24"),
        (window(true, Some((40, 8))), Warn, "40x8"),
        (window(false, Some((80, 24))), Warn, "no terminal"),
        (window(true, None), Warn, "no terminal"),
        (kind(&environment(&[("TERM", "xterm")])), Ok, "16"),
        (kind(&environment(&[("TERM", "dumb")])), Warn, "dumb"),
        (kind(&environment(&[])), Warn, "TERM"),
        (
            locale(&environment(&[("LANG", "de_DE.UTF-8")])),
            Ok,
            "UTF-8",
        ),
        (
            locale(&environment(&[("LANG", "C.UTF-8"), ("LC_ALL", "C")])),
            Warn,
            "ASCII",
        ),
        (clock(UnixMillis(1_800_000_000_000)), Ok, "2027"),
        (clock(UnixMillis(0)), Fail, "1970"),
        (space(9 << 20), Warn, "9 MiB"),
        (space(7 << 20), Fail, "7 MiB"),
    ];
    for (check, status, found) in cases {
        assert_eq!(check.status, status, "{check:?}");
        assert!(check.found.contains(found), "{check:?}");
        assert_eq!(check.remedy.is_none(), status == Ok, "{check:?}");
    }
}

#[test]
fn a_data_directory_that_others_can_enter_fails_and_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    assert_eq!(data_directory(&path)[0].status, Ok);
    assert!(!path.exists());
    std::fs::create_dir(&path).unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, open.clone()).unwrap();
    let check = &data_directory(&path)[0];
    assert_eq!(check.status, Fail);
    assert!(check.remedy.as_ref().unwrap().starts_with("chmod 700"));
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o755);
}
