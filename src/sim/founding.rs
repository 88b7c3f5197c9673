//! The club of a simulation before it begins: its members, their keys, one table and who sits there.

use std::sync::Arc;

use super::random::Random;
use super::{BrokenSimulation, ChaosConfig};
use crate::club::{
    Body, Charter, ClubId, ClubState, Command, Keeper, KeeperNo, MemberKind, RollTimes, Settings,
    SignatureBytes, TableNo, TimeMs, build,
};
use crate::consensus::{Certificate, KeeperSet, StoredBlock, precommit};
use crate::craps::TableRules;
use crate::identity::{Identity, Signer as _};
use crate::ledger::{Chips, MemberNo};
use crate::storage::Write;

/// When the club was founded, in Unix milliseconds: an evening in November 2026.
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
    pub(super) writes: [Write; 2],
    pub(super) state: ClubState,
}

impl Founded {
    /// Founds the club of a configuration; keys follow from the seed.
    pub(super) fn new(config: &ChaosConfig, random: &mut Random) -> Result<Self, BrokenSimulation> {
        let people = people(config, random);
        let broken = |what: &'static str| BrokenSimulation(what.to_owned());
        let founder = people.first().ok_or(broken("a club has a founder"))?;
        let keepers: Vec<Keeper> = people.iter().filter_map(keeper_of).collect();
        let first = keepers.first().ok_or(broken("a club has a keeper"))?;
        let charter = Charter {
            version: Charter::VERSION,
            name: "Simulated club".to_owned(),
            founder: founder.identity.public_key(),
            founder_name: name_of(founder.member),
            vote_key: first.vote_key,
            supply: Charter::DEFAULT_SUPPLY,
            grant: Charter::DEFAULT_GRANT,
            settings: Settings::solo(),
            founded: FOUNDED,
            nonce: random.bytes(),
        };
        let signed = charter.sign(founder.identity.signing_key());
        let bytes = signed.to_bytes();
        let genesis = ClubState::found(signed)
            .map_err(|why| BrokenSimulation(why.to_string()))?
            .with_keepers(keepers);
        let commands = opening_commands(genesis.club(), &people);
        let built = build(&genesis, TimeMs(FOUNDED.0 + 1), KeeperNo(0), commands);
        let outcomes = built.applied.outcomes.iter();
        if !built.left_out.is_empty() || outcomes.clone().any(|(_, outcome)| outcome.is_err()) {
            return Err(BrokenSimulation(format!("the opening: {outcomes:?}")));
        }
        let state = built.applied.state;
        let stored = StoredBlock {
            certificate: certify(&genesis, &people, &built.block)?,
            block: built.block,
            refused: Vec::new(),
        };
        let club = *genesis.club();
        let found = Write::Club {
            club,
            charter: bytes,
            state: genesis.to_bytes(),
            secrets: Vec::new(),
        };
        let open = Write::Block {
            club,
            height: state.height(),
            block: stored.to_bytes(),
            state: state.to_bytes(),
            rolls: Vec::new(),
        };
        Ok(Self {
            people,
            writes: [found, open],
            state,
        })
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

fn keeper_of(person: &Person) -> Option<Keeper> {
    person.vote.as_ref().map(|(no, key)| Keeper {
        no: *no,
        member: person.member,
        vote_key: key.public_key(),
    })
}

fn name_of(member: MemberNo) -> String {
    format!("Player {member}")
}

/// Everybody is taken in, a table is opened, and those who play sit down.
fn opening_commands(club: &ClubId, people: &[Person]) -> Vec<Command> {
    let Some((founder, others)) = people.split_first() else {
        return Vec::new();
    };
    let admit = others.iter().map(|person| Body::Admit {
        key: person.identity.public_key(),
        name: name_of(person.member),
        kind: MemberKind::Person,
    });
    let create = Body::CreateTable {
        name: "Table".to_owned(),
        rules: TableRules::default(),
        seats_max: 8,
        min_players: 1,
        bond: BOND,
        times: RollTimes::LAN,
    };
    let not_after = TimeMs(FOUNDED.0 + 1_000);
    let sign = |person: &Person, sequence, body| {
        let key = person.identity.signing_key();
        Command::sign(key, club, person.member, sequence, not_after, body)
    };
    let of_founder = admit.chain([create, Body::Sit { table: TABLE }]);
    let of_founder = of_founder.zip(1..).map(|(body, n)| sign(founder, n, body));
    let seated = others.iter().filter(|person| person.is_seated);
    let sits = seated.map(|person| sign(person, 1, Body::Sit { table: TABLE }));
    of_founder.chain(sits).collect()
}

fn certify(
    genesis: &ClubState,
    people: &[Person],
    block: &crate::club::Block,
) -> Result<Certificate, BrokenSimulation> {
    let keepers = KeeperSet::new(genesis.keepers());
    let keepers = keepers.map_err(|why| BrokenSimulation(why.to_string()))?;
    let (height, id) = (block.header.height, block.id());
    let voters = people.iter().filter_map(|person| person.vote.as_ref());
    let signatures = voters.take(keepers.quorum()).map(|(number, key)| {
        let message = precommit(genesis.club(), height, 0, &id, *number);
        (*number, SignatureBytes(key.sign(&message)))
    });
    Ok(Certificate {
        height,
        round: 0,
        block: id,
        signatures: signatures.collect(),
    })
}
