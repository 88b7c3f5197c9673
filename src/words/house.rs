//! The choices of a house in words: every rule of a table by name, with what it does and how it is set.

mod rows;

pub use rows::HOUSE_RULES;

use super::number::grouped;
use crate::craps::TableRules;

/// The row of the smallest bet.
pub const SMALLEST_BET: usize = 0;

/// The row of the largest bet.
pub const LARGEST_BET: usize = 1;

/// A part of the list of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// How much may be bet.
    Limits,
    /// The shooter and his bets.
    Shooter,
    /// What works on the come-out by itself.
    ComeOut,
    /// What wins pay.
    Prices,
    /// What buy, lay, yes, no and next cost.
    Commission,
    /// Which bets there are.
    Offered,
}

impl Part {
    /// Returns its heading.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Limits => "Limits",
            Self::Shooter => "Shooter",
            Self::ComeOut => "On the come-out",
            Self::Prices => "Prices and pushes",
            Self::Commission => "Commission",
            Self::Offered => "Bets offered",
        }
    }
}

/// One choice of the house (rule book, section 9).
#[derive(Clone, Copy, Debug)]
pub struct HouseRule {
    /// In which part of the list it stands.
    pub part: Part,
    /// Its name, in at most 26 columns.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// How it is set.
    pub setting: Setting,
    /// Takes this rule, and no other, over from other rules.
    copy: fn(&mut TableRules, &TableRules),
}

/// How a rule is set.
#[derive(Clone, Copy, Debug)]
pub enum Setting {
    /// A whole number, typed.
    Number(Number),
    /// One of a few values.
    Choice {
        /// The values, in the order that they are gone through.
        values: &'static [Value],
        /// The word for any other, which a file or another node may have set.
        other: &'static str,
    },
}

/// A rule that is a whole number.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// Whether it is a price to one; else chips.
    pub is_price: bool,
    get: fn(&TableRules) -> u64,
    set: fn(&mut TableRules, u64),
    range: fn(&TableRules) -> (u64, u64),
}

impl Number {
    /// Returns its value.
    #[must_use]
    pub fn get(&self, rules: &TableRules) -> u64 {
        (self.get)(rules)
    }

    /// Sets its value; [`TableRules::validate`] has the last word.
    pub fn set(&self, rules: &mut TableRules, value: u64) {
        (self.set)(rules, value);
    }

    /// Returns the least and the most it can be beside the other rules.
    #[must_use]
    pub fn range(&self, rules: &TableRules) -> (u64, u64) {
        (self.range)(rules)
    }
}

/// One value of a rule that has a few.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    /// Its words, in at most 22 columns.
    pub words: &'static str,
    set: fn(&mut TableRules),
}

impl HouseRule {
    /// Takes this rule over from other rules.
    pub fn copy(&self, to: &mut TableRules, from: &TableRules) {
        (self.copy)(to, from);
    }

    /// Whether two tables differ in this rule.
    #[must_use]
    pub fn differs(&self, one: &TableRules, other: &TableRules) -> bool {
        let mut like_other = one.clone();
        self.copy(&mut like_other, other);
        like_other != *one
    }

    /// Whether the rule book says anything about it: how much may be bet is each house's own.
    #[must_use]
    pub const fn is_in_the_book(&self) -> bool {
        !matches!(
            (self.part, self.setting),
            (Part::Limits, Setting::Number(_))
        )
    }

    /// Whether a table by these rules leaves the rule book here.
    #[must_use]
    pub fn is_off_the_book(&self, rules: &TableRules) -> bool {
        self.is_in_the_book() && self.differs(rules, &TableRules::default())
    }

    /// Returns the rule's value in words, such as `3-4-5x` or `30 to 1`.
    #[must_use]
    pub fn value(&self, rules: &TableRules) -> String {
        match self.setting {
            Setting::Number(number) if number.is_price => {
                format!("{} to 1", grouped(number.get(rules)))
            }
            Setting::Number(number) => grouped(number.get(rules)),
            Setting::Choice { values, other } => self
                .place(values, rules)
                .and_then(|place| values.get(place))
                .map_or(other, |value| value.words)
                .to_owned(),
        }
    }

