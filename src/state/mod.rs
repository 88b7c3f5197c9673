//! Application state: the lifecycle.

pub mod lifecycle;
