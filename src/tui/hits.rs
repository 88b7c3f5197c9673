//! What a click means: which part of the last frame stands for what.

use ratatui::layout::Rect;

use super::action::Action;
use super::model::Pane;
use super::overlay::{FailedChoice, FirstRunField, QuitChoice};
use super::table_dialog::TableField;
use crate::club::GameId;
use crate::craps::{BetKey, SeatNo};

/// Who hears the mouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MouseOwner {
    /// The game: a click lays chips.
    #[default]
    Game,
    /// The terminal, to select text.
    Terminal,
}

/// A button of the mouse that does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Lays chips, chooses, does what a hint says.
    Left,
    /// Takes chips off.
    Right,
    /// The wheel, away from the player.
    WheelUp,
    /// The wheel, towards the player.
    WheelDown,
}

/// A button that went down somewhere. Nothing else of a mouse is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// The button.
    pub button: Button,
    /// The column, counted from 0.
    pub column: u16,
    /// The row, counted from 0.
    pub row: u16,
}

/// What stands in a part of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A tab, a hint, a key in a frame: does what the key does.
    Action(Action),
    /// A spot, or the row of a bet: a unit on or off.
    Spot(BetKey),
    /// The cell of a family, which stands for this bet: its bets are listed.
    Cell(BetKey),
    /// A row of a list: chosen, then its main action is done if it has one.
    Row(Row),
    /// Something of a dialog to choose.
    Answer(Answer),
    /// A pane, where nothing in it is meant: it gets the arrows and the wheel.
    Pane(Pane),
    /// Nothing; it lies over something else.
    Nothing,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A table of the lobby.
    Table(GameId),
    /// A service, by name.
    Service(String),
    /// A transition of the lifecycle, by sequence number.
    Transition(u64),
    /// A roll, by number.
    Roll(u64),
}

/// Something of a dialog to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What happens when I quit.
    Quit(QuitChoice),
    /// Yes or no.
    Yes(bool),
    /// What to do about a failure.
    Failed(FailedChoice),
    /// How a new bot plays: the index into `Strategy::ALL`.
    Bot(usize),
    /// The bot on this seat is sent away.
    SendAway(SeatNo),
    /// An action of the palette.
    Palette(Action),
    /// A field of the first run.
    FirstRun(FirstRunField),
    /// A field of another table.
    NewTable(TableField),
    /// A rule of the table, by its row.
    Rule(usize),
}

/// The parts of a frame that a click means something in. What was added later lies over what was added
/// before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HitMap(Vec<(Rect, Target)>);

impl HitMap {
    /// Adds a part; one without a cell is left out.
    pub fn add(&mut self, area: Rect, target: Target) {
        if !area.is_empty() {
            self.0.push((area, target));
        }
    }

    /// Forgets everything below a dialog.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns what stands in a cell.
    #[must_use]
    pub fn at(&self, column: u16, row: u16) -> Option<&Target> {
        self.over(column, row).next()
    }

    /// Returns the pane that a cell belongs to.
    #[must_use]
    pub fn pane_at(&self, column: u16, row: u16) -> Option<Pane> {
        self.over(column, row).find_map(|target| match target {
            Target::Pane(pane) => Some(*pane),
            Target::Action(_)
            | Target::Spot(_)
            | Target::Cell(_)
            | Target::Row(_)
            | Target::Answer(_)
            | Target::Nothing => None,
        })
    }

    /// Returns every part with its target, the lowest first.
    pub fn parts(&self) -> impl Iterator<Item = &(Rect, Target)> {
        self.0.iter()
    }

    fn over(&self, column: u16, row: u16) -> impl Iterator<Item = &Target> {
        let has = move |area: &Rect| area.contains((column, row).into());
        let found = self.0.iter().rev().filter(move |(area, _)| has(area));
        found.map(|(_, target)| target)
    }
}
