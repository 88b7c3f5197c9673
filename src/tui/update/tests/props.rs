//! What holds for any keys in any order.

use proptest::prelude::*;

use crate::tui::action::ACTIONS;
use crate::tui::input::Chord;
use crate::tui::message::Msg;
use crate::tui::note::Note;

use crate::tui::update::kit::Player;

/// One thing that happens to a screen.
#[derive(Clone, Debug)]
enum Step {
    Press(Chord),
    Wait(u64),
    Settle,
    Roll(u8, u8),
    Lock(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let keys: Vec<Chord> = ACTIONS.iter().flat_map(|info| info.keys).copied().collect();
    prop_oneof![
        12 => proptest::sample::select(keys).prop_map(Step::Press),
        2 => any::<char>().prop_map(|c| Step::Press(Chord::char(c))),
        2 => (0_u64..6_000).prop_map(Step::Wait),
        3 => Just(Step::Settle),
        2 => (1_u8..=6, 1_u8..=6).prop_map(|(a, b)| Step::Roll(a, b)),
        1 => any::<bool>().prop_map(Step::Lock),
    ]
}

proptest! {
    #[test]
    fn no_key_panics_and_none_is_silent(steps in proptest::collection::vec(step(), 1..80)) {
        let mut player = Player::seated();
        for step in steps {
            match step {
                Step::Press(chord) => {
                    player.effects.clear();
                    let before = player.picture();
                    let before_row = player.model.event_row.shown().cloned();
                    player.take(Msg::Key(chord));
                    let changed = player.picture() != before;
                    let told = player.why().is_some()
                        || player.model.event_row.shown() != before_row.as_ref()
                        || before_row == Some(Note::PressAgainToQuit);
                    prop_assert!(
                        changed || told || !player.effects.is_empty(),
                        "{chord} did nothing on {:?}",
                        player.model.screen
                    );
                    player.settle();
                }
                Step::Wait(millis) => player.after(millis),
                Step::Settle => player.settle(),
                Step::Roll(a, b) => {
                    player.locked = false;
                    player.roll(a, b);
                }
                Step::Lock(locked) => {
                    player.locked = locked;
                    player.show();
                }
            }
        }
    }
}
