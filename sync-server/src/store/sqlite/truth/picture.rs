//! What dashboards show, from the projections.

use std::collections::BTreeMap;

use rusqlite::Transaction;
use shared::ids::{EventId, GateId, ZoneId};
use shared::merge::Label;
use shared::occupancy::{Doubt, Flow, Passing, Pending, Reports, Sums};
use shared::policy::Policy;
use shared::time::Window;

use super::doors::find_door;
use super::sums::{WHOLE_VENUE, doubt_number};
use crate::device::{SILENT_AFTER_MS, Scanner, ScannerState};
use crate::events::Event;
use crate::people::Viewer;
use crate::projection::NO_GATE;
use crate::store::StoreError;
use crate::store::sqlite::device::{own_row, scanners_of_door};
use crate::store::sqlite::{Column, alarms, events};
use crate::store::truth::{DoorPicture, ManifestFacts, MinuteRow, ScannerTally};

/// Most minutes in a timeline: a fortnight of all minutes at a few gates.
const MINUTE_LIMIT: i64 = 200_000;

/// An event the viewer may see.
pub(super) struct Seen {
    /// Its row.
    pub(super) event: i64,
    /// Its door; `None` while nothing was ever logged or published.
    pub(super) door: Option<i64>,
    pub(super) revision: i64,
}

/// The event, if the viewer may see it.
pub(super) fn seen(tx: &Transaction<'_>, viewer: Viewer, event: EventId) -> Result<Option<Seen>, StoreError> {
    let Some(row) = events::visible(tx, viewer, event)? else { return Ok(None) };
    let door = find_door(tx, own_row(tx, viewer.organization)?, event)?;
    let sql = "SELECT revision FROM doors WHERE id = ?1";
    let revision = match door {
        Some(door) => tx.prepare_cached(sql)?.query_row([door], |row| row.get(0))?,
        None => 0,
    };
    Ok(Some(Seen { event: row, door, revision }))
}

pub(super) fn picture(
    tx: &Transaction<'_>,
    viewer: Viewer,
    event: EventId,
    now: i64,
) -> Result<Option<DoorPicture>, StoreError> {
    let Some(seen) = seen(tx, viewer, event)? else { return Ok(None) };
    let Event { policy, thresholds, .. } = events::read(tx, seen.event)?;
    let sql = "SELECT count(*) FROM tickets WHERE event = ?1";
    let listed: i64 = tx.prepare_cached(sql)?.query_row([seen.event], |row| row.get(0))?;
    let mut picture = DoorPicture {
        revision: seen.revision,
        sums: Sums::default(),
        reports: Reports::default(),
        labels: BTreeMap::new(),
        strays: 0,
        tickets_inside: 0,
        tickets_used: 0,
        tickets_listed: listed.unsigned_abs(),
        conflicts: 0,
        conflicts_open: 0,
        manifest: None,
        scanners: vec![],
        policy,
        thresholds,
        alarms: alarms::list(tx, seen.event, false)?,
    };
    let Some(door) = seen.door else { return Ok(Some(picture)) };
    picture.sums = sums(tx, door)?;
    picture.labels = labels(tx, door)?;
    picture.strays = number(tx, "SELECT count(*) FROM entries WHERE door = ?1 AND stray = 1", door)?;
    picture.tickets_inside =
        number(tx, "SELECT coalesce(sum(tickets_inside), 0) FROM door_counts WHERE door = ?1", door)?;
    picture.tickets_used = number(tx, "SELECT coalesce(sum(tickets_used), 0) FROM door_counts WHERE door = ?1", door)?;
    // Every duplicate has its story, so they are counted already; those with a note are few. CROSS JOIN keeps this order.
    picture.conflicts = picture.labels.get(&Label::Duplicate).copied().unwrap_or_default();
    let sql = "SELECT count(*) FROM conflict_notes n CROSS JOIN conflicts c ON c.entry = n.entry WHERE c.door = ?1";
    picture.conflicts_open = picture.conflicts.saturating_sub(number(tx, sql, door)?);
    picture.manifest = manifest(tx, door)?;
    picture.scanners = scanners_of_door(tx, viewer, door)?;
    picture.reports = reports(&picture.scanners, event, &picture.policy, now);
    Ok(Some(picture))
}

fn number(tx: &Transaction<'_>, sql: &str, door: i64) -> Result<u64, StoreError> {
    let number: i64 = tx.prepare_cached(sql)?.query_row([door], |row| row.get(0))?;
    u64::try_from(number).map_err(|_| StoreError::Impossible("a count"))
}

/// Sums by zone, gate and doubt.
pub(super) fn sums(tx: &Transaction<'_>, door: i64) -> Result<Sums, StoreError> {
    let mut sums = Sums::default();
    let mut statement = tx.prepare_cached("SELECT zone, bodies FROM zone_sums WHERE door = ?1")?;
    for row in statement.query_and_then([door], |row| Ok::<_, StoreError>((row.number("zone")?, row.get("bodies")?)))? {
        let (zone, bodies) = row?;
        sums.zones.insert(ZoneId(zone), bodies);
    }
    let mut statement = tx.prepare_cached("SELECT gate, inward, outward FROM gate_sums WHERE door = ?1")?;
    let rows = statement.query_and_then([door], |row| Ok::<_, StoreError>((row.number("gate")?, flow(row)?)))?;
    for row in rows {
        let (gate, flow) = row?;
        sums.gates.insert(GateId(gate), flow);
    }
    let mut statement = tx.prepare_cached("SELECT doubt, zone, inward, outward FROM doubt_sums WHERE door = ?1")?;
    let rows = statement.query_and_then([door], |row| {
        Ok::<_, StoreError>((row.get::<_, i64>("doubt")?, row.get::<_, i64>("zone")?, flow(row)?))
    })?;
    for row in rows {
        let (doubt, zone, flow) = row?;
        let known = [Doubt::SecondBranch, Doubt::Quarantined].into_iter().find(|known| doubt_number(*known) == doubt);
        let doubt = known.ok_or(StoreError::Impossible("doubt_sums.doubt"))?;
        let zone = if zone == WHOLE_VENUE { None } else { u32::try_from(zone).ok().map(ZoneId) };
        sums.doubts.insert((doubt, zone), flow);
    }
    Ok(sums)
}

