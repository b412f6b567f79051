//! What happened at the doors, for admins and promoters.

pub mod acknowledge;
pub mod body;
pub mod conflicts;
pub mod counts;
pub mod digest;
pub mod entries;
pub mod export;
pub mod minutes;
pub mod occupancy;
pub mod publish;
pub mod scanner_stats;
pub mod stats;
pub mod timeline;
