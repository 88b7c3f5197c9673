//! The rules of craps (pure).
