//! Configuration: defaults, file, environment, command line, with the source of every value.
