//! What stays set between scans: event, gate, direction, operator.

use serde::Serialize;
use shared::entry::Direction;
use shared::ids::{EventId, GateId};

use super::Engine;
use super::error::{EngineError, Result};

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Event; `None` means the certificate's only one.
    pub event: Option<EventId>,
    /// Gate; `None` means the certificate's, or the event's only one.
    pub gate: Option<GateId>,
    /// Which way.
    pub direction: Direction,
    /// Who stands at the door.
    pub operator: Option<String>,
}

impl Engine {
    /// The settings in force.
    pub fn settings(&mut self) -> Result<Settings> {
        Err(EngineError::NotEnrolled)
    }

    /// Changes them. Event and gate must be ones this scanner may use.
    pub fn set_settings(&mut self, settings: &Settings) -> Result<()> {
        let _ = settings;
        Err(EngineError::NotEnrolled)
    }

    /// The event in use: the one set, else the certificate's only one.
    pub fn event(&mut self) -> Result<EventId> {
        Err(EngineError::NotEnrolled)
    }

    /// All events of the certificate.
    pub fn events(&mut self) -> Result<Vec<EventId>> {
        Err(EngineError::NotEnrolled)
    }
}
