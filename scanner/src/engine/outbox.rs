//! What the server does not have yet of the feeds this device writes, in batches.

use std::collections::BTreeMap;

use minicbor::bytes::ByteVec;
use rusqlite::Connection;
use shared::cose::{SigningKey, decode_all};
use shared::entry::Entry;
use shared::feed::{Batch, Head, MAX_BATCH_ENTRIES};
use shared::ids::{EntryId, Epoch, FeedId, ScannerId};

use super::context::Context;
use super::db::{to_i64, to_u64};
use super::error::Result;
use super::exchange::ExchangeLimits;
use super::report::Pending;

/// How often an entry that the server refuses is offered again at once (by itself) before it has to wait.
const MAX_TRIES: i64 = 3;
/// How long it waits then, in ms: what broke on the way is sent in the end, what is broken costs little.
const REFUSED_WAITS_MS: u64 = 10 * 60 * 1000;
/// What an entry costs in a message beside its bytes.
const ENTRY_FRAME_BYTES: usize = 4;

/// A feed this device writes or wrote for the organization it belongs to.
pub(super) struct OwnFeed {
    pub(super) feed_ref: i64,
    pub(super) feed: FeedId,
    pub(super) identity_ref: i64,
    scanner: ScannerId,
    epoch: Epoch,
    key: SigningKey,
    pub(super) end: Option<(u64, EntryId)>,
    kept: Option<Kept>,
}

/// What the present server database said of it last.
struct Kept {
    contiguous: u64,
    witnessed: u64,
    missing: Vec<(u64, u64)>,
}

/// Entries that were put into a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) feed_ref: i64,
    pub(super) first: u64,
    pub(super) last: u64,
}

/// What one message carries.
#[derive(Default)]
pub(super) struct Load {
    pub(super) batches: Vec<Batch>,
    pub(super) sent: Vec<Sent>,
    /// Entries whose stored bytes no longer fit their id.
    pub(super) damaged: Vec<(FeedId, u64)>,
    /// What is acknowledged of each own feed at this moment.
    pub(super) acknowledged: BTreeMap<i64, u64>,
    /// Something did not fit.
    pub(super) more: bool,
    pub(super) bytes: usize,
}

impl Load {
    pub(super) fn has_room(&self, limits: ExchangeLimits) -> bool {
        self.batches.len() < limits.batches && self.bytes < limits.bytes
    }
}

