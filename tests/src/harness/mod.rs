//! Drives the real server and the real scanners.

mod admin;
mod browser;
mod cable;
mod device;
pub mod dice;
mod door;
mod film;
pub mod house;
mod http;
mod loop_disk;
mod pictures;
mod process;
mod relay;
mod small_disk;
mod venue;
mod watching;

pub use admin::Admin;
pub use browser::{Browser, DESK, HANDHELD, Window, is_left_out};
pub use cable::{Cable, Towards, Weather};
pub use device::Device;
pub use door::{Door, Said};
pub use film::{Scene, write_film, write_film_at};
pub use http::client;
pub use loop_disk::LoopDisk;
pub use pictures::{forge, write_code};
pub use process::{Parts, ServerProcess, lines_of_json, text};
pub use relay::{Answer, Passed, Relay};
pub use small_disk::SmallDisk;
pub use venue::{ADMIN, EVENT, Venue, path};
pub use watching::Watching;
