//! Telling open dashboards that something changed.

pub mod hub;

pub use hub::{Hub, Picture};
