//! A refusal as a player without a screen tells it: in the words of the screen, and by a name
//! that scripts can rely on.

use std::sync::Arc;

use crate::app::BitCrapsApp;
use crate::club;
use crate::config::{Color, ScreenSettings};
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
        reduced_motion: true,
        ..ScreenSettings::default()
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
    use futures::future::BoxFuture;

    use super::*;
    use crate::app::{AppSettings, RunningService, Service, ServiceContext};
    use crate::clock::SystemClock;
    use crate::club::GameId;
    use crate::coordination::{Importance, Probe, ServiceState};
    use crate::craps;
    use crate::error::{Error, Kind};
    use crate::gaming::{IntentId, Reply, SERVICE_NAME};
    use crate::ledger::Chips;
    use crate::node::desk;

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

    /// Stands in for the game manager.
    #[derive(Debug)]
    struct Manager(Result<bool, &'static str>);

    #[derive(Debug)]
    struct Idle;

    impl Service for Manager {
        fn name(&self) -> &'static str {
            SERVICE_NAME
        }
        fn importance(&self) -> Importance {
            Importance::Optional
        }
        fn depends_on(&self) -> &'static [&'static str] {
            &[]
        }
        fn start(
            &self,
            _context: ServiceContext,
        ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
            Box::pin(async {
                match self.0 {
                    Ok(true) => Ok(Box::new(Idle) as Box<dyn RunningService>),
                    Ok(false) => std::future::pending().await,
                    Err(why) => Err(Error::new(Kind::Storage, why, "plug one in")),
                }
            })
        }
    }

    impl RunningService for Idle {
        fn probe(&self) -> BoxFuture<'_, Probe> {
            Box::pin(async { Probe::healthy("idle") })
        }
        fn stop(&self) -> BoxFuture<'_, ()> {
            Box::pin(async {})
        }
    }

    fn app_with(manager: Manager) -> BitCrapsApp {
        let services: Vec<Arc<dyn Service>> = vec![Arc::new(manager)];
        let clock = Arc::new(SystemClock::new());
        BitCrapsApp::new(AppSettings::default(), Box::new(services), clock)
    }

    /// What a player without a screen is told, and what the screen shows beside it.
    async fn refused_by(app: &BitCrapsApp) -> String {
        let reply = desk::ask(app, IntentId(1), Intent::NewChips).await;
        let Reply::Rejected(why) = reply else {
            panic!("{reply:?}")
        };
        let told = tell(app, None, &Intent::NewChips, &why);
        assert_eq!(told.kind, "not_running");
        told.why
    }

    #[tokio::test]
    async fn what_is_not_available_reads_by_its_state_with_cause_and_remedy() {
        let app = app_with(Manager(Ok(true)));
        let never = refused_by(&app).await;
        assert_eq!(
            never,
            "The game manager is not started: start the application"
        );

        let hangs = app_with(Manager(Ok(false)));
        let started = hangs.start();
        tokio::pin!(started);
        let starting = tokio::select! {
            biased;
            ended = &mut started => panic!("{ended:?}"),
            words = async {
                let mut health = hangs.links().health;
                let starts = health.wait_for(|report| report.service(SERVICE_NAME).is_some_and(
                    |row| row.state == ServiceState::Starting,
                ));
                drop(starts.await.unwrap());
                refused_by(&hangs).await
            } => words,
        };
        assert_eq!(starting, "The game manager is starting: wait a moment");

        let fails = app_with(Manager(Err("there is no disk")));
        fails.start().await.unwrap();
        let failed = refused_by(&fails).await;
        assert_eq!(
            failed,
            "The game manager has failed: there is no disk; plug one in"
        );

        app.start().await.unwrap();
        app.stop_service(SERVICE_NAME).await.unwrap();
        let stopped = refused_by(&app).await;
        assert_eq!(
            stopped,
            "The game manager is stopped: `bitcraps service restart game manager`"
        );
        app.stop("done").await.unwrap();
        let ended = refused_by(&app).await;
        assert_eq!(ended, stopped);
        app.emergency_stop("smoke");
        let barred = refused_by(&app).await;
        assert_eq!(
            barred,
            "The game manager is stopped: `bitcraps emergency-stop --reset`"
        );
    }
}
