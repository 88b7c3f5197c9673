//! What the screen knows: the newest views, and what belongs to the screen itself.
//!
//! Only [`super::update::update`] changes a model; `view` draws it. Views are replaced whole, and
//! lists remember the chosen row itself, never its index, so that news never moves the focus.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::UnixMillis;
use crate::config::ScreenSettings;
use crate::coordination::ServiceHealthReport;
use crate::craps::{BetId, BetKey};
use crate::gaming::{ClubView, IntentId, StartView, TableView};
use crate::ledger::Chips;
use crate::logs::LogView;
use crate::state::lifecycle::LifecycleView;

mod asked;
mod screen;

pub use asked::ComesDown;
pub use screen::{Medium, Pane, Rows, SMALLEST, Screen, WIDE, WIDE_ROWS, WIDEST};

use super::caps::{Caps, Surroundings};
use super::countdown::Countdown;
use super::dice_show::DiceShow;
use super::field::TextField;
use super::hits::{HitMap, MouseOwner};
use super::kept::Kept;
use super::keymap::Keymap;
use super::limits::SEARCH_MAX;
use super::note::EventRow;
use super::overlay::{FailedChoice, FailedDialog, Failure, Overlay};
use super::schedule::UiTime;
use super::slip::{Pending, Slip};

/// The units that chips are laid in.
pub const UNITS: [Chips; 5] = [
    Chips::new(1),
    Chips::new(5),
    Chips::new(10),
    Chips::new(25),
    Chips::new(100),
];

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
    /// The player's keys.
    pub keymap: Arc<Keymap>,
    /// Colours, symbols and motion as the player wants them.
    pub settings: ScreenSettings,
    /// What flags and surroundings say; a setting can't overrule them.
    pub surroundings: Surroundings,
    /// What the above come to.
    pub caps: Caps,
    /// A pleasant name, drawn for a first start.
    pub drawn_name: String,
    /// Whether the name is given already, so that a first start asks nothing.
    pub has_name: bool,
    /// Whether it is drawn or told.
    pub medium: Medium,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Whether the terminal has the focus.
    pub focused: bool,
    /// Who hears the mouse.
    pub mouse: MouseOwner,
    /// What stands where in the last frame.
    pub hits: HitMap,
    /// Whether to sit down at the first table that appears.
    pub wants_seat: bool,
    /// When Ctrl-C was pressed last.
    pub ctrl_c_at: Option<UiTime>,
    /// The number of the next intent.
    pub next_intent: IntentId,
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
    /// The player's keys.
    pub keymap: Keymap,
    /// The player's settings.
    pub settings: ScreenSettings,
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
            keymap: Arc::new(beginning.keymap),
            settings: beginning.settings,
            surroundings: beginning.surroundings,
            caps: beginning.caps,
            drawn_name: beginning.drawn_name,
            has_name: false,
            medium: Medium::Screen,
            size: beginning.size,
            focused: true,
            mouse: MouseOwner::Game,
            hits: HitMap::default(),
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
        let rings = self.may_ring() && self.has_unsent_bets();
        let second = self.countdown.due();
        let second = second.filter(|_| self.shows_countdown() || rings);
        let times = [asking, laid, self.dice.due(), second];
        times.into_iter().flatten().min()
    }

    /// Whether the bell may ring: it was asked for, and the player looks elsewhere.
    #[must_use]
    pub fn may_ring(&self) -> bool {
        self.settings.bell && !self.focused && self.medium == Medium::Screen
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
        let (columns, rows) = self.size;
        let is_mini = columns < SMALLEST.0 || rows < SMALLEST.1;
        let has_dice = matches!(self.screen, Screen::Table) || columns >= WIDE || is_mini;
        let is_drawn = self.medium == Medium::Screen;
        is_drawn && has_dice && !self.overlays.iter().any(whole_page)
    }

    /// Whether numbers of the services are on the screen, so that they are worth a wake-up.
    #[must_use]
    pub fn shows_health(&self) -> bool {
        // The picture that can be frozen is that of the screen of health.
        let is_still = self.frozen.is_some() && self.screen == Screen::Health;
        self.medium == Medium::Screen
            && !is_still
            && (self.size.0 >= WIDE || matches!(self.screen, Screen::Health | Screen::Lobby))
    }

    /// Whether lines of the log are on the screen.
    #[must_use]
    pub fn shows_log(&self) -> bool {
        let (columns, rows) = self.size;
        let below_health = self.screen == Screen::Health && columns >= WIDE && rows >= WIDE_ROWS;
        let is_shown = columns >= WIDEST || self.screen == Screen::Log || below_health;
        self.medium == Medium::Screen && is_shown
    }
}
