//! The slip on disk, as far as it is not decided, and the one that can be repeated: a file `slip.json` in the data directory, written
//! whenever the slip changes or a roll was seen, read at the next start.
//!
//! No chip is in it, so a file that can't be used never stops a start: it is set aside and told.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::club::{GameId, Height};
use crate::craps::BetKey;
use crate::files::write_atomic;
use crate::ledger::Chips;
use crate::tui::kept::{Kept, KeptBet, KeptTable, Left};
use crate::tui::limits::{KEPT_BETS_MAX, KEPT_TABLES_MAX};

/// The file's name in the data directory.
pub const FILE_NAME: &str = "slip.json";

/// The name that a file gets which can't be used.
pub const SET_ASIDE: &str = "slip.json.set-aside";

/// The form that this program writes. It reads those before as well: the first had unsent bets alone, the
/// second no slip to repeat and no refused bets.
const VERSION: u32 = 3;

/// The longest file that is read: all tables with all bets take less than half of it.
const BYTES_MAX: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slips {
    version: u32,
    tables: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    table: GameId,
    seen: u64,
    bets: Vec<Line>,
    #[serde(default)]
    last: Vec<Stake>,
    #[serde(default)]
    standing: Vec<Stake>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stake {
    bet: BetKey,
    chips: Chips,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    bet: BetKey,
    chips: Chips,
    #[serde(default)]
    sent: bool,
    #[serde(default)]
    refused: bool,
    /// Without it no block is asked.
    #[serde(default = "never")]
    after: u64,
}

const fn never() -> u64 {
    u64::MAX
}

/// Reads what was kept, and says what became of a file that can't be used.
#[must_use]
pub fn load(data_dir: &Path) -> (Kept, Option<String>) {
    let path = data_dir.join(FILE_NAME);
    let why = match read(&path) {
        Ok(Some(kept)) => return (kept, None),
        Ok(None) => return (Kept::default(), None),
        Err(why) => why,
    };
    let aside = data_dir.join(SET_ASIDE);
    let done = match std::fs::rename(&path, &aside) {
        Ok(()) => format!("it is {SET_ASIDE} now"),
        Err(error) => format!("it could not be set aside: {error}"),
    };
    let words = format!("The slip of last time can't be read ({why}); {done}. No chip was in it.");
    tracing::warn!(words);
    (Kept::default(), Some(words))
}

fn read(path: &Path) -> Result<Option<Kept>, String> {
    let mut bytes = Vec::new();
    let opened = File::open(path).and_then(|file| {
        let mut part = file.take(BYTES_MAX + 1);
        part.read_to_end(&mut bytes)
    });
    match opened {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    }
    decode(&bytes).map(Some)
}

/// Returns what the bytes of a file keep, or what is wrong with them.
fn decode(bytes: &[u8]) -> Result<Kept, String> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > BYTES_MAX {
        return Err("it is too long for one".to_owned());
    }
    let slips: Slips = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if !(1..=VERSION).contains(&slips.version) {
        return Err(format!(
            "it has version {}, this program knows versions up to {VERSION}",
            slips.version
        ));
    }
    if slips.tables.len() > KEPT_TABLES_MAX {
        return Err("it names too many tables".to_owned());
    }
    let mut kept = Kept::default();
    for row in slips.tables {
        let sound = row.bets.len() <= KEPT_BETS_MAX
            && row.bets.iter().all(|bet| !bet.chips.is_zero())
            && [&row.last, &row.standing]
                .into_iter()
                .all(|bets| is_slip(bets));
        let bets: Option<Vec<KeptBet>> = row.bets.iter().map(Line::kept).collect();
        let (true, Some(bets), None) = (sound, bets, kept.table(row.table)) else {
            return Err("it keeps what no slip has".to_owned());
        };
        let stakes = |bets: Vec<Stake>| bets.into_iter().map(|one| (one.bet, one.chips)).collect();
        let left = KeptTable {
            seen: row.seen,
            bets,
            last: stakes(row.last),
            standing: stakes(row.standing),
            is_of_this_run: false,
        };
        kept.put(row.table, left);
    }
    Ok(kept)
}

