//! What every error says to a person: one value of every variant, read as one text.
//!
//! A new variant does not compile until it stands here, a new error type is missed by name.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::{Gone, OrderError, ServiceRequestError, ServiceUnavailable, StartError};
use crate::club::{CharterFault, ClubId, CodecFault, Height, KeeperNo, StateFault};
use crate::config::{ConfigErrors, Problem, Source};
use crate::consensus::{
    CertificateFault, ChainFault, FollowFault, FoundError, KeeperSetError, OpenClubError,
    PastError, VoteKeyError,
};
use crate::control::{BookError, ControlError, WireError};
use crate::coordination::{RegistryError, ServiceState};
use crate::craps::RulesError;
use crate::error::{Error, Kind};
use crate::files::WriteError;
use crate::gaming::ManagerError;
use crate::identity::{
    Closed, EntropyError, KeyringError, KeyringState, KeystoreError, MineError, OpenError,
    PassphraseError, ProofBits, UnlockError,
};
use crate::ledger::Chips;
use crate::logs::LogError;
use crate::shown::Shown;
use crate::sim::{BrokenSimulation, ConfigFault};
use crate::simulate::PlanError;
use crate::state::lifecycle::ApplicationState;
use crate::storage::{DataDirError, Holder, SecretError, StoreError};
use crate::strategy::Strategy;
use crate::tui::action::{Action, Place};
use crate::tui::caps::NoScreen;
use crate::tui::input::Chord;
use crate::tui::keymap::KeyClash;
use crate::tui::keymap::file::{At, KeysError, Mistake, Owner};
use crate::tui::play::PlayError;

/// An error as it reaches a person.
struct Row {
    /// The type alone.
    of: &'static str,
    /// The variant; the type again where there is only one.
    variant: &'static str,
    error: Error,
}

/// A row for each variant of an enum; all of them must stand here.
macro_rules! every {
    ($type:ident: $($variant:ident => $value:expr,)+) => {{
        let variant = |error: &$type| match error {
            $($type::$variant { .. } => stringify!($variant),)+
        };
        vec![$({
            let error: $type = $value;
            assert_eq!(variant(&error), stringify!($variant));
            row(stringify!($type), stringify!($variant), error)
        },)+]
    }};
}

fn row(of: &'static str, variant: &'static str, error: impl Into<Error>) -> Row {
    Row {
        of,
        variant,
        error: error.into(),
    }
}

const CLUB: ClubId = ClubId([0xab; 32]);

const HEIGHT: Height = Height(41);

/// A file of the data directory.
fn path(name: &str) -> PathBuf {
    Path::new("/home/ada/bitcraps").join(name)
}

fn denied() -> io::Error {
    io::ErrorKind::PermissionDenied.into()
}

fn entropy() -> EntropyError {
    EntropyError::new("not yet")
}

fn full() -> StoreError {
    let path = path("db/store.redb");
    StoreError::Full { path }
}

fn locked_key() -> KeystoreError {
    let path = path("identity.key");
    KeystoreError::PassphraseNeeded { path }
}

fn tables() -> Vec<Shown> {
    ["practice", "garden"]
        .map(|name| Shown::new(name, 64))
        .into()
}

fn holder() -> Holder {
    Holder {
        pid: 4_711,
        host: "laptop".to_owned(),
        since: crate::clock::UnixMillis(0),
    }
}

