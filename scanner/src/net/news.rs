//! What the background worker has to tell.

use serde::Serialize;

use super::ManifestReport;

/// Something a person watching may want to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// The server answers (again).
    Connected,
    /// The server cannot be reached any more; trying goes on.
    Disconnected {
        /// Why, for people.
        why: String,
    },
    /// The server has acknowledged entries.
    Sent {
        /// How many.
        acknowledged: u64,
        /// How many are left.
        pending: u64,
    },
    /// Other scanners' entries arrived.
    Received {
        /// How many.
        received: u64,
    },
    /// A ticket list was put into force, or was refused.
    Manifest(ManifestReport),
    /// The server had lost something and got it again.
    Rewound,
    /// This database was restored or cloned: it writes another feed from now on.
    NewEpoch,
    /// Something does not work although the server answers.
    Trouble {
        /// What, for people.
        what: String,
    },
}

/// Hears the news.
pub type Listener<'a> = &'a (dyn Fn(News) + Send + Sync);
