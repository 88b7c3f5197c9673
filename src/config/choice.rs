//! Settings that are one word out of a few.

/// A setting that is one of a few words.
pub trait Choice: std::fmt::Debug {
    /// Returns the words that may be set.
    fn words(&self) -> &'static [&'static str];

    /// Returns the word that is set.
    fn word(&self) -> &'static str;

    /// Sets the word; `false`, and no change, if it is none of [`Choice::words`].
    fn choose(&mut self, word: &str) -> bool;
}

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The words, in the order of the variants.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl Choice for $name {
            fn words(&self) -> &'static [&'static str] {
                Self::WORDS
            }

            fn word(&self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn choose(&mut self, word: &str) -> bool {
                match word {
                    $($word => *self = Self::$variant,)+
                    _ => return false,
                }
                true
            }
        }
    };
}

choice! {
    /// How much the log says.
    LogLevel {
        /// What failed.
        Error = "error",
        /// And what may fail.
        Warn = "warn",
        /// And what happens.
        Info = "info",
        /// And how it happens.
        Debug = "debug",
        /// And each step of it.
        Trace = "trace",
    }
}

choice! {
    /// The colours that may be used.
    Color {
        /// What the terminal says it can do.
        Auto = "auto",
        /// The mono palette: bold, reverse, underline and words.
        None = "none",
        /// The terminal's own 16 colours.
        Sixteen = "16",
        /// 24-bit colours.
        Truecolor = "truecolor",
    }
}

choice! {
    /// The set of colours.
    Theme {
        /// Dark, unless the terminal says it is light.
        Auto = "auto",
        /// For dark backgrounds.
        Dark = "dark",
        /// For light backgrounds.
        Light = "light",
        /// No colour at all.
        Mono = "mono",
    }
}

choice! {
    /// The most that odds may be, as a multiple of the flat bet (rule book, section 7.2).
    Odds {
        /// 1x.
        One = "1x",
        /// 2x.
        Two = "2x",
        /// 3x on 4 and 10, 4x on 5 and 9, 5x on 6 and 8.
        ThreeFourFive = "3-4-5x",
        /// 5x.
        Five = "5x",
        /// 10x.
        Ten = "10x",
        /// 20x.
        Twenty = "20x",
        /// 100x.
        Hundred = "100x",
    }
}
