//! What a node remembers of its player from one start to the next: the name, and how the screen
//! shall look. A file `profile.toml` in the data directory, written by the program; what
//! `config.toml`, environment or flags say goes before it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::club::is_name;
use crate::config::{ApplicationConfig, Choice, ScreenSettings, Source};
use crate::error::{Error, Kind};
use crate::storage::write_atomic;

/// The file's name in the data directory.
pub const FILE_NAME: &str = "profile.toml";

/// The remembered choices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The player's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<Screen>,
}

/// The remembered look of the screen, in the words of `config.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    ascii: bool,
    color: String,
    theme: String,
    reduced_motion: bool,
}

impl Screen {
    /// Returns the settings in words.
    #[must_use]
    pub fn of(settings: &ScreenSettings) -> Self {
        let ScreenSettings {
            ascii,
            color,
            theme,
            reduced_motion,
        } = settings;
        Self {
            ascii: *ascii,
            color: color.word().to_owned(),
            theme: theme.word().to_owned(),
            reduced_motion: *reduced_motion,
        }
    }
}

impl Profile {
    /// Reads the profile of a data directory; there is none before the first start.
    ///
    /// # Errors
    /// When the file is there and can't be read, or says something else than a profile.
    pub fn load(data_dir: &Path) -> Result<Self, Error> {
        let path = path(data_dir);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(unreadable(&path, &error)),
        };
        let profile: Self = toml::from_str(&text).map_err(|error| unreadable(&path, &error))?;
        match &profile.name {
            Some(name) if !is_name(name) => {
                let form = "text of 1 to 48 bytes without control characters";
                Err(unreadable(&path, &format!("name = {name:?} is not {form}")))
            }
            Some(_) | None => Ok(profile),
        }
    }

    /// Writes the profile.
    ///
    /// # Errors
    /// When it can't be written; the old one still holds then.
    pub fn save(&self, data_dir: &Path) -> Result<(), Error> {
        let path = path(data_dir);
        let unwritable = |why: &dyn std::fmt::Display| {
            Error::new(
                Kind::Storage,
                format!("{} can't be written: {why}", path.display()),
                "check the disk and the folder's rights; what you chose holds until you quit",
            )
        };
        let text = toml::to_string(self).map_err(|error| unwritable(&error))?;
        write_atomic(&path, text.as_bytes()).map_err(|error| unwritable(&error))
    }

    /// Puts the remembered look into settings that nothing else has set.
    pub fn apply(&self, config: &mut ApplicationConfig) {
        let Some(screen) = &self.screen else { return };
        let unset = |key: &str| matches!(config.source(key), Source::Default);
        let (ascii, color) = (unset("screen.ascii"), unset("screen.color"));
        let (theme, motion) = (unset("screen.theme"), unset("screen.reduced_motion"));
        let settings = &mut config.screen;
        if ascii {
            settings.ascii = screen.ascii;
        }
        if motion {
            settings.reduced_motion = screen.reduced_motion;
        }
        // A word of a later version stays without effect.
        if color && !settings.color.choose(&screen.color) {
            tracing::warn!(color = screen.color, "the profile names unknown colours");
        }
        if theme && !settings.theme.choose(&screen.theme) {
            tracing::warn!(theme = screen.theme, "the profile names an unknown theme");
        }
    }
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE_NAME)
}

fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::new(
        Kind::Storage,
        format!("{} can't be read: {why}", path.display()),
        "mend the file, or move it away: only name and looks are in it, no chips and no key",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Layers};

    fn config(variables: &[(&str, &str)]) -> ApplicationConfig {
        let environment = Environment::default().with("BITCRAPS_DATA_DIR", "/data");
        let layers = Layers {
            environment: variables
                .iter()
                .fold(environment, |all, (name, value)| all.with(name, value)),
            ..Layers::default()
        };
        layers.load().unwrap().0
    }

    /// Every choice is another than the default.
    fn remembered() -> Profile {
        Profile {
            name: Some("ana".to_owned()),
            screen: Some(Screen {
                ascii: true,
                color: "16".to_owned(),
                theme: "light".to_owned(),
                reduced_motion: true,
            }),
        }
    }

    #[test]
    fn a_profile_is_read_back_as_it_was_saved_and_none_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Profile::load(folder.path()).unwrap(), Profile::default());
        remembered().save(folder.path()).unwrap();
        assert_eq!(Profile::load(folder.path()).unwrap(), remembered());
    }

    #[test]
    fn a_damaged_profile_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        write_atomic(&folder.path().join(FILE_NAME), b"naem = \"ana\"\n").unwrap();
        let error = Profile::load(folder.path()).unwrap_err();
        assert_eq!(error.kind(), Kind::Storage);
        assert!(error.to_string().contains(FILE_NAME), "{error}");
    }

    #[test]
    fn the_remembered_look_holds_where_nothing_else_is_set() {
        let mut config = config(&[]);
        assert_ne!(Some(Screen::of(&config.screen)), remembered().screen);
        remembered().apply(&mut config);
        assert_eq!(Some(Screen::of(&config.screen)), remembered().screen);
    }

    #[test]
    fn a_setting_goes_before_the_remembered_look_one_by_one() {
        let settings = [
            ("BITCRAPS_SCREEN_ASCII", "false"),
            ("BITCRAPS_SCREEN_COLOR", "none"),
            ("BITCRAPS_SCREEN_THEME", "mono"),
            ("BITCRAPS_SCREEN_REDUCED_MOTION", "false"),
        ];
        for (place, (variable, value)) in settings.into_iter().enumerate() {
            let mut config = config(&[(variable, value)]);
            let set = Screen::of(&config.screen);
            remembered().apply(&mut config);
            let mut expected = remembered().screen.unwrap();
            match place {
                0 => expected.ascii = set.ascii,
                1 => expected.color = set.color,
                2 => expected.theme = set.theme,
                _ => expected.reduced_motion = set.reduced_motion,
            }
            assert_eq!(Screen::of(&config.screen), expected, "{variable}");
            assert_ne!(Some(expected), remembered().screen, "{variable}");
        }
    }

    #[test]
    fn a_word_of_a_later_version_changes_nothing() {
        let mut config = config(&[]);
        let usual = Screen::of(&config.screen);
        let later = Profile {
            name: None,
            screen: Some(Screen {
                color: "4096".to_owned(),
                theme: "plaid".to_owned(),
                ..usual.clone()
            }),
        };
        later.apply(&mut config);
        assert_eq!(Screen::of(&config.screen), usual);
    }
}
