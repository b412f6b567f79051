//! Writing differences of sums and counters; rows that come to zero are removed.

use rusqlite::Transaction;
use shared::occupancy::{Doubt, Flow};

use crate::projection::Changes;
use crate::store::StoreError;

/// The whole venue in `doubt_sums.zone`.
pub(in crate::store::sqlite) const WHOLE_VENUE: i64 = -1;

/// The number `doubt_sums.doubt` holds.
pub(in crate::store::sqlite) fn doubt_number(doubt: Doubt) -> i64 {
    match doubt {
        Doubt::SecondBranch => 1,
        Doubt::Quarantined => 2,
    }
}

/// Adds the differences to one door's rows.
pub(super) fn write(tx: &Transaction<'_>, door: i64, changes: &Changes) -> Result<(), StoreError> {
    let sums = &changes.sums;
    for (zone, bodies) in &sums.zones {
        tx.prepare_cached(include_str!("sql/zone_add.sql"))?.execute((door, zone.0, bodies))?;
        tx.prepare_cached("DELETE FROM zone_sums WHERE door = ?1 AND zone = ?2 AND bodies = 0")?
            .execute((door, zone.0))?;
    }
    for (gate, Flow { inward, outward }) in &sums.gates {
        tx.prepare_cached(include_str!("sql/gate_add.sql"))?.execute((door, gate.0, inward, outward))?;
        tx.prepare_cached(include_str!("sql/gate_trim.sql"))?.execute((door, gate.0))?;
    }
    for ((minute, gate), Flow { inward, outward }) in &sums.minutes {
        tx.prepare_cached(include_str!("sql/minute_add.sql"))?.execute((door, minute, gate.0, inward, outward))?;
        tx.prepare_cached(include_str!("sql/minute_trim.sql"))?.execute((door, minute, gate.0))?;
    }
    for ((doubt, zone), Flow { inward, outward }) in &sums.doubts {
        let (doubt, zone) = (doubt_number(*doubt), zone.map_or(WHOLE_VENUE, |zone| i64::from(zone.0)));
        tx.prepare_cached(include_str!("sql/doubt_add.sql"))?.execute((door, doubt, zone, inward, outward))?;
        tx.prepare_cached(include_str!("sql/doubt_trim.sql"))?.execute((door, doubt, zone))?;
    }
    for (tally, entries) in &changes.tallies {
        let (scanner, gate, label) = (tally.scanner, tally.gate, tally.label.number());
        tx.prepare_cached(include_str!("sql/tally_add.sql"))?.execute((door, scanner, gate, label, entries))?;
        tx.prepare_cached(include_str!("sql/tally_trim.sql"))?.execute((door, scanner, gate, label))?;
    }
    if changes.tickets_inside != 0 || changes.tickets_used != 0 {
        let (inside, used) = (changes.tickets_inside, changes.tickets_used);
        tx.prepare_cached(include_str!("sql/counts_add.sql"))?.execute((door, inside, used))?;
    }
    Ok(())
}
