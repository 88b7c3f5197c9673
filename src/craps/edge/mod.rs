//! What bets cost in the long run: the house edge, as exact fractions (rule book, section 7).

mod table;

use std::borrow::Cow;

use super::key::BetId;
use super::rules::TableRules;

/// The long-run figures of a bet. Fractions are written `7/495`, in lowest terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Expected loss per chip staked; a push counts as a decision worth nothing.
    pub per_bet_made: Cow<'static, str>,
    /// The same with pushes left out.
    pub per_bet_resolved: Cow<'static, str>,
    /// The same per roll, the bet always on.
    pub per_roll: Cow<'static, str>,
    /// The chance that it wins; `None` for odds, where it depends on the number.
    pub win_probability: Option<Cow<'static, str>>,
    /// The chance that it is a tie.
    pub push_probability: Option<Cow<'static, str>>,
    /// Rolls until it is decided, on average.
    pub mean_rolls: Option<Cow<'static, str>>,
    /// `per_bet_made` in percent, to four places, as in `1.4141`.
    pub percent: Cow<'static, str>,
}

/// Returns the long-run figures of a bet under a table's rules.
#[must_use]
pub fn edge(bet: BetId, _rules: &TableRules) -> Edge {
    table::EDGES.get(bet.index()).cloned().unwrap_or_else(odds)
}

const fn figures(
    per_bet_made: &'static str,
    per_bet_resolved: &'static str,
    per_roll: &'static str,
    win_probability: &'static str,
    push_probability: &'static str,
    mean_rolls: &'static str,
    percent: &'static str,
) -> Edge {
    Edge {
        per_bet_made: Cow::Borrowed(per_bet_made),
        per_bet_resolved: Cow::Borrowed(per_bet_resolved),
        per_roll: Cow::Borrowed(per_roll),
        win_probability: Some(Cow::Borrowed(win_probability)),
        push_probability: Some(Cow::Borrowed(push_probability)),
        mean_rolls: Some(Cow::Borrowed(mean_rolls)),
        percent: Cow::Borrowed(percent),
    }
}

/// Odds cost nothing.
const fn odds() -> Edge {
    const NOTHING: Cow<'static, str> = Cow::Borrowed("0");
    Edge {
        per_bet_made: NOTHING,
        per_bet_resolved: NOTHING,
        per_roll: NOTHING,
        win_probability: None,
        push_probability: None,
        mean_rolls: None,
        percent: Cow::Borrowed("0.0000"),
    }
}
