//! The two rows at the top: the state of everything at a glance, each value at its fixed place.

use ratatui::layout::Rect;

use super::dialogs::GO_ACTIONS;
use crate::craps::Puck;
use crate::state::lifecycle::ApplicationState;
use crate::tui::hits::Target;
use crate::tui::model::{Model, Screen};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, Paint};

/// Columns from which on the header shows the roll and the chips at risk.
const ROOMY: u16 = 78;

/// Columns from which on the header counts the time for bets down; below, the dice do.
pub(super) const TIMED: u16 = 90;

/// Where the number of the roll begins.
const ROLL_COLUMN: u16 = 39;

/// Draws both rows.
pub(super) fn draw(model: &Model, paint: &mut Paint<'_>) {
    let state = model.lifecycle.state;
    paint.put(1, 0, "BitCraps", Role::Title);
    paint.put(11, 0, state.name(), state_role(state));
    let chips = chips(model, paint.width());
    if let Some(table) = &model.table {
        let (word, role) = puck(table.table.puck());
        paint.put(29, 0, &word, role);
        if paint.width() >= ROOMY {
            let room = paint
                .width()
                .saturating_sub(ROLL_COLUMN + chips.width() + 2);
            paint.put(ROLL_COLUMN, 0, &roll(table.roll, room), Role::Text);
        }
    }
    paint.line_right(0, &chips);
    tabs(model, paint);
}

/// Returns the number of a roll, whole, in so many columns.
fn roll(number: u64, room: u16) -> String {
    let number = text::grouped(number);
    let words = format!("roll {number}");
    if words.len() <= usize::from(room) {
        words
    } else {
        format!("#{number}")
    }
}

/// Returns the puck in words, and how it is drawn.
pub(super) fn puck(puck: Puck) -> (String, Role) {
    match puck {
        Puck::Off => ("COME-OUT".to_owned(), Role::PuckOff),
        Puck::On(point) => (format!("POINT {point}"), Role::PuckOn),
    }
}

/// Returns how a state of the application is drawn.
pub(super) const fn state_role(state: ApplicationState) -> Role {
    match state {
        ApplicationState::Running => Role::Healthy,
        ApplicationState::Degraded => Role::Degraded,
        ApplicationState::Error => Role::Critical,
        ApplicationState::Uninitialized
        | ApplicationState::Initializing
        | ApplicationState::ServicesStarting
        | ApplicationState::Stopping
        | ApplicationState::Stopped => Role::Unavailable,
    }
}

fn chips(model: &Model, columns: u16) -> Line {
    let Some(club) = &model.club else {
        return Line::new().dim("chips -");
    };
    let chips = Line::new()
        .dim("chips ")
        .with(Role::Stake, format!("{:>9}", text::chips(club.balance)));
    let chips = if columns < ROOMY {
        chips
    } else {
        chips
            .dim("  at risk ")
            .text(format!("{:>6}", text::chips(club.at_risk)))
    };
    match model.countdown.shown() {
        Some(seconds) if columns >= TIMED => {
            // Three digits keep their place, so that a second that goes by is one small write.
            chips
                .dim(format!("  {} ", text::at_zero(model)))
                .text(format!("{seconds:>3}s"))
        }
        Some(_) | None => chips,
    }
}

/// Returns the word of a screen's tab.
pub(super) const fn tab(screen: Screen) -> &'static str {
    match screen {
        Screen::Lobby => "Lobby",
        Screen::Table => "Table",
        Screen::Bets => "Bets",
        Screen::Health => "Health",
        Screen::History => "History",
        Screen::Log => "Log",
    }
}

fn tabs(model: &Model, paint: &mut Paint<'_>) {
    let mut column = 1;
    for (screen, action) in Screen::ALL.into_iter().zip(GO_ACTIONS) {
        let word = tab(screen);
        let (shown, role) = if screen == model.screen {
            (format!("[{word}]"), Role::Title)
        } else {
            (format!(" {word} "), Role::Dim)
        };
        let end = paint.put(column, 1, &shown, role);
        let area = Rect::new(column, 1, end - column, 1);
        paint.hit(area, Target::Action(action));
        column = end;
    }
    let (place, shooter) = place(model);
    let room = paint.width().saturating_sub(column + 3);
    let both = place.dim("  ").then(shooter.clone());
    if both.width() <= room {
        paint.line_right(1, &both);
    } else if shooter.width() <= room {
        paint.line_right(1, &shooter);
    }
}

/// Returns where the player is, and who has the dice there.
fn place(model: &Model) -> (Line, Line) {
    let Some(table) = &model.table else {
        let words = match &model.club {
            Some(club) => format!("{}, your own club", club.name),
            None => "no club yet".to_owned(),
        };
        return (Line::new(), Line::new().dim(words));
    };
    let place = Line::new().dim(format!("{}/{}", table.club, table.name));
    let shooter = match (table.shooter(), &table.waits) {
        (Some(seat), _) if seat.you => Line::new().text("you shoot"),
        (Some(seat), _) => Line::new().text(format!("shooter {}", seat.name)),
        (None, Some(wait)) => {
            Line::new().with(Role::Warning, format!("waits for {}", text::who_left(wait)))
        }
        (None, None) => Line::new().text("no shooter"),
    };
    (place, shooter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{self, Script};

    #[test]
    fn the_number_of_a_roll_is_whole_and_keeps_clear_of_the_chips() {
        let model = fixture::model(&Script::new("practice").sit(fixture::ME, None, 1_000));
        let taken = ROLL_COLUMN + chips(&model, 80).width() + 2;
        let room = 80 - taken;
        assert_eq!(roll(999, room), "roll 999");
        assert_eq!(roll(3_004, room), "#3,004");
        assert_eq!(roll(999_999, room), "#999,999");
        assert!(roll(999_999, room).len() <= usize::from(room));
        assert_eq!(roll(3_004, 120 - taken), "roll 3,004");
    }
}
