//! Alarms of fullness in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};
use serde_json::json;
use shared::ids::{EventId, OrganizationId, ZoneId};

use super::error::StoreError;
use super::people::organization_row;
use super::truth::{find_door, raise};
use super::{Column, SqliteStore, audit, events};
use crate::live::alarm::{Alarm, Level, Settlement, Step, Thresholds};
use crate::people::{Actor, Viewer};
use crate::store::alarms::{AcknowledgeAlarm, AlarmStore};

/// Most alarms in a list.
const LIST_LIMIT: u32 = 1_000;

/// Alarms of an event, the latest first; those that stand, or all.
pub(super) fn list(tx: &Connection, event: i64, all: bool) -> Result<Vec<Alarm>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/alarms.sql"))?;
    let params = named_params! { ":event": event, ":all": all, ":limit": LIST_LIMIT };
    let rows = statement.query_and_then(params, alarm)?;
    rows.collect()
}

fn alarm(row: &Row<'_>) -> Result<Alarm, StoreError> {
    let level = |column: &'static str| -> Result<Level, StoreError> {
        Level::from_number(row.number(column)?).ok_or(StoreError::Impossible(column))
    };
    let acknowledged: Option<i64> = row.get("acknowledged")?;
    Ok(Alarm {
        id: row.get("id")?,
        zone: row.optional_number("zone")?.map(ZoneId),
        level: level("level")?,
        standing: level("standing")?,
        raised: row.get("raised")?,
        people: row.get("people")?,
        capacity: row.number("capacity")?,
        ended: row.get("ended")?,
        acknowledged: acknowledged.map(|at| Ok::<_, StoreError>((row.get("actor")?, at))).transpose()?,
    })
}

fn settle(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    event: EventId,
    now: i64,
    settlements: &[Settlement],
) -> Result<(), StoreError> {
    let Some(row) = events::visible(tx, Viewer::admin(organization), event)? else { return Ok(()) };
    for settlement in settlements {
        apply(tx, row, now, settlement)?;
    }
    rise(tx, organization, event)
}

/// Two may judge at once; the second finds that it is done.
fn apply(tx: &Transaction<'_>, event: i64, now: i64, settlement: &Settlement) -> Result<(), StoreError> {
    let zone = settlement.zone.map(|zone| zone.0);
    let end = "UPDATE alarms SET ended = ?3 \
               WHERE event = ?1 AND coalesce(zone, -1) = coalesce(?2, -1) AND ended IS NULL AND standing < ?4";
    match settlement.step {
        Step::Stay => {}
        Step::End => {
            tx.execute(end, (event, zone, now, i64::MAX))?;
        }
        Step::Ease(level) => {
            let sql = "UPDATE alarms SET standing = ?3 \
                       WHERE event = ?1 AND coalesce(zone, -1) = coalesce(?2, -1) AND ended IS NULL";
            tx.execute(sql, (event, zone, level.number()))?;
        }
        Step::Raise(level) => {
            tx.execute(end, (event, zone, now, level.number()))?;
            let sql = "INSERT INTO alarms (event, zone, level, standing, raised, people, capacity) \
                       VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
            tx.execute(sql, (event, zone, level.number(), now, settlement.people, settlement.capacity))?;
        }
    }
    Ok(())
}

/// Dashboards show it.
fn rise(tx: &Transaction<'_>, organization: OrganizationId, event: EventId) -> Result<(), StoreError> {
    let Some(organization) = organization_row(tx, organization)? else { return Ok(()) };
    find_door(tx, organization, event)?.map_or(Ok(()), |door| raise(tx, door))
}

fn acknowledge(
    tx: &Transaction<'_>,
    actor: &Actor,
    viewer: Viewer,
    event: EventId,
    alarm: i64,
) -> Result<AcknowledgeAlarm, StoreError> {
    let Some(row) = events::visible(tx, viewer, event)? else { return Ok(AcknowledgeAlarm::NotFound) };
    let sql = "SELECT level, zone FROM alarms WHERE id = ?1 AND event = ?2";
    let found = tx.query_row(sql, (alarm, row), |row| Ok((row.get::<_, u8>(0)?, row.get::<_, Option<u32>>(1)?)));
    let Some((level, zone)) = found.optional()? else { return Ok(AcknowledgeAlarm::NotFound) };
    let sql = "UPDATE alarms SET acknowledged = ?2, actor = ?3 WHERE id = ?1 AND acknowledged IS NULL";
    if tx.execute(sql, (alarm, actor.at, &actor.name))? == 0 {
        // Somebody else was quicker; their name stays.
        return Ok(AcknowledgeAlarm::Done);
    }
    rise(tx, actor.organization, event)?;
    let level = Level::from_number(level).ok_or(StoreError::Impossible("alarms.level"))?;
    let detail = json!({ "alarm": alarm, "level": level, "zone": zone });
    audit::note(tx, actor, "alarm.acknowledge", Some(&event), Some(&detail))?;
    Ok(AcknowledgeAlarm::Done)
}

/// Sets from which shares of a capacity on alarms are raised.
pub(super) fn set_thresholds(
    tx: &Transaction<'_>,
    actor: &Actor,
    (internal, id): (i64, EventId),
    before: Thresholds,
    after: Thresholds,
) -> Result<(), StoreError> {
    let sql = "UPDATE events SET alarm_warning = ?2, alarm_danger = ?3 WHERE id = ?1";
    tx.execute(sql, (internal, after.warning, after.danger))?;
    rise(tx, actor.organization, id)?;
    let detail = json!({ "before": before, "after": after });
    audit::note(tx, actor, "event.alarms", Some(&id), Some(&detail))
}

#[async_trait]
impl AlarmStore for SqliteStore {
    async fn alarms(&self, viewer: Viewer, event: EventId) -> Result<Option<Vec<Alarm>>, StoreError> {
        self.read(move |tx| events::visible(tx, viewer, event)?.map(|event| list(tx, event, true)).transpose()).await
    }

    async fn settle_alarms(
        &self,
        organization: OrganizationId,
        event: EventId,
        now: i64,
        settlements: Vec<Settlement>,
    ) -> Result<(), StoreError> {
        self.write(move |tx| settle(tx, organization, event, now, &settlements)).await
    }

    async fn acknowledge_alarm(
        &self,
        actor: Actor,
        viewer: Viewer,
        event: EventId,
        alarm: i64,
    ) -> Result<AcknowledgeAlarm, StoreError> {
        self.write(move |tx| acknowledge(tx, &actor, viewer, event, alarm)).await
    }
}
