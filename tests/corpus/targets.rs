//! The decoders.

use std::fmt::Display;
use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use bitcraps::cli::replay;
use bitcraps::club::{
    Block, ClubId, ClubState, Command, GameId, Header, Height, Keeper, KeeperNo, PublicKey, Rekey,
    SignedCharter,
};
use bitcraps::config::{Environment, Layers};
use bitcraps::consensus::machine::HostWatch;
use bitcraps::consensus::wire::Message;
use bitcraps::consensus::{
    Act, FileVoteLog, KeeperSet, LogRecord, MalachiteOrderer, Misconduct, OrderEvent, Orderer as _,
    PaceTimeouts, PastRoll, StoredBlock,
};
use bitcraps::control::{Answer, Ask};
use bitcraps::craps::BetKey;
use bitcraps::identity::{Identity, ProofBits, SecureKeystore, Signer as _};
use bitcraps::ledger::MemberNo;
use bitcraps::node::slip_file;
use bitcraps::shown::{NAME_COLUMNS_MAX, Shown};
use bitcraps::sim::Faults;
use bitcraps::strategy::Strategy;
use bitcraps::transcript::verify;
use bitcraps::tui::input::Chord;
use unicode_width::UnicodeWidthStr as _;

use crate::club;
use crate::files;
use crate::harness::{Outcome, Target};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// The longest word of a command line, as systems have it.
const ARGUMENT_BYTES_MAX: usize = 128 * KIB;

/// The context of a key file's checksum, so that more than the checksum is reached.
const KEY_FILE_CHECKSUM: &str = "bitcraps 2026-11 key file checksum v1";

/// Inputs of decoders that only read, and of those that also check signatures or play.
const MANY: u64 = 4_000;
const FEW: u64 = 300;

/// Inputs of those that play a whole game each.
const PLAYED: u64 = 60;

pub(crate) const ALL: [&Target; 30] = [
    // A word of the command line, which the error repeats.
    &target("bet", MIB, MANY, |bytes| {
        let bytes = &bytes[..bytes.len().min(ARGUMENT_BYTES_MAX)];
        written(text(bytes).parse::<BetKey>().ok(), |bet| {
            bet.to_string().into_bytes()
        })
    }),
    &target("block", MIB, MANY, |bytes| {
        written(Block::from_bytes(bytes).ok(), Block::to_bytes)
    }),
    &target("charter", 64 * KIB, MANY, |bytes| {
        written(
            SignedCharter::from_bytes(bytes).ok(),
            SignedCharter::to_bytes,
        )
    }),
    // Steps of a whole club: see there.
    &target("club", 8 * MIB, PLAYED, |bytes| {
        let played = club::play(bytes);
        read((played.rolls > 0).then_some(()))
    }),
    &target("changed_game", 8 * MIB, PLAYED, |bytes| {
        read(club::changed_game(bytes).then_some(()))
    }),
    &target("command", 64 * KIB, MANY, |bytes| {
        written(Command::from_bytes(bytes).ok(), Command::to_bytes)
    }),
    // Settings come from people: they may take as much as the longest file.
    &target("config", 16 * MIB, FEW, config),
    &target("control_answer", MIB, MANY, |bytes| {
        read(serde_json::from_slice::<Answer>(bytes).ok())
    }),
    &target("control_request", MIB, MANY, |bytes| {
        read(Ask::from_line(bytes).ok())
    }),
    // Lines of at most 64 KiB, of which one is held at a time.
    &target("control_told", MIB, FEW, files::answer),
    // A sealed copy is among it, and a key file.
    &target("emergency_mark", 8 * MIB, FEW, files::emergency_mark),
    // Two copies of the input are among it.
    &target("engine", 8 * MIB, FEW, engine),
    &target("engine_record", 8 * MIB, FEW, engine_record),
    &target("header", 4 * KIB, MANY, |bytes| {
        written(Header::from_bytes(bytes).ok(), Header::to_bytes)
    }),
    &target("holder", MIB, FEW, files::holder),
    &target("host_watch", 64 * KIB, MANY, |bytes| {
        written(HostWatch::from_bytes(bytes).ok(), HostWatch::to_bytes)
    }),
    // The keys come from people too.
    &target("keys", 16 * MIB, FEW, files::keys),
    // A copy with a checksum that fits is among it.
    &target("key_file", 4 * MIB, FEW, key_file),
    &target("message", MIB, MANY, |bytes| {
        written(Message::from_bytes(bytes).ok(), Message::to_bytes)
    }),
    &target("misconduct", MIB, MANY, |bytes| {
        written(Misconduct::from_bytes(bytes).ok(), Misconduct::to_bytes)
    }),
    &target("profile", MIB, FEW, files::profile),
    &target("rekey", 64 * KIB, MANY, |bytes| {
        written(Rekey::from_bytes(bytes).ok(), Rekey::to_bytes)
    }),
    &target("replay", 8 * MIB, FEW, |bytes| {
        let played = replay::run(bytes, io::sink(), false);
        read(played.ok().filter(|summary| summary.faults == 0))
    }),
    &target("rolls_row", 4 * MIB, MANY, |bytes| {
        read(PastRoll::of_row(Height(1), bytes).ok())
    }),
    &target("slip", MIB, FEW, slip),
    &target("state_row", 4 * MIB, FEW, |bytes| {
        written(ClubState::from_bytes(bytes).ok(), ClubState::to_bytes)
    }),
    &target("block_row", 4 * MIB, MANY, |bytes| {
        read(StoredBlock::from_bytes(bytes).ok())
    }),
    &target("transcript", MIB, FEW, |bytes| read(verify(bytes).ok())),
    &target("vote_log", 8 * MIB, FEW, vote_log),
    &target("word", MIB, MANY, word),
];

