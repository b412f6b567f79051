//! Time samples whose worth changed: their key was withdrawn or came to be known, or their scanner was certified.

use std::collections::BTreeSet;

use rusqlite::Transaction;
use shared::entry::{Action, Entry, kind};
use shared::ids::OrganizationId;
use shared::trust::Trust;

use super::ingest::feed_by_row;
use super::judge::judge_feed;
use super::ledger::Ledger;
use super::put::note_meaning;
use crate::ingest::{CheckedBatch, server_ms};
use crate::store::StoreError;
use crate::store::sqlite::Column;
use crate::store::sqlite::device::authority;

/// What the organization (its row) verifies with now.
pub(super) fn trust(tx: &Transaction<'_>, organization: i64) -> Result<Trust, StoreError> {
    let sql = "SELECT organization FROM organizations WHERE id = ?1";
    let id: OrganizationId = tx.prepare_cached(sql)?.query_row([organization], |row| Ok(row.id("organization")))??;
    Ok(authority(tx, id)?.ok_or(StoreError::Impossible("keysets"))?.trust)
}

/// A batch whose time tokens were checked with a keyset that is not in force any more, checked with the one that is; `None` if
/// it need not be. Keys may be withdrawn while a batch waits for the writer.
pub(super) fn checked_again(
    tx: &Transaction<'_>,
    organization: i64,
    batch: &CheckedBatch,
) -> Result<Option<CheckedBatch>, StoreError> {
    if !batch.arrivals.iter().any(|arrival| matches!(arrival.entry.action, Action::Time { .. })) {
        return Ok(None);
    }
    let sql = "SELECT max(version) AS version FROM keysets WHERE organization = ?1";
    let version: u64 = tx.prepare_cached(sql)?.query_row([organization], |row| Ok(row.number("version")))??;
    if version == batch.keyset {
        return Ok(None);
    }
    let trust = trust(tx, organization)?;
    let mut batch = batch.clone();
    for arrival in &mut batch.arrivals {
        arrival.server_ms = server_ms(&arrival.entry, &trust);
    }
    Ok(Some(batch))
}

/// Verifies every sample of an organization once more, because a server key was withdrawn or learned.
pub(in crate::store::sqlite) fn verify_samples(
    tx: &Transaction<'_>,
    organization: i64,
    now: i64,
) -> Result<(), StoreError> {
    let trust = trust(tx, organization)?;
    let mut ledger = Ledger::new(tx, organization, now);
    let mut changed: BTreeSet<i64> = BTreeSet::new();
    for (id, feed, bytes, known) in time_entries(tx, organization)? {
        let entry = Entry::read(&bytes).map_err(|_| StoreError::Impossible("entries.bytes"))?;
        let server_ms = server_ms(&entry, &trust);
        if server_ms == known {
            continue;
        }
        tx.prepare_cached("DELETE FROM samples WHERE entry = ?1")?.execute([id])?;
        note_meaning(&mut ledger, &feed_by_row(tx, feed)?, id, &entry, server_ms)?;
        changed.insert(feed);
    }
    for feed in changed {
        judge_feed(&mut ledger, &feed_by_row(tx, feed)?)?;
    }
    ledger.close()?;
    Ok(())
}

type TimeEntry = (i64, i64, Vec<u8>, Option<i64>);

fn time_entries(tx: &Transaction<'_>, organization: i64) -> Result<Vec<TimeEntry>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/time_entries.sql"))?;
    let rows = statement.query_map((organization, kind::TIME), |row| {
        Ok((row.get("id")?, row.get("feed")?, row.get("bytes")?, row.get("server_ms")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
