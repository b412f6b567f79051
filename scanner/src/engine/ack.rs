//! Taking the server's signed word on what it keeps (PROTOCOL.md section 8).

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use shared::api::{Ack, Acked, ItemProblem};
use shared::clock::{Entropy, Reading, random};
use shared::cose::encode;
use shared::feed::Fault;
use shared::ids::{EntryId, Epoch, FeedId, StoreId};

use super::append::begin_feed;
use super::context::{Context, fresh};
use super::db::{to_i64, to_u64, touch};
use super::error::Result;
use super::exchange::ExchangeReport;
use super::outbox::Sent;
use super::past::id_at;

/// What an acknowledgement is read with.
pub(super) struct Hearing<'a> {
    pub(super) context: &'a Context,
    pub(super) sent: &'a [Sent],
    /// What was acknowledged of each own feed when the question was asked.
    pub(super) asked: &'a BTreeMap<i64, u64>,
    pub(super) problems: &'a [ItemProblem],
    pub(super) at: Reading,
    pub(super) entropy: &'a dyn Entropy,
}

/// Another database than before answers: forget what the old one acknowledged. Returns whether it was another.
pub(super) fn take_store(conn: &Connection, context: &Context, store: StoreId) -> Result<bool> {
    if context.store == Some(store) {
        return Ok(false);
    }
    conn.execute("DELETE FROM ack WHERE store <> ?1", [store.0])?;
    // A new database may take what the old one refused.
    conn.execute("UPDATE trouble SET tries = 0", [])?;
    conn.execute("UPDATE device SET store = ?1", [store.0])?;
    touch(conn)?;
    Ok(context.store.is_some())
}

/// Keeps a verified acknowledgement and the problems that came with it. Must run inside a write transaction.
pub(super) fn take_ack(conn: &Connection, hearing: &Hearing<'_>, ack: &Ack, report: &mut ExchangeReport) -> Result<()> {
    report.rewound |= take_store(conn, hearing.context, ack.store)?;
    conn.prepare_cached("UPDATE device SET acknowledged = ?1")?.execute([ack.at])?;
    for problem in hearing.problems {
        note(conn, problem.feed, problem.seq, &problem.reason, &problem.detail, hearing.at.wall_ms)?;
    }
    let mut diverged = false;
    for acked in &ack.feeds {
        diverged |= take_feed(conn, hearing, ack.store, acked, report)?;
    }
    if diverged {
        report.new_epoch = Some(new_epoch(conn, hearing.at, hearing.entropy)?);
    }
    Ok(())
}

/// This database was restored or cloned: from now on it writes another feed.
pub(super) fn new_epoch(conn: &Connection, at: Reading, entropy: &dyn Entropy) -> Result<Epoch> {
    let epoch = Epoch(random(entropy));
    let context = fresh(conn)?;
    begin_feed(conn, context.me()?, epoch, at)?;
    Ok(epoch)
}

/// Returns whether the feed being written is longer, another, or forked elsewhere.
fn take_feed(
    conn: &Connection,
    hearing: &Hearing<'_>,
    store: StoreId,
    acked: &Acked,
    report: &mut ExchangeReport,
) -> Result<bool> {
    let mut own = conn.prepare_cached("SELECT ref, contiguous FROM feed WHERE id = ?1 AND identity_ref IS NOT NULL")?;
    let found: Option<(i64, i64)> = own.query_row([acked.feed.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((feed_ref, tip)) = found else { return Ok(false) };
    let mut last = conn.prepare_cached("SELECT contiguous FROM ack WHERE feed_ref = ?1 AND store = ?2")?;
    let before: Option<i64> = last.query_row((feed_ref, store.0), |row| row.get(0)).optional()?;
    let before = to_u64(before.unwrap_or(0));
    // Another process of this device took an acknowledgement after this one was asked for: this one is the older word, and
    // that it says less does not mean that anything was lost.
    let overtaken = hearing.asked.get(&feed_ref).is_some_and(|asked| *asked != before);
    if overtaken && acked.contiguous < before {
        return Ok(false);
    }
    // Our own chain, or another one that a clone of this database wrote?
    let ours = acked.contiguous == 0 || acked.id.is_some() && id_at(conn, feed_ref, acked.contiguous)? == acked.id;
    let contiguous = if ours { acked.contiguous } else { through(hearing, feed_ref, acked.feed, before) };
    let missing = if ours { acked.missing.as_slice() } else { &[] };
    conn.prepare_cached("INSERT OR REPLACE INTO ack VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        feed_ref,
        store.0,
        to_i64(contiguous),
        to_i64(acked.witnessed),
        encode(&missing.to_vec())
    ])?;
    conn.prepare_cached("DELETE FROM trouble WHERE feed = ?1 AND seq <= ?2 AND reason <> 'damaged'")?
        .execute((acked.feed.0, to_i64(contiguous)))?;
    if acked.forked || !ours {
        conn.prepare_cached("UPDATE feed SET forked = 1 WHERE ref = ?1")?.execute([feed_ref])?;
    }
    report.acknowledged += contiguous.saturating_sub(before);
    report.rewound |= contiguous < before;
    let being_written = hearing.context.feed.is_some_and(|(current, _)| current == feed_ref);
    Ok(being_written && (!ours || acked.forked || acked.witnessed > to_u64(tip)))
}

/// How far our branch of a forked feed is kept: the server counts places, and another branch may have filled ours. So
/// only what was in this very request, without complaint, counts.
fn through(hearing: &Hearing<'_>, feed_ref: i64, feed: FeedId, before: u64) -> u64 {
    let complaints: Vec<u64> = hearing.problems.iter().filter(|p| p.feed == feed).map(|p| p.seq).collect();
    let mut kept = before;
    for sent in hearing.sent.iter().filter(|sent| sent.feed_ref == feed_ref) {
        let spoiled = complaints.iter().any(|seq| *seq == 0 || (sent.first..=sent.last).contains(seq));
        if sent.first <= kept + 1 && !spoiled {
            kept = kept.max(sent.last);
        }
    }
    kept
}

/// Keeps a complaint about an entry, to be shown and so that it does not hold up the others. Entries that only lie below a
/// broken one are not at fault.
pub(super) fn note(conn: &Connection, feed: FeedId, seq: u64, reason: &str, detail: &str, at: i64) -> Result<()> {
    if Fault::from_name(reason) == Some(Fault::Unsigned) {
        return Ok(());
    }
    conn.prepare_cached(include_str!("sql/note_trouble.sql"))?.execute((feed.0, to_i64(seq), reason, detail, at))?;
    Ok(())
}

/// Whether an authentic entry of the feed being written contradicts what is here.
pub(super) fn contradicts(conn: &Connection, feed_ref: i64, seq: u64, id: EntryId) -> Result<bool> {
    Ok(id_at(conn, feed_ref, seq)? != Some(id))
}
