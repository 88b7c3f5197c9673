//! No decoder is forgotten: the sources are read for functions that make values of bytes or text, and
//! each has its line here.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::{files, text};
use crate::targets;

/// What feeds a decoder.
#[derive(Clone, Copy, Debug)]
enum Fed {
    /// These targets.
    By(&'static [&'static str]),
    /// None, since nobody else's bytes reach it.
    Not(&'static str),
}
use Fed::{By, Not};

/// Every decoder: where, and what feeds it.
const DECODERS: [(&str, Fed); 43] = [
    ("src/cli/replay.rs answer", By(&["replay"])),
    ("src/cli/replay/line.rs Line::parse", By(&["replay"])),
    (
        "src/cli/table_rules.rs value_of",
        Not("a word of the command line, which the setting checks"),
    ),
    ("src/club/block.rs Block::from_bytes", By(&["block"])),
    (
        "src/club/block.rs Header::from_bytes",
        By(&["header", "block"]),
    ),
    (
        "src/club/charter.rs SignedCharter::from_bytes",
        By(&["charter"]),
    ),
    (
        "src/club/codec.rs decode",
        By(&["block", "charter", "command"]),
    ),
    ("src/club/command.rs Command::from_bytes", By(&["command"])),
    ("src/club/hex.rs decode", By(&["word"])),
    ("src/club/hex.rs decode_all", By(&["control_told"])),
    ("src/club/hex.rs decode_pair", By(&["word"])),
    ("src/club/ids.rs from_str", By(&["word", "slip"])),
    (
        "src/club/rekey.rs Rekey::from_bytes",
        By(&["rekey", "header"]),
    ),
    (
        "src/club/state.rs ClubState::from_bytes",
        By(&["state_row"]),
    ),
    ("src/config/file.rs entries", By(&["config", "keys"])),
    ("src/config/file.rs parse", By(&["config"])),
    (
        "src/consensus/machine/host.rs HostWatch::from_bytes",
        By(&["host_watch"]),
    ),
    (
        "src/consensus/malachite/codec.rs Heard::decode",
        By(&["engine"]),
    ),
    (
        "src/consensus/malachite/codec.rs form",
        By(&["engine", "engine_record"]),
    ),
    (
        "src/consensus/malachite/context.rs VoteKeys::decode_public_key",
        Not("32 or 64 bytes, checked by their length"),
    ),
    (
        "src/consensus/malachite/context.rs VoteKeys::decode_signature",
        Not("32 or 64 bytes, checked by their length"),
    ),
    (
        "src/consensus/misconduct.rs Misconduct::from_bytes",
        By(&["misconduct"]),
    ),
    ("src/consensus/past.rs PastRoll::of_row", By(&["rolls_row"])),
    (
        "src/consensus/past.rs StoredRolls::from_bytes",
        By(&["rolls_row"]),
    ),
    (
        "src/consensus/stored.rs StoredBlock::from_bytes",
        By(&["block_row"]),
    ),
    (
        "src/consensus/versioned.rs decode",
        By(&["message", "misconduct", "host_watch"]),
    ),
    (
        "src/consensus/wire.rs Message::from_bytes",
        By(&["message"]),
    ),
    (
        "src/control/client.rs ControlClient::understand",
        By(&["control_told"]),
    ),
    (
        "src/control/line.rs decode",
        By(&["control_request", "control_told"]),
    ),
    (
        "src/control/protocol.rs Ask::from_line",
        By(&["control_request"]),
    ),
    ("src/craps/key.rs BetKey::from_str", By(&["bet", "slip"])),
    ("src/identity/keystore/format.rs decode", By(&["key_file"])),
    (
        "src/identity/storage_key.rs StorageKey::from_bytes",
        Not("32 bytes, each of which is a key"),
    ),
    ("src/node/emergency.rs read", By(&["emergency_mark"])),
    ("src/node/profile.rs Profile::load", By(&["profile"])),
    ("src/node/slip_file.rs decode", By(&["slip"])),
    ("src/sim/config.rs Faults::from_str", By(&["word"])),
    ("src/storage/data_dir.rs read_holder", By(&["holder"])),
    ("src/strategy/rows.rs Strategy::from_str", By(&["word"])),
    ("src/transcript/excerpt.rs decode", By(&["transcript"])),
    (
        "src/transcript/record.rs decode_block",
        By(&["transcript", "changed_game"]),
    ),
    ("src/tui/input.rs Chord::from_str", By(&["word", "keys"])),
    ("src/tui/keymap/file.rs Keymap::of_text", By(&["keys"])),
];

