//! The club of a simulation before it begins: its members, their keys, one table and who sits there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::random::Random;
use super::{BrokenSimulation, ChaosConfig};
use crate::club::{
    Body, Charter, ClubState, Command, KeeperChange, KeeperNo, MemberKind, RollTimes, Settings,
    SignatureBytes, TableNo, TableTerms, TimeMs, build, vote_key_message,
};
use crate::consensus::{Certificate, KeeperSet, StoredBlock, precommit};
use crate::craps::TableRules;
use crate::identity::{Identity, Signer as _};
use crate::ledger::{Chips, MemberNo};
use crate::storage::Write;

/// When the club was club, in Unix milliseconds: an evening in November 2026.
pub(super) const FOUNDED: TimeMs = TimeMs(1_795_000_000_000);

/// What each seat puts up.
const BOND: Chips = Chips::new(100);

/// The one table.
pub(super) const TABLE: TableNo = TableNo(0);

/// A member as the simulation knows it.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) member: MemberNo,
    pub(super) identity: Identity,
    /// The number and the key of its votes, if it is a keeper.
    pub(super) vote: Option<(KeeperNo, Arc<Identity>)>,
    pub(super) is_seated: bool,
}

/// A club with everybody in it.
#[derive(Debug)]
pub(super) struct Founded {
    pub(super) people: Vec<Person>,
    /// What every node finds in its store.
    pub(super) writes: Vec<Write>,
    pub(super) state: ClubState,
}

impl Founded {
    /// Founds the club of a configuration and lets it grow; keys follow from the seed.
    pub(super) fn new(config: &ChaosConfig, random: &mut Random) -> Result<Self, BrokenSimulation> {
        let people = people(config, random);
        let broken = |what: &'static str| BrokenSimulation(what.to_owned());
        let founder = people.first().ok_or(broken("a club has a founder"))?;
        let (_, vote_key) = founder.vote.as_ref().ok_or(broken("a founder keeps"))?;
        let charter = Charter {
            version: Charter::VERSION,
            name: "Simulated club".to_owned(),
            founder: founder.identity.public_key(),
            founder_name: name_of(founder.member),
            vote_key: vote_key.public_key(),
            supply: Charter::DEFAULT_SUPPLY,
            grant: Charter::DEFAULT_GRANT,
            settings: Settings::solo(),
            founded: FOUNDED,
            nonce: random.bytes(),
        };
        let signed = charter.sign(founder.identity.signing_key());
        let bytes = signed.to_bytes();
        let state = ClubState::found(signed).map_err(|why| BrokenSimulation(why.to_string()))?;
        let found = Write::Club {
            club: *state.club(),
            charter: bytes,
            state: state.to_bytes(),
            secrets: Vec::new(),
        };
        let mut club = Self {
            people,
            writes: vec![found],
            state,
        };
        club.decide(Self::admissions)?;
        if config.keepers > 1 {
            club.decide(Self::ready)?;
            club.decide(Self::growth)?;
        }
        club.decide(Self::table)?;
        Ok(club)
    }

    /// Lets the keepers of now decide a block of what members want.
    fn decide(
        &mut self,
        wanted: impl FnOnce(&Self) -> Vec<(MemberNo, Body)>,
    ) -> Result<(), BrokenSimulation> {
        let mut commands = Vec::new();
        let mut used: BTreeMap<MemberNo, u64> = BTreeMap::new();
        let until = TimeMs(FOUNDED.0 + 1_000);
        for (member, body) in wanted(self) {
            let people = self.people.iter().find(|person| person.member == member);
            let person = people.ok_or(BrokenSimulation(format!("{member} is nobody")))?;
            let before = self
                .state
                .member(member)
                .map_or(0, |member| member.sequence);
            let sequence = used.entry(member).or_insert(before);
            *sequence += 1;
            let (key, club) = (person.identity.signing_key(), self.state.club());
            commands.push(Command::sign(key, club, member, *sequence, until, body));
        }
        let time = TimeMs(self.state.time().0 + 1);
        let built = build(&self.state, time, KeeperNo(0), commands);
        let outcomes = built.applied.outcomes.iter();
        if !built.left_out.is_empty() || outcomes.clone().any(|(_, outcome)| outcome.is_err()) {
            return Err(BrokenSimulation(format!("the opening: {outcomes:?}")));
        }
        let stored = StoredBlock {
            certificate: certify(&self.state, &self.people, &built.block)?,
            block: built.block,
            refused: Vec::new(),
        };
        self.state = built.applied.state;
        self.writes.push(Write::Block {
            club: *self.state.club(),
            height: self.state.height(),
            block: stored.to_bytes(),
            state: self.state.to_bytes(),
            rolls: Vec::new(),
        });
        Ok(())
    }

