//! What the terminal can show, decided once: flag, then environment, then config, then terminal.
//!
//! This part reads no environment: `config` hands the values in ([`Surroundings`]).

use crate::config::{Color, ScreenSettings, Theme};

use super::model::Medium;
use super::schedule::{FRAME, SLOW_FRAME, Span};

/// How many colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColourDepth {
    /// None: roles are told by bold, reverse, underline, dim and words.
    Mono,
    /// The sixteen colours of the terminal's own palette.
    Sixteen,
    /// 24 bits.
    True,
}

/// Which characters may be drawn beyond letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbols {
    /// Box drawing, block eighths and `●`.
    Unicode,
    /// Seven-bit characters alone.
    Ascii,
}

/// What text is drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Background {
    /// Light text is read on it.
    Dark,
    /// Dark text is.
    Light,
}

/// Who decided something, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DecidedBy {
    /// A command line flag.
    Flag,
    /// The environment, by `NO_COLOR`.
    Environment,
    /// The player's settings.
    Settings,
    /// What the terminal says of itself.
    Terminal,
}

/// What the program was started with and in; filled in from `config`, which alone reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about the surroundings"
)]
pub struct Surroundings {
    /// Colours were chosen by a flag, so the settings hold what it says.
    pub flag_colours: bool,
    /// `NO_COLOR` is set and not empty (<https://no-color.org>).
    pub no_color: bool,
    /// `COLORTERM`.
    pub colorterm: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    /// Whether the locale is UTF-8.
    pub utf8: bool,
    /// Whether each byte travels over SSH.
    pub ssh: bool,
    /// What the terminal said of its background, if it was asked and has answered.
    pub background: Option<Background>,
    /// Standard input is a terminal.
    pub input_is_terminal: bool,
    /// Standard output is a terminal.
    pub output_is_terminal: bool,
    /// Lines can come in by standard input: it is a terminal, a pipe, a socket or a file.
    pub lines_come_in: bool,
    /// Lines of standard output are not written to nowhere: it is one of those too.
    pub lines_go_out: bool,
}

impl Surroundings {
    /// Decides whether the client is drawn or told: told if that is `wanted`, and where nothing can be
    /// drawn but lines come in and go out.
    ///
    /// # Errors
    /// [`NoScreen`] if it can be neither.
    pub fn medium(&self, wanted: bool) -> Result<Medium, NoScreen> {
        if wanted {
            return Ok(Medium::Lines);
        }
        let places_text = !matches!(self.term.as_deref(), None | Some("" | "dumb"));
        if self.output_is_terminal && places_text {
            return if self.input_is_terminal {
                Ok(Medium::Screen)
            } else {
                Err(NoScreen::InputIsNoTerminal)
            };
        }
        if !self.lines_go_out {
            return Err(NoScreen::OutputIsNoTerminal);
        }
        if self.lines_come_in {
            Ok(Medium::Lines)
        } else {
            Err(NoScreen::NothingComesIn)
        }
    }
}

/// What may move by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Motion {
    /// Dice tumble for at most 600 ms.
    #[default]
    Normal,
    /// Nothing.
    Reduced,
}

/// What is drawn with. A screen is a function of a model, this and a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Colours.
    pub colours: ColourDepth,
    /// Who decided the colours; a flag or the environment can't be overruled from the screen.
    pub colours_by: DecidedBy,
    /// Which set of colours.
    pub theme: Theme,
    /// Characters.
    pub symbols: Symbols,
    /// Whether anything may move by itself.
    pub motion: Motion,
    /// Whether each byte travels.
    pub ssh: bool,
}

