//! Sitting down and standing up.

use super::event::ClubEvent;
use super::ids::TableNo;
use super::limits::WAITING_MAX;
use super::refusal::Refusal;
use super::table::{ClubTable, Phase, Seat, Waiting};
use super::transition::Draft;
use crate::craps::{self, SeatNo};
use crate::ledger::{Change, Chips, MemberNo, Movement};

impl Draft {
    pub(super) fn sit(&mut self, member: MemberNo, number: TableNo) -> Result<(), Refusal> {
        let table = self.table(number)?;
        if let Some(seat) = table.present_seat_of(member) {
            return Err(Refusal::AlreadySeated { seat });
        }
        let mut table = table.clone();
        if table.is_locked() {
            wait(&mut table, Waiting::Sit(member))?;
        } else {
            self.seat(&mut table, member)?;
            self.renew_roster(&mut table);
        }
        self.put(table);
        Ok(())
    }

    pub(super) fn stand(&mut self, member: MemberNo, number: TableNo) -> Result<(), Refusal> {
        let table = self.table(number)?;
        if table.present_seat_of(member).is_none() {
            return Err(Refusal::NotSeated);
        }
        let mut table = table.clone();
        if table.is_locked() {
            wait(&mut table, Waiting::Stand(member))?;
        } else {
            self.unseat(&mut table, member)?;
            self.renew_roster(&mut table);
        }
        self.put(table);
        Ok(())
    }

    /// Lets those sit down and stand up who waited for the end of the roll.
    pub(super) fn seat_waiting(&mut self, table: &mut ClubTable) {
        let waiting = std::mem::take(&mut table.waiting);
        if waiting.is_empty() {
            return;
        }
        for waiting in waiting {
            let (member, done) = match waiting {
                Waiting::Sit(member) => (member, self.seat(table, member)),
                Waiting::Stand(member) => (member, self.unseat(table, member)),
            };
            if let Err(why) = done {
                let table = table.number;
                self.events
                    .push(ClubEvent::TurnedAway { table, member, why });
            }
        }
        self.renew_roster(table);
    }

    fn seat(&mut self, table: &mut ClubTable, member: MemberNo) -> Result<(), Refusal> {
        let number = match table.seat_of(member) {
            Some((seat, taken)) if taken.is_present => {
                return Err(Refusal::AlreadySeated { seat });
            }
            Some((seat, _left_behind)) => seat,
            None => free_seat(table).ok_or(Refusal::TableFull {
                seats: table.seats_max,
            })?,
        };
        if let Some(until) = self.state.banned_until(member) {
            return Err(Refusal::Banned { until });
        }
        let bond = table.bond;
        let have = self.state.ledger.balance(member);
        if have < bond {
            return Err(Refusal::Insufficient { have, need: bond });
        }
        table.game.sit(number).map_err(Refusal::Game)?;
        let posted = self.state.ledger.post_bond(member, bond);
        posted.map_err(|_short| Refusal::Insufficient { have, need: bond })?;
        let seat = Seat {
            member,
            bond,
            is_present: true,
            is_ready: false,
            missed: 0,
            last_word: self.state.time,
        };
        table.seats.insert(number, seat);
        self.events.push(ClubEvent::Seated {
            table: table.number,
            seat: number,
            member,
        });
        Ok(())
    }

    #[expect(
        clippy::expect_used,
        reason = "the ledger holds what the table says is at risk; halting beats losing chips"
    )]
    pub(super) fn unseat(
        &mut self,
        table: &mut ClubTable,
        member: MemberNo,
    ) -> Result<(), Refusal> {
        let number = table.present_seat_of(member).ok_or(Refusal::NotSeated)?;
        let mut movement = standing(&table.game, number);
        let stood = table.game.stand(number).map_err(Refusal::Game)?;
        if table.game.waits_for() == Some(number)
            && let Phase::Betting(betting) = &mut table.phase
        {
            // The others wait for him for as long as bets stay open, counted from now.
            betting.bets_due = None;
        }
        movement.credit = stood.returned;
        settle_to(&mut movement, &table.game, number);
        let ledger = &mut self.state.ledger;
        ledger
            .book(&[(member, movement)])
            .expect("bets that come down free their reserve");
        if let Some(seat) = table.seats.get_mut(&number) {
            let bond = std::mem::take(&mut seat.bond);
            ledger
                .return_bond(member, bond)
                .expect("the bond was posted");
            seat.is_present = false;
            seat.is_ready = false;
        }
        if stood.left_behind.is_zero() {
            table.seats.remove(&number);
        }
        self.events.push(ClubEvent::Stood {
            table: table.number,
            seat: number,
            member,
            returned: stood.returned,
            left_behind: stood.left_behind,
        });
        Ok(())
    }
}

/// What a seat has at risk and may win, as the start of a movement.
pub(super) fn standing(game: &craps::Table, seat: SeatNo) -> Movement {
    let (staked, reserved) = (game.at_risk(seat), game.liability(seat));
    Movement {
        debit: Chips::ZERO,
        credit: Chips::ZERO,
        staked: Change {
            before: staked,
            after: staked,
        },
        reserved: Change {
            before: reserved,
            after: reserved,
        },
    }
}

/// Notes what the seat has at risk and may win now.
pub(super) fn settle_to(movement: &mut Movement, game: &craps::Table, seat: SeatNo) {
    movement.staked.after = game.at_risk(seat);
    movement.reserved.after = game.liability(seat);
}

fn free_seat(table: &ClubTable) -> Option<SeatNo> {
    let mut seats = (0..table.seats_max).filter_map(SeatNo::new);
    seats.find(|seat| !table.seats.contains_key(seat))
}

fn wait(table: &mut ClubTable, wish: Waiting) -> Result<(), Refusal> {
    if table.waiting.contains(&wish) || table.waiting.len() >= WAITING_MAX {
        return Err(Refusal::AlreadyWaiting);
    }
    table.waiting.push(wish);
    Ok(())
}
