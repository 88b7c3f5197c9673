//! The ledger of one club.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Chips;

/// The number of a member within its club, given on admission and never used again.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct MemberNo(pub u32);

impl MemberNo {
    /// The founder of the club.
    pub const FOUNDER: Self = Self(0);
}

impl fmt::Display for MemberNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "M{}", self.0)
    }
}

/// What one member holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Chips the member may stake.
    pub balance: Chips,
    /// Chips at risk on all tables, commission paid in advance included.
    pub staked: Chips,
    /// Chips put up as bonds for seats.
    pub bond: Chips,
}

/// An amount before and after a movement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The amount before.
    pub before: Chips,
    /// The amount after.
    pub after: Chips,
}

/// What one action or one roll moves for one member; the treasury takes the other side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    /// Leaves the balance.
    pub debit: Chips,
    /// Enters the balance.
    pub credit: Chips,
    /// The member's chips at risk at the table concerned.
    pub staked: Change,
    /// What the member's bets at that table may still win: the treasury's liability.
    pub reserved: Change,
}

/// Why the ledger did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerRefusal {
    /// The balance is too small.
    #[error("{member} has {have} chips and needs {need}")]
    Insufficient {
        /// Whose balance.
        member: MemberNo,
        /// What there is.
        have: Chips,
        /// What it would take.
        need: Chips,
    },
    /// The treasury could not pay what the bets may win.
    #[error("the treasury can cover {can_cover} chips more, not {need}")]
    TreasuryShort {
        /// What is neither paid out nor reserved.
        can_cover: Chips,
        /// What it would take.
        need: Chips,
    },
    /// There is no such account.
    #[error("{member} has no account")]
    UnknownMember {
        /// The number asked for.
        member: MemberNo,
    },
    /// The account exists already.
    #[error("{member} has an account already")]
    AccountExists {
        /// The number asked for.
        member: MemberNo,
    },
    /// The amounts do not fit what the ledger holds; a fault of the caller.
    #[error("the amounts of the movement of {member} do not fit the ledger")]
    Mismatch {
        /// Whose movement.
        member: MemberNo,
    },
}

/// A broken invariant of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// The chips in the ledger are not the supply.
    #[error("the ledger holds {held:?} chips of a supply of {supply}")]
    Supply {
        /// The sum of treasury and accounts; `None` if it does not fit 64 bits.
        held: Option<Chips>,
        /// What the charter says.
        supply: Chips,
    },
    /// The treasury is smaller than the liabilities.
    #[error("the treasury holds {treasury} chips and may have to pay {reserved}")]
    Uncovered {
        /// What the treasury holds.
        treasury: Chips,
        /// What the standing bets may win.
        reserved: Chips,
    },
    /// The stakes of the accounts are not those of the tables.
    #[error("the accounts have {staked:?} chips at risk, and {tables:?} stand at the tables")]
    Stakes {
        /// The sum over the accounts; `None` if it does not fit 64 bits.
        staked: Option<Chips>,
        /// The sum over the tables.
        tables: Option<Chips>,
    },
    /// What is reserved is not what the bets at the tables may win.
    #[error("{reserved} chips are reserved for bets that may win {tables:?}")]
    Liabilities {
        /// What is reserved.
        reserved: Chips,
        /// The sum over the tables; `None` if it does not fit 64 bits.
        tables: Option<Chips>,
    },
}

/// All chips of one club: treasury, balances, stakes and bonds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenLedger {
    supply: Chips,
    treasury: Chips,
    reserved: Chips,
    accounts: BTreeMap<MemberNo, Account>,
}

impl TokenLedger {
    /// Returns a ledger whose whole supply lies in the treasury.
    #[must_use]
    pub const fn new(supply: Chips) -> Self {
        Self {
            supply,
            treasury: supply,
            reserved: Chips::ZERO,
            accounts: BTreeMap::new(),
        }
    }

    /// Returns the number of chips there are.
    #[must_use]
    pub const fn supply(&self) -> Chips {
        self.supply
    }

    /// Returns what the treasury holds.
    #[must_use]
    pub const fn treasury(&self) -> Chips {
        self.treasury
    }

    /// Returns what all standing bets may still win.
    #[must_use]
    pub const fn reserved(&self) -> Chips {
        self.reserved
    }

    /// Returns what the treasury holds beyond the liabilities.
    #[must_use]
    pub fn free(&self) -> Chips {
        self.treasury
            .checked_sub(self.reserved)
            .unwrap_or(Chips::ZERO)
    }

    /// Returns what a member holds.
    #[must_use]
    pub fn account(&self, member: MemberNo) -> Option<&Account> {
        self.accounts.get(&member)
    }

    /// Returns a member's balance; nothing for a number without an account.
    #[must_use]
    pub fn balance(&self, member: MemberNo) -> Chips {
        self.account(member)
            .map_or(Chips::ZERO, |account| account.balance)
    }

    /// Returns all accounts by number.
    pub fn accounts(&self) -> impl Iterator<Item = (MemberNo, &Account)> {
        self.accounts
            .iter()
            .map(|(member, account)| (*member, account))
    }

