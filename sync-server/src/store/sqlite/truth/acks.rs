//! How far a feed is kept: runs of held places, and what is acknowledged of them.

use rusqlite::{OptionalExtension, Transaction};
use shared::api::{Acked, MAX_MISSING_RANGES};
use shared::entry::prev_of;
use shared::ids::EntryId;

use super::place::FeedRow;
use crate::store::StoreError;
use crate::store::sqlite::Column;

/// Notes that everything from `first` to `last` is held; nothing above `first` was until now, but at `last + 1` and beyond.
pub(super) fn extend_runs(tx: &Transaction<'_>, feed: i64, first: u64, last: u64) -> Result<(), StoreError> {
    let number = |seq: u64| i64::try_from(seq).map_err(|_| StoreError::Impossible("runs.first"));
    let (first, last) = (number(first)?, number(last)?);
    let sql = "SELECT first, last FROM runs WHERE feed = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1";
    let below: Option<(i64, i64)> =
        tx.prepare_cached(sql)?.query_row((feed, first), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if below.is_some_and(|(_, end)| last <= end) {
        return Ok(());
    }
    let sql = "DELETE FROM runs WHERE feed = ?1 AND first = ?2 RETURNING last";
    let above: Option<i64> = tx.prepare_cached(sql)?.query_row((feed, last + 1), |row| row.get(0)).optional()?;
    let last = above.unwrap_or(last);
    if let Some((begin, _)) = below.filter(|(_, end)| end + 1 == first) {
        let mut update = tx.prepare_cached("UPDATE runs SET last = ?3 WHERE feed = ?1 AND first = ?2")?;
        update.execute((feed, begin, last))?;
    } else {
        let mut insert = tx.prepare_cached("INSERT INTO runs (feed, first, last) VALUES (?1, ?2, ?3)")?;
        insert.execute((feed, first, last))?;
    }
    Ok(())
}

/// The runs of a feed, in order.
pub(in crate::store::sqlite) fn runs(tx: &Transaction<'_>, feed: i64) -> Result<Vec<(u64, u64)>, StoreError> {
    let mut query = tx.prepare_cached("SELECT first, last FROM runs WHERE feed = ?1 ORDER BY first")?;
    let rows = query.query_map([feed], |row| Ok((row.number("first"), row.number("last"))))?;
    rows.map(|row| row.map_err(StoreError::from).and_then(|(first, last)| Ok((first?, last?)))).collect()
}

/// How far a feed is kept. `shown` is the highest entry the asker showed of it: in a forked feed its branch counts.
pub(in crate::store::sqlite) fn acked(
    tx: &Transaction<'_>,
    feed: &FeedRow,
    shown: Option<(u64, EntryId)>,
) -> Result<Acked, StoreError> {
    let runs = runs(tx, feed.id)?;
    let top = runs.last().map_or(0, |(_, last)| *last).max(feed.witnessed);
    let mut contiguous = runs.first().filter(|(first, _)| *first == 1).map_or(0, |(_, last)| *last);
    let mut missing = gaps(&runs, top);
    if feed.forked {
        (contiguous, missing) = along_branch(tx, feed.id, contiguous, shown)?;
    }
    let id = entry_at(tx, feed.id, contiguous, shown)?;
    missing.truncate(MAX_MISSING_RANGES);
    Ok(Acked { feed: feed.feed, contiguous, id, missing, witnessed: top, forked: feed.forked })
}

fn gaps(runs: &[(u64, u64)], top: u64) -> Vec<(u64, u64)> {
    let mut next = 1;
    let mut missing = Vec::new();
    for (first, last) in runs {
        if *first > next {
            missing.push((next, first - 1));
        }
        next = last + 1;
    }
    if next <= top {
        missing.push((next, top));
    }
    missing
}

/// In a forked feed the branch that leads to `shown` counts: kept up to there if it is held down to the first entry,
/// else up to the last place before the fork, and what lies between is asked for.
fn along_branch(
    tx: &Transaction<'_>,
    feed: i64,
    contiguous: u64,
    shown: Option<(u64, EntryId)>,
) -> Result<(u64, Vec<(u64, u64)>), StoreError> {
    let sql = "SELECT min(seq) AS seq FROM entries WHERE feed = ?1 AND branch > 0";
    let fork: Option<i64> = tx.prepare_cached(sql)?.query_row([feed], |row| row.get(0))?;
    let before_fork = fork.map_or(0, |seq| seq.unsigned_abs().saturating_sub(1)).min(contiguous);
    let Some((top, id)) = shown.filter(|(top, _)| *top > 0) else { return Ok((before_fork, vec![])) };
    let (mut seq, mut wanted) = (top, Some(id));
    while let Some(id) = wanted {
        let Some(entry) = bytes_of(tx, feed, seq, id)? else {
            // Something between the common part and here is not held.
            let from = before_fork.min(seq - 1) + 1;
            return Ok((from - 1, vec![(from, seq)]));
        };
        if seq <= before_fork.min(contiguous) {
            return Ok((top, vec![]));
        }
        wanted = prev_of(&entry);
        seq -= 1;
    }
    Ok((top, vec![]))
}

fn bytes_of(tx: &Transaction<'_>, feed: i64, seq: u64, id: EntryId) -> Result<Option<Vec<u8>>, StoreError> {
    let mut query = tx.prepare_cached("SELECT bytes FROM entries WHERE feed = ?1 AND seq = ?2 AND entry_id = ?3")?;
    // Nothing is kept beyond; somebody else's word may say so all the same.
    let Ok(seq) = i64::try_from(seq) else { return Ok(None) };
    Ok(query.query_row((feed, seq, id.0), |row| row.get(0)).optional()?)
}

/// Id of the entry at a place: the one shown if it stands there, else the first that arrived.
fn entry_at(
    tx: &Transaction<'_>,
    feed: i64,
    seq: u64,
    shown: Option<(u64, EntryId)>,
) -> Result<Option<EntryId>, StoreError> {
    let place = i64::try_from(seq).map_err(|_| StoreError::Impossible("entries.seq"))?;
    let mut query = tx.prepare_cached("SELECT entry_id FROM entries WHERE feed = ?1 AND seq = ?2 ORDER BY branch")?;
    let rows = query.query_map((feed, place), |row| Ok(row.id("entry_id")))?;
    let ids: Vec<EntryId> = rows.map(|row| row?).collect::<Result<_, StoreError>>()?;
    let own = shown.filter(|(at, id)| *at == seq && ids.contains(id)).map(|(_, id)| id);
    Ok(own.or(ids.first().copied()))
}