/// Why the client can neither be drawn nor told here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoScreen {
    /// Standard input is no terminal, so there are no keys.
    #[error("standard input is not a terminal; start bitcraps in one, or see `bitcraps --help`")]
    InputIsNoTerminal,
    /// Standard output is no terminal.
    #[error("standard output is not a terminal; start bitcraps in one, or see `bitcraps --help`")]
    OutputIsNoTerminal,
    /// Nothing can be drawn, and standard input is a device that has no lines, or closed.
    #[error(
        "standard input is neither a terminal nor lines to play by; start bitcraps in a terminal, or pipe \
         lines into it"
    )]
    NothingComesIn,
}

impl Caps {
    /// Returns what to draw with; whether anything can be drawn at all, [`Surroundings::medium`] says.
    #[must_use]
    pub fn of(surroundings: &Surroundings, settings: &ScreenSettings) -> Self {
        let (colours, colours_by) = colours(surroundings, settings.color);
        Self {
            colours,
            colours_by,
            theme: match (settings.theme, surroundings.background) {
                (Theme::Auto, Some(Background::Light)) => Theme::Light,
                (theme, _) => theme,
            },
            symbols: if settings.ascii || !surroundings.utf8 {
                Symbols::Ascii
            } else {
                Symbols::Unicode
            },
            motion: if settings.reduced_motion {
                Motion::Reduced
            } else {
                Motion::Normal
            },
            ssh: surroundings.ssh,
        }
    }

    /// Returns the shortest time between two frames.
    #[must_use]
    pub const fn shortest_frame(&self) -> Span {
        match (self.ssh, self.motion) {
            (false, Motion::Normal) => FRAME,
            (true, _) | (_, Motion::Reduced) => SLOW_FRAME,
        }
    }
}

fn colours(surroundings: &Surroundings, wish: Color) -> (ColourDepth, DecidedBy) {
    let by = if surroundings.flag_colours {
        DecidedBy::Flag
    } else if surroundings.no_color {
        return (ColourDepth::Mono, DecidedBy::Environment);
    } else {
        DecidedBy::Settings
    };
    match wish {
        Color::Auto => (depth(surroundings), DecidedBy::Terminal),
        Color::None => (ColourDepth::Mono, by),
        Color::Sixteen => (ColourDepth::Sixteen, by),
        Color::Truecolor => (ColourDepth::True, by),
    }
}

