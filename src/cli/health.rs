//! `bitcraps health`, `service` and `emergency-stop`: they talk to the running node.

use serde_json::json;

use super::context::Context;
use super::output::{Output, Stop};
use crate::control::{ControlClient, HealthRow, Request, Row};
use crate::logs::rfc3339;

/// Prints how the node is, once or with each change.
pub(super) fn health(context: &Context, watch: bool, output: &mut Output) -> Result<(), Stop> {
    let mut client = ControlClient::connect(&context.config.data_dir)?;
    client.ask(Request::Health { watch }, |row| match row {
        Row::Health(row) => output.either(&row, &text(&row)),
        Row::Balance(_) | Row::History(_) | Row::Event(_) | Row::Transcript(_) => Ok(()),
    })
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
pub(super) fn emergency(
    context: &Context,
    reset: bool,
    reason: String,
    output: &mut Output,
) -> Result<(), Stop> {
    if reset {
        return tell(
            context,
            Request::Reset,
            "reset; the node starts again\n",
            output,
        );
    }
    let said = "stopped: bets are frozen, keys are wiped; leave this by \
                `bitcraps emergency-stop --reset`\n";
    tell(context, Request::EmergencyStop { reason }, said, output)
}

fn tell(context: &Context, request: Request, said: &str, output: &mut Output) -> Result<(), Stop> {
    let mut client = ControlClient::connect(&context.config.data_dir)?;
    client.ask(request, |_| Ok::<(), Stop>(()))?;
    output.either(&json!({ "ok": true }), said)
}

fn text(row: &HealthRow) -> String {
    let HealthRow { lifecycle, report } = row;
    let head = format!(
        "{}: {} since {}, {}\n",
        report.overall,
        lifecycle.state,
        rfc3339(lifecycle.since),
        lifecycle.reason
    );
    report.services.iter().fold(head, |text, service| {
        let remedy = service
            .remedy
            .iter()
            .map(|remedy| format!("      -> {remedy}\n"));
        format!(
            "{text}  {:16} {:12} {} restarts  {}\n{}",
            service.name,
            service.state,
            service.restarts,
            service.detail,
            remedy.collect::<String>()
        )
    })
}
