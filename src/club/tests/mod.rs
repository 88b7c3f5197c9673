//! The chain as a whole: what is refused, what is paid, and that nobody can bend it.

mod bots;
mod chain;
mod contributors;
mod deadlines;
mod dice;
mod encodings;
mod keepers;
mod limits;
mod money;
mod random;
mod rekey;
mod seats;
mod strategies;
mod vectors;
mod withheld;
