//! Passing on other scanners' entries to a server that lost them, with the heads they came with.

use minicbor::bytes::ByteVec;
use rusqlite::{Connection, OptionalExtension};
use shared::api::FeedWanted;
use shared::entry::{Entry, entry_id};
use shared::feed::{Batch, MAX_BATCH_ENTRIES};
use shared::ids::EntryId;

use super::db::{to_i64, to_u64};
use super::error::Result;
use super::exchange::ExchangeLimits;
use super::outbox::Load;

/// Adds what the server wants of a feed this device does not write itself, as far as there is room.
pub(super) fn forward(conn: &Connection, wanted: FeedWanted, limits: ExchangeLimits, load: &mut Load) -> Result<()> {
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
        let prev = Entry::read(&bytes).ok().and_then(|entry| entry.raw.prev);
        chain.push(ByteVec::from(bytes));
        let Some(prev) = prev else { break };
        (seq, id) = (seq - 1, prev);
    }
    chain.reverse();
    Ok(chain)
}
