//! Scanners as administrators see and change them.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};
use serde_json::json;
use shared::ids::{EventId, GateId, OrganizationId, ScannerId};
use shared::trust::ScannerRole;

use super::{certify, own_row};
use crate::device::{FeedState, NewScanner, Presence, Scanner, ScannerChange};
use crate::people::{Actor, Viewer};
use crate::store::StoreError;
use crate::store::device::ChangeScanner;
use crate::store::sqlite::{Column, audit, events, truth};

const LIST: &str = include_str!("sql/scanners.sql");
const INSERT: &str = include_str!("sql/scanner_insert.sql");

/// The number the column holds.
pub(super) fn role_number(role: ScannerRole) -> i64 {
    match role {
        ScannerRole::Scan => 1,
        ScannerRole::Supervisor => 2,
    }
}

/// From the number the column holds.
pub(super) fn role_from_number(number: i64) -> Result<ScannerRole, StoreError> {
    match number {
        1 => Ok(ScannerRole::Scan),
        2 => Ok(ScannerRole::Supervisor),
        _ => Err(StoreError::Impossible("scanners.role")),
    }
}

/// Scanners the viewer may see; all, or one.
pub(super) fn list(tx: &Transaction<'_>, viewer: Viewer, id: Option<ScannerId>) -> Result<Vec<Scanner>, StoreError> {
    let mut statement = tx.prepare_cached(LIST)?;
    let params = named_params! {
        ":organization": viewer.organization.as_bytes(),
        ":scanner": id.as_ref().map(|id| id.as_bytes().as_slice()),
        ":promoter": viewer.only_granted_to.as_ref().map(|user| user.as_bytes().as_slice()),
    };
    let rows = statement.query_and_then(params, |row| read(tx, row))?;
    rows.collect()
}

/// Whether the viewer may see this scanner.
pub(in crate::store::sqlite) fn is_seen(
    tx: &Transaction<'_>,
    viewer: Viewer,
    id: ScannerId,
) -> Result<bool, StoreError> {
    Ok(!list(tx, viewer, Some(id))?.is_empty())
}

/// Scanners that are or were certified for an event, if the viewer may see them.
pub(in crate::store::sqlite) fn of_door(
    tx: &Transaction<'_>,
    viewer: Viewer,
    door: i64,
) -> Result<Vec<Scanner>, StoreError> {
    let sql = "SELECT s.scanner FROM scanner_events e JOIN scanners s ON s.id = e.scanner WHERE e.door = ?1";
    let ids = tx.prepare_cached(sql)?.query_and_then([door], |row| row.id("scanner"))?.collect::<Result<_, _>>()?;
    let ids: std::collections::BTreeSet<ScannerId> = ids;
    let all = list(tx, Viewer::admin(viewer.organization), None)?;
    Ok(all.into_iter().filter(|scanner| ids.contains(&scanner.id)).collect())
}

fn read(tx: &Transaction<'_>, row: &Row<'_>) -> Result<Scanner, StoreError> {
    let internal: i64 = row.get("id")?;
    Ok(Scanner {
        id: row.id("scanner")?,
        name: row.get("name")?,
        gate: row.optional_number("gate")?.map(GateId),
        role: role_from_number(row.get("role")?)?,
        events: events_of(tx, internal)?,
        created: row.get("created")?,
        device: row.get("device")?,
        enrolled: row.get("enrolled")?,
        certified_to: row.get("certified_to")?,
        revoked: row.get("revoked")?,
        disputed: row.get("disputed")?,
        presence: presence(row)?,
        feeds: feeds(tx, internal)?,
    })
}

fn presence(row: &Row<'_>) -> Result<Option<Presence>, StoreError> {
    let Some(seen) = row.get("seen")? else { return Ok(None) };
    let left = |reported: &'static str, arrived: &'static str| -> Result<u64, StoreError> {
        let (reported, arrived): (u64, u64) = (row.number(reported)?, row.number(arrived)?);
        Ok(reported.saturating_sub(arrived))
    };
    Ok(Some(Presence {
        seen,
        pending: left("pending", "arrived")?,
        pending_in: left("pending_in", "arrived_in")?,
        pending_out: left("pending_out", "arrived_out")?,
        clock_offset: row.get("clock_offset")?,
        clock_error: row.get("clock_error")?,
        battery: row.optional_number("battery")?,
        software: row.get("software")?,
        event: row.optional_id("event")?,
        gate: row.optional_number("present_gate")?.map(GateId),
        manifest: row.optional_number("manifest")?,
    }))
}

