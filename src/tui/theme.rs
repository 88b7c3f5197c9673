//! Colours and symbols by role.
//!
//! A widget names a [`Role`], never a colour. Every palette is written by hand: shades squeezed into
//! sixteen colours by rule turn greys black. Ordinary text keeps the terminal's own colours, so its
//! background stays. Colour only repeats what a word or a mark already says.

#![expect(
    clippy::unreadable_literal,
    reason = "colours are written as everywhere: rrggbb"
)]

use ratatui::style::{Color, Modifier, Style};

use super::caps::{Caps, ColourDepth, Symbols};
use crate::config;

/// What a piece of the screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Ordinary words.
    Text,
    /// Words that matter less.
    Dim,
    /// The frame of a pane.
    Border,
    /// The frame of the pane that has the focus.
    BorderFocus,
    /// The title of a pane.
    Title,
    /// A column heading or a spot's name on the felt.
    Heading,
    /// A key that may be pressed.
    Key,
    /// The spot or button that has the focus.
    Focus,
    /// The selected row of a list.
    Selection,
    /// The player's own chips on a spot.
    Stake,
    /// A gain.
    Win,
    /// A loss.
    Loss,
    /// Neither.
    Push,
    /// The puck, ON.
    PuckOn,
    /// The puck, OFF.
    PuckOff,
    /// The faces of the dice.
    Dice,
    /// Sent and not yet decided.
    Sent,
    /// Decided at a height.
    Confirmed,
    /// Refused.
    Refused,
    /// Worth a look before going on.
    Warning,
    /// A service or the node works.
    Healthy,
    /// It works with less.
    Degraded,
    /// It does not work and has to.
    Critical,
    /// It is not there.
    Unavailable,
}

impl Role {
    /// Every role, in the order of the legend of a screen test.
    pub const ALL: [Self; 24] = [
        Self::Text,
        Self::Dim,
        Self::Border,
        Self::BorderFocus,
        Self::Title,
        Self::Heading,
        Self::Key,
        Self::Focus,
        Self::Selection,
        Self::Stake,
        Self::Win,
        Self::Loss,
        Self::Push,
        Self::PuckOn,
        Self::PuckOff,
        Self::Dice,
        Self::Sent,
        Self::Confirmed,
        Self::Refused,
        Self::Warning,
        Self::Healthy,
        Self::Degraded,
        Self::Critical,
        Self::Unavailable,
    ];
}

/// A hand-written set of styles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// 24-bit colours on a dark background.
    #[default]
    Dark,
    /// 24-bit colours on a light background.
    Light,
    /// The terminal's own sixteen colours.
    Sixteen,
    /// No colour at all: bold, reverse, underline, dim and words.
    Mono,
}

/// The styles and characters a frame is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// The styles.
    pub palette: Palette,
    /// The characters.
    pub symbols: Symbols,
}

impl Theme {
    /// Returns what to draw with. `auto` is the dark palette: a light background is never assumed, only taken
    /// from what the terminal answers ([`Caps::of`]).
    #[must_use]
    pub const fn of(caps: &Caps) -> Self {
        let palette = match (caps.colours, caps.theme) {
            (ColourDepth::Mono, _) | (_, config::Theme::Mono) => Palette::Mono,
            (ColourDepth::Sixteen, _) => Palette::Sixteen,
            (ColourDepth::True, config::Theme::Light) => Palette::Light,
            (ColourDepth::True, config::Theme::Auto | config::Theme::Dark) => Palette::Dark,
        };
        Self {
            palette,
            symbols: caps.symbols,
        }
    }

    /// Returns the style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        match self.palette {
            Palette::Dark => dark(role),
            Palette::Light => light(role),
            Palette::Sixteen => sixteen(role),
            Palette::Mono => mono(role),
        }
    }

    /// Returns the characters of this theme.
    #[must_use]
    pub fn glyphs(&self) -> &'static Glyphs {
        match self.symbols {
            Symbols::Unicode => &UNICODE,
            Symbols::Ascii => &ASCII,
        }
    }
}

