//! What is known of a ticket.

use rusqlite::{OptionalExtension, Transaction};
use shared::ids::{EventId, TicketKey};

use crate::store::StoreError;
use crate::store::device::TicketHistory;
use crate::store::sqlite::truth;

/// Most entries of one ticket that a confirmation holds; the newest.
const MAX_HISTORY: i64 = 200;

pub(super) fn ticket_history(
    tx: &Transaction<'_>,
    organization: i64,
    event: EventId,
    ticket: TicketKey,
) -> Result<TicketHistory, StoreError> {
    let sql = "SELECT t.id FROM ticket_states t JOIN doors d ON d.id = t.door \
               WHERE d.organization = ?1 AND d.event = ?2 AND t.ticket_key = ?3";
    let found: Option<i64> =
        tx.prepare_cached(sql)?.query_row((organization, event.0, ticket.0), |row| row.get(0)).optional()?;
    let Some(ticket) = found else { return Ok(vec![]) };
    let mut statement = tx.prepare_cached(include_str!("sql/history.sql"))?;
    let rows = statement
        .query_and_then((ticket, MAX_HISTORY), |row| Ok::<_, StoreError>((row.get("bytes")?, truth::interval(row)?)))?;
    let mut history: TicketHistory = rows.collect::<Result<_, _>>()?;
    history.reverse();
    Ok(history)
}
