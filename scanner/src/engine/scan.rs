//! The way of a scan: read, look up, judge, record in one commit, answer.

use super::Engine;
use super::error::{EngineError, Result};
use super::outcome::{Outcome, ScanRequest};

impl Engine {
    /// Judges a code and records the answer. Returns only after the commit: what it says is durable (I1).
    pub fn scan(&mut self, scan: &ScanRequest) -> Result<Outcome> {
        let _ = (scan, &self.conn);
        Err(EngineError::NotEnrolled)
    }
}
