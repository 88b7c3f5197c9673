//! `bitcraps balance` and `bitcraps history`: from the running node, or else from the store itself.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::context::Context;
use super::identity;
use super::output::{Output, Stop};
use crate::clock::{Clock, SystemClock};
use crate::config::ApplicationConfig;
use crate::control::limits::HISTORY_ROWS_MAX;
use crate::control::{
    BalanceRow, BookError, ControlClient, ControlError, HistoryRow, Request, Row, StoreBook,
};
use crate::error::{Error, Kind};
use crate::identity::Signer as _;
use crate::storage::{DataDirLock, Store, StoreHandle};

/// Prints a line for each club.
pub(super) fn balance(context: &Context, output: &mut Output) -> Result<(), Stop> {
    if let Some(mut client) = running(context)? {
        return client.ask(Request::Balance, |row| match row {
            Row::Balance(row) => output.either(&row, &balance_text(&row)),
            Row::Health(_) | Row::History(_) | Row::Event(_) | Row::Transcript(_) => Ok(()),
        });
    }
    let rows = read_store(context, async |book| book.balances().await)?;
    rows.iter()
        .try_for_each(|row| output.either(row, &balance_text(row)))
}

/// Prints a line for each roll, oldest first.
pub(super) fn history(
    context: &Context,
    table: Option<&str>,
    last: Option<u64>,
    output: &mut Output,
) -> Result<(), Stop> {
    if let Some(client) = running(context)? {
        return ask_history(client, table, last, output);
    }
    let rows = read_store(context, async |book| book.history(table).await)?;
    let last = last.map_or(usize::MAX, |last| {
        usize::try_from(last).unwrap_or(usize::MAX)
    });
    if rows.is_empty() {
        output.note(NO_ROLLS);
    }
    let newest = rows.iter().skip(rows.len().saturating_sub(last));
    newest
        .into_iter()
        .enumerate()
        .try_for_each(|(before, row)| history_row(row, before == 0, output))
}

/// Prints a roll, the first one below the heads of the columns.
fn history_row(row: &HistoryRow, is_first: bool, output: &mut Output) -> Result<(), Stop> {
    if is_first && !output.is_json() {
        output.text(HISTORY_HEADS)?;
    }
    output.either(row, &history_text(row))
}

fn ask_history(
    mut client: ControlClient,
    table: Option<&str>,
    last: Option<u64>,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut skip = 0;
    loop {
        let mut rows = 0;
        let request = Request::History {
            table: table.map(str::to_owned),
            last,
            skip,
        };
        client.ask(request, |row| match row {
            Row::History(row) => {
                rows += 1;
                history_row(&row, skip + rows == 1, output)
            }
            Row::Health(_) | Row::Balance(_) | Row::Event(_) | Row::Transcript(_) => Ok(()),
        })?;
        skip += rows;
        if skip == 0 && last != Some(0) {
            output.note(NO_ROLLS);
        }
        if rows < HISTORY_ROWS_MAX as u64 {
            return Ok(());
        }
    }
}

