//! What stands on a spot of the felt, in a few columns.

use crate::craps::{BetId, BetKey, BoxNumber, Quote, SeatNo};
use crate::gaming::TableView;
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

/// Returns what the rules say of a bet; a watcher is told what the first seat would be.
pub(super) fn quote(table: &TableView, bet: BetKey) -> Option<Quote> {
    let seat = table.me.or(SeatNo::new(0))?;
    Some(table.table.quote(seat, bet))
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
