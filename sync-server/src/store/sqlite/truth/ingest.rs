//! Storing authentic entries and everything that follows from them, in one transaction.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction, named_params};
use shared::api::Acked;
use shared::entry::Action;
use shared::feed::Head;
use shared::ids::{EntryId, FeedId, ScannerId};
use shared::time::Interval;

use super::acks::{acked, extend_runs};
use super::judge::judge_feed;
use super::ledger::Ledger;
use super::place::{FeedRow, Placing, append, event_of, is_held, number, place};
use super::rows::LoggedRow;
use super::samples::checked_again;
use super::times::{End, end_of, keeps_steady, times_at_end};
use crate::ingest::{Arrival, CheckedBatch, Ingested, Passed, Tops};
use crate::store::StoreError;

/// Batches end at heads at most this many entries apart, so that every entry can be passed on under one.
const HEAD_SPACING: i64 = 500;

/// Stores what is new of `batches`. `shown` are the chains the asker told of, with the last entry it holds of each; the first
/// of each feed is to be acknowledged as well.
pub(in crate::store::sqlite) fn ingest(
    tx: &Transaction<'_>,
    organization: i64,
    batches: &[CheckedBatch],
    shown: &[(FeedId, u64, Option<EntryId>)],
    now: i64,
) -> Result<Ingested, StoreError> {
    let mut ledger = Ledger::new(tx, organization, now);
    let mut result = Ingested::default();
    for (feed, seq, id) in shown {
        result.tops.entry(*feed).or_insert_with(|| id.map(|id| (*seq, id)));
    }
    let told: BTreeSet<FeedId> = result.tops.iter().filter_map(|(feed, top)| top.map(|_| *feed)).collect();
    for batch in batches {
        let Some(feed) = feed_row(tx, organization, &batch.head)? else { continue };
        let again = checked_again(tx, organization, batch)?;
        take_batch(&mut ledger, &feed, again.as_ref().unwrap_or(batch), &mut result)?;
        let top = result.tops.entry(batch.head.feed).or_default();
        // Of several branches the acknowledgement speaks of the one that was shown first.
        if !told.contains(&batch.head.feed) && top.is_none_or(|(seq, _)| seq <= batch.head.seq) {
            *top = Some((batch.head.seq, batch.head.id));
        }
    }
    let closed = ledger.close()?;
    result.conflicts = closed.conflicts;
    let ledger = Ledger::new(tx, organization, now);
    for door in closed.doors {
        result.touched.push(event_of(&ledger, door)?);
    }
    Ok(result)
}

/// How far each feed in question is kept.
pub(in crate::store::sqlite) fn acked_all(
    tx: &Transaction<'_>,
    organization: i64,
    tops: &Tops,
) -> Result<Vec<Acked>, StoreError> {
    let mut all = Vec::with_capacity(tops.len());
    for (feed, top) in tops {
        if let Some(feed) = find_feed(tx, organization, *feed)? {
            all.push(acked(tx, &feed, *top)?);
        }
    }
    Ok(all)
}

fn take_batch(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    batch: &CheckedBatch,
    result: &mut Ingested,
) -> Result<(), StoreError> {
    witness(ledger.tx, feed, &batch.head)?;
    keep_head(ledger.tx, feed, batch)?;
    let end = end_of(ledger.tx, feed)?;
    // What was sent before comes again after every lost answer; it must not make the rest look out of order.
    let repeated = held_before(ledger.tx, feed, &batch.arrivals, end)?;
    result.repeated += u64::try_from(repeated).unwrap_or(u64::MAX);
    let arrivals = batch.arrivals.get(repeated..).unwrap_or_default();
    if arrivals.is_empty() {
        return Ok(());
    }
    let continues = continues(feed, arrivals, end);
    let steady = feed.steady && continues && keeps_steady(ledger.tx, feed, arrivals, end)?;
    if feed.steady && !steady {
        ledger.tx.prepare_cached("UPDATE feeds SET steady = 0 WHERE id = ?1")?.execute([feed.id])?;
    }
    let times = times_at_end(ledger, feed, arrivals, end, steady)?;
    let Taken { fresh, forked } = if continues {
        append_all(ledger, feed, arrivals, times.as_deref())?
    } else {
        place_each(ledger, feed, arrivals, times.as_deref(), result)?
    };
    result.stored += u64::try_from(fresh.len()).unwrap_or(u64::MAX);
    result.passed.extend(fresh.iter().filter_map(|row| passed(feed.scanner_id, row)));
    let mut feed = feed.clone();
    if forked && !feed.forked {
        dispute(ledger.tx, &feed)?;
        feed.forked = true;
        result.forks.push(feed.feed);
    }
    note_arrived(ledger.tx, &feed, &fresh)?;
    if !fresh.is_empty() && (times.is_none() || forked) {
        judge_feed(ledger, &feed)?;
    }
    for row in &fresh {
        ledger.join(row)?;
    }
    Ok(())
}

