//! What only a supervisor's scanner may do: undo, and count people without a ticket.

use shared::ids::GateId;

use super::Engine;
use super::error::{EngineError, Result};
use super::outcome::{Recorded, UndoTarget};

impl Engine {
    /// Voids an entry of this or another scanner; an undo can be undone.
    pub fn undo(&mut self, target: &UndoTarget, operator: Option<&str>, reason: Option<&str>) -> Result<Recorded> {
        let _ = (target, operator, reason, &self.conn);
        Err(EngineError::NotEnrolled)
    }

    /// Counts `people` without a ticket: positive in through the gate, negative out.
    pub fn count(
        &mut self,
        people: i64,
        reason: &str,
        gate: Option<GateId>,
        operator: Option<&str>,
    ) -> Result<Recorded> {
        let _ = (people, reason, gate, operator, &self.conn);
        Err(EngineError::NotEnrolled)
    }
}
