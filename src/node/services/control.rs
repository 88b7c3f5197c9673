//! The control socket as a service. Once bound it answers until the node is closed, so that a node
//! that was stopped in an emergency can still be asked and reset.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::ServiceParts;
use super::game::Game;
use crate::app::{RunningService, Service, ServiceContext};
use crate::clock::Clock;
use crate::control::{ControlPulse, ControlServer, NodeControl, NodeViews};
use crate::coordination::{HealthStatus, Heartbeat, Importance, Probe};
use crate::error::{Error, Kind};
use crate::gaming::{GameLinks, StartView};
use crate::node::Keys;
use crate::node::books::OpenBook;
use crate::node::player::ScriptedPlayer;
use crate::storage::DataDirLock;

/// How long the server of the run before has to show that it can be kept.
const TURNS_WITHIN: Duration = Duration::from_millis(250);

/// Binds the socket and answers on it.
#[derive(Debug)]
pub(super) struct Control {
    node: String,
    lock: Arc<DataDirLock>,
    clock: Arc<dyn Clock>,
    links: GameLinks,
    start: watch::Sender<StartView>,
    tasks: TaskTracker,
    socket: Socket,
    keys: Keys,
    over: CancellationToken,
}

/// The server of this node, which goes on through all runs.
#[derive(Clone, Debug, Default)]
pub(in crate::node) struct Socket(Arc<Mutex<Option<Server>>>);

#[derive(Debug)]
struct Server {
    pulse: ControlPulse,
    end: CancellationToken,
    task: JoinHandle<()>,
}

impl Server {
    async fn turns(&self) -> bool {
        let reached = tokio::time::timeout(TURNS_WITHIN, self.pulse.reached()).await;
        matches!(reached, Ok(Some(Ok(()))))
    }

    /// Ends a server that does not turn, so that the socket can be bound anew.
    async fn end(self) {
        self.end.cancel();
        self.task.abort();
        if let Err(ended) = self.task.await {
            tracing::debug!(%ended, "the control socket's loop was ended");
        }
    }
}

impl Control {
    pub(super) const NAME: &str = "control";

    pub(super) fn new(parts: &ServiceParts) -> Self {
        Self {
            node: parts.settings.label.clone(),
            lock: Arc::clone(&parts.lock),
            clock: Arc::clone(&parts.clock),
            links: parts.game.clone(),
            start: parts.start.clone(),
            tasks: parts.tasks.clone(),
            socket: parts.socket.clone(),
            keys: parts.keys.clone(),
            over: parts.over.clone(),
        }
    }

    async fn open(&self, context: &ServiceContext) -> Result<Box<dyn RunningService>, Error> {
        let mut socket = self.socket.0.lock().await;
        let server = match socket.take() {
            Some(server) if server.turns().await => server,
            Some(stuck) => {
                stuck.end().await;
                self.serve(context)?
            }
            None => self.serve(context)?,
        };
        let pulse = socket.insert(server).pulse.clone();
        let heart = context.heartbeat();
        Ok(Box::new(Running { pulse, heart }))
    }

    fn serve(&self, context: &ServiceContext) -> Result<Server, Error> {
        let app = context.app();
        let handle = app.upgrade().ok_or_else(|| {
            Error::new(
                Kind::Internal,
                "the application is gone",
                "start bitcraps again",
            )
        })?;
        let server = ControlServer::bind(&self.lock)?;
        let views = NodeViews {
            node: self.node.clone(),
            club: self.links.club.subscribe(),
            chain: self.links.chain.subscribe(),
            table: self.links.table.subscribe(),
            events: self.links.events.clone(),
            rolls: Arc::new(OpenBook::new(app, &self.keys)),
            player: Arc::new(ScriptedPlayer::new(context.app(), &self.links)),
            start: self.start.subscribe(),
        };
        let handler = Arc::new(NodeControl::new(handle, views, Arc::clone(&self.clock)));
        let (pulse, end) = (server.pulse(), self.over.child_token());
        let cancel = end.clone();
        let task = self.tasks.spawn(async move {
            if let Err(error) = server.run(handler, cancel).await {
                tracing::error!(%error, "the control socket takes no more connections");
            }
        });
        Ok(Server { pulse, end, task })
    }
}

impl Service for Control {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn importance(&self) -> Importance {
        Importance::Optional
    }

    fn depends_on(&self) -> &'static [&'static str] {
        &[Game::NAME]
    }

    fn start(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
        Box::pin(async move { self.open(&context).await })
    }
}

fn cut_off(cause: &std::io::Error) -> Probe {
    let detail = format!("its file is gone and can't be made again: {cause}");
    let probe = Probe::troubled(HealthStatus::Unavailable, detail);
    probe.with_remedy("check the data directory; it is tried again by itself")
}

#[derive(Debug)]
pub(super) struct Running {
    pub(super) pulse: ControlPulse,
    pub(super) heart: Heartbeat,
}

impl RunningService for Running {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(self.heart.ask(async {
            let reached = self.pulse.reached().await?;
            Some(match reached {
                Ok(()) => Probe::healthy("commands reach this node"),
                Err(cause) => cut_off(&cause),
            })
        }))
    }
}