const fn target(
    name: &'static str,
    bytes_max: usize,
    inputs: u64,
    decode: fn(&[u8]) -> Outcome,
) -> Target {
    Target {
        name,
        bytes_max,
        inputs,
        decode,
    }
}

fn written<T>(value: Option<T>, encode: impl FnOnce(&T) -> Vec<u8>) -> Outcome {
    value.map_or(Outcome::Refused, |value| Outcome::Written(encode(&value)))
}

pub(crate) fn read<T>(value: Option<T>) -> Outcome {
    value.map_or(Outcome::Refused, |_| Outcome::Read)
}

/// What of the bytes is text, as a terminal would be shown it at any width.
pub(crate) fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    for columns in [0, 1, 2, NAME_COLUMNS_MAX, 80, 200] {
        let shown = Shown::new(&text, columns);
        let harm = harm_of(shown.as_str(), columns);
        assert_eq!(harm, None, "{text:?} in {columns} columns is {shown:?}");
    }
    text
}

/// Looks at every letter by what it is, not by the list that `Shown` goes by.
pub(crate) fn harm_of(shown: &str, columns: usize) -> Option<&'static str> {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}')
    };
    if shown.chars().any(steers) {
        return Some("a letter in it controls the terminal or turns the text");
    }
    if shown.width() > columns {
        return Some("it is too wide");
    }
    if !Shown::fits(shown, columns) {
        return Some("it would not be drawn as it is, or is longer than its columns allow");
    }
    None
}

/// Gives the bytes as a file.
pub(crate) fn with_file<T>(bytes: &[u8], use_it: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let path = folder.path().join("file");
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(bytes).unwrap();
    file.set_permissions(Permissions::from_mode(0o600)).unwrap();
    use_it(&path)
}

fn config(bytes: &[u8]) -> Outcome {
    with_file(bytes, |path| {
        let mut environment = Environment::default();
        environment.platform_data_dir = Some("/data".into());
        environment.working_dir = "/".into();
        "host".clone_into(&mut environment.host_name);
        let layers = Layers {
            file: Some(path.to_owned()),
            environment,
            command_line: Vec::new(),
        };
        // Every mistake has a text for people.
        let loaded = layers.load().map_err(|errors| errors.to_string());
        read(loaded.ok())
    })
}

