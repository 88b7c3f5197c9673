//! What the screen knows: the newest views, and what belongs to the screen itself.
//!
//! Only [`super::update::update`] changes a model; `view` draws it. Views are replaced whole, and
//! lists remember the chosen row itself, never its index, so that news never moves the focus.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::UnixMillis;
use crate::club::GameId;
use crate::coordination::{ServiceHealth, ServiceHealthReport};
use crate::craps::{self, BetId, BetKey, SeatNo};
use crate::gaming::{
    ClubView, IntentId, RollPhase, RollRecord, StartView, TableSummary, TableView,
};
use crate::ledger::Chips;
use crate::logs::{LogLine, LogView};
use crate::shown::Shown;
use crate::state::lifecycle::LifecycleView;

use super::caps::{Caps, Settings, Surroundings};
use super::countdown::Countdown;
use super::dice_show::DiceShow;
use super::field::TextField;
use super::kept::Kept;
use super::limits::SEARCH_MAX;
use super::note::EventRow;
use super::overlay::{FailedChoice, FailedDialog, Failure, Overlay};
use super::schedule::UiTime;
use super::slip::{self, Pending, Slip, SlipRow};

/// The units that chips are laid in.
pub const UNITS: [Chips; 5] = [
    Chips::new(1),
    Chips::new(5),
    Chips::new(10),
    Chips::new(25),
    Chips::new(100),
];

/// A screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    /// Clubs and tables.
    #[default]
    Lobby,
    /// The felt.
    Table,
    /// The slip and all bets.
    Bets,
    /// Services and the lifecycle.
    Health,
    /// Past rolls of the table.
    History,
    /// The newest lines of the log.
    Log,
}

impl Screen {
    /// All screens, in the order of their tabs.
    pub const ALL: [Self; 6] = [
        Self::Lobby,
        Self::Table,
        Self::Bets,
        Self::Health,
        Self::History,
        Self::Log,
    ];

    /// Returns the parts that `Tab` goes through.
    #[must_use]
    pub const fn panes(self) -> &'static [Pane] {
        match self {
            Self::Lobby => &[Pane::Tables],
            Self::Table => &[Pane::Felt, Pane::Slip],
            Self::Bets => &[Pane::Slip, Pane::Offers],
            Self::Health => &[Pane::Services, Pane::Lifecycle],
            Self::History => &[Pane::Rolls],
            Self::Log => &[Pane::Lines],
        }
    }
}

/// The part of a screen that has the arrows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// The list of tables.
    Tables,
    /// The felt.
    Felt,
    /// The lines of the slip.
    Slip,
    /// The bets that can be added.
    Offers,
    /// The services.
    Services,
    /// The transitions of the lifecycle.
    Lifecycle,
    /// The rolls.
    Rolls,
    /// The lines of the log.
    Lines,
}

/// The chosen row of each list; `None` is the first row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Of the tables.
    pub table: Option<GameId>,
    /// Of the slip.
    pub slip: Option<BetKey>,
    /// Of the bets to add.
    pub offer: Option<BetKey>,
    /// Of the services, by name.
    pub service: Option<String>,
    /// Of the transitions, by sequence number.
    pub transition: Option<u64>,
    /// Of the rolls, by number.
    pub roll: Option<u64>,
    /// Lines of the log scrolled up from the newest.
    pub log_up: usize,
}

/// Which lines of the log are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter {
    /// The least important level shown.
    pub level: crate::config::LogLevel,
    /// What a line or its part must contain.
    pub search: TextField,
}

/// The picture of health at the moment it was frozen.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// That moment.
    pub at: UnixMillis,
    /// The lifecycle then.
    pub lifecycle: Arc<LifecycleView>,
    /// The services then.
    pub health: Arc<ServiceHealthReport>,
}

/// The whole state of the screen.
#[derive(Clone, Debug)]
pub struct Model {
    /// The lifecycle.
    pub lifecycle: Arc<LifecycleView>,
    /// The services.
    pub health: Arc<ServiceHealthReport>,
    /// How far the start has come.
    pub start: StartView,
    /// The club, once there is one.
    pub club: Option<Arc<ClubView>>,
    /// The table that is played or watched.
    pub table: Option<Arc<TableView>>,
    /// The newest lines of the log.
    pub log: Arc<LogView>,

