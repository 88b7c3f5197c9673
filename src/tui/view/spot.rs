//! What stands on a spot of the felt, in a few columns.

use crate::craps::{BetId, BetKey, BoxNumber, Quote, SeatNo};
use crate::gaming::TableView;
use crate::ledger::Chips;
use crate::tui::model::{Model, Pane};
use crate::tui::slip::SlipRow;
use crate::tui::text;
use crate::tui::theme::Role;

/// Returns my chips on a spot as `--`, `12`, `12+5` while 5 are on their way, `5!` if refused.
pub(super) fn amount(row: Option<&SlipRow>) -> (String, Role) {
    let Some(row) = row else {
        return ("--".to_owned(), Role::Dim);
    };
    if let Some(waiting) = &row.waiting {
        return (format!("{}!", text::chips(waiting.amount)), Role::Refused);
    }
    let coming = row.laid.checked_add(row.sent).unwrap_or(row.laid);
    match (row.stands.is_zero(), coming.is_zero()) {
        (true, true) if row.on_its_way.is_some() => ("...".to_owned(), Role::Sent),
        (true, true) => ("--".to_owned(), Role::Dim),
        (false, true) => (text::chips(row.stands), Role::Stake),
        (true, false) => (format!("+{}", text::chips(coming)), Role::Sent),
        (false, false) => (
            format!("{}+{}", text::chips(row.stands), text::chips(coming)),
            Role::Sent,
        ),
    }
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
    use super::{key, quote};
    use crate::ledger::Chips;
    use crate::tui::fixture;

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