    /// Opens an account and moves `grant` from the treasury to it, or nothing if that much is not
    /// free. Returns what was granted.
    ///
    /// # Errors
    /// [`LedgerRefusal::AccountExists`].
    pub fn grant(&mut self, member: MemberNo, grant: Chips) -> Result<Chips, LedgerRefusal> {
        if self.accounts.contains_key(&member) {
            return Err(LedgerRefusal::AccountExists { member });
        }
        let granted = if grant <= self.free() {
            grant
        } else {
            Chips::ZERO
        };
        let mismatch = LedgerRefusal::Mismatch { member };
        self.treasury = self.treasury.checked_sub(granted).ok_or(mismatch)?;
        let account = Account {
            balance: granted,
            ..Account::default()
        };
        self.accounts.insert(member, account);
        Ok(granted)
    }

    /// Moves `amount` from the treasury to the balance of a member that has an account.
    ///
    /// # Errors
    /// [`LedgerRefusal::TreasuryShort`] if that much is not free, [`LedgerRefusal::UnknownMember`].
    pub fn grant_again(&mut self, member: MemberNo, amount: Chips) -> Result<(), LedgerRefusal> {
        let (can_cover, treasury) = (self.free(), self.treasury.checked_sub(amount));
        let short = LedgerRefusal::TreasuryShort {
            can_cover,
            need: amount,
        };
        if amount > can_cover {
            return Err(short);
        }
        let treasury = treasury.ok_or(short)?;
        let account = self.account_mut(member)?;
        let mismatch = LedgerRefusal::Mismatch { member };
        account.balance = account.balance.checked_add(amount).ok_or(mismatch)?;
        self.treasury = treasury;
        Ok(())
    }

    /// Moves `amount` from the balance to the bond.
    ///
    /// # Errors
    /// [`LedgerRefusal::Insufficient`], [`LedgerRefusal::UnknownMember`].
    pub fn post_bond(&mut self, member: MemberNo, amount: Chips) -> Result<(), LedgerRefusal> {
        let account = self.account_mut(member)?;
        let insufficient = LedgerRefusal::Insufficient {
            member,
            have: account.balance,
            need: amount,
        };
        let balance = account.balance.checked_sub(amount).ok_or(insufficient)?;
        let mismatch = LedgerRefusal::Mismatch { member };
        account.bond = account.bond.checked_add(amount).ok_or(mismatch)?;
        account.balance = balance;
        Ok(())
    }

    /// Moves `amount` from the bond to the treasury.
    ///
    /// # Errors
    /// [`LedgerRefusal::Mismatch`] if the bond is smaller, [`LedgerRefusal::UnknownMember`].
    pub fn forfeit_bond(&mut self, member: MemberNo, amount: Chips) -> Result<(), LedgerRefusal> {
        let mismatch = LedgerRefusal::Mismatch { member };
        let treasury = self.treasury.checked_add(amount).ok_or(mismatch)?;
        let account = self.account_mut(member)?;
        account.bond = account.bond.checked_sub(amount).ok_or(mismatch)?;
        self.treasury = treasury;
        Ok(())
    }

    /// Moves `amount` from the bond back to the balance.
    ///
    /// # Errors
    /// [`LedgerRefusal::Mismatch`] if the bond is smaller, [`LedgerRefusal::UnknownMember`].
    pub fn return_bond(&mut self, member: MemberNo, amount: Chips) -> Result<(), LedgerRefusal> {
        let account = self.account_mut(member)?;
        let mismatch = LedgerRefusal::Mismatch { member };
        let bond = account.bond.checked_sub(amount).ok_or(mismatch)?;
        account.balance = account.balance.checked_add(amount).ok_or(mismatch)?;
        account.bond = bond;
        Ok(())
    }

    /// Returns what the treasury would hold beyond the liabilities after these movements, or what
    /// it would lack.
    ///
    /// # Errors
    /// [`LedgerRefusal::TreasuryShort`].
    pub fn free_after(&self, movements: &[(MemberNo, Movement)]) -> Result<Chips, LedgerRefusal> {
        let (treasury, reserved) = self.house_after(movements)?;
        match treasury.checked_sub(reserved) {
            Some(free) => Ok(free),
            None => Err(self.short(movements)),
        }
    }

    /// Books the movements of one command or one roll: all of them or none.
    ///
    /// The treasury takes or pays what the members' balances and stakes lose or gain.
    ///
    /// # Errors
    /// Any [`LedgerRefusal`]; nothing has changed then.
    pub fn book(&mut self, movements: &[(MemberNo, Movement)]) -> Result<(), LedgerRefusal> {
        let mut changed = BTreeMap::new();
        for (member, movement) in movements {
            let known = changed.get(member).or_else(|| self.accounts.get(member));
            let account = *known.ok_or(LedgerRefusal::UnknownMember { member: *member })?;
            changed.insert(*member, moved(*member, account, movement)?);
        }
        let (treasury, reserved) = self.house_after(movements)?;
        if reserved > treasury {
            return Err(self.short(movements));
        }
        self.treasury = treasury;
        self.reserved = reserved;
        self.accounts.extend(changed);
        Ok(())
    }

