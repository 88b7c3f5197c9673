//! One engine, told what others might say.
