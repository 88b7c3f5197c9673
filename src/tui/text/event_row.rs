//! The row above the hints in words.

use super::note::note;
use super::roll::rolled;
use crate::tui::model::Model;
use crate::tui::note::Note;
use crate::tui::widget::width;

/// Returns what the event row says, `None` while it says nothing. What came right after a roll stands
/// beside it, as far as both have room; the roll is told in any case.
#[must_use]
pub fn event_row(model: &Model) -> Option<String> {
    let row = &model.event_row;
    let shown = row.shown()?;
    let words = note(shown, model);
    let (Note::Rolled(record), Some(beside)) = (shown, row.beside()) else {
        return Some(words);
    };
    let columns = model.size.0;
    let beside = note(beside, model);
    let room = columns.saturating_sub(width(&beside) + 1);
    let both = format!("{} {beside}", rolled(record, room));
    let fits = width(&both) + 2 <= columns;
    Some(if fits { both } else { words })
}

#[cfg(test)]
mod tests {
    use super::event_row;
    use crate::gaming::GameEvent;
    use crate::shown::Shown;
    use crate::tui::fixture;
    use crate::tui::note::Note;
    use crate::tui::widget::width;

    #[test]
    fn a_roll_is_told_beside_what_came_right_after_it() {
        let passed = |name: &str| {
            let to = Shown::new(name, 24);
            Note::Happened(GameEvent::DicePassed { to, you: false })
        };
        for columns in [60, 80, 120] {
            let mut model = fixture::state("seven-out").unwrap();
            model.size.0 = columns;
            let alone = event_row(&model).unwrap();
            assert!(alone.contains("3-4, seven out"), "{alone}");
            model.event_row.say(passed("mabel"));
            let both = event_row(&model).unwrap();
            assert!(both.contains("3-4, seven out"), "{both}");
            assert!(both.ends_with("mabel has the dice."), "{both}");
            assert!(width(&both) + 2 <= columns, "{both}");
            // Where there is no room for both, the roll stays.
            model.event_row.say(passed(&"w".repeat(24)));
            model.size.0 = 50;
            assert!(event_row(&model).unwrap().contains("3-4, seven out"));
            // A key shows that it was read.
            model.event_row.key_pressed();
            assert!(event_row(&model).unwrap().ends_with("has the dice."));
        }
    }
}
