//! Telling open dashboards what happens: computed once, serialized once, shared by all.

pub mod alarm;
pub mod course;
pub mod forecast;
pub mod hub;
pub mod keeper;
pub mod message;

pub use hub::{Hub, Picture, Seat};