fn of_storage() -> Vec<Row> {
    let store = || path("db/store.redb");
    let mut rows = every! { DataDirError:
        Held => DataDirError::Held { path: path(""), holder: Some(holder()) },
        NotADirectory => DataDirError::NotADirectory { path: path("") },
        NotYours => DataDirError::NotYours { path: path(""), owner: 0, user: 1_000 },
        TooOpen => DataDirError::TooOpen { path: path(""), mode: 0o755 },
        ReadOnly => DataDirError::ReadOnly { path: path(""), source: denied() },
        Full => DataDirError::Full { path: path("") },
        Lock => DataDirError::Lock {
            path: path("lock"),
            source: io::ErrorKind::IsADirectory.into(),
        },
        Io => DataDirError::Io { path: path(""), source: denied() },
    };
    rows.extend(every! { StoreError:
        Corrupt => StoreError::Corrupt { path: store(), what: "page 7 has another checksum".to_owned() },
        Locked => StoreError::Locked { path: store() },
        OtherSchema => StoreError::OtherSchema { path: store(), found: 3, known: 9 },
        Full => full(),
        Io => StoreError::Io { path: store(), cause: Arc::new(denied()) },
        TooLarge => StoreError::TooLarge { path: store(), bytes: 300 << 20 },
        OtherBlock => StoreError::OtherBlock { club: CLUB, height: HEIGHT },
        Gap => StoreError::Gap { club: CLUB, have: HEIGHT, found: Height(43) },
        ClubExists => StoreError::ClubExists { club: CLUB },
        NoSuchClub => StoreError::NoSuchClub { club: CLUB },
        OpenedBefore => StoreError::OpenedBefore { roll: 7, last: 9 },
        Closed => StoreError::Closed,
    });
    rows.extend(every! { SecretError:
        Store => SecretError::Store(full()),
        Sealed => SecretError::Sealed(OpenError),
        Entropy => SecretError::Entropy(entropy()),
    });
    let write = WriteError {
        path: path("profile.toml"),
        source: denied(),
    };
    rows.push(row("WriteError", "WriteError", write));
    rows.extend(every! { LogError:
        File => LogError::File { directory: path("logs"), cause: denied() },
        AlreadyStarted => LogError::AlreadyStarted,
    });
    rows
}

fn of_identity() -> Vec<Row> {
    let key = || path("identity.key");
    let bits = |bits| ProofBits::new(bits).unwrap();
    let mut rows = every! { KeystoreError:
        NotFound => KeystoreError::NotFound { path: key() },
        AlreadyExists => KeystoreError::AlreadyExists { path: key() },
        WrongPassphrase => KeystoreError::WrongPassphrase { path: key() },
        PassphraseNeeded => locked_key(),
        NotEncrypted => KeystoreError::NotEncrypted { path: key() },
        Corrupt => KeystoreError::Corrupt { path: key(), what: "its checksum is wrong" },
        TooOpen => KeystoreError::TooOpen { path: key(), mode: 0o644, widest: 0o600 },
        Unreadable => KeystoreError::Unreadable { path: key(), source: denied() },
        Unwritable => KeystoreError::Unwritable(WriteError { path: key(), source: denied() }),
        OtherVersion => KeystoreError::OtherVersion { path: key(), found: 9, known: 2 },
        WeakProof => KeystoreError::WeakProof { path: key(), have: bits(8), need: bits(16) },
        OutOfMemory => KeystoreError::OutOfMemory,
        Entropy => KeystoreError::Entropy(entropy()),
    };
    rows.extend(every! { PassphraseError:
        Empty => PassphraseError::Empty,
        TooLong => PassphraseError::TooLong,
        Unreadable => PassphraseError::Unreadable { path: path("secret.txt"), source: denied() },
    });
    let why = || "the agent does not answer".to_owned();
    rows.extend(every! { KeyringError:
        None => KeyringError::None,
        Locked => KeyringError::Locked { why: why() },
        NotAPassphrase => KeyringError::NotAPassphrase,
        Failed => KeyringError::Failed { why: why() },
    });
    rows.extend(every! { UnlockError:
        Keystore => UnlockError::Keystore(locked_key()),
        File => UnlockError::File(PassphraseError::Empty),
    });
    let closed = Closed {
        error: UnlockError::Keystore(locked_key()),
        keyring: KeyringState::Empty,
    };
    rows.push(row("Closed", "Closed", closed));
    rows.extend(every! { MineError:
        Cancelled => MineError::Cancelled,
        Entropy => MineError::Entropy(entropy()),
    });
    rows.push(row("EntropyError", "EntropyError", entropy()));
    rows
}