    /// Returns the rule with its value, for where it stands alone: `Field on 12 pays 3 to 1`.
    #[must_use]
    pub fn in_words(&self, rules: &TableRules) -> String {
        let colon = match self.part {
            Part::Limits | Part::Prices => "",
            Part::Shooter | Part::ComeOut | Part::Commission | Part::Offered => ":",
        };
        format!("{}{colon} {}", self.name, self.value(rules))
    }

    /// Goes to the next or previous of a few values, round the end; `false` if the rule is a number.
    pub fn step(&self, rules: &mut TableRules, forward: bool) -> bool {
        let Setting::Choice { values, .. } = self.setting else {
            return false;
        };
        let count = values.len();
        let next = match (self.place(values, rules), forward) {
            (None, _) => Some(0),
            (Some(place), true) => place.saturating_add(1).checked_rem(count),
            (Some(place), false) => place
                .saturating_add(count)
                .saturating_sub(1)
                .checked_rem(count),
        };
        if let Some(value) = next.and_then(|next| values.get(next)) {
            (value.set)(rules);
        }
        true
    }

    /// Returns which of the values the rules have.
    fn place(&self, values: &[Value], rules: &TableRules) -> Option<usize> {
        values.iter().position(|value| {
            let mut with_value = rules.clone();
            (value.set)(&mut with_value);
            !self.differs(&with_value, rules)
        })
    }
}

