//! Whether the terminal is dark or light, asked of the terminal itself.
//!
//! Asked once, after the first frame and before anything reads keys: the answer comes the way keys come. The
//! question ends with one that every terminal answers (DA1), so that a terminal without an answer costs no wait.

use std::time::Duration;

use terminal_colorsaurus::{QueryOptions, background_color};

use super::caps::{Background, Caps, ColourDepth, Surroundings};
use crate::config::{ScreenSettings, Theme};

/// The longest wait for an answer.
const ANSWER: Duration = Duration::from_millis(100);

/// Lightness, from 0 to 1, from which on a background is light.
const LIGHT: f32 = 0.5;

/// Whether to ask: the player has named no theme, the palettes for dark and light differ, and no slow line is
/// between, by which an answer could come so late that it is taken for keys.
#[must_use]
pub fn is_worth_asking(surroundings: &Surroundings, settings: &ScreenSettings) -> bool {
    let caps = Caps::of(surroundings, settings);
    settings.theme == Theme::Auto && caps.colours == ColourDepth::True && !surroundings.ssh
}

/// Asks the terminal, which is in raw mode and read by nobody; `None` if it does not say.
#[must_use]
pub fn ask() -> Option<Background> {
    let mut options = QueryOptions::default();
    options.timeout = ANSWER;
    match background_color(options) {
        Ok(colour) if colour.perceived_lightness() >= LIGHT => Some(Background::Light),
        Ok(_) => Some(Background::Dark),
        Err(why) => {
            tracing::debug!(%why, "the terminal does not say whether it is dark or light");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Color;
    use crate::tui::theme::{Palette, Theme as Drawn};

    fn around() -> (Surroundings, ScreenSettings) {
        let surroundings = Surroundings {
            colorterm: Some("truecolor".into()),
            term: Some("xterm-256color".into()),
            ..Surroundings::default()
        };
        let settings = ScreenSettings::default();
        (surroundings, settings)
    }

    #[test]
    fn only_a_theme_that_nobody_named_is_asked_for_and_only_where_it_shows() {
        let worth = |change: fn(&mut Surroundings, &mut ScreenSettings)| {
            let (mut surroundings, mut settings) = around();
            change(&mut surroundings, &mut settings);
            is_worth_asking(&surroundings, &settings)
        };
        assert!(worth(|_, _| {}));
        assert!(!worth(|_, settings| settings.theme = Theme::Dark));
        assert!(!worth(|_, settings| settings.theme = Theme::Light));
        assert!(!worth(|_, settings| settings.color = Color::Sixteen));
        assert!(!worth(|surroundings, _| surroundings.no_color = true));
        assert!(!worth(|surroundings, _| surroundings.colorterm = None));
        assert!(!worth(|surroundings, _| surroundings.ssh = true));
    }

    #[test]
    fn what_the_terminal_says_holds_for_auto_alone() {
        let palette = |background, theme| {
            let (mut surroundings, mut settings) = around();
            (surroundings.background, settings.theme) = (background, theme);
            Drawn::of(&Caps::of(&surroundings, &settings)).palette
        };
        let (dark, light) = (Some(Background::Dark), Some(Background::Light));
        assert_eq!(palette(light, Theme::Auto), Palette::Light);
        assert_eq!(palette(dark, Theme::Auto), Palette::Dark);
        assert_eq!(palette(None, Theme::Auto), Palette::Dark);
        assert_eq!(palette(light, Theme::Dark), Palette::Dark);
        assert_eq!(palette(dark, Theme::Light), Palette::Light);
    }
}
