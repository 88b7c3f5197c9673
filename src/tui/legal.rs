//! What the rules say before anything is sent: a copy of the table is asked, no rule is held here.

use std::collections::BTreeSet;

use crate::club;
use crate::craps::{self, Action, BetKey, PlacedBet, SeatNo, Table, WorkingFlag};
use crate::gaming;
use crate::ledger::Chips;
use crate::strategy::repeated;

use super::model::Model;
use super::slip::{self, Change, Way};
use super::why::Why;

/// How often a refused amount is corrected before it is given up: once for each kind of limit.
const CORRECTIONS_MAX: usize = 4;

/// A copy of the table on which everything that is on its way has happened.
#[derive(Clone, Debug)]
pub struct Trial {
    table: Table,
    seat: SeatNo,
    balance: Chips,
}

/// What making the bets of an earlier slip stand again comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// What makes as many of them as there are chips for, one action a bet.
    pub actions: Vec<Action>,
    /// What the rules don't take now.
    pub not_legal: Vec<BetKey>,
    /// What there are no chips for.
    pub too_dear: Vec<BetKey>,
    /// The chips that the actions take.
    pub cost: Chips,
    /// The chips that all bets which are legal would take.
    pub full_cost: Chips,
    /// The chips there are.
    pub balance: Chips,
}

impl Trial {
    /// Returns the copy, `None` without a seat.
    #[must_use]
    pub fn of(model: &Model) -> Option<Self> {
        let (view, seat) = model.seat()?;
        let mut trial = Self {
            table: (*view.table).clone(),
            seat,
            balance: view.balance,
        };
        for pending in model.pending.values() {
            // What the rules refuse here will be refused there too, and then changes nothing.
            if let Ok(after) = trial.after(slip::actions(&pending.intent)) {
                trial = after;
            }
        }
        Some(trial)
    }

    /// Returns the copy after some actions, all or none.
    ///
    /// # Errors
    /// The refusal of the first action that is not legal.
    pub fn after(&self, actions: &[Action]) -> Result<Self, craps::Refusal> {
        let mut after = self.clone();
        let flow = after
            .table
            .act_all(self.seat, actions, self.balance)
            .map_err(|(_, refusal)| refusal)?;
        let spent = self.balance.checked_sub(flow.paid).unwrap_or(Chips::ZERO);
        after.balance = spent.checked_add(flow.returned).unwrap_or(spent);
        Ok(after)
    }

