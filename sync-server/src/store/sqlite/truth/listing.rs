//! Entries and conflicts in lists.

use rusqlite::{Row, Transaction, named_params};
use serde_json::json;
use shared::entry::Entry;
use shared::ids::{EntryId, EventId, ScannerId};
use shared::merge::Label;

use super::doors::raise;
use super::picture::seen;
use super::rows::{interval, row_of};
use crate::people::{Actor, Viewer};
use crate::projection::standing_from_number;
use crate::store::StoreError;
use crate::store::sqlite::device::scanner_is_seen;
use crate::store::sqlite::{Column, audit};
use crate::store::truth::{Acknowledge, Apart, ConflictQuery, ConflictRow, EntryQuery, EntryRow};

pub(super) fn entries(
    tx: &Transaction<'_>,
    viewer: Viewer,
    event: EventId,
    query: &EntryQuery,
) -> Result<Option<Vec<EntryRow>>, StoreError> {
    let Some(seen) = seen(tx, viewer, event)? else { return Ok(None) };
    let Some(door) = seen.door else { return Ok(Some(vec![])) };
    // One statement for each kind of list: the planner then uses the index that fits.
    let sql = if query.ticket.is_some() {
        include_str!("sql/entries_of_ticket.sql")
    } else {
        include_str!("sql/entries_of_door.sql")
    };
    let mut statement = tx.prepare_cached(sql)?;
    let params = named_params! {
        ":door": door, ":after": query.after, ":limit": query.limit,
        ":ticket": query.ticket.as_ref().map(|key| key.0.as_slice()),
        ":scanner": query.scanner.as_ref().map(|id| id.0.as_slice()),
        ":label": query.label.map(Label::number),
    };
    let rows = statement.query_and_then(params, entry_row)?;
    rows.collect::<Result<_, _>>().map(Some)
}

/// Entries of a scanner that are kept apart.
pub(super) fn apart(
    tx: &Transaction<'_>,
    viewer: Viewer,
    scanner: ScannerId,
    limit: u32,
) -> Result<Option<Apart>, StoreError> {
    if !scanner_is_seen(tx, viewer, scanner)? {
        return Ok(None);
    }
    let mut statement = tx.prepare_cached(include_str!("sql/entries_apart.sql"))?;
    let mut rows = statement.query(named_params! { ":scanner": scanner.0, ":limit": limit })?;
    let mut apart = Apart::default();
    while let Some(row) = rows.next()? {
        apart.count = row.number("all_of_them")?;
        apart.entries.push((row.id("event")?, entry_row(row)?));
    }
    Ok(Some(apart))
}

/// An entry with the columns of the lists of entries.
pub(in crate::store::sqlite) fn entry_row(row: &Row<'_>) -> Result<EntryRow, StoreError> {
    let bytes = row.get_ref("bytes")?.as_blob().map_err(|_| StoreError::Impossible("entries.bytes"))?;
    Ok(EntryRow {
        number: row.get("id")?,
        entry: Entry::read(bytes).map_err(|_| StoreError::Impossible("entries.bytes"))?,
        scanner: row.id("scanner")?,
        scanner_name: row.get("name")?,
        time: interval(row)?,
        standing: standing_from_number(row.get("standing")?).ok_or(StoreError::Impossible("entries.standing"))?,
        stray: row.get("stray")?,
        label: Label::from_number(row.number("label")?).ok_or(StoreError::Impossible("entries.label"))?,
        received: row.get("received")?,
    })
}

pub(super) fn conflicts(
    tx: &Transaction<'_>,
    viewer: Viewer,
    event: EventId,
    query: ConflictQuery,
) -> Result<Option<Vec<ConflictRow>>, StoreError> {
    let Some(seen) = seen(tx, viewer, event)? else { return Ok(None) };
    let Some(door) = seen.door else { return Ok(Some(vec![])) };
    let mut statement = tx.prepare_cached(include_str!("sql/conflicts.sql"))?;
    let params = named_params! {
        ":door": door, ":open": query.open, ":offset": query.offset, ":limit": query.limit,
        ":ticket": query.ticket.as_ref().map(|key| key.0.as_slice()),
    };
    let rows = statement.query_and_then(params, |row| conflict_row(tx, row))?;
    rows.collect::<Result<_, _>>().map(Some)
}

pub(super) fn conflicts_since(
    tx: &Transaction<'_>,
    viewer: Viewer,
    event: EventId,
    revision: i64,
    limit: u32,
) -> Result<Option<Vec<ConflictRow>>, StoreError> {
    let Some(seen) = seen(tx, viewer, event)? else { return Ok(None) };
    let Some(door) = seen.door else { return Ok(Some(vec![])) };
    let mut statement = tx.prepare_cached(include_str!("sql/conflicts_since.sql"))?;
    let params = named_params! { ":door": door, ":after": revision, ":limit": limit };
    let rows = statement.query_and_then(params, |row| conflict_row(tx, row))?;
    rows.collect::<Result<_, _>>().map(Some)
}

fn conflict_row(tx: &Transaction<'_>, row: &Row<'_>) -> Result<ConflictRow, StoreError> {
    let story: String = row.get("story")?;
    let story: shared::merge::Story =
        serde_json::from_str(&story).map_err(|_| StoreError::Impossible("conflicts.story"))?;
    let name = |feed: shared::ids::FeedId| -> Result<String, StoreError> {
        let sql = "SELECT s.name FROM feeds f JOIN scanners s ON s.id = f.scanner WHERE f.feed = ?1";
        Ok(tx.prepare_cached(sql)?.query_row([feed.0], |row| row.get(0))?)
    };
    let scanners = (story.first.as_ref().map(|first| name(first.feed)).transpose()?, name(story.second.feed)?);
    let note: Option<String> = row.get("note")?;
    let note = match note {
        Some(note) => Some((note, row.get("actor")?, row.get("noted")?)),
        None => None,
    };
    let (revision, told) = (row.get("revision")?, row.get("told")?);
    Ok(ConflictRow { entry: row.id("entry_id")?, story, revision, told, scanners, note })
}

pub(super) fn acknowledge(
    tx: &Transaction<'_>,
    actor: &Actor,
    viewer: Viewer,
    event: EventId,
    entry: EntryId,
    note: &str,
) -> Result<Acknowledge, StoreError> {
    let door = seen(tx, viewer, event)?.and_then(|seen| seen.door);
    let Some(door) = door else { return Ok(Acknowledge::NotFound) };
    let Some(row) = row_of(tx, &entry)? else { return Ok(Acknowledge::NotFound) };
    let written = tx.prepare_cached(include_str!("sql/conflict_note.sql"))?.execute(named_params! {
        ":door": door, ":entry": row, ":note": note, ":actor": actor.name, ":at": actor.at,
    })?;
    if written == 0 {
        return Ok(Acknowledge::NotFound);
    }
    raise(tx, door)?;
    let mut noted = tx.prepare_cached(include_str!("sql/conflict_noted.sql"))?;
    noted.execute(named_params! { ":door": door, ":entry": row })?;
    audit::note(tx, actor, "conflict.note", Some(&entry), Some(&json!({ "event": event, "note": note })))?;
    Ok(Acknowledge::Done)
}
