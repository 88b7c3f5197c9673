//! The rules at speed: a simulated player, a crowded table, a club's block of bets.
//!
//! `cargo bench --bench craps`. Everything runs on one core. `rolls` is to reach five million rolls a
//! second for `pass-odds`. `benches/crapssim_compare.py` measures the same beside crapssim.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a bench that can't go on shall end"
)]

use bitcraps::club::{
    Block, Body, Charter, ClubState, Command, KeeperNo, NewSeal, Phase, PublicKey, RollTimes,
    RosterLine, Settings, TableNo, TableTerms, TimeMs, apply, build,
};
use bitcraps::craps::{Action, BetId, BetKey, Dice, RollResult, SeatNo, Table, TableRules};
use bitcraps::dice::{EpochSecret, Slot, SlotSecret, seal};
use bitcraps::ledger::{Chips, MemberNo};
use bitcraps::simulate::{Plan, Simulation};
use bitcraps::strategy::Strategy;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use ed25519_dalek::SigningKey;

/// The bets on a crowded table.
const BETS: usize = 30;

fn main() {
    divan::main();
}

/// Rolls a second of one simulated player, his bets and their settlement included.
#[divan::bench(args = ["pass", "pass-odds", "three-point-molly", "across", "random"])]
fn rolls(bencher: Bencher<'_, '_>, strategy: &str) {
    let plan = Plan {
        strategy: strategy.parse::<Strategy>().expect("a strategy"),
        hands: 1_000_000,
        bankroll: Chips::new(1_000_000),
        unit: Chips::new(10),
        seed: 1,
        session: None,
        rules: Plan::rules(),
    };
    let simulation = Simulation::new(plan).expect("a plan");
    // A chunk after those whose way is kept for the fan, as nearly all of a long run are.
    let chunk = 100;
    let mut once = simulation.clone();
    once.play_chunk(chunk);
    bencher
        .counter(ItemsCount::new(once.tally().rolls))
        .with_inputs(|| simulation.clone())
        .bench_local_refs(|simulation| simulation.play_chunk(chunk));
}

/// Rules under which anybody may roll with any bet.
fn rules() -> TableRules {
    TableRules {
        shooter_needs_line_bet: false,
        ..TableRules::default()
    }
}

/// Places the first bets of the catalogue that a table takes.
fn slip(table: &mut Table, seat: SeatNo) -> Vec<Action> {
    let balance = Chips::new(1_000_000);
    let all = BetId::all().filter_map(|bet| BetKey::new(bet, None));
    let place = all.map(|bet| Action::Place {
        bet,
        amount: Chips::new(u64::from(bet.info().exact_multiple.max(10))),
    });
    place
        .filter(|action| table.act(seat, action, balance).is_ok())
        .take(BETS)
        .collect()
}

/// One roll of a table with thirty bets: what a node does for it besides the dice.
#[divan::bench(args = ["2-2", "3-4", "5-6"])]
fn roll_of_thirty_bets(bencher: Bencher<'_, '_>, dice: &str) {
    let (a, b) = dice.split_once('-').expect("two faces");
    let face_of = |text: &str| text.parse().expect("a face");
    let dice = Dice::new(face_of(a), face_of(b)).expect("dice");
    let mut table = Table::new(rules()).expect("legal rules");
    table.sit(SeatNo::FIRST).expect("a free seat");
    table.roll(Dice::new(4, 4).expect("dice"));
    assert_eq!(slip(&mut table, SeatNo::FIRST).len(), BETS);
    let mut result = RollResult::empty(dice);
    bencher
        .with_inputs(|| table.clone())
        .bench_local_refs(|table| table.roll_into(dice, &mut result));
}

/// What one roll costs where its result is filled anew, and where the memory of the last one is used
/// again, for a player's few bets and for a crowd's: the reason for [`Table::roll_into`].
#[divan::bench(args = ["few new", "few reused", "thirty new", "thirty reused"])]
fn memory_of_a_roll(bencher: Bencher<'_, '_>, which: &str) {
    let mut table = Table::new(rules()).expect("legal rules");
    table.sit(SeatNo::FIRST).expect("a free seat");
    table.roll(Dice::new(4, 4).expect("dice"));
    let bets = slip(&mut table, SeatNo::FIRST);
    if which.starts_with("few") {
        for action in bets.iter().skip(2).rev() {
            let down = Action::TakeDown { bet: action.bet() };
            table
                .act(SeatNo::FIRST, &down, Chips::ZERO)
                .expect("no contract");
        }
    }
    let dice = Dice::new(5, 6).expect("dice");
    let bencher = bencher.with_inputs(|| table.clone());
    let mut result = RollResult::empty(dice);
    if which.ends_with("reused") {
        bencher.bench_local_refs(|table| table.roll_into(dice, &mut result));
    } else {
        bencher.bench_local_refs(|table| table.roll(dice));
    }
}

/// A club of one with a table at which its founder sits and has sealed.
struct Club {
    state: ClubState,
    key: SigningKey,
    sequence: u64,
}

const FOUNDER: MemberNo = MemberNo(0);
const TABLE: TableNo = TableNo(0);

