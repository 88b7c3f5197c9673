//! `bitcraps bot`: a player without a screen. It is this node's player and a member like any other,
//! driven by a strategy.

mod moves;
mod seating;
mod session;
mod teller;

use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use tokio_util::sync::CancellationToken;

use self::moves::Mind;
use self::seating::Wanted;
use self::session::{Session, ending};
use self::teller::Teller;
use super::arguments::{BotOptions, Pace};
use super::client::{interrupted, node_runtime, signals};
use super::context::Context;
use super::faults::Faults;
use super::output::{Output, Stop};
use crate::app::StartError;
use crate::clock::{Clock, SystemClock};
use crate::club;
use crate::config::Source;
use crate::consensus::DistributedStateManager;
use crate::control::EndReason;
use crate::error::{Error, Kind};
use crate::identity::{Entropy as _, Keyring, OsEntropy};
use crate::ledger::Chips;
use crate::logs;
use crate::node::services::{CONSENSUS, LogState};
use crate::node::settings::{self, PRACTICE_TABLE};
use crate::node::{Answers, Node, NodeParts};
use crate::storage::DataDirLock;
use crate::tui::message::Signal;

/// What stands for whichever table there is, as if none was named.
const FIRST_TABLE: &str = "first";

/// Plays until the wanted number of rolls is done.
pub(super) fn run(
    context: &Context,
    options: &BotOptions,
    faults: Faults,
    output: &mut Output,
) -> Result<(), Stop> {
    let wanted = wanted(options)?;
    let mut config = context.config.clone();
    if matches!(config.source("table.bots"), Source::Default) {
        config.table.bots = 0;
    }
    let pace = match options.pace {
        Pace::Fast => Duration::ZERO,
        Pace::Human => config.bot.pace,
    };
    config.bot.pace = pace;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let lock = DataDirLock::acquire(&config.data_dir, clock.now())?;
    let log = LogState(logs::start(
        settings::of(&config, PRACTICE_TABLE).log,
        Arc::clone(&clock),
    ));
    let mind = Mind::new(options.strategy, Chips::new(options.unit), seed(options)?);
    let runtime = node_runtime()?;
    let _inside = runtime.enter();
    let node = Node::new(NodeParts {
        config: Arc::new(config),
        lock: Arc::new(lock),
        clock,
        answers: Answers::Nobody,
        table: match &wanted {
            Wanted::Named(name) => name.clone(),
            Wanted::Any | Wanted::Id(_) => PRACTICE_TABLE.to_owned(),
        },
        log: Arc::new(log),
        keyring: Keyring::system(),
        more: faults.services(),
    });
    let signals = signals()?;
    let ended = CancellationToken::new();
    let forced = heed(signals, ended.clone());
    let work = live(node, (mind, pace), (&wanted, options.rolls), ended, output);
    let done = runtime.block_on(async {
        tokio::select! {
            biased;
            done = work => done,
            () = forced => Err(interrupted()),
        }
    });
    runtime.shutdown_background();
    done
}

/// Checks what this version plays.
fn wanted(options: &BotOptions) -> Result<Wanted, Stop> {
    let usage = |message: &str, hint: &str| Stop::from(Error::new(Kind::Usage, message, hint));
    if !options.host {
        let hint = "play in your own club: bitcraps bot --host";
        return Err(usage("this version joins no tables of others yet", hint));
    }
    if options.seats > 1 {
        let hint = "leave --seats out; bots of your own club are set by table.bots";
        return Err(usage("this version waits for no other players yet", hint));
    }
    let Some(table) = options.table.as_ref().filter(|table| *table != FIRST_TABLE) else {
        return Ok(Wanted::Any);
    };
    // No name is as long as an id.
    match table.parse() {
        Ok(id) => Ok(Wanted::Id(id)),
        Err(_no_id) if club::is_name(table) => Ok(Wanted::Named(table.clone())),
        Err(_no_id) => Err(usage(
            "--table is neither an id nor a name",
            "a name has 1 to 48 bytes of text, an id 64 hexadecimal digits",
        )),
    }
}

