//! Drives the real server and the real scanners.

mod admin;
mod cable;
mod device;
mod http;
mod pictures;
mod process;
mod relay;
mod venue;

pub use admin::Admin;
pub use cable::Cable;
pub use device::Device;
pub use http::client;
pub use pictures::{forge, write_code};
pub use process::{Parts, ServerProcess, lines_of_json, text};
pub use relay::{Answer, Passed, Relay};
pub use venue::{ADMIN, EVENT, Venue, path};