/// Whether these can stand together: chips on each bet, and each bet once.
fn is_slip(bets: &[Stake]) -> bool {
    let spots: BTreeSet<BetKey> = bets.iter().map(|one| one.bet).collect();
    bets.iter().all(|one| !one.chips.is_zero()) && spots.len() == bets.len()
}

impl Line {
    fn of(kept: &KeptBet) -> Self {
        Self {
            bet: kept.bet,
            chips: kept.chips,
            sent: kept.left == Left::OnItsWay,
            refused: kept.left == Left::NotTaken,
            after: kept.after.0,
        }
    }

    /// The bet; `None` if it is said to be on its way and refused.
    fn kept(&self) -> Option<KeptBet> {
        let left = match (self.sent, self.refused) {
            (false, false) => Left::Unsent,
            (true, false) => Left::OnItsWay,
            (false, true) => Left::NotTaken,
            (true, true) => return None,
        };
        Some(KeptBet {
            bet: self.bet,
            chips: self.chips,
            left,
            after: Height(self.after),
        })
    }
}

fn encode(kept: &Kept) -> Result<Vec<u8>, serde_json::Error> {
    let stakes = |bets: &[(BetKey, Chips)]| {
        let bets = bets.iter().map(|(bet, chips)| Stake {
            bet: *bet,
            chips: *chips,
        });
        bets.collect()
    };
    let tables = kept.tables().map(|(table, left)| Row {
        table,
        seen: left.seen,
        bets: left.bets.iter().map(Line::of).collect(),
        last: stakes(&left.last),
        standing: stakes(&left.standing),
    });
    serde_json::to_vec(&Slips {
        version: VERSION,
        tables: tables.collect(),
    })
}

/// Writes what the screen keeps, the newest alone, until the screen has ended or the node is over;
/// what was published before that is written. A disk that takes nothing is told once.
pub(super) async fn keep_writing(
    data_dir: PathBuf,
    mut kept: watch::Receiver<Kept>,
    over: CancellationToken,
    words: mpsc::Sender<String>,
) {
    let path = data_dir.join(FILE_NAME);
    let mut written = Kept::default();
    let mut told = false;
    loop {
        let goes_on = tokio::select! {
            biased;
            changed = kept.changed() => changed.is_ok(),
            () = over.cancelled() => false,
        };
        let now = kept.borrow_and_update().clone();
        if now != written {
            match write(path.clone(), now.clone()).await {
                Ok(()) => (written, told) = (now, false),
                Err(error) => {
                    tracing::warn!(error, "the slip can't be written");
                    if !std::mem::replace(&mut told, true) {
                        let note = format!(
                            "The slip can't be kept: {error}. It is lost when you quit; free \
                             room on the disk, or send it."
                        );
                        if words.try_send(note).is_err() {
                            tracing::debug!("the screen is gone or behind");
                        }
                    }
                }
            }
        }
        if !goes_on {
            return;
        }
    }
}

