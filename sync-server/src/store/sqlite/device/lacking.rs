//! What a scanner lacks of the others' feeds, and what is wanted from it.

use std::collections::BTreeMap;

use minicbor::bytes::ByteVec;
use rusqlite::{OptionalExtension, Row, Transaction};
use shared::api::{FeedPosition, MAX_BATCHES, MAX_MESSAGE_BYTES};
use shared::entry::prev_of;
use shared::feed::{Batch, MAX_BATCH_ENTRIES};
use shared::ids::{EntryId, EventId, FeedId};

use super::branches::{self, Branches};
use super::wanted::wanted;
use crate::store::StoreError;
use crate::store::device::Exchange;
use crate::store::sqlite::{Column, truth};

/// Bytes of batches in one answer; leaves room for the acknowledgement and the rest.
const ANSWER_BYTES: usize = MAX_MESSAGE_BYTES / 2;

pub(super) fn lacking(
    tx: &Transaction<'_>,
    organization: i64,
    event: EventId,
    have: &[FeedPosition],
    accept: u32,
) -> Result<Exchange, StoreError> {
    let door = truth::find_door(tx, organization, event)?;
    let feeds = door.map_or_else(|| Ok(vec![]), |door| feeds_of_door(tx, door))?;
    let mut shown: BTreeMap<FeedId, Vec<FeedPosition>> = BTreeMap::new();
    for position in have {
        shown.entry(position.feed).or_default().push(*position);
    }
    let mut answer = Exchange { wanted: wanted(tx, organization, &shown)?, ..Exchange::default() };
    let mut left = Room { entries: usize::try_from(accept).unwrap_or(usize::MAX), bytes: ANSWER_BYTES };
    for feed in feeds {
        if left.is_full(&answer) {
            // Whether this one has anything is found out when there is room.
            answer.more = accept > 0;
            break;
        }
        let shown = shown.get(&feed.feed).map_or(&[][..], Vec::as_slice);
        if feed.forked || branches::contradicts(tx, feed.row, shown)? {
            let branches = Branches::of(tx, feed.row)?;
            offer_branches(tx, &feed, &branches, shown, &mut left, &mut answer)?;
        } else {
            offer_chain(tx, &feed, shown, &mut left, &mut answer)?;
        }
    }
    answer.more &= accept > 0;
    answer.refill = door.map_or(Ok(false), |door| wants_refill(tx, door))?;
    Ok(answer)
}

/// A feed that is one chain, perhaps with holes: what is held and not covered by what the asker shows.
fn offer_chain(
    tx: &Transaction<'_>,
    feed: &Kept,
    shown: &[FeedPosition],
    left: &mut Room,
    answer: &mut Exchange,
) -> Result<(), StoreError> {
    let covered = |seq: u64| {
        let over = shown.iter().filter(|p| p.from.unwrap_or(1) <= seq && seq <= p.contiguous);
        over.map(|position| position.contiguous).max()
    };
    let mut next = 1;
    while let Some(start) = first_held(tx, feed.row, next)? {
        if let Some(last) = covered(start) {
            next = last.saturating_add(1);
            continue;
        }
        if left.is_full(answer) {
            answer.more = true;
            return Ok(());
        }
        let Some(found) = batch_from(tx, feed.row, start, left)? else {
            answer.more |= left.bytes == 0;
            return Ok(());
        };
        next = found.first.saturating_add(u64::try_from(found.entries.len()).unwrap_or(u64::MAX)).max(start + 1);
        answer.batches.push(found);
    }
    Ok(())
}

