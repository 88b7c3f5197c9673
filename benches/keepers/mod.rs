//! Keepers in memory, for more than one bench.

use std::collections::VecDeque;
use std::sync::Arc;

use bitcraps::club::{
    Block, BlockId, ClubId, Header, Height, Keeper, KeeperNo, PublicKey, StateRoot, TimeMs,
    commands_root,
};
use bitcraps::consensus::{
    Act, KeeperSet, MalachiteOrderer, OrderEvent, Orderer as _, PaceTimeouts, Verdict,
};
use bitcraps::identity::{Identity, Signer as _};
use bitcraps::ledger::MemberNo;

const CLUB: ClubId = ClubId([8; 32]);

fn block(height: Height, proposer: KeeperNo) -> Block {
    let header = Header {
        club: CLUB,
        height,
        parent: BlockId([7; 32]),
        time: TimeMs(height.0),
        proposer,
        commands_root: commands_root(&[]),
        state_root: StateRoot([1; 32]),
        next_keepers_hash: [2; 32],
        rekey: None,
    };
    let commands = Vec::new();
    Block { header, commands }
}

/// The engines of all keepers of a club, with links that take no time.
pub(crate) struct Keepers {
    set: KeeperSet,
    engines: Vec<MalachiteOrderer>,
    height: Height,
    /// To whom, and what.
    events: VecDeque<(usize, OrderEvent)>,
}

impl Keepers {
    pub(crate) fn new(count: u8) -> Self {
        let key = |number: u8| Identity::from_seed(&[number + 1; 32]);
        let keepers: Vec<_> = (0..count)
            .map(|number| Keeper {
                no: KeeperNo(number.into()),
                member: MemberNo(number.into()),
                identity: PublicKey([3; 32]),
                vote_key: key(number).public_key(),
            })
            .collect();
        let set = KeeperSet::new(&keepers).expect("a size that clubs have");
        let engines = (0..count).map(|number| {
            let (height, key) = (Height(0), Arc::new(key(number)));
            let (number, pace) = (KeeperNo(number.into()), PaceTimeouts::Local);
            MalachiteOrderer::new(CLUB, number, key, height, &set, pace)
        });
        Self {
            engines: engines.collect(),
            set,
            height: Height(0),
            events: VecDeque::new(),
        }
    }

    /// Lets all of them decide the next block.
    pub(crate) fn decide(&mut self) {
        self.height = self.height.next();
        let mut decided = 0;
        for place in 0..self.engines.len() {
            let acts = self.engines[place].begin(self.height, &self.set, Vec::new());
            decided += self.perform(place, acts);
        }
        while let Some((place, event)) = self.events.pop_front() {
            let acts = self.engines[place].step(event);
            decided += self.perform(place, acts);
        }
        assert_eq!(decided, self.engines.len(), "all decide");
    }

    fn perform(&mut self, place: usize, acts: Vec<Act>) -> usize {
        let from = self.set.keepers()[place].no;
        let mut decided = 0;
        for act in acts {
            match act {
                Act::Send { bytes, .. } => {
                    for to in (0..self.engines.len()).filter(|to| *to != place) {
                        let bytes = bytes.clone();
                        self.events
                            .push_back((to, OrderEvent::Message { from, bytes }));
                    }
                }
                Act::NeedBlock { height, round, .. } => {
                    let block = block(height, from);
                    let event = OrderEvent::Block {
                        height,
                        round,
                        block,
                    };
                    self.events.push_back((place, event));
                }
                Act::Judge { block, .. } => {
                    let (block, verdict) = (block.id(), Verdict::Valid);
                    let event = OrderEvent::Verdict { block, verdict };
                    self.events.push_back((place, event));
                }
                Act::Decided { .. } => decided += 1,
                Act::Log(_)
                | Act::Arm { .. }
                | Act::Disarm(_)
                | Act::DisarmAll
                | Act::Accuse(_)
                | Act::Refused { .. } => {}
                Act::Stop(reason) => panic!("{reason}"),
            }
        }
        decided
    }
}
