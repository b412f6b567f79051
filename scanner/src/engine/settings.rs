//! What stays set between scans: event, gate, direction, operator.

use serde::Serialize;
use shared::entry::Direction;
use shared::ids::{EventId, GateId};

use super::Engine;
use super::context::current;
use super::db::{begin, touch};
use super::error::{EngineError, Result};
use super::scan::check_texts;

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
        Ok(current(&self.conn, &mut self.context)?.settings.clone())
    }

    /// Changes them. Event and gate must be ones this scanner may use; a gate is checked once the event's list is here.
    pub fn set_settings(&mut self, settings: &Settings) -> Result<()> {
        check_texts(None, settings.operator.as_deref())?;
        let tx = begin(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let events = &context.me()?.certificate.events;
        if let Some(event) = settings.event.filter(|event| !events.contains(event)) {
            return Err(EngineError::ForeignEvent(event));
        }
        let event = settings.event.or_else(|| context.event().ok());
        if let (Some(gate), Some(force)) = (settings.gate, event.and_then(|event| context.force.get(&event))) {
            context.gate(force.policy(), Some(gate))?;
        }
        tx.prepare_cached("UPDATE device SET event = ?1, gate = ?2, direction = ?3, operator = ?4")?.execute((
            settings.event.map(|event| event.0),
            settings.gate.map(|gate| gate.0),
            if settings.direction == Direction::Exit { 2 } else { 1 },
            &settings.operator,
        ))?;
        touch(&tx)?;
        tx.commit()?;
        Ok(())
    }

    /// The event in use: the one set, else the certificate's only one.
    pub fn event(&mut self) -> Result<EventId> {
        current(&self.conn, &mut self.context)?.event()
    }

    /// The name of an event; absent until its ticket list has arrived.
    pub fn event_name(&mut self, event: EventId) -> Result<Option<String>> {
        Ok(current(&self.conn, &mut self.context)?.force.get(&event).map(|force| force.policy().name.clone()))
    }

    /// All events of the certificate.
    pub fn events(&mut self) -> Result<Vec<EventId>> {
        Ok(current(&self.conn, &mut self.context)?.me()?.certificate.events.clone())
    }
}
