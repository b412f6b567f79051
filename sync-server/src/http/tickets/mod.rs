//! Tickets of an event, and single ones by their key.

pub mod block;
pub mod body;
pub mod cancel;
pub mod get;
pub mod import;
pub mod issue;
pub mod list;
pub mod qr;
pub mod regenerate_qr;
pub mod story;
pub mod unblock;
pub mod update;