    /// The screen in front.
    pub screen: Screen,
    /// The screens that led to it, the one it was opened from last; each at most once.
    pub opened_from: Vec<Screen>,
    /// Open dialogs, the one in front last.
    pub overlays: Vec<Overlay>,
    /// Keys before this time are ignored: a dialog has just opened by itself.
    pub deaf_until: UiTime,
    /// The part of the screen that has the arrows.
    pub pane: Pane,
    /// The spot of the felt in focus.
    pub spot: BetKey,
    /// The chosen rows.
    pub rows: Rows,
    /// The unit that chips are laid in.
    pub unit: Chips,
    /// The slip.
    pub slip: Slip,
    /// What a stop must not lose, of this table and of those before.
    pub kept: Kept,
    /// Intents without an answer.
    pub pending: BTreeMap<IntentId, Pending>,
    /// The row above the hints.
    pub event_row: EventRow,
    /// The dice.
    pub dice: DiceShow,
    /// The seconds until betting ends.
    pub countdown: Countdown,
    /// The frozen picture of health.
    pub frozen: Option<Frozen>,
    /// Which lines of the log are shown.
    pub log_filter: LogFilter,
    /// Colours, symbols and motion as the player wants them.
    pub settings: Settings,
    /// What flags and surroundings say; a setting can't overrule them.
    pub surroundings: Surroundings,
    /// What the above come to.
    pub caps: Caps,
    /// A pleasant name, drawn for a first start.
    pub drawn_name: String,
    /// Whether the name is given already, so that a first start asks nothing.
    pub has_name: bool,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Whether the terminal has the focus.
    pub focused: bool,
    /// Whether to sit down at the first table that appears.
    pub wants_seat: bool,
    /// When Ctrl-C was pressed last.
    pub ctrl_c_at: Option<UiTime>,
    /// The number of the next intent.
    pub next_intent: IntentId,
}

/// What happens to bets when their player stands up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComesDown {
    /// Come down, with their stakes.
    pub down: Vec<(BetKey, Chips)>,
    /// Are contracts, and settled without the player.
    pub stays: Vec<(BetKey, Chips)>,
}

/// What a model starts from.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The lifecycle.
    pub lifecycle: Arc<LifecycleView>,
    /// The services.
    pub health: Arc<ServiceHealthReport>,
    /// The log.
    pub log: Arc<LogView>,
    /// The player's settings.
    pub settings: Settings,
    /// What flags and surroundings say.
    pub surroundings: Surroundings,
    /// What both come to.
    pub caps: Caps,
    /// A pleasant name, drawn for a first start.
    pub drawn_name: String,
    /// Columns and rows.
    pub size: (u16, u16),
    /// The time at the screen's own start.
    pub at: UnixMillis,
}

impl Model {
    /// Returns the model of the first frame: the lobby, with nothing known.
    ///
    /// # Panics
    /// Never: pass is a bet without a number.
    #[must_use]
    pub fn new(beginning: Beginning) -> Self {
        #[expect(clippy::expect_used, reason = "pass takes no number")]
        let pass = BetKey::new(BetId::PASS, None).expect("pass");
        // An emergency that outlived the last quit is there before any message tells of it.
        let barred = beginning.lifecycle.emergency.as_ref().map(|_emergency| {
            Overlay::Failed(FailedDialog {
                failure: Failure::Emergency,
                choice: FailedChoice::default(),
            })
        });
        Self {
            lifecycle: beginning.lifecycle,
            health: beginning.health,
            start: StartView::Idle,
            club: None,
            table: None,
            log: beginning.log,
            screen: Screen::Lobby,
            opened_from: Vec::new(),
            overlays: barred.into_iter().collect(),
            deaf_until: UiTime(0),
            pane: Pane::Tables,
            spot: pass,
            rows: Rows::default(),
            unit: Chips::new(10),
            slip: Slip::default(),
            kept: Kept::default(),
            pending: BTreeMap::new(),
            event_row: EventRow::default(),
            dice: DiceShow::default(),
            countdown: Countdown::new(beginning.at),
            frozen: None,
            log_filter: LogFilter {
                level: crate::config::LogLevel::Info,
                search: TextField::new("", SEARCH_MAX),
            },
            settings: beginning.settings,
            surroundings: beginning.surroundings,
            caps: beginning.caps,
            drawn_name: beginning.drawn_name,
            has_name: false,
            size: beginning.size,
            focused: true,
            wants_seat: false,
            ctrl_c_at: None,
            next_intent: IntentId(1),
        }
    }

