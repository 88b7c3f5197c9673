//! What stands on a spot of the felt, in a few columns.

use crate::craps::{BetId, BetKey, BetState, BoxNumber, Quote, SeatNo, WorkingFlag};
use crate::gaming::TableView;
use crate::ledger::Chips;
use crate::tui::model::{Model, Pane};
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::width;

/// Returns my chips on a spot: `--`, `12` that stand, `12+5` while 5 more are on their way, `12+5!` if
/// 5 more were refused. What stands is always said first.
pub(super) fn amount(row: Option<&SlipRow>) -> (String, Role) {
    amount_within(row, u16::MAX)
}

/// Returns my chips on a spot that are not on the table yet: `+5` on their way, `+5+100` with 100 that wait.
pub(super) fn coming(row: &SlipRow) -> String {
    let on_their_way = row.laid.checked_add(row.sent).unwrap_or(row.laid);
    let waiting = row.waiting.as_ref().map(|waiting| waiting.amount);
    [Some(on_their_way), waiting]
        .into_iter()
        .flatten()
        .filter(|amount| !amount.is_zero())
        .fold(String::new(), |said, amount| {
            format!("{said}+{}", text::chips(amount))
        })
}

/// Returns the same in at most so many columns: what is not on the table yet loses its number first.
pub(super) fn amount_within(row: Option<&SlipRow>, columns: u16) -> (String, Role) {
    let Some(row) = row else {
        return ("--".to_owned(), Role::Dim);
    };
    let refused = row.waiting.is_some();
    let mark = if refused { "!" } else { "" };
    let rest = format!("{}{mark}", coming(row));
    let stands = |columns: u16| {
        if row.stands.is_zero() {
            String::new()
        } else {
            text::chips_within(row.stands, columns)
        }
    };
    let role = match (refused, rest.is_empty()) {
        (true, _) => Role::Refused,
        (false, false) => Role::Sent,
        (false, true) if row.stands.is_zero() && row.on_its_way.is_some() => {
            return ("...".to_owned(), Role::Sent);
        }
        (false, true) if row.stands.is_zero() => return ("--".to_owned(), Role::Dim),
        (false, true) => return (stands(columns), Role::Stake),
    };
    let full = format!("{}{rest}", stands(u16::MAX));
    if width(&full) <= columns {
        return (full, role);
    }
    let short = format!("+{mark}");
    let left = columns.saturating_sub(width(&short));
    (format!("{}{short}", stands(left)), role)
}

/// Whether the player has called a bet of theirs off.
pub(super) fn called_off(table: &TableView, bet: BetKey) -> bool {
    let placed = table.me.and_then(|seat| table.table.bet(seat, bet));
    placed.is_some_and(|placed| placed.working == WorkingFlag::Off)
}

/// Whether a bet of the player's stands and does not work: the house or the player has it off.
pub(super) fn is_off(table: &TableView, bet: BetKey) -> bool {
    let state = table.me.and_then(|seat| table.table.state_of(seat, bet));
    state == Some(BetState::Off)
}

/// Whether the arrows are on the felt and this spot has the focus.
pub(super) fn has_focus(model: &Model, bet: BetKey) -> bool {
    model.overlays.is_empty() && model.pane == Pane::Felt && model.spot == bet
}

/// Returns what the rules say of a bet, and no more than the player has; a watcher is told what the
/// first seat would be.
pub(super) fn quote(table: &TableView, bet: BetKey) -> Option<Quote> {
    let seat = table.me.or(SeatNo::new(0))?;
    let mut quote = table.table.quote(seat, bet);
    let free = table.balance.get();
    let most = Chips::new(free - free % u64::from(quote.multiple.max(1)));
    if table.me.is_some() && most >= quote.least {
        quote.most = quote.most.min(most);
    }
    Some(quote)
}

/// Returns the key of a bet of the catalogue by its id.
pub(super) fn key(id: &str) -> Option<BetKey> {
    BetKey::new(BetId::find(id)?, None)
}

/// Returns the key of a bet of a family of six: `place`, `buy`, `lay`, `hard`.
pub(super) fn on_number(family: &str, number: BoxNumber) -> Option<BetKey> {
    key(&format!("{family}_{number}"))
}

/// Returns the number whose cell a bet stands in, `None` for a bet with a spot of its own.
pub(super) fn cell_of(bet: BetKey) -> Option<BoxNumber> {
    use crate::craps::Family;
    match bet.info().family {
        Family::Line | Family::Odds => bet.number(),
        Family::Place
        | Family::Buy
        | Family::Lay
        | Family::PlaceLose
        | Family::Put
        | Family::Big => bet.info().number.and_then(BoxNumber::of),
        Family::Hardway
        | Family::Field
        | Family::Proposition
        | Family::Hop
        | Family::Yes
        | Family::No
        | Family::Next
        | Family::Side
        | Family::SideOneRoll => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{amount_within, key, quote};
    use crate::ledger::Chips;
    use crate::tui::fixture;
    use crate::tui::slip::{SlipRow, Waiting};
    use crate::tui::why::Why;

    #[test]
    fn a_refused_addition_never_hides_the_stake_that_stands() {
        let chips = Chips::new;
        let waiting = |amount| Waiting {
            bet: key("place_6").expect("a bet"),
            amount: chips(amount),
            why: Why::NoSpot,
            offer: None,
        };
        let row = |stands, sent, refused: Option<u64>| SlipRow {
            stands: chips(stands),
            sent: chips(sent),
            waiting: refused.map(waiting),
            ..SlipRow::default()
        };
        for (row, columns, shown) in [
            (row(12, 0, Some(100)), 9, "12+100!"),
            (row(12, 6, Some(100)), 9, "12+6+100!"),
            (row(12, 0, Some(100)), 6, "12+!"),
            (row(12_000, 0, Some(100)), 6, "12k+!"),
            (row(0, 0, Some(100)), 6, "+100!"),
            (row(12_100, 100, None), 7, "12,100+"),
            (row(12_100, 0, None), 6, "12,100"),
            (row(12_100, 0, None), 5, "12100"),
            (row(12_100, 0, None), 4, "12k"),
        ] {
            assert_eq!(amount_within(Some(&row), columns).0, shown);
        }
    }

    #[test]
    fn a_quote_offers_no_more_than_the_player_has() {
        let model = fixture::state("come-out").expect("a state of the fixtures");
        let mut table = (**model.table.as_ref().expect("a table")).clone();
        let most = |table: &_, id| quote(table, key(id).expect("a bet")).map(|quote| quote.most);
        assert_eq!(most(&table, "field"), Some(table.table.rules().max_bet));
        table.balance = Chips::new(23);
        assert_eq!(most(&table, "field"), Some(Chips::new(23)));
        assert_eq!(most(&table, "horn"), Some(Chips::new(20)), "in steps of 4");
    }
}
