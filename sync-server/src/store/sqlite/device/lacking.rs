//! What a scanner lacks of the others' feeds, and what is wanted from it.

use std::collections::BTreeMap;

use minicbor::bytes::ByteVec;
use rusqlite::{OptionalExtension, Row, Transaction};
use shared::api::{FeedPosition, FeedWanted, MAX_BATCHES, MAX_MESSAGE_BYTES};
use shared::entry::Entry;
use shared::feed::{Batch, MAX_BATCH_ENTRIES};
use shared::ids::{EntryId, EventId, FeedId};

use crate::store::StoreError;
use crate::store::device::Exchange;
use crate::store::sqlite::{Column, truth};

/// Bytes of batches in one answer; leaves room for the acknowledgement and the rest.
const ANSWER_BYTES: usize = MAX_MESSAGE_BYTES / 2;

/// Most ranges asked for in one answer.
const MAX_WANTED: usize = 256;

pub(super) fn lacking(
    tx: &Transaction<'_>,
    organization: i64,
    event: EventId,
    have: &[FeedPosition],
    accept: u32,
) -> Result<Exchange, StoreError> {
    let door = truth::find_door(tx, organization, event)?;
    let feeds = door.map_or_else(|| Ok(vec![]), |door| feeds_of_door(tx, door))?;
    let positions: BTreeMap<FeedId, u64> = have.iter().map(|position| (position.feed, position.contiguous)).collect();
    let mut answer = Exchange { wanted: wanted(tx, organization, have)?, ..Exchange::default() };
    let mut left = Room { entries: usize::try_from(accept).unwrap_or(usize::MAX), bytes: ANSWER_BYTES };
    for feed in feeds {
        let mut next = positions.get(&feed.feed).copied().unwrap_or(0).saturating_add(1);
        while next <= feed.top {
            if left.entries == 0 || left.bytes == 0 || answer.batches.len() >= MAX_BATCHES {
                answer.more = accept > 0;
                break;
            }
            let Some(found) = batch_from(tx, feed.row, next, &mut left)? else { break };
            let skips = found.first > next;
            next = found.first + u64::try_from(found.entries.len()).unwrap_or(u64::MAX);
            answer.batches.push(found);
            if skips {
                // Beyond a gap everything would be sent again each time until it is filled: only a part of it is.
                break;
            }
        }
    }
    answer.refill = door.map_or(Ok(false), |door| wants_refill(tx, door))?;
    Ok(answer)
}

struct Room {
    entries: usize,
    bytes: usize,
}

struct Kept {
    row: i64,
    feed: FeedId,
    top: u64,
}

/// Feeds of the event's scanners, in the order in which they appeared.
fn feeds_of_door(tx: &Transaction<'_>, door: i64) -> Result<Vec<Kept>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/door_feeds.sql"))?;
    let rows = statement.query_and_then([door], |row| {
        Ok(Kept { row: row.get("id")?, feed: row.id("feed")?, top: row.number("top")? })
    })?;
    rows.collect()
}

/// A batch of what is held from `next` on: it ends at the highest signed head within reach.
fn batch_from(tx: &Transaction<'_>, feed: i64, next: u64, left: &mut Room) -> Result<Option<Batch>, StoreError> {
    let Some(start) = first_held(tx, feed, next)? else { return Ok(None) };
    let reach = u64::try_from(left.entries.min(MAX_BATCH_ENTRIES)).unwrap_or(u64::MAX);
    let Some(head) = head_within(tx, feed, start, start + reach - 1)? else { return Ok(None) };
    let mut entries: Vec<ByteVec> = Vec::new();
    let (mut seq, mut wanted) = (head.seq, Some(head.entry));
    while let Some(id) = wanted.filter(|_| seq >= start) {
        let Some(bytes) = bytes_of(tx, feed, seq, id)? else { break };
        wanted = Entry::read(&bytes).map_err(|_| StoreError::Impossible("entries.bytes"))?.raw.prev;
        entries.push(ByteVec::from(bytes));
        seq -= 1;
    }
    let size: usize = entries.iter().map(|bytes| bytes.len() + 4).sum();
    if size > left.bytes {
        return shorter(tx, feed, start, left, size);
    }
    left.entries = left.entries.saturating_sub(entries.len());
    left.bytes -= size;
    entries.reverse();
    let batch = Batch { first: seq + 1, entries, head: head.signed };
    Ok((!batch.entries.is_empty()).then_some(batch))
}