    /// Whether the bet may be made or increased now, whatever the amount.
    ///
    /// # Errors
    /// The refusal that no amount cures.
    pub fn may_place(&self, bet: BetKey) -> Result<(), craps::Refusal> {
        let asked = self.table.rules().stake_limits(bet.info()).0;
        match self.table.can_place(self.seat, bet, asked, self.balance) {
            Err(refusal) if !is_about_amount(&refusal) => Err(refusal),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Whether this seat may throw now.
    ///
    /// # Errors
    /// Why it may not.
    pub fn can_roll(&self) -> Result<(), craps::Refusal> {
        self.table.can_roll(self.seat)
    }

    /// Whether a bet works as things stand.
    #[must_use]
    pub fn is_working(&self, bet: BetKey) -> bool {
        self.table.is_working(self.seat, bet)
    }

    /// Returns what making the bets of a slip stand again comes to.
    #[must_use]
    pub fn repeated(&self, slip: &[(BetKey, Chips)]) -> Repeat {
        let stakes = slip.iter().fold(Chips::ZERO, |sum, (_, stake)| {
            sum.checked_add(*stake).unwrap_or(sum)
        });
        // No commission is more than the stake or the least that is taken, so chips are never short.
        let least = u64::try_from(slip.len()).ok().and_then(|bets| {
            let least = self.table.rules().vig_min;
            least.get().checked_mul(bets)
        });
        let enough = self
            .balance
            .checked_add(stakes)
            .and_then(|sum| sum.checked_add(stakes))
            .and_then(|sum| sum.checked_add(Chips::new(least?)));
        let rich = Self {
            balance: enough.unwrap_or(self.balance),
            ..self.clone()
        };
        let (legal, _) = repeated(&rich.table, rich.seat, rich.balance, slip);
        let (actions, _) = repeated(&self.table, self.seat, self.balance, slip);
        let among = |actions: &[Action], bet: BetKey| actions.iter().any(|one| one.bet() == bet);
        let missing = slip.iter().filter(|(bet, stake)| self.stake(*bet) < *stake);
        let left_out: Vec<BetKey> = missing
            .map(|(bet, _)| *bet)
            .filter(|bet| !among(&actions, *bet))
            .collect();
        let (too_dear, not_legal) = left_out.into_iter().partition(|bet| among(&legal, *bet));
        let spent = |trial: &Self, actions: &[Action]| {
            let after = trial
                .after(actions)
                .map_or(trial.balance, |after| after.balance);
            trial.balance.checked_sub(after).unwrap_or(Chips::ZERO)
        };
        Repeat {
            cost: spent(self, &actions),
            full_cost: spent(&rich, &legal),
            balance: self.balance,
            actions,
            not_legal,
            too_dear,
        }
    }

    /// Returns the stake on a bet.
    #[must_use]
    pub fn stake(&self, bet: BetKey) -> Chips {
        self.placed(bet).stake
    }

    /// Returns what the player has called a bet.
    #[must_use]
    pub fn called(&self, bet: BetKey) -> WorkingFlag {
        self.placed(bet).working
    }

    fn placed(&self, bet: BetKey) -> PlacedBet {
        let placed = self.table.bet(self.seat, bet);
        placed.copied().unwrap_or_default()
    }

    /// Returns what some actions change, bet by bet. Odds that come down with their flat bet stand
    /// before it, so that the flat bet is back first when both are undone.
    #[must_use]
    pub fn changes(&self, actions: &[Action]) -> Vec<Change> {
        let Ok(after) = self.after(actions) else {
            return Vec::new();
        };
        let standing = |trial: &Self| trial.table.bets(trial.seat).map(|(bet, _)| bet).collect();
        let mut bets: BTreeSet<BetKey> = standing(self);
        bets.append(&mut standing(&after));
        let mut changes: Vec<Change> = bets
            .into_iter()
            .filter_map(|bet| change(bet, self.placed(bet), after.placed(bet)))
            .collect();
        changes.sort_by_key(|change| change.bet.info().family != craps::Family::Odds);
        changes
    }

    /// Whether there is room for more chips on a bet. An amount that is still too small or no
    /// multiple has room: further chips can make it legal.
    ///
    /// # Errors
    /// Which limit the chips would go beyond.
    pub fn has_room(&self, bet: BetKey, amount: Chips) -> Result<(), craps::Refusal> {
        use craps::Refusal as R;
        match self.after(&[Action::Place { bet, amount }]) {
            Err(
                too_much @ (R::AboveMaximum { .. } | R::OddsLimit { .. } | R::Insufficient { .. }),
            ) => Err(too_much),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Returns the nearest amount that may be added to a bet if `amount` may not, `None` if there
    /// is none.
    #[must_use]
    pub fn nearest(&self, bet: BetKey, amount: Chips) -> Option<Chips> {
        let mut ask = amount;
        for _ in 0..CORRECTIONS_MAX {
            match self.after(&[Action::Place { bet, amount: ask }]) {
                Ok(_) => return Some(ask),
                Err(refusal) => ask = corrected(&refusal, ask, self.stake(bet))?,
            }
        }
        None
    }
}

fn change(bet: BetKey, before: PlacedBet, after: PlacedBet) -> Option<Change> {
    let (way, amount) = match after.stake.checked_sub(before.stake) {
        Some(more) => (Way::Up, more),
        None => (Way::Down, before.stake.checked_sub(after.stake)?),
    };
    let called = (before.working, after.working);
    let is_one = !amount.is_zero() || called.0 != called.1;
    is_one.then_some(Change {
        bet,
        amount,
        way,
        called_before: called.0,
        called_after: called.1,
    })
}

/// Returns the amount that the refusal itself points to.
fn corrected(refusal: &craps::Refusal, ask: Chips, stands: Chips) -> Option<Chips> {
    use craps::Refusal as R;
    let to_add = |stake: Chips| stake.checked_sub(stands).filter(|rest| !rest.is_zero());
    match refusal {
        R::BelowMinimum { least, .. } => to_add(*least),
        R::AboveMaximum { most, .. } | R::OddsLimit { most, .. } => to_add(*most),
        R::StakeMultiple {
            nearest: (below, above),
            ..
        } => to_add(*below).or_else(|| to_add(*above)),
        R::Insufficient { have, need } => need
            .checked_sub(*have)
            .and_then(|short| ask.checked_sub(short))
            .filter(|rest| !rest.is_zero()),
        R::NotOffered
        | R::OnlyByDice
        | R::WrongPhase { .. }
        | R::WindowClosed { .. }
        | R::Contract
        | R::AlwaysWorks
        | R::ZeroAmount
        | R::NoFlatBet { .. }
        | R::NoSuchBet
        | R::ReduceTooMuch { .. }
        | R::NotSeated
        | R::AlreadySeated
        | R::NotTheShooter { .. }
        | R::ShooterNeedsLineBet { .. }
        | R::NobodyElseCanShoot
        | R::BetStands { .. }
        | R::InvalidRules => None,
    }
}

fn is_about_amount(refusal: &craps::Refusal) -> bool {
    use craps::Refusal as R;
    matches!(
        refusal,
        R::ZeroAmount
            | R::BelowMinimum { .. }
            | R::AboveMaximum { .. }
            | R::StakeMultiple { .. }
            | R::Insufficient { .. }
            | R::OddsLimit { .. }
    )
}

/// Returns a refusal of the rules as a reason.
#[must_use]
pub fn why(refusal: craps::Refusal) -> Why {
    Why::Game(gaming::Refusal::Club(club::Refusal::Bet {
        index: 0,
        why: refusal,
    }))
}

/// Returns the amount that a refusal of the club offers for the first action, if it offers one.
#[must_use]
pub fn offered_by(refusal: &gaming::Refusal) -> Option<Chips> {
    match refusal {
        gaming::Refusal::Club(club::Refusal::TreasuryLimit { most, .. }) if !most.is_zero() => {
            Some(*most)
        }
        gaming::Refusal::Club(_)
        | gaming::Refusal::NotRunning { .. }
        | gaming::Refusal::QueueFull { .. }
        | gaming::Refusal::NotReady { .. }
        | gaming::Refusal::SeatedElsewhere { .. }
        | gaming::Refusal::NotABot { .. }
        | gaming::Refusal::Dropped { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::craps::{Ratio, TableRules, VigRounding, VigTiming};

    /// Returns a trial of a table by these rules, at the seat of somebody with so many chips.
    fn trial(rules: &TableRules, balance: Chips) -> Trial {
        let mut table = Table::new(rules.clone()).unwrap();
        let seat = SeatNo::new(0).unwrap();
        table.sit(seat).unwrap();
        Trial {
            table,
            seat,
            balance,
        }
    }

    /// The highest commission that rules may have, and the least in chips that is far more.
    #[test]
    fn what_a_slip_costs_in_full_is_the_same_however_few_chips_there_are() {
        let numbers = [4, 5, 6, 8, 9, 10];
        let bets = numbers.iter().flat_map(|number| {
            let buy = format!("buy_{number}").parse::<BetKey>().unwrap();
            let lay = format!("lay_{number}").parse::<BetKey>().unwrap();
            [(buy, Chips::new(60)), (lay, Chips::new(120))]
        });
        let slip: Vec<_> = bets.collect();
        for vig_rate in [Ratio::new(1, 20), Ratio::new(99, 100)] {
            for (vig_min, vig_rounding) in [
                (Chips::new(1), VigRounding::Down),
                (Chips::new(1), VigRounding::Up),
                (Chips::new(1_000), VigRounding::Nearest),
            ] {
                let rules = TableRules {
                    vig_rate,
                    vig_min,
                    vig_rounding,
                    vig_timing: VigTiming::Upfront,
                    ..TableRules::default()
                };
                let rich = trial(&rules, Chips::new(1 << 40)).repeated(&slip);
                assert_eq!(rich.actions.len(), slip.len());
                assert_eq!(rich.cost, rich.full_cost);
                let poor = trial(&rules, Chips::ZERO).repeated(&slip);
                assert_eq!(poor.too_dear.len(), slip.len(), "{rules:?}");
                assert_eq!((poor.cost, poor.full_cost), (Chips::ZERO, rich.cost));
            }
        }
    }
}
