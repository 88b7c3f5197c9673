//! `bitcraps bets`: the rule book, from the engine's own catalogue and nowhere else.

use num_rational::BigRational;
use num_traits::ToPrimitive as _;
use serde_json::{Value, json};

use super::output::{Output, Stop};
use crate::craps::{BetId, Edge, Family, TableRules, edge};
use crate::error::{Error, Kind};
use crate::ledger::Chips;
use crate::tui::text;
use crate::words::{self, BetWords, Paid};

/// How unlike a bet's id may be to be suggested, from 0 to 1 (Jaro-Winkler).
const ALIKE_MIN: f64 = 0.75;

/// A fraction of more digits is shortened: its value stands beside it, and `--json` has all of it.
const FRACTION_DIGITS_MAX: usize = 24;

/// The digits that are left of each half of a shortened fraction.
const HALF_DIGITS: usize = 10;

/// A bet, and all that is told of it at a table of the default rules.
struct Told {
    bet: BetId,
    rules: TableRules,
    words: BetWords,
    edge: Edge,
}

/// Prints every bet on a line, or one in full.
pub(super) fn run(id: Option<&str>, output: &mut Output) -> Result<(), Stop> {
    match id {
        Some(id) => {
            let told = Told::of(find(id)?);
            output.either(&told.as_json(), &told.in_full())
        }
        None if output.is_json() => {
            BetId::all().try_for_each(|bet| output.object(&Told::of(bet).as_json()))
        }
        None => output.text(&list()),
    }
}

fn find(id: &str) -> Result<BetId, Error> {
    let name = id.split('@').next().unwrap_or(id).to_ascii_lowercase();
    BetId::find(&name).ok_or_else(|| {
        let nearest = BetId::all()
            .map(|bet| (strsim::jaro_winkler(&name, bet.id()), bet.id()))
            .filter(|(likeness, _)| *likeness >= ALIKE_MIN)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = nearest.map_or_else(
            || "`bitcraps bets` lists them all".to_owned(),
            |(_, near)| format!("did you mean {near}? `bitcraps bets` lists them all"),
        );
        Error::new(Kind::Usage, format!("there is no bet {id:?}"), hint)
    })
}

/// Returns all bets by family, families and bets in the order of the rule book.
fn list() -> String {
    let mut families: Vec<Family> = Vec::new();
    for bet in BetId::all() {
        let family = bet.info().family;
        if !families.contains(&family) {
            families.push(family);
        }
    }
    let mut lines = Vec::new();
    for family in families {
        let bets = BetId::all().filter(|bet| bet.info().family == family);
        lines.push(words::family(family).to_owned());
        lines.extend(bets.map(|bet| Told::of(bet).on_a_line()));
        lines.push(String::new());
    }
    lines.push(
        "One in full: bitcraps bets ID. A * marks a bet that a table offers only if told to.\n"
            .to_owned(),
    );
    lines.join("\n")
}

impl Told {
    fn of(bet: BetId) -> Self {
        let rules = TableRules::default();
        Self {
            bet,
            words: words::of(bet, None, &rules),
            edge: edge(bet, &rules),
            rules,
        }
    }

    fn on_a_line(&self) -> String {
        let info = self.bet.info();
        let star = if info.offered { " " } else { "*" };
        let percent = format!("{}%", self.edge.percent);
        format!(
            " {star}{:18} {:28} {:10} {percent:>9}  {}",
            info.id,
            info.name,
            span(&self.words.pays),
            self.words.made
        )
    }

    fn in_full(&self) -> String {
        let info = self.bet.info();
        let words = &self.words;
        let mut rows = vec![
            ("made", words.made.to_owned()),
            ("taken down", words.taken_down.to_owned()),
        ];
        if let Some(contract) = words.contract {
            rows.push(("has to stay", contract.to_owned()));
        }
        rows.push(("works", words.works.to_owned()));
        rows.push(("wins on", words.wins_on.clone()));
        rows.push(("loses on", words.loses_on.clone()));
        rows.extend(words.pushes_on.iter().map(|on| ("a push on", on.clone())));
        rows.extend(words.pays.iter().map(|paid| ("pays", price(paid))));
        rows.push(("after a win", words.after_win.clone()));
        rows.push(("limits", self.limits()));
        rows.push(("limits", WHOSE_LIMITS.to_owned()));
        rows.extend(self.edges());
        rows.push(("offered", offered(info.offered).to_owned()));
        let aliases = info.aliases.join(", ");
        rows.extend((!aliases.is_empty()).then_some(("also called", aliases)));
        rows.extend(info.note.map(|note| ("note", note.to_owned())));
        let head = format!(
            "{} ({})\n{}\n\n",
            text::capital(info.name),
            info.id,
            words::what_it_is(self.bet)
        );
        let mut last = "";
        rows.into_iter().fold(head, |text, (name, value)| {
            let shown = if name == last { "" } else { name };
            last = name;
            format!("{text}  {shown:12}{value}\n")
        })
    }