/// Events a scanner is certified for now.
pub(in crate::store::sqlite) fn events_of(tx: &Connection, scanner: i64) -> Result<Vec<EventId>, StoreError> {
    let sql = "SELECT d.event FROM scanner_events s JOIN doors d ON d.id = s.door \
               WHERE s.scanner = ?1 AND s.active = 1 ORDER BY d.id";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([scanner], |row| row.id("event"))?;
    rows.collect()
}

fn feeds(tx: &Transaction<'_>, scanner: i64) -> Result<Vec<FeedState>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/scanner_feeds.sql"))?;
    let rows = statement.query_and_then([scanner], |row| {
        Ok(FeedState {
            feed: row.id("feed")?,
            contiguous: row.number("contiguous")?,
            witnessed: row.number("witnessed")?,
            forked: row.get("forked")?,
            cut: row.optional_number("cut")?,
        })
    })?;
    rows.collect()
}

/// Public keys of scanners of the organization.
pub(super) fn keys(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    scanners: &[ScannerId],
) -> Result<BTreeMap<ScannerId, [u8; 32]>, StoreError> {
    let sql = "SELECT s.public FROM scanners s JOIN organizations o ON o.id = s.organization \
               WHERE s.scanner = ?1 AND o.organization = ?2 AND s.public IS NOT NULL";
    let mut statement = tx.prepare_cached(sql)?;
    let mut found = BTreeMap::new();
    for scanner in scanners {
        let key = statement.query_row((scanner.0, organization.0), |row| Ok(row.id("public"))).optional()?;
        if let Some(key) = key {
            found.insert(*scanner, key?);
        }
    }
    Ok(found)
}

