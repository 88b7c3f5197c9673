//! Help, completions and manual page, word for word. They are what the real program prints; a change
//! shows in the snapshots below `snapshots/`.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

use std::process::Command;

/// Options that only a build for tests has.
const FAULTS: [&str; 4] = ["break-command", "break-help", "break-service", "hang-stop"];

fn is_fault(word: &str) -> bool {
    FAULTS.contains(&word.trim_start_matches("--"))
}

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_bitcraps"))
        .args(arguments)
        .env_clear()
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    assert!(output.stderr.is_empty(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the names of the commands that a help text lists.
fn listed(help: &str) -> Vec<String> {
    let commands = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    // A description may go on in a line that is set in deeper.
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names
        .filter(|name| !name.is_empty() && *name != "help")
        .map(str::to_owned)
        .collect()
}

/// Returns every command with its help text, the program itself first.
fn all_helps() -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut open = vec![Vec::<String>::new()];
    while let Some(command) = open.pop() {
        let mut words: Vec<&str> = command.iter().map(String::as_str).collect();
        words.push("--help");
        let help = printed(&words);
        for name in listed(&help).into_iter().rev() {
            open.push([command.clone(), vec![name]].concat());
        }
        found.push((command, help));
    }
    found
}

#[test]
fn every_command_says_in_a_sentence_what_it_does_and_shows_an_example() {
    let helps = all_helps();
    assert!(helps.len() > 25, "{}", helps.len());
    for (command, help) in &helps {
        let name = command.join(" ");
        let (about, rest) = help.split_once("\n\n").unwrap();
        assert!(about.len() > 10 && !about.contains('\n'), "{name}: {about}");
        assert!(
            !about.contains(". "),
            "{name}: more than a sentence: {about}"
        );
        let example = format!("bitcraps {name}");
        let shown = rest.lines().any(|line| {
            let line = line.trim().trim_start_matches("Example: ");
            line.starts_with(example.trim_end())
        });
        assert!(shown, "{name} has no example: {rest}");
    }
}

#[test]
fn the_help_of_every_command_is_as_it_was_read() {
    let text: Vec<String> = all_helps()
        .into_iter()
        .map(|(command, help)| format!("=== bitcraps {}\n{help}", command.join(" ")))
        .collect();
    insta::assert_snapshot!("help", text.join("\n"));
}

/// Returns a script without what only a build for tests has.
fn released(script: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in script.lines() {
        let is_list = ["opts=", "string join"].map(|list| line.trim_start().starts_with(list));
        if is_list.contains(&true) {
            let words = line.split(' ').filter(|word| !is_fault(word));
            lines.push(words.collect::<Vec<_>>().join(" "));
        } else if !line.split([' ', '\'', '[']).any(is_fault) {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn completions_are_as_they_were_read() {
    for shell in ["bash", "zsh", "fish"] {
        let script = released(&printed(&["completions", shell]));
        let left = FAULTS.iter().find(|fault| script.contains(**fault));
        assert_eq!(left, None, "{shell}");
        insta::assert_snapshot!(shell, script);
    }
}

#[test]
fn the_manual_page_is_as_it_was_read() {
    let page = printed(&["man"]).replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!("man", page);
}
