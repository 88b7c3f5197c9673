//! `bitcraps balance` and `bitcraps history`.

use super::context::Context;
use super::output::{Output, Stop};
use crate::control::limits::HISTORY_ROWS_MAX;
use crate::control::{BalanceRow, ControlClient, HistoryRow, Request, Row};

/// Prints a line for each club.
pub(super) fn balance(context: &Context, output: &mut Output) -> Result<(), Stop> {
    let mut client = ControlClient::connect(&context.config.data_dir)?;
    client.ask(Request::Balance, |row| match row {
        Row::Balance(row) => output.either(&row, &balance_text(&row)),
        Row::Health(_) | Row::History(_) | Row::Event(_) => Ok(()),
    })
}

/// Prints a line for each roll, oldest first.
pub(super) fn history(
    context: &Context,
    table: Option<&str>,
    last: Option<u64>,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut client = ControlClient::connect(&context.config.data_dir)?;
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
                output.either(&row, &history_text(&row))
            }
            Row::Health(_) | Row::Balance(_) | Row::Event(_) => Ok(()),
        })?;
        skip += rows;
        if rows < HISTORY_ROWS_MAX as u64 {
            return Ok(());
        }
    }
}

fn balance_text(row: &BalanceRow) -> String {
    format!(
        "{}  {} chips, {} at risk (treasury {}, supply {})\n",
        short(&row.club),
        row.balance,
        row.at_risk,
        row.treasury,
        row.supply
    )
}

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
        row.balance,
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
            balance: 990,
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
        };
        assert_eq!(
            serde_json::to_string(&balance).unwrap(),
            r#"{"club":"cd","balance":5,"at_risk":2,"treasury":3,"supply":10}"#
        );
        assert_eq!(
            history_text(&history),
            "     1  ab  3-4 =  7  come-out     -10       990  ada\n"
        );
    }
}