fn seed(options: &BotOptions) -> Result<u64, Stop> {
    if let Some(seed) = options.seed {
        return Ok(seed);
    }
    let mut bytes = [0; 8];
    OsEntropy.fill(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// Ends the play at the first signal; returns at an interrupt after that.
async fn heed(mut signals: impl Stream<Item = Signal> + Unpin, ended: CancellationToken) {
    while let Some(signal) = signals.next().await {
        if ended.is_cancelled() && matches!(signal, Signal::Interrupt) {
            return;
        }
        ended.cancel();
    }
    std::future::pending::<()>().await;
}

/// Starts the node, plays, stands up and stops it, whatever happens.
async fn live(
    node: Node,
    how: (Mind, Duration),
    (wanted, rolls): (&Wanted, Option<u64>),
    ended: CancellationToken,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut news = node.game.events.subscribe();
    let lifecycle = node.app.links().lifecycle;
    let mut teller = Teller::new(output, Arc::clone(&node.clock), lifecycle, ended.clone());
    let started = teller.during(start(&node, &ended)).await;
    let played = match started {
        Err(error) => Err(error),
        Ok(None) => Ok(None),
        Ok(Some(chain)) => {
            let at = chain.clone();
            let mut session = Session::new(&node.app, chain, &node.game, ended, how, &mut teller);
            let played = match session.sit(wanted, &mut news).await {
                Ok(()) => session.play(rolls).await,
                Err(stop) => Err(stop),
            };
            let left = session.leave(node.config.services.stop_deadline).await;
            Ok(Some((at, session.rolls(), played, left)))
        }
    };
    let stopped = teller.during(node.close("the bot is done")).await;
    let result = match played {
        Err(error) => Err(error),
        Ok(None) => Ok(()),
        Ok(Some((chain, rolls, played, left))) => {
            let reason = played.as_ref().map_or(EndReason::Failed, |reason| *reason);
            teller.tell(|t| ending(&chain, rolls, reason, t));
            played
                .and_then(|reason| left.map(|()| reason))
                .and_then(judge)
        }
    };
    teller.into_result().and(result)?;
    stopped.map(drop).map_err(|gone| {
        let hint = "look at the log and report it";
        Stop::Failed(Error::new(Kind::Internal, gone.to_string(), hint))
    })
}

/// Starts the node; returns its chain, or nothing if a signal came first.
async fn start(
    node: &Node,
    ended: &CancellationToken,
) -> Result<Option<DistributedStateManager>, Stop> {
    let started = tokio::select! {
        biased;
        () = ended.cancelled() => Err(StartError::Cancelled),
        started = node.app.start() => started,
    };
    match started {
        Ok(_) => {}
        Err(StartError::Cancelled) if ended.is_cancelled() => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let chain = node.app.service::<DistributedStateManager>(CONSENSUS);
    let chain = chain.map_err(|missing| {
        let hint = "look at the log and report it";
        Error::new(Kind::Internal, missing.to_string(), hint)
    })?;
    Ok(Some((*chain).clone()))
}

fn judge(reason: EndReason) -> Result<(), Stop> {
    match reason {
        EndReason::Rolls | EndReason::Stopped | EndReason::Failed => Ok(()),
        EndReason::Broke => Err(Error::new(
            Kind::Refused,
            "the chips do not pay the next bet, and none is at risk",
            "bet smaller units: --unit N",
        )
        .and_hint("who has no chips at all draws new ones in the client, with the key G")
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt as _, stream};
    use tokio_util::sync::CancellationToken;

    use super::heed;
    use crate::tui::message::Signal;

    #[test]
    fn the_first_signal_ends_and_only_an_interrupt_after_it_forces() {
        let cases: [(&[Signal], (bool, bool)); 6] = [
            (&[], (false, false)),
            (&[Signal::Interrupt], (true, false)),
            (&[Signal::Terminate, Signal::Terminate], (true, false)),
            (&[Signal::HangUp, Signal::Interrupt], (true, true)),
            (&[Signal::Interrupt, Signal::Interrupt], (true, true)),
            (&[Signal::Interrupt, Signal::Terminate], (true, false)),
        ];
        for (signals, expected) in cases {
            let ended = CancellationToken::new();
            let came = stream::iter(signals.iter().copied());
            let forced = heed(came, ended.clone()).now_or_never().is_some();
            assert_eq!((ended.is_cancelled(), forced), expected, "{signals:?}");
        }
    }
}
