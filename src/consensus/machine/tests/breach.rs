//! Money that does not add up stops the club: no block is built, voted for or followed, the chain
//! is halted with an alarm, and the row of the club says why.

use super::*;
use crate::club::kit::{Figure, falsified};
use crate::consensus::{ClubHealth, Decision, Misconduct};

const BROKEN: &str = "the club's rules broke: the ledger is broken: ";

/// Treasury and liabilities of a state, each wrong in a way of its own: chips that are not there,
/// liabilities that nothing covers, and liabilities for bets that there are not.
const BREACHES: [(Figure, u64); 3] = [
    (Figure::Treasury, 1),
    (Figure::Reserved, u64::MAX),
    (Figure::Reserved, 1),
];

impl World {
    /// Gives the node of this keeper, or of a guest, a state with a false figure in the ledger. What
    /// the club builds is built on the true one, whose last block is the same.
    fn falsify(&mut self, number: Option<u16>, figure: Figure, amount: u64) {
        let engine = number.map(|number| -> (KeeperNo, Box<dyn Orderer>) {
            (KeeperNo(number), Box::new(self.script.clone()))
        });
        let parts = MachineParts {
            state: falsified(&self.club.state, figure, amount),
            newest: Vec::new(),
            engine,
            log: KeptLog::empty(self.club.state.height().next()),
            pace: crate::consensus::PaceTimeouts::Local,
        };
        (self.machine, self.outputs) = Machine::new(parts, self.now);
    }

    /// Proposes a command at the one keeper of a club, whose turn it is.
    fn build(&mut self, command: Command) -> CommandId {
        let id = command.id(self.machine.club());
        self.script.will(vec![Act::NeedBlock {
            height: self.machine.state.height().next(),
            round: 0,
            within: Duration::ZERO,
        }]);
        self.step(Input::Propose(vec![command]));
        id
    }

    fn row(&self) -> ClubHealth {
        ClubHealth::from(&*self.machine.view())
    }

    fn settled(&self, id: CommandId) -> Vec<&Decision> {
        let settled = self.outputs.iter().filter_map(|output| match output {
            Output::Settle { id: of, decision } if *of == id => Some(decision),
            _ => None,
        });
        settled.collect()
    }
}

#[test]
fn a_broken_ledger_halts_the_club_of_a_sole_keeper_with_alarm_and_row() {
    for (figure, amount) in BREACHES {
        let mut world = World::start(1, Some(0), KeptLog::empty(Height(0)));
        world.falsify(Some(0), figure, amount);
        assert!(!world.is_halted(), "a start shows what it has");
        let id = world.build(world.command(1, Body::Nothing));
        let [Alarm::Halted(why)] = world.alarms()[..] else {
            panic!("{:?}", world.outputs);
        };
        assert!(why.starts_with(BROKEN), "{why}");
        assert!(!world.writes() && world.sent().is_empty());
        assert_eq!(world.settled(id), [&Decision::Unknown(id)]);
        let row = world.row();
        assert_eq!(row.condition, "halted");
        assert_eq!(row.reason.as_ref(), Some(why));
        assert!(row.words().contains(why), "{}", row.words());

        // It is for good: nothing is built, whatever is asked for.
        world.script.told();
        let id = world.build(world.command(2, Body::Nothing));
        assert!(matches!(world.settled(id)[..], [Decision::Rejected(_)]));
        assert_eq!(world.script.told(), []);
        assert!(world.alarms().is_empty());
    }
}

#[test]
fn a_keeper_whose_ledger_is_broken_votes_for_no_block() {
    for (figure, amount) in BREACHES {
        let mut world = World::keeper();
        world.falsify(Some(1), figure, amount);
        world.link(&[0, 2, 3]);
        let block = world.next_block();
        let judge = Act::Judge {
            block,
            round: 0,
            fresh: false,
        };
        world.script.will(vec![judge]);
        let message = world.engine(1, false);
        world.hear(0, &message);
        let verdicts: Vec<_> = world
            .script
            .told()
            .into_iter()
            .filter_map(|told| match told {
                Told::Event(OrderEvent::Verdict { verdict, .. }) => Some(verdict),
                Told::Begin(..) | Told::Event(_) => None,
            })
            .collect();
        assert_eq!(verdicts, [Verdict::Invalid]);
        assert!(!world.writes());
    }
}

#[test]
fn a_follower_whose_ledger_is_broken_keeps_the_block_as_evidence_and_halts() {
    for (figure, amount) in BREACHES {
        for kept in [false, true] {
            let mut world = World::guest(1);
            world.falsify(None, figure, amount);
            let block = world.next_block();
            let certificate = certify(&block, &[0]);
            if kept {
                let block = Box::new(block.clone());
                world.step(Input::TakeUp(Misconduct::WrongBlock { block, certificate }));
            } else {
                world.link(&[0]);
                world.hear(0, &message_of(&block, &[0]));
            }
            let [
                Alarm::WrongBlock {
                    block: shown, why, ..
                },
            ] = world.alarms()[..]
            else {
                panic!("{:?}", world.alarms());
            };
            assert_eq!(**shown, block);
            assert!(why.contains(BROKEN), "{why}");
            assert!(!world.writes());
            let row = world.row();
            assert_eq!(row.condition, "halted");
            assert!(
                row.reason
                    .as_ref()
                    .is_some_and(|reason| reason.contains(BROKEN))
            );
        }
    }
}
