//! What a script that subscribes is told: rolls, seats and changes of the lifecycle, as they come.

use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, StreamExt};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use super::rows::{PlayEvent, Row};
use super::server::Rows;
use crate::clock::Clock;
use crate::gaming::{GameEvent, TableView};
use crate::ledger::Chips;
use crate::state::lifecycle::LifecycleView;

/// What was seen of the game and the lifecycle, and what is told next.
pub(super) struct Watcher {
    pub(super) rolls: broadcast::Receiver<GameEvent>,
    pub(super) table: watch::Receiver<Option<Arc<TableView>>>,
    pub(super) lifecycle: watch::Receiver<Arc<LifecycleView>>,
    /// The newest state that was told.
    pub(super) state: Arc<LifecycleView>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) started: Duration,
}

impl Watcher {
    /// Rolls and changes of the lifecycle, from now on. Who reads too slowly misses some; each
    /// carries its number, so that is seen.
    pub(super) fn rows(self) -> Rows {
        stream::unfold(self, |mut watcher| async {
            let event = watcher.next().await?;
            Some((Ok(Row::Event(event)), watcher))
        })
        .boxed()
    }

    async fn next(&mut self) -> Option<PlayEvent> {
        loop {
            tokio::select! {
                changed = self.lifecycle.changed() => {
                    changed.ok()?;
                    let now = self.lifecycle.borrow_and_update().clone();
                    let before = std::mem::replace(&mut self.state, now);
                    if before.sequence != self.state.sequence {
                        return Some(self.transition(&before));
                    }
                }
                event = self.rolls.recv() => match event {
                    Ok(event) => if let Some(event) = self.told(&event) {
                        return Some(event);
                    },
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    fn t(&self) -> u64 {
        since(&*self.clock, self.started)
    }

    fn transition(&self, before: &LifecycleView) -> PlayEvent {
        PlayEvent::Lifecycle {
            t: self.t(),
            from: before.state.to_string(),
            to: self.state.state.to_string(),
            reason: self.state.reason.to_string(),
        }
    }

    fn told(&self, event: &GameEvent) -> Option<PlayEvent> {
        let table = self.table.borrow().clone()?;
        match event {
            GameEvent::Rolled(record) => Some(PlayEvent::Roll {
                t: self.t(),
                table: table.game.to_string(),
                roll: record.roll,
                dice: [record.dice.a(), record.dice.b()],
                height: record.height.0,
                balance: record.balance.map(Chips::get),
            }),
            GameEvent::Seated { you: true, .. } => Some(PlayEvent::Seated {
                t: self.t(),
                table: table.game.to_string(),
                seat: table.me?.get(),
            }),
            GameEvent::Seated { you: false, .. }
            | GameEvent::Stood { .. }
            | GameEvent::DicePassed { .. }
            | GameEvent::RulesChanged
            | GameEvent::LeftOut { .. }
            | GameEvent::Abandoned { .. }
            | GameEvent::ChangeOpen(_)
            | GameEvent::KeepersChanged { .. }
            | GameEvent::Accused { .. } => None,
        }
    }
}

/// Milliseconds since the start.
pub(super) fn since(clock: &dyn Clock, started: Duration) -> u64 {
    let since = clock.monotonic().saturating_sub(started);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
