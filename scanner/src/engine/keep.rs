//! Keeping an entry: the one place that writes rows of `entry`, for own and for others' entries.

use rusqlite::{Connection, OptionalExtension, params};
use shared::entry::{Action, Entry};
use shared::ids::{EntryId, TicketKey};
use shared::time::{Sample, TimeToken};
use shared::trust::Trust;

use super::db::{prefix, to_i64};
use super::error::Result;

/// Kind of entries that are kept and not understood.
pub(super) const NOT_UNDERSTOOD: u32 = 255;

/// Where an entry goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) feed_ref: i64,
    pub(super) branch: i64,
}

/// Keeps an entry with its exact bytes. Must run inside a write transaction.
pub(super) fn keep(conn: &Connection, trust: &Trust, place: Place, entry: &Entry, bytes: &[u8]) -> Result<()> {
    let boot_ref = boot(conn, place.feed_ref, entry)?;
    let (kind, ticket, target) = columns(entry);
    let ticket_ref = ticket.map(|key| ticket_row(conn, key)).transpose()?;
    let effect = match (entry.movement(), target) {
        (Some(movement), _) => movement.bodies,
        (None, Some(target)) => -effect_of(conn, target)?,
        (None, None) => 0,
    };
    conn.prepare_cached(include_str!("sql/insert_entry.sql"))?.execute(params![
        place.feed_ref,
        to_i64(entry.raw.seq),
        place.branch,
        entry.id.0,
        prefix(&entry.id),
        boot_ref,
        kind,
        ticket_ref,
        target.map(|id| prefix(&id)),
        effect,
        bytes,
    ])?;
    let entry_ref = conn.last_insert_rowid();
    if let Action::Time { request, response, .. } = &entry.action {
        let server = verified(trust, entry);
        conn.prepare_cached("INSERT INTO sample VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            entry_ref,
            boot_ref,
            to_i64(*request),
            to_i64(*response),
            server
        ])?;
    }
    Ok(())
}

/// The server time (ms) a time entry carries, if a server key vouches for it.
fn verified(trust: &Trust, entry: &Entry) -> Option<i64> {
    let opened = |token: &[u8]| TimeToken::open(token, trust).ok().map(|token| token.server_ms);
    Sample::of(entry, opened).map(|sample| sample.server_ms)
}

/// Verifies all samples once more, because the keyset changed.
pub(super) fn verify_samples(conn: &Connection, trust: &Trust) -> Result<()> {
    let mut statement = conn.prepare_cached(
        "SELECT sample.entry_ref, sample.server, entry.bytes FROM sample JOIN entry ON entry.ref = sample.entry_ref",
    )?;
    let mut rows = statement.query([])?;
    let mut changed = Vec::new();
    while let Some(row) = rows.next()? {
        let (entry_ref, before, bytes): (i64, Option<i64>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let now = Entry::read(&bytes).ok().and_then(|entry| verified(trust, &entry));
        if now != before {
            changed.push((now, entry_ref));
        }
    }
    drop(rows);
    for (server, entry_ref) in changed {
        conn.prepare_cached("UPDATE sample SET server = ?1 WHERE entry_ref = ?2")?.execute((server, entry_ref))?;
    }
    Ok(())
}

fn columns(entry: &Entry) -> (u32, Option<TicketKey>, Option<EntryId>) {
    match &entry.action {
        Action::NotUnderstood => (NOT_UNDERSTOOD, None, None),
        // Its ticket is that of what it leads to; what it says itself is not believed.
        Action::Undo { target, .. } => (entry.raw.kind, None, Some(*target)),
        _ => (entry.raw.kind, entry.ticket(), None),
    }
}

fn boot(conn: &Connection, feed_ref: i64, entry: &Entry) -> Result<i64> {
    let mut statement = conn.prepare_cached(include_str!("sql/upsert_boot.sql"))?;
    Ok(statement.query_row(params![feed_ref, entry.raw.boot.0, to_i64(entry.raw.seq)], |row| row.get(0))?)
}

fn ticket_row(conn: &Connection, key: TicketKey) -> Result<i64> {
    if let Some(found) = ticket_ref(conn, key)? {
        return Ok(found);
    }
    conn.prepare_cached("INSERT INTO ticket (key) VALUES (?1)")?.execute([key.0])?;
    Ok(conn.last_insert_rowid())
}

/// The reference of a ticket that was ever shown.
pub(super) fn ticket_ref(conn: &Connection, key: TicketKey) -> Result<Option<i64>> {
    let mut statement = conn.prepare_cached("SELECT ref FROM ticket WHERE key = ?1")?;
    Ok(statement.query_row([key.0], |row| row.get(0)).optional()?)
}

/// People an entry moves, signed; 0 if it is not known here.
fn effect_of(conn: &Connection, id: EntryId) -> Result<i64> {
    let mut statement = conn.prepare_cached(include_str!("sql/effect_of.sql"))?;
    Ok(statement.query_row((prefix(&id), id.0), |row| row.get(0)).optional()?.unwrap_or(0))
}