/// The file as it is, and with a checksum that fits.
fn key_file(bytes: &[u8]) -> Outcome {
    let mut fitting = bytes.to_vec();
    if let Some(rest) = fitting.len().checked_sub(32) {
        let checksum = blake3::derive_key(KEY_FILE_CHECKSUM, &fitting[..rest]);
        fitting[rest..].copy_from_slice(&checksum);
    }
    let mut is_read = false;
    for bytes in [bytes, fitting.as_slice()] {
        with_file(bytes, |path| {
            let keystore = SecureKeystore::new(path, ProofBits::new(0).unwrap());
            is_read |= keystore.public_key().is_ok();
            is_read |= keystore.load(None).is_ok();
        });
    }
    read(is_read.then_some(()))
}

/// What is typed as one word: an id, a key, faults of a simulation, a strategy. Each that is read is
/// written as one that is read as the same.
fn word(bytes: &[u8]) -> Outcome {
    fn same<T: FromStr + Display + PartialEq>(text: &str) -> bool {
        let Ok(value) = text.parse::<T>() else {
            return false;
        };
        assert!(
            value
                .to_string()
                .parse::<T>()
                .is_ok_and(|again| again == value),
            "{value}"
        );
        true
    }
    let text = text(&bytes[..bytes.len().min(ARGUMENT_BYTES_MAX)]);
    let is_read = [
        same::<ClubId>(&text),
        same::<GameId>(&text),
        same::<Chord>(&text),
        same::<Faults>(&text),
        same::<Strategy>(&text),
    ];
    read(is_read.contains(&true).then_some(()))
}

/// The unsent slip. One that can't be used is set aside, and what is said of it is for a screen.
fn slip(bytes: &[u8]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(slip_file::FILE_NAME);
    std::fs::File::create(&path)
        .unwrap()
        .write_all(bytes)
        .unwrap();
    let (_, told) = slip_file::load(folder.path());
    assert_eq!(path.exists(), told.is_none());
    read(told.is_none().then_some(()))
}

pub(crate) const CLUB: ClubId = ClubId([8; 32]);

/// The key of a keeper's votes.
pub(crate) fn vote_key(number: u16) -> Identity {
    Identity::from_seed(&[u8::try_from(number).unwrap() + 1; 32])
}

/// Four keepers.
pub(crate) fn keepers() -> KeeperSet {
    let keeper = |number| Keeper {
        no: KeeperNo(number),
        member: MemberNo(number.into()),
        identity: PublicKey([3; 32]),
        vote_key: PublicKey(vote_key(number).public_key().0),
    };
    KeeperSet::new(&[0, 1, 2, 3].map(keeper)).unwrap()
}

/// An engine before its first height.
pub(crate) fn engine_of(number: u16) -> MalachiteOrderer {
    let key = Arc::new(vote_key(number));
    let (number, last) = (KeeperNo(number), Height(0));
    MalachiteOrderer::new(CLUB, number, key, last, &keepers(), PaceTimeouts::Local)
}

/// A message of keeper 1 for keeper 0.
fn engine(bytes: &[u8]) -> Outcome {
    let mut engine = engine_of(0);
    engine.begin(Height(1), &keepers(), Vec::new());
    engine.step(OrderEvent::Message {
        from: KeeperNo(1),
        bytes: bytes.to_vec(),
    });
    read(engine.place_of(bytes))
}

/// A record of keeper 0.
fn engine_record(bytes: &[u8]) -> Outcome {
    let record = LogRecord(bytes.to_vec());
    let acts = engine_of(0).begin(Height(1), &keepers(), vec![record]);
    let is_refused = acts.iter().any(|act| matches!(act, Act::Stop(_)));
    read((!is_refused).then_some(()))
}

fn vote_log(bytes: &[u8]) -> Outcome {
    with_file(bytes, |path| {
        read(FileVoteLog::open(path, &CLUB, &PublicKey([5; 32])).ok())
    })
}