/// A scanner's row, with its revocation, if it is of the organization. An office is none: nobody changes
/// it, and it ends only with the certificate key.
pub(super) fn own(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    id: ScannerId,
) -> Result<Option<(i64, Option<i64>)>, StoreError> {
    let sql = "SELECT s.id, s.revoked FROM scanners s JOIN organizations o ON o.id = s.organization \
               WHERE s.scanner = ?1 AND o.organization = ?2 AND s.office = 0";
    let mut statement = tx.prepare_cached(sql)?;
    Ok(statement.query_row((id.0, organization.0), |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// How a scanner is now.
pub(super) fn done(tx: &Transaction<'_>, actor: &Actor, id: ScannerId) -> Result<ChangeScanner, StoreError> {
    let scanner = list(tx, Viewer::admin(actor.organization), Some(id))?.pop();
    Ok(scanner.map_or(ChangeScanner::NotFound, |scanner| ChangeScanner::Done(Box::new(scanner))))
}

pub(super) fn register(tx: &Transaction<'_>, actor: &Actor, new: &NewScanner) -> Result<ChangeScanner, StoreError> {
    if let Some(event) = unknown_event(tx, actor.organization, &new.events)? {
        return Ok(ChangeScanner::NoSuchEvent(event));
    }
    tx.execute("DELETE FROM invitations WHERE expires < ?1 AND used IS NULL", [actor.at - KEEP_INVITATIONS_MS])?;
    let mut insert = tx.prepare_cached(INSERT)?;
    let scanner = insert.insert(named_params! {
        ":scanner": new.id.0, ":organization": own_row(tx, actor.organization)?, ":name": new.name,
        ":gate": new.gate.map(|gate| gate.0), ":role": role_number(new.role), ":created": actor.at,
    })?;
    set_events(tx, actor.organization, scanner, &new.events)?;
    let sql = "INSERT INTO invitations (token, scanner, expires) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?.execute((new.token, scanner, new.expires))?;
    let detail = json!({ "name": new.name, "role": new.role, "gate": new.gate, "events": new.events });
    audit::note(tx, actor, "scanner.register", Some(&new.id), Some(&detail))?;
    done(tx, actor, new.id)
}

/// Invites the device of a scanner that has not enrolled once more.
pub(super) fn invite_again(
    tx: &Transaction<'_>,
    actor: &Actor,
    id: ScannerId,
    token: &[u8; 32],
    expires: i64,
) -> Result<ChangeScanner, StoreError> {
    let Some((row, revoked)) = own(tx, actor.organization, id)? else { return Ok(ChangeScanner::NotFound) };
    if revoked.is_some() {
        return Ok(ChangeScanner::Revoked);
    }
    let sql = "SELECT enrolled IS NOT NULL FROM scanners WHERE id = ?1";
    if tx.prepare_cached(sql)?.query_row([row], |row| row.get(0))? {
        return Ok(ChangeScanner::Enrolled);
    }
    // Only the one that is shown now may be good.
    tx.execute("DELETE FROM invitations WHERE scanner = ?1 AND used IS NULL", [row])?;
    let sql = "INSERT INTO invitations (token, scanner, expires) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?.execute((token, row, expires))?;
    audit::note(tx, actor, "scanner.invite", Some(&id), None)?;
    done(tx, actor, id)
}

/// Expired invitations are remembered this long (ms), so that their holder hears what is wrong with them.
const KEEP_INVITATIONS_MS: i64 = 30 * 24 * 60 * 60 * 1000;

fn unknown_event(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    wanted: &[EventId],
) -> Result<Option<EventId>, StoreError> {
    for event in wanted {
        if events::visible(tx, Viewer::admin(organization), *event)?.is_none() {
            return Ok(Some(*event));
        }
    }
    Ok(None)
}

/// Makes `events` those the scanner is certified for. Those it was certified for before stay known.
pub(in crate::store::sqlite) fn set_events(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    scanner: i64,
    events: &[EventId],
) -> Result<Vec<i64>, StoreError> {
    let organization = own_row(tx, organization)?;
    tx.prepare_cached("UPDATE scanner_events SET active = 0 WHERE scanner = ?1")?.execute([scanner])?;
    let mut added = Vec::new();
    for event in events {
        let door = truth::door_id(tx, organization, *event)?;
        let known = "SELECT 1 FROM scanner_events WHERE scanner = ?1 AND door = ?2";
        if !tx.prepare_cached(known)?.exists((scanner, door))? {
            added.push(door);
        }
        let sql = "INSERT INTO scanner_events (scanner, door, active) VALUES (?1, ?2, 1) \
                   ON CONFLICT (scanner, door) DO UPDATE SET active = 1";
        tx.prepare_cached(sql)?.execute((scanner, door))?;
    }
    Ok(added)
}

pub(super) fn change(
    tx: &Transaction<'_>,
    actor: &Actor,
    id: ScannerId,
    change: &ScannerChange,
) -> Result<ChangeScanner, StoreError> {
    let Some((row, revoked)) = own(tx, actor.organization, id)? else { return Ok(ChangeScanner::NotFound) };
    if revoked.is_some() {
        return Ok(ChangeScanner::Revoked);
    }
    if let Some(event) = unknown_event(tx, actor.organization, change.events.as_deref().unwrap_or_default())? {
        return Ok(ChangeScanner::NoSuchEvent(event));
    }
    if *change == ScannerChange::default() {
        return done(tx, actor, id);
    }
    mark_events(tx, row)?;
    tx.prepare_cached(include_str!("sql/scanner_change.sql"))?.execute(named_params! {
        ":id": row, ":name": change.name, ":role": change.role.map(role_number),
        ":set_gate": change.gate.is_some(), ":gate": change.gate.flatten().map(|gate| gate.0),
    })?;
    if let Some(events) = &change.events {
        let added = set_events(tx, actor.organization, row, events)?;
        truth::adopt_strays(tx, own_row(tx, actor.organization)?, row, &added, actor.at)?;
    }
    certify::certify(tx, row, actor.at)?;
    mark_events(tx, row)?;
    let detail = json!({ "name": change.name, "gate": change.gate, "role": change.role, "events": change.events });
    audit::note(tx, actor, "scanner.change", Some(&id), Some(&detail))?;
    done(tx, actor, id)
}

/// Manifests hold certificates and revocations: those of the scanner's events must be published again.
pub(in crate::store::sqlite) fn mark_events(tx: &Transaction<'_>, scanner: i64) -> Result<(), StoreError> {
    tx.prepare_cached(include_str!("sql/scanner_mark_events.sql"))?.execute([scanner])?;
    Ok(())
}