/// The same with half as many entries; nothing once that is nothing. What would not even fit into an answer of its own
/// (`size` bytes under one head: no honest scanner writes that) leaves the room to the feeds behind it.
fn shorter(
    tx: &Transaction<'_>,
    feed: i64,
    start: u64,
    left: &mut Room,
    size: usize,
) -> Result<Option<Batch>, StoreError> {
    let half = left.entries.min(MAX_BATCH_ENTRIES) / 2;
    if half == 0 {
        if size <= ANSWER_BYTES {
            left.bytes = 0;
        }
        return Ok(None);
    }
    let mut narrower = Room { entries: half, bytes: left.bytes };
    let found = batch_from(tx, feed, start, &mut narrower)?;
    left.entries = left.entries.saturating_sub(half - narrower.entries);
    left.bytes = narrower.bytes;
    Ok(found)
}

fn first_held(tx: &Transaction<'_>, feed: i64, next: u64) -> Result<Option<u64>, StoreError> {
    let Ok(next) = i64::try_from(next) else { return Ok(None) };
    let mut statement = tx.prepare_cached("SELECT min(seq) AS seq FROM entries WHERE feed = ?1 AND seq >= ?2")?;
    statement.query_row((feed, next), |row| Ok(row.optional_number("seq")))?
}

struct SignedHead {
    seq: u64,
    entry: EntryId,
    signed: Vec<u8>,
}

/// The highest head at most at `last`; if there is none, the lowest above, which is never far.
fn head_within(tx: &Transaction<'_>, feed: i64, first: u64, last: u64) -> Result<Option<SignedHead>, StoreError> {
    let bound = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
    let to_head = |row: &Row<'_>| -> Result<SignedHead, StoreError> {
        Ok(SignedHead { seq: row.number("seq")?, entry: row.id("entry_id")?, signed: row.get("signed")? })
    };
    let sql = "SELECT seq, entry_id, signed FROM heads WHERE feed = ?1 AND seq BETWEEN ?2 AND ?3 \
               ORDER BY seq DESC, id LIMIT 1";
    let mut statement = tx.prepare_cached(sql)?;
    let below = statement.query_row((feed, bound(first), bound(last)), |row| Ok(to_head(row))).optional()?;
    if let Some(found) = below {
        return found.map(Some);
    }
    let sql = "SELECT seq, entry_id, signed FROM heads WHERE feed = ?1 AND seq > ?2 ORDER BY seq, id LIMIT 1";
    let mut statement = tx.prepare_cached(sql)?;
    statement.query_row((feed, bound(last)), |row| Ok(to_head(row))).optional()?.transpose()
}

fn bytes_of(tx: &Transaction<'_>, feed: i64, seq: u64, id: EntryId) -> Result<Option<Vec<u8>>, StoreError> {
    let seq = i64::try_from(seq).map_err(|_| StoreError::Impossible("entries.seq"))?;
    let mut statement =
        tx.prepare_cached("SELECT bytes FROM entries WHERE feed = ?1 AND seq = ?2 AND entry_id = ?3")?;
    Ok(statement.query_row((feed, seq, id.0), |row| row.get(0)).optional()?)
}

/// What the asker says it holds and is not here. Of feeds that are not known at all, everything.
fn wanted(tx: &Transaction<'_>, organization: i64, have: &[FeedPosition]) -> Result<Vec<FeedWanted>, StoreError> {
    let mut wanted = Vec::new();
    for position in have.iter().filter(|position| position.contiguous > 0) {
        let runs = match truth::find_feed(tx, organization, position.feed)? {
            Some(feed) => truth::runs(tx, feed.id)?,
            None => vec![],
        };
        let mut from = 1;
        for (first, last) in runs.iter().chain([&(u64::MAX, u64::MAX)]) {
            let to = position.contiguous.min(first - 1);
            if from <= to && wanted.len() < MAX_WANTED {
                wanted.push(FeedWanted { feed: position.feed, from, to });
            }
            from = last.saturating_add(1);
        }
    }
    Ok(wanted)
}

/// Whether a scanner showed a manifest that is newer than ours, or there is none here at all.
fn wants_refill(tx: &Transaction<'_>, door: i64) -> Result<bool, StoreError> {
    let sql = "SELECT d.witnessed > coalesce(m.version, 0) FROM doors d LEFT JOIN manifests m ON m.door = d.id \
               WHERE d.id = ?1";
    Ok(tx.prepare_cached(sql)?.query_row([door], |row| row.get(0))?)
}
