//! Random runs of legal and illegal commands.

use proptest::prelude::*;

use crate::club::kit::*;
use crate::club::*;
use crate::craps::{Action, BetId, BetKey, BoxNumber, TableRules, WorkingFlag};
use crate::dice::Slot;
use crate::ledger::{Chips, MemberNo};

/// What somebody tries; `pick` chooses among what there is at that moment.
#[derive(Clone, Copy, Debug)]
enum Try {
    Sit,
    Stand,
    Place {
        amount: u64,
    },
    Slip {
        amount: u64,
    },
    TakeDown,
    Working,
    Seal,
    Unseal,
    Open,
    Ready,
    Roll,
    PassDice,
    Rules,
    CreateTable,
    Admit,
    /// As much as the table takes of what is left.
    AllIn,
    NewChips,
    /// Seals, gets everybody ready, rolls and opens, as well-behaved nodes do.
    PlayOn,
}

fn tries() -> impl Strategy<Value = Try> {
    prop_oneof![
        3 => Just(Try::Sit),
        1 => Just(Try::Stand),
        9 => (0..60_u64).prop_map(|amount| Try::Place { amount }),
        2 => (0..3_000_u64).prop_map(|amount| Try::Slip { amount }),
        2 => Just(Try::TakeDown),
        2 => Just(Try::Working),
        3 => Just(Try::Seal),
        1 => Just(Try::Unseal),
        1 => Just(Try::Open),
        1 => Just(Try::Ready),
        1 => Just(Try::Roll),
        1 => Just(Try::PassDice),
        1 => Just(Try::Rules),
        1 => Just(Try::CreateTable),
        1 => Just(Try::Admit),
        6 => Just(Try::AllIn),
        3 => Just(Try::NewChips),
        9 => Just(Try::PlayOn),
    ]
}

fn nth<T>(all: impl IntoIterator<Item = T>, pick: u64) -> Option<T> {
    let all: Vec<T> = all.into_iter().collect();
    let count = u64::try_from(all.len()).unwrap();
    let at = pick.checked_rem(count)?;
    all.into_iter().nth(usize::try_from(at).unwrap())
}

fn any_bet(pick: u64) -> BetKey {
    // The first two of three picks fall on the first 24 bets, which are the common ones.
    let bets: Vec<_> = BetId::all().collect();
    let bet = match pick % 3 {
        2 => nth(bets, pick / 3).unwrap(),
        _ => nth(bets.into_iter().take(24), pick / 3).unwrap(),
    };
    let number = nth(BoxNumber::ALL, pick / 7);
    BetKey::new(bet, None)
        .or_else(|| BetKey::new(bet, number))
        .unwrap()
}

fn body(club: &TestClub, table: TableNo, attempt: Try, member: u32, pick: u64) -> Body {
    let at = club.state.table(table).unwrap();
    let roll = at.roll;
    let seat = at.seat_of(MemberNo(member)).map(|(seat, _)| seat);
    let standing = seat.and_then(|seat| nth(at.game.bets(seat).map(|(key, _)| key), pick));
    let bet = standing.unwrap_or_else(|| any_bet(pick));
    let slip = |actions| Body::Bets {
        table,
        roll,
        actions,
    };
    let new = |bet, amount| Action::Place {
        bet,
        amount: Chips::new(amount),
    };
    let slot = nth(at.roster.iter().map(|line| line.slot), pick).unwrap_or(Slot(0));
    match attempt {
        Try::Sit => Body::Sit { table },
        Try::Stand => Body::Stand { table },
        Try::Place { amount } => slip(vec![new(any_bet(pick), amount)]),
        Try::Slip { amount } => slip(vec![
            new(any_bet(pick), amount),
            Action::TakeDown { bet },
            new(any_bet(pick / 11), amount / 2),
        ]),
        Try::TakeDown => slip(vec![Action::TakeDown { bet }]),
        Try::Working => {
            let flags = [WorkingFlag::On, WorkingFlag::Off, WorkingFlag::Default];
            let how = nth(flags, pick / 5).unwrap();
            slip(vec![Action::Working { bet, how }])
        }
        Try::Seal => club.seal_body(table, slot),
        Try::Unseal => Body::Unseal {
            table,
            epoch: at.epoch,
            roll,
            slot,
        },
        Try::Open if at.is_locked() => club.open_body(table, slot),
        Try::Open | Try::PlayOn => Body::Nothing,
        Try::Ready => Body::Ready { table, roll },
        Try::Roll => Body::Roll { table, roll },
        Try::PassDice => Body::PassDice { table, roll },
        Try::Rules => Body::ChangeRules {
            table,
            rules: TableRules {
                max_bet: Chips::new(25 + pick % 100),
                side_bet_max: Chips::new(25),
                ..easy_rules()
            },
        },
        Try::CreateTable => create(easy_rules()),
        Try::AllIn => {
            let most = at.game.rules().max_bet;
            let left = club.state.ledger().balance(MemberNo(member)).min(most);
            slip(vec![new(any_bet(pick), left.get())])
        }
        Try::NewChips => Body::NewChips,
        Try::Admit => Body::Admit {
            key: PublicKey([u8::try_from(pick % 256).unwrap(); 32]),
            name: "Eve".to_owned(),
            kind: MemberKind::Person,
        },
    }
}

