//! The settings as a document: the example file and the schema, made from the one list.

use super::environment::Environment;
use super::list::Setting;
use super::settings::ApplicationConfig;

const HEADER: &str = "\
# Every setting of BitCraps with its default. Copy what you want to change into config.toml:
# in the data directory if --data-dir or BITCRAPS_DATA_DIR names one, else in the platform's
# configuration directory (~/.config/bitcraps on Linux), or name the file by --config.
# The variable of the environment wins over the file, an option over both.";

/// Returns the text of `config.toml.example`: every setting, its default and one line of why.
#[must_use]
pub fn example() -> String {
    let mut defaults = ApplicationConfig::defaults(&Environment::default());
    let mut lines = vec![HEADER.to_owned()];
    let mut current = "";
    for setting in defaults.settings() {
        let (section, name) = setting.section_and_name();
        lines.push(String::new());
        if section != current {
            lines.push(format!("[{section}]"));
            current = section;
        }
        let (default, value) = match setting.machine_default {
            Some((words, example)) => (
                format!("; default: {words}"),
                format!("# {name} = {example:?}"),
            ),
            None => (String::new(), format!("{name} = {}", setting.slot.json())),
        };
        lines.push(format!("# {}", setting.why));
        lines.push(format!(
            "# {}; {}{default}.",
            setting.variable,
            setting.slot.form()
        ));
        lines.push(value);
    }
    lines.join("\n") + "\n"
}

/// Returns every setting with name, variable, form, default and reason, for scripts.
#[must_use]
pub fn schema_json() -> serde_json::Value {
    let mut defaults = ApplicationConfig::defaults(&Environment::default());
    let settings: Vec<serde_json::Value> = defaults.settings().iter().map(row).collect();
    serde_json::json!({ "settings": settings })
}

fn row(setting: &Setting<'_>) -> serde_json::Value {
    let default = match setting.machine_default {
        Some((words, _)) => serde_json::Value::from(words),
        None => setting.slot.json(),
    };
    serde_json::json!({
        "key": setting.key,
        "variable": setting.variable,
        "form": setting.slot.form(),
        "default": default,
        "why": setting.why,
    })
}
