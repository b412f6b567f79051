//! Keeping what other scanners wrote: authentic entries only, and each of those.

use rusqlite::{Connection, OptionalExtension, params};
use shared::clock::{Entropy, Reading};
use shared::cose::VerifyingKey;
use shared::entry::prev_of;
use shared::feed::{Authentic, Batch, Checked, Head, feed_id};
use shared::ids::EntryId;

use super::ack::{contradicts, new_epoch};
use super::context::{Context, end_of, fresh};
use super::db::{to_i64, to_u64};
use super::error::Result;
use super::exchange::{ExchangeReport, Refused};
use super::keep::{Place, keep};

/// Checks a batch with the key of the scanner it names. What is wrong goes into the report.
pub(super) fn authenticate(conn: &Connection, batch: &Batch, report: &mut ExchangeReport) -> Result<Option<Checked>> {
    let Some(head) = Head::peek(&batch.head) else {
        report.refused.push(Refused { feed: None, seq: 0, why: "the batch has no readable head".to_owned() });
        return Ok(None);
    };
    let Some(key) = key_of(conn, &head)? else {
        report.unknown_scanners = true;
        let why = format!("scanner {} is not in any ticket list here yet", head.scanner);
        report.refused.push(Refused { feed: Some(head.feed), seq: 0, why });
        return Ok(None);
    };
    match batch.authenticate(head.scanner, &key) {
        Ok(checked) => {
            let faults = checked.faults.iter();
            report.refused.extend(faults.map(|(seq, fault)| Refused {
                feed: Some(head.feed),
                seq: *seq,
                why: fault.to_string(),
            }));
            Ok(Some(checked))
        }
        Err(error) => {
            report.refused.push(Refused { feed: Some(head.feed), seq: 0, why: error.to_string() });
            Ok(None)
        }
    }
}

/// The certified key that can write this feed: another scanner's, or one of this device itself (a database that was
/// restored gets its own lost entries back).
fn key_of(conn: &Connection, head: &Head) -> Result<Option<VerifyingKey>> {
    let mut statement = conn.prepare_cached(include_str!("sql/keys_of.sql"))?;
    let keys = statement.query_map([head.scanner.0], |row| row.get::<_, [u8; 32]>(0))?;
    for key in keys {
        let key = key?;
        if feed_id(&key, head.epoch) == head.feed {
            return Ok(VerifyingKey::from_bytes(&key).ok());
        }
    }
    Ok(None)
}

/// Keeps the authentic entries of one batch. Must run inside a write transaction; at most 500 entries, some ms.
pub(super) fn ingest(
    conn: &Connection,
    checked: &Checked,
    head: &[u8],
    at: Reading,
    entropy: &dyn Entropy,
    report: &mut ExchangeReport,
) -> Result<()> {
    let mut context = fresh(conn)?;
    let (feed_ref, own) = feed_row(conn, &checked.head)?;
    if context.feed.is_some_and(|(current, _)| current == feed_ref) && longer_or_other(conn, feed_ref, checked)? {
        report.new_epoch = Some(new_epoch(conn, at, entropy)?);
        context = fresh(conn)?;
    }
    for authentic in &checked.authentic {
        report.received += u64::from(take(conn, &context, feed_ref, authentic)?);
    }
    if !own && !checked.authentic.is_empty() {
        conn.prepare_cached("INSERT OR IGNORE INTO head (feed_ref, seq, id, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![feed_ref, to_i64(checked.head.seq), checked.head.id.0, head])?;
    }
    extend(conn, feed_ref)
}

fn longer_or_other(conn: &Connection, feed_ref: i64, checked: &Checked) -> Result<bool> {
    for authentic in &checked.authentic {
        if contradicts(conn, feed_ref, authentic.entry.raw.seq, authentic.entry.id)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The feed's row, made if it is new; and whether this device writes it.
fn feed_row(conn: &Connection, head: &Head) -> Result<(i64, bool)> {
    let mut statement = conn.prepare_cached("SELECT ref, identity_ref IS NOT NULL FROM feed WHERE id = ?1")?;
    if let Some(found) = statement.query_row([head.feed.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()? {
        return Ok(found);
    }
    // Also a feed of this device that it does not remember (its database was set back): kept like any other's.
    conn.prepare_cached(include_str!("sql/insert_feed.sql"))?.execute((head.feed.0, head.scanner.0, head.epoch.0))?;
    Ok((conn.last_insert_rowid(), false))
}

/// Keeps one entry; returns whether it is new here.
fn take(conn: &Connection, context: &Context, feed_ref: i64, authentic: &Authentic) -> Result<bool> {
    let entry = &authentic.entry;
    let mut statement = conn.prepare_cached("SELECT id FROM entry WHERE feed_ref = ?1 AND seq = ?2")?;
    let mut branch = 0;
    for held in statement.query_map((feed_ref, to_i64(entry.raw.seq)), |row| row.get(0).map(EntryId))? {
        if held? == entry.id {
            return Ok(false);
        }
        branch += 1;
    }
    if branch > 0 {
        conn.prepare_cached("UPDATE feed SET forked = 1 WHERE ref = ?1")?.execute([feed_ref])?;
    }
    keep(conn, &context.me()?.trust, Place { feed_ref, branch, written_here: false }, entry, &authentic.bytes)?;
    Ok(true)
}

/// Moves the contiguous end of a feed up as far as entries are held without a gap, on the branch it is on: where the next
/// one names another entry below it, there are two.
fn extend(conn: &Connection, feed_ref: i64) -> Result<()> {
    let mut end = end_of(conn, feed_ref)?;
    let mut statement = conn.prepare_cached(
        "SELECT seq, id, bytes FROM entry WHERE feed_ref = ?1 AND seq > ?2 AND branch = 0 ORDER BY seq",
    )?;
    let mut rows = statement.query((feed_ref, to_i64(end.map_or(0, |(seq, _)| seq))))?;
    while let Some(row) = rows.next()? {
        let seq = to_u64(row.get(0)?);
        if seq != end.map_or(0, |(seq, _)| seq) + 1 {
            break;
        }
        let prev = row.get_ref(2)?.as_blob().ok().and_then(prev_of);
        if prev != end.map(|(_, id)| id) {
            conn.prepare_cached("UPDATE feed SET forked = 1 WHERE ref = ?1")?.execute([feed_ref])?;
            break;
        }
        end = Some((seq, EntryId(row.get(1)?)));
    }
    drop(rows);
    if let Some((seq, id)) = end {
        conn.prepare_cached("UPDATE feed SET contiguous = ?1, contiguous_id = ?2 WHERE ref = ?3")?.execute((
            to_i64(seq),
            id.0,
            feed_ref,
        ))?;
    }
    Ok(())
}
