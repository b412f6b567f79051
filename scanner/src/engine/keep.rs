//! Keeping an entry: the one place that writes rows of `entry`, for own and for others' entries.

use rusqlite::{Connection, OptionalExtension, params};
use shared::entry::{Action, Entry};
use shared::ids::{EntryId, TicketKey};
use shared::time::{Sample, TimeToken};
use shared::trust::Trust;

use super::db::{prefix, ticket_prefix, to_i64};
use super::error::Result;

/// Kind of entries that are kept and not understood.
pub(super) const NOT_UNDERSTOOD: u32 = 255;

/// `boot.last` while the boot's entries are being written here: each scan would have to raise it.
const OPEN: i64 = i64::MAX;

/// Where an entry goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) feed_ref: i64,
    pub(super) branch: i64,
    /// Whether this device writes the feed, and this entry now.
    pub(super) written_here: bool,
}

/// Keeps an entry with its exact bytes. Must run inside a write transaction.
pub(super) fn keep(conn: &Connection, trust: &Trust, place: Place, entry: &Entry, bytes: &[u8]) -> Result<()> {
    let boot_ref = boot(conn, place, entry)?;
    let (kind, ticket, target) = columns(entry);
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
        ticket.map(ticket_prefix),
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

fn boot(conn: &Connection, place: Place, entry: &Entry) -> Result<i64> {
    let (boot, seq) = (entry.raw.boot.0, to_i64(entry.raw.seq));
    let mut known = conn.prepare_cached(include_str!("sql/boot_of.sql"))?;
    if let Some(found) = known.query_row((place.feed_ref, boot, seq), |row| row.get(0)).optional()? {
        return Ok(found);
    }
    let last = if place.written_here { OPEN } else { seq };
    if place.written_here {
        let sql = "UPDATE boot SET last = ?1 - 1 WHERE feed_ref = ?2 AND last = ?3";
        conn.prepare_cached(sql)?.execute((seq, place.feed_ref, OPEN))?;
    }
    let mut statement = conn.prepare_cached(include_str!("sql/upsert_boot.sql"))?;
    Ok(statement.query_row(params![place.feed_ref, boot, seq, last], |row| row.get(0))?)
}

/// People an entry moves, signed; 0 if it is not known here.
fn effect_of(conn: &Connection, id: EntryId) -> Result<i64> {
    let mut statement = conn.prepare_cached(include_str!("sql/effect_of.sql"))?;
    Ok(statement.query_row((prefix(&id), id.0), |row| row.get(0)).optional()?.unwrap_or(0))
}
