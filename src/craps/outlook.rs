//! What the next roll would do: the settlement itself, run on all 36 rolls.

use super::dice::Dice;
use super::key::SeatNo;
use super::roll::{Decision, settle_seat};
use super::roll_set::RollSet;
use super::table::{Seat, Table};
use crate::ledger::Chips;

/// What the next roll would do to a seat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Rows with totals rising; a total has more rows than one where its pairs differ, as with
    /// hardways and hops.
    pub rows: Vec<OutlookRow>,
}

/// Rolls of one total that do the same to a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlookRow {
    /// The total, 2 to 12.
    pub total: u8,
    /// The rolls; their number is the chance in 36.
    pub rolls: RollSet,
    /// The bets that are decided or moved, in the order of resolution.
    pub decisions: Vec<Decision>,
    /// What the balance gets, in chips.
    pub credit: Chips,
    /// What the seat is better off by, bets included, in chips; negative if it is worse off.
    pub net: i64,
}

impl Table {
    /// Returns what each of the 36 rolls would do to a seat's bets.
    #[must_use]
    pub fn outlook(&self, seat: SeatNo) -> Outlook {
        let nobody = Seat {
            number: seat,
            bets: Vec::new(),
        };
        let seat = self.seat(seat).unwrap_or(&nobody);
        let mut rows: Vec<OutlookRow> = Vec::new();
        for total in 2..=12 {
            let others = rows.len();
            for dice in RollSet::total(total).iter() {
                let row = self.outlook_row(seat, dice);
                let same = rows
                    .iter_mut()
                    .skip(others)
                    .find(|it| it.decisions == row.decisions);
                match same {
                    Some(same) => same.rolls.insert(dice),
                    None => rows.push(row),
                }
            }
        }
        Outlook { rows }
    }

    fn outlook_row(&self, seat: &Seat, dice: Dice) -> OutlookRow {
        let (mut after, mut decisions) = (seat.clone(), Vec::new());
        let credit = settle_seat(&self.rules, self.puck, &mut after, dice, &mut decisions);
        let mut rolls = RollSet::NONE;
        rolls.insert(dice);
        let nets = decisions.iter().map(|decision| decision.net);
        let net = nets.fold(0, i64::saturating_add);
        OutlookRow {
            total: dice.total(),
            rolls,
            decisions,
            credit,
            net,
        }
    }
}
