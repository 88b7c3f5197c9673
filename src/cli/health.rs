//! `bitcraps health`, `service` and `emergency-stop`: they talk to the running node.

use serde_json::json;

use super::context::Context;
use super::output::{Output, Stop};
use crate::clock::{Clock as _, SystemClock};
use crate::control::{ControlClient, ControlError, HealthRow, LifecycleRow, Request, Row};
use crate::coordination::limits::REPORTS_UP;
use crate::coordination::{HealthStatus, ServiceHealthReport};
use crate::error::{Error, Kind};
use crate::logs::rfc3339;
use crate::node::emergency;
use crate::state::lifecycle::ApplicationState;
use crate::storage::DataDirLock;

/// Prints how the node is, once or with each change.
pub(super) fn health(context: &Context, watch: bool, output: &mut Output) -> Result<(), Stop> {
    let mut client = ControlClient::connect(&context.config.data_dir)?;
    let (mut overall, mut says_what_to_do) = (HealthStatus::Healthy, false);
    client.ask(Request::Health { watch }, |row| match row {
        Row::Health(row) => {
            overall = row.report.overall;
            let mut services = row.report.services.iter();
            says_what_to_do = services.any(|service| service.remedy.is_some());
            output.either(&row, &text(&row))
        }
        Row::Balance(_) | Row::History(_) | Row::Event(_) | Row::Transcript(_) => Ok(()),
    })?;
    let hint = way_out(
        emergency::is_marked(&context.config.data_dir),
        says_what_to_do,
    );
    judge(overall, hint)
}

/// What to do about a node that nobody can play on.
fn way_out(stopped_in_emergency: bool, services_say: bool) -> &'static str {
    match (stopped_in_emergency, services_say) {
        (true, _) => {
            "when the reason of the emergency stop is gone: `bitcraps emergency-stop --reset`"
        }
        (false, true) => "do what stands beside the services that are down",
        (false, false) => "`bitcraps doctor` looks for the cause",
    }
}

/// A node that is healthy or degraded plays; one that is worse does not.
fn judge(overall: HealthStatus, hint: &str) -> Result<(), Stop> {
    match overall {
        HealthStatus::Healthy | HealthStatus::Degraded => Ok(()),
        HealthStatus::Critical | HealthStatus::Unavailable => Err(Error::new(
            Kind::Refused,
            format!("nobody can play: the node is {overall}"),
            hint,
        )
        .into()),
    }
}

/// Restarts a service.
pub(super) fn restart(context: &Context, name: String, output: &mut Output) -> Result<(), Stop> {
    let said = format!("{name} is being restarted\n");
    tell(context, Request::ServiceRestart { name }, &said, output)
}

/// Stops a service.
pub(super) fn stop(context: &Context, name: String, output: &mut Output) -> Result<(), Stop> {
    let said = format!("{name} is being stopped\n");
    tell(context, Request::ServiceStop { name }, &said, output)
}

/// Stops everything at once, or leaves that state again.
pub(super) fn emergency_stop(
    context: &Context,
    reset: bool,
    reason: String,
    output: &mut Output,
) -> Result<(), Stop> {
    if reset {
        let data_dir = &context.config.data_dir;
        if at_rest(context) && emergency::is_marked(data_dir) {
            // The lock keeps a node from starting meanwhile; the next one asks for the passphrase.
            let _lock = DataDirLock::acquire(data_dir, SystemClock::new().now())?;
            emergency::clear(data_dir)?;
            return output.either(&json!({ "ok": true }), "reset; start bitcraps again\n");
        }
        let said = "reset; the node starts again\n";
        return tell(context, Request::Reset, said, output);
    }
    if at_rest(context) && emergency::is_marked(&context.config.data_dir) {
        return Err(Error::new(
            Kind::Refused,
            "the node was stopped in an emergency already, and does not run",
            "leave that when the reason is gone: `bitcraps emergency-stop --reset`",
        )
        .into());
    }
    let said = "stopped: bets are frozen, keys are wiped; leave this by \
                `bitcraps emergency-stop --reset`\n";
    tell(context, Request::EmergencyStop { reason }, said, output)
}

fn at_rest(context: &Context) -> bool {
    matches!(
        ControlClient::connect(&context.config.data_dir),
        Err(ControlError::NotRunning { .. })
    )
}

fn tell(context: &Context, request: Request, said: &str, output: &mut Output) -> Result<(), Stop> {
    let mut client = ControlClient::connect(&context.config.data_dir)?;
    client.ask(request, |_| Ok::<(), Stop>(()))?;
    output.either(&json!({ "ok": true }), said)
}

