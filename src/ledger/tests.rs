//! The ledger against a model that only keeps a list of entries.

use proptest::prelude::*;

use super::*;

const SUPPLY: u64 = 5_000;
const MEMBERS: u32 = 3;

fn chips(count: u64) -> Chips {
    Chips::new(count)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purse {
    Treasury,
    Balance(u32),
    Staked(u32),
    Bond(u32),
}

/// The independent model: who gave how much to whom; a purse holds the sum of its entries.
#[derive(Default)]
struct Journal {
    entries: Vec<(Purse, Purse, u64)>,
    members: Vec<u32>,
    liabilities: Vec<(u32, u64)>,
}

impl Journal {
    fn held(&self, purse: Purse) -> i128 {
        let opening = if purse == Purse::Treasury { SUPPLY } else { 0 };
        self.entries
            .iter()
            .fold(i128::from(opening), |held, entry| {
                let (from, to, amount) = *entry;
                let into = if to == purse { i128::from(amount) } else { 0 };
                let out = if from == purse { i128::from(amount) } else { 0 };
                held + into - out
            })
    }

    fn liability(&self) -> i128 {
        self.liabilities
            .iter()
            .map(|(_, amount)| i128::from(*amount))
            .sum()
    }

    fn liability_of(&self, member: u32) -> u64 {
        self.liabilities
            .iter()
            .find(|(of, _)| *of == member)
            .map_or(0, |(_, amount)| *amount)
    }

    /// Enters all or nothing, as an accountant would: no purse may go below zero in the end.
    fn enter(&mut self, entries: &[(Purse, Purse, u64)], member: u32, liability: u64) -> bool {
        let count = self.entries.len();
        let liabilities = self.liabilities.clone();
        self.entries.extend(entries);
        self.liabilities.retain(|(of, _)| *of != member);
        self.liabilities.push((member, liability));
        let purses = [
            Purse::Balance(member),
            Purse::Staked(member),
            Purse::Bond(member),
        ];
        let covered = self.held(Purse::Treasury) >= self.liability();
        let fits = self.members.contains(&member) && covered;
        if fits && purses.iter().all(|purse| self.held(*purse) >= 0) {
            return true;
        }
        self.entries.truncate(count);
        self.liabilities = liabilities;
        false
    }
}

#[derive(Clone, Debug)]
enum Step {
    Grant {
        member: u32,
        amount: u64,
    },
    PostBond {
        member: u32,
        amount: u64,
    },
    ReturnBond {
        member: u32,
        amount: u64,
    },
    Book {
        member: u32,
        debit: u64,
        credit: u64,
        staked: u64,
        reserved: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let member = 0..MEMBERS + 1;
    prop_oneof![
        (member.clone(), 0..3_000_u64).prop_map(|(member, amount)| Step::Grant { member, amount }),
        (member.clone(), 0..900_u64).prop_map(|(member, amount)| Step::PostBond { member, amount }),
        (member.clone(), 0..900_u64)
            .prop_map(|(member, amount)| Step::ReturnBond { member, amount }),
        (member, 0..900_u64, 0..900_u64, 0..900_u64, 0..1_500_u64).prop_map(
            |(member, debit, credit, staked, reserved)| Step::Book {
                member,
                debit,
                credit,
                staked,
                reserved
            }
        ),
    ]
}

/// Applies one step to both; returns whether each took it.
fn both(ledger: &mut TokenLedger, journal: &mut Journal, step: &Step) -> (bool, bool) {
    match *step {
        Step::Grant { member, amount } => {
            let fresh = !journal.members.contains(&member);
            let granted = ledger.grant(MemberNo(member), chips(amount));
            if fresh {
                let free = journal.held(Purse::Treasury) - journal.liability();
                let amount = if free >= i128::from(amount) {
                    amount
                } else {
                    0
                };
                journal.members.push(member);
                journal
                    .entries
                    .push((Purse::Treasury, Purse::Balance(member), amount));
                assert_eq!(granted, Ok(chips(amount)));
            }
            (granted.is_ok(), fresh)
        }
        Step::PostBond { member, amount } => {
            let liability = journal.liability_of(member);
            let entry = (Purse::Balance(member), Purse::Bond(member), amount);
            (
                ledger.post_bond(MemberNo(member), chips(amount)).is_ok(),
                journal.enter(&[entry], member, liability),
            )
        }
        Step::ReturnBond { member, amount } => {
            let liability = journal.liability_of(member);
            let entry = (Purse::Bond(member), Purse::Balance(member), amount);
            (
                ledger.return_bond(MemberNo(member), chips(amount)).is_ok(),
                journal.enter(&[entry], member, liability),
            )
        }
        Step::Book {
            member,
            debit,
            credit,
            staked,
            reserved,
        } => {
            let account = ledger
                .account(MemberNo(member))
                .copied()
                .unwrap_or_default();
            let movement = Movement {
                debit: chips(debit),
                credit: chips(credit),
                staked: Change {
                    before: account.staked,
                    after: chips(staked),
                },
                reserved: Change {
                    before: chips(journal.liability_of(member)),
                    after: chips(reserved),
                },
            };
            let entries = [
                (Purse::Staked(member), Purse::Treasury, account.staked.get()),
                (Purse::Treasury, Purse::Staked(member), staked),
                (Purse::Balance(member), Purse::Treasury, debit),
                (Purse::Treasury, Purse::Balance(member), credit),
            ];
            let told = ledger.free_after(&[(MemberNo(member), movement)]);
            let booked = ledger.book(&[(MemberNo(member), movement)]).is_ok();
            assert!(!booked || told == Ok(ledger.free()), "{told:?}");
            (booked, journal.enter(&entries, member, reserved))
        }
    }
}

proptest! {
    #[test]
    fn any_run_of_movements_agrees_with_a_list_of_entries(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let mut ledger = TokenLedger::new(chips(SUPPLY));
        let mut journal = Journal::default();
        for step in &steps {
            let before = ledger.clone();
            let (taken, expected) = both(&mut ledger, &mut journal, step);
            prop_assert_eq!(taken, expected, "{:?}", step);
            if !taken {
                prop_assert_eq!(&ledger, &before);
            }
            prop_assert_eq!(ledger.check(), Ok(()));
            prop_assert_eq!(i128::from(ledger.treasury().get()), journal.held(Purse::Treasury));
            prop_assert_eq!(i128::from(ledger.reserved().get()), journal.liability());
            for (member, account) in ledger.accounts() {
                let MemberNo(member) = member;
                for (found, purse) in [
                    (account.balance, Purse::Balance(member)),
                    (account.staked, Purse::Staked(member)),
                    (account.bond, Purse::Bond(member)),
                ] {
                    prop_assert_eq!(i128::from(found.get()), journal.held(purse));
                }
            }
        }
    }
}

#[test]
fn one_members_loss_pays_anothers_win_in_the_same_roll_in_either_order() {
    let mut ledger = TokenLedger::new(chips(300));
    let (winner, loser) = (MemberNo(1), MemberNo(2));
    for member in [winner, loser] {
        ledger.grant(member, chips(100)).unwrap();
        let bet = Movement {
            debit: chips(50),
            credit: Chips::ZERO,
            staked: Change {
                before: Chips::ZERO,
                after: chips(50),
            },
            reserved: Change {
                before: Chips::ZERO,
                after: chips(50),
            },
        };
        ledger.book(&[(member, bet)]).unwrap();
    }
    let settled = |credit| Movement {
        debit: Chips::ZERO,
        credit: chips(credit),
        staked: Change {
            before: chips(50),
            after: Chips::ZERO,
        },
        reserved: Change {
            before: chips(50),
            after: Chips::ZERO,
        },
    };
    let mut other = ledger.clone();
    ledger
        .book(&[(winner, settled(100)), (loser, settled(0))])
        .unwrap();
    other
        .book(&[(loser, settled(0)), (winner, settled(100))])
        .unwrap();
    assert_eq!(ledger, other);
    assert_eq!(ledger.balance(winner), chips(150));
    assert_eq!(ledger.balance(loser), chips(50));
    assert_eq!(ledger.treasury(), chips(100));
    assert_eq!(ledger.check(), Ok(()));
}

#[test]
fn a_breach_is_named() {
    let mut ledger = TokenLedger::new(chips(10));
    ledger.grant(MemberNo(0), chips(4)).unwrap();
    let minted = serde_json::to_string(&ledger)
        .unwrap()
        .replace("\"treasury\":6", "\"treasury\":7");
    let minted: TokenLedger = serde_json::from_str(&minted).unwrap();
    assert_eq!(
        minted.check(),
        Err(Breach::Supply {
            held: Some(chips(11)),
            supply: chips(10)
        })
    );
    let short = serde_json::to_string(&ledger)
        .unwrap()
        .replace("\"reserved\":0", "\"reserved\":7");
    let short: TokenLedger = serde_json::from_str(&short).unwrap();
    assert_eq!(
        short.check(),
        Err(Breach::Uncovered {
            treasury: chips(6),
            reserved: chips(7)
        })
    );
}
