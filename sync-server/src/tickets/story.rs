//! A ticket's whole story: what administrators did with it, and what happened to it at the doors.

use shared::ids::TicketKey;

use crate::people::Viewer;
use crate::store::tickets::TicketRecord;
use crate::store::truth::{ConflictQuery, ConflictRow, EntryQuery, EntryRow};
use crate::store::{Store, StoreError};

/// Most entries and most conflicts of one story; a ticket with more is nobody's.
pub const MOST: u32 = 500;

/// All of it.
#[derive(Debug, Clone)]
pub struct TicketStory {
    /// The ticket, the acts on it, and whether scanners know.
    pub record: TicketRecord,
    /// What was logged for it, in order of arrival; the first [`MOST`].
    pub entries: Vec<EntryRow>,
    /// Admissions too many.
    pub conflicts: Vec<ConflictRow>,
}

/// The story of a ticket, for an admin; `None` if there is no such ticket for them.
pub async fn story(store: &dyn Store, viewer: Viewer, key: TicketKey) -> Result<Option<TicketStory>, StoreError> {
    let Some(record) = store.ticket_record(viewer, key).await? else { return Ok(None) };
    let event = record.ticket.event;
    let wanted = EntryQuery { ticket: Some(key), limit: MOST, ..EntryQuery::default() };
    let entries = store.entries(viewer, event, wanted).await?.unwrap_or_default();
    let wanted = ConflictQuery { ticket: Some(key), limit: MOST, ..ConflictQuery::default() };
    let conflicts = store.conflicts(viewer, event, wanted).await?.unwrap_or_default();
    Ok(Some(TicketStory { record, entries, conflicts }))
}
