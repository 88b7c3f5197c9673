//! The control socket: commands talk to the running node.
