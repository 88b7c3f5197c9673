//! What a stop must not lose: the bets of the slip that were not sent, those that were on their way or not
//! taken, the slip that can be repeated, and how far the player has seen each table.
//!
//! The screen keeps it up to date and publishes it; whoever writes it to a disk hands it back at the
//! next start. A process that is killed may have written what was true a moment before: a bet that it
//! kept as unsent may be sent since, and one on its way may be decided. So each bet is kept with a height
//! up to which no block has it, and [`open_bets`] compares with what the blocks above it took.

use std::collections::BTreeMap;

use crate::club::{GameId, Height};
use crate::craps::{Action, BetKey};
use crate::gaming::{Intent, Placed, TableView};
use crate::ledger::Chips;

use super::limits::{KEPT_BETS_MAX, KEPT_TABLES_MAX};
use super::model::Model;
use super::slip::{Ending, actions};

/// How a bet was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Laid and not sent.
    Unsent,
    /// On its way, without an answer.
    OnItsWay,
    /// Refused, or too late for its roll: the table did not take it.
    NotTaken,
}

/// A bet that a stop must not lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptBet {
    /// The spot.
    pub bet: BetKey,
    /// The chips to add.
    pub chips: Chips,
    /// How it was left.
    pub left: Left,
    /// No block up to this height has it.
    pub after: Height,
}

/// One table as the player left it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptTable {
    /// The newest roll that the player saw there; 0 before the first.
    pub seen: u64,
    /// The bets that wait in the slip, each on its spot once, then those that had no answer, oldest first;
    /// at most [`KEPT_BETS_MAX`].
    pub bets: Vec<KeptBet>,
    /// The bets that stood at the last roll that had any of the player's.
    pub last: Vec<Stake>,
    /// The bets that stand, which are the last ones if it rolls before the player is back.
    pub standing: Vec<Stake>,
    /// Whether this run of the program has them, so that what is on its way gets its answer.
    pub is_of_this_run: bool,
}

/// A bet and its chips.
pub type Stake = (BetKey, Chips);

impl KeptTable {
    /// Returns the slip that can be repeated at the table as it is now.
    #[must_use]
    pub fn repeats(&self, table: &TableView) -> Vec<Stake> {
        let rolled = newest(table) > self.seen;
        let stakes = if rolled && !self.standing.is_empty() {
            &self.standing
        } else {
            &self.last
        };
        stakes.clone()
    }
}

/// The tables as the player left them, at most [`KEPT_TABLES_MAX`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept(BTreeMap<GameId, KeptTable>);

impl Kept {
    /// Returns a table as the player left it, if it was left before.
    #[must_use]
    pub fn table(&self, game: GameId) -> Option<&KeptTable> {
        self.0.get(&game)
    }

    /// Returns all tables, in the order of their ids.
    pub fn tables(&self) -> impl Iterator<Item = (GameId, &KeptTable)> {
        self.0.iter().map(|(game, table)| (*game, table))
    }

    /// Keeps a table in place of what was kept of it. Where there are too many, one without bets
    /// makes room, if there is one.
    pub fn put(&mut self, game: GameId, table: KeptTable) {
        self.0.insert(game, table);
        if self.0.len() <= KEPT_TABLES_MAX {
            return;
        }
        let others = || self.0.iter().filter(|(other, _)| **other != game);
        let leaves = others()
            .find(|(_, other)| other.bets.is_empty())
            .or_else(|| others().next())
            .map(|(other, _)| *other);
        if let Some(leaves) = leaves {
            self.0.remove(&leaves);
        }
    }
}

/// Brings what is kept of the open table up to date.
pub(super) fn keep(model: &mut Model) {
    let Some(table) = &model.table else { return };
    let game = table.game;
    let now = as_it_is(table, model);
    if model.kept.table(game) != Some(&now) {
        model.kept.put(game, now);
    }
}

