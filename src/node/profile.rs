//! What a node remembers of its player from one start to the next: the name, and how the screen
//! shall look. A file `profile.toml` in the data directory, written by the program; what
//! `config.toml`, environment or flags say goes before it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::club::is_name;
use crate::config::{ApplicationConfig, Choice, ScreenSettings, Source};
use crate::error::{Error, Kind};
use crate::files::write_atomic;

/// The file's name in the data directory.
pub const FILE_NAME: &str = "profile.toml";

/// The longest file that is read: the longest name and all looks take a hundredth of it.
const BYTES_MAX: u64 = 16 << 10;

/// The remembered choices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The player's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<Looks>,
}

/// The remembered look of the screen, in the words of `config.toml`: what the player chose on the
/// screen, and nothing of what settings or flags said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looks {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ascii: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    color: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    theme: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reduced_motion: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line_mode: Option<bool>,
}

impl Looks {
    /// Takes over what is other now than it was.
    fn follow(&mut self, was: &ScreenSettings, now: &ScreenSettings) {
        let ScreenSettings {
            ascii,
            color,
            theme,
            reduced_motion,
            line_mode,
            // Chosen in the settings alone.
            bell: _,
        } = now;
        if *ascii != was.ascii {
            self.ascii = Some(*ascii);
        }
        if *color != was.color {
            self.color = Some(color.word().to_owned());
        }
        if *theme != was.theme {
            self.theme = Some(theme.word().to_owned());
        }
        if *reduced_motion != was.reduced_motion {
            self.reduced_motion = Some(*reduced_motion);
        }
        if *line_mode != was.line_mode {
            self.line_mode = Some(*line_mode);
        }
    }
}

/// The profile of a running node. Name and look are chosen at different ends of it, so each change
/// begins with what the file says.
#[derive(Debug)]
pub(super) struct ProfileFile {
    data_dir: PathBuf,
    /// The look as it was shown or kept last: what differs from it was chosen since.
    look: Mutex<ScreenSettings>,
}

impl ProfileFile {
    /// `look` is what the screen starts with.
    pub(super) fn new(data_dir: PathBuf, look: ScreenSettings) -> Self {
        Self {
            data_dir,
            look: Mutex::new(look),
        }
    }

    /// Reads the profile.
    ///
    /// # Errors
    /// As of [`Profile::load`].
    pub(super) fn load(&self) -> Result<Profile, Error> {
        Profile::load(&self.data_dir)
    }

    /// Remembers the name.
    ///
    /// # Errors
    /// When the profile can't be read or written.
    pub(super) fn keep_name(&self, name: &str) -> Result<(), Error> {
        let _alone = self.look.lock().unwrap_or_else(PoisonError::into_inner);
        let mut profile = self.load()?;
        if profile.name.as_deref() == Some(name) {
            return Ok(());
        }
        profile.name = Some(name.to_owned());
        profile.save(&self.data_dir)
    }

    /// Remembers what the player changed of the look since it was shown first, or kept last. What a
    /// flag says for one run is not the player's choice for all.
    ///
    /// # Errors
    /// When the profile can't be read or written; the change is kept with the next one then.
    pub(super) fn keep_look(&self, now: &ScreenSettings) -> Result<(), Error> {
        let mut look = self.look.lock().unwrap_or_else(PoisonError::into_inner);
        if *look == *now {
            return Ok(());
        }
        let mut profile = self.load()?;
        profile.screen.get_or_insert_default().follow(&look, now);
        profile.save(&self.data_dir)?;
        *look = now.clone();
        Ok(())
    }
}

