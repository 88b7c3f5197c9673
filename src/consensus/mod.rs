//! How a club agrees on its next block.