/// What is new of a batch.
struct Taken {
    fresh: Vec<LoggedRow>,
    /// Something of it proves a second chain.
    forked: bool,
}

/// How many arrivals at the beginning are held already.
fn held_before(
    tx: &Transaction<'_>,
    feed: &FeedRow,
    arrivals: &[Arrival],
    end: Option<End>,
) -> Result<usize, StoreError> {
    let Some(end) = end else { return Ok(0) };
    for (at, arrival) in arrivals.iter().enumerate() {
        let raw = &arrival.entry.raw;
        if raw.seq > end.seq || !is_held(tx, feed.id, number(raw.seq)?, arrival.entry.id)? {
            return Ok(at);
        }
    }
    Ok(arrivals.len())
}

/// Whether the arrivals stand one upon the other, and the first upon the end of all that is held: as scanners send them.
fn continues(feed: &FeedRow, arrivals: &[Arrival], end: Option<End>) -> bool {
    let Some(first) = arrivals.first() else { return false };
    let (seq, id) = end.map_or((0, None), |end| (end.seq, Some(end.id)));
    let upon = |seq: u64, id: Option<EntryId>, next: &Arrival| {
        next.entry.raw.seq.checked_sub(1) == Some(seq) && next.entry.raw.prev == id
    };
    let chained =
        |pair: &[Arrival]| matches!(pair, [below, next] if upon(below.entry.raw.seq, Some(below.entry.id), next));
    !feed.forked && upon(seq, id, first) && arrivals.windows(2).all(chained)
}

fn append_all(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    arrivals: &[Arrival],
    times: Option<&[Interval]>,
) -> Result<Taken, StoreError> {
    let mut fresh = Vec::with_capacity(arrivals.len());
    for (at, arrival) in arrivals.iter().enumerate() {
        fresh.push(append(ledger, feed, arrival, times.and_then(|times| times.get(at)).copied())?);
    }
    if let [first, .., last] | [first @ last] = arrivals {
        extend_runs(ledger.tx, feed.id, first.entry.raw.seq, last.entry.raw.seq)?;
    }
    Ok(Taken { fresh, forked: false })
}

fn place_each(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    arrivals: &[Arrival],
    times: Option<&[Interval]>,
    result: &mut Ingested,
) -> Result<Taken, StoreError> {
    let mut taken = Taken { fresh: Vec::new(), forked: false };
    for (at, arrival) in arrivals.iter().enumerate() {
        match place(ledger, feed, arrival, times.and_then(|times| times.get(at)).copied())? {
            Placing::Repeat => result.repeated += 1,
            Placing::New { row, fork } => {
                taken.forked |= fork;
                extend_runs(ledger.tx, feed.id, row.entry.raw.seq, row.entry.raw.seq)?;
                taken.fresh.push(*row);
            }
        }
    }
    Ok(taken)
}

fn passed(scanner: ScannerId, row: &LoggedRow) -> Option<Passed> {
    let moves = matches!(row.entry.action, Action::Entry(_) | Action::Exit(_) | Action::Refuse { .. });
    let (event, ticket) = (row.entry.raw.event?, row.entry.ticket()?);
    moves.then_some(Passed { scanner, event, ticket })
}

const FEED_COLUMNS: &str = "SELECT f.id, f.feed, f.scanner, f.witnessed, f.forked, f.steady, s.scanner AS scanner_id, s.revoked \
                            FROM feeds f JOIN scanners s ON s.id = f.scanner";

/// A feed of this organization.
pub(in crate::store::sqlite) fn find_feed(
    tx: &Transaction<'_>,
    organization: i64,
    feed: FeedId,
) -> Result<Option<FeedRow>, StoreError> {
    let sql = format!("{FEED_COLUMNS} WHERE f.feed = ?1 AND s.organization = ?2");
    let mut query = tx.prepare_cached(&sql)?;
    query.query_row((feed.0, organization), |row| Ok(FeedRow::read(row))).optional()?.transpose()
}

/// The feeds of a scanner.
pub(in crate::store::sqlite) fn feeds_of(tx: &Transaction<'_>, scanner: i64) -> Result<Vec<FeedRow>, StoreError> {
    let sql = format!("{FEED_COLUMNS} WHERE f.scanner = ?1 ORDER BY f.id");
    let mut query = tx.prepare_cached(&sql)?;
    let rows = query.query_map([scanner], |row| Ok(FeedRow::read(row)))?;
    rows.map(|row| row?).collect()
}

/// A feed by its row.
pub(super) fn feed_by_row(tx: &Transaction<'_>, feed: i64) -> Result<FeedRow, StoreError> {
    let sql = format!("{FEED_COLUMNS} WHERE f.id = ?1");
    tx.prepare_cached(&sql)?.query_row([feed], |row| Ok(FeedRow::read(row)))?
}

