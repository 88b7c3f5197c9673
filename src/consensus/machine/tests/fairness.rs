//! A keeper that judges blocks which close rolls, and who is told of openings.

use super::*;
use crate::club::Phase;
use crate::club::kit::{TABLE, create, easy_rules, place};
use crate::dice::Slot;
use crate::ledger::Chips;

/// At seat 0.
const GUEST: u32 = 4;

impl World {
    /// The node of keeper 1 of four, at the lock of a roll of a guest and the keepers, none of whom has
    /// a seat.
    fn at_a_shared_lock() -> Self {
        let mut world = Self::keeper();
        let club = &mut world.club;
        let mut table = create(easy_rules());
        if let Body::CreateTable(terms) = &mut table {
            terms.bond = Chips::new(1);
        }
        club.must(0, table);
        club.must(GUEST, Body::Sit { table: TABLE });
        club.seal_all(TABLE);
        club.must(GUEST, club.bets(vec![place("field", 10)]));
        assert_eq!(club.lock(TABLE), Ok(()));
        let parts = MachineParts {
            state: club.state.clone(),
            newest: Vec::new(),
            engine: Some((KeeperNo(1), Box::new(world.script.clone()))),
            log: KeptLog::empty(club.state.height().next()),
            pace: PaceTimeouts::Local,
        };
        world.now.unix = UnixMillis(club.state.time().0);
        (world.machine, world.outputs) = Machine::new(parts, world.now);
        world.link(&[0, 2, 3, GUEST, 5]);
        world
    }

    fn opening(&self, member: u32) -> Command {
        let slot = if member == GUEST {
            Slot(0)
        } else {
            Slot(Slot::FIRST_KEEPER.0 + u8::try_from(member).unwrap())
        };
        self.command(member, self.club.open_body(TABLE, slot))
    }

    /// Takes up its own opening, which says that it saw the guest's, and that one.
    fn holds_both(&mut self) {
        let (guests, own) = (self.opening(GUEST), self.opening(1));
        self.hear(GUEST, &Message::Command(guests));
        self.step(Input::Propose(vec![own]));
    }

    /// What the keeper says to a block with the openings of these members, when the roll is due.
    fn judges(&mut self, openings: &[u32]) -> Verdict {
        let Phase::Locked(locked) = &self.club.table().phase else {
            panic!("nothing is locked");
        };
        let due = locked.close_due;
        let commands = openings.iter().map(|member| self.opening(*member));
        let built = club::build(&self.club.state, due, KeeperNo(0), commands.collect());
        assert!(built.left_out.is_empty());
        let mut events = built.applied.events.iter();
        assert!(events.any(|event| event.rolled().is_some()), "it closes");
        self.now.unix = UnixMillis(due.0);
        self.script.told();
        self.script.will(vec![Act::Judge {
            block: built.block,
            round: 0,
            fresh: true,
        }]);
        let message = self.engine(1, false);
        self.hear(0, &message);
        let told = self.script.told();
        let mut verdicts = told.into_iter().filter_map(|told| match told {
            Told::Event(OrderEvent::Verdict { verdict, .. }) => Some(verdict),
            Told::Begin(..) | Told::Event(_) => None,
        });
        verdicts.next().unwrap()
    }

    /// Whose openings the last answer sends, and to whom.
    fn openings_sent(&self) -> Vec<(Vec<u32>, u32)> {
        let sent = self.sent().into_iter();
        let openings = sent.filter_map(|(to, message)| match message {
            Message::Command(command) if matches!(command.body, Body::Open { .. }) => {
                Some((to, command.member.0))
            }
            _ => None,
        });
        openings.collect()
    }
}

#[test]
fn a_close_without_an_opening_that_a_keeper_holds_gets_no_vote_and_the_opening_goes_out_again() {
    // Long after the time for openings: only what is left out can be held against it.
    let late = Duration::from_mins(1);
    let mut world = World::at_a_shared_lock();
    world.holds_both();
    world.pass(late);
    assert_eq!(world.judges(&[0, 1, 2, 3]), Verdict::Invalid);
    let everybody = vec![0, 2, 3, GUEST, 5];
    assert_eq!(world.openings_sent(), [(everybody.clone(), GUEST)]);

    let mut world = World::at_a_shared_lock();
    world.holds_both();
    world.pass(late);
    assert_eq!(world.judges(&[0, GUEST, 1, 2, 3]), Verdict::Valid);
    assert_eq!(world.openings_sent(), []);

    // Another keeper's that it holds must be there, and its own.
    let mut world = World::at_a_shared_lock();
    let others = world.opening(2);
    world.hear(2, &Message::Command(others));
    world.pass(late);
    assert_eq!(world.judges(&[0, GUEST, 1, 3]), Verdict::Invalid);
    assert_eq!(world.openings_sent(), [(everybody.clone(), 2)]);
    let mut world = World::at_a_shared_lock();
    world.holds_both();
    world.pass(late);
    assert_eq!(world.judges(&[0, GUEST, 2, 3]), Verdict::Invalid);
    assert_eq!(world.openings_sent(), [(everybody, 1)]);
}

#[test]
fn a_close_without_all_openings_gets_no_vote_before_the_keepers_own_time_is_over() {
    let close = u64::from(crate::club::RollTimes::LAN.close);
    for (millis, verdict) in [
        (close - 1_001, Verdict::Invalid),
        (close - 1_000, Verdict::Valid),
    ] {
        let mut world = World::at_a_shared_lock();
        world.pass(Duration::from_millis(millis));
        assert_eq!(world.judges(&[0, 1, 2, 3]), verdict, "after {millis} ms");
    }
    // With all of them it may close at once.
    let mut world = World::at_a_shared_lock();
    assert_eq!(world.judges(&[0, GUEST, 1, 2, 3]), Verdict::Valid);
}

#[test]
fn an_opening_goes_to_everybody_and_every_other_command_to_the_keepers() {
    let mut world = World::at_a_shared_lock();
    let own = world.opening(1);
    world.step(Input::Propose(vec![own]));
    assert_eq!(world.openings_sent(), [(vec![0, 2, 3, GUEST, 5], 1)]);

    let mut world = World::at_a_shared_lock();
    let nothing = world.command(1, Body::Nothing);
    world.step(Input::Propose(vec![nothing.clone()]));
    let to = world.sent().into_iter().filter_map(|(to, message)| {
        let is_it = matches!(message, Message::Command(command) if command == nothing);
        is_it.then_some(to)
    });
    assert_eq!(to.collect::<Vec<_>>(), [vec![0, 2, 3]]);
}