    fn limits(&self) -> String {
        let info = self.bet.info();
        let (least, most) = self.rules.stake_limits(info);
        let range = if info.family == Family::Odds {
            format!("1 up to {} the flat bet", self.rules.odds.name())
        } else {
            format!("{} to {}", text::chips(least), text::chips(most))
        };
        let multiple = match info.stake_multiple {
            0 | 1 => String::new(),
            multiple => format!(", in multiples of {multiple}"),
        };
        let exact = match info.exact_multiple {
            exact if exact > info.stake_multiple.max(1) => {
                format!("; multiples of {exact} lose no fraction of a chip")
            }
            _ => String::new(),
        };
        format!("{range}{multiple}{exact}")
    }

    fn edges(&self) -> Vec<(&'static str, String)> {
        let Edge {
            per_bet_made,
            per_bet_resolved,
            per_roll,
            win_probability,
            push_probability: _,
            mean_rolls,
            percent,
        } = &self.edge;
        let mut rows = vec![(
            "edge",
            format!("{percent}% of the stake{}", exactly(per_bet_made)),
        )];
        if per_bet_resolved != per_bet_made {
            let figure = percent_of(per_bet_resolved);
            rows.push(("edge", format!("{figure} with pushes left out")));
        }
        rows.push(("edge", format!("{} a roll", percent_of(per_roll))));
        let wins = win_probability.iter();
        rows.extend(wins.map(|wins| ("chance", format!("{} to win", percent_of(wins)))));
        let rolls = mean_rolls.iter();
        rows.extend(rolls.map(|rolls| ("lasts", format!("{} rolls on average", plain(rolls)))));
        rows
    }

    fn as_json(&self) -> Value {
        let info = self.bet.info();
        let (words, edge) = (&self.words, &self.edge);
        let (least, most) = self.rules.stake_limits(info);
        let is_odds = info.family == Family::Odds;
        let prices = words.pays.iter().map(|paid| {
            let on = (!paid.on.is_empty()).then_some(&paid.on);
            json!({ "on": on, "x": paid.price.x, "y": paid.price.y })
        });
        json!({
            "id": info.id,
            "name": info.name,
            "aliases": info.aliases,
            "family": words::family(info.family),
            "what": words::what_it_is(self.bet),
            "when": words.made,
            "taken_down": words.taken_down,
            "contract": words.contract,
            "works": words.works,
            "wins_on": words.wins_on,
            "loses_on": words.loses_on,
            "pushes_on": words.pushes_on,
            "pays": words.pays.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "prices": prices.collect::<Vec<_>>(),
            "after_win": words.after_win,
            "edge": edge.per_bet_made,
            "edge_percent": edge.percent,
            "edge_per_bet_resolved": edge.per_bet_resolved,
            "edge_per_roll": edge.per_roll,
            "win_probability": edge.win_probability,
            "push_probability": edge.push_probability,
            "mean_rolls": edge.mean_rolls,
            "min": least,
            "max": Some(most).filter(|_| !is_odds).map(Chips::get),
            "odds": is_odds.then(|| self.rules.odds.name()),
            "multiple": info.stake_multiple,
            "exact_multiple": info.exact_multiple,
            "offered": info.offered,
            "note": info.note,
        })
    }
}

/// A fraction such as `7/1671` in percent, and as it is.
fn percent_of(fraction: &str) -> String {
    match value(fraction) {
        Some(value) => format!("{:.4}%{}", value * 100.0, exactly(fraction)),
        None => fraction.to_owned(),
    }
}

/// A fraction such as `557/165` as a number, and as it is.
fn plain(fraction: &str) -> String {
    match value(fraction) {
        Some(value) => format!("{value:.2}{}", exactly(fraction)),
        None => fraction.to_owned(),
    }
}

