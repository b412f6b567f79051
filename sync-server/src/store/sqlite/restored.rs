//! A database that follows another one: restored from a backup, or set up from a key export. It has forgotten what happened
//! since, but it knows that it has.

use rusqlite::{Connection, OptionalExtension, Transaction};
use shared::cose::encode;

use super::error::StoreError;
use super::{Column, events, integer, open};

/// 2020-01-01 UTC (ms). Versions and serials follow the clock by the second; when a database is restored they jump to where
/// they would be if they followed it by the millisecond, and go on from there one by one. So also two databases restored
/// from one backup within a second or two of each other issue different numbers, the later one the higher ones.
const EPOCH_2020_MS: i64 = 1_577_836_800_000;

/// And so far (a day of seconds) above everything that is known, should the clock be far behind.
const MARGIN: u64 = 24 * 60 * 60;

/// The highest floor: a number beyond that was some scanner's claim and must not use up the numbers of all events.
const HIGHEST_FLOOR: u64 = 1 << 50;

/// Versions and serials that are issued at `now` (ms) must be above this. It rises by one a second from the restore on, as
/// numbers otherwise follow the clock: a file put back by hand, later, from before some of them does not issue them again.
pub(super) fn floor(tx: &Connection, now: i64) -> Result<u64, StoreError> {
    let mut statement = tx.prepare_cached("SELECT floor, restored FROM store")?;
    let found = statement.query_row([], |row| Ok((row.number("floor"), row.get::<_, Option<i64>>("restored")?)));
    let Some((floor, restored)) = found.optional()? else { return Ok(0) };
    let floor: u64 = floor?;
    let seconds = restored.map_or(0, |restored| now.saturating_sub(restored).div_euclid(1000));
    Ok(floor.saturating_add(u64::try_from(seconds).unwrap_or(0)).min(HIGHEST_FLOOR.max(floor)))
}

/// The highest number of any kind that a database knows to have been issued; also of an older schema.
pub(super) fn highest(connection: &Connection) -> Result<u64, StoreError> {
    let schema: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let mut sources = vec!["SELECT max(version) FROM keysets"];
    if schema >= 2 {
        sources.extend(["SELECT max(version) FROM manifests", "SELECT max(serial) FROM scanners"]);
    }
    if schema >= 4 {
        sources.push("SELECT floor FROM store");
    }
    debug_assert!(schema <= open::known_schema());
    let mut highest = 0;
    for sql in sources {
        let number: Option<i64> = connection.query_row(sql, [], |row| row.get(0)).optional()?.flatten();
        highest = highest.max(number.unwrap_or(0).unsigned_abs());
    }
    Ok(highest)
}

/// Raises the floor clearly above `highest` and the clock, and remembers when it was restored.
pub(super) fn begin_anew(tx: &Transaction<'_>, highest: u64, now: i64) -> Result<(), StoreError> {
    let by_clock = u64::try_from(now.saturating_sub(EPOCH_2020_MS)).unwrap_or(0);
    let floor = highest.max(by_clock).saturating_add(MARGIN).min(HIGHEST_FLOOR);
    let sql = "UPDATE store SET restored = ?1, floor = max(floor, ?2)";
    tx.execute(sql, (now, integer(floor, "store.floor")?))?;
    Ok(())
}

/// Holds every event back until its scanners told what they know (see `manifest::hold`).
pub(super) fn hold_all(tx: &Transaction<'_>, now: i64) -> Result<(), StoreError> {
    tx.execute(include_str!("sql/hold_missing_doors.sql"), [])?;
    tx.execute(include_str!("sql/hold_pending.sql"), [])?;
    tx.execute("UPDATE tickets SET dirty = 0 WHERE dirty = 1", [])?;
    tx.execute("DELETE FROM hold_reports", [])?;
    tx.execute("UPDATE doors SET held = ?1, heard = NULL, restored_policy = NULL", [now])?;
    let mut statement = tx.prepare(include_str!("sql/hold_events.sql"))?;
    let all: Vec<(i64, i64)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (door, event) in all {
        let policy = encode(&events::read(tx, event)?.policy);
        tx.execute("UPDATE doors SET restored_policy = ?2 WHERE id = ?1", (door, policy))?;
    }
    Ok(())
}
