//! The bytes that the dice of many rolls are read from, for programs that test random numbers.
//!
//! `cargo run --release --locked --example dice_bytes -- ent dieharder` gives them to both and
//! judges what they say; without a name of a program they go to standard output. A roll here is a
//! roll of the protocol, hash by hash, without the club around it: see [`stream`].

mod stream;
mod tools;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use stream::Bytes;
use tools::{Tool, Trouble};

/// Bytes for `ent` and for standard output; dieharder takes what its test needs, 540 million at
/// full size.
const BYTES: u64 = 100_000_000;

/// Writes the bytes that the dice of rolls are read from, or lets programs judge them
#[derive(Debug, Parser)]
struct Arguments {
    /// Who judges them; nobody: they are written to standard output
    tools: Vec<Tool>,
    /// How many are written, or given to ent
    #[arg(long, default_value_t = BYTES)]
    bytes: u64,
    /// What all secrets are made of; equal seeds give equal bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many samples dieharder takes of its test; fewer take less time and see less
    #[arg(long, default_value_t = 100)]
    samples: u32,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            // Where standard error is closed the exit code says it alone.
            writeln!(io::stderr(), "error: {trouble}").map_or(ExitCode::from(2), |()| {
                if matches!(trouble, Trouble::Unfair { .. }) {
                    ExitCode::from(1)
                } else {
                    ExitCode::from(2)
                }
            })
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    if arguments.tools.is_empty() {
        let mut out = io::stdout().lock();
        return Bytes::new(arguments.seed)
            .write(arguments.bytes, &mut out)
            .map_err(Trouble::Out);
    }
    for tool in &arguments.tools {
        let said = tool.judge(arguments.seed, arguments.bytes, arguments.samples)?;
        writeln!(io::stdout(), "{said}").map_err(Trouble::Out)?;
    }
    Ok(())
}
