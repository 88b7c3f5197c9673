//! Services, health and their supervisor.