fn as_it_is(table: &TableView, model: &Model) -> KeptTable {
    let mut bets: Vec<KeptBet> = Vec::new();
    let slip = &model.slip;
    let waiting = slip.waiting.iter();
    let waiting = waiting.map(|one| (one.bet, one.amount, one.left()));
    let laid = slip.laid.map(|laid| (laid.bet, laid.amount, Left::Unsent));
    for (bet, chips, left) in waiting.chain(laid) {
        match bets.iter_mut().find(|other| other.bet == bet) {
            Some(other) => {
                other.chips = other.chips.checked_add(chips).unwrap_or(other.chips);
                other.left = left;
            }
            None => bets.push(KeptBet {
                bet,
                chips,
                left,
                after: table.height,
            }),
        }
    }
    for bet in &mut bets {
        bet.after = unsent_after(bet, table, model);
    }
    bets.extend(on_their_way(table.game, model));
    bets.truncate(KEPT_BETS_MAX);
    KeptTable {
        seen: newest(table),
        bets,
        last: slip.last.clone(),
        standing: model.my_bets(),
        is_of_this_run: true,
    }
}

/// Since when no block can have an unsent bet: since it came into the slip, or since the newest bet on the
/// same spot that was confirmed.
fn unsent_after(bet: &KeptBet, table: &TableView, model: &Model) -> Height {
    let before = model.kept.table(table.game);
    let same = before.and_then(|before| {
        let mut before = before.bets.iter();
        before
            .find(|one| one.left != Left::OnItsWay && one.bet == bet.bet && one.chips == bet.chips)
    });
    let since = same.map_or(bet.after, |same| same.after);
    let confirmed = model.slip.answers.iter().filter_map(|answer| {
        let places = placed_by(&answer.intent).any(|(spot, _)| spot == bet.bet);
        match answer.ending {
            Ending::Confirmed(height) if places => Some(height),
            Ending::Confirmed(_) | Ending::Refused(_) | Ending::Lost => None,
        }
    });
    confirmed.chain([since]).max().unwrap_or(since)
}

fn on_their_way(game: GameId, model: &Model) -> impl Iterator<Item = KeptBet> {
    let pending = model.pending.values();
    let here = pending.filter(move |pending| pending.intent.game() == Some(game));
    here.flat_map(|pending| {
        placed_by(&pending.intent).map(|(bet, chips)| KeptBet {
            bet,
            chips,
            left: Left::OnItsWay,
            after: pending.after,
        })
    })
}

fn placed_by(intent: &Intent) -> impl Iterator<Item = (BetKey, Chips)> {
    actions(intent).iter().filter_map(|action| match *action {
        Action::Place { bet, amount } => Some((bet, amount)),
        Action::TakeDown { .. } | Action::Reduce { .. } | Action::Working { .. } => None,
    })
}

/// The height that the player sees, 0 without a table.
pub(super) fn seen_height(model: &Model) -> Height {
    let table = model.table.as_ref();
    table.map_or(Height(0), |table| table.height)
}

/// Returns what no block has of bets that another run of the program kept, each spot once: what
/// `placed`, the bets of the last blocks, does not account for.
#[must_use]
pub fn open_bets(left: &KeptTable, placed: &[Placed]) -> Vec<KeptBet> {
    let mut bets = left.bets.clone();
    for one in placed {
        let mut rest = one.amount;
        // What was on its way is decided before what came later on the same spot.
        for was_sent in [true, false] {
            for bet in &mut bets {
                let fits = (bet.left == Left::OnItsWay) == was_sent;
                if fits && bet.bet == one.bet && bet.after < one.height {
                    let taken = rest.min(bet.chips);
                    bet.chips = bet.chips.checked_sub(taken).unwrap_or(Chips::ZERO);
                    rest = rest.checked_sub(taken).unwrap_or(Chips::ZERO);
                }
            }
        }
    }
    let mut open: Vec<KeptBet> = Vec::new();
    for bet in bets.into_iter().filter(|bet| !bet.chips.is_zero()) {
        match open.iter_mut().find(|other| other.bet == bet.bet) {
            Some(other) => {
                other.chips = other.chips.checked_add(bet.chips).unwrap_or(other.chips);
                if bet.left == Left::OnItsWay {
                    other.left = Left::OnItsWay;
                }
            }
            None => open.push(bet),
        }
    }
    open
}

