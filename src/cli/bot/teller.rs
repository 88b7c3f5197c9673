//! What the player says on standard output: an event a line, as JSON or as text.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::cli::output::{Output, Stop};
use crate::clock::Clock;
use crate::control::{BetState, EndReason, PlayEvent};
use crate::state::lifecycle::LifecycleView;

/// Tells events. When nobody can be told any more it keeps why, and ends the play.
pub(super) struct Teller<'o> {
    output: &'o mut Output,
    clock: Arc<dyn Clock>,
    started: Duration,
    lifecycle: watch::Receiver<Arc<LifecycleView>>,
    /// The number of the newest transition that was told.
    told: u64,
    ended: CancellationToken,
    broken: Option<Stop>,
}

impl<'o> Teller<'o> {
    /// Times of events count from now; a failure to write cancels `ended`.
    pub(super) fn new(
        output: &'o mut Output,
        clock: Arc<dyn Clock>,
        lifecycle: watch::Receiver<Arc<LifecycleView>>,
        ended: CancellationToken,
    ) -> Self {
        Self {
            output,
            started: clock.monotonic(),
            clock,
            lifecycle,
            told: 0,
            ended,
            broken: None,
        }
    }

    /// Tells one event; `event` is given the milliseconds since the start.
    pub(super) fn tell(&mut self, event: impl FnOnce(u64) -> PlayEvent) {
        if self.broken.is_some() {
            return;
        }
        let since = self.clock.monotonic().saturating_sub(self.started);
        let event = event(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
        if let Err(stop) = self.output.either(&event, &text(&event)) {
            self.broken = Some(stop);
            self.ended.cancel();
        }
    }

    /// Notes something for people, beside the events.
    pub(super) fn note(&mut self, text: &str) {
        self.output.note(text);
    }

    /// Tells the changes of the lifecycle that were not told yet.
    pub(super) fn tell_lifecycle(&mut self) {
        let view = Arc::clone(&self.lifecycle.borrow_and_update());
        let mut news: Vec<_> = view.history.newest_first().collect();
        news.retain(|transition| transition.sequence > self.told);
        for transition in news.into_iter().rev() {
            self.told = transition.sequence;
            self.tell(|t| PlayEvent::Lifecycle {
                t,
                from: transition.from.to_string(),
                to: transition.to.to_string(),
                reason: transition.reason.to_string(),
            });
        }
    }

    /// Waits for `work`, and tells the changes of the lifecycle meanwhile.
    pub(super) async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            let mut lifecycle = self.lifecycle.clone();
            tokio::select! {
                biased;
                done = &mut work => {
                    self.tell_lifecycle();
                    return done;
                }
                Ok(()) = lifecycle.changed() => self.tell_lifecycle(),
            }
        }
    }

    /// Waits for a change of the lifecycle.
    pub(super) async fn lifecycle_changed(&mut self) {
        if self.lifecycle.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Returns why nothing can be told any more, if so.
    pub(super) fn into_result(self) -> Result<(), Stop> {
        self.broken.map_or(Ok(()), Err)
    }
}

fn text(event: &PlayEvent) -> String {
    match event {
        PlayEvent::Table { name, .. } => format!("table {name}\n"),
        PlayEvent::Seated { seat, .. } => format!("seated on seat {seat}\n"),
        PlayEvent::Stood { .. } => "stood up\n".to_owned(),
        PlayEvent::Bet {
            id,
            bet,
            amount,
            state,
            why,
            ..
        } => {
            let state = match state {
                BetState::Sent => "sent",
                BetState::Confirmed => "confirmed",
                BetState::Refused => "refused",
                BetState::Unknown => "without an answer",
            };
            let why = why
                .as_ref()
                .map_or_else(String::new, |why| format!(": {why}"));
            format!("bet {id}: {amount} on {bet} {state}{why}\n")
        }
        PlayEvent::Roll {
            roll,
            dice: [a, b],
            balance,
            ..
        } => {
            let chips = balance.map_or_else(String::new, |balance| format!(", {balance} chips"));
            format!("roll {roll}: {a}-{b}{chips}\n")
        }
        PlayEvent::Lifecycle {
            from, to, reason, ..
        } => format!("{from} -> {to}: {reason}\n"),
        PlayEvent::End {
            rolls,
            height,
            state_root,
            balance,
            at_risk,
            reason,
            ..
        } => {
            let reason = match reason {
                EndReason::Rolls => "done",
                EndReason::Stopped => "stopped",
                EndReason::Broke => "broke",
                EndReason::Failed => "failed",
            };
            format!(
                "{reason} after {rolls} rolls: {balance} chips, {at_risk} at risk, height {height}, \
                 root {state_root}\n"
            )
        }
    }
}