    /// Everybody is taken in.
    fn admissions(&self) -> Vec<(MemberNo, Body)> {
        let others = self.people.iter().skip(1);
        let admit = others.map(|person| Body::Admit {
            key: person.identity.public_key(),
            name: name_of(person.member),
            kind: MemberKind::Person,
        });
        admit.map(|body| (MemberNo::FOUNDER, body)).collect()
    }

    /// The nodes of the coming keepers show that they follow.
    fn ready(&self) -> Vec<(MemberNo, Body)> {
        let coming = self.people.iter().skip(1);
        let ready = coming.filter_map(|person| {
            let (_, vote_key) = person.vote.as_ref()?;
            let proof = vote_key.sign(&vote_key_message(self.state.club(), person.member));
            let body = Body::KeeperReady {
                vote_key: vote_key.public_key(),
                proof: SignatureBytes(proof),
                height: self.state.height(),
                state_root: self.state.state_root(),
            };
            Some((person.member, body))
        });
        ready.collect()
    }

    /// The founder shares the club with them.
    fn growth(&self) -> Vec<(MemberNo, Body)> {
        let coming = self.people.iter().skip(1);
        let coming = coming.filter(|person| person.vote.is_some());
        let members = coming.map(|person| person.member).collect();
        let change = KeeperChange::Grow { members };
        vec![(MemberNo::FOUNDER, Body::ChangeKeepers { change })]
    }

    /// A table is opened, and those who play sit down.
    fn table(&self) -> Vec<(MemberNo, Body)> {
        let create = Body::CreateTable(TableTerms {
            name: "Table".to_owned(),
            rules: TableRules::default(),
            seats_max: 8,
            min_players: 1,
            bond: BOND,
            times: RollTimes::LAN,
        });
        let seated = self.people.iter().filter(|person| person.is_seated);
        let sits = seated.map(|person| (person.member, Body::Sit { table: TABLE }));
        std::iter::once((MemberNo::FOUNDER, create))
            .chain(sits)
            .collect()
    }
}

fn people(config: &ChaosConfig, random: &mut Random) -> Vec<Person> {
    let members = (0_u32..).take(config.keepers + ChaosConfig::GUESTS);
    let numbered = members.zip(0_u16..);
    numbered
        .map(|(member, number)| {
            let is_keeper = usize::from(number) < config.keepers;
            let identity = Identity::from_seed(&random.bytes());
            let vote_key = Arc::new(Identity::from_seed(&random.bytes()));
            Person {
                member: MemberNo(member),
                identity,
                vote: is_keeper.then_some((KeeperNo(number), vote_key)),
                // The founder and the guests play, the other keepers only keep.
                is_seated: !is_keeper || member == 0,
            }
        })
        .collect()
}

fn name_of(member: MemberNo) -> String {
    format!("Player {member}")
}

fn certify(
    before: &ClubState,
    people: &[Person],
    block: &crate::club::Block,
) -> Result<Certificate, BrokenSimulation> {
    let keepers = KeeperSet::new(before.keepers());
    let keepers = keepers.map_err(|why| BrokenSimulation(why.to_string()))?;
    let (height, id) = (block.header.height, block.id());
    let voters = people.iter().filter_map(|person| person.vote.as_ref());
    let signatures = voters.take(keepers.quorum()).map(|(number, key)| {
        let message = precommit(before.club(), height, 0, &id, *number);
        (*number, SignatureBytes(key.sign(&message)))
    });
    Ok(Certificate {
        height,
        round: 0,
        block: id,
        signatures: signatures.collect(),
    })
}
