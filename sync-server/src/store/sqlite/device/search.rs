//! Finding tickets by attendee, for supervisors.

use rusqlite::{Row, Transaction, named_params};
use shared::api::SearchHit;
use shared::ids::{EventId, ProductId};
use shared::manifest::TicketState;

use crate::store::StoreError;
use crate::store::sqlite::Column;

pub(super) fn search(
    tx: &Transaction<'_>,
    organization: i64,
    event: EventId,
    query: &str,
    limit: u32,
) -> Result<Vec<SearchHit>, StoreError> {
    let escaped = query.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let mut statement = tx.prepare_cached(include_str!("sql/search.sql"))?;
    let params = named_params! {
        ":organization": organization, ":event": event.0, ":like": format!("%{escaped}%"), ":limit": limit,
    };
    let rows = statement.query_and_then(params, hit)?;
    rows.collect()
}

fn hit(row: &Row<'_>) -> Result<SearchHit, StoreError> {
    let state = match row.get("state")? {
        0 => TicketState::Valid,
        1 => TicketState::Canceled,
        2 => TicketState::Blocked,
        3 => TicketState::Unpaid,
        _ => return Err(StoreError::Impossible("tickets.state")),
    };
    Ok(SearchHit {
        ticket: row.id("ticket_key")?,
        name: row.get::<_, Option<String>>("attendee")?.unwrap_or_default(),
        product: ProductId(row.number("product")?),
        state,
        admits: row.number("admits")?,
        inside: row.number("inside")?,
        reference: row.get("reference")?,
    })
}
