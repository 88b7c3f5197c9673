//! What bots do: coming, thinking, betting, throwing, leaving.

use super::cast;
use super::limits::BOTS_PER_STRATEGY_MAX;
use super::manager::Manager;
use super::{Refusal, Reply, Strategy};
use crate::club::{self, Body, ClubState, ClubTable, MemberKind, Phase, PublicKey, TableNo};
use crate::craps::{self, SeatNo};
use crate::ledger::{Chips, MemberNo};

impl Manager {
    pub(super) async fn add_bot(&mut self, number: TableNo, strategy: Strategy) -> Reply {
        let state = self.state();
        let Some(name) = self.free_bot(&state, number, strategy) else {
            let limit = BOTS_PER_STRATEGY_MAX;
            return Reply::Rejected(Refusal::Club(club::Refusal::TooManyMembers { limit }));
        };
        let key = PublicKey(
            cast::key_of(&self.storage_key, &name)
                .verifying_key()
                .to_bytes(),
        );
        if state.member_of(&key).is_none() {
            let admit = Body::Admit {
                key,
                name,
                kind: MemberKind::Bot,
            };
            let reply = self.propose(self.signers.me(), admit).await;
            if !matches!(reply, Reply::Decided(_)) {
                return reply;
            }
        }
        let state = self.state();
        self.signers.take_up_bots(&state, &self.storage_key);
        match state.member_of(&key) {
            Some(bot) => self.propose(bot, Body::Sit { table: number }).await,
            None => Reply::Unknown,
        }
    }

    /// The first of the bots that play so which is nowhere seated and can pay a bet, or the name of
    /// a new one.
    fn free_bot(&self, state: &ClubState, number: TableNo, strategy: Strategy) -> Option<String> {
        let least = state
            .table(number)
            .map_or(Chips::ZERO, |table| table.game.rules().min_bet);
        (1..=BOTS_PER_STRATEGY_MAX)
            .map(|n| cast::name_of(strategy, n))
            .find(|name| {
                let key = cast::key_of(&self.storage_key, name)
                    .verifying_key()
                    .to_bytes();
                state.member_of(&PublicKey(key)).is_none_or(|member| {
                    let is_seated = state
                        .tables()
                        .any(|(_, table)| table.seat_of(member).is_some());
                    !is_seated && state.ledger().balance(member) >= least
                })
            })
    }

    pub(super) async fn remove_bot(
        &mut self,
        state: &ClubState,
        table: &ClubTable,
        seat: SeatNo,
    ) -> Reply {
        let bot = table
            .seats
            .get(&seat)
            .filter(|taken| taken.is_present)
            .map(|taken| taken.member);
        match bot.filter(|member| self.signers.strategy(state, *member).is_some()) {
            Some(bot) => {
                self.thoughts.forget(table.number, bot);
                self.propose(
                    bot,
                    Body::Stand {
                        table: table.number,
                    },
                )
                .await
            }
            None => Reply::Rejected(Refusal::NotABot { seat }),
        }
    }

    /// Lets every seated bot think about the next roll.
    pub(super) fn let_bots_think(&mut self) {
        let state = self.state();
        let now = self.clock.monotonic();
        for (number, table) in state.tables() {
            if table.is_locked() {
                continue;
            }
            for (_, seat) in table.present() {
                if self.signers.strategy(&state, seat.member).is_some() {
                    self.thoughts.begin(number, seat.member, table.roll, now);
                }
            }
        }
    }

    /// Makes the moves of the bots that have thought long enough.
    pub(super) async fn move_bots(&mut self) {
        for (table, bot) in self.thoughts.ended(self.clock.monotonic()) {
            self.move_bot(table, bot).await;
        }
    }

    /// Makes the moves of all bots of a table that still think.
    pub(super) async fn hurry_bots(&mut self, number: TableNo) {
        let state = self.state();
        let Some(table) = state.table(number) else {
            return;
        };
        let thinking: Vec<MemberNo> = table
            .present()
            .map(|(_, seat)| seat.member)
            .filter(|member| self.thoughts.is_thinking(number, *member, table.roll))
            .collect();
        for bot in thinking {
            self.move_bot(number, bot).await;
        }
    }

