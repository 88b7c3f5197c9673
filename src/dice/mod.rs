//! Dice nobody chooses: seals, locks, openings (pure).
