//! What a bet pays and costs, in words.

use crate::craps::{BetKey, Edge, Quote, Ratio, Refusal, Window};
use crate::ledger::Chips;
use crate::tui::theme::Role;
use crate::tui::widget::Line;

use super::number::chips;

/// Returns what a bet pays in a few columns: `7:6`, or the lowest and the highest price.
#[must_use]
pub fn pays(quote: &Quote) -> String {
    let value = |price: &Ratio| u64::from(price.x) * 1_000_000 / u64::from(price.y.max(1));
    let prices = || {
        quote
            .pays
            .iter()
            .map(|quoted| quoted.price)
            .filter(|price| !price.is_zero())
    };
    let (low, high) = (prices().min_by_key(value), prices().max_by_key(value));
    match (low, high) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low}-{high}"),
        (None, _) | (_, None) => "-".to_owned(),
    }
}

/// Returns what a bet pays in at most so many columns if it can be: `3:1-27:1`, `3-27:1`, `to 27:1`,
/// `<1000:1`; one price as so many to one: `6.076:1` for `1519:250`.
#[must_use]
pub fn pays_within(quote: &Quote, columns: u16) -> String {
    let whole = pays(quote);
    let fits = |words: &str| words.len() <= usize::from(columns);
    if fits(&whole) {
        return whole;
    }
    let Some((low, high)) = whole.split_once('-') else {
        return to_one(&whole);
    };
    let same_unit = low.strip_suffix(":1").filter(|_| high.ends_with(":1"));
    let short = same_unit.map(|low| format!("{low}-{high}"));
    let forms = [
        short.unwrap_or(whole.clone()),
        format!("to {high}"),
        format!("to{high}"),
    ];
    forms
        .into_iter()
        .find(|form| fits(form))
        .unwrap_or_else(|| format!("<{high}"))
}

