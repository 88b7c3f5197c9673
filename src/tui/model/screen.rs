//! Screens, the parts of them that have the arrows, and the chosen row of each list.

use crate::club::GameId;
use crate::craps::BetKey;

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

/// How a player gets to know what the model holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Medium {
    /// It is drawn, again and again in the same place.
    #[default]
    Screen,
    /// It is told, one line after another: see [`line`](crate::tui::line).
    Lines,
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

/// The smallest size with panes; below it a few lines stand alone.
pub const SMALLEST: (u16, u16) = (60, 16);

/// From this width on a rail beside the screen shows the services.
pub const WIDE: u16 = 116;

/// The least rows for a rail beside the screen, and for lines of the log below health.
pub const WIDE_ROWS: u16 = 30;

/// From this width on a column shows the log.
pub const WIDEST: u16 = 180;
