//! What tests, demo and benchmarks share: the shipping binaries as processes, the admin API as a person's script uses it,
//! and a network that can be taken away.

// A broken harness must end the test at once, with the place where it broke.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)]
// Tests measure real time; the product's own clocks are parameters.
#![allow(clippy::disallowed_methods)]

pub mod fuzzing;
pub mod golden;
#[cfg(feature = "programs")]
pub mod harness;
#[cfg(feature = "programs")]
pub mod programs;
#[cfg(feature = "programs")]
pub mod torture;
