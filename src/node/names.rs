//! Pleasant names for people who have not chosen one.

use crate::identity::{Entropy, EntropyError};

const FIRST: [&str; 16] = [
    "lucky", "sunny", "quiet", "brave", "amber", "merry", "silver", "gentle", "clever", "golden",
    "swift", "velvet", "jolly", "misty", "noble", "rosy",
];

const SECOND: [&str; 16] = [
    "otter", "heron", "badger", "finch", "marten", "robin", "lynx", "walrus", "magpie", "hare",
    "falcon", "beaver", "plover", "stoat", "wren", "ibex",
];

/// Returns a drawn name, such as `lucky-otter`.
///
/// # Errors
/// [`EntropyError`].
#[expect(
    clippy::indexing_slicing,
    reason = "the remainder is below the number of words"
)]
pub fn draw(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let mut bytes = [0; 2];
    entropy.fill(&mut bytes)?;
    let pick = |words: [&'static str; 16], byte: u8| words[usize::from(byte % 16)];
    Ok(format!(
        "{}-{}",
        pick(FIRST, bytes[0]),
        pick(SECOND, bytes[1])
    ))
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::club::is_name;
    use crate::identity::SeededEntropy;

    #[test]
    fn every_drawn_name_is_one_that_a_club_takes() {
        for seed in 0..64 {
            let name = draw(&SeededEntropy::new(seed)).unwrap();
            assert!(is_name(&name) && name.contains('-'), "{name}");
        }
    }
}