/// All own feeds, oldest first.
pub(super) fn own_feeds(conn: &Connection, context: &Context) -> Result<Vec<OwnFeed>> {
    let organization = context.me()?.organization();
    let store = context.store.unwrap_or_default();
    let mut statement = conn.prepare_cached(include_str!("sql/own_feeds.sql"))?;
    let rows = statement.query_map((organization.0, store.0), |row| {
        let id: Option<[u8; 32]> = row.get("contiguous_id")?;
        let end = id.map(EntryId).map(|id| row.get("contiguous").map(|seq| (to_u64(seq), id))).transpose()?;
        let contiguous: Option<i64> = row.get("acked")?;
        let missing: Option<Vec<u8>> = row.get("missing")?;
        let witnessed: Option<i64> = row.get("witnessed")?;
        Ok(OwnFeed {
            feed_ref: row.get("ref")?,
            feed: FeedId(row.get("id")?),
            identity_ref: row.get("identity_ref")?,
            scanner: ScannerId(row.get("scanner")?),
            epoch: Epoch(row.get("epoch")?),
            key: SigningKey::from_bytes(&row.get("secret")?),
            end,
            kept: contiguous.map(|contiguous| Kept {
                contiguous: to_u64(contiguous),
                witnessed: to_u64(witnessed.unwrap_or(0)),
                missing: missing.and_then(|bytes| decode_all(&bytes)).unwrap_or_default(),
            }),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl OwnFeed {
    /// How far the present server database keeps it, as far as is known here.
    pub(super) fn acknowledged(&self) -> u64 {
        self.kept.as_ref().map_or(0, |kept| kept.contiguous)
    }

    /// What the server lacks: the gaps it named, and what is above all it has seen.
    pub(super) fn lacking(&self) -> Vec<(u64, u64)> {
        let tip = self.end.map_or(0, |(seq, _)| seq);
        let Some(kept) = &self.kept else { return [(1, tip)].into_iter().filter(|(a, b)| a <= b).collect() };
        let above = if kept.missing.is_empty() { kept.contiguous } else { kept.witnessed.max(kept.contiguous) };
        let gaps = kept.missing.iter().map(|(from, to)| (*from, (*to).min(tip)));
        gaps.chain([(above.saturating_add(1), tip)]).filter(|(from, to)| from <= to).collect()
    }

    /// A signed head at any of its entries.
    pub(super) fn head(&self, seq: u64, id: EntryId) -> Vec<u8> {
        Head { scanner: self.scanner, epoch: self.epoch, feed: self.feed, seq, id }.sign(&self.key)
    }

    /// Adds what is lacking, as far as there is room.
    pub(super) fn load(&self, conn: &Connection, wall_ms: i64, limits: ExchangeLimits, load: &mut Load) -> Result<()> {
        let refused = refused(conn, self.feed, wall_ms)?;
        for (from, to) in self.lacking() {
            self.load_range(conn, (from, to), limits, &refused, load)?;
        }
        Ok(())
    }

    fn load_range(
        &self,
        conn: &Connection,
        (from, to): (u64, u64),
        limits: ExchangeLimits,
        refused: &BTreeMap<u64, Refusal>,
        load: &mut Load,
    ) -> Result<()> {
        let mut run = Run::default();
        let mut statement = conn.prepare_cached(include_str!("sql/entries_between.sql"))?;
        let mut rows = statement.query((self.feed_ref, to_i64(from), to_i64(to)))?;
        while let Some(row) = rows.next()? {
            let (seq, id, bytes): (i64, [u8; 32], Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (seq, id) = (to_u64(seq), EntryId(id));
            let Some(entry) = Entry::read(&bytes).ok().filter(|entry| entry.id == id) else {
                load.damaged.push((self.feed, seq));
                self.close(&mut run, load);
                continue;
            };
            let refusal = refused.get(&seq).copied();
            if refusal.is_some() || !run.takes(&entry) {
                self.close(&mut run, load);
            }
            if refusal == Some(Refusal::Waits) {
                continue;
            }
            if !load.has_room(limits) {
                load.more = true;
                break;
            }
            load.bytes += bytes.len() + ENTRY_FRAME_BYTES;
            run.push(seq, id, bytes);
            if refusal.is_some() {
                self.close(&mut run, load);
            }
        }
        self.close(&mut run, load);
        Ok(())
    }

    /// Ends a batch with a head of its own, so that whatever is wrong with the entry above does not touch it.
    fn close(&self, run: &mut Run, load: &mut Load) {
        let Some((last, id)) = run.last else { return };
        let run = std::mem::take(run);
        load.sent.push(Sent { feed_ref: self.feed_ref, first: run.first, last });
        load.batches.push(Batch { first: run.first, entries: run.entries, head: self.head(last, id) });
    }
}

/// Consecutive entries on their way into a batch.
#[derive(Default)]
struct Run {
    first: u64,
    last: Option<(u64, EntryId)>,
    entries: Vec<ByteVec>,
}

impl Run {
    /// Whether the entry follows the last one by number and by hash (in a forked feed it may not).
    fn takes(&self, entry: &Entry) -> bool {
        let follows = |(last, id)| entry.raw.seq == last + 1 && entry.raw.prev == Some(id);
        self.last.is_none_or(follows) && self.entries.len() < MAX_BATCH_ENTRIES
    }

    fn push(&mut self, seq: u64, id: EntryId, bytes: Vec<u8>) {
        if self.entries.is_empty() {
            self.first = seq;
        }
        self.last = Some((seq, id));
        self.entries.push(ByteVec::from(bytes));
    }
}

/// What to do with an entry that the server refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// Offer it once more, in a batch of its own.
    Alone,
    /// Not now.
    Waits,
}

/// Entries of a feed that the server refused.
fn refused(conn: &Connection, feed: FeedId, wall_ms: i64) -> Result<BTreeMap<u64, Refusal>> {
    let mut statement = conn.prepare_cached("SELECT seq, tries, at FROM trouble WHERE feed = ?1 AND seq > 0")?;
    let rows = statement.query_map([feed.0], |row| {
        let (tries, at): (i64, i64) = (row.get(1)?, row.get(2)?);
        let waits = tries >= MAX_TRIES && wall_ms.abs_diff(at) < REFUSED_WAITS_MS;
        Ok((to_u64(row.get(0)?), if waits { Refusal::Waits } else { Refusal::Alone }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Entries and people the server does not have yet.
pub(super) fn pending(conn: &Connection, context: &Context) -> Result<Pending> {
    let mut sum = Pending::default();
    if context.me.is_none() {
        return Ok(sum);
    }
    for feed in own_feeds(conn, context)? {
        for (from, to) in feed.lacking() {
            let mut statement = conn.prepare_cached(include_str!("sql/pending.sql"))?;
            let (entries, inward, outward): (i64, i64, i64) = statement
                .query_row((feed.feed_ref, to_i64(from), to_i64(to)), |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?;
            sum.entries += to_u64(entries);
            sum.people_in += to_u64(inward);
            sum.people_out += to_u64(outward);
        }
    }
    Ok(sum)
}
