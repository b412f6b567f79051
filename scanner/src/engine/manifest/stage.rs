//! Collecting the parts of a list beside the one in force.

use rusqlite::{Connection, OptionalExtension, params};
use shared::api::BucketPart;
use shared::clock::Reading;
use shared::cose::peek;
use shared::ids::EventId;
use shared::manifest::{BUCKET_HASH_LEN, BucketHasher, Header, check_bucket, digest, open_for_adoption};
use shared::time::Window;

use crate::engine::Engine;
use crate::engine::context::{Context, current};
use crate::engine::db::{begin, to_i64};
use crate::engine::error::{Result, StoreError};
use crate::engine::report::StagingFacts;
use crate::engine::times::now;

/// Rows that say which parts are here already, written in one transaction.
const KNOWN_A_STEP: usize = 512;
/// Bytes of parts after which a transaction is ended.
const BYTES_A_STEP: usize = 256 * 1024;

/// A verified header whose parts are being collected.
pub(super) struct Staged {
    pub(super) list_ref: i64,
    pub(super) header: Header,
}

/// The list being collected for an event.
pub(super) fn staged(conn: &Connection, event: EventId) -> Result<Option<Staged>> {
    let mut statement = conn.prepare_cached("SELECT ref, header FROM list WHERE event = ?1 AND state = 0")?;
    let found: Option<(i64, Vec<u8>)> =
        statement.query_row([event.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((list_ref, bytes)) = found else { return Ok(None) };
    let header = peek(&bytes).ok_or_else(|| StoreError::Damaged("a staged list's header cannot be read".to_owned()))?;
    Ok(Some(Staged { list_ref, header }))
}

/// Parts that are not here yet, in order.
pub(super) fn missing(conn: &Connection, staged: &Staged) -> Result<Vec<u32>> {
    let mut statement = conn.prepare_cached("SELECT bucket FROM list_bucket WHERE list_ref = ?1 ORDER BY bucket")?;
    let here = statement.query_map([staged.list_ref], |row| row.get::<_, u32>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok((0..staged.header.buckets()).filter(|bucket| here.binary_search(bucket).is_err()).collect())
}

/// Checks a signed header against what is in force and the time (invariant I5).
pub(super) fn check_header(
    conn: &Connection,
    context: &Context,
    event: EventId,
    bytes: &[u8],
    at: Reading,
) -> Result<Header> {
    let force = context.force.get(&event);
    let now = now(conn, context, at, force.map(|force| Window::of(force.policy())))?;
    // With a sample the earliest time it can be; without, the wall clock is all there is.
    let now_ms = if now.uncertain { now.at } else { now.lo };
    Ok(open_for_adoption(bytes, &context.me()?.trust, event, context.held(event), now_ms)?)
}

impl Engine {
    /// Checks a signed header (invariant I5) and begins to collect its parts; those that are here already count at once.
    pub(super) fn open_list(&mut self, event: EventId, bytes: &[u8]) -> Result<Staged> {
        let at = self.clock.read();
        let context = current(&self.conn, &mut self.context)?;
        let header = check_header(&self.conn, &context, event, bytes, at)?;
        let tx = begin(&mut self.conn)?;
        let open: Option<(i64, [u8; 16])> = tx
            .query_row("SELECT ref, digest FROM list WHERE event = ?1 AND state = 0", [event.0], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let list_ref = match open {
            Some((list_ref, same)) if same == digest(bytes).0 => list_ref,
            _ => {
                tx.execute("UPDATE list SET state = 2 WHERE event = ?1 AND state = 0", [event.0])?;
                tx.execute(
                    "INSERT INTO list (event, version, digest, header, state) VALUES (?1, ?2, ?3, ?4, 0)",
                    params![event.0, to_i64(header.version), digest(bytes).0, bytes],
                )?;
                tx.last_insert_rowid()
            }
        };
        tx.commit()?;
        let staged = Staged { list_ref, header };
        self.link_known(&staged)?;
        Ok(staged)
    }

    /// Parts whose hash is here already, from the list in force or a download that broke off, and empty ones.
    fn link_known(&mut self, staged: &Staged) -> Result<()> {
        for some in missing(&self.conn, staged)?.chunks(KNOWN_A_STEP) {
            let tx = begin(&mut self.conn)?;
            for bucket in some {
                let Some(hash) = staged.header.bucket_hash(*bucket) else { continue };
                if hash == BucketHasher::new(staged.header.event, *bucket).finish() {
                    put(&tx, staged, *bucket, hash, &[])?;
                    continue;
                }
                tx.prepare_cached("INSERT OR IGNORE INTO list_bucket SELECT ?1, ?2, ref FROM bucket WHERE hash = ?3")?
                    .execute(params![staged.list_ref, bucket, hash])?;
            }
            tx.commit()?;
        }
        Ok(())
    }

    /// Checks each part against its signed hash and keeps it; one that is wrong costs itself only and is named.
    pub(super) fn stage_parts(&mut self, staged: &Staged, parts: &[BucketPart]) -> Result<()> {
        let mut outcome = Ok(());
        let mut good = Vec::new();
        for part in parts {
            match check_bucket(&staged.header, part.bucket, part.records.iter().map(|record| &record[..])) {
                Ok(_) => {
                    let records = part.records.iter().flat_map(|record| record.iter().copied()).collect();
                    good.push((part.bucket, records));
                }
                Err(error) => outcome = Err(error.into()),
            }
        }
        self.keep_parts(staged, &good)?;
        outcome
    }

    /// Keeps parts that fit their signed hashes, in transactions short enough for a scan to wait for.
    pub(super) fn keep_parts(&mut self, staged: &Staged, parts: &[(u32, Vec<u8>)]) -> Result<()> {
        let mut rest = parts;
        while !rest.is_empty() {
            let tx = begin(&mut self.conn)?;
            let mut written = 0;
            while let [(bucket, records), next @ ..] = rest {
                if let Some(hash) = staged.header.bucket_hash(*bucket) {
                    put(&tx, staged, *bucket, hash, records)?;
                }
                rest = next;
                written += records.len();
                if written >= BYTES_A_STEP {
                    break;
                }
            }
            tx.commit()?;
        }
        Ok(())
    }
}

fn put(conn: &Connection, staged: &Staged, bucket: u32, hash: [u8; BUCKET_HASH_LEN], records: &[u8]) -> Result<()> {
    conn.prepare_cached("INSERT OR IGNORE INTO bucket (hash, records) VALUES (?1, ?2)")?.execute((hash, records))?;
    conn.prepare_cached("INSERT OR IGNORE INTO list_bucket SELECT ?1, ?2, ref FROM bucket WHERE hash = ?3")?
        .execute(params![staged.list_ref, bucket, hash])?;
    Ok(())
}

/// The download under way for an event, in numbers.
pub(in crate::engine) fn staging(conn: &Connection, event: EventId) -> Result<Option<StagingFacts>> {
    let Some(staged) = staged(conn, event)? else { return Ok(None) };
    let total = staged.header.buckets();
    let open = u32::try_from(missing(conn, &staged)?.len()).unwrap_or(u32::MAX);
    Ok(Some(StagingFacts { version: staged.header.version, have: total.saturating_sub(open), total }))
}
