//! What changes slowly in a picture: the minutes, who is expected, how fast each scanner works.

use rusqlite::{Transaction, named_params};
use shared::ids::{EventId, ProductId};

use super::picture::{minutes, seen};
use crate::people::Viewer;
use crate::store::StoreError;
use crate::store::sqlite::{Column, events, office};
use crate::store::truth::{Arrivals, Evening, Pace};

/// How far back the pace of scanners is looked at (ms).
const PACE_MS: i64 = 60 * 60 * 1000;

/// Entries looked through for it: at a great rush an hour has more, and then the pace is that of a shorter time.
const PACE_ENTRIES: i64 = 10_000;

/// Hand counts told of; the page with all of them has more.
const COUNTS: u32 = 20;

pub(super) fn evening(
    tx: &Transaction<'_>,
    viewer: Viewer,
    event: EventId,
    now: i64,
) -> Result<Option<Evening>, StoreError> {
    let Some(seen) = seen(tx, viewer, event)? else { return Ok(None) };
    let policy = events::read(tx, seen.event)?.policy;
    let mut evening = Evening {
        revision: seen.revision,
        policy,
        minutes: vec![],
        arrivals: vec![],
        paces: vec![],
        window_ms: PACE_MS,
        counts: vec![],
    };
    evening.arrivals = arrivals(tx, seen.event, seen.door)?;
    let Some(door) = seen.door else { return Ok(Some(evening)) };
    evening.counts = office::counts(tx, door, None, COUNTS)?;
    evening.minutes = minutes(tx, door, i64::MIN, i64::MAX)?;
    evening.window_ms = window(tx, door, now)?;
    let mut statement = tx.prepare_cached(include_str!("sql/paces.sql"))?;
    let since = now.saturating_sub(evening.window_ms);
    let rows =
        statement.query_and_then(named_params! { ":door": door, ":limit": PACE_ENTRIES, ":since": since }, |row| {
            Ok::<_, StoreError>(Pace {
                scanner: row.id("scanner")?,
                passed: row.number("passed")?,
                refused: row.number("refused")?,
            })
        })?;
    evening.paces = rows.collect::<Result<_, _>>()?;
    Ok(Some(evening))
}

/// The time over which the looked at entries reach back, at most [`PACE_MS`].
fn window(tx: &Transaction<'_>, door: i64, now: i64) -> Result<i64, StoreError> {
    let sql = "SELECT at FROM entries WHERE door = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query_map((door, PACE_ENTRIES - 1), |row| row.get::<_, i64>(0))?;
    let oldest = rows.next().transpose()?;
    Ok(oldest.map_or(PACE_MS, |at| now.saturating_sub(at).clamp(1, PACE_MS)))
}

fn arrivals(tx: &Transaction<'_>, event: i64, door: Option<i64>) -> Result<Vec<Arrivals>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/arrivals.sql"))?;
    let rows = statement.query_and_then(named_params! { ":event": event, ":door": door }, |row| {
        Ok(Arrivals {
            product: ProductId(row.number("product")?),
            expected: row.number("expected")?,
            arrived: row.number("arrived")?,
        })
    })?;
    rows.collect()
}
