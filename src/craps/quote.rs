//! What a bet costs and pays at a table now: the facts of the bet pane.

use super::catalogue::{First, Rule, odds_price};
use super::dice::BoxNumber;
use super::edge::{Edge, edge};
use super::key::{BetKey, SeatNo};
use super::price::{Ratio, minus};
use super::refusal::Refusal;
use super::roll_set::RollSet;
use super::table::{Seat, Table};
use crate::ledger::Chips;

/// Everything about making one bet now. Amounts are in chips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The bet.
    pub key: BetKey,
    /// What it pays, and on what.
    pub pays: Vec<QuotedPrice>,
    /// What it costs in the long run under this table's rules.
    pub edge: Edge,
    /// What is staked on it already.
    pub standing: Chips,
    /// The least that may be added now.
    pub least: Chips,
    /// The most that may be added now, whatever the balance; nothing if the bet is full.
    pub most: Chips,
    /// The stake has to be a multiple of this.
    pub multiple: u16,
    /// A stake that is a multiple of this loses no fraction of a chip.
    pub exact_multiple: u16,
    /// Whether it may be made or increased now, amount and balance aside.
    pub available: Result<(), Refusal>,
}

/// A price, and what pays it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotedPrice {
    /// What pays it.
    pub on: PaidOn,
    /// The price, in lowest terms.
    pub price: Ratio,
}

/// What a price is paid on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidOn {
    /// Any win.
    Win,
    /// A win of odds on this number.
    Number(BoxNumber),
    /// One of these rolls.
    Rolls(RollSet),
    /// This score, as [`super::Notes`] counts it, or a higher one below the next price.
    Score(u8),
}

impl Table {
    /// Returns what a bet of a seat costs and pays now.
    #[must_use]
    pub fn quote(&self, seat: SeatNo, key: BetKey) -> Quote {
        let info = key.info();
        let multiple = Chips::new(u64::from(info.stake_multiple));
        let entry = self.seat(seat);
        let standing = entry.and_then(|entry| entry.get(key));
        let standing = standing.map_or(Chips::ZERO, |bet| bet.stake);
        let (least, mut most) = self.rules.stake_limits(info);
        if let Rule::Odds { .. } = info.rule {
            let odds = entry.and_then(|entry| self.odds_most_under(&self.rules, entry, key));
            most = odds.unwrap_or(Chips::ZERO);
        }
        let over = most.get().checked_rem(multiple.get()).unwrap_or(0);
        let pays = self.prices_of(entry, key);
        // Odds whose number is known have one price, which asks for less than those of all numbers.
        let exact_multiple = match (&info.rule, pays.as_slice()) {
            (Rule::Odds { .. }, [one]) => u16::try_from(one.price.y).unwrap_or(info.exact_multiple),
            _ => info.exact_multiple,
        };
        Quote {
            key,
            pays,
            edge: edge(key.bet(), &self.rules),
            standing,
            least: minus(least, standing).max(multiple),
            most: minus(minus(most, Chips::new(over)), standing),
            multiple: info.stake_multiple,
            exact_multiple,
            available: match entry {
                Some(entry) if self.is_seated(seat) => self.may_place(entry, key),
                Some(_) | None => Err(Refusal::NotSeated),
            },
        }
    }

    fn prices_of(&self, seat: Option<&Seat>, key: BetKey) -> Vec<QuotedPrice> {
        let quoted = |on, price: Ratio| QuotedPrice {
            on,
            price: price.reduced(),
        };
        let of_first = |roll: RollSet, first: First| match first {
            First::Loses => None,
            First::Wins(price) => Some(quoted(PaidOn::Rolls(roll), price.at(&self.rules))),
            First::Then(prize) => {
                Some(quoted(PaidOn::Rolls(prize.on), prize.price.at(&self.rules)))
            }
        };
        match key.info().rule {
            Rule::Line(_) => vec![quoted(PaidOn::Win, Ratio::new(1, 1))],
            Rule::Odds { side } => {
                let number = match seat {
                    Some(seat) => seat.number_of(key, self.puck),
                    None => key.number().or(self.puck.point()),
                };
                let of = |number| quoted(PaidOn::Number(number), odds_price(side, number));
                BoxNumber::ALL
                    .into_iter()
                    .filter(|candidate| number.is_none_or(|number| number == *candidate))
                    .map(of)
                    .collect()
            }
            Rule::OneRoll { prizes, .. } => prizes
                .iter()
                .map(|prize| quoted(PaidOn::Rolls(prize.on), prize.price.at(&self.rules)))
                .collect(),
            Rule::Race { price, .. } => vec![quoted(PaidOn::Win, price.at(&self.rules))],
            Rule::HandLong(long) => long
                .tiers
                .iter()
                .map(|(score, price)| quoted(PaidOn::Score(*score), price.at(&self.rules)))
                .collect(),
            Rule::TwoRolls { seven, point } => {
                let firsts = [
                    of_first(RollSet::SEVEN, seven),
                    of_first(RollSet::BOX, point),
                ];
                firsts.into_iter().flatten().collect()
            }
        }
    }
}