/// The number of the newest roll of a table, 0 before the first.
pub(super) fn newest(table: &TableView) -> u64 {
    table.history.first().map_or(0, |record| record.roll)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn game(number: usize) -> GameId {
        GameId([u8::try_from(number).unwrap(); 32])
    }

    #[test]
    fn a_table_too_many_takes_the_place_of_one_without_bets() {
        let unsent = bet("pass", 5, Left::Unsent, 1);
        let with_bets = KeptTable {
            seen: 1,
            bets: vec![unsent],
            ..KeptTable::default()
        };
        let mut kept = Kept::default();
        for number in 0..KEPT_TABLES_MAX {
            kept.put(game(number), with_bets.clone());
        }
        kept.put(game(3), KeptTable::default());
        kept.put(game(100), with_bets.clone());
        assert_eq!(kept.tables().count(), KEPT_TABLES_MAX);
        assert!(kept.table(game(3)).is_none() && kept.table(game(100)).is_some());
        kept.put(game(101), with_bets);
        assert_eq!(kept.tables().count(), KEPT_TABLES_MAX);
        assert!(kept.table(game(101)).is_some());
    }

    fn bet(bet: &str, chips: u64, left: Left, after: u64) -> KeptBet {
        KeptBet {
            bet: bet.parse().unwrap(),
            chips: Chips::new(chips),
            left,
            after: Height(after),
        }
    }

    #[test]
    fn what_a_block_took_is_open_no_more_and_the_rest_is() {
        use Left::{NotTaken, OnItsWay, Unsent};
        let left = |bets: &[KeptBet]| KeptTable {
            bets: bets.to_vec(),
            ..KeptTable::default()
        };
        let placed = |height, spot: &str, amount| Placed {
            height: Height(height),
            bet: spot.parse().unwrap(),
            amount: Chips::new(amount),
        };
        let field = |chips, left| bet("field", chips, left, 5);
        let took = [placed(6, "field", 10)];
        let cases: [(&[KeptBet], &[Placed], &[KeptBet]); 11] = [
            // Never sent, and on its way when everything ended.
            (&[field(10, Unsent)], &[], &[field(10, Unsent)]),
            (&[field(10, OnItsWay)], &[], &[field(10, OnItsWay)]),
            // Decided, whichever of the two was written down last.
            (&[field(10, Unsent)], &took, &[]),
            (&[field(10, OnItsWay)], &took, &[]),
            // Not taken, and made again since.
            (&[field(10, NotTaken)], &[], &[field(10, NotTaken)]),
            (&[field(10, NotTaken)], &took, &[]),
            // Another bet, or one that was known before.
            (
                &[field(10, OnItsWay)],
                &[placed(6, "pass", 10)],
                &[field(10, OnItsWay)],
            ),
            (
                &[field(10, OnItsWay)],
                &[placed(5, "field", 10)],
                &[field(10, OnItsWay)],
            ),
            // A part of it; and two on one spot, of which one was decided.
            (&[field(25, Unsent)], &took, &[field(15, Unsent)]),
            (
                &[field(10, Unsent), field(10, OnItsWay)],
                &took,
                &[field(10, Unsent)],
            ),
            (
                &[field(10, Unsent), field(10, OnItsWay)],
                &[],
                &[field(20, OnItsWay)],
            ),
        ];
        for (kept, placed, open) in cases {
            assert_eq!(open_bets(&left(kept), placed), open, "{kept:?} {placed:?}");
        }
    }
}