async fn write(path: PathBuf, kept: Kept) -> Result<(), String> {
    let write = move || {
        let bytes = encode(&kept).map_err(|error| error.to_string())?;
        write_atomic(&path, &bytes).map_err(|error| error.to_string())
    };
    let done = tokio::task::spawn_blocking(write).await;
    done.map_err(|panicked| panicked.to_string())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Kept {
        let bet = |text: &str, chips, left| KeptBet {
            bet: text.parse().unwrap(),
            chips: Chips::new(chips),
            left,
            after: Height(7),
        };
        let mut kept = Kept::default();
        kept.put(
            GameId([7; 32]),
            KeptTable {
                seen: 12,
                bets: vec![
                    bet("place_6", 12, Left::Unsent),
                    bet("come_odds@6", 5, Left::OnItsWay),
                    bet("field", 9, Left::NotTaken),
                ],
                last: vec![("pass".parse().unwrap(), Chips::new(10))],
                standing: vec![("yo".parse().unwrap(), Chips::new(1))],
                is_of_this_run: false,
            },
        );
        kept.put(GameId([8; 32]), KeptTable::default());
        kept
    }

    #[test]
    fn what_was_kept_comes_back_and_a_missing_file_is_an_empty_slip() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()), (Kept::default(), None));
        write_atomic(&folder.path().join(FILE_NAME), &encode(&kept()).unwrap()).unwrap();
        assert_eq!(load(folder.path()), (kept(), None));
        assert!(!folder.path().join(SET_ASIDE).exists());
    }

    #[test]
    fn a_file_of_the_version_before_is_a_slip_of_which_no_block_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let table = "07".repeat(32);
        let bet = r#"{"bet":"place_6","chips":12}"#;
        let text =
            format!(r#"{{"version":1,"tables":[{{"table":"{table}","seen":3,"bets":[{bet}]}}]}}"#);
        write_atomic(&folder.path().join(FILE_NAME), text.as_bytes()).unwrap();
        let (kept, words) = load(folder.path());
        assert_eq!(words, None);
        let left = kept.table(GameId([7; 32])).unwrap();
        assert_eq!((left.seen, left.bets.len()), (3, 1));
        assert_eq!(
            (left.bets[0].left, left.bets[0].after),
            (Left::Unsent, Height(u64::MAX))
        );
    }

    #[test]
    fn a_file_that_is_no_slip_is_set_aside_and_told() {
        let good = String::from_utf8(encode(&kept()).unwrap()).unwrap();
        let twice = good.replace(&"08".repeat(32), &"07".repeat(32));
        let bad = [
            String::new(),
            "null".to_owned(),
            good.chars().take(good.len() / 2).collect(),
            good.replace("\"version\":3", "\"version\":4"),
            good.replace("\"version\":3", "\"version\":0"),
            good.replace("place_6", "place_7"),
            good.replace("\"chips\":12", "\"chips\":0"),
            good.replace("\"chips\":12", "\"chips\":-1"),
            good.replace("\"seen\"", "\"saw\""),
            twice,
            good.replace(
                "\"sent\":true,\"refused\":false",
                "\"sent\":true,\"refused\":true",
            ),
            good.replace("\"chips\":10", "\"chips\":0"),
            " ".repeat(usize::try_from(BYTES_MAX).unwrap() + 1),
        ];
        for text in bad {
            let folder = tempfile::tempdir().unwrap();
            write_atomic(&folder.path().join(FILE_NAME), text.as_bytes()).unwrap();
            let (kept, words) = load(folder.path());
            assert_eq!(kept, Kept::default(), "{text}");
            assert!(words.unwrap().contains(SET_ASIDE), "{text}");
            assert!(!folder.path().join(FILE_NAME).exists(), "{text}");
            let aside = std::fs::read(folder.path().join(SET_ASIDE)).unwrap();
            assert_eq!(aside, text.as_bytes());
        }
    }

    #[tokio::test]
    async fn the_newest_slip_is_on_disk_once_the_screen_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let (screen, seen) = watch::channel(Kept::default());
        let (words, mut told) = mpsc::channel(1);
        screen.send_replace(kept());
        drop(screen);
        let over = CancellationToken::new();
        keep_writing(folder.path().to_owned(), seen, over, words).await;
        assert_eq!(load(folder.path()), (kept(), None));
        assert!(told.recv().await.is_none(), "nothing to tell");
    }

    #[tokio::test]
    async fn a_disk_that_takes_nothing_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("gone");
        let (screen, seen) = watch::channel(Kept::default());
        let (words, mut told) = mpsc::channel(4);
        let over = CancellationToken::new();
        let writer = tokio_util::task::TaskTracker::new();
        let writing = writer.spawn(keep_writing(missing, seen, over, words));
        screen.send_replace(kept());
        let first = told.recv().await.unwrap();
        assert!(first.contains("can't be kept"), "{first}");
        let mut other = kept();
        other.put(GameId([9; 32]), KeptTable::default());
        screen.send_replace(other);
        drop(screen);
        writing.await.unwrap();
        assert!(told.recv().await.is_none(), "once is enough");
    }
}