fn of_the_chain() -> Vec<Row> {
    let false_block = || FollowFault::Certificate(CertificateFault::OtherBlock);
    let no_log = || VoteKeyError::Log {
        path: path("votes/ab-0.log"),
        source: denied(),
    };
    let mut rows = every! { FoundError:
        Charter => FoundError::Charter(CharterFault::Name),
        Secret => FoundError::Secret(SecretError::Sealed(OpenError)),
        Store => FoundError::Store(full()),
    };
    rows.extend(every! { OpenClubError:
        Store => OpenClubError::Store(full()),
        VoteKey => OpenClubError::VoteKey(no_log()),
        OtherCharter => OpenClubError::OtherCharter { club: CLUB },
        Charter => OpenClubError::Charter(CharterFault::Signature),
        Unreadable => OpenClubError::Unreadable { height: HEIGHT, why: CodecFault::Malformed },
        Missing => OpenClubError::Missing { height: HEIGHT },
        Chain => OpenClubError::Chain(ChainFault::Block { height: HEIGHT, why: false_block() }),
        Certificate => OpenClubError::Certificate(CertificateFault::TooFew { found: 2, need: 3 }),
        Keepers => OpenClubError::Keepers(KeeperSetError::Size { found: 2 }),
    });
    rows.extend(every! { VoteKeyError:
        Secret => VoteKeyError::Secret(SecretError::Sealed(OpenError)),
        OtherKey => VoteKeyError::OtherKey { number: KeeperNo(2) },
        Log => no_log(),
        NoPlace => VoteKeyError::NoPlace,
    });
    rows.extend(every! { PastError:
        Store => PastError::Store(full()),
        Unreadable => PastError::Unreadable { height: HEIGHT },
        Block => PastError::Block { height: HEIGHT },
    });
    rows.extend(every! { ManagerError:
        NotAMember => ManagerError::NotAMember,
    });
    rows.extend(every! { BookError:
        Store => BookError::Store(full()),
        Past => BookError::Past(PastError::Unreadable { height: HEIGHT }),
        State => BookError::State { club: CLUB, why: StateFault::Club },
        Missing => BookError::Missing { height: HEIGHT },
        Block => BookError::Block { height: HEIGHT, why: CodecFault::Malformed },
        Follow => BookError::Follow { height: HEIGHT, why: false_block() },
        NoSuchHeight => BookError::NoSuchHeight { wanted: Height(99), newest: HEIGHT },
        TooLarge => BookError::TooLarge { height: HEIGHT },
        Charter => BookError::Charter(CharterFault::Signature),
        NoTable => BookError::NoTable,
        WhichTable => BookError::WhichTable { known: tables() },
        SeveralTables => BookError::SeveralTables {
            wanted: Shown::new("practice", 64),
            ids: vec!["ab01".to_owned(), "cd02".to_owned()],
        },
        NoSuchTable => BookError::NoSuchTable { wanted: Shown::new("attic", 64), known: tables() },
    });
    rows
}

fn of_the_application() -> Vec<Row> {
    let cause = || Arc::new(Error::from(full()));
    let broken = || ServiceState::Failed {
        error: "its thread ended".into(),
    };
    let mut rows = every! { StartError:
        AlreadyStarted => StartError::AlreadyStarted { state: ApplicationState::Running },
        EmergencyStopped => StartError::EmergencyStopped { reason: "lost my laptop".into() },
        TasksLeft => StartError::TasksLeft { services: vec!["storage", "ledger"] },
        Order => StartError::Order(OrderError::Missing { service: "ledger", needs: "storage" }),
        Preparation => StartError::Preparation { error: cause() },
        Service => StartError::Service { service: "storage", error: cause() },
        Cancelled => StartError::Cancelled,
        Gone => StartError::Gone(Gone),
    };
    rows.extend(every! { ServiceRequestError:
        Unknown => ServiceRequestError::Unknown { name: "bar".to_owned(), known: vec!["storage", "ledger"] },
        NoneRuns => ServiceRequestError::NoneRuns { emergency: Some("lost my laptop".into()) },
        Mandatory => ServiceRequestError::Mandatory { name: "storage" },
        NotUp => ServiceRequestError::NotUp { name: "control", state: broken() },
        Gone => ServiceRequestError::Gone(Gone),
    });
    let unavailable = ServiceUnavailable {
        name: "ledger",
        state: broken(),
        remedy: None,
    };
    rows.push(row("ServiceUnavailable", "ServiceUnavailable", unavailable));
    rows.extend(every! { RegistryError:
        Full => RegistryError::Full { name: "ledger", limit: 64 },
        Duplicate => RegistryError::Duplicate { name: "ledger" },
        Unknown => RegistryError::Unknown { name: "ledger" },
        WrongType => RegistryError::WrongType { name: "ledger", wanted: "TokenLedger" },
    });
    rows.extend(every! { ControlError:
        PathTooLong => ControlError::PathTooLong { path: path("control.sock"), bytes: 120 },
        Bind => ControlError::Bind { path: path("control.sock"), cause: denied() },
        Forbidden => ControlError::Forbidden { path: path("control.sock"), cause: denied() },
        NotRunning => ControlError::NotRunning { directory: path("") },
        Unreachable => ControlError::Unreachable { directory: path(""), holder: Some(holder()) },
        Lost => ControlError::Lost(io::ErrorKind::TimedOut.into()),
        NotUnderstood => ControlError::NotUnderstood { what: "a row of something else".to_owned() },
        Refused => ControlError::Refused(WireError::from(&Error::from(full()))),
    });
    rows
}

