//! Whether the entries of a feed count, and when they happened.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, Transaction};
use shared::entry::Entry;
use shared::ids::{EntryId, FeedId};
use shared::manifest::Cut;
use shared::merge::{ChainMember, Label, Standing, standings};
use shared::time::{FeedClock, Interval, Moment, Placed, Sample, Window, intervals};

use super::ingest::{feed_by_row, feeds_of};
use super::ledger::Ledger;
use super::place::FeedRow;
use super::rows::{COLUMNS, LoggedRow, boot_from_number, interval};
use crate::projection::{Account, standing_from_number, standing_number};
use crate::store::StoreError;
use crate::store::sqlite::Column;

/// Judges every entry of a feed again, and notes what changed.
pub(in crate::store::sqlite) fn judge_feed(ledger: &mut Ledger<'_>, feed: &FeedRow) -> Result<(), StoreError> {
    let rows = feed_rows(ledger, feed.id)?;
    let standings = stand(ledger, feed, &rows)?;
    let counts = |id: &EntryId| standings.get(id) != Some(&Standing::Quarantined);
    let clock = FeedClock::new(samples(ledger, feed.id, counts)?);
    let windows = windows(ledger)?;
    let placed: Vec<Placed> = rows
        .iter()
        .map(|row| Placed {
            seq: row.seq,
            id: row.entry_id,
            at: row.at,
            window: row.door.filter(|_| !row.stray).and_then(|door| windows.get(&door).copied()),
            counts: counts(&row.entry_id),
        })
        .collect();
    let times = intervals(&clock, &placed);
    for row in &rows {
        let standing = standings.get(&row.entry_id).copied().unwrap_or(Standing::Trusted);
        let Some(time) = times.get(&row.entry_id) else { continue };
        if (standing, *time) != (row.standing, row.time) {
            rejudge(ledger, row.id, standing, *time)?;
        }
    }
    Ok(())
}

/// Judges all feeds of a scanner again.
pub(in crate::store::sqlite) fn judge_scanner(
    tx: &Transaction<'_>,
    organization: i64,
    scanner: i64,
    now: i64,
) -> Result<(), StoreError> {
    let mut ledger = Ledger::new(tx, organization, now);
    for feed in feeds_of(tx, scanner)? {
        judge_feed(&mut ledger, &feed)?;
    }
    ledger.close()?;
    Ok(())
}