impl Club {
    fn seated() -> Self {
        let key = SigningKey::from_bytes(&[1; 32]);
        let charter = Charter {
            version: Charter::VERSION,
            name: "Back room".to_owned(),
            founder: PublicKey(key.verifying_key().to_bytes()),
            founder_name: "Ann".to_owned(),
            vote_key: PublicKey(SigningKey::from_bytes(&[2; 32]).verifying_key().to_bytes()),
            supply: Chips::new(10_000_000),
            grant: Chips::new(10_000),
            settings: Settings::solo(),
            founded: TimeMs(1_000_000),
            nonce: [7; 32],
        };
        let state = ClubState::found(charter.sign(&key)).expect("a charter");
        let sequence = state.member(FOUNDER).expect("the founder").sequence;
        let mut club = Self {
            state,
            key,
            sequence,
        };
        club.decide(vec![Body::CreateTable(TableTerms {
            name: "Table".to_owned(),
            rules: rules(),
            seats_max: 8,
            min_players: 1,
            bond: Chips::ZERO,
            times: RollTimes::LAN,
        })]);
        club.decide(vec![Body::Sit { table: TABLE }]);
        let table = club.state.table(TABLE).expect("the table");
        let seals = table.roster.iter().map(|line| Body::Seal {
            table: TABLE,
            epoch: table.epoch,
            roll: table.roll,
            slot: line.slot,
            seal: new_seal(&club.state, line.slot, 0).1,
        });
        club.decide(seals.collect());
        club
    }

    /// Opens every secret of the locked roll, the keeper's last.
    fn openings(&self) -> Vec<Body> {
        let table = self.state.table(TABLE).expect("the table");
        let Phase::Locked(locked) = &table.phase else {
            panic!("the roll was locked");
        };
        let mut lines = table.roster.clone();
        lines.sort_by_key(|line| line.is_keeper);
        let open = |line: RosterLine| Body::Open {
            table: TABLE,
            roll: table.roll,
            slot: line.slot,
            lock_hash: locked.lock_hash,
            secret: *new_seal(&self.state, line.slot, 0).0.expose(),
            seen: u16::from(line.is_keeper),
            next: Some(new_seal(&self.state, line.slot, 1).1),
        };
        lines.into_iter().map(open).collect()
    }

    /// Builds the next block of signed commands.
    fn block(&self, bodies: Vec<Body>) -> Block {
        let now = self.state.time();
        let until = TimeMs(now.0 + 30_000);
        let sign = |(number, body)| {
            let sequence = self.sequence + number;
            Command::sign(&self.key, self.state.club(), FOUNDER, sequence, until, body)
        };
        let commands = (1..).zip(bodies).map(sign).collect();
        let built = build(&self.state, TimeMs(now.0 + 1_000), KeeperNo(0), commands);
        assert_eq!(built.left_out, Vec::new());
        let refused = built.applied.outcomes.iter().find(|(_, it)| it.is_err());
        assert_eq!(refused, None);
        built.block
    }

    fn decide(&mut self, bodies: Vec<Body>) {
        let block = self.block(bodies);
        self.sequence += u64::try_from(block.commands.len()).expect("few commands");
        self.state = apply(&self.state, &block).expect("a good block").state;
    }
}

/// A slot's secret for the roll so many ahead, and its seal.
fn new_seal(state: &ClubState, slot: Slot, ahead: u64) -> (SlotSecret, NewSeal) {
    let table = state.table(TABLE).expect("the table");
    let mut binding = table.binding(state.club(), slot);
    binding.roll += ahead;
    let secret = EpochSecret::new([3; 32]).roll_secret(&binding);
    let seal = seal(&binding, &secret);
    (secret, NewSeal { seal, stir: 0 })
}

/// What a node does with a block that closes a roll with thirty bets: the dice are computed from
/// the openings, every bet is settled.
#[divan::bench]
fn block_that_closes_a_roll_of_thirty_bets(bencher: Bencher<'_, '_>) {
    let mut club = Club::seated();
    let table = club.state.table(TABLE).expect("the table");
    let roll = table.roll;
    let actions = slip(&mut table.game.clone(), SeatNo::FIRST);
    let table = TABLE;
    let bets = Body::Bets {
        table,
        roll,
        actions,
    };
    club.decide(vec![bets, Body::Roll { table, roll }]);
    let block = club.block(club.openings());
    let closed = apply(&club.state, &block).expect("a good block");
    assert_eq!(closed.state.table(TABLE).map(|table| table.roll), Some(2));
    bencher.bench_local(|| black_box(apply(black_box(&club.state), &block)).is_ok());
}

/// What a node does with a block of thirty bets before its club has them, checking signatures and
/// computing the state root included: each bet a command of its own, or all on one slip.
#[divan::bench(args = ["thirty commands", "one slip"])]
fn block_of_thirty_bets(bencher: Bencher<'_, '_>, how: &str) {
    let club = Club::seated();
    let table = club.state.table(TABLE).expect("the table");
    let actions = slip(&mut table.game.clone(), SeatNo::FIRST);
    assert_eq!(actions.len(), BETS);
    let slips: Vec<Vec<Action>> = if how == "one slip" {
        vec![actions]
    } else {
        actions.into_iter().map(|action| vec![action]).collect()
    };
    let body = |actions| Body::Bets {
        table: TABLE,
        roll: table.roll,
        actions,
    };
    let block = club.block(slips.into_iter().map(body).collect());
    bencher.bench_local(|| black_box(apply(black_box(&club.state), &block)).is_ok());
}