fn play_on(club: &mut TestClub, table: TableNo) {
    if !club.state.table(table).unwrap().is_locked() {
        club.seal_all(table);
        if club.lock(table).is_err() {
            return;
        }
    }
    let at = club.state.table(table).unwrap();
    let Phase::Locked(locked) = &at.phase else {
        panic!("locked")
    };
    let mut lines = at.roster.clone();
    lines.sort_by_key(|line| line.is_keeper);
    let is_due = |slot| locked.seals.contains_key(slot) && !locked.openings.contains_key(slot);
    let due = lines.iter().filter(|line| is_due(&line.slot));
    let bodies = due.map(|line| (line.member.0, club.open_body(table, line.slot)));
    let outcomes = club.decide(bodies.collect());
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert!(!club.state.table(table).unwrap().is_locked());
}

/// The state before with nothing changed but what every block changes, and a number used up.
fn untouched(before: &ClubState, after: &ClubState, member: u32) -> ClubState {
    let mut expected = before.clone();
    expected.height = after.height;
    expected.time = after.time;
    expected.tip = after.tip;
    expected.root = after.root;
    // The roots of the newest blocks are in it.
    expected.keeping.clone_from(&after.keeping);
    let sender = expected.members.get_mut(&MemberNo(member)).unwrap();
    sender.make_mut().sequence += 1;
    expected
}

/// What the ledger says is at risk and reserved is what the tables say.
pub(super) fn check_books(state: &ClubState) {
    assert_eq!(state.ledger().check(), Ok(()));
    let due = state.next_deadline();
    assert!(due.is_none_or(|due| due > state.time()), "spins: {due:?}");
    let mut reserved = Chips::ZERO;
    for (_, table) in state.tables() {
        for seat in table.seats.keys() {
            reserved = reserved.checked_add(table.game.liability(*seat)).unwrap();
        }
    }
    assert_eq!(state.ledger().reserved(), reserved);
    for (member, account) in state.ledger().accounts() {
        let mut staked = Chips::ZERO;
        let mut bond = Chips::ZERO;
        for (_, table) in state.tables() {
            if let Some((number, seat)) = table.seat_of(member) {
                staked = staked.checked_add(table.game.at_risk(number)).unwrap();
                bond = bond.checked_add(seat.bond).unwrap();
            }
        }
        assert_eq!((account.staked, account.bond), (staked, bond), "{member}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_run_keeps_every_chip_and_replays_to_the_same_root(
        seed in any::<u8>(),
        supply in prop_oneof![Just(3_050_u64), Just(3_600), Just(60_000)],
        steps in prop::collection::vec((tries(), 0..4_u32, any::<u64>()), 1..70),
    ) {
        let terms = charter(supply, 750);
        let mut club = TestClub::seated(terms, 3, MemberKind::Bot, seed);
        for (attempt, member, pick) in steps {
            let count = u64::try_from(club.state.tables().count()).unwrap();
            let table = TableNo(u32::try_from((pick / 3) % count).unwrap());
            if matches!(attempt, Try::PlayOn) {
                play_on(&mut club, table);
                check_books(&club.state);
                continue;
            }
            let places = matches!(
                attempt,
                Try::Place { .. } | Try::Slip { .. } | Try::AllIn
            );
            if places && pick % 5 > 0 && !club.state.table(table).unwrap().is_locked() {
                club.decide(vec![(member, Body::Sit { table })]);
                club.seal_all(table);
            }
            let before = club.state.clone();
            let body = body(&club, table, attempt, member, pick);
            let outcome = club.decide(vec![(member, body)]).remove(0);
            check_books(&club.state);
            let is_due = before.next_deadline().is_some_and(|due| due <= club.state.time());
            if outcome.is_err() && !is_due {
                let expected = untouched(&before, &club.state, member);
                prop_assert_eq!(&expected, &club.state, "{:?}", outcome);
            } else if outcome.is_ok() && matches!(attempt, Try::NewChips) {
                let had = *before.ledger().account(MemberNo(member)).unwrap();
                prop_assert!(had.staked.is_zero() && had.bond.is_zero(), "{:?}", had);
                prop_assert!(had.balance < Chips::new(1), "{:?}", had);
                prop_assert_eq!(club.balance(member), 750);
            }
        }
        let mut replayed = club.genesis.clone();
        for block in &club.blocks {
            replayed = apply(&replayed, block).unwrap().state;
        }
        prop_assert_eq!(replayed.state_root(), club.state.state_root());
        prop_assert_eq!(&replayed, &club.state);
    }
}
