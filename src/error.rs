//! The edge error: kind, message, hints.
