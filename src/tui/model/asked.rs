//! What update and view ask of a model: the table and my bets on it, and the chosen row of each list.

use std::collections::BTreeMap;

use super::{Model, Pane};
use crate::club::GameId;
use crate::coordination::{ServiceHealth, ServiceHealthReport};
use crate::craps::{self, BetKey, SeatNo};
use crate::gaming::{RollPhase, RollView, SeatView, TableSummary, TableView};
use crate::ledger::Chips;
use crate::logs::LogLine;
use crate::shown::Shown;
use crate::state::lifecycle::LifecycleView;
use crate::tui::offers;
use crate::tui::overlay::Overlay;
use crate::tui::slip::{self, SlipRow};

/// What happens to bets when their player stands up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComesDown {
    /// Come down, with their stakes.
    pub down: Vec<(BetKey, Chips)>,
    /// Are contracts, and settled without the player.
    pub stays: Vec<(BetKey, Chips)>,
}

impl Model {
    /// Returns the dialog in front.
    #[must_use]
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlays.last()
    }

    /// Returns the table and my seat at it, if I have one.
    #[must_use]
    pub fn seat(&self) -> Option<(&TableView, SeatNo)> {
        let table = self.table.as_deref()?;
        table.me.map(|seat| (table, seat))
    }

    /// Returns the table's game, if one is open.
    #[must_use]
    pub fn game(&self) -> Option<GameId> {
        self.table.as_ref().map(|table| table.game)
    }

    /// Whether the lock of the next roll has closed betting.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.table
            .as_ref()
            .is_some_and(|table| matches!(table.phase, RollPhase::Locked { .. }))
    }

    /// Returns my bets on the table and their stakes.
    #[must_use]
    pub fn my_bets(&self) -> Vec<(BetKey, Chips)> {
        self.seat().map_or_else(Vec::new, |(table, seat)| {
            table
                .table
                .bets(seat)
                .map(|(bet, placed)| (bet, placed.stake))
                .collect()
        })
    }

    /// Returns my stake on a bet.
    #[must_use]
    pub fn stake(&self, bet: BetKey) -> Chips {
        self.my_bets()
            .into_iter()
            .find(|(key, _)| *key == bet)
            .map_or(Chips::ZERO, |(_, stake)| stake)
    }

    /// Returns the chips that one press lays on a bet: of the stakes that lose no fraction of a win the
    /// nearest to the unit, such as 12 for 10 where 7:6 is paid. A unit too small for that is the largest
    /// part of itself that the bet takes; where it has none it is asked for, so that the rules can say
    /// what would be one.
    #[must_use]
    pub fn press(&self, bet: BetKey) -> Chips {
        let unit = self.unit.get();
        let taken = u64::from(bet.info().stake_multiple.max(1));
        let exact = self.table.as_deref().map_or(1, |table| {
            let seat = table.me.unwrap_or(SeatNo::FIRST);
            u64::from(table.table.quote(seat, bet).exact_multiple.max(1))
        });
        let (below, above) = (unit / exact * exact, unit.next_multiple_of(exact));
        let more = above - unit;
        // A bet that takes such stakes alone never gets more than was asked for.
        let in_full = if exact != taken && more <= unit / 2 && more <= unit - below {
            above
        } else {
            below
        };
        let in_parts = unit / taken * taken;
        let mut stakes = [in_full, in_parts].into_iter();
        let stake = stakes.find(|stake| *stake > 0 && stake.is_multiple_of(taken));
        stake.map_or(self.unit, Chips::new)
    }

    /// Returns the lines of the slip.
    #[must_use]
    pub fn slip_rows(&self) -> BTreeMap<BetKey, SlipRow> {
        slip::rows(self.my_bets().into_iter(), &self.slip, &self.pending)
    }

    /// Returns the bet in focus, `None` if the focus is on no bet.
    #[must_use]
    pub fn bet_in_focus(&self) -> Option<BetKey> {
        if let Some(Overlay::AllBets(dialog)) = self.overlay() {
            return dialog.focus(&offers::offers(self, dialog.search.text()));
        }
        match self.pane {
            Pane::Felt => Some(self.spot),
            Pane::Slip => {
                let rows = self.slip_rows();
                let chosen = self.rows.slip.filter(|bet| rows.contains_key(bet));
                chosen.or_else(|| rows.keys().next().copied())
            }
            Pane::Offers => {
                let offers = offers::offers(self, "");
                let chosen = self.rows.offer.filter(|bet| offers.contains(bet));
                chosen.or_else(|| offers.first().copied())
            }
            Pane::Tables | Pane::Services | Pane::Lifecycle | Pane::Rolls | Pane::Lines => None,
        }
    }

    /// Returns the bots at the table, the one that sat down last first.
    #[must_use]
    pub fn bots(&self) -> Vec<&SeatView> {
        let seats = self.table.iter().flat_map(|table| &table.seats);
        let mut bots: Vec<&SeatView> = seats.filter(|seat| seat.is_bot()).collect();
        bots.reverse();
        bots
    }

    /// Returns the chosen table of the lobby.
    #[must_use]
    pub fn chosen_table(&self) -> Option<&TableSummary> {
        let tables = &self.club.as_ref()?.tables;
        let chosen = tables
            .iter()
            .find(|table| Some(table.game) == self.rows.table);
        chosen.or_else(|| tables.first())
    }

    /// Returns a roll of the table's history.
    #[must_use]
    pub fn roll(&self, number: u64) -> Option<&RollView> {
        let history = &self.table.as_ref()?.history;
        let found = history.iter().find(|record| record.roll == number);
        found.map(|record| &**record)
    }

    /// Returns the chosen roll of the history.
    #[must_use]
    pub fn chosen_roll(&self) -> Option<&RollView> {
        let newest = self.table.as_ref()?.history.first().map(|record| &**record);
        self.rows.roll.and_then(|roll| self.roll(roll)).or(newest)
    }

    /// Returns the lines of the log that pass the filter, oldest first.
    pub fn log_lines(&self) -> impl Iterator<Item = &LogLine> {
        let search = self.log_filter.search.text().to_lowercase();
        let says = move |text: &Shown| text.as_str().to_lowercase().contains(&search);
        self.log
            .lines
            .iter()
            .map(|line| &**line)
            .filter(|line| line.level <= self.log_filter.level)
            .filter(move |line| says(&line.text) || says(&line.part))
    }

    /// Returns the report of the services to show: the frozen one, or the newest.
    #[must_use]
    pub fn shown_health(&self) -> &ServiceHealthReport {
        self.frozen
            .as_ref()
            .map_or(&self.health, |frozen| &frozen.health)
    }

    /// Returns the lifecycle to show beside it.
    #[must_use]
    pub fn shown_lifecycle(&self) -> &LifecycleView {
        self.frozen
            .as_ref()
            .map_or(&self.lifecycle, |frozen| &frozen.lifecycle)
    }

    /// Returns the services as they are listed, trouble first.
    #[must_use]
    pub fn services(&self) -> Vec<&ServiceHealth> {
        trouble_first(self.shown_health())
    }

    /// Returns the services as they are now, trouble first, also while their picture is frozen.
    #[must_use]
    pub fn live_services(&self) -> Vec<&ServiceHealth> {
        trouble_first(&self.health)
    }

    /// Returns the chosen service.
    #[must_use]
    pub fn chosen_service(&self) -> Option<&ServiceHealth> {
        let services = self.services();
        let chosen = services
            .iter()
            .find(|service| Some(&service.name) == self.rows.service.as_ref());
        chosen.or_else(|| services.first()).copied()
    }

    /// Returns what happens to my bets when I stand up.
    #[must_use]
    pub fn what_comes_down(&self) -> ComesDown {
        let Some((table, seat)) = self.seat() else {
            return ComesDown::default();
        };
        let comes_down = |bet: BetKey| {
            let mut trial = (*table.table).clone();
            let action = craps::Action::TakeDown { bet };
            trial.act(seat, &action, table.balance).is_ok()
        };
        let (down, stays) = self
            .my_bets()
            .into_iter()
            .partition(|(bet, _)| comes_down(*bet));
        ComesDown { down, stays }
    }

    /// Whether a bet is in the slip that no roll sees yet.
    #[must_use]
    pub fn has_unsent_bets(&self) -> bool {
        self.slip.laid.is_some() || !self.slip.waiting.is_empty()
    }

    /// Whether chips of mine are on a table.
    #[must_use]
    pub fn has_bets_at_risk(&self) -> bool {
        self.slip.laid.is_some()
            || !self.my_bets().is_empty()
            || self
                .club
                .as_ref()
                .is_some_and(|club| !club.at_risk.is_zero())
    }
}

fn trouble_first(report: &ServiceHealthReport) -> Vec<&ServiceHealth> {
    let mut services: Vec<_> = report.services.iter().collect();
    services.sort_by_key(|service| std::cmp::Reverse(service.status));
    services
}
