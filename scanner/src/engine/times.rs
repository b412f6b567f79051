//! When entries happened and what time it is, from the samples in the database (PROTOCOL.md section 9).

use std::collections::{BTreeMap, btree_map};

use rusqlite::{Connection, OptionalExtension};
use shared::clock::Reading;
use shared::entry::Entry;
use shared::ids::BootId;
use shared::time::{Between, FeedClock, Interval, Moment, Sample, Window, estimate, sampled};

use super::context::Context;
use super::db::{to_i64, to_u64};
use super::error::Result;

/// The present time as well as this device knows it. A sample of this boot counts whichever of the device's feeds holds
/// it: a device that began a new feed does not forget the time.
pub(super) fn now(conn: &Connection, context: &Context, at: Reading, window: Option<Window>) -> Result<Interval> {
    let samples = own_samples(conn, at.boot)?;
    let last = match context.feed {
        Some((feed_ref, _)) if samples.is_empty() => nearest(conn, feed_ref, i64::MAX, Side::Before, None)?,
        _ => None,
    };
    Ok(estimate(&FeedClock::new(samples), at, last, window))
}

/// All samples of one boot of this device.
pub(super) fn own_samples(conn: &Connection, boot: BootId) -> Result<Vec<Sample>> {
    let mut statement = conn.prepare_cached(include_str!("sql/own_samples.sql"))?;
    let rows = statement.query_map([boot.0], |row| sample(row, boot))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn sample(row: &rusqlite::Row<'_>, boot: BootId) -> rusqlite::Result<Sample> {
    Ok(Sample {
        seq: to_u64(row.get("seq")?),
        boot,
        request: to_u64(row.get("request")?),
        response: to_u64(row.get("response")?),
        server_ms: row.get("server")?,
    })
}

/// Times of entries, with the clocks of their feeds read once.
#[derive(Default)]
pub(super) struct Times {
    clocks: BTreeMap<(i64, BootId), FeedClock>,
}

impl Times {
    /// When an entry of a feed happened. `upto` is the cut of a revoked scanner: what lies above says nothing.
    pub(super) fn of(
        &mut self,
        conn: &Connection,
        context: &Context,
        feed_ref: i64,
        entry: &Entry,
        upto: Option<u64>,
    ) -> Result<Interval> {
        let boot = entry.raw.boot;
        let clock = match self.clocks.entry((feed_ref, boot)) {
            btree_map::Entry::Occupied(found) => found.into_mut(),
            btree_map::Entry::Vacant(place) => place.insert(FeedClock::new(feed_samples(conn, feed_ref, boot, upto)?)),
        };
        let window = entry.raw.event.and_then(|event| context.force.get(&event)).map(|f| Window::of(f.policy()));
        let between = if clock.knows(boot) {
            Between::default()
        } else {
            let seq = to_i64(entry.raw.seq);
            Between {
                before: nearest(conn, feed_ref, seq, Side::Before, upto)?,
                after: nearest(conn, feed_ref, seq, Side::After, upto)?,
            }
        };
        Ok(clock.interval(Moment::of(entry), between, window))
    }
}

pub(super) fn feed_samples(conn: &Connection, feed_ref: i64, boot: BootId, upto: Option<u64>) -> Result<Vec<Sample>> {
    let mut statement = conn.prepare_cached(include_str!("sql/feed_samples.sql"))?;
    let upto = upto.map_or(i64::MAX, to_i64);
    let rows = statement.query_map((feed_ref, boot.0, upto), |row| sample(row, boot))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// The time of the nearest entry of a sampled boot on one side of `seq`.
fn nearest(conn: &Connection, feed_ref: i64, seq: i64, side: Side, upto: Option<u64>) -> Result<Option<Interval>> {
    let sql = match side {
        Side::Before => include_str!("sql/nearest_before.sql"),
        Side::After => include_str!("sql/nearest_after.sql"),
    };
    let upto = upto.map_or(i64::MAX, to_i64);
    let mut statement = conn.prepare_cached(sql)?;
    let found: Option<([u8; 8], Vec<u8>)> =
        statement.query_row((feed_ref, seq, upto), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((boot, bytes)) = found else { return Ok(None) };
    let Ok(entry) = Entry::read(&bytes) else { return Ok(None) };
    let boot = BootId(boot);
    let samples = feed_samples(conn, feed_ref, boot, (upto != i64::MAX).then_some(to_u64(upto)))?;
    Ok(shared::time::narrowest(&samples, boot, entry.raw.mono).map(|sample| sampled(sample, entry.raw.mono)))
}
