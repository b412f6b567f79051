//! Use cases around counting by hand.

use async_trait::async_trait;
use shared::ids::EventId;

use super::StoreError;
use super::truth::EntryRow;
use crate::ingest::Ingested;
use crate::keys::KeyUse;
use crate::office::{Desk, NewCount};
use crate::people::{Actor, Viewer};

/// What became of counting.
#[derive(Debug, Clone)]
pub enum Count {
    /// It is in the log.
    Counted {
        /// As it stands there.
        row: Box<CountRow>,
        /// What storing it did; `None` for one that was sent before and counts already.
        ingested: Option<Box<Ingested>>,
    },
    /// No such event, or not one the viewer may see.
    NotFound,
    /// It is archived.
    Archived,
    /// The event has no such gate.
    NoSuchGate,
    /// Something else was counted under this request's id.
    AnotherCount,
    /// No key for this use signs now.
    NoKey(KeyUse),
}

/// People counted by hand, at the office or by a supervisor at a door.
#[derive(Debug, Clone)]
pub struct CountRow {
    /// The entry.
    pub row: EntryRow,
    /// It was at the office.
    pub at_office: bool,
}

/// Counting by hand.
#[async_trait]
pub trait OfficeStore {
    /// Writes a count to the office's feed and everything that follows from it, in one transaction; makes the office if the
    /// event has none that this database can write for.
    async fn count(
        &self,
        actor: Actor,
        viewer: Viewer,
        event: EventId,
        count: NewCount,
        desk: Desk,
    ) -> Result<Count, StoreError>;

    /// What was counted by hand, the last to arrive first; `None` if the viewer may not see the event.
    async fn counts(&self, viewer: Viewer, event: EventId, limit: u32) -> Result<Option<Vec<CountRow>>, StoreError>;
}
