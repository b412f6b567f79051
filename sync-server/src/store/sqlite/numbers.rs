//! Which numbers of an event are spent: borne once, or named by what scanners logged.

use rusqlite::{Connection, named_params};

use super::Column;
use super::error::StoreError;
use crate::events::{Part, Spent};

/// Spent numbers of an event, by its internal id; those of its present lists can be among them.
pub(super) fn spent(tx: &Connection, event: i64) -> Result<Spent, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/numbers_spent.sql"))?;
    let mut rows = statement.query(named_params! { ":event": event })?;
    let mut spent = Spent::default();
    while let Some(row) = rows.next()? {
        let part = match row.get("part")? {
            1 => Part::Zones,
            2 => Part::Gates,
            3 => Part::Products,
            _ => return Err(StoreError::Impossible("retired_numbers.part")),
        };
        spent.add(part, row.number("number")?, row.get("name")?);
    }
    Ok(spent)
}

/// Retires all numbers of an event; `revive` follows when its lists are written.
pub(super) fn retire(tx: &Connection, event: i64) -> Result<(), StoreError> {
    tx.prepare_cached(include_str!("sql/numbers_retire.sql"))?.execute(named_params! { ":event": event })?;
    Ok(())
}

/// What the event's lists hold is no longer retired.
pub(super) fn revive(tx: &Connection, event: i64) -> Result<(), StoreError> {
    tx.prepare_cached(include_str!("sql/numbers_in_use.sql"))?.execute(named_params! { ":event": event })?;
    Ok(())
}
