//! `bitcraps bets`: the rule book, from the engine's own catalogue and nowhere else.

use serde_json::{Value, json};

use super::output::{Output, Stop};
use crate::craps::{BetId, BetKey, BoxNumber, Quote, SeatNo, Table, TableRules};
use crate::error::{Error, Kind};
use crate::tui::text;

/// How unlike a bet's id may be to be suggested, from 0 to 1 (Jaro-Winkler).
const ALIKE_MIN: f64 = 0.75;

/// Prints every bet on a line, or one in full.
pub(super) fn run(id: Option<&str>, output: &mut Output) -> Result<(), Stop> {
    let table = Table::new(TableRules::default()).map_err(|error| {
        Error::new(
            Kind::Internal,
            "the default table is not legal",
            "report this, with your version of the program",
        )
        .caused_by(&error)
    })?;
    match id {
        Some(id) => {
            let bet = find(id)?;
            output.either(&as_json(bet, &table), &in_full(bet, &table))
        }
        None => BetId::all()
            .try_for_each(|bet| output.either(&as_json(bet, &table), &on_a_line(bet, &table))),
    }
}

fn find(id: &str) -> Result<BetId, Error> {
    let name = id.split('@').next().unwrap_or(id);
    BetId::find(name).ok_or_else(|| {
        let nearest = BetId::all()
            .map(|bet| (strsim::jaro_winkler(name, bet.id()), bet.id()))
            .filter(|(likeness, _)| *likeness >= ALIKE_MIN)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = nearest.map_or_else(
            || "`bitcraps bets` lists them all".to_owned(),
            |(_, near)| format!("did you mean {near}? `bitcraps bets` lists them all"),
        );
        Error::new(Kind::Usage, format!("there is no bet {id:?}"), hint)
    })
}

/// Returns a bet's quote; one that is always on a number has the prices of all numbers in it.
fn quote(bet: BetId, table: &Table) -> Option<Quote> {
    let numbers = BoxNumber::ALL.into_iter().map(Some);
    let keys = std::iter::once(None).chain(numbers);
    let mut quotes = keys
        .filter_map(|number| BetKey::new(bet, number))
        .map(|key| table.quote(SeatNo::FIRST, key));
    let mut whole = quotes.next()?;
    if whole.key.number().is_some() {
        for price in quotes.flat_map(|quote| quote.pays) {
            if !whole.pays.contains(&price) {
                whole.pays.push(price);
            }
        }
    }
    Some(whole)
}

fn on_a_line(bet: BetId, table: &Table) -> String {
    let info = bet.info();
    let (pays, edge) = quote(bet, table)
        .map(|quote| (text::pays(&quote), text::edge(&quote.edge)))
        .unwrap_or_default();
    format!(
        "{:24} {:32} pays {pays:12} edge {edge}\n",
        info.id, info.name
    )
}

fn in_full(bet: BetId, table: &Table) -> String {
    let info = bet.info();
    let mut lines = vec![format!("{} ({})", text::capital(info.name), info.id)];
    if let Some(quote) = quote(bet, table) {
        lines.push(text::what_it_is(quote.key).to_owned());
        lines.push(text::when(quote.key));
        let prices = text::pays_in_full(&quote);
        lines.extend(prices.iter().map(|price| format!("  {price}")));
        lines.push(text::costs(&quote));
    }
    lines.extend(info.note.map(str::to_owned));
    lines.join("\n") + "\n"
}

fn as_json(bet: BetId, table: &Table) -> Value {
    let info = bet.info();
    let quote = quote(bet, table);
    let quote = quote.as_ref();
    json!({
        "id": info.id,
        "name": info.name,
        "aliases": info.aliases,
        "what": quote.map(|quote| text::what_it_is(quote.key)),
        "when": quote.map(|quote| text::when(quote.key)),
        "pays": quote.map(text::pays_in_full),
        "edge": quote.map(|quote| quote.edge.per_bet_made.clone()),
        "edge_percent": quote.map(|quote| quote.edge.percent.clone()),
        "multiple": info.stake_multiple,
        "offered": info.offered,
        "note": info.note,
    })
}
