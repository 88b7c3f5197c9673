//! Random texts of other people, letter by letter out of what does harm on a terminal.

use bitcraps::shown::Shown;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

use crate::harness::{alone, number};
use crate::targets::harm_of;

/// Texts of the ordinary run; `BITCRAPS_FUZZ_INPUTS` asks for more.
const TEXTS: u64 = 3_000;

/// First and last letters: controls, isolates, overrides, joiners, selectors, tags, private use,
/// marks without a width, wide letters, letters from right to left, emoji, and plain ones.
const LETTERS: [(char, char); 16] = [
    ('a', 'z'),
    ('\u{0}', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2066}', '\u{2069}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{e0020}', '\u{e007f}'),
    ('\u{e000}', '\u{e0ff}'),
    ('\u{300}', '\u{36f}'),
    ('\u{4e00}', '\u{4eff}'),
    ('\u{5d0}', '\u{5ea}'),
    ('\u{1f600}', '\u{1f64f}'),
    ('\u{e01}', '\u{e4e}'),
];

#[test]
fn no_random_text_is_drawn_with_what_steers_a_terminal_or_beyond_its_width() {
    let _alone = alone();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(number("BITCRAPS_FUZZ_SEED", 1));
    let mut below = |end: u64| random.next_u64() % end;
    let (mut harmful, mut cut) = (0_u64, 0_u64);
    let texts = number("BITCRAPS_FUZZ_INPUTS", TEXTS);
    for _ in 0..texts {
        let letters = below(120);
        // A few kinds of letters a text, so that some have nothing but marks.
        let kinds = [0; 3].map(|_: u8| below(16));
        let text: String = (0..letters)
            .filter_map(|_| {
                let kind = kinds[usize::try_from(below(3)).unwrap()];
                let (first, last) = LETTERS[usize::try_from(kind).unwrap()];
                let span = u64::from(u32::from(last) - u32::from(first)) + 1;
                char::from_u32(u32::from(first) + u32::try_from(below(span)).unwrap())
            })
            .collect();
        let columns = usize::try_from(below(90)).unwrap();
        let shown = Shown::new(&text, columns);
        let harm = harm_of(shown.as_str(), columns);
        assert_eq!(harm, None, "{text:?} in {columns} columns is {shown:?}");
        harmful += u64::from(harm_of(&text, usize::MAX).is_some());
        cut += u64::from(shown.as_str().ends_with('~'));
    }
    assert!(harmful > texts / 4 && cut > texts / 10, "{harmful}, {cut}");
}