/// Functions of these names make values of what is not ours.
const NAMES: [&str; 8] = [
    "from_bytes",
    "from_line",
    "from_str",
    "of_row",
    "of_text",
    "decode",
    "parse",
    "understand",
];

/// So do those that call one of these.
const CALLS: [&str; 9] = [
    "postcard::from_bytes",
    "postcard::take_from_bytes",
    "serde_json::from_slice",
    "serde_json::from_str",
    "serde_json::from_reader",
    "serde_json::Deserializer",
    "toml::from_str",
    "toml::de::",
    "DeTable::parse",
];

/// Returns the decoders of a source, outside of its tests: the type and the function, or the function
/// alone.
fn decoders(source: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let (mut of, mut function) = (String::new(), String::new());
    let lines = source.lines();
    for line in lines {
        if line == "mod tests {" {
            break;
        }
        if let Some(head) = line.strip_prefix("impl") {
            of = owner(head);
        } else if line.starts_with('}') {
            of.clear();
        }
        let code = line.split("//").next().unwrap_or_default();
        let defines = code.split_once("fn ").map(|(_, rest)| word(rest));
        if let Some(name) = defines.filter(|name| !name.is_empty()) {
            name.clone_into(&mut function);
        }
        let is_named = defines.is_some_and(|name| {
            let is_kind = |known: &&str| name == *known || name.starts_with(&format!("{known}_"));
            NAMES.iter().any(is_kind)
        });
        if function.is_empty() {
            continue;
        }
        if is_named || CALLS.iter().any(|call| code.contains(call)) {
            let name = if of.is_empty() {
                function.clone()
            } else {
                format!("{of}::{function}")
            };
            if found.last() != Some(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// The type of an `impl`, without its parameters.
fn owner(head: &str) -> String {
    let of = head.rsplit(" for ").next().unwrap_or(head);
    let of = of.trim_start_matches(|c: char| !c.is_alphabetic());
    word(of).to_owned()
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// Whether a file has nothing but tests and what they work with.
fn is_of_tests(path: &Path) -> bool {
    let mut parts = path.iter().map(|part| part.to_string_lossy());
    parts.any(|part| ["tests", "tests.rs", "testing.rs", "kit.rs"].contains(&&*part))
}

#[test]
fn every_decoder_of_the_sources_is_fed() {
    let mut sources = files("src");
    sources.retain(|path| path.extension().is_some_and(|end| end == "rs") && !is_of_tests(path));
    assert!(sources.len() > 200, "only {} sources", sources.len());
    let found = sources.iter().flat_map(|path| {
        let decoders = decoders(&text(path));
        decoders
            .into_iter()
            .map(move |name| format!("{} {name}", path.display()))
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    found.dedup();
    let known: BTreeMap<&str, Fed> = DECODERS.into_iter().collect();
    let new: Vec<_> = found
        .iter()
        .filter(|name| !known.contains_key(name.as_str()))
        .collect();
    assert!(
        new.is_empty(),
        "these need a target and a line here: {new:#?}"
    );
    let gone: Vec<_> = known
        .keys()
        .filter(|name| !found.iter().any(|one| one == *name))
        .collect();
    assert!(gone.is_empty(), "these are no decoders any more: {gone:#?}");
    for (name, fed) in DECODERS {
        match fed {
            By(by) => {
                assert!(!by.is_empty(), "{name}");
                for target in by {
                    let is_there = targets::ALL.iter().any(|known| known.name == *target);
                    assert!(is_there, "{name}: there is no target {target}");
                }
            }
            Not(why) => assert!(!why.is_empty(), "{name}"),
        }
    }
}

#[test]
fn a_new_decoder_is_found_whatever_its_form() {
    for (source, wanted) in [
        (
            "impl Raft {\n    pub fn from_bytes(bytes: &[u8]) -> Self {\n",
            "Raft::from_bytes",
        ),
        (
            "impl<T> FromStr for Raft<T> {\n    fn from_str(text: &str) -> T {\n",
            "Raft::from_str",
        ),
        (
            "pub(super) fn decode_term(bytes: &[u8]) -> u64 {\n",
            "decode_term",
        ),
        (
            "fn terms(b: &[u8]) -> u64 {\n    postcard::from_bytes::<u64>(b)\n",
            "terms",
        ),
        (
            "async fn votes(b: &str) {\n    let v = serde_json::from_str(b);\n",
            "votes",
        ),
    ] {
        assert_eq!(decoders(source), [wanted], "{source}");
    }
    let none = "fn encode() {\n    // postcard::from_bytes\n}\nmod tests {\n    fn decode() {}\n";
    assert_eq!(decoders(none), [""; 0]);
}
