//! The `bitcraps` program.

fn main() {}