    /// Notes from where `to` is opened. Going to a screen that led here is going back to it; lobby and
    /// table are where ways begin.
    pub fn remember_way_to(&mut self, to: Screen) {
        if let Some(at) = self.opened_from.iter().position(|screen| *screen == to) {
            self.opened_from.truncate(at);
        } else if matches!(to, Screen::Lobby | Screen::Table) {
            self.opened_from.clear();
        } else {
            self.opened_from.push(self.screen);
        }
    }

    /// Returns when the model wants a [`Msg::Timer`](super::message::Msg::Timer), `None` if nothing changes by itself.
    #[must_use]
    pub fn due(&self) -> Option<UiTime> {
        let asking = self.pending.values().map(|pending| pending.ask_at).min();
        let laid = self.slip.laid.map(|laid| laid.send_at);
        // A hidden countdown asks for nothing.
        let second = self.countdown.due().filter(|_| self.shows_countdown());
        let times = [asking, laid, self.dice.due(), second];
        times.into_iter().flatten().min()
    }

    /// Whether the seconds until betting ends are on the screen: no dialog that fills it is open.
    #[must_use]
    pub fn shows_countdown(&self) -> bool {
        let whole_page = |overlay: &Overlay| {
            matches!(
                overlay,
                Overlay::FirstRun(_) | Overlay::Unlock(_) | Overlay::Failed(_)
            )
        };
        let has_dice = matches!(self.screen, Screen::Table) || self.size.0 >= WIDE;
        has_dice && !self.overlays.iter().any(whole_page)
    }

    /// Whether numbers of the services are on the screen, so that they are worth a wake-up.
    #[must_use]
    pub fn shows_health(&self) -> bool {
        self.frozen.is_none()
            && (self.size.0 >= WIDE || matches!(self.screen, Screen::Health | Screen::Lobby))
    }

    /// Whether lines of the log are on the screen.
    #[must_use]
    pub fn shows_log(&self) -> bool {
        self.size.0 >= WIDEST || self.screen == Screen::Log
    }

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

    /// Returns the lines of the slip.
    #[must_use]
    pub fn slip_rows(&self) -> BTreeMap<BetKey, SlipRow> {
        slip::rows(self.my_bets().into_iter(), &self.slip, &self.pending)
    }

    /// Returns the bet in focus, `None` if the focus is on no bet.
    #[must_use]
    pub fn bet_in_focus(&self) -> Option<BetKey> {
        if let Some(Overlay::AllBets(dialog)) = self.overlay() {
            return dialog.focus(&super::offers::offers(self, dialog.search.text()));
        }
        match self.pane {
            Pane::Felt => Some(self.spot),
            Pane::Slip => {
                let rows = self.slip_rows();
                let chosen = self.rows.slip.filter(|bet| rows.contains_key(bet));
                chosen.or_else(|| rows.keys().next().copied())
            }
            Pane::Offers => {
                let offers = super::offers::offers(self, "");
                let chosen = self.rows.offer.filter(|bet| offers.contains(bet));
                chosen.or_else(|| offers.first().copied())
            }
            Pane::Tables | Pane::Services | Pane::Lifecycle | Pane::Rolls | Pane::Lines => None,
        }
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
    pub fn roll(&self, number: u64) -> Option<&RollRecord> {
        let history = &self.table.as_ref()?.history;
        let found = history.iter().find(|record| record.roll == number);
        found.map(|record| &**record)
    }

    /// Returns the chosen roll of the history.
    #[must_use]
    pub fn chosen_roll(&self) -> Option<&RollRecord> {
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
        let mut services: Vec<_> = self.shown_health().services.iter().collect();
        services.sort_by_key(|service| std::cmp::Reverse(service.status));
        services
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

/// From this width on a rail beside the screen shows the services.
pub const WIDE: u16 = 116;

/// From this width on a column shows the log.
pub const WIDEST: u16 = 180;
