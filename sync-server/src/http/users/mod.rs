//! Administering users.

pub mod body;
pub mod create;
pub mod delete;
pub mod list;
pub mod sessions;
pub mod update;
