//! The dialog of a table's rules: what it holds while they are being changed.

use std::collections::BTreeMap;

use super::field::TextField;
use super::why::Why;
use crate::craps::limits::BET_MAX;
use crate::craps::{self, TableRules};
use crate::gaming::IntentId;
use crate::words::{HOUSE_RULES, HouseRule, LARGEST_BET, SMALLEST_BET, Setting};

/// Digits of a number that is typed: those of the largest bet that any table may have.
const DIGITS_MAX: usize = 10;
const _: () = assert!(BET_MAX < 10_u64.pow(10));

/// A table's rules while they are being changed. Rows are those of [`HOUSE_RULES`], by index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesDialog {
    /// The row in focus.
    pub row: usize,
    /// The rows that are numbers, as they are typed.
    typed: BTreeMap<usize, TextField>,
    /// The rules with the chosen values; numbers are taken from their fields at the end.
    chosen: TableRules,
    /// The rules of the table when the dialog opened.
    pub before: TableRules,
    /// Under which number they were sent; the dialog stays open until they hold.
    pub sent: Option<IntentId>,
}

impl RulesDialog {
    /// Returns the dialog for a table with these rules.
    #[must_use]
    pub fn new(rules: &TableRules) -> Self {
        let mut dialog = Self {
            row: 0,
            typed: BTreeMap::new(),
            chosen: rules.clone(),
            before: rules.clone(),
            sent: None,
        };
        dialog.suggest(rules);
        dialog
    }

    /// Fills the fields with numbers that the first digit replaces.
    fn suggest(&mut self, rules: &TableRules) {
        for (row, rule) in HOUSE_RULES.iter().enumerate() {
            if let Setting::Number(number) = rule.setting {
                let text = number.get(rules).to_string();
                self.typed
                    .insert(row, TextField::suggested(&text, DIGITS_MAX));
            }
        }
    }

    /// Returns the rule in focus.
    #[must_use]
    pub fn rule(&self) -> Option<&'static HouseRule> {
        HOUSE_RULES.get(self.row)
    }

    /// Returns the field of a row, if it is a number.
    #[must_use]
    pub fn field(&self, row: usize) -> Option<&TextField> {
        self.typed.get(&row)
    }

    /// Returns the field in focus, if the row is a number.
    pub fn field_in_focus(&mut self) -> Option<&mut TextField> {
        self.typed.get_mut(&self.row)
    }

    /// Goes to a row; the first digit typed there replaces its number.
    pub fn go_to(&mut self, row: usize) {
        self.row = row;
        if let Some(field) = self.field_in_focus() {
            field.select();
        }
    }

    /// Goes to the next or previous value of the row in focus; `false` if it is a number.
    pub fn step(&mut self, forward: bool) -> bool {
        self.rule()
            .is_some_and(|rule| rule.step(&mut self.chosen, forward))
    }

    /// Gives the row in focus the value that it has in other rules.
    pub fn set_as_in(&mut self, rules: &TableRules) {
        let Some(rule) = self.rule() else { return };
        rule.copy(&mut self.chosen, rules);
        if let (Setting::Number(number), Some(field)) = (rule.setting, self.field_in_focus()) {
            *field = TextField::suggested(&number.get(rules).to_string(), DIGITS_MAX);
        }
    }

    /// Returns the rules as they stand in the dialog, numbers that are none left as they were.
    #[must_use]
    pub fn shown(&self) -> TableRules {
        let mut shown = self.chosen.clone();
        for (row, field) in &self.typed {
            if let (Some(Setting::Number(number)), Ok(value)) = (
                HOUSE_RULES.get(*row).map(|rule| rule.setting),
                field.text().parse(),
            ) {
                number.set(&mut shown, value);
            }
        }
        shown
    }

    /// Returns the rules that are asked for, or which row is wrong and why.
    ///
    /// # Errors
    /// The row of a number that is none or is out of its range.
    pub fn wanted(&self) -> Result<TableRules, (usize, Why)> {
        let mut wanted = self.shown();
        // A side bet may never be larger than any bet: a limit left alone goes down with the other.
        if wanted.side_bet_max == self.before.side_bet_max {
            wanted.side_bet_max = wanted.side_bet_max.min(wanted.max_bet);
        }
        let out_of_range = |row: usize, rule: &HouseRule, (least, most)| {
            let rule = rule.name;
            (row, Why::RuleRange { rule, least, most })
        };
        let numbers = || {
            self.typed.iter().filter_map(|(row, field)| {
                let rule = HOUSE_RULES.get(*row)?;
                let Setting::Number(number) = rule.setting else {
                    return None;
                };
                Some((*row, rule, number, field.text().parse::<u64>().is_ok()))
            })
        };
        for (row, rule, number, is_number) in numbers() {
            if !is_number {
                return Err(out_of_range(row, rule, number.range(&wanted)));
            }
        }
        let (min, max) = (wanted.min_bet, wanted.max_bet);
        if min > max && !max.is_zero() {
            let row = if min == self.before.min_bet {
                LARGEST_BET
            } else {
                SMALLEST_BET
            };
            return Err((row, Why::MinimumAboveMaximum { min, max }));
        }
        for (row, rule, number, _) in numbers() {
            let (least, most) = number.range(&wanted);
            // A range that is empty is another row's mistake.
            if least <= most && !(least..=most).contains(&number.get(&wanted)) {
                return Err(out_of_range(row, rule, (least, most)));
            }
        }
        Ok(wanted)
    }

    /// Returns how what is typed in a row contradicts the other rules, if it does.
    #[must_use]
    pub fn contradiction(&self, row: usize) -> Option<craps::RulesError> {
        let (rule, wanted) = (HOUSE_RULES.get(row)?, self.shown());
        let mut one = self.before.clone();
        rule.copy(&mut one, &wanted);
        one.validate().err()
    }

    /// Returns why the table would refuse a row's change if it were the only one.
    #[must_use]
    pub fn refused_alone(&self, row: usize, table: &craps::Table) -> Option<craps::Refusal> {
        let (rule, wanted) = (HOUSE_RULES.get(row)?, self.shown());
        let mut one = self.before.clone();
        rule.copy(&mut one, &wanted);
        if one == self.before {
            return None;
        }
        table.clone().change_rules(one).err()
    }
}
