//! `bitcraps health`, `service` and `emergency-stop`: they talk to the running node.

use serde_json::json;

use super::context::Context;
use super::output::{Output, Stop};
use crate::clock::{Clock as _, SystemClock};
use crate::control::{ControlClient, ControlError, HealthRow, Request, Row};
use crate::coordination::HealthStatus;
use crate::error::{Error, Kind};
use crate::logs::rfc3339;
use crate::node::emergency;
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

fn text(row: &HealthRow) -> String {
    let HealthRow {
        node,
        lifecycle,
        club,
        report,
    } = row;
    let head = format!(
        "{node} is {}: {} since {}, {}\n",
        report.overall,
        lifecycle.state,
        rfc3339(lifecycle.since),
        lifecycle.reason
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
    use super::{HealthStatus, Stop, judge, way_out};
    use crate::error::Kind;

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
}
