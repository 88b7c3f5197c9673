//! Application state: the lifecycle.
