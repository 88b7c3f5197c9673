//! A club in memory for tests: it signs, seals and opens for everybody, one block a call.

use ed25519_dalek::{Signer as _, SigningKey};

use super::limits::BLOCK_BYTES_MAX;
use super::*;
use crate::craps::{Action, BetKey, TableRules};
use crate::dice::{EpochSecret, Slot, SlotSecret};
use crate::ledger::{Chips, MemberNo};

/// The table of most tests.
pub(crate) const TABLE: TableNo = TableNo(0);

/// A club whose members all live here.
#[derive(Clone, Debug)]
pub(crate) struct TestClub {
    pub(crate) genesis: ClubState,
    pub(crate) state: ClubState,
    pub(crate) blocks: Vec<Block>,
    pub(crate) events: Vec<ClubEvent>,
    keys: Vec<SigningKey>,
    /// Makes all secrets; another seed gives other dice.
    seed: u8,
}

fn key_of(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

/// Returns the public half.
pub(crate) fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

/// A charter with so many chips.
pub(crate) fn charter(supply: u64, grant: u64) -> SignedCharter {
    let founder = key_of(1);
    Charter {
        version: Charter::VERSION,
        name: "Back room".to_owned(),
        founder: public(&founder),
        founder_name: "Ann".to_owned(),
        vote_key: public(&key_of(200)),
        supply: Chips::new(supply),
        grant: Chips::new(grant),
        settings: Settings::solo(),
        founded: TimeMs(1_000_000),
        nonce: [7; 32],
    }
    .sign(&founder)
}

/// Rules under which anybody may roll with any bet.
pub(crate) fn easy_rules() -> TableRules {
    TableRules {
        shooter_needs_line_bet: false,
        place_buy_working_on_come_out: true,
        ..TableRules::default()
    }
}

/// Places a bet.
pub(crate) fn place(bet: &str, amount: u64) -> Action {
    Action::Place {
        bet: bet.parse::<BetKey>().unwrap(),
        amount: Chips::new(amount),
    }
}

impl TestClub {
    /// Founds a club with one table at which the founder and so many others sit, all of a kind.
    pub(crate) fn seated(terms: SignedCharter, others: u8, kind: MemberKind, seed: u8) -> Self {
        let mut club = Self::founded(terms, others, kind, seed);
        club.must(0, create(easy_rules()));
        for member in 0..=u32::from(others) {
            club.must(member, Body::Sit { table: TABLE });
        }
        club.seal_all(TABLE);
        club
    }

    /// Founds a club with so many other members and no table.
    pub(crate) fn founded(terms: SignedCharter, others: u8, kind: MemberKind, seed: u8) -> Self {
        let state = ClubState::found(terms).unwrap();
        let mut club = Self {
            genesis: state.clone(),
            state,
            blocks: Vec::new(),
            events: Vec::new(),
            keys: (0..=others).map(|number| key_of(number + 1)).collect(),
            seed,
        };
        for number in 1..=others {
            let key = public(&key_of(number + 1));
            let name = format!("Player {number}");
            club.must(0, Body::Admit { key, name, kind });
        }
        club
    }

    /// Lets the founder change the rules of the table.
    pub(crate) fn change_rules(&mut self, change: impl FnOnce(&mut TableRules)) {
        let mut rules = self.table().game.rules().clone();
        change(&mut rules);
        let table = TABLE;
        self.must(0, Body::ChangeRules { table, rules });
    }

    /// Signs a command with the next number of its member, after `waiting` others of his.
    pub(crate) fn command(&self, member: u32, waiting: u64, body: Body) -> Command {
        let not_after = TimeMs(self.state.time().0 + 30_000);
        self.command_until(not_after, member, waiting, body)
    }

    pub(crate) fn command_until(
        &self,
        not_after: TimeMs,
        member: u32,
        waiting: u64,
        body: Body,
    ) -> Command {
        let number = MemberNo(member);
        let sequence = self.state.member(number).unwrap().sequence + 1 + waiting;
        let key = &self.keys[usize::try_from(member).unwrap()];
        Command::sign(key, self.state.club(), number, sequence, not_after, body)
    }

    /// Makes so many of the first members keepers, each with a node of its own, from the next
    /// block on: the club is a shared one.
    pub(crate) fn share(&mut self, keepers: u16) {
        let keeper = |number: u16| Keeper {
            no: KeeperNo(number),
            member: MemberNo(u32::from(number)),
            identity: public(&key_of(u8::try_from(number).unwrap() + 1)),
            vote_key: PublicKey([9; 32]),
        };
        self.state.keepers = (0..keepers).map(keeper).collect();
        self.state.keeping.next = KeeperNo(keepers);
        self.genesis = self.state.clone();
        self.blocks.clear();
    }

    /// The word of a member's node that it follows and would vote with its `version`th key.
    pub(crate) fn ready_body(&self, member: u32, version: u8) -> Body {
        let key = vote_key(member, version);
        let message = vote_key_message(self.state.club(), MemberNo(member));
        Body::KeeperReady {
            vote_key: public(&key),
            proof: SignatureBytes(key.sign(&message).to_bytes()),
            height: self.state.height(),
            state_root: self.state.state_root(),
        }
    }

    /// Lets the founder and the first other members keep the club, so many in all.
    pub(crate) fn grow(&mut self, keepers: u32) {
        for member in 1..keepers {
            self.must(member, self.ready_body(member, 0));
        }
        let members = (1..keepers).map(MemberNo).collect();
        self.must(0, change(KeeperChange::Grow { members }));
    }

    /// Lets these keepers approve a change, one block each.
    pub(crate) fn approve(&mut self, keepers: &[u32], wanted: &KeeperChange) {
        for member in keepers {
            self.must(*member, change(wanted.clone()));
        }
    }

    /// Decides one block a second later with these commands, checks it as every other node would,
    /// and returns what became of them.
    pub(crate) fn decide(&mut self, bodies: Vec<(u32, Body)>) -> Vec<Result<(), Refusal>> {
        self.decide_after(1_000, bodies)
    }

    /// Lets so many milliseconds pass and decides a block without commands.
    pub(crate) fn wait(&mut self, millis: u64) {
        self.decide_after(millis, Vec::new());
    }

    /// Lets the time of the next deadline come, as keepers do.
    pub(crate) fn wait_for_deadline(&mut self) {
        let due = self.state.next_deadline().unwrap().0;
        self.wait(due.saturating_sub(self.state.time().0).max(1));
    }

    /// Decides one block so many milliseconds later.
    pub(crate) fn decide_after(
        &mut self,
        millis: u64,
        bodies: Vec<(u32, Body)>,
    ) -> Vec<Result<(), Refusal>> {
        let time = TimeMs(self.state.time().0 + millis);
        let mut commands: Vec<Command> = Vec::new();
        for (member, body) in bodies {
            let mine = commands.iter().filter(|command| command.member.0 == member);
            let waiting = u64::try_from(mine.count()).unwrap();
            commands.push(self.command_until(time, member, waiting, body));
        }
        let proposer = self.state.keepers()[0].no;
        let built = build(&self.state, time, proposer, commands);
        assert_eq!(built.left_out, Vec::new());
        let bytes = built.block.to_bytes();
        let block = Block::from_bytes(&bytes).unwrap();
        assert_eq!(apply(&self.state, &block).unwrap(), built.applied);
        self.state = built.applied.state;
        self.events = built.applied.events;
        self.blocks.push(block);
        let outcomes = built.applied.outcomes.into_iter();
        outcomes.map(|(_, outcome)| outcome).collect()
    }

    /// New vote keys for these members, of a hosted club or a shared one, by the word of `signers`.
    pub(crate) fn rekey_word(&self, version: u8, lost: &[u32], signers: &[u32]) -> Rekey {
        let state = &self.state;
        let number = |member: &u32| state.keeper_of(MemberNo(*member)).unwrap().no;
        let key = |member: &u32| public(&vote_key(*member, version));
        let identity = |member: &u32| &self.keys[usize::try_from(*member).unwrap()];
        if !state.is_shared() {
            return state.sign_rekey(key(&lost[0]), identity(&signers[0]));
        }
        let keys: Vec<_> = lost.iter().map(|of| (number(of), key(of))).collect();
        let message = rekey_message(state.club(), state.height(), &state.tip(), &keys);
        let sign = |by: &u32| {
            let signature = identity(by).sign(&message).to_bytes();
            (number(by), SignatureBytes(signature))
        };
        Rekey {
            height: state.height(),
            parent: state.tip(),
            keys: NewKeys::Several {
                keys,
                signatures: signers.iter().map(sign).collect(),
            },
        }
    }

    /// Decides one block a second later with new vote keys in its header, and checks it as every
    /// other node would.
    pub(crate) fn rekey(&mut self, rekey: &Rekey) -> Result<(), RekeyFault> {
        let time = TimeMs(self.state.time().0 + 1_000);
        let proposer = self.state.next_keeper_no();
        let built = build_with(
            Some(rekey),
            BLOCK_BYTES_MAX,
            &self.state,
            time,
            proposer,
            Vec::new(),
        )?;
        let block = Block::from_bytes(&built.block.to_bytes()).unwrap();
        assert_eq!(block, built.block);
        assert_eq!(apply(&self.state, &block).unwrap(), built.applied);
        self.state = built.applied.state;
        self.events = built.applied.events;
        self.blocks.push(block);
        Ok(())
    }

    /// Signs also for the member whose key is that of this number.
    pub(crate) fn learn_key(&mut self, number: u8) {
        self.keys.push(key_of(number));
    }

    /// Plays one roll with a bet of the founder's, so that the next bets open now.
    pub(crate) fn roll_until_betting(&mut self) {
        self.must(0, self.bets(vec![place("field", 5)]));
        self.roll();
    }

    /// Decides one command that is taken.
    pub(crate) fn must(&mut self, member: u32, body: Body) {
        assert_eq!(self.decide(vec![(member, body)]), [Ok(())]);
    }

    /// Decides one command that is refused; returns why.
    pub(crate) fn refused(&mut self, member: u32, body: Body) -> Refusal {
        self.decide(vec![(member, body)]).remove(0).unwrap_err()
    }

    /// Places, takes down or switches bets.
    pub(crate) fn bets(&self, actions: Vec<Action>) -> Body {
        let roll = self.table().roll;
        Body::Bets {
            table: TABLE,
            roll,
            actions,
        }
    }

    pub(crate) fn table(&self) -> &ClubTable {
        self.state.table(TABLE).unwrap()
    }

    pub(crate) fn balance(&self, member: u32) -> u64 {
        self.state.ledger().balance(MemberNo(member)).get()
    }

    /// The secret of a slot for the next or the locked roll, or for the one after it.
    pub(crate) fn secret(&self, table: TableNo, slot: Slot, rolls_ahead: u64) -> SlotSecret {
        let table = self.state.table(table).unwrap();
        let mut binding = table.binding(self.state.club(), slot);
        binding.roll += rolls_ahead;
        EpochSecret::new([self.seed; 32]).roll_secret(&binding)
    }

    pub(crate) fn seal_body(&self, table: TableNo, slot: Slot) -> Body {
        let at = self.state.table(table).unwrap();
        let secret = self.secret(table, slot, 0);
        let binding = at.binding(self.state.club(), slot);
        let seal = crate::dice::seal(&binding, &secret);
        Body::Seal {
            table,
            epoch: at.epoch,
            roll: at.roll,
            slot,
            seal: NewSeal { seal, stir: 0 },
        }
    }

    pub(crate) fn open_body(&self, table: TableNo, slot: Slot) -> Body {
        let at = self.state.table(table).unwrap();
        let Phase::Locked(locked) = &at.phase else {
            panic!("nothing is locked");
        };
        let mut binding = at.binding(self.state.club(), slot);
        binding.roll += 1;
        let seal = crate::dice::seal(&binding, &self.secret(table, slot, 1));
        Body::Open {
            table,
            roll: at.roll,
            slot,
            lock_hash: locked.lock_hash,
            secret: *self.secret(table, slot, 0).expose(),
            seen: u16::MAX,
            next: Some(NewSeal { seal, stir: 0 }),
        }
    }

    /// Seals for every contributor that has not.
    pub(crate) fn seal_all(&mut self, table: TableNo) {
        let at = self.state.table(table).unwrap();
        let lines = at.roster.iter();
        let missing = lines.filter(|line| !at.seals().contains_key(&line.slot));
        let bodies = missing.map(|line| (line.member.0, self.seal_body(table, line.slot)));
        let outcomes = self.decide(bodies.collect());
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    }

    /// Says ready for everybody and rolls: locks the table, or says why not.
    pub(crate) fn lock(&mut self, table: TableNo) -> Result<(), Refusal> {
        let at = self.state.table(table).unwrap();
        let roll = at.roll;
        let shooter = at.game.shooter().map_or(0, |seat| at.seats[&seat].member.0);
        let mut bodies: Vec<_> = at
            .present()
            .map(|(_, seat)| (seat.member.0, Body::Ready { table, roll }))
            .collect();
        bodies.push((shooter, Body::Roll { table, roll }));
        self.decide(bodies).pop().unwrap()
    }

    /// Opens for everybody, the keeper last, in one block; returns the finished roll.
    pub(crate) fn open_all(&mut self, table: TableNo) -> RollRecord {
        let at = self.state.table(table).unwrap();
        let mut lines = at.roster.clone();
        lines.sort_by_key(|line| line.is_keeper);
        let sealed = lines
            .iter()
            .filter(|line| at.seals().contains_key(&line.slot));
        let bodies = sealed.map(|line| (line.member.0, self.open_body(table, line.slot)));
        let outcomes = self.decide(bodies.collect());
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        let rolled = self.events.iter().find_map(ClubEvent::rolled);
        rolled.unwrap().clone()
    }

    /// Rolls the dice.
    pub(crate) fn roll(&mut self) -> RollRecord {
        self.seal_all(TABLE);
        assert_eq!(self.lock(TABLE), Ok(()));
        self.open_all(TABLE)
    }
}

/// The key with which a member's node votes or would vote; one node has one after the other.
pub(crate) fn vote_key(member: u32, version: u8) -> SigningKey {
    let mut bytes = [150; 32];
    bytes[0] = u8::try_from(member).unwrap();
    bytes[1] = version;
    SigningKey::from_bytes(&bytes)
}

/// Opens or approves a change of keepers.
pub(crate) fn change(change: KeeperChange) -> Body {
    Body::ChangeKeepers { change }
}

/// A table of eight seats for one player and up.
pub(crate) fn create(rules: TableRules) -> Body {
    Body::CreateTable(TableTerms {
        name: "Table".to_owned(),
        rules,
        seats_max: 8,
        min_players: 1,
        bond: Chips::ZERO,
        times: RollTimes::LAN,
    })
}

/// The same state with other keepers.
pub(crate) fn with_keepers(state: &ClubState, keepers: Vec<Keeper>) -> ClubState {
    state.clone().with_keepers(keepers)
}

/// A figure of the ledger that a test falsifies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Figure {
    Treasury,
    Reserved,
}

/// The same state, where one figure of the ledger is false.
pub(crate) fn falsified(state: &ClubState, figure: Figure, amount: u64) -> ClubState {
    let mut ledger = serde_json::to_value(state.ledger()).unwrap();
    let name = match figure {
        Figure::Treasury => "treasury",
        Figure::Reserved => "reserved",
    };
    ledger[name] = amount.into();
    let ledger = serde_json::from_value(ledger).unwrap();
    state.clone().with_ledger(ledger)
}
