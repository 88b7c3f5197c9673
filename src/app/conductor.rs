//! The one task that owns the services: starts, stops, probes and restarts them.

mod probes;
mod run;
mod supervise;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, mpsc, oneshot},
    task::{JoinError, JoinSet},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::probes::{Answer, Sweep};
use super::{
    Preparation, ServiceContext, ServiceRequestError, StartError, StopReport, WeakApp,
    context::Failure,
    managed::ManagedService,
    shared::{Run, Shared},
};
use crate::{
    clock::UnixMillis,
    coordination::{ServiceHealthReport, Supervisor, Trend},
    state::lifecycle::ApplicationState,
};

/// What the handles ask for; each is answered once.
#[derive(Debug)]
pub(super) enum Request {
    Start(oneshot::Sender<Result<ApplicationState, StartError>>),
    Stop {
        reason: String,
        reply: oneshot::Sender<StopReport>,
    },
    Reset {
        reason: String,
        reply: oneshot::Sender<Result<ApplicationState, StartError>>,
    },
    Restart {
        name: String,
        reply: oneshot::Sender<Result<(), ServiceRequestError>>,
    },
    StopService {
        name: String,
        reply: oneshot::Sender<Result<(), ServiceRequestError>>,
    },
    Settled(oneshot::Sender<()>),
}

/// Everything the conductor waits for.
enum Event {
    /// The root of the run was cancelled.
    Emergency,
    /// A handle asks for something.
    Asked(Request),
    /// No handle is left.
    Abandoned,
    /// A task of a service failed.
    Failed,
    /// A probe was answered.
    Probed(Result<Answer, JoinError>),
    /// Something is due.
    Due,
}

pub(super) struct Conductor {
    app: WeakApp,
    shared: Arc<Shared>,
    preparation: Box<dyn Preparation>,
    requests: mpsc::Receiver<Request>,
    /// Told by any task that fails.
    told: Arc<Notify>,
    began: Instant,
    run: Run,
    /// The tasks of phase one, which live as long as the run.
    prepared: Option<ServiceContext>,
    /// The services in the order of starting; empty when everything is down.
    managed: Vec<ManagedService>,
    supervisor: Supervisor,
    trend: Trend,
    sweep: Sweep,
    probes: JoinSet<Answer>,
    /// Tasks that did not end with their service.
    stuck: Vec<(&'static str, TaskTracker)>,
}

impl Conductor {
    pub(super) fn new(
        app: WeakApp,
        shared: Arc<Shared>,
        preparation: Box<dyn Preparation>,
        requests: mpsc::Receiver<Request>,
    ) -> Self {
        Self {
            app,
            run: shared.run(),
            shared,
            preparation,
            requests,
            told: Arc::default(),
            began: Instant::now(),
            prepared: None,
            managed: Vec::new(),
            supervisor: Supervisor::default(),
            trend: Trend::default(),
            sweep: Sweep::default(),
            probes: JoinSet::new(),
            stuck: Vec::new(),
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            match self.next_event().await {
                Event::Emergency => {
                    self.take_all_down().await;
                }
                Event::Asked(request) => self.answer(request).await,
                Event::Abandoned => {
                    self.stop("no handle is left").await;
                    return;
                }
                Event::Failed => self.collect_failures().await,
                Event::Probed(answer) => self.take_answer(answer).await,
                Event::Due => self.do_what_is_due().await,
            }
        }
    }

    async fn next_event(&mut self) -> Event {
        let is_up = self.is_up();
        let due = self.due();
        let wait = due.map_or(Duration::ZERO, |at| at.saturating_sub(self.now()));
        tokio::select! {
            biased;
            () = self.run.root.cancelled(), if is_up => Event::Emergency,
            request = self.requests.recv() => request.map_or(Event::Abandoned, Event::Asked),
            () = self.told.notified(), if is_up => Event::Failed,
            Some(answer) = self.probes.join_next() => Event::Probed(answer),
            () = tokio::time::sleep(wait), if due.is_some() => Event::Due,
        }
    }

    async fn answer(&mut self, request: Request) {
        let heard = match request {
            Request::Start(reply) => reply.send(self.start().await).is_ok(),
            Request::Stop { reason, reply } => reply.send(self.stop(&reason).await).is_ok(),
            Request::Reset { reason, reply } => reply.send(self.reset(&reason).await).is_ok(),
            Request::Restart { name, reply } => reply.send(self.restart(&name).await).is_ok(),
            Request::StopService { name, reply } => {
                reply.send(self.stop_service(&name).await).is_ok()
            }
            Request::Settled(reply) => reply.send(()).is_ok(),
        };
        if !heard {
            tracing::debug!("whoever asked did not wait for the answer");
        }
    }

    /// When the next restart or probe is due, on [`Self::now`]'s clock.
    fn due(&self) -> Option<Duration> {
        if !self.is_up() {
            return None;
        }
        let restarts = self.managed.iter().filter_map(|managed| managed.restart_at);
        restarts.chain([self.sweep.due()]).min()
    }

    async fn do_what_is_due(&mut self) {
        let now = self.now();
        if self
            .managed
            .iter()
            .any(|managed| managed.restart_at.is_some_and(|at| at <= now))
        {
            self.bring_up_what_is_down().await;
        }
        if self.sweep.due() <= now {
            self.sweep_is_due().await;
        }
    }

    fn is_up(&self) -> bool {
        self.prepared.is_some()
    }

    /// Returns the time since the conductor began; it stands still with tokio's clock.
    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn wall(&self) -> UnixMillis {
        self.shared.clock.now()
    }

    fn context(&self, name: &'static str) -> ServiceContext {
        ServiceContext {
            name,
            clock: Arc::clone(&self.shared.clock),
            machine: Arc::clone(&self.shared.machine),
            registry: Arc::clone(&self.shared.registry),
            hooks: Arc::clone(&self.shared.hooks),
            app: self.app.clone(),
            tasks: TaskTracker::new(),
            cancel: self.run.root.child_token(),
            force: CancellationToken::new(),
            failure: Arc::new(Failure::new(Arc::clone(&self.told))),
            probe_every: self.shared.settings.probe_every,
            probe_timeout: self.shared.settings.probe_timeout,
        }
    }

    /// Publishes how the services do; to the watchers only when it is news.
    fn publish(&self) {
        let rows = self.managed.iter().map(ManagedService::health).collect();
        let report = Arc::new(ServiceHealthReport::new(self.wall(), rows));
        self.shared.report.store(Arc::clone(&report));
        self.shared.health.send_if_modified(|shown| {
            let is_news = report.is_news_after(shown);
            if is_news {
                *shown = report;
            }
            is_news
        });
    }
}
