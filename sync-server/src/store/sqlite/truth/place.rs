//! Where an entry is kept: its feed, and its place in it.

use rusqlite::{Row, Transaction};
use shared::entry::Entry;
use shared::ids::{EntryId, EventId, FeedId, ScannerId};
use shared::time::Interval;

use super::ledger::Ledger;
use super::put::put;
use super::rows::{LoggedRow, row_of};
use crate::ingest::Arrival;
use crate::store::StoreError;
use crate::store::sqlite::Column;

/// A feed and what is known of its scanner.
#[derive(Debug, Clone)]
pub(in crate::store::sqlite) struct FeedRow {
    pub(in crate::store::sqlite) id: i64,
    pub(in crate::store::sqlite) feed: FeedId,
    pub(in crate::store::sqlite) scanner: i64,
    pub(in crate::store::sqlite) scanner_id: ScannerId,
    pub(in crate::store::sqlite) witnessed: u64,
    pub(in crate::store::sqlite) forked: bool,
    pub(in crate::store::sqlite) revoked: bool,
    /// Within each boot its clock never fell, and no boot came back.
    pub(in crate::store::sqlite) steady: bool,
}

impl FeedRow {
    pub(in crate::store::sqlite) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            feed: row.id("feed")?,
            scanner: row.get("scanner")?,
            scanner_id: row.id("scanner_id")?,
            witnessed: row.number("witnessed")?,
            forked: row.get("forked")?,
            revoked: row.get::<_, Option<i64>>("revoked")?.is_some(),
            steady: row.get("steady")?,
        })
    }
}

/// What became of an arrival.
pub(super) enum Placing {
    /// It was there.
    Repeat,
    /// It is new; `fork` says whether it proves a second chain.
    New { row: Box<LoggedRow>, fork: bool },
}

/// Stores an entry that is not there yet, with the time that is given. Where it can be folded at once it is counted at once;
/// else when its group is folded.
pub(super) fn place(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    arrival: &Arrival,
    time: Option<Interval>,
) -> Result<Placing, StoreError> {
    let entry = &arrival.entry;
    let seq = number(entry.raw.seq)?;
    if is_held(ledger.tx, feed.id, seq, entry.id)? {
        return Ok(Placing::Repeat);
    }
    let branch = next_branch(ledger, feed.id, seq)?;
    // Nothing is learned of a fork that is known: somebody may have put thousands of entries at one place.
    let fork = branch > 0 || !feed.forked && breaks_chain(ledger, feed.id, seq, entry)?;
    let row = put(ledger, feed, arrival, time, branch)?;
    Ok(Placing::New { row: Box::new(row), fork })
}

/// Stores an entry that stands right above everything held of its feed: nothing can be there, and nothing can disagree.
pub(super) fn append(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    arrival: &Arrival,
    time: Option<Interval>,
) -> Result<LoggedRow, StoreError> {
    put(ledger, feed, arrival, time, 0)
}

pub(super) fn number(seq: u64) -> Result<i64, StoreError> {
    i64::try_from(seq).map_err(|_| StoreError::Impossible("entries.seq"))
}

/// Whether this very entry is kept at this place. Two or more stand there only in a forked feed; then it is found by its id,
/// as somebody may have put thousands there.
pub(super) fn is_held(tx: &Transaction<'_>, feed: i64, seq: i64, id: EntryId) -> Result<bool, StoreError> {
    let sql = "SELECT entry_id FROM entries WHERE feed = ?1 AND seq = ?2 ORDER BY branch LIMIT 2";
    let mut query = tx.prepare_cached(sql)?;
    let first: Vec<EntryId> =
        query.query_map((feed, seq), |row| Ok(EntryId(row.get(0)?)))?.collect::<Result<_, _>>()?;
    if first.contains(&id) || first.len() < 2 {
        return Ok(first.contains(&id));
    }
    let Some(row) = row_of(tx, &id)? else { return Ok(false) };
    let sql = "SELECT 1 FROM entries WHERE id = ?1 AND feed = ?2 AND seq = ?3";
    Ok(tx.prepare_cached(sql)?.exists((row, feed, seq))?)
}

/// The number of the next entry at a place: 0 for the first.
fn next_branch(ledger: &Ledger<'_>, feed: i64, seq: i64) -> Result<i64, StoreError> {
    let sql = "SELECT max(branch) FROM entries WHERE feed = ?1 AND seq = ?2";
    let last: Option<i64> = ledger.tx.prepare_cached(sql)?.query_row((feed, seq), |row| row.get(0))?;
    Ok(last.map_or(0, |last| last + 1))
}

/// Whether what is held before or after this entry belongs to another chain.
fn breaks_chain(ledger: &Ledger<'_>, feed: i64, seq: i64, entry: &Entry) -> Result<bool, StoreError> {
    let other = "SELECT 1 FROM entries WHERE feed = ?1 AND seq = ?2 AND entry_id IS NOT ?3";
    if ledger.tx.prepare_cached(other)?.exists((feed, seq - 1, entry.raw.prev.map(|prev| prev.0)))? {
        return Ok(true);
    }
    let mut query = ledger.tx.prepare_cached("SELECT bytes FROM entries WHERE feed = ?1 AND seq = ?2")?;
    let after = query.query_map((feed, seq + 1), |row| row.get::<_, Vec<u8>>(0))?;
    for bytes in after {
        let next = Entry::read(&bytes?).map_err(|_| StoreError::Impossible("entries.bytes"))?;
        if next.raw.prev != Some(entry.id) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The public id of a door's event.
pub(super) fn event_of(ledger: &Ledger<'_>, door: i64) -> Result<EventId, StoreError> {
    let mut query = ledger.tx.prepare_cached("SELECT event FROM doors WHERE id = ?1")?;
    query.query_row([door], |row| Ok(row.id("event")))?
}