/// A forked feed: of every branch what lies neither on nor below a shown one.
fn offer_branches(
    tx: &Transaction<'_>,
    feed: &Kept,
    branches: &Branches,
    shown: &[FeedPosition],
    left: &mut Room,
    answer: &mut Exchange,
) -> Result<(), StoreError> {
    for part in branches.lacking(shown) {
        if left.is_full(answer) {
            answer.more = true;
            return Ok(());
        }
        let mut entries = Vec::with_capacity(part.len());
        for (seq, id) in &part {
            entries.extend(bytes_of(tx, feed.row, *seq, *id)?.map(ByteVec::from));
        }
        let size: usize = entries.iter().map(|bytes| bytes.len() + ENTRY_FRAME_BYTES).sum();
        let (Some((first, _)), Some((seq, id))) = (part.first(), part.last()) else { continue };
        if size > left.bytes && size <= ANSWER_BYTES {
            (left.bytes, answer.more) = (0, true);
            return Ok(());
        }
        let Some(head) = branches::signed_head(tx, feed.row, *seq, *id)? else { continue };
        left.entries = left.entries.saturating_sub(entries.len());
        left.bytes = left.bytes.saturating_sub(size);
        answer.batches.push(Batch { first: *first, entries, head });
    }
    Ok(())
}

/// What an entry costs in a message beside its bytes.
const ENTRY_FRAME_BYTES: usize = 4;

struct Room {
    entries: usize,
    bytes: usize,
}

impl Room {
    fn is_full(&self, answer: &Exchange) -> bool {
        self.entries == 0 || self.bytes == 0 || answer.batches.len() >= MAX_BATCHES
    }
}

struct Kept {
    row: i64,
    feed: FeedId,
    forked: bool,
}

/// Feeds of the event's scanners, in the order in which they are offered.
fn feeds_of_door(tx: &Transaction<'_>, door: i64) -> Result<Vec<Kept>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/door_feeds.sql"))?;
    let rows = statement.query_and_then([door], |row| {
        Ok(Kept { row: row.get("id")?, feed: row.id("feed")?, forked: row.get("forked")? })
    })?;
    rows.collect()
}

/// A batch of what is held from `start` on: it ends at the highest signed head within reach, and below the next hole: from
/// a head above that nothing leads down to `start`.
fn batch_from(tx: &Transaction<'_>, feed: i64, start: u64, left: &mut Room) -> Result<Option<Batch>, StoreError> {
    let reach = u64::try_from(left.entries.min(MAX_BATCH_ENTRIES)).unwrap_or(u64::MAX);
    let top = (start + reach - 1).min(end_of_run(tx, feed, start)?);
    let Some(head) = head_within(tx, feed, start, top)? else { return Ok(None) };
    let mut entries: Vec<ByteVec> = Vec::new();
    let (mut seq, mut wanted) = (head.seq, Some(head.entry));
    while let Some(id) = wanted.filter(|_| seq >= start) {
        let Some(bytes) = bytes_of(tx, feed, seq, id)? else { break };
        wanted = prev_of(&bytes);
        entries.push(ByteVec::from(bytes));
        seq -= 1;
    }
    let size: usize = entries.iter().map(|bytes| bytes.len() + ENTRY_FRAME_BYTES).sum();
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

/// The last entry up to which everything from `seq` on is held.
fn end_of_run(tx: &Transaction<'_>, feed: i64, seq: u64) -> Result<u64, StoreError> {
    let at = i64::try_from(seq).map_err(|_| StoreError::Impossible("runs.first"))?;
    let sql = "SELECT last FROM runs WHERE feed = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1";
    let mut statement = tx.prepare_cached(sql)?;
    let last = statement.query_row((feed, at), |row| Ok(row.number("last"))).optional()?;
    Ok(last.transpose()?.unwrap_or(seq).max(seq))
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

/// Whether a scanner showed a manifest that is newer than ours, or there is none here at all.
fn wants_refill(tx: &Transaction<'_>, door: i64) -> Result<bool, StoreError> {
    let sql = "SELECT d.witnessed > coalesce(m.version, 0) FROM doors d LEFT JOIN manifests m ON m.door = d.id \
               WHERE d.id = ?1";
    Ok(tx.prepare_cached(sql)?.query_row([door], |row| row.get(0))?)
}
