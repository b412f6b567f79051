//! Holding publications back in a database that was restored: scanners may know of changes that it has forgotten, and a
//! list made without them would undo them.

use rusqlite::{OptionalExtension, Row, Transaction};
use shared::ids::EventId;

use crate::store::StoreError;
use crate::store::manifest::{GRACE_MS, Hold};
use crate::store::sqlite::{Column, truth};

struct State {
    since: i64,
    heard: Option<i64>,
    newer: bool,
}

/// Why an event is held back now; `None` if it is not, or not any more.
pub(in crate::store::sqlite) fn hold(tx: &Transaction<'_>, door: i64, now: i64) -> Result<Option<Hold>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/hold.sql"))?;
    let found = statement.query_row([door], |row| {
        Ok(State { since: row.get("held")?, heard: row.get("heard")?, newer: row.get("newer")? })
    });
    let Some(state) = found.optional()? else { return Ok(None) };
    let waiting = waiting(tx, door)?;
    let until = state.heard.map(|heard| heard.saturating_add(GRACE_MS));
    let enough = waiting.is_empty() || until.is_some_and(|until| until <= now);
    if enough && !state.newer {
        return Ok(None);
    }
    Ok(Some(Hold { since: state.since, newer_shown: state.newer, waiting, until: until.filter(|_| !state.newer) }))
}

/// Names of the scanners that have not told yet which manifest they hold.
fn waiting(tx: &Transaction<'_>, door: i64) -> Result<Vec<String>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/hold_waiting.sql"))?;
    let names = statement.query_map([door], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// A scanner told which manifest of the event it holds, if any.
pub(in crate::store::sqlite) fn report(
    tx: &Transaction<'_>,
    organization: i64,
    event: EventId,
    scanner: i64,
    now: i64,
) -> Result<(), StoreError> {
    let Some(door) = truth::find_door(tx, organization, event)? else { return Ok(()) };
    if !tx.prepare_cached("SELECT 1 FROM doors WHERE id = ?1 AND held IS NOT NULL")?.exists([door])? {
        return Ok(());
    }
    let sql = "INSERT OR IGNORE INTO hold_reports (door, scanner) VALUES (?1, ?2)";
    if tx.prepare_cached(sql)?.execute((door, scanner))? > 0 {
        let sql = "UPDATE doors SET heard = coalesce(heard, ?2) WHERE id = ?1";
        tx.prepare_cached(sql)?.execute((door, now))?;
    }
    settle(tx, door, now)
}

/// A scanner enrolled here and now: it holds nothing that was forgotten, so nobody waits for it.
pub(in crate::store::sqlite) fn excuse(tx: &Transaction<'_>, scanner: i64) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO hold_reports (door, scanner) SELECT e.door, e.scanner FROM scanner_events e \
               JOIN doors d ON d.id = e.door WHERE e.scanner = ?1 AND d.held IS NOT NULL";
    tx.prepare_cached(sql)?.execute([scanner])?;
    Ok(())
}

/// Ends the hold once there is no reason left and a scanner was heard of.
pub(super) fn settle(tx: &Transaction<'_>, door: i64, now: i64) -> Result<(), StoreError> {
    let heard = tx.prepare_cached("SELECT 1 FROM hold_reports WHERE door = ?1")?.exists([door])?;
    if heard && hold(tx, door, now)?.is_none() {
        release(tx, door)?;
    }
    Ok(())
}

/// Ends the hold.
pub(super) fn release(tx: &Transaction<'_>, door: i64) -> Result<(), StoreError> {
    let sql = "UPDATE doors SET held = NULL, heard = NULL, restored_policy = NULL WHERE id = ?1 AND held IS NOT NULL";
    if tx.prepare_cached(sql)?.execute([door])? > 0 {
        tx.prepare_cached("DELETE FROM hold_reports WHERE door = ?1")?.execute([door])?;
    }
    Ok(())
}

/// All events that are held back now, with their holds.
pub(super) fn holds(tx: &Transaction<'_>, now: i64) -> Result<Vec<(EventId, Hold)>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/hold_list.sql"))?;
    let found = |row: &Row<'_>| -> Result<(i64, EventId), StoreError> { Ok((row.get("id")?, row.id("event")?)) };
    let mut holds = Vec::new();
    for row in statement.query_and_then([], found)? {
        let (door, event) = row?;
        if let Some(hold) = hold(tx, door, now)? {
            holds.push((event, hold));
        }
    }
    Ok(holds)
}