fn of_the_screen_and_of_play_without_one() -> Vec<Row> {
    let mut rows = every! { NoScreen:
        InputIsNoTerminal => NoScreen::InputIsNoTerminal,
        OutputIsNoTerminal => NoScreen::OutputIsNoTerminal,
        NothingComesIn => NoScreen::NothingComesIn,
    };
    rows.extend(every! { PlayError:
        Terminal => PlayError::Terminal(denied()),
    });
    rows.extend(every! { ConfigFault:
        Unknown => ConfigFault::Unknown { word: "crahs".to_owned() },
        Value => ConfigFault::Value { word: "loss=7".to_owned() },
        Swaps => ConfigFault::Swaps { found: 1 },
        Twice => ConfigFault::Twice { kind: "crash" },
        Keepers => ConfigFault::Keepers { found: 3 },
        Liars => ConfigFault::Liars { keepers: 4, most: 1, asked: 2 },
        Rolls => ConfigFault::Rolls { asked: 0 },
        Seconds => ConfigFault::Seconds { asked: 0 },
    });
    let broken = BrokenSimulation("no charter".to_owned());
    rows.push(row("BrokenSimulation", "BrokenSimulation", broken));
    let chips = Chips::new;
    rows.extend(every! { PlanError:
        Hands => PlanError::Hands { hands: 0 },
        Session => PlanError::Session { hands: 0 },
        Rules => PlanError::Rules(RulesError::Field { on: 12, pays: 5 }),
        Unit => PlanError::Unit { unit: chips(0), least: chips(1), most: chips(500) },
        BankrollBelowUnit => PlanError::BankrollBelowUnit { bankroll: chips(9), unit: chips(10) },
        Bankroll => PlanError::Bankroll { bankroll: chips(u64::MAX) },
    });
    let unknown = "pass-odd".parse::<Strategy>().unwrap_err();
    rows.push(row("UnknownStrategy", "UnknownStrategy", unknown));
    rows
}

/// What is wrong with the keys reaches a person as one error.
fn of_the_keys() -> Vec<Row> {
    let at = || At {
        path: path("keys.toml"),
        line: 3,
    };
    let chord = Chord::char('p');
    let clash = KeyClash {
        chord,
        first: Action::Pass,
        second: Action::Practice,
        place: Place::Table,
    };
    let owner = |action, line| Owner { action, line };
    let mut rows = every! { Mistake:
        File => Mistake::File(Problem::Unreadable { path: path("keys.toml"), cause: denied() }),
        Unknown => Mistake::Unknown { at: at(), unknown: Action::named("bet.pas").unwrap_err() },
        NoList => Mistake::NoList { at: at(), action: "bet.pass" },
        NoKey => Mistake::NoKey {
            at: at(),
            action: "bet.pass",
            written: Shown::new("\"alt-p\"", 24),
            why: "alt-p".parse::<Chord>().unwrap_err(),
        },
        Twice => Mistake::Twice { at: at(), what: "bet.pass".to_owned() },
        Typed => Mistake::Typed { at: at(), action: "back", chord, remedy: "add a key that types nothing" },
        Clash => Mistake::Clash {
            at: at(),
            clash,
            first: owner("bet.pass", Some(3)),
            second: owner("bet.come", None),
        },
    };
    let two = ["bet.come", "bet.yo"].map(|action| Mistake::NoList { at: at(), action });
    let mistakes = two.into();
    rows.push(row("KeysError", "KeysError", KeysError { mistakes }));
    rows
}

impl From<Mistake> for Error {
    fn from(mistake: Mistake) -> Self {
        let mistakes = vec![mistake];
        KeysError { mistakes }.into()
    }
}

