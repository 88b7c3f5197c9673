//! The two-phase application.