/// The event lasts from `starts` to `ends` (ms) from now on: entries without a time sample lean on that.
pub(in crate::store::sqlite) fn set_window(
    tx: &Transaction<'_>,
    organization: i64,
    door: i64,
    starts: i64,
    ends: i64,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE doors SET starts = ?2, ends = ?3 WHERE id = ?1 AND (starts IS NOT ?2 OR ends IS NOT ?3)";
    if tx.prepare_cached(sql)?.execute((door, starts, ends))? == 0 {
        return Ok(());
    }
    let mut ledger = Ledger::new(tx, organization, now);
    let sql = "SELECT DISTINCT feed FROM entries WHERE door = ?1 AND uncertain = 1";
    let feeds = tx.prepare_cached(sql)?.query_map([door], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    for feed in feeds {
        judge_feed(&mut ledger, &feed_by_row(tx, feed)?)?;
    }
    ledger.revision(door)?;
    ledger.close()?;
    Ok(())
}

fn rejudge(ledger: &mut Ledger<'_>, id: i64, standing: Standing, time: Interval) -> Result<(), StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM entries e JOIN feeds f ON f.id = e.feed WHERE e.id = ?1");
    let row = ledger.tx.prepare_cached(&sql)?.query_row([id], |row| Ok(LoggedRow::read(row)))??;
    rejudge_row(ledger, &row, standing, time)
}

/// Notes that an entry counts otherwise or happened at another time than is kept.
pub(super) fn rejudge_row(
    ledger: &mut Ledger<'_>,
    row: &LoggedRow,
    standing: Standing,
    time: Interval,
) -> Result<(), StoreError> {
    if let Some(old) = row.account() {
        let new = Account { time, standing, ..old };
        ledger.turn(row, &new);
        if standing != row.standing || !is_alone(ledger, row, new.label)? {
            let group = ledger.group_of(row.id, row.ticket, &row.entry)?;
            ledger.mark(group);
        }
    }
    let mut update = ledger.tx.prepare_cached(include_str!("sql/entry_judge.sql"))?;
    update.execute((row.id, standing_number(standing), time.lo, time.at, time.hi, time.uncertain))?;
    Ok(())
}

/// Whether this admission is all that was logged for its ticket, as with most: then nothing depends on when it was.
fn is_alone(ledger: &Ledger<'_>, row: &LoggedRow, label: Label) -> Result<bool, StoreError> {
    let Some(ticket) = row.ticket.filter(|_| label == Label::Ok) else { return Ok(false) };
    let sql = "SELECT 1 FROM entries WHERE ticket = ?1 AND id <> ?2";
    Ok(!ledger.tx.prepare_cached(sql)?.exists((ticket, row.id))?)
}

/// One entry of a feed, without what it says.
struct Light {
    id: i64,
    seq: u64,
    entry_id: EntryId,
    door: Option<i64>,
    stray: bool,
    at: Moment,
    standing: Standing,
    time: Interval,
    /// Only where the chain matters.
    prev: Option<EntryId>,
}

fn feed_rows(ledger: &Ledger<'_>, feed: i64) -> Result<Vec<Light>, StoreError> {
    let mut query = ledger.tx.prepare_cached(include_str!("sql/feed_rows.sql"))?;
    let rows = query.query_map([feed], |row| Ok(light(row)))?;
    rows.map(|row| row?).collect()
}

fn light(row: &Row<'_>) -> Result<Light, StoreError> {
    let at = Moment {
        boot: boot_from_number(row.get("boot")?),
        mono: row.get::<_, i64>("mono")?.cast_unsigned(),
        wall: row.get("wall")?,
    };
    let bytes = row.get_ref("bytes")?.as_blob_or_null().map_err(|_| StoreError::Impossible("entries.bytes"))?;
    let prev = bytes.and_then(|bytes| Entry::read(bytes).ok()).and_then(|entry| entry.raw.prev);
    Ok(Light {
        id: row.get("id")?,
        seq: row.number("seq")?,
        entry_id: row.id("entry_id")?,
        door: row.get("door")?,
        stray: row.get("stray")?,
        at,
        standing: standing_from_number(row.get("standing")?).ok_or(StoreError::Impossible("entries.standing"))?,
        time: interval(row)?,
        prev,
    })
}

fn stand(ledger: &Ledger<'_>, feed: &FeedRow, rows: &[Light]) -> Result<BTreeMap<EntryId, Standing>, StoreError> {
    if !feed.forked && !feed.revoked {
        return Ok(BTreeMap::new());
    }
    let chain: Vec<ChainMember> =
        rows.iter().map(|row| ChainMember { id: row.entry_id, seq: row.seq, prev: row.prev }).collect();
    let cuts = if feed.revoked { Some(cuts(ledger, feed)?) } else { None };
    Ok(standings(&chain, cuts.as_deref()))
}

fn cuts(ledger: &Ledger<'_>, feed: &FeedRow) -> Result<Vec<Cut>, StoreError> {
    let mut query = ledger.tx.prepare_cached("SELECT seq, entry_id FROM cuts WHERE feed = ?1 AND scanner = ?2")?;
    let cuts = query.query_and_then((feed.feed.0, feed.scanner), |row| cut(row, feed.feed))?;
    cuts.collect()
}

fn cut(row: &Row<'_>, feed: FeedId) -> Result<Cut, StoreError> {
    Ok(Cut { feed, seq: row.number("seq")?, id: row.id("entry_id")? })
}

/// Most ends of one feed that are told apart: holes and forks leave few, unless somebody plays.
const MAX_TIPS: usize = 64;

/// The entries that no held one follows, the highest first: where the feed ends, and below each hole.
pub(in crate::store::sqlite) fn tips(tx: &Transaction<'_>, feed: i64) -> Result<Vec<(u64, EntryId)>, StoreError> {
    let sql = "SELECT seq, entry_id, bytes FROM entries WHERE feed = ?1 ORDER BY seq DESC, entry_id";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([feed])?;
    let mut followed: BTreeSet<(u64, EntryId)> = BTreeSet::new();
    let mut tips = Vec::new();
    while let Some(row) = rows.next()? {
        let (seq, id): (u64, EntryId) = (row.number("seq")?, row.id("entry_id")?);
        if !followed.remove(&(seq, id)) && tips.len() < MAX_TIPS {
            tips.push((seq, id));
        }
        let bytes = row.get_ref("bytes")?.as_blob().map_err(|_| StoreError::Impossible("entries.bytes"))?;
        let entry = Entry::read(bytes).map_err(|_| StoreError::Impossible("entries.bytes"))?;
        followed.extend(entry.raw.prev.map(|prev| (seq.saturating_sub(1), prev)));
    }
    Ok(tips)
}

/// Verified samples of a feed whose entries count.
pub(super) fn samples(
    ledger: &Ledger<'_>,
    feed: i64,
    counts: impl Fn(&EntryId) -> bool,
) -> Result<Vec<Sample>, StoreError> {
    let mut query = ledger.tx.prepare_cached(include_str!("sql/feed_samples.sql"))?;
    let rows = query.query_map([feed], |row| Ok(sample(row)))?;
    let samples: Vec<(EntryId, Sample)> = rows.map(|row| row?).collect::<Result<_, StoreError>>()?;
    Ok(samples.into_iter().filter(|(id, _)| counts(id)).map(|(_, sample)| sample).collect())
}

fn sample(row: &Row<'_>) -> Result<(EntryId, Sample), StoreError> {
    let sample = Sample {
        seq: row.number("seq")?,
        boot: boot_from_number(row.get("boot")?),
        request: row.get::<_, i64>("request")?.cast_unsigned(),
        response: row.get::<_, i64>("response")?.cast_unsigned(),
        server_ms: row.get("server_ms")?,
    };
    Ok((row.id("entry_id")?, sample))
}

/// Windows of the organization's events, by door.
fn windows(ledger: &Ledger<'_>) -> Result<BTreeMap<i64, Window>, StoreError> {
    let sql = "SELECT id, starts, ends FROM doors WHERE organization = ?1 AND starts IS NOT NULL AND ends IS NOT NULL";
    let mut query = ledger.tx.prepare_cached(sql)?;
    let window = |row: &Row<'_>| Ok((row.get(0)?, Window { starts: row.get(1)?, ends: row.get(2)? }));
    let rows = query.query_map([ledger.organization], window)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
