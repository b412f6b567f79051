//! Scanners, for administrators.

pub mod body;
pub mod change;
pub mod get;
pub mod list;
pub mod register;
pub mod revoke;
