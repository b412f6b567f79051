//! Entries of events their scanner was not certified for, once it is.

use rusqlite::Transaction;
use shared::entry::Entry;

use super::ingest::feeds_of;
use super::judge::judge_feed;
use super::ledger::Ledger;
use super::put::note_meaning;
use super::rows::{COLUMNS, LoggedRow};
use super::samples::trust;
use super::subject::Subject;
use crate::ingest::server_ms;
use crate::store::StoreError;

/// The scanner is certified for these events (doors) from now on: what it logged for them before counts after all.
pub(in crate::store::sqlite) fn adopt_strays(
    tx: &Transaction<'_>,
    organization: i64,
    scanner: i64,
    doors: &[i64],
    now: i64,
) -> Result<(), StoreError> {
    if doors.is_empty() {
        return Ok(());
    }
    let trust = trust(tx, organization)?;
    let mut ledger = Ledger::new(tx, organization, now);
    for feed in feeds_of(tx, scanner)? {
        let mut adopted = Vec::new();
        for door in doors {
            let sql = format!(
                "SELECT {COLUMNS} FROM entries e JOIN feeds f ON f.id = e.feed \
                 WHERE e.feed = ?1 AND e.door = ?2 AND e.stray = 1"
            );
            let mut query = tx.prepare_cached(&sql)?;
            let rows = query.query_and_then((feed.id, door), LoggedRow::read)?;
            adopted.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        for row in &mut adopted {
            let bytes: Vec<u8> =
                tx.prepare_cached("SELECT bytes FROM entries WHERE id = ?1")?.query_row([row.id], |row| row.get(0))?;
            let entry = Entry::read(&bytes).map_err(|_| StoreError::Impossible("entries.bytes"))?;
            let ticket = Subject::ticket_of(&mut ledger, &feed, &entry)?;
            // Taken out of the numbers as the stray it was; joining folds it anew.
            ledger.forget(row);
            let sql = "UPDATE entries SET stray = 0, ticket = ?2, label = 0, voided = 0 WHERE id = ?1";
            tx.prepare_cached(sql)?.execute((row.id, ticket))?;
            note_meaning(&mut ledger, &feed, row.id, &entry, server_ms(&entry, &trust))?;
            (row.entry, row.ticket, row.stray, row.label, row.voided) = (entry, ticket, false, None, false);
        }
        if !adopted.is_empty() {
            judge_feed(&mut ledger, &feed)?;
        }
        for row in &adopted {
            ledger.join(row)?;
        }
    }
    ledger.close()?;
    Ok(())
}
