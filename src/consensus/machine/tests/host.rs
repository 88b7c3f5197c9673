//! A member that watches the host of a hosted club.

use super::*;
use crate::club::kit::{TABLE, create, easy_rules, place};
use crate::consensus::limits::WANT_PAUSE;
use crate::consensus::{HostConduct, LeftOut};
use crate::dice::Slot;

const HOST: u32 = 0;
const VICTIM: u32 = 4;
const OTHER: u32 = 5;

impl World {
    /// The node of a guest that follows a hosted club up to the lock of a roll, in which the host and
    /// one more guest have bets and seals.
    fn at_a_lock() -> Self {
        let mut world = Self::before_a_lock();
        let roll = world.club.table().roll;
        world.follow(vec![(HOST, Body::Roll { table: TABLE, roll })]);
        assert!(world.club.table().is_locked());
        world
    }

    /// The same up to the bets.
    fn before_a_lock() -> Self {
        let mut world = Self::guest(1);
        world.link(&[HOST, OTHER]);
        world.follow(vec![(HOST, create(easy_rules()))]);
        let sits = [HOST, VICTIM].map(|member| (member, Body::Sit { table: TABLE }));
        world.follow(sits.to_vec());
        let seals = [(HOST, Slot(0)), (VICTIM, Slot(1))];
        let seals = seals.map(|(member, slot)| (member, world.club.seal_body(TABLE, slot)));
        world.follow(seals.to_vec());
        let bet = world.club.bets(vec![place("field", 10)]);
        world.follow(vec![(HOST, bet.clone()), (VICTIM, bet)]);
        world
    }

    /// Follows the host's next block.
    fn follow(&mut self, bodies: Vec<(u32, Body)>) {
        let block = self.block_in(1_000, bodies);
        self.hear(HOST, &message_of(&block, &[0]));
        self.step(Input::Written(Ok(())));
    }

    fn block_in(&mut self, millis: u64, bodies: Vec<(u32, Body)>) -> Block {
        let time = self.club.state.time().0.max(START) + millis;
        self.block_by(0, time, bodies)
    }

    /// Hears the other guest's opening of the locked roll as gossip.
    fn hear_opening(&mut self) -> Body {
        let opening = self.club.open_body(TABLE, Slot(1));
        let command = self.command(VICTIM, opening.clone());
        self.hear(OTHER, &Message::Command(command));
        opening
    }

    /// The block in which the host closes with its own opening, which says what it saw, and others
    /// before it.
    fn close(&mut self, before: Vec<(u32, Body)>, saw: u16) -> Block {
        let mut own = self.club.open_body(TABLE, Slot(0));
        if let Body::Open { seen, .. } = &mut own {
            *seen = saw;
        }
        let bodies = before.into_iter().chain([(HOST, own)]).collect();
        let close = u64::from(self.club.table().times.close);
        let block = self.block_in(close, bodies);
        assert!(!self.club.table().is_locked());
        block
    }

    fn conduct(&self) -> HostConduct {
        self.machine.view().host.clone()
    }

    fn blamed(&self) -> Option<&LeftOut> {
        self.alarms().into_iter().find_map(|alarm| match alarm {
            Alarm::LeftOut(left_out) => Some(left_out),
            _ => None,
        })
    }
}

#[test]
fn an_opening_that_the_host_had_time_for_is_missed_however_its_block_comes() {
    for asked_for in [false, true] {
        let mut world = World::at_a_lock();
        world.hear_opening();
        let block = world.close(Vec::new(), 0);
        if asked_for {
            // The host says that there is a block, and sends it to those who ask.
            let (height, id) = (block.header.height, block.id());
            world.hear(HOST, &Message::Tip { height, block: id });
            world.pass(WANT_PAUSE);
            world.step(Input::Timer(Timer::Want));
        }
        world.hear(HOST, &message_of(&block, &[0]));
        let blamed = world.blamed().unwrap();
        assert_eq!((blamed.roll, &blamed.slots), (1, &vec![Slot(1)]));
        assert_eq!((blamed.times, blamed.rolls), (1, 1));
    }
}