    /// Makes a chip out of nothing, as only a bug would.
    #[cfg(test)]
    pub(crate) fn mint(&mut self) {
        let chip = Chips::new(1);
        self.treasury = self.treasury.checked_add(chip).unwrap();
    }

    /// Books a chip of a member's as a stake, as only a bug would: nothing lies on the felt for it.
    #[cfg(test)]
    pub(crate) fn stake_on_nothing(&mut self) {
        let chip = Chips::new(1);
        let rich = |account: &&mut Account| !account.balance.is_zero();
        let account = self.accounts.values_mut().find(rich).unwrap();
        account.balance = account.balance.checked_sub(chip).unwrap();
        account.staked = account.staked.checked_add(chip).unwrap();
    }

    /// Checks the invariant.
    ///
    /// # Errors
    /// The [`Breach`] found.
    pub fn check(&self) -> Result<(), Breach> {
        let held = self
            .accounts
            .values()
            .flat_map(|account| [account.balance, account.staked, account.bond]);
        let held = Chips::checked_sum(held).and_then(|sum| sum.checked_add(self.treasury));
        if held != Some(self.supply) {
            return Err(Breach::Supply {
                held,
                supply: self.supply,
            });
        }
        if self.reserved > self.treasury {
            return Err(Breach::Uncovered {
                treasury: self.treasury,
                reserved: self.reserved,
            });
        }
        Ok(())
    }

    /// Checks the invariant, and that stakes and liabilities are those of the tables: the sums of what
    /// stands at all of them and of what that may win.
    ///
    /// # Errors
    /// The [`Breach`] found.
    pub fn check_against(
        &self,
        at_risk: Option<Chips>,
        liability: Option<Chips>,
    ) -> Result<(), Breach> {
        self.check()?;
        let staked = Chips::checked_sum(self.accounts.values().map(|account| account.staked));
        if staked.is_none() || staked != at_risk {
            let tables = at_risk;
            return Err(Breach::Stakes { staked, tables });
        }
        if liability != Some(self.reserved) {
            let (reserved, tables) = (self.reserved, liability);
            return Err(Breach::Liabilities { reserved, tables });
        }
        Ok(())
    }

    fn account_mut(&mut self, member: MemberNo) -> Result<&mut Account, LedgerRefusal> {
        self.accounts
            .get_mut(&member)
            .ok_or(LedgerRefusal::UnknownMember { member })
    }

    /// Treasury and liabilities after the movements. Income is added before payments are taken off,
    /// so that the order of members never matters.
    fn house_after(
        &self,
        movements: &[(MemberNo, Movement)],
    ) -> Result<(Chips, Chips), LedgerRefusal> {
        let sum = |start: Chips, part: fn(&Movement) -> Chips| {
            movements.iter().try_fold(start, |sum, (member, movement)| {
                let mismatch = LedgerRefusal::Mismatch { member: *member };
                sum.checked_add(part(movement)).ok_or(mismatch)
            })
        };
        let income = sum(sum(self.treasury, |m| m.debit)?, |m| m.staked.before)?;
        let payments = sum(sum(Chips::ZERO, |m| m.credit)?, |m| m.staked.after)?;
        let reserved = sum(self.reserved, |m| m.reserved.after)?;
        let released = sum(Chips::ZERO, |m| m.reserved.before)?;
        let treasury = income
            .checked_sub(payments)
            .ok_or_else(|| self.short(movements))?;
        let unreserved = movements.first().map_or(MemberNo::FOUNDER, |first| first.0);
        let reserved = reserved
            .checked_sub(released)
            .ok_or(LedgerRefusal::Mismatch { member: unreserved })?;
        Ok((treasury, reserved))
    }

    fn short(&self, movements: &[(MemberNo, Movement)]) -> LedgerRefusal {
        let more = movements.iter().filter_map(|(_, movement)| {
            let reserved = movement.reserved;
            reserved.after.checked_sub(reserved.before)
        });
        LedgerRefusal::TreasuryShort {
            can_cover: self.free(),
            need: Chips::checked_sum(more).unwrap_or(Chips::new(u64::MAX)),
        }
    }
}

fn moved(
    member: MemberNo,
    account: Account,
    movement: &Movement,
) -> Result<Account, LedgerRefusal> {
    let mismatch = LedgerRefusal::Mismatch { member };
    let funds = account
        .balance
        .checked_add(movement.credit)
        .ok_or(mismatch)?;
    let balance = funds
        .checked_sub(movement.debit)
        .ok_or(LedgerRefusal::Insufficient {
            member,
            have: funds,
            need: movement.debit,
        })?;
    let others = account.staked.checked_sub(movement.staked.before);
    let staked = others
        .and_then(|others| others.checked_add(movement.staked.after))
        .ok_or(mismatch)?;
    Ok(Account {
        balance,
        staked,
        bond: account.bond,
    })
}