/// Returns the rules in which two tables differ, in the order of the list.
pub fn differing<'a>(
    one: &'a TableRules,
    other: &'a TableRules,
) -> impl Iterator<Item = &'static HouseRule> + 'a {
    HOUSE_RULES.iter().filter(|rule| rule.differs(one, other))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{HOUSE_RULES, LARGEST_BET, SMALLEST_BET, Setting, differing};
    use crate::craps::{OddsLimit, Ratio, TableRules};

    /// Other rules than `rules` in one row alone: the next value, or another number.
    fn turned(row: usize, rules: &TableRules) -> TableRules {
        let mut turned = rules.clone();
        let rule = &HOUSE_RULES[row];
        match rule.setting {
            Setting::Choice { .. } => assert!(rule.step(&mut turned, true)),
            Setting::Number(number) => {
                number.set(&mut turned, number.get(rules).saturating_add(1));
            }
        }
        turned
    }

    fn fields(rules: &TableRules) -> serde_json::Map<String, serde_json::Value> {
        let value = serde_json::to_value(rules).expect("rules are JSON");
        value.as_object().expect("fields by name").clone()
    }

    #[test]
    fn every_field_of_the_rules_can_be_changed_by_a_row_and_each_row_changes_one() {
        let rules = TableRules::default();
        let mut reached = BTreeSet::new();
        for (row, rule) in HOUSE_RULES.iter().enumerate() {
            let turned = turned(row, &rules);
            let changed: Vec<String> = fields(&turned)
                .into_iter()
                .filter(|(name, value)| fields(&rules).get(name) != Some(value))
                .map(|(name, _)| name)
                .collect();
            assert_eq!(changed.len(), 1, "{}: {changed:?}", rule.name);
            reached.extend(changed);
            let found: Vec<_> = differing(&turned, &rules).map(|rule| rule.name).collect();
            assert_eq!(found, [rule.name], "a row that is told from the others");
            let mut back = turned.clone();
            rule.copy(&mut back, &rules);
            assert_eq!(back, rules, "{}", rule.name);
        }
        let all: BTreeSet<String> = fields(&rules).into_iter().map(|(name, _)| name).collect();
        assert_eq!(reached, all);
    }

    #[test]
    fn values_go_round_and_each_is_valid_with_words_of_its_own() {
        for rule in &HOUSE_RULES {
            let Setting::Choice { values, other } = rule.setting else {
                continue;
            };
            let start = TableRules::default();
            let mut rules = start.clone();
            let mut seen = BTreeSet::new();
            for _ in values {
                assert_eq!(
                    rules.validate(),
                    Ok(()),
                    "{} {}",
                    rule.name,
                    rule.value(&rules)
                );
                assert!(seen.insert(rule.value(&rules)), "{}: twice", rule.name);
                assert!(rule.step(&mut rules, true));
            }
            assert_eq!(rules, start, "{} comes round", rule.name);
            assert!(rule.step(&mut rules, false) && rule.step(&mut rules, true));
            assert_eq!(rules, start, "{} goes back", rule.name);
            assert!(!seen.contains(other), "{}", rule.name);
        }
    }

    #[test]
    fn the_ends_of_a_range_are_valid_and_what_is_beyond_is_not() {
        for rule in &HOUSE_RULES {
            let Setting::Number(number) = rule.setting else {
                continue;
            };
            let rules = TableRules::default();
            let (least, most) = number.range(&rules);
            let with = |value| {
                let mut with = rules.clone();
                number.set(&mut with, value);
                // A largest bet takes side bets down with it.
                with.side_bet_max = with.side_bet_max.min(with.max_bet.max(with.min_bet));
                with.validate()
            };
            assert_eq!(with(least), Ok(()), "{} {least}", rule.name);
            assert_eq!(with(most), Ok(()), "{} {most}", rule.name);
            assert!(
                least.checked_sub(1).is_none_or(|less| with(less).is_err()),
                "{}",
                rule.name
            );
            if rule.name != "Largest side bet" {
                assert!(with(most.saturating_add(1)).is_err(), "{}", rule.name);
            }
        }
    }

    #[test]
    fn the_two_rows_that_are_known_by_number_are_the_limits() {
        assert_eq!(HOUSE_RULES[SMALLEST_BET].name, "Smallest bet");
        assert_eq!(HOUSE_RULES[LARGEST_BET].name, "Largest bet");
    }

    #[test]
    fn names_values_and_sentences_fit_a_small_screen() {
        for rule in &HOUSE_RULES {
            assert!(rule.name.chars().count() <= 26, "{}", rule.name);
            assert!(rule.about.chars().count() <= 108, "{}", rule.about);
            assert!(rule.about.ends_with('.'), "{}", rule.about);
            if let Setting::Choice { values, .. } = rule.setting {
                for value in values {
                    assert!(value.words.chars().count() <= 22, "{}", value.words);
                }
            }
        }
    }

    #[test]
    fn large_numbers_have_their_thousands_set_apart() {
        let mut rules = TableRules::default();
        for rule in &HOUSE_RULES {
            let Setting::Number(number) = rule.setting else {
                continue;
            };
            number.set(&mut rules, 10_000);
            let value = rule.value(&rules);
            let words = value.strip_suffix(" to 1").unwrap_or(&value);
            assert_eq!(words, "10,000", "{}", rule.name);
        }
    }

    #[test]
    fn a_value_that_is_not_listed_is_told_and_left_by_a_step() {
        let odd = TableRules {
            vig_rate: Ratio::new(1, 33),
            ..TableRules::default()
        };
        let rate = HOUSE_RULES
            .iter()
            .find(|rule| rule.differs(&odd, &TableRules::default()))
            .expect("the rate");
        assert_eq!(rate.value(&odd), "another rate");
        let mut next = odd.clone();
        assert!(rate.step(&mut next, false));
        assert_eq!(rate.value(&next), "5%");
        let odds = TableRules {
            odds: OddsLimit::Ten,
            ..TableRules::default()
        };
        let words: Vec<_> = differing(&odds, &TableRules::default())
            .map(|rule| rule.in_words(&odds))
            .collect();
        assert_eq!(words, ["Odds 10x"]);
    }
}
