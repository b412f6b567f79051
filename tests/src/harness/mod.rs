//! Drives the real server and the real scanners.

mod admin;
mod cable;
mod device;
mod pictures;
mod process;

pub use admin::Admin;
pub use cable::Cable;
pub use device::Device;
pub use pictures::{forge, write_code};
pub use process::{Parts, ServerProcess};
