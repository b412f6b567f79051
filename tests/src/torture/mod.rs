//! Torture of the real processes: what the end-to-end tests do a hundred times and `torture` a thousand times.

pub mod evidence;
mod figures;
mod scanner_kills;
mod server_kills;

pub use figures::Times;
pub use scanner_kills::{ScannerKills, kill_scanners};
pub use server_kills::{ServerKills, kill_servers};