    async fn move_bot(&mut self, number: TableNo, bot: MemberNo) {
        let state = self.state();
        let seat = state
            .table(number)
            .and_then(|table| Some((table, table.present_seat_of(bot)?)));
        let (Some((table, seat)), Some(strategy)) = (seat, self.signers.strategy(&state, bot))
        else {
            self.thoughts.forget(number, bot);
            return;
        };
        let roll = table.roll;
        self.thoughts.end(number, bot, roll);
        if table.is_locked() {
            return;
        }
        let balance = state.ledger().balance(bot);
        let unit = unit_of(table.game.rules());
        let thoughts = &mut self.thoughts;
        let actions = strategy.plan(&table.game, seat, balance, unit, &mut |below| {
            thoughts.below(below)
        });
        let is_broke = balance < table.game.rules().min_bet && table.game.at_risk(seat).is_zero();
        let body = if !actions.is_empty() {
            Body::Bets {
                table: number,
                roll,
                actions,
            }
        } else if is_broke {
            Body::Stand { table: number }
        } else {
            return self.say_ready(&state, number, bot).await;
        };
        let reply = self.propose(bot, body).await;
        if let Reply::Rejected(why) = reply {
            tracing::debug!(%number, member = %bot, ?why, "a bot's move was refused");
        }
        self.say_ready(&state, number, bot).await;
    }

    /// Where people play together, they wait for bots as for each other.
    async fn say_ready(&mut self, state: &ClubState, number: TableNo, bot: MemberNo) {
        let table = state.table(number).filter(|_| !state.is_solo());
        let Some(roll) = table.map(|table| table.roll) else {
            return;
        };
        let ready = Body::Ready {
            table: number,
            roll,
        };
        if let Reply::Rejected(why) = self.propose(bot, ready).await {
            tracing::debug!(%number, member = %bot, ?why, "a bot's word came too late");
        }
    }

    /// Lets bots that have the dice throw them, once every person at the table is ready.
    pub(super) async fn let_bots_roll(&mut self) {
        let state = self.state();
        let due: Vec<(TableNo, MemberNo, u64)> = state
            .tables()
            .filter_map(|(number, table)| {
                Some((number, self.due_shooter(&state, table)?, table.roll))
            })
            .collect();
        for (number, bot, roll) in due {
            self.hurry_bots(number).await;
            let reply = self
                .propose(
                    bot,
                    Body::Roll {
                        table: number,
                        roll,
                    },
                )
                .await;
            let Reply::Rejected(why) = reply else {
                continue;
            };
            let needs_line_bet = matches!(
                why,
                Refusal::Club(club::Refusal::Game(
                    craps::Refusal::ShooterNeedsLineBet { .. }
                ))
            );
            if needs_line_bet {
                let passed = self
                    .propose(
                        bot,
                        Body::PassDice {
                            table: number,
                            roll,
                        },
                    )
                    .await;
                if matches!(passed, Reply::Decided(_)) {
                    continue;
                }
            }
            tracing::debug!(%number, member = %bot, ?why, "a bot could not roll");
            self.declined.insert(number, roll);
        }
    }

    /// The bot that has the dice of a table where it may throw; alone with bots, the person says
    /// when. Once the person has left, bots throw until contracts that stayed behind are decided.
    fn due_shooter(&self, state: &ClubState, table: &ClubTable) -> Option<MemberNo> {
        let Phase::Betting(betting) = &table.phase else {
            return None;
        };
        if self.declined.get(&table.number) == Some(&table.roll) {
            return None;
        }
        let shooter = table
            .seats
            .get(&table.game.shooter()?)
            .filter(|seat| seat.is_present)?
            .member;
        self.signers.strategy(state, shooter)?;
        if !state.is_solo() {
            // The club lets an early word wait for the others.
            let thinks = self.thoughts.is_thinking(table.number, shooter, table.roll);
            return (betting.call.is_none() && !thinks).then_some(shooter);
        }
        let is_person = |member: MemberNo| {
            let member = state.member(member);
            member.is_some_and(|member| member.kind == MemberKind::Person)
        };
        let mut people = table.present().filter(|(_, seat)| is_person(seat.member));
        let is_due = if let Some((_, first)) = people.next() {
            first.is_ready && people.all(|(_, seat)| seat.is_ready)
        } else {
            // Who stood up has nothing more to say, and the dice still decide what was left behind.
            let mut seats = table.seats.iter();
            let left_behind = seats.any(|(number, seat)| {
                is_person(seat.member) && !table.game.at_risk(*number).is_zero()
            });
            left_behind && !self.thoughts.is_thinking(table.number, shooter, table.roll)
        };
        is_due.then_some(shooter)
    }
}

/// The size of a bot's flat bet: ten chips where the table allows it.
fn unit_of(rules: &craps::TableRules) -> Chips {
    Chips::new(10).clamp(rules.min_bet, rules.max_bet)
}
