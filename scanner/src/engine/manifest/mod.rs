//! Fetching, checking and putting into force the ticket list (PROTOCOL.md section 5).

use serde::Serialize;
use shared::api::{ManifestRequest, ManifestResponse, RefillRequest, RefillResponse};
use shared::ids::EventId;

use super::Engine;
use super::error::{EngineError, Result};

/// Where a manifest stands after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "progress", rename_all = "snake_case")]
pub enum ManifestProgress {
    /// The newest is in force.
    Current {
        /// Its version; absent if the server has none and neither has this device.
        version: Option<u64>,
    },
    /// A newer one was put into force now.
    Adopted {
        /// Its version.
        version: u64,
        /// Tickets in it.
        tickets: u64,
        /// Parts that had to be fetched or changed.
        changed: u32,
    },
    /// Parts are missing: ask again with [`Engine::manifest_request`].
    Staging {
        /// Version being fetched.
        version: u64,
        /// Parts that are here.
        have: u32,
        /// Parts in all.
        total: u32,
    },
}

impl Engine {
    /// The next request for the event's ticket list: what changed, or the parts that are missing.
    pub fn manifest_request(&mut self, event: EventId) -> Result<ManifestRequest> {
        let _ = (event, &self.conn);
        Err(EngineError::NotEnrolled)
    }

    /// Takes the answer. Until all parts are here and right, the list in force stays in force.
    pub fn apply_manifest(&mut self, event: EventId, response: &ManifestResponse) -> Result<ManifestProgress> {
        let _ = (event, response, &self.conn);
        Err(EngineError::NotEnrolled)
    }

    /// The first or next message that gives the server back a manifest it lost; `None` if there is none in force here,
    /// or the server has what it needs.
    pub fn refill_request(
        &mut self,
        event: EventId,
        last: Option<&RefillResponse>,
    ) -> Result<Option<RefillRequest>> {
        let _ = (event, last, &self.conn);
        Err(EngineError::NotEnrolled)
    }
}
