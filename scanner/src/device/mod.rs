//! The machine the scanner runs on: the only place that reads real clocks, random numbers, battery, disk and folders.

mod battery;
mod clock;
mod disk;
mod entropy;
mod folder;
mod name;

pub use battery::{battery_percent, battery_percent_in};
pub use clock::SystemClock;
pub use disk::free_bytes;
pub use entropy::OsEntropy;
pub use folder::{FolderError, prepare, write_private};
pub use name::name_of_this_machine;
