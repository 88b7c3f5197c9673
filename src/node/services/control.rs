//! The control socket as a service. Once bound it answers until the node is closed, so that a node
//! that was stopped in an emergency can still be asked and reset.

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::ServiceParts;
use super::game::Game;
use crate::app::{RunningService, Service, ServiceContext};
use crate::clock::Clock;
use crate::control::{ControlServer, NodeControl, NodeViews};
use crate::coordination::{Importance, Probe};
use crate::error::{Error, Kind};
use crate::gaming::{GameLinks, StartView};
use crate::node::Keys;
use crate::node::books::OpenBook;
use crate::storage::DataDirLock;

/// Binds the socket and answers on it.
#[derive(Debug)]
pub(super) struct Control {
    node: String,
    lock: Arc<DataDirLock>,
    clock: Arc<dyn Clock>,
    links: GameLinks,
    start: watch::Sender<StartView>,
    tasks: TaskTracker,
    keys: Keys,
    over: CancellationToken,
}

impl Control {
    pub(super) const NAME: &str = "control";

    pub(super) fn new(parts: &ServiceParts) -> Self {
        Self {
            node: parts.config.node_id.clone(),
            lock: Arc::clone(&parts.lock),
            clock: Arc::clone(&parts.clock),
            links: parts.game.clone(),
            start: parts.start.clone(),
            tasks: parts.tasks.clone(),
            keys: parts.keys.clone(),
            over: parts.over.clone(),
        }
    }

    fn open(&self, context: &ServiceContext) -> Result<Box<dyn RunningService>, Error> {
        // The tracker is closed by the first start, whose server goes on through all runs.
        if self.tasks.is_closed() {
            return Ok(Box::new(Running));
        }
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
            table: self.links.table.subscribe(),
            events: self.links.events.clone(),
            rolls: Arc::new(OpenBook::new(app, &self.keys)),
            start: self.start.subscribe(),
        };
        let handler = Arc::new(NodeControl::new(handle, views, Arc::clone(&self.clock)));
        let over = self.over.clone();
        self.tasks.spawn(async move {
            if let Err(error) = server.run(handler, over).await {
                tracing::error!(%error, "the control socket takes no more connections");
            }
        });
        self.tasks.close();
        Ok(Box::new(Running))
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
        Box::pin(async move { self.open(&context) })
    }
}

#[derive(Debug)]
struct Running;

impl RunningService for Running {
    fn probe(&self) -> BoxFuture<'_, Probe> {
        Box::pin(async { Probe::healthy("commands reach this node") })
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}
