//! A machine that has nothing: an empty home, no settings, and of the environment a terminal's name alone.

use std::fs;
use std::path::Path;

use portable_pty::CommandBuilder;
use rustix::process::Signal;

use crate::player::BITCRAPS;
use crate::terminal::Terminal;

/// What every Linux has beside the kernel: the C library in its parts, and what unwinds a stack.
#[cfg(target_os = "linux")]
const LIBRARIES: [&str; 7] = [
    "ld-linux",
    "libc.",
    "libdl.",
    "libgcc_s.",
    "libm.",
    "libpthread.",
    "librt.",
];

#[test]
fn an_empty_home_and_no_variables_reach_the_first_page() {
    let home = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(BITCRAPS);
    command.env_clear();
    command.env("HOME", home.path());
    command.env("PATH", "/usr/bin:/bin");
    command.env("TERM", "xterm");
    command.cwd(home.path());
    let mut terminal = Terminal::start(command, (80, 24));
    terminal.wait_for("Welcome");
    terminal.wait_for("Your identity is made.");
    #[cfg(target_os = "linux")]
    assert_eq!(other_libraries(&terminal), [""; 0]);
    // Without a locale nothing but ASCII is drawn.
    assert!(terminal.bytes().is_ascii());
    terminal.signal(Signal::TERM);
    let before = terminal.before();
    let end = terminal.end();
    assert_eq!((end.code, end.modes), (0, before), "{}", end.text);

    let made: Vec<_> = fs::read_dir(home.path()).unwrap().collect();
    let [Ok(made)] = made.as_slice() else {
        panic!("one thing in the home: {made:?}")
    };
    assert!(made.path().join("share/bitcraps/logs").is_dir(), "{made:?}");
    assert_eq!(made.file_name(), ".local");
}

/// The libraries in the program's memory that another Linux may lack.
#[cfg(target_os = "linux")]
fn other_libraries(terminal: &Terminal) -> Vec<String> {
    let pid = terminal.pid().as_raw_nonzero();
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let files = maps
        .lines()
        .filter_map(|line| line.split_whitespace().nth(5));
    let names = files.filter_map(|file| Path::new(file).file_name()?.to_str());
    let libraries: Vec<&str> = names.filter(|name| name.contains(".so")).collect();
    assert!(
        libraries.iter().any(|name| name.starts_with("libc.")),
        "{maps}"
    );
    let is_other = |name: &&str| !LIBRARIES.iter().any(|known| name.starts_with(known));
    libraries
        .into_iter()
        .filter(is_other)
        .map(str::to_owned)
        .collect()
}
