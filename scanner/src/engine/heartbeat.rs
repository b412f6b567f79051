//! Telling the server how this scanner is, and taking a time sample from its answer.

use serde::Serialize;
use shared::api::{HeartbeatRequest, HeartbeatResponse, HeldManifest};
use shared::clock::Reading;

use super::Engine;
use super::error::{EngineError, Result};

/// A heartbeat to send, and when it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedHeartbeat {
    /// The message.
    pub request: HeartbeatRequest,
    /// All clocks at sending; set it again right before the bytes leave, the sample gets better.
    pub sent: Reading,
}

/// What came of a heartbeat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HeartbeatReport {
    /// A time sample was recorded.
    pub sampled: bool,
    /// A newer keyset was adopted.
    pub keyset_adopted: bool,
    /// A newer certificate was adopted.
    pub certificate_adopted: bool,
    /// What of the answer was not taken, and why.
    pub refused: Vec<String>,
    /// The server's database is another one than before: everything is sent again.
    pub rewound: bool,
    /// Newest manifests that are newer than those in force here: fetch them.
    #[serde(skip)]
    pub newer_manifests: Vec<HeldManifest>,
}

impl Engine {
    /// The next heartbeat. `battery` is in percent.
    pub fn heartbeat_request(&mut self, battery: Option<u8>) -> Result<AskedHeartbeat> {
        let _ = (battery, &self.conn);
        Err(EngineError::NotEnrolled)
    }

    /// Takes the answer to `asked`, which arrived when the clocks said `received`.
    pub fn apply_heartbeat(
        &mut self,
        asked: &AskedHeartbeat,
        received: Reading,
        response: &HeartbeatResponse,
    ) -> Result<HeartbeatReport> {
        let _ = (asked, received, response, &self.conn);
        Err(EngineError::NotEnrolled)
    }
}