/// The characters of one symbol set.
#[derive(Debug)]
pub struct Glyphs {
    /// Frame of a pane: horizontal, vertical, the corners from the top left clockwise, the joints of
    /// a dividing line left and right.
    pub pane: [&'static str; 8],
    /// Frame of a dialog, in the same order.
    pub dialog: [&'static str; 8],
    /// A pip of a die.
    pub pip: &'static str,
    /// Eight heights of a bar, lowest first.
    pub bars: [&'static str; 8],
    /// Done and left in a progress bar.
    pub progress: [&'static str; 2],
}

const UNICODE: Glyphs = Glyphs {
    pane: ["─", "│", "┌", "┐", "┘", "└", "├", "┤"],
    dialog: ["═", "║", "╔", "╗", "╝", "╚", "╟", "╢"],
    pip: "●",
    bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    progress: ["█", "░"],
};

const ASCII: Glyphs = Glyphs {
    pane: ["-", "|", "+", "+", "+", "+", "+", "+"],
    dialog: ["=", "|", "#", "#", "#", "#", "|", "|"],
    pip: "o",
    bars: ["1", "2", "3", "4", "5", "6", "7", "8"],
    progress: ["#", "."],
};

const fn rgb(hex: u32) -> Color {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color::Rgb(red, green, blue)
}

fn ink(hex: u32) -> Style {
    Style::new().fg(rgb(hex))
}

fn paper(text: u32, background: u32) -> Style {
    Style::new().fg(rgb(text)).bg(rgb(background))
}

fn dark(role: Role) -> Style {
    match role {
        Role::Text | Role::Push | Role::Confirmed => Style::new(),
        Role::Dim | Role::Unavailable | Role::Sent => ink(0x9aa5b1),
        Role::Border => ink(0x6f7b87),
        Role::BorderFocus => ink(0x5fb3a1),
        Role::Title => ink(0x7fd1c0).add_modifier(Modifier::BOLD),
        Role::Heading => ink(0xb3c0cc),
        Role::Key => ink(0x7fd1c0),
        Role::Focus => paper(0x0c1f1b, 0x7fd1c0).add_modifier(Modifier::BOLD),
        Role::Selection => paper(0xffffff, 0x2c4a47),
        Role::Stake => ink(0xf2cf7d).add_modifier(Modifier::BOLD),
        Role::Win | Role::Healthy => ink(0x8fd694),
        Role::Loss => ink(0xff9a92),
        Role::PuckOn => paper(0x000000, 0xffffff).add_modifier(Modifier::BOLD),
        Role::PuckOff => paper(0xffffff, 0x000000),
        Role::Dice => ink(0xf4efe3).add_modifier(Modifier::BOLD),
        Role::Refused => ink(0xffb86b).add_modifier(Modifier::BOLD),
        Role::Warning | Role::Degraded => ink(0xf0c05a),
        Role::Critical => ink(0xff9a92).add_modifier(Modifier::BOLD),
    }
}

fn light(role: Role) -> Style {
    match role {
        Role::Text | Role::Push | Role::Confirmed => Style::new(),
        Role::Dim | Role::Unavailable | Role::Sent => ink(0x5a646e),
        Role::Border => ink(0x7a848e),
        Role::BorderFocus => ink(0x2a7f70),
        Role::Title => ink(0x00594b).add_modifier(Modifier::BOLD),
        Role::Heading => ink(0x44505c),
        Role::Key => ink(0x00695a),
        Role::Focus => paper(0xffffff, 0x00695a).add_modifier(Modifier::BOLD),
        Role::Selection => paper(0x000000, 0xcfe6e0),
        Role::Stake => ink(0x7a4f00).add_modifier(Modifier::BOLD),
        Role::Win | Role::Healthy => ink(0x1d6b2a),
        Role::Loss => ink(0xa8231c),
        Role::PuckOn => paper(0x000000, 0xffffff).add_modifier(Modifier::BOLD),
        Role::PuckOff => paper(0xffffff, 0x000000),
        Role::Dice => ink(0x1c1a16).add_modifier(Modifier::BOLD),
        Role::Refused => ink(0x8f4300).add_modifier(Modifier::BOLD),
        Role::Warning | Role::Degraded => ink(0x805000),
        Role::Critical => ink(0xa8231c).add_modifier(Modifier::BOLD),
    }
}

fn sixteen(role: Role) -> Style {
    let plain = Style::new();
    match role {
        Role::Text | Role::Push | Role::Confirmed | Role::Border | Role::Heading => plain,
        Role::Dim | Role::Unavailable | Role::Sent => plain.add_modifier(Modifier::DIM),
        Role::BorderFocus | Role::Key => plain.fg(Color::Cyan),
        Role::Title => plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
        Role::Focus => plain.fg(Color::Black).bg(Color::Cyan),
        Role::Selection => plain.add_modifier(Modifier::REVERSED),
        Role::Stake | Role::Dice => plain.add_modifier(Modifier::BOLD),
        Role::Win | Role::Healthy => plain.fg(Color::Green),
        Role::Loss => plain.fg(Color::Red),
        Role::PuckOn => plain.fg(Color::Black).bg(Color::White),
        Role::PuckOff => plain.fg(Color::White).bg(Color::Black),
        Role::Refused => plain.fg(Color::Yellow).add_modifier(Modifier::BOLD),
        Role::Warning | Role::Degraded => plain.fg(Color::Yellow),
        Role::Critical => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
    }
}

fn mono(role: Role) -> Style {
    let plain = Style::new();
    match role {
        Role::Text
        | Role::Push
        | Role::Confirmed
        | Role::Border
        | Role::Heading
        | Role::Loss
        | Role::PuckOff
        | Role::Healthy => plain,
        Role::Dim | Role::Sent | Role::Unavailable => plain.add_modifier(Modifier::DIM),
        Role::Title | Role::Key | Role::BorderFocus | Role::Stake | Role::Win | Role::Dice => {
            plain.add_modifier(Modifier::BOLD)
        }
        Role::Focus | Role::Selection | Role::PuckOn | Role::Critical => {
            plain.add_modifier(Modifier::REVERSED)
        }
        Role::Refused | Role::Degraded | Role::Warning => plain.add_modifier(Modifier::UNDERLINED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast as WCAG 2.2 defines them.
    fn luminance(colour: Color) -> f64 {
        let Color::Rgb(red, green, blue) = colour else {
            panic!("{colour:?} is not a 24-bit colour")
        };
        let channel = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)
    }

    fn contrast(a: Color, b: Color) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_has_contrast_4_5_and_frames_3_on_usual_backgrounds() {
        let on_dark = [0x000000, 0x1d1f21, 0x1e1e1e, 0x282a36];
        let on_light = [0xffffff, 0xfafafa, 0xfdf6e3];
        for (palette, backgrounds) in [(Palette::Dark, &on_dark[..]), (Palette::Light, &on_light)] {
            let theme = Theme {
                palette,
                symbols: Symbols::Unicode,
            };
            for role in Role::ALL {
                let style = theme.style(role);
                let Some(text) = style.fg else { continue };
                let frame = matches!(role, Role::Border | Role::BorderFocus);
                let least = if frame { 3.0 } else { 4.5 };
                let behind = match style.bg {
                    Some(own) => vec![own],
                    None => backgrounds.iter().map(|hex| rgb(*hex)).collect(),
                };
                for background in behind {
                    let found = contrast(text, background);
                    assert!(
                        found >= least,
                        "{palette:?} {role:?}: {found:.2} on {background:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn mono_sets_no_colour_and_tells_what_must_be_told_apart() {
        let theme = Theme {
            palette: Palette::Mono,
            symbols: Symbols::Ascii,
        };
        for role in Role::ALL {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
        for (one, other) in [
            (Role::Focus, Role::Text),
            (Role::Selection, Role::Text),
            (Role::PuckOn, Role::PuckOff),
            (Role::Refused, Role::Confirmed),
            (Role::Sent, Role::Confirmed),
            (Role::Win, Role::Loss),
        ] {
            assert_ne!(theme.style(one), theme.style(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn the_ascii_set_is_ascii() {
        let all = ASCII.pane.iter().chain(&ASCII.dialog).chain(&ASCII.bars);
        for glyph in all.chain(&ASCII.progress).chain([&ASCII.pip]) {
            assert!(glyph.is_ascii(), "{glyph}");
        }
    }
}