/// Returns a connection to the running node, if one runs.
pub(super) fn running(context: &Context) -> Result<Option<ControlClient>, Stop> {
    match ControlClient::connect(&context.config.data_dir) {
        Ok(client) => Ok(Some(client)),
        Err(ControlError::NotRunning { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Lets `read` have what the store says of the player.
fn read_store<T>(
    context: &Context,
    read: impl AsyncFnOnce(&StoreBook) -> Result<T, BookError>,
) -> Result<T, Stop> {
    let config = &context.config;
    require_store(config)?;
    // The keys before the store: what can't be read leaves both files as they are.
    let keys = identity::keystore(config)
        .open(&identity::sources(config))?
        .keystore;
    with_store(context, async |store| {
        let book = StoreBook::new(store, keys.identity().public_key());
        Ok(read(&book).await?)
    })
}

/// Lets `read` have the store of a data directory that nobody else uses meanwhile.
pub(super) fn with_store<T>(
    context: &Context,
    read: impl AsyncFnOnce(StoreHandle) -> Result<T, Stop>,
) -> Result<T, Stop> {
    let config = &context.config;
    let file = require_store(config)?;
    let (_lock, store) = if can_be_written(&config.data_dir, &file) {
        let lock = DataDirLock::acquire(&config.data_dir, SystemClock::new().now())?;
        (lock, Store::open_or_create(&file)?)
    } else {
        let lock = DataDirLock::share(&config.data_dir)?;
        (lock, Store::open_copy(&file)?)
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| no_threads(&error))?;
    let (store, _thread) = StoreHandle::spawn(store).map_err(|error| no_threads(&error))?;
    runtime.block_on(async {
        let read = read(store.clone()).await;
        // Waiting for the close keeps the mark of a clean one, so that the next start is quick.
        store.close().await?;
        read
    })
}

/// Whether lock, store and mark can be written.
fn can_be_written(data_dir: &Path, store: &Path) -> bool {
    let beside = store.parent().unwrap_or(data_dir);
    let mut paths = [data_dir, beside, store].into_iter();
    paths.all(|path| access(path, Access::WRITE_OK).is_ok())
}

/// Returns the file of the store.
fn require_store(config: &ApplicationConfig) -> Result<PathBuf, Error> {
    let file = config.store_file();
    // A file in the place of its folder is told by whoever opens it.
    if file.try_exists().unwrap_or(true) {
        return Ok(file);
    }
    Err(Error::new(
        Kind::Storage,
        format!("there is no store at {}", file.display()),
        "play first, by `bitcraps --practice`, or name another --data-dir",
    ))
}

fn no_threads(cause: &std::io::Error) -> Error {
    let hint = "end other programs and try again";
    Error::new(Kind::Internal, "the system gives no thread", hint).caused_by(cause)
}

fn balance_text(row: &BalanceRow) -> String {
    format!(
        "{}  {} chips, {} at risk (treasury {}, supply {}) at height {}\n",
        short(&row.club),
        row.balance,
        row.at_risk,
        row.treasury,
        row.supply,
        row.height
    )
}

/// What is noted where there is nothing to print.
const NO_ROLLS: &str = "no rolls yet\n";

/// What stands above the columns of [`history_text`].
const HISTORY_HEADS: &str = "  roll  table     dice      point        net   balance  shooter\n";

fn history_text(row: &HistoryRow) -> String {
    let point = row
        .point_before
        .map_or_else(|| "come-out".to_owned(), |point| format!("point {point:2}"));
    format!(
        "{:>6}  {}  {}-{} = {:2}  {point}  {:+6}  {:>8}  {}\n",
        row.roll,
        short(&row.table),
        row.dice[0],
        row.dice[1],
        row.total,
        row.net,
        row.balance
            .map_or_else(String::new, |chips| chips.to_string()),
        row.shooter
    )
}

/// Returns the beginning of an id, enough for people.
fn short(id: &str) -> String {
    id.chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_stand_over_their_columns() {
        let row = HistoryRow {
            roll: 123_456,
            table: "0123456789".to_owned(),
            dice: [3, 4],
            total: 7,
            point_before: Some(6),
            shooter: "ada".to_owned(),
            net: -10_000,
            balance: Some(12_345_678),
        };
        let text = history_text(&row);
        for (head, value, ends) in [
            ("roll", "123456", true),
            ("table", "01234567", false),
            ("dice", "3-4 =  7", false),
            ("point", "point  6", false),
            ("net", "-10000", true),
            ("balance", "12345678", true),
            ("shooter", "ada", false),
        ] {
            let at = |line: &str, word: &str| {
                let start = line.find(word).unwrap();
                if ends { start + word.len() } else { start }
            };
            let head = if head == "point" { "point   " } else { head };
            assert_eq!(at(HISTORY_HEADS, head), at(&text, value), "{head}");
        }
    }

    /// Scripts read these keys: their names and order are a contract.
    #[test]
    fn rows_have_the_keys_that_scripts_know() {
        let history = HistoryRow {
            roll: 1,
            table: "ab".to_owned(),
            dice: [3, 4],
            total: 7,
            point_before: None,
            shooter: "ada".to_owned(),
            net: -10,
            balance: Some(990),
        };
        assert_eq!(
            serde_json::to_string(&history).unwrap(),
            r#"{"roll":1,"table":"ab","dice":[3,4],"total":7,"point_before":null,"shooter":"ada","net":-10,"balance":990}"#
        );
        let balance = BalanceRow {
            club: "cd".to_owned(),
            balance: 5,
            at_risk: 2,
            treasury: 3,
            supply: 10,
            height: 7,
        };
        assert_eq!(
            serde_json::to_string(&balance).unwrap(),
            r#"{"club":"cd","balance":5,"at_risk":2,"treasury":3,"supply":10,"height":7}"#
        );
        assert_eq!(
            history_text(&history),
            "     1  ab  3-4 =  7  come-out     -10       990  ada\n"
        );
    }
}