fn flow(row: &rusqlite::Row<'_>) -> Result<Flow, StoreError> {
    Ok(Flow { inward: row.get("inward")?, outward: row.get("outward")? })
}

fn labels(tx: &Transaction<'_>, door: i64) -> Result<BTreeMap<Label, u64>, StoreError> {
    let sql = "SELECT label, sum(entries) AS entries FROM tallies WHERE door = ?1 GROUP BY label";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([door], |row| Ok((label(row.number("label")?)?, row.number("entries")?)))?;
    rows.collect()
}

fn label(number: u8) -> Result<Label, StoreError> {
    Label::from_number(number).ok_or(StoreError::Impossible("label"))
}

fn manifest(tx: &Transaction<'_>, door: i64) -> Result<Option<ManifestFacts>, StoreError> {
    let sql = "SELECT m.version, m.created, m.expires, d.equivocation FROM manifests m JOIN doors d ON d.id = m.door \
               WHERE m.door = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query_and_then([door], |row| {
        Ok(ManifestFacts {
            version: row.number("version")?,
            created: row.get("created")?,
            expires: row.get("expires")?,
            equivocation: row.optional_number("equivocation")?,
        })
    })?;
    rows.next().transpose()
}

/// What scanners reported and has not arrived, and who is silent while the event can have entries.
fn reports(scanners: &[Scanner], event: EventId, policy: &Policy, now: i64) -> Reports {
    let (opens, closes) = Window::of(policy).bounds();
    let mut reports = Reports::default();
    for scanner in scanners.iter().filter(|scanner| scanner.state() == ScannerState::Active) {
        let elsewhere = scanner.presence.as_ref().is_some_and(|there| there.event.is_some_and(|at| at != event));
        if elsewhere {
            continue;
        }
        let silent = scanner.presence.as_ref().is_none_or(|there| now.saturating_sub(there.seen) > SILENT_AFTER_MS);
        if silent && (opens..=closes).contains(&now) && scanner.events.contains(&event) {
            reports.silent.push(scanner.id);
        }
        let Some(presence) = &scanner.presence else { continue };
        let bodies = Flow {
            inward: i64::try_from(presence.pending_in).unwrap_or(i64::MAX),
            outward: i64::try_from(presence.pending_out).unwrap_or(i64::MAX),
        };
        if !bodies.is_zero() {
            let gate = presence.gate.or(scanner.gate).and_then(|gate| policy.gate(gate));
            let at = gate.map(|gate| Passing { zone: gate.zone, from: gate.from });
            reports.pending.push(Pending { scanner: scanner.id, at, bodies });
        }
    }
    reports
}

pub(super) fn timeline(
    tx: &Transaction<'_>,
    viewer: Viewer,
    event: EventId,
    from: i64,
    to: i64,
) -> Result<Option<Vec<MinuteRow>>, StoreError> {
    let Some(seen) = seen(tx, viewer, event)? else { return Ok(None) };
    let Some(door) = seen.door else { return Ok(Some(vec![])) };
    minutes(tx, door, from, to).map(Some)
}

pub(super) fn minutes(tx: &Transaction<'_>, door: i64, from: i64, to: i64) -> Result<Vec<MinuteRow>, StoreError> {
    let sql = "SELECT minute, gate, inward, outward FROM minute_sums \
               WHERE door = ?1 AND minute BETWEEN ?2 AND ?3 ORDER BY minute, gate LIMIT ?4";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then((door, from, to, MINUTE_LIMIT), |row| {
        Ok(MinuteRow { minute: row.get("minute")?, gate: GateId(row.number("gate")?), flow: flow(row)? })
    })?;
    rows.collect()
}

pub(super) fn scanner_tallies(
    tx: &Transaction<'_>,
    viewer: Viewer,
    event: EventId,
) -> Result<Option<Vec<ScannerTally>>, StoreError> {
    let Some(seen) = seen(tx, viewer, event)? else { return Ok(None) };
    let Some(door) = seen.door else { return Ok(Some(vec![])) };
    let sql = "SELECT t.gate, t.label, t.entries FROM tallies t JOIN scanners s ON s.id = t.scanner \
               WHERE t.door = ?1 AND s.scanner = ?2 ORDER BY t.gate, t.label";
    let mut statement = tx.prepare_cached(sql)?;
    let mut found = Vec::new();
    for scanner in scanners_of_door(tx, viewer, door)? {
        let rows = statement.query_and_then((door, scanner.id.0), |row| {
            let gate: i64 = row.get("gate")?;
            let gate = if gate == NO_GATE { None } else { u32::try_from(gate).ok().map(GateId) };
            Ok::<_, StoreError>((gate, label(row.number("label")?)?, row.number("entries")?))
        })?;
        found.push(ScannerTally { tallies: rows.collect::<Result<_, _>>()?, scanner });
    }
    Ok(Some(found))
}
