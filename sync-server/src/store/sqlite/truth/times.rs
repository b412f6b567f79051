//! The times of what is appended to a feed, and which held entries a new time sample moves.

use rusqlite::Transaction;
use shared::ids::{BootId, EntryId};
use shared::time::{FeedClock, Interval, Sample};

use super::judge::{rejudge_row, samples};
use super::ledger::Ledger;
use super::place::FeedRow;
use super::rows::{COLUMNS, LoggedRow, boot_from_number, boot_number};
use crate::ingest::Arrival;
use crate::store::StoreError;
use crate::store::sqlite::Column;

/// The last entry held of a feed.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) seq: u64,
    pub(super) id: EntryId,
    boot: BootId,
    mono: u64,
    uncertain: bool,
}

/// The end of a feed; of a forked one any of the entries there.
pub(super) fn end_of(tx: &Transaction<'_>, feed: &FeedRow) -> Result<Option<End>, StoreError> {
    let sql = "SELECT seq, entry_id, boot, mono, uncertain FROM entries WHERE feed = ?1 ORDER BY seq DESC LIMIT 1";
    let mut query = tx.prepare_cached(sql)?;
    let mut rows = query.query_and_then([feed.id], |row| {
        Ok(End {
            seq: row.number("seq")?,
            id: row.id("entry_id")?,
            boot: boot_from_number(row.get("boot")?),
            mono: row.get::<_, i64>("mono")?.cast_unsigned(),
            uncertain: row.get("uncertain")?,
        })
    })?;
    rows.next().transpose()
}

/// Place and id of the last entry held of a feed.
pub(in crate::store::sqlite) fn last_of(
    tx: &Transaction<'_>,
    feed: &FeedRow,
) -> Result<Option<(u64, EntryId)>, StoreError> {
    Ok(end_of(tx, feed)?.map(|end| (end.seq, end.id)))
}

/// Whether a steady feed stays so with what is appended to it.
pub(super) fn keeps_steady(
    tx: &Transaction<'_>,
    feed: &FeedRow,
    arrivals: &[Arrival],
    end: Option<End>,
) -> Result<bool, StoreError> {
    let mut boots: Vec<BootId> = end.map(|end| end.boot).into_iter().collect();
    let mut mono = end.map_or(0, |end| end.mono);
    for arrival in arrivals {
        let raw = &arrival.entry.raw;
        if boots.last() != Some(&raw.boot) {
            let sql = "SELECT 1 FROM entries WHERE feed = ?1 AND boot = ?2";
            if boots.contains(&raw.boot) || tx.prepare_cached(sql)?.exists((feed.id, boot_number(raw.boot)))? {
                return Ok(false);
            }
            boots.push(raw.boot);
        } else if raw.mono < mono {
            return Ok(false);
        }
        mono = raw.mono;
    }
    Ok(true)
}

/// Times of entries that continue a feed; `None` if the whole feed must be looked at.
///
/// What is appended to a sampled end changes no other entry: the neighbour of everything before it is that end. New samples
/// of a steady feed move a tail of it, which is judged again here. A boot without a sample, a filled gap, a fork and a
/// revocation can change anything.
pub(super) fn times_at_end(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    arrivals: &[Arrival],
    end: Option<End>,
    steady: bool,
) -> Result<Option<Vec<Interval>>, StoreError> {
    let Some(first) = arrivals.first() else { return Ok(Some(vec![])) };
    let at_end = end.is_none_or(|end| !end.uncertain && end.seq < first.entry.raw.seq);
    if !at_end || feed.forked || feed.revoked {
        return Ok(None);
    }
    let mut clock = FeedClock::new(samples(ledger, feed.id, |_| true)?);
    let Some(fresh) = new_samples(arrivals) else { return Ok(None) };
    if !fresh.is_empty() && !steady {
        return Ok(None);
    }
    for sample in &fresh {
        clock.add(*sample);
    }
    let times: Option<Vec<Interval>> =
        arrivals.iter().map(|arrival| clock.sampled(arrival.entry.raw.boot, arrival.entry.raw.mono)).collect();
    if let (Some(_), Some(end)) = (&times, end)
        && !fresh.is_empty()
        && !judge_tail(ledger, feed, &clock, &fresh, end)?
    {
        return Ok(None);
    }
    Ok(times)
}

/// The samples that arrive; `None` if one claims to belong to an event: whether it counts depends on that.
fn new_samples(arrivals: &[Arrival]) -> Option<Vec<Sample>> {
    let sampling = arrivals.iter().filter(|arrival| arrival.server_ms.is_some());
    let sample = |arrival: &Arrival| {
        Sample::of(&arrival.entry, |_| arrival.server_ms).filter(|_| arrival.entry.raw.event.is_none())
    };
    sampling.map(sample).collect()
}

/// Judges again what new samples move of a steady feed: entries of the last boot from some mono up. Answers `false`, and
/// changes nothing, if others lean on them.
fn judge_tail(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    clock: &FeedClock,
    fresh: &[Sample],
    end: End,
) -> Result<bool, StoreError> {
    let reaching = fresh.iter().filter(|sample| sample.boot == end.boot);
    let Some(from) = reaching.map(|sample| *clock.reach(sample).start()).min() else { return Ok(true) };
    let mut moved = Vec::new();
    {
        let sql = format!(
            "SELECT {COLUMNS} FROM entries e JOIN feeds f ON f.id = e.feed WHERE e.feed = ?1 ORDER BY e.seq DESC"
        );
        let mut query = ledger.tx.prepare_cached(&sql)?;
        for row in query.query_and_then([feed.id], LoggedRow::read)? {
            let row = row?;
            if row.entry.raw.boot != end.boot || row.entry.raw.mono < from {
                // What is below leans on this one or on something still lower, if its own time is known.
                if row.time.uncertain {
                    return Ok(false);
                }
                break;
            }
            moved.push(row);
        }
    }
    for row in moved {
        match clock.sampled(row.entry.raw.boot, row.entry.raw.mono) {
            Some(time) if time != row.time => rejudge_row(ledger, &row, row.standing, time)?,
            _ => {}
        }
    }
    Ok(true)
}