/// Why the node is as it is. The state follows some reports later, so that one bad probe does not change
/// it: until then its own reason would contradict the report.
fn reason(lifecycle: &LifecycleRow, report: &ServiceHealthReport) -> String {
    let rows = report.services.iter();
    let troubled: Vec<String> = rows
        .filter(|row| row.status != HealthStatus::Healthy)
        .map(|row| format!("{} is {}", row.name, row.state))
        .collect();
    let running = lifecycle.state == ApplicationState::Running.name();
    let degraded = lifecycle.state == ApplicationState::Degraded.name();
    if running && !troubled.is_empty() {
        format!("but now {}", troubled.join(", "))
    } else if degraded && troubled.is_empty() {
        format!(
            "{}; all services do well again, and it is Running when {REPORTS_UP} reports say so",
            lifecycle.reason
        )
    } else {
        lifecycle.reason.clone()
    }
}

fn text(row: &HealthRow) -> String {
    let HealthRow {
        node,
        lifecycle,
        club,
        report,
    } = row;
    let since = rfc3339(lifecycle.since);
    let head = format!(
        "{node} is {}: {} since {since}, {}\n",
        report.overall,
        lifecycle.state,
        reason(lifecycle, report)
    );
    let club = club
        .iter()
        .map(|club| format!("  {:16} {}\n", "club", club.words()));
    let head = head + &club.collect::<String>();
    report.services.iter().fold(head, |text, service| {
        let remedy = service
            .remedy
            .iter()
            .map(|remedy| format!("      -> {remedy}\n"));
        let restarts = if service.restarts == 1 {
            "restart"
        } else {
            "restarts"
        };
        format!(
            "{text}  {:16} {:12} {} {restarts:8}  {}\n{}",
            service.name,
            service.state,
            service.restarts,
            service.detail,
            remedy.collect::<String>()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::UnixMillis;
    use crate::coordination::{Importance, ServiceHealth, ServiceState};

    #[test]
    fn the_answer_is_no_when_nobody_can_play() {
        let no = |status| match judge(status, way_out(false, true)) {
            Ok(()) => None,
            Err(Stop::Failed(error)) => Some(error.kind()),
            Err(Stop::PipeClosed) => panic!("{status}"),
        };
        let answers = HealthStatus::ALL.map(no);
        assert_eq!(
            answers,
            [None, None, Some(Kind::Refused), Some(Kind::Refused)]
        );
    }

    #[test]
    fn after_an_emergency_stop_the_hint_is_the_reset_whatever_the_services_say() {
        assert!(way_out(true, true).contains("bitcraps emergency-stop --reset"));
        assert!(way_out(true, false).contains("bitcraps emergency-stop --reset"));
        assert!(way_out(false, true).contains("beside the services"));
        assert!(way_out(false, false).contains("bitcraps doctor"));
    }

    fn said(state: ApplicationState, reason: &str, log: ServiceState) -> String {
        let lifecycle = LifecycleRow {
            state: state.name().to_owned(),
            sequence: 3,
            reason: reason.to_owned(),
            since: UnixMillis(0),
        };
        let is_up = log.is_up();
        let log = ServiceHealth {
            name: "log".to_owned(),
            importance: Importance::Optional,
            status: if is_up {
                HealthStatus::Healthy
            } else {
                HealthStatus::Unavailable
            },
            state: log,
            since: UnixMillis(0),
            latency_micros: None,
            last_error: None,
            restarts: 0,
            detail: crate::shown::Shown::default(),
            remedy: None,
            needs: Vec::new(),
        };
        let row = HealthRow {
            node: "vm".to_owned(),
            lifecycle,
            club: None,
            report: ServiceHealthReport::new(UnixMillis(0), vec![log]),
        };
        let text = text(&row);
        text.lines().next().unwrap_or_default().to_owned()
    }

    /// The state follows the reports only after some of them.
    #[test]
    fn the_reason_never_contradicts_the_services() {
        let since = "since 1970-01-01T00:00:00.000Z";
        let all_up = "all services are up";
        let running = |log| said(ApplicationState::Running, all_up, log);
        assert_eq!(
            running(ServiceState::Running),
            format!("vm is Healthy: Running {since}, {all_up}")
        );
        assert_eq!(
            running(ServiceState::Stopped),
            format!("vm is Degraded: Running {since}, but now log is stopped")
        );
        let degraded = |log| said(ApplicationState::Degraded, "log stopped", log);
        assert_eq!(
            degraded(ServiceState::Stopped),
            format!("vm is Degraded: Degraded {since}, log stopped")
        );
        let again = degraded(ServiceState::Running);
        assert!(again.starts_with(&format!(
            "vm is Healthy: Degraded {since}, log stopped; all"
        )));
    }
}
