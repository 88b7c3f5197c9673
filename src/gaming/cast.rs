//! The bots: a cast of members with a name and a way to play each.
//!
//! A bot's strategy follows from its name, and its key from its name and the node's own key, so
//! nothing about bots has to be kept beside the chain.

use ed25519_dalek::SigningKey;

use super::Strategy;
use crate::identity::StorageKey;

/// Who plays how. A second bot of the same kind is called `mabel-2`, and so on.
const CAST: [(&str, Strategy); 16] = [
    ("mabel", Strategy::PassOdds),
    ("dutch", Strategy::ThreePointMolly),
    ("pearl", Strategy::Place68),
    ("rocco", Strategy::IronCross),
    ("nickel", Strategy::Field),
    ("wanda", Strategy::Dont),
    ("hardy", Strategy::Hardways),
    ("otto", Strategy::Come),
    ("penny", Strategy::Pass),
    ("fortuna", Strategy::Random),
    ("nell", Strategy::DontOdds),
    ("doris", Strategy::DontCome),
    ("clive", Strategy::ComeOdds),
    ("ines", Strategy::Inside),
    ("abel", Strategy::Across),
    ("bonnie", Strategy::Bonus),
];

/// Returns how the bot of this name plays, if it is one of the cast.
#[must_use]
pub fn strategy_of(name: &str) -> Option<Strategy> {
    let first = name.split('-').next().unwrap_or(name);
    CAST.iter()
        .find(|(known, _)| *known == first)
        .map(|(_, strategy)| *strategy)
}

/// Returns the name of the n-th bot, from 1, that plays so.
#[must_use]
pub fn name_of(strategy: Strategy, number: usize) -> String {
    let name = CAST
        .iter()
        .find(|(_, played)| *played == strategy)
        .map_or("bot", |(name, _)| *name);
    if number <= 1 {
        name.to_owned()
    } else {
        format!("{name}-{number}")
    }
}

/// Returns the key of a bot: the same for the same node and name.
#[must_use]
pub fn key_of(storage_key: &StorageKey, name: &str) -> SigningKey {
    let seed = storage_key.derive(&format!("bitcraps 2026-11 bot identity {name}"));
    SigningKey::from_bytes(&seed)
}

#[cfg(test)]
mod tests {
    use super::{CAST, key_of, name_of, strategy_of};
    use crate::gaming::Strategy;
    use crate::identity::StorageKey;

    #[test]
    fn every_strategy_has_one_of_the_cast_and_names_read_back() {
        assert_eq!(CAST.len(), Strategy::ALL.len());
        for strategy in Strategy::ALL {
            for number in 1..4 {
                assert_eq!(strategy_of(&name_of(strategy, number)), Some(strategy));
            }
        }
        assert_eq!(strategy_of("ana"), None);
    }

    #[test]
    fn a_bot_has_the_same_key_after_a_restart_and_no_other_has_it() {
        let storage_key = StorageKey::from_bytes([7; 32]);
        let mabel = key_of(&storage_key, "mabel").to_bytes();
        assert_eq!(
            mabel,
            key_of(&StorageKey::from_bytes([7; 32]), "mabel").to_bytes()
        );
        assert_ne!(mabel, key_of(&storage_key, "mabel-2").to_bytes());
        assert_ne!(
            mabel,
            key_of(&StorageKey::from_bytes([8; 32]), "mabel").to_bytes()
        );
    }
}
