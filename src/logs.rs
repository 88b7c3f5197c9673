//! Logs: to a rolling file and to the log pane, never to the screen.
