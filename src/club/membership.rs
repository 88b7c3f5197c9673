//! Members, tables and their rules.

use std::collections::BTreeMap;

use super::charter::{is_name, key_of, work_bits};
use super::codec;
use super::command::{MemberKind, TableTerms};
use super::event::ClubEvent;
use super::hash::Domain;
use super::ids::{PublicKey, TableNo};
use super::limits::{MEMBERS_MAX, NAME_BYTES_MAX};
use super::refusal::Refusal;
use super::seats::{settle_to, standing};
use super::shared::Shared;
use super::state::{ClubState, Member};
use super::table::{Betting, ClubTable, Phase};
use super::times::RollTimes;
use super::transition::{Draft, Sender};
use super::withholding::Withholdings;
use crate::craps::limits::SEATS_MAX;
use crate::craps::{Table, TableRules};
use crate::dice;
use crate::ledger::{Chips, MemberNo};

impl Draft {
    pub(super) fn admit(
        &mut self,
        sender: MemberNo,
        key: &PublicKey,
        name: &str,
        kind: MemberKind,
    ) -> Result<(), Refusal> {
        if sender != MemberNo::FOUNDER {
            return Err(Refusal::NotFounder);
        }
        check_name(name)?;
        if key_of(key).is_none() {
            return Err(Refusal::BadKey);
        }
        if let Some(member) = self.state.member_of(key) {
            return Err(Refusal::MemberExists { member });
        }
        let (have, need) = (work_bits(key), u32::from(self.state.settings.work_bits));
        if have < need {
            return Err(Refusal::WorkMissing { have, need });
        }
        let full = Refusal::TooManyMembers { limit: MEMBERS_MAX };
        if self.state.members.len() >= MEMBERS_MAX {
            return Err(full);
        }
        let last = self.state.members.keys().next_back();
        let number = last.map_or(Some(0), |last| last.0.checked_add(1));
        let member = MemberNo(number.ok_or(full.clone())?);
        let grant = self.state.charter.charter.grant;
        let granted = self.state.ledger.grant(member, grant);
        let grant = granted.map_err(|_account_exists| full)?;
        let admitted = Member {
            key: *key,
            name: name.to_owned(),
            kind,
            sequence: 0,
            admitted: self.state.time,
            withheld: Withholdings::default(),
        };
        self.state.members.insert(member, Shared::new(admitted));
        self.events.push(ClubEvent::Admitted { member, grant });
        Ok(())
    }

    pub(super) fn draw_new_chips(&mut self, member: MemberNo) -> Result<(), Refusal> {
        let grant = self.state.new_chips(member)?;
        let can_cover = self.state.ledger.free();
        let drawn = self.state.ledger.grant_again(member, grant);
        drawn.map_err(|_short| Refusal::GrantShort { can_cover, grant })?;
        self.events.push(ClubEvent::NewChips { member, grant });
        Ok(())
    }

    pub(super) fn create_table(
        &mut self,
        sender: Sender,
        terms: &TableTerms,
    ) -> Result<(), Refusal> {
        let TableTerms {
            ref name,
            ref rules,
            seats_max,
            min_players,
            bond,
            times,
        } = *terms;
        check_name(name)?;
        let limit = self.state.settings.max_games;
        let count = u32::try_from(self.state.tables.len()).unwrap_or(u32::MAX);
        if count >= limit {
            return Err(Refusal::TooManyTables { limit });
        }
        if !(1..=SEATS_MAX).contains(&seats_max) || !(1..=seats_max).contains(&min_players) {
            let seats_max = SEATS_MAX;
            return Err(Refusal::SeatCount { seats_max });
        }
        if !times.are_valid() {
            let (shortest, longest) = (RollTimes::SHORTEST, RollTimes::LONGEST);
            return Err(Refusal::Times { shortest, longest });
        }
        let need = rules.min_bet;
        if self.state.keepers.len() > 1 && bond < need {
            return Err(Refusal::BondTooSmall { bond, need });
        }
        let game = Table::new(rules.clone()).map_err(Refusal::Rules)?;
        let last = self.state.tables.keys().next_back();
        let number = last.map_or(Some(0), |last| last.0.checked_add(1));
        let number = TableNo(number.ok_or(Refusal::TooManyTables { limit })?);
        let rules_hash = Domain::Rules.hash(&[&codec::encode(rules)]);
        let id = self.game_id(sender.command, &rules_hash);
        let mut table = ClubTable {
            number,
            id,
            name: name.clone(),
            creator: sender.member,
            created: self.state.time,
            seats_max,
            min_players,
            bond,
            times,
            game,
            seats: BTreeMap::new(),
            roll: 1,
            epoch: 0,
            roster: Vec::new(),
            roster_hash: [0; 32],
            link: dice::first_link(&id.0),
            unprompted: 0,
            phase: Phase::Betting(Betting::new(self.state.time, BTreeMap::new())),
            waiting: Vec::new(),
        };
        self.renew_roster(&mut table);
        self.put(table);
        self.events.push(ClubEvent::TableCreated {
            table: number,
            member: sender.member,
        });
        Ok(())
    }

    pub(super) fn change_rules(
        &mut self,
        sender: MemberNo,
        number: TableNo,
        rules: &TableRules,
    ) -> Result<(), Refusal> {
        if sender != MemberNo::FOUNDER {
            return Err(Refusal::NotFounder);
        }
        rules.validate().map_err(Refusal::Rules)?;
        let before = self.open_table(number)?;
        let mut table = before.clone();
        table
            .game
            .change_rules(rules.clone())
            .map_err(Refusal::Game)?;
        let movements: Vec<_> = before
            .seats
            .iter()
            .map(|(seat, owner)| {
                let mut movement = standing(&before.game, *seat);
                settle_to(&mut movement, &table.game, *seat);
                (owner.member, movement)
            })
            .collect();
        self.book(&movements)?;
        self.put(table);
        self.events.push(ClubEvent::RulesChanged { table: number });
        Ok(())
    }
}

impl ClubState {
    /// Returns the chips that a member who has nothing left may draw: the grant of the charter, if
    /// the settings allow it, nothing is at risk or bound, and the balance pays no bet at any table.
    ///
    /// # Errors
    /// [`Refusal::NoNewChips`], [`Refusal::HasChips`], [`Refusal::GrantShort`].
    pub fn new_chips(&self, member: MemberNo) -> Result<Chips, Refusal> {
        if !self.settings.new_chips {
            return Err(Refusal::NoNewChips);
        }
        let account = self.ledger.account(member).copied().unwrap_or_default();
        let (balance, bound) = (account.balance, account.staked.checked_add(account.bond));
        let bound = bound.unwrap_or(Chips::new(u64::MAX));
        let limits = self.tables().map(|(_, table)| table.game.rules().min_bet);
        let least = limits.min().unwrap_or(Chips::new(1));
        if balance >= least || !bound.is_zero() {
            return Err(Refusal::HasChips {
                balance,
                bound,
                least,
            });
        }
        let (grant, can_cover) = (self.charter.charter.grant, self.ledger.free());
        if grant > can_cover {
            return Err(Refusal::GrantShort { can_cover, grant });
        }
        Ok(grant)
    }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let bytes_max = NAME_BYTES_MAX;
    if is_name(name) {
        Ok(())
    } else {
        Err(Refusal::Name { bytes_max })
    }
}
