//! Events as entries name them.

use rusqlite::{OptionalExtension, Transaction, named_params};
use shared::ids::EventId;

use crate::store::StoreError;

/// The row of an event as entries name it, if anything ever named it.
pub(in crate::store::sqlite) fn find_door(
    tx: &Transaction<'_>,
    organization: i64,
    event: EventId,
) -> Result<Option<i64>, StoreError> {
    let mut query = tx.prepare_cached("SELECT id FROM doors WHERE organization = ?1 AND event = ?2")?;
    Ok(query.query_row((organization, event.0), |row| row.get(0)).optional()?)
}

/// The row of an event as entries name it; made if there is none.
pub(in crate::store::sqlite) fn door_id(
    tx: &Transaction<'_>,
    organization: i64,
    event: EventId,
) -> Result<i64, StoreError> {
    if let Some(id) = find_door(tx, organization, event)? {
        return Ok(id);
    }
    let mut insert = tx.prepare_cached(include_str!("sql/door_insert.sql"))?;
    Ok(insert.insert(named_params! { ":organization": organization, ":event": event.0 })?)
}

/// Something that dashboards show has changed.
pub(in crate::store::sqlite) fn raise(tx: &Transaction<'_>, door: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE doors SET revision = revision + 1 WHERE id = ?1")?.execute([door])?;
    Ok(())
}
