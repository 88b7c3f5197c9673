//! Each transition is told once: to the log, to whoever watches, and to the counters.

use std::fmt::Debug;
use std::sync::Mutex;

use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::*;

/// Writes down what the lifecycle logs.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _context: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let line = format!("{}:{}", line.message, line.fields);
        self.0.lock().expect("no panic").push(line);
    }
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => {
                let field = format!(" {name}={value:?}");
                self.fields.push_str(&field);
            }
        }
    }
}

#[test]
fn each_transition_is_one_event_for_log_screen_and_counters() {
    let log = Log::default();
    let subscriber = tracing_subscriber::registry().with(log.clone());
    let (_, machine) = machine();
    let mut screen = machine.watch();
    screen.borrow_and_update();
    let mut seen = Vec::new();
    let mut look = || {
        if screen.has_changed().expect("the machine lives") {
            seen.push(screen.borrow_and_update().sequence);
        }
    };
    tracing::subscriber::with_default(subscriber, || {
        for (step, reason, is_legal) in [
            (Initializing, "start", true),
            (ServicesStarting, "phase one", true),
            (Running, "all up", true),
            // Nothing changes, and what is refused changes nothing.
            (Running, "again", true),
            (Initializing, "no way back", false),
            (Degraded, "log failed", true),
        ] {
            let answer = machine.transition_to(step, reason);
            assert_eq!(answer.is_ok(), is_legal, "{answer:?}");
            look();
        }
        machine.emergency_stop("smoke");
        look();
        machine.emergency_stop("more smoke");
        look();
        machine.reset("a drill").expect("from an error");
        look();
    });

    let lines = log.0.lock().expect("no panic").clone();
    let ways = [
        (Uninitialized, Initializing, "start"),
        (Initializing, ServicesStarting, "phase one"),
        (ServicesStarting, Running, "all up"),
        (Running, Degraded, "log failed"),
        (Degraded, Error, "smoke"),
        (Error, Initializing, "a drill"),
    ];
    let expected: Vec<String> = (1..)
        .zip(ways)
        .map(|(sequence, (from, to, reason))| {
            format!("lifecycle: from={from} to={to} sequence={sequence} reason={reason:?}")
        })
        .collect();
    assert_eq!(lines, expected);
    assert_eq!(seen, [1, 2, 3, 4, 5, 6]);
    let counted = machine.metrics().transitions.into_iter();
    let made: Vec<_> = counted.filter(|(_, _, times)| *times > 0).collect();
    let mut once: Vec<_> = ways.map(|(from, to, _)| (from, to, 1)).into();
    once.sort_by_key(|(from, to, _)| (from.code(), to.code()));
    assert_eq!(made, once);
}
