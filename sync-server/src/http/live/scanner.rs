//! A scanner in a picture: what the page shows of it. Every picture goes to a thousand dashboards four times a second, so
//! what only administrators look at (its feeds, its certificate) is left to the list of scanners.

use serde::Serialize;
use shared::ids::{GateId, ScannerId};

use crate::device::{Scanner, ScannerState};

/// How a scanner is.
#[derive(Debug, Serialize)]
pub(super) struct LiveScanner {
    id: ScannerId,
    name: String,
    state: ScannerState,
    /// Gate it was registered for.
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<GateId>,
    /// It signed two chains in one feed.
    disputed: bool,
    /// Its latest heartbeat.
    #[serde(skip_serializing_if = "Option::is_none")]
    presence: Option<LivePresence>,
}

/// How it was when it was last heard of; see [`crate::device::Presence`].
#[derive(Debug, Serialize)]
struct LivePresence {
    seen: i64,
    pending: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_offset: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_error: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    battery: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<GateId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manifest: Option<u64>,
}

impl LiveScanner {
    /// What the page shows of it.
    pub(super) fn new(scanner: &Scanner) -> Self {
        let presence = scanner.presence.as_ref().map(|there| LivePresence {
            seen: there.seen,
            pending: there.pending,
            clock_offset: there.clock_offset,
            clock_error: there.clock_error,
            battery: there.battery,
            gate: there.gate,
            manifest: there.manifest,
        });
        Self {
            id: scanner.id,
            name: scanner.name.clone(),
            state: scanner.state(),
            gate: scanner.gate,
            disputed: scanner.disputed,
            presence,
        }
    }
}
