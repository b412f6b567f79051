//! Passing on other scanners' entries to a server that lost them, with the heads they came with.

use std::collections::BTreeSet;

use minicbor::bytes::ByteVec;
use rusqlite::{Connection, OptionalExtension};
use shared::api::FeedWanted;
use shared::entry::{entry_id, prev_of};
use shared::feed::{Batch, MAX_BATCH_ENTRIES};
use shared::ids::EntryId;

use super::db::{to_i64, to_u64};
use super::error::Result;
use super::exchange::ExchangeLimits;
use super::outbox::{Load, OwnFeed};

/// Most heads that are looked at to find one above an entry: batches end at heads at most 500 entries apart, and of one
/// place there are as many as branches.
const MOST_HEADS: i64 = 1_024;

/// Adds what the server wants of a feed and its owner does not send by itself, as far as there is room: feeds of others, and
/// those branches of own feeds that this device did not write.
pub(super) fn forward(
    conn: &Connection,
    own: &[OwnFeed],
    wanted: FeedWanted,
    limits: ExchangeLimits,
    load: &mut Load,
) -> Result<()> {
    if let Some(id) = wanted.id {
        return chain_down(conn, own, wanted, id, limits, load);
    }
    let mut statement = conn.prepare_cached("SELECT ref FROM feed WHERE id = ?1 AND identity_ref IS NULL")?;
    let Some(feed_ref): Option<i64> = statement.query_row([wanted.feed.0], |row| row.get(0)).optional()? else {
        return Ok(());
    };
    let mut from = wanted.from.max(1);
    while from <= wanted.to {
        if !load.has_room(limits) {
            load.more = true;
            return Ok(());
        }
        let Some((seq, id, head)) = head_from(conn, feed_ref, from)? else { return Ok(()) };
        let entries = chain_below(conn, feed_ref, (seq, id), from)?;
        if !entries.is_empty() {
            load.bytes += entries.iter().map(|bytes| bytes.len()).sum::<usize>();
            let first = (seq + 1).saturating_sub(u64::try_from(entries.len()).unwrap_or(0));
            load.batches.push(Batch { first, entries, head });
        }
        from = seq + 1;
    }
    Ok(())
}

/// Sends the chain that leads to an entry, from there downwards.
fn chain_down(
    conn: &Connection,
    own: &[OwnFeed],
    wanted: FeedWanted,
    id: EntryId,
    limits: ExchangeLimits,
    load: &mut Load,
) -> Result<()> {
    let mut statement = conn.prepare_cached("SELECT ref FROM feed WHERE id = ?1")?;
    let found: Option<i64> = statement.query_row([wanted.feed.0], |row| row.get(0)).optional()?;
    let Some(feed_ref) = found else { return Ok(()) };
    let writer = own.iter().find(|feed| feed.feed_ref == feed_ref);
    let (mut at, from) = (Some((wanted.to, id)), wanted.from.max(1));
    let mut batches = Vec::new();
    while let Some(place) = at.filter(|(seq, _)| *seq >= from) {
        if load.batches.len() + batches.len() >= limits.batches || load.bytes >= limits.bytes {
            load.more = true;
            break;
        }
        let head = match writer {
            Some(feed) => Some((place.0, place.1, feed.head(place.0, place.1))),
            None => head_over(conn, feed_ref, place)?,
        };
        let Some((seq, id, head)) = head else { break };
        let entries = chain_below(conn, feed_ref, (seq, id), from)?;
        let Some(lowest) = entries.first() else { break };
        let first = (seq + 1).saturating_sub(u64::try_from(entries.len()).unwrap_or(0));
        at = prev_of(lowest).map(|prev| (first.saturating_sub(1), prev)).filter(|(below, _)| *below < place.0);
        load.bytes += entries.iter().map(|bytes| bytes.len()).sum::<usize>();
        batches.push(Batch { first, entries, head });
    }
    load.batches.extend(batches.into_iter().rev());
    Ok(())
}

/// The lowest stored head at or above an entry, on a chain that leads down to it.
fn head_over(conn: &Connection, feed_ref: i64, place: (u64, EntryId)) -> Result<Option<SignedHead>> {
    let mut statement = conn.prepare_cached(
        "SELECT seq, id, bytes FROM head WHERE feed_ref = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq, id LIMIT ?4",
    )?;
    let reach = place.0.saturating_add(MAX_BATCH_ENTRIES as u64);
    let rows = statement.query_map((feed_ref, to_i64(place.0), to_i64(reach), MOST_HEADS), |row| {
        Ok((to_u64(row.get(0)?), EntryId(row.get(1)?), row.get(2)?))
    })?;
    // Known not to lead there: each entry above is looked at once.
    let mut passed = BTreeSet::new();
    let mut below = conn.prepare_cached("SELECT bytes FROM entry WHERE feed_ref = ?1 AND seq = ?2 AND id = ?3")?;
    for head in rows {
        let head: SignedHead = head?;
        let mut at = (head.0, head.1);
        while at.0 > place.0 && passed.insert(at) {
            let bytes: Option<Vec<u8>> =
                below.query_row((feed_ref, to_i64(at.0), at.1.0), |row| row.get(0)).optional()?;
            let Some(prev) = bytes.and_then(|bytes| prev_of(&bytes)) else { break };
            at = (at.0 - 1, prev);
        }
        if at == place {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

type SignedHead = (u64, EntryId, Vec<u8>);

/// The lowest stored head at or above a place.
fn head_from(conn: &Connection, feed_ref: i64, from: u64) -> Result<Option<SignedHead>> {
    let mut statement = conn
        .prepare_cached("SELECT seq, id, bytes FROM head WHERE feed_ref = ?1 AND seq >= ?2 ORDER BY seq, id LIMIT 1")?;
    let found = statement
        .query_row((feed_ref, to_i64(from)), |row| Ok((to_u64(row.get(0)?), EntryId(row.get(1)?), row.get(2)?)));
    Ok(found.optional()?)
}

/// The entries from a head downwards to `from`, as long as each is held sound: what a receiver can authenticate.
fn chain_below(conn: &Connection, feed_ref: i64, head: (u64, EntryId), from: u64) -> Result<Vec<ByteVec>> {
    let mut statement = conn.prepare_cached("SELECT bytes FROM entry WHERE feed_ref = ?1 AND seq = ?2 AND id = ?3")?;
    let mut chain = Vec::new();
    let (mut seq, mut id) = head;
    while seq >= from && chain.len() < MAX_BATCH_ENTRIES {
        let bytes: Option<Vec<u8>> = statement.query_row((feed_ref, to_i64(seq), id.0), |row| row.get(0)).optional()?;
        let Some(bytes) = bytes.filter(|bytes| entry_id(bytes) == id) else { break };
        let prev = prev_of(&bytes);
        chain.push(ByteVec::from(bytes));
        let Some(prev) = prev else { break };
        (seq, id) = (seq - 1, prev);
    }
    chain.reverse();
    Ok(chain)
}
