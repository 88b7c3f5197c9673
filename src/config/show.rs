//! The settings as they hold, for people and for scripts.

use super::problem::Source;
use super::settings::ApplicationConfig;

/// One setting as it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective {
    /// Its name in the file.
    pub key: &'static str,
    /// Its value; `null` for none.
    pub value: serde_json::Value,
    /// Where that came from.
    pub source: Source,
}

/// Returns every setting with its value and source, in the order of the file.
#[must_use]
pub fn effective(config: &ApplicationConfig) -> Vec<Effective> {
    let mut config = config.clone();
    let sources = config.sources.clone();
    config
        .settings()
        .into_iter()
        .map(|setting| Effective {
            key: setting.key,
            value: setting.slot.json(),
            source: sources.0.get(setting.key).cloned().unwrap_or_default(),
        })
        .collect()
}