/// What is wrong with the settings reaches a person as one error.
fn of_the_settings() -> Vec<Row> {
    let file = || path("config.toml");
    let line = || Source::File {
        path: file(),
        line: 3,
    };
    let option = "--data-dir";
    every! { Problem:
        Value => Problem::Value {
            source_of_value: line(),
            name: "max_games",
            value: "0".to_owned(),
            form: "a whole number from 1 to 10000".to_owned(),
        },
        UnknownSetting => Problem::UnknownSetting {
            place: line(),
            name: "naem".to_owned(),
            nearest: Some("name"),
        },
        UnknownVariable => Problem::UnknownVariable {
            name: "BITCRAPS_MAXGAMES".to_owned(),
            nearest: Some("BITCRAPS_MAX_GAMES".to_owned()),
        },
        Syntax => Problem::Syntax { path: file(), line: 3, message: "expected a value".to_owned() },
        Unreadable => Problem::Unreadable { path: file(), cause: denied() },
        TooLarge => Problem::TooLarge { path: file(), bytes_max: 1 << 20 },
        Contradiction => Problem::Contradiction {
            first: "table.min_bet = 9 (default)".to_owned(),
            second: "table.max_bet = 5 (default)".to_owned(),
            rule: "the smallest bet must not be more than the largest",
        },
        NoDataDir => Problem::NoDataDir,
        DataDir => Problem::DataDir(DataDirError::NotYours { path: path(""), owner: 0, user: 1_000 }),
        DataDirNotWritable => Problem::DataDirNotWritable {
            source_of_value: Source::CommandLine { option },
            path: path(""),
            existing: PathBuf::from("/home"),
            cause: denied().to_string(),
        },
        Clock => Problem::Clock { now_millis: 86_400_000 },
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let (problems, warnings) = (vec![problem], Vec::new());
        ConfigErrors { problems, warnings }.into()
    }
}

fn rows() -> Vec<Row> {
    [
        of_storage(),
        of_identity(),
        of_the_chain(),
        of_the_application(),
        of_the_screen_and_of_play_without_one(),
        of_the_settings(),
        of_the_keys(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is wrong with a text as a sentence after a colon; nothing if it is one.
fn is_wrong(text: &str) -> Option<&'static str> {
    let odd = [" ,", "  ", "..", "::", "\n\n", " (  )"];
    if text.trim() != text || text.is_empty() {
        Some("is empty, or has room at an end")
    } else if text.ends_with(['.', '!', ':', ';', ',']) {
        Some("ends in a mark")
    } else if odd
        .iter()
        .any(|odd| text.lines().any(|line| line.trim().contains(odd)))
    {
        Some("has a hole in it")
    } else if text.contains("{ ") || text.contains("Error") || text.contains("Some(") {
        Some("is for programmers")
    } else {
        None
    }
}

#[test]
fn every_error_says_what_happened_and_what_to_do_next() {
    let rows = rows();
    for Row { of, variant, error } in &rows {
        let texts = std::iter::once(error.to_string()).chain(error.hints().iter().cloned());
        for text in texts {
            assert_eq!(is_wrong(&text), None, "{of}::{variant}: {text:?}");
        }
        let report = error.report();
        let causes = report
            .lines()
            .filter_map(|line| line.strip_prefix("  because: "));
        for cause in causes {
            let told = error.to_string().matches(cause).count();
            assert_eq!(told, 1, "{of}::{variant}: {report}");
        }
        let next = &error.hints()[0];
        assert_ne!(*next, error.to_string(), "{of}::{variant}");
        assert!(Kind::ALL.contains(&error.kind()), "{of}::{variant}");
    }
    let told = rows.iter().map(|Row { of, variant, error }| {
        let exit = error.kind().code();
        format!("{of}::{variant}, exit code {exit}\n{}\n", error.report())
    });
    insta::assert_snapshot!("errors", told.collect::<String>());
}

/// The texts above are of every type that reaches a person.
#[test]
fn every_type_that_explains_itself_is_read() {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let heads = text
                .lines()
                .filter_map(|line| line.strip_prefix("impl Explain for "));
            found.extend(heads.map(|head| head.trim_end_matches([' ', '{']).to_owned()));
        }
    }
    let read: BTreeSet<String> = rows().iter().map(|row| row.of.to_owned()).collect();
    let missing: Vec<_> = found.difference(&read).collect();
    assert!(found.len() > 25, "only {found:?} were found");
    assert_eq!(missing, [] as [&String; 0]);
}

/// Checks that `is_wrong` can find something.
#[test]
fn a_text_with_a_hole_is_found() {
    for text in [
        "",
        "the store  is",
        "it failed.",
        "Io(Os { code: 2 })",
        " x",
    ] {
        assert!(is_wrong(text).is_some(), "{text:?}");
    }
}
