//! What the player asks of a table.

use super::manager::Manager;
use super::project;
use super::{Intent, Refusal, Reply};
use crate::club::{self, Body, ClubState, ClubTable, GameId, TableNo};
use crate::ledger::MemberNo;

impl Manager {
    /// Does what the player asks and returns when its fate is durable.
    pub(super) async fn handle(&mut self, intent: Intent) -> Reply {
        let done = self.carry_out(intent).await;
        done.unwrap_or_else(Reply::Rejected)
    }

    async fn carry_out(&mut self, intent: Intent) -> Result<Reply, Refusal> {
        let me = self.signers.me();
        let state = self.state();
        let body = match intent {
            for_club @ (Intent::NewChips
            | Intent::CreateTable(_)
            | Intent::KeepClub
            | Intent::ChangeKeepers(_)
            | Intent::TrustHost
            | Intent::NewVoteKey { .. }) => return Ok(self.handle_for_club(for_club).await),
            Intent::Bets {
                game,
                roll,
                actions,
            } => Body::Bets {
                table: before(&state, game, roll)?,
                roll,
                actions,
            },
            Intent::Roll { game, roll } => {
                let table = before(&state, game, roll)?;
                return Ok(self.roll(table, roll).await);
            }
            Intent::PassDice { game, roll } => Body::PassDice {
                table: before(&state, game, roll)?,
                roll,
            },
            Intent::Sit { game } => {
                let table = at(&state, game)?;
                // Asked while the first table was being opened, which seats the player too.
                if table.present_seat_of(me).is_some() {
                    return Ok(Reply::Decided(state.height()));
                }
                if let Some(other) = seated_at(&state, me) {
                    let table = project::title(&other.name);
                    return Err(Refusal::SeatedElsewhere { table });
                }
                Body::Sit {
                    table: table.number,
                }
            }
            Intent::Stand { game } => Body::Stand {
                table: at(&state, game)?.number,
            },
            Intent::AddBot { game, strategy } => {
                let table = at(&state, game)?.number;
                return Ok(self.add_bot(table, strategy).await);
            }
            Intent::RemoveBot { game, seat } => {
                let table = at(&state, game)?;
                return Ok(self.remove_bot(&state, table, seat).await);
            }
            Intent::ChangeRules { game, rules } => Body::ChangeRules {
                table: at(&state, game)?.number,
                rules: *rules,
            },
        };
        Ok(self.propose(me, body).await)
    }

    /// The shooter throws, after the bots have made their bets; anybody else says: I am ready.
    async fn roll(&mut self, number: TableNo, roll: u64) -> Reply {
        let me = self.signers.me();
        let state = self.state();
        let Some(table) = state.table(number) else {
            return Reply::Rejected(Refusal::Club(club::Refusal::UnknownTable));
        };
        let is_shooter = table
            .present_seat_of(me)
            .is_some_and(|seat| table.game.shooter() == Some(seat));
        if !is_shooter {
            return self
                .propose(
                    me,
                    Body::Ready {
                        table: number,
                        roll,
                    },
                )
                .await;
        }
        self.hurry_bots(number).await;
        self.do_duties().await;
        self.propose(
            me,
            Body::Roll {
                table: number,
                roll,
            },
        )
        .await
    }
}

/// Returns the table where a member sits.
pub(super) fn seated_at(state: &ClubState, member: MemberNo) -> Option<&ClubTable> {
    let mut tables = state.tables().map(|(_, table)| table);
    tables.find(|table| table.present_seat_of(member).is_some())
}

fn at(state: &ClubState, game: GameId) -> Result<&ClubTable, club::Refusal> {
    let table = state.table_of(&game).and_then(|number| state.table(number));
    table.ok_or(club::Refusal::UnknownTable)
}

/// Returns the table's number, if this is the roll that comes: a player who saw another one asked too
/// late.
fn before(state: &ClubState, game: GameId, roll: u64) -> Result<TableNo, club::Refusal> {
    let table = at(state, game)?;
    if table.roll == roll {
        Ok(table.number)
    } else {
        Err(club::Refusal::WrongRoll { now: table.roll })
    }
}
