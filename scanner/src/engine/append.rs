//! Writing this device's own feed: gapless, with a boot entry wherever one is due.

use rusqlite::{Connection, OptionalExtension, params};
use shared::clock::Reading;
use shared::entry::{Entry, Link, RawEntry, kind};
use shared::feed::{Tip, feed_id};
use shared::ids::{BootId, EntryId, Epoch, FeedId};

use super::SOFTWARE;
use super::context::{Context, Me, end_of};
use super::db::{to_i64, touch};
use super::error::{EngineError, Result, StoreError};
use super::keep::{Place, keep};

/// An entry that was just written; durable once its transaction commits.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) id: EntryId,
    pub(super) feed: FeedId,
    pub(super) seq: u64,
}

/// Writes one entry at the tip of this device's feed, after a boot entry if the device booted or the feed is new. Must
/// run inside a write transaction: the tip is read here.
pub(super) fn append(
    conn: &Connection,
    context: &Context,
    at: Reading,
    build: impl FnOnce(Link) -> RawEntry,
) -> Result<Written> {
    let me = context.me()?;
    let (feed_ref, feed) = context.feed()?;
    let tip = boot_if_due(conn, me, (feed_ref, feed), at)?;
    let raw = build(tip.next());
    let (_, entry) = put(conn, me, feed_ref, tip, &raw)?;
    Ok(Written { id: entry.id, feed, seq: entry.raw.seq })
}

/// Begins another feed of this device with this (random) epoch and its boot entry; the old feed is kept and still sent.
/// What was read of the context before no longer holds.
pub(super) fn begin_feed(conn: &Connection, me: &Me, epoch: Epoch, at: Reading) -> Result<()> {
    let feed = feed_id(&me.key.verifying_key().to_bytes(), epoch);
    conn.prepare_cached("INSERT INTO feed (id, scanner, epoch, identity_ref, contiguous) VALUES (?1, ?2, ?3, ?4, 0)")?
        .execute(params![feed.0, me.scanner.0, epoch.0, me.identity_ref])?;
    let feed_ref = conn.last_insert_rowid();
    conn.prepare_cached("UPDATE device SET feed_ref = ?1")?.execute([feed_ref])?;
    boot_if_due(conn, me, (feed_ref, feed), at)?;
    touch(conn)
}

fn boot_if_due(conn: &Connection, me: &Me, (feed_ref, feed): (i64, FeedId), at: Reading) -> Result<Tip> {
    let tip = Tip::new(feed, end_of(conn, feed_ref)?);
    if last_boot(conn, feed_ref, &tip)? == Some(at.boot) {
        return Ok(tip);
    }
    let boot = boot_entry(conn, me, feed_ref, tip.next(), at)?;
    Ok(put(conn, me, feed_ref, tip, &boot)?.0)
}

fn last_boot(conn: &Connection, feed_ref: i64, tip: &Tip) -> Result<Option<BootId>> {
    let Some((seq, _)) = tip.last() else { return Ok(None) };
    let mut statement = conn.prepare_cached(include_str!("sql/boot_at.sql"))?;
    let boot: Option<[u8; 8]> = statement.query_row((feed_ref, to_i64(seq)), |row| row.get(0)).optional()?;
    Ok(boot.map(BootId))
}

fn boot_entry(conn: &Connection, me: &Me, feed_ref: i64, link: Link, at: Reading) -> Result<RawEntry> {
    let epoch: [u8; 16] =
        conn.prepare_cached("SELECT epoch FROM feed WHERE ref = ?1")?.query_row([feed_ref], |row| row.get(0))?;
    Ok(RawEntry {
        scanner: Some(me.scanner),
        public: Some(me.key.verifying_key().to_bytes()),
        epoch: Some(Epoch(epoch)),
        software: Some(SOFTWARE.to_owned()),
        ..RawEntry::new(link, kind::BOOT, at)
    })
}

fn put(conn: &Connection, me: &Me, feed_ref: i64, tip: Tip, raw: &RawEntry) -> Result<(Tip, Entry)> {
    let bytes = raw.to_bytes();
    // Read back what is stored: what this device would not understand itself must not become an entry.
    let entry = Entry::read(&bytes).map_err(|error| EngineError::Store(StoreError::Damaged(error.to_string())))?;
    keep(conn, &me.trust, Place { feed_ref, branch: 0, written_here: true }, &entry, &bytes)?;
    conn.prepare_cached("UPDATE feed SET contiguous = ?1, contiguous_id = ?2 WHERE ref = ?3")?.execute(params![
        to_i64(raw.seq),
        entry.id.0,
        feed_ref
    ])?;
    Ok((tip.advance(&bytes), entry))
}