#[test]
fn an_opening_that_the_host_put_on_the_chain_and_says_it_did_not_see_is_left_out_too() {
    let mut world = World::at_a_lock();
    let opening = world.club.open_body(TABLE, Slot(1));
    let block = world.close(vec![(VICTIM, opening)], 0);
    // Nobody else had it before, so nobody can tell that it was there in time.
    world.hear(HOST, &message_of(&block, &[0]));
    assert_eq!((world.blamed(), world.conduct().rolls), (None, 1));

    let mut world = World::at_a_lock();
    let opening = world.hear_opening();
    let block = world.close(vec![(VICTIM, opening)], 0);
    world.hear(HOST, &message_of(&block, &[0]));
    assert_eq!(world.blamed().unwrap().slots, [Slot(1)]);
}

#[test]
fn a_host_is_not_blamed_for_what_counts_or_for_a_link_that_was_down() {
    let mut world = World::at_a_lock();
    let opening = world.hear_opening();
    let block = world.close(vec![(VICTIM, opening)], 0b10);
    world.hear(HOST, &message_of(&block, &[0]));
    assert_eq!(world.blamed(), None);
    assert_eq!((world.conduct().left_out, world.conduct().rolls), (0, 1));

    let mut world = World::at_a_lock();
    world.hear_opening();
    let member = MemberNo(HOST);
    world.step(Input::Unlinked { member });
    world.pass(Duration::from_secs(1));
    world.link(&[HOST]);
    let block = world.close(Vec::new(), 0);
    world.hear(HOST, &message_of(&block, &[0]));
    assert_eq!((world.blamed(), world.conduct().rolls), (None, 0));
}

/// The opener was faster than the block that locks its roll, and had a word in that block.
#[test]
fn an_opening_that_comes_before_its_lock_is_held_for_it() {
    for garbled in [false, true] {
        let mut world = World::before_a_lock();
        let roll = world.club.table().roll;
        let table = TABLE;
        let words = vec![
            (VICTIM, Body::Ready { table, roll }),
            (HOST, Body::Roll { table, roll }),
        ];
        let lock = world.block_in(1_000, words);
        assert!(world.club.table().is_locked());
        if garbled {
            // What is not its owner's word takes no place.
            let opening = world.club.open_body(TABLE, Slot(1));
            let mut command = world.command(VICTIM, opening);
            command.signature.0[0] ^= 1;
            world.hear(OTHER, &Message::Command(command));
        } else {
            world.hear_opening();
        }
        world.hear(HOST, &message_of(&lock, &[0]));
        world.step(Input::Written(Ok(())));
        let close = world.close(Vec::new(), 0);
        world.hear(HOST, &message_of(&close, &[0]));
        let blamed = world.blamed().map(|blamed| blamed.slots.clone());
        assert_eq!(blamed, (!garbled).then(|| vec![Slot(1)]));
    }
}

/// What the newest answer wants remembered.
fn remembered(world: &World) -> Option<HostWatch> {
    world.outputs.iter().find_map(|output| match output {
        Output::RememberHost(row) => Some(HostWatch::from_bytes(row).unwrap()),
        _ => None,
    })
}

#[test]
fn what_is_held_against_a_host_is_remembered_and_taken_up_until_the_player_says_go_on() {
    let mut world = World::at_a_lock();
    let opening = world.hear_opening();
    let good = world.close(vec![(VICTIM, opening)], 0b10);
    world.hear(HOST, &message_of(&good, &[0]));
    assert_eq!(remembered(&world), None, "nothing is held against it");

    let mut world = World::at_a_lock();
    world.hear_opening();
    let close = world.close(Vec::new(), 0);
    world.hear(HOST, &message_of(&close, &[0]));
    let watch = remembered(&world).unwrap();
    let before = world.conduct();
    assert_eq!((before.left_out, before.rolls), (1, 1));

    // Another start knows it, and one more start without it does not.
    let mut again = World::at_a_lock();
    again.step(Input::RecallHost(Box::new(watch)));
    assert_eq!(again.conduct(), before);
    again.hear_opening();
    let close = again.close(Vec::new(), 0);
    again.hear(HOST, &message_of(&close, &[0]));
    assert_eq!((again.conduct().left_out, again.conduct().rolls), (2, 2));
    again.step(Input::TrustHost);
    assert_eq!(remembered(&again), Some(HostWatch::default()));
    assert_eq!(again.conduct(), HostConduct::default());
}
