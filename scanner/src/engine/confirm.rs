//! Asking a connected server before deciding (PROTOCOL.md section 8).

use shared::api::{ConfirmRequest, ConfirmResponse};
use shared::entry::Entry;
use shared::ids::{GateId, TicketKey};
use shared::time::Interval;

use super::Engine;
use super::error::{EngineError, Result};
use super::outcome::ScanRequest;

/// A server's word on a ticket, with signature, nonce and ticket checked.
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedConfirmation {
    pub(super) ticket: TicketKey,
    pub(super) entries: Vec<(Entry, Interval)>,
    pub(super) granted: bool,
    pub(super) held_at: Option<GateId>,
}

impl VerifiedConfirmation {
    /// Whether the ticket is reserved for this scanner.
    pub fn granted(&self) -> bool {
        self.granted
    }
}

impl Engine {
    /// What to ask the server before judging this scan; `None` where its word could not change the answer (a repeat, an
    /// exit, a code that is none, a ticket that is refused anyway).
    pub fn needs_confirmation(&mut self, scan: &ScanRequest) -> Result<Option<ConfirmRequest>> {
        let _ = (scan, &self.conn);
        Err(EngineError::NotEnrolled)
    }

    /// Checks the server's answer to `request`.
    pub fn verify_confirmation(
        &mut self,
        request: &ConfirmRequest,
        response: &ConfirmResponse,
    ) -> Result<VerifiedConfirmation> {
        let _ = (request, response, &self.conn);
        Err(EngineError::NotEnrolled)
    }
}