fn value(fraction: &str) -> Option<f64> {
    fraction.parse::<BigRational>().ok()?.to_f64()
}

/// The fraction itself, to stand behind its value; a long one shortened, a whole number left out.
fn exactly(fraction: &str) -> String {
    match fraction.split_once('/') {
        None => String::new(),
        Some(_) if fraction.len() <= FRACTION_DIGITS_MAX + 1 => format!(" ({fraction})"),
        Some((above, below)) => format!(" ({}/{})", shortened(above), shortened(below)),
    }
}

fn shortened(digits: &str) -> String {
    match digits.get(..HALF_DIGITS) {
        Some(first) if digits.len() > HALF_DIGITS + 2 => format!("{first}..."),
        Some(_) | None => digits.to_owned(),
    }
}

/// Whose the limits are: the practice table, for one, takes less.
const WHOSE_LIMITS: &str = "by the rule book; each table can set its own";

const fn offered(by_default: bool) -> &'static str {
    if by_default {
        "at every table that does not say otherwise"
    } else {
        "only at tables that say so"
    }
}

/// One price in words.
fn price(paid: &Paid) -> String {
    if paid.on.is_empty() {
        paid.price.to_string()
    } else {
        paid.to_string()
    }
}

/// The lowest and the highest price.
fn span(pays: &[Paid]) -> String {
    let value = |paid: &&Paid| u64::from(paid.price.x) * 1_000_000 / u64::from(paid.price.y.max(1));
    let prices = || pays.iter().filter(|paid| !paid.price.is_zero());
    match (prices().min_by_key(value), prices().max_by_key(value)) {
        (Some(low), Some(high)) if low.price == high.price => low.price.to_string(),
        (Some(low), Some(high)) => format!("{}-{}", low.price, high.price),
        (None, _) | (_, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{FRACTION_DIGITS_MAX, Told, exactly, list, percent_of, plain};
    use crate::craps::BetId;

    #[test]
    fn every_bet_is_on_a_line_and_in_full() {
        let list = list();
        for bet in BetId::all() {
            let lines = list.lines().filter(|line| {
                let id = line.trim_start_matches([' ', '*']).split(' ').next();
                id == Some(bet.id())
            });
            assert_eq!(lines.count(), 1, "{bet}");
            let full = Told::of(bet).in_full();
            for row in ["made", "wins on", "loses on", "pays", "edge", "limits"] {
                assert!(full.contains(&format!("\n  {row:12}")), "{full}");
            }
        }
    }

    #[test]
    fn a_fraction_stands_beside_its_value_and_a_long_one_is_shortened_but_in_json() {
        assert_eq!(percent_of("7/1671"), "0.4189% (7/1671)");
        assert_eq!(percent_of("0"), "0.0000%");
        assert_eq!(
            plain("6467026392/1078282205"),
            "6.00 (6467026392/1078282205)"
        );
        let longest = "1".repeat(12) + "/" + &"2".repeat(12);
        assert_eq!(exactly(&longest), format!(" ({longest})"));
        for bet in BetId::all() {
            let told = Told::of(bet);
            let full = told.in_full();
            for row in full.lines() {
                let run = row
                    .split(|it: char| !it.is_ascii_digit())
                    .map(str::len)
                    .max();
                assert!(run <= Some(FRACTION_DIGITS_MAX), "{bet}: {row}");
                let is_figure = ["  edge ", "  chance ", "  lasts "]
                    .iter()
                    .any(|it| row.starts_with(it));
                assert!(!is_figure || row.contains('.'), "no decimals: {row}");
            }
            assert_eq!(told.as_json()["edge"], *told.edge.per_bet_made, "{bet}");
        }
        let fire = Told::of(BetId::find("fire").unwrap());
        assert!(fire.edge.per_bet_made.len() > 2 * FRACTION_DIGITS_MAX);
        let start = fire.edge.per_bet_made.get(..10).unwrap();
        assert!(
            fire.in_full()
                .contains(&format!("20.7628% of the stake ({start}.../"))
        );
    }

    #[test]
    fn a_bet_in_full_says_all_there_is() {
        let told = [
            "pass",
            "dont_come_odds",
            "buy_4",
            "world",
            "fire",
            "hot_shooter",
        ];
        let full = told.map(|id| Told::of(BetId::find(id).unwrap()).in_full());
        insta::assert_snapshot!(full.join("\n"));
    }
}
