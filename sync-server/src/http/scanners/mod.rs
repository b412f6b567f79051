//! Scanners, for administrators.

pub mod apart;
pub mod body;
pub mod change;
pub mod get;
pub mod invitation;
pub mod list;
pub mod register;
pub mod revoke;