/// The feed a checked head is of; made if it is new. `None` if its scanner is not one of this organization.
pub(in crate::store::sqlite) fn feed_row(
    tx: &Transaction<'_>,
    organization: i64,
    head: &Head,
) -> Result<Option<FeedRow>, StoreError> {
    if let Some(found) = find_feed(tx, organization, head.feed)? {
        return Ok(Some(found));
    }
    let mut insert = tx.prepare_cached(include_str!("sql/feed_insert.sql"))?;
    insert.execute(named_params! {
        ":feed": head.feed.0, ":epoch": head.epoch.0, ":scanner": head.scanner.0, ":organization": organization,
    })?;
    find_feed(tx, organization, head.feed)
}

/// Notes a signed head, whether or not its entry is held: it is the cut, should the scanner be revoked.
pub(in crate::store::sqlite) fn witness(tx: &Transaction<'_>, feed: &FeedRow, head: &Head) -> Result<(), StoreError> {
    let seq = i64::try_from(head.seq).map_err(|_| StoreError::Impossible("feeds.witnessed"))?;
    let sql = "UPDATE feeds SET witnessed = ?2, witnessed_id = ?3 WHERE id = ?1 AND witnessed < ?2";
    tx.prepare_cached(sql)?.execute((feed.id, seq, head.id.0))?;
    Ok(())
}

/// Keeps the head of a batch; one between two others that are close together is not needed any more.
fn keep_head(tx: &Transaction<'_>, feed: &FeedRow, batch: &CheckedBatch) -> Result<(), StoreError> {
    if batch.arrivals.is_empty() {
        return Ok(());
    }
    let seq = i64::try_from(batch.head.seq).map_err(|_| StoreError::Impossible("heads.seq"))?;
    let sql = "INSERT OR IGNORE INTO heads (feed, seq, entry_id, signed) VALUES (?1, ?2, ?3, ?4)";
    tx.prepare_cached(sql)?.execute((feed.id, seq, batch.head.id.0, &batch.signed))?;
    if feed.forked {
        return Ok(());
    }
    let mut below = tx
        .prepare_cached("SELECT id, seq, entry_id FROM heads WHERE feed = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT 2")?;
    let rows: Vec<(i64, i64, EntryId)> = below
        .query_map((feed.id, seq), |row| Ok((row.get(0)?, row.get(1)?, EntryId(row.get(2)?))))?
        .collect::<Result<_, _>>()?;
    if let [(middle, at, entry), (_, lower, _)] = rows.as_slice()
        && seq - lower <= HEAD_SPACING
        && leads_to(batch, *at, *entry)
        && one_run(tx, feed.id, *at, seq)?
    {
        tx.prepare_cached("DELETE FROM heads WHERE id = ?1")?.execute([middle])?;
    }
    Ok(())
}

/// Whether this batch is known to go on from that entry, or to contain it: a head of another branch must stay, with it the
/// branch can be passed on.
fn leads_to(batch: &CheckedBatch, seq: i64, id: EntryId) -> bool {
    let seq = seq.unsigned_abs();
    batch.arrivals.iter().any(|arrival| {
        let raw = &arrival.entry.raw;
        (raw.seq == seq && arrival.entry.id == id) || (raw.seq == seq + 1 && raw.prev == Some(id))
    })
}

/// Whether everything from `first` to just below `last` is held.
fn one_run(tx: &Transaction<'_>, feed: i64, first: i64, last: i64) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM runs WHERE feed = ?1 AND first <= ?2 AND last >= ?3 - 1";
    Ok(tx.prepare_cached(sql)?.exists((feed, first, last))?)
}

fn dispute(tx: &Transaction<'_>, feed: &FeedRow) -> Result<(), StoreError> {
    tx.execute("UPDATE feeds SET forked = 1 WHERE id = ?1", [feed.id])?;
    tx.execute("UPDATE scanners SET disputed = 1 WHERE id = ?1", [feed.scanner])?;
    Ok(())
}

/// What a scanner reported as not sent and has arrived now.
fn note_arrived(tx: &Transaction<'_>, feed: &FeedRow, fresh: &[LoggedRow]) -> Result<(), StoreError> {
    if fresh.is_empty() {
        return Ok(());
    }
    let bodies = || fresh.iter().filter_map(|row| row.entry.movement()).map(|movement| movement.bodies);
    let inward: i64 = bodies().filter(|bodies| *bodies > 0).sum();
    let outward: i64 = bodies().filter(|bodies| *bodies < 0).sum();
    let entries = i64::try_from(fresh.len()).unwrap_or(i64::MAX);
    let mut update = tx.prepare_cached(include_str!("sql/presence_arrived.sql"))?;
    update.execute((feed.scanner, entries, inward, -outward))?;
    Ok(())
}
