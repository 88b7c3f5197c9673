//! `bitcraps balance`: a line for each club.

use super::context::Context;
use super::data::{read_store, running};
use super::output::{Output, Stop, short};
use crate::control::{BalanceRow, Request, Row};
use crate::tui::text::grouped;

/// Prints a line for each club.
pub(super) fn balance(context: &Context, output: &mut Output) -> Result<(), Stop> {
    if let Some(mut client) = running(context)? {
        return client.ask(Request::Balance, |row| match row {
            Row::Balance(row) => output.either(&row, &balance_text(&row)),
            Row::Health(_) | Row::History(_) | Row::Event(_) | Row::Transcript(_) => Ok(()),
        });
    }
    let rows = read_store(context, async |book| Ok(book.balances().await?))?;
    rows.iter()
        .try_for_each(|row| output.either(row, &balance_text(row)))
}

fn balance_text(row: &BalanceRow) -> String {
    format!(
        "{}  {} chips, {} at risk (treasury {}, supply {}) at height {}\n",
        short(&row.club),
        grouped(row.balance),
        grouped(row.at_risk),
        grouped(row.treasury),
        grouped(row.supply),
        grouped(row.height)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scripts read these keys: their names and order are a contract.
    #[test]
    fn rows_have_the_keys_that_scripts_know() {
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
        let large = BalanceRow {
            treasury: 9_970_000,
            supply: 10_000_000,
            balance: 10_000,
            height: 1_234,
            ..balance
        };
        assert_eq!(
            balance_text(&large),
            "cd  10,000 chips, 2 at risk (treasury 9,970,000, supply 10,000,000) at height 1,234\n"
        );
    }
}
