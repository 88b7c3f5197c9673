//! `bitcraps history`: a line for each roll that was played.

use super::context::Context;
use super::data::{read_store, running};
use super::output::{Output, Stop, short};
use crate::control::{HistoryRow, Request, Row};

/// Prints a line for each roll, oldest first.
pub(super) fn history(
    context: &Context,
    table: Option<&str>,
    last: Option<u64>,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut printed = Printed { rows: 0, output };
    if let Some(mut client) = running(context)? {
        let table = table.map(str::to_owned);
        client.ask(Request::History { table, last }, |row| match row {
            Row::History(row) => printed.row(&row),
            Row::Health(_) | Row::Balance(_) | Row::Event(_) | Row::Transcript(_) => Ok(()),
        })?;
    } else {
        read_store(context, async |book| -> Result<_, Stop> {
            let mut history = book.history(table.map(str::to_owned), last).await?;
            while let Some(row) = history.next().await? {
                printed.row(&row)?;
            }
            Ok(())
        })?;
    }
    if printed.rows == 0 && last != Some(0) {
        printed.output.note(NO_ROLLS);
    }
    Ok(())
}

/// Where rolls are printed, and how many were.
struct Printed<'o> {
    rows: u64,
    output: &'o mut Output,
}

impl Printed<'_> {
    /// Prints a roll, the first one below the heads of the columns.
    fn row(&mut self, row: &HistoryRow) -> Result<(), Stop> {
        if self.rows == 0 && !self.output.is_json() {
            self.output.text(HISTORY_HEADS)?;
        }
        self.rows += 1;
        self.output.either(row, &history_text(row))
    }
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
        assert_eq!(
            history_text(&history),
            "     1  ab  3-4 =  7  come-out     -10       990  ada\n"
        );
    }
}