/// Returns a price as so many to one, with three digits at most.
fn to_one(price: &str) -> String {
    let (above, below) = price.split_once(':').unwrap_or((price, "1"));
    match (above.parse::<u64>(), below.parse::<u64>()) {
        (Ok(above), Ok(below)) if below > 0 => {
            let thousandths = (above * 1_000 + below / 2) / below;
            let digits = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
            format!("{}:1", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        (Ok(_) | Err(_), Ok(_) | Err(_)) => price.to_owned(),
    }
}

/// Returns what a bet costs in the long run, in percent of the stake with two digits.
#[must_use]
pub fn edge(edge: &Edge) -> String {
    let hundredths = (ten_thousandths(edge) + 50) / 100;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// Returns the least and the most that may be added now.
#[must_use]
pub fn limits(quote: &Quote) -> String {
    if quote.most.is_zero() {
        return "full".to_owned();
    }
    if quote.least > quote.most {
        return "up to 0".to_owned();
    }
    let multiple = match quote.multiple {
        0 | 1 => String::new(),
        multiple => format!(" by {multiple}"),
    };
    format!("{} to {}{multiple}", chips(quote.least), chips(quote.most))
}

/// Returns price, edge, limits, and whether the bet may be made now.
#[must_use]
pub fn quoted(bet: BetKey, quote: &Quote) -> Line {
    let facts = Line::new().text(format!("pays {}, edge {}", pays(quote), edge(&quote.edge)));
    match &quote.available {
        Ok(()) if quote.most.is_zero() => facts.dim(", takes no more"),
        Ok(()) => facts.dim(format!(", {} more", limits(quote))),
        Err(why) => facts.dim(", ").with(Role::Warning, why_not(bet, why)),
    }
}

/// Returns how much may be added to a bet now, or why nothing may, in a few words.
#[must_use]
pub fn may_add(bet: BetKey, quote: &Quote) -> String {
    match &quote.available {
        Ok(()) => limits(quote),
        Err(why) => why_not(bet, why),
    }
}

/// Returns why a bet can't be made now, in a few words.
fn why_not(bet: BetKey, why: &Refusal) -> String {
    use crate::craps::Phases;
    match why {
        Refusal::NotOffered => "not offered here".to_owned(),
        Refusal::OnlyByDice => "by the dice alone".to_owned(),
        // The end of the hand opens the bet, not the end of this point.
        Refusal::WrongPhase { .. } if bet.info().terms.window != Window::Any => {
            closed(bet.info().terms.window)
        }
        Refusal::WrongPhase { allowed, .. } => match allowed {
            Phases::ComeOut => "on the come-out only".to_owned(),
            Phases::Point => "with a point on only".to_owned(),
            Phases::Never => "never by hand".to_owned(),
            Phases::Both => "not now".to_owned(),
        },
        Refusal::WindowClosed { window } => closed(*window),
        Refusal::Contract => "stays until decided".to_owned(),
        Refusal::NoFlatBet { flat } => format!("needs {}", super::name_inside(*flat)),
        Refusal::NotSeated => "sit down to bet".to_owned(),
        Refusal::AlwaysWorks
        | Refusal::ZeroAmount
        | Refusal::BelowMinimum { .. }
        | Refusal::AboveMaximum { .. }
        | Refusal::StakeMultiple { .. }
        | Refusal::Insufficient { .. }
        | Refusal::OddsLimit { .. }
        | Refusal::NoSuchBet
        | Refusal::ReduceTooMuch { .. }
        | Refusal::AlreadySeated
        | Refusal::NotTheShooter { .. }
        | Refusal::ShooterNeedsLineBet { .. }
        | Refusal::NobodyElseCanShoot
        | Refusal::BetStands { .. }
        | Refusal::InvalidRules => format!("{} can't be made now", super::name_inside(bet)),
    }
}

/// Returns when a bet of a hand may be made, in a few words.
fn closed(window: Window) -> String {
    match window {
        Window::NewHandOrAfterSeven => "new hand or after a 7".to_owned(),
        Window::NewHand | Window::Any => "on a new hand only".to_owned(),
    }
}

/// Returns which stake would lose no fraction of a chip, if the one that stands does.
#[must_use]
pub fn in_units(quote: &Quote) -> Option<String> {
    let unit = u64::from(quote.exact_multiple.max(1));
    let stands = quote.standing.get();
    let loses = stands > 0 && !stands.is_multiple_of(unit);
    loses.then(|| {
        let full = chips(Chips::new(stands.next_multiple_of(unit)));
        format!("{full} would pay in full: units of {unit}.")
    })
}

/// Characters of a fraction that a sentence about a bet shows.
const FRACTION_MAX: usize = 15;

/// Returns what a bet costs in the long run, in a sentence.
#[must_use]
pub fn costs(quote: &Quote) -> String {
    let rolls = match &quote.edge.mean_rolls {
        Some(rolls) => format!(" It is decided in {} rolls on average.", decimal(rolls)),
        None => String::new(),
    };
    let edge = edge(&quote.edge);
    if edge == "0.00%" {
        return format!(
            "It costs nothing in the long run: it pays what the dice are worth.{rolls}"
        );
    }
    // The fractions of some side bets have more digits than a line has columns.
    let exact = match quote.edge.per_bet_made.as_ref() {
        fraction if fraction.len() <= FRACTION_MAX => format!(" ({fraction})"),
        _ => String::new(),
    };
    format!("In the long run it costs {edge} of the stake{exact}.{rolls}")
}

/// Returns a fraction such as `557/165` with one decimal.
fn decimal(fraction: &str) -> String {
    let (above, below) = fraction.split_once('/').unwrap_or((fraction, "1"));
    match (above.parse::<u64>(), below.parse::<u64>()) {
        (Ok(above), Ok(below)) if below > 0 => {
            let tenths = (above * 10 + below / 2) / below;
            format!("{}.{}", tenths / 10, tenths % 10)
        }
        (Ok(_) | Err(_), Ok(_) | Err(_)) => fraction.to_owned(),
    }
}

/// Returns what stakes cost in the long run, in chips with two digits.
#[must_use]
pub fn long_run_cost<'q>(quotes: impl Iterator<Item = &'q Quote>) -> String {
    // The edge has four digits after the point of a percentage, so it counts millionths.
    let millionths: u64 = quotes
        .map(|quote| {
            quote
                .standing
                .get()
                .saturating_mul(ten_thousandths(&quote.edge))
        })
        .fold(0, u64::saturating_add);
    let hundredths = millionths.saturating_add(5_000) / 10_000;
    format!(
        "{}.{:02}",
        super::grouped(hundredths / 100),
        hundredths % 100
    )
}

/// Returns a percentage in ten-thousandths of a percent.
fn ten_thousandths(edge: &Edge) -> u64 {
    let digits: String = edge.percent.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{costs, pays_within};
    use crate::craps::{BetSet, SeatNo, Table, TableRules};

    #[test]
    fn a_price_keeps_its_meaning_in_few_columns() {
        let table = Table::new(TableRules {
            offered: BetSet::all(),
            ..TableRules::default()
        });
        let table = table.unwrap();
        let quote = |bet: &str| table.quote(SeatNo::FIRST, bet.parse().unwrap());
        for (bet, columns, shown) in [
            ("fire", 10, "24:1-999:1"),
            ("fire", 8, "24-999:1"),
            ("fire", 7, "to999:1"),
            ("replay", 8, "to1000:1"),
            ("replay", 7, "<1000:1"),
            ("next_8", 8, "1519:250"),
            ("next_8", 7, "6.076:1"),
            ("place_6", 7, "7:6"),
        ] {
            assert_eq!(pays_within(&quote(bet), columns), shown, "{bet}");
        }
        let costs = costs(&quote("fire"));
        assert!(
            costs.contains("20.76% of the stake. It is decided in"),
            "{costs}"
        );
    }
}
