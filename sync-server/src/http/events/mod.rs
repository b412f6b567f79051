//! Events and their rules.

pub mod alarms;
pub mod archive;
pub mod body;
pub mod create;
pub mod gates;
pub mod get;
pub mod list;
pub mod policy;
pub mod products;
pub mod update;
pub mod zones;
