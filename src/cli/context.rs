//! What a command works with: the settings and the clock.

use std::path::PathBuf;

use crate::clock::{Clock, SystemClock};
use crate::config::{ApplicationConfig, ConfigErrors, Environment, Layers, Problem};

use crate::tui::keymap::file::KEYS_FILE_NAME;

use super::arguments::Global;
use super::output::{Output, Stop};

/// The settings of this run, and what they came from.
#[derive(Debug)]
pub struct Context {
    /// The settings.
    pub config: ApplicationConfig,
    /// The environment of the process.
    pub environment: Environment,
    /// Where the player's keys would be written, if the platform says where.
    pub keys_file: Option<PathBuf>,
    warnings: Vec<Problem>,
}

impl Context {
    /// Loads the settings of all layers.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn load(global: &Global, environment: Environment) -> Result<Self, Stop> {
        let layers = layers(global, environment);
        let (config, warnings) = layers.load()?;
        Ok(Self {
            config,
            keys_file: layers.beside(KEYS_FILE_NAME),
            environment: layers.environment,
            warnings,
        })
    }

    /// Notes the warnings on standard error.
    #[must_use]
    pub fn noted(self, output: &mut Output) -> Self {
        for warning in &self.warnings {
            output.note(&format!("bitcraps: {warning}\n"));
        }
        self
    }

    /// Notes the warnings, and makes sure that the machine allows what the settings say.
    ///
    /// # Errors
    /// Everything that stands in the way.
    pub fn checked(self, output: &mut Output) -> Result<Self, Stop> {
        let context = self.noted(output);
        let problems = context.config.check_machine(SystemClock::new().now());
        if problems.is_empty() {
            Ok(context)
        } else {
            // The warnings were noted already.
            let warnings = Vec::new();
            Err(ConfigErrors { problems, warnings }.into())
        }
    }
}

/// Returns the layers that options and environment make.
pub(super) fn layers(global: &Global, environment: Environment) -> Layers {
    Layers {
        file: global.config.clone(),
        environment,
        command_line: global.given(),
    }
}