impl Profile {
    /// Reads the profile of a data directory; there is none before the first start.
    ///
    /// # Errors
    /// When the file is there and can't be read, or says something else than a profile.
    pub fn load(data_dir: &Path) -> Result<Self, Error> {
        let path = path(data_dir);
        let mut text = String::new();
        let opened = File::open(&path).and_then(|file| {
            let mut part = file.take(BYTES_MAX + 1);
            part.read_to_string(&mut text)
        });
        match opened {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(unreadable(&path, &error)),
        }
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > BYTES_MAX {
            return Err(unreadable(&path, &"it is too long for one"));
        }
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

    /// Puts the remembered look into settings that nothing else has set. Returns the words that it makes
    /// nothing of, for the log, which these settings come before: those of a later version stay without
    /// effect.
    pub fn apply(&self, config: &mut ApplicationConfig) -> Vec<String> {
        let Some(screen) = &self.screen else {
            return Vec::new();
        };
        let unset = |key: &str| matches!(config.source(key), Source::Default);
        let (ascii, color) = (unset("screen.ascii"), unset("screen.color"));
        let (theme, motion) = (unset("screen.theme"), unset("screen.reduced_motion"));
        let line_mode = unset("screen.line_mode");
        let settings = &mut config.screen;
        if let Some(remembered) = screen.ascii.filter(|_| ascii) {
            settings.ascii = remembered;
        }
        if let Some(remembered) = screen.reduced_motion.filter(|_| motion) {
            settings.reduced_motion = remembered;
        }
        if let Some(remembered) = screen.line_mode.filter(|_| line_mode) {
            settings.line_mode = remembered;
        }
        let mut unknown = Vec::new();
        if let Some(word) = screen.color.as_ref().filter(|_| color)
            && !settings.color.choose(word)
        {
            unknown.push(format!("color {word}"));
        }
        if let Some(word) = screen.theme.as_ref().filter(|_| theme)
            && !settings.theme.choose(word)
        {
            unknown.push(format!("theme {word}"));
        }
        unknown
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
            screen: Some(Looks {
                ascii: Some(true),
                color: Some("16".to_owned()),
                theme: Some("light".to_owned()),
                reduced_motion: Some(true),
                line_mode: Some(true),
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

    /// The whole look, as words.
    fn words(settings: &ScreenSettings) -> (bool, &'static str, &'static str, bool, bool) {
        let ScreenSettings {
            ascii,
            color,
            theme,
            reduced_motion,
            line_mode,
            // Chosen in the settings alone.
            bell: _,
        } = settings;
        (
            *ascii,
            color.word(),
            theme.word(),
            *reduced_motion,
            *line_mode,
        )
    }

    #[test]
    fn the_remembered_look_holds_where_nothing_else_is_set() {
        let mut config = config(&[]);
        assert_eq!(words(&config.screen), (false, "auto", "auto", false, false));
        remembered().apply(&mut config);
        assert_eq!(words(&config.screen), (true, "16", "light", true, true));
    }

    #[test]
    fn a_setting_goes_before_the_remembered_look_one_by_one() {
        let settings = [
            (
                "BITCRAPS_SCREEN_ASCII",
                "false",
                (false, "16", "light", true, true),
            ),
            (
                "BITCRAPS_SCREEN_COLOR",
                "none",
                (true, "none", "light", true, true),
            ),
            (
                "BITCRAPS_SCREEN_THEME",
                "mono",
                (true, "16", "mono", true, true),
            ),
            (
                "BITCRAPS_SCREEN_REDUCED_MOTION",
                "false",
                (true, "16", "light", false, true),
            ),
            (
                "BITCRAPS_SCREEN_LINE_MODE",
                "false",
                (true, "16", "light", true, false),
            ),
        ];
        for (variable, value, expected) in settings {
            let mut config = config(&[(variable, value)]);
            remembered().apply(&mut config);
            assert_eq!(words(&config.screen), expected, "{variable}");
        }
    }

    #[test]
    fn a_word_of_a_later_version_changes_nothing_and_is_told() {
        let mut config = config(&[]);
        let usual = config.screen.clone();
        let later = Profile {
            name: None,
            screen: Some(Looks {
                color: Some("4096".to_owned()),
                theme: Some("plaid".to_owned()),
                ..Looks::default()
            }),
        };
        assert_eq!(later.apply(&mut config), ["color 4096", "theme plaid"]);
        assert_eq!(config.screen, usual);
    }

    #[test]
    fn only_what_the_player_changed_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let mut shown = config(&[("BITCRAPS_SCREEN_COLOR", "none")]).screen;
        shown.ascii = true;
        let file = ProfileFile::new(folder.path().to_owned(), shown.clone());
        file.keep_look(&shown).unwrap();
        assert_eq!(file.load().unwrap(), Profile::default());
        shown.reduced_motion = true;
        file.keep_look(&shown).unwrap();
        // Back again is a choice too.
        shown.ascii = false;
        file.keep_look(&shown).unwrap();
        shown.ascii = true;
        file.keep_look(&shown).unwrap();
        let chosen = Looks {
            ascii: Some(true),
            reduced_motion: Some(true),
            ..Looks::default()
        };
        assert_eq!(file.load().unwrap().screen, Some(chosen));
    }

    #[test]
    fn the_name_and_the_look_leave_each_other_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut shown = config(&[]).screen;
        let file = ProfileFile::new(folder.path().to_owned(), shown.clone());
        shown.ascii = true;
        file.keep_look(&shown).unwrap();
        file.keep_name("ana").unwrap();
        shown.reduced_motion = true;
        file.keep_look(&shown).unwrap();
        let profile = file.load().unwrap();
        assert_eq!(profile.name.as_deref(), Some("ana"));
        let screen = profile.screen.unwrap();
        assert_eq!(
            (screen.ascii, screen.reduced_motion),
            (Some(true), Some(true))
        );
    }
}
