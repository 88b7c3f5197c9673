//! `bitcraps doctor`: what is wrong on this machine, and what to do about it. Changes nothing, and
//! prints no secret.

mod machine;
mod node;

use serde::Serialize;

use super::arguments::Global;
use super::context::layers;
use super::output::{Output, Stop};
use crate::clock::{Clock, SystemClock};
use crate::config::Environment;
use crate::error::{Error, Kind};

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warn,
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Check {
    name: &'static str,
    status: Status,
    found: String,
    /// What to do; none when nothing is to be done.
    remedy: Option<String>,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self {
            name,
            status: Status::Ok,
            found: found.into(),
            remedy: None,
        }
    }

    fn warn(name: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            status: Status::Warn,
            remedy: Some(remedy.into()),
            ..Self::ok(name, found)
        }
    }

    fn fail(name: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            status: Status::Fail,
            ..Self::warn(name, found, remedy)
        }
    }

    fn text(&self) -> String {
        let status = match self.status {
            Status::Ok => "ok  ",
            Status::Warn => "warn",
            Status::Fail => "FAIL",
        };
        let remedy = self
            .remedy
            .iter()
            .map(|remedy| format!("      -> {remedy}\n"));
        let line = format!("{status}  {}: {}\n", self.name, self.found);
        std::iter::once(line).chain(remedy).collect()
    }
}

#[derive(Serialize)]
struct Report {
    ok: bool,
    checks: Vec<Check>,
}

/// Looks at everything, prints it, and fails if anything fails.
pub(super) fn run(
    global: &Global,
    environment: Environment,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut checks = machine::terminal(&environment);
    checks.push(machine::clock(SystemClock::new().now()));
    let layers = layers(global, environment);
    match layers.load() {
        Ok((config, warnings)) => {
            checks.push(node::configuration(&layers, &warnings));
            checks.extend(machine::data_directory(&config.data_dir));
            checks.push(node::places(&config));
            checks.push(node::keystore(&config));
            checks.push(node::store(&config));
            checks.push(node::profile(&config));
            checks.push(node::emergency_stop(&config));
            checks.push(node::socket(&config));
            checks.push(node::running(&config));
        }
        // Where the data lies is part of what is wrong, so there is no more to look at.
        Err(errors) => checks.push(node::broken_configuration(&errors)),
    }
    let ok = checks.iter().all(|check| check.status != Status::Fail);
    let text = checks.iter().map(Check::text).collect::<String>();
    output.either(&Report { ok, checks }, &text)?;
    if ok {
        return Ok(());
    }
    Err(Error::new(
        Kind::Refused,
        "something is wrong on this machine",
        "do what stands behind each FAIL, then ask again",
    )
    .into())
}

#[cfg(test)]
mod tests;
