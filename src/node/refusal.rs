//! A refusal as a player without a screen tells it: in the words of the screen, and by a name
//! that scripts can rely on.

use std::sync::Arc;

use crate::app::BitCrapsApp;
use crate::club;
use crate::config::{Color, ScreenSettings, Theme};
use crate::craps::Action;
use crate::gaming::{Intent, Refusal, TableView};
use crate::tui::caps::{Caps, Surroundings};
use crate::tui::keymap::Keymap;
use crate::tui::model::{Beginning, Model};
use crate::tui::note::Tried;
use crate::tui::text;
use crate::tui::why::Why;

/// A refusal that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// A name that stays, as `above_maximum`.
    pub kind: String,
    /// What was refused and why, as on the screen.
    pub why: String,
}

/// Words a refusal. `table` is where the player sits.
#[must_use]
pub fn tell(
    app: &BitCrapsApp,
    table: Option<Arc<TableView>>,
    asked: &Intent,
    why: &Refusal,
) -> Told {
    let settings = ScreenSettings {
        ascii: true,
        color: Color::None,
        theme: Theme::Auto,
        reduced_motion: true,
    };
    let surroundings = Surroundings::default();
    let mut model = Model::new(Beginning {
        keymap: Keymap::default(),
        lifecycle: app.lifecycle(),
        health: app.health(),
        log: Arc::default(),
        caps: Caps::of(&surroundings, &settings),
        settings,
        surroundings,
        drawn_name: String::new(),
        size: (80, 24),
        at: crate::clock::UnixMillis(0),
    });
    model.table = table;
    let refused = text::refused(&tried(asked, why), &Why::Game(why.clone()), None, &model);
    Told {
        kind: kind(why),
        why: format!("{} {}", refused.what, refused.why),
    }
}

/// What of a slip was refused, or all that was asked for.
fn tried(asked: &Intent, why: &Refusal) -> Tried {
    if let Some(&Action::Place { bet, amount }) = why.action_of(asked) {
        return Tried::Bet { bet, amount };
    }
    Tried::Intent(asked.clone())
}

/// Returns the name of the innermost refusal, as the rule book's examples write it.
fn kind(why: &Refusal) -> String {
    let shown = match why {
        Refusal::Club(club::Refusal::Bet { why, .. } | club::Refusal::Game(why)) => {
            format!("{why:?}")
        }
        Refusal::Club(club::Refusal::Keepers(why)) => format!("{why:?}"),
        Refusal::Club(why) => format!("{why:?}"),
        Refusal::NotRunning { .. }
        | Refusal::QueueFull { .. }
        | Refusal::NotReady { .. }
        | Refusal::SeatedElsewhere { .. }
        | Refusal::NotABot { .. }
        | Refusal::Dropped { .. } => format!("{why:?}"),
    };
    let name: String = shown
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    name.char_indices()
        .fold(String::new(), |mut kind, (at, letter)| {
            if at > 0 && letter.is_ascii_uppercase() {
                kind.push('_');
            }
            kind.push(letter.to_ascii_lowercase());
            kind
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{AppSettings, Service};
    use crate::clock::SystemClock;
    use crate::club::GameId;
    use crate::craps;
    use crate::ledger::Chips;

    #[test]
    fn a_refusal_has_the_name_that_the_rule_books_examples_give_it() {
        let refusals = [
            craps::Refusal::Contract,
            craps::Refusal::BelowMinimum {
                stake: Chips::new(1),
                least: Chips::new(5),
            },
            craps::Refusal::AboveMaximum {
                stake: Chips::new(9),
                most: Chips::new(5),
            },
        ];
        for refusal in refusals {
            let value = serde_json::to_value(refusal).unwrap();
            let written = match value.as_str() {
                Some(name) => name.to_owned(),
                None => value.as_object().unwrap().keys().next().unwrap().clone(),
            };
            let of_slip = club::Refusal::Bet {
                index: 0,
                why: refusal,
            };
            assert_eq!(kind(&Refusal::Club(of_slip)), written);
            assert_eq!(kind(&Refusal::Club(club::Refusal::Game(refusal))), written);
        }
        let others = [
            (Refusal::Club(club::Refusal::NotSeated), "not_seated"),
            (Refusal::QueueFull { limit: 8 }, "queue_full"),
        ];
        for (refusal, name) in others {
            assert_eq!(kind(&refusal), name);
        }
    }

    #[tokio::test]
    async fn a_refusal_is_told_in_the_words_of_the_screen() {
        let services: Vec<Arc<dyn Service>> = Vec::new();
        let clock = Arc::new(SystemClock::new());
        let app = BitCrapsApp::new(AppSettings::default(), Box::new(services), clock);
        let place = |bet: &str| Action::Place {
            bet: bet.parse().unwrap(),
            amount: Chips::new(1_000),
        };
        let slip = Intent::Bets {
            game: GameId([1; 32]),
            roll: 1,
            actions: vec![place("pass"), place("field")],
        };
        let why = Refusal::Club(club::Refusal::Bet {
            index: 1,
            why: craps::Refusal::AboveMaximum {
                stake: Chips::new(1_000),
                most: Chips::new(500),
            },
        });
        let told = tell(&app, None, &slip, &why);
        assert_eq!(told.kind, "above_maximum");
        assert_eq!(told.why, "Field stops at 500, and this makes 1,000");
    }
}
