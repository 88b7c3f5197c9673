//! The club: one replicated state machine (pure).
