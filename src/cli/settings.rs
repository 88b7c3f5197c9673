//! `bitcraps config`: what holds, what is wrong, what there is.

use serde_json::{Value, json};

use super::arguments::{ConfigCommand, Global};
use super::context::layers;
use super::output::{Output, Stop};
use crate::clock::{Clock, SystemClock};
use crate::config::{
    self, ConfigErrors, Effective, Environment, Layers, Problem, Source, effective,
};

/// Does what is asked.
pub(super) fn run(
    command: ConfigCommand,
    global: &Global,
    environment: Environment,
    output: &mut Output,
) -> Result<(), Stop> {
    let layers = layers(global, environment);
    match command {
        ConfigCommand::Show => show(&layers, output),
        ConfigCommand::Check => check(&layers, output),
        ConfigCommand::Schema => output.either(&config::schema_json(), &config::example()),
    }
}

fn show(layers: &Layers, output: &mut Output) -> Result<(), Stop> {
    let (config, warnings) = layers.load()?;
    for warning in warnings {
        output.note(&format!("bitcraps: {warning}\n"));
    }
    let rows = effective(&config);
    if output.is_json() {
        let settings: Vec<Value> = rows.iter().map(as_json).collect();
        return output.object(&json!({ "file": file_name(layers), "settings": settings }));
    }
    let texts: Vec<(String, &Source)> = rows
        .iter()
        .map(|row| (format!("{} = {}", row.key, row.value), &row.source))
        .collect();
    let width = texts.iter().map(|(text, _)| text.len()).max().unwrap_or(0);
    for (text, source) in texts {
        output.text(&format!("{text:width$}  {source}\n"))?;
    }
    Ok(())
}

fn as_json(row: &Effective) -> Value {
    let source = match &row.source {
        Source::Default => json!({ "layer": "default" }),
        Source::File { path, line } => json!({ "layer": "file", "path": path, "line": line }),
        Source::Environment { variable } => json!({ "layer": "environment", "variable": variable }),
        Source::CommandLine { option } => json!({ "layer": "command-line", "option": option }),
    };
    json!({ "key": row.key, "value": row.value, "source": source })
}

fn check(layers: &Layers, output: &mut Output) -> Result<(), Stop> {
    let (warnings, problems) = match layers.load() {
        Ok((config, warnings)) => (warnings, config.check_machine(SystemClock::new().now())),
        Err(errors) => (errors.warnings, errors.problems),
    };
    let texts = |problems: &[Problem]| -> Vec<String> {
        problems.iter().map(ToString::to_string).collect()
    };
    if output.is_json() {
        output.object(&json!({
            "ok": problems.is_empty(),
            "file": file_name(layers),
            "errors": texts(&problems),
            "warnings": texts(&warnings),
        }))?;
    }
    if !problems.is_empty() {
        return Err(ConfigErrors { problems, warnings }.into());
    }
    for warning in texts(&warnings) {
        output.note(&format!("bitcraps: {warning}\n"));
    }
    if !output.is_json() {
        let file = file_name(layers).unwrap_or_else(|| "no file, defaults alone".to_owned());
        output.text(&format!("the configuration is right ({file})\n"))?;
    }
    Ok(())
}

/// Returns the file that is read, if there is one.
fn file_name(layers: &Layers) -> Option<String> {
    let (path, _) = layers.file_path()?;
    path.exists().then(|| path.display().to_string())
}