fn depth(surroundings: &Surroundings) -> ColourDepth {
    let says_true = |text: &str| text == "truecolor" || text == "24bit";
    let term = surroundings.term.as_deref().unwrap_or_default();
    if surroundings.colorterm.as_deref().is_some_and(says_true) || term.ends_with("-direct") {
        ColourDepth::True
    } else if term.starts_with("vt1") || term.starts_with("vt2") || term.ends_with("-m") {
        // VT100 to VT220 and the "-m" entries of terminfo are monochrome.
        ColourDepth::Mono
    } else {
        ColourDepth::Sixteen
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Caps, Color, ColourDepth, DecidedBy, Medium, Motion, NoScreen, Surroundings, Symbols,
    };
    use crate::config::ScreenSettings;
    use crate::tui::schedule::{FRAME, SLOW_FRAME};

    fn plain() -> (Surroundings, ScreenSettings) {
        let surroundings = Surroundings {
            term: Some("xterm-256color".into()),
            utf8: true,
            input_is_terminal: true,
            output_is_terminal: true,
            lines_come_in: true,
            lines_go_out: true,
            ..Surroundings::default()
        };
        let settings = ScreenSettings::default();
        (surroundings, settings)
    }

    fn decide(change: impl FnOnce(&mut Surroundings, &mut ScreenSettings)) -> Caps {
        let (mut surroundings, mut settings) = plain();
        change(&mut surroundings, &mut settings);
        Caps::of(&surroundings, &settings)
    }

    #[test]
    fn colours_are_decided_by_flag_then_environment_then_settings_then_terminal() {
        let of = |flag: bool, no_color: bool, wish: Color, colorterm: Option<&str>| {
            let caps = decide(|surroundings, settings| {
                surroundings.flag_colours = flag;
                surroundings.no_color = no_color;
                surroundings.colorterm = colorterm.map(str::to_owned);
                settings.color = wish;
            });
            (caps.colours, caps.colours_by)
        };
        let truecolor = Some("truecolor");
        assert_eq!(
            of(true, true, Color::Sixteen, truecolor),
            (ColourDepth::Sixteen, DecidedBy::Flag)
        );
        assert_eq!(
            of(false, true, Color::Sixteen, truecolor),
            (ColourDepth::Mono, DecidedBy::Environment)
        );
        assert_eq!(
            of(false, false, Color::Sixteen, truecolor),
            (ColourDepth::Sixteen, DecidedBy::Settings)
        );
        assert_eq!(
            of(false, false, Color::Auto, truecolor),
            (ColourDepth::True, DecidedBy::Terminal)
        );
        assert_eq!(
            of(false, false, Color::Auto, None),
            (ColourDepth::Sixteen, DecidedBy::Terminal)
        );
        let vt220 = decide(|surroundings, _| surroundings.term = Some("vt220".into()));
        assert_eq!(vt220.colours, ColourDepth::Mono);
    }

    #[test]
    fn a_locale_without_utf8_takes_ascii() {
        assert_eq!(decide(|_, _| {}).symbols, Symbols::Unicode);
        assert_eq!(decide(|s, _| s.utf8 = false).symbols, Symbols::Ascii);
        assert_eq!(decide(|_, s| s.ascii = true).symbols, Symbols::Ascii);
    }

    #[test]
    fn ssh_and_reduced_motion_slow_the_frames() {
        assert_eq!(decide(|_, _| {}).shortest_frame(), FRAME);
        assert_eq!(decide(|s, _| s.ssh = true).shortest_frame(), SLOW_FRAME);
        let still = decide(|_, s| s.reduced_motion = true);
        assert_eq!(still.motion, Motion::Reduced);
        assert_eq!(still.shortest_frame(), SLOW_FRAME);
    }

    #[test]
    fn what_can_not_be_drawn_is_told_where_lines_can_be_read() {
        let decided = |wanted: bool, change: fn(&mut Surroundings)| {
            let (mut surroundings, _) = plain();
            change(&mut surroundings);
            surroundings.medium(wanted)
        };
        let (screen, lines) = (Ok(Medium::Screen), Ok(Medium::Lines));
        assert_eq!(decided(false, |_| {}), screen);
        assert_eq!(decided(true, |_| {}), lines);
        assert_eq!(decided(false, |e| e.output_is_terminal = false), lines);
        assert_eq!(decided(false, |e| e.term = Some("dumb".into())), lines);
        assert_eq!(decided(false, |e| e.term = None), lines);
        // Keys can't be read from a pipe, and whoever pipes into a whole terminal meant something else.
        let refused = Err(NoScreen::InputIsNoTerminal);
        assert_eq!(decided(false, |e| e.input_is_terminal = false), refused);
        let nothing = |e: &mut Surroundings| {
            e.input_is_terminal = false;
            e.lines_come_in = false;
        };
        assert_eq!(decided(false, nothing), refused);
        // Where lines would do, it is their way in or out that is named.
        let nowhere = decided(false, |e| {
            e.lines_go_out = false;
            e.output_is_terminal = false;
        });
        assert_eq!(nowhere, Err(NoScreen::OutputIsNoTerminal));
        let no_lines = Err(NoScreen::NothingComesIn);
        let piped = decided(false, |e| {
            e.input_is_terminal = false;
            e.lines_come_in = false;
            e.output_is_terminal = false;
        });
        assert_eq!(piped, no_lines);
        let dumb = decided(false, |e| {
            e.input_is_terminal = false;
            e.lines_come_in = false;
            e.term = Some("dumb".into());
        });
        assert_eq!(dumb, no_lines);
        assert_eq!(decided(true, nothing), lines);
    }
}
