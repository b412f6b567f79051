//! Turnstone's door scanner. [`engine`] decides and records; everything that touches a camera, a socket, a thread or a
//! terminal stands around it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod engine;

#[cfg(feature = "camera")]
pub mod camera;
#[cfg(feature = "cli")]
pub mod commands;
#[cfg(feature = "cli")]
pub mod device;
#[cfg(feature = "cli")]
pub mod door;
#[cfg(feature = "cli")]
pub mod net;
