//! Events in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};
use serde_json::json;
use shared::ids::{EventId, OrganizationId, ProductId};
use shared::policy::Policy;

use super::error::StoreError;
use super::keys::{Resign, resign};
use super::people::organization_row;
use super::{Column, SqliteStore, alarms, audit, integer, numbers, policy};
pub(super) use crate::events::check;
use crate::events::{Event, EventSummary, check_thresholds};
use crate::live::alarm::Thresholds;
use crate::people::{Actor, Viewer};
use crate::store::events::{ChangeEvent, CreateEvent, EventStore, NewEvent, Settings, SettingsChange};

const INSERT: &str = include_str!("sql/event_insert.sql");
const UPDATE: &str = include_str!("sql/event_update.sql");
const EVENT: &str = include_str!("sql/event.sql");
const EVENTS: &str = include_str!("sql/events.sql");
const VISIBLE: &str = include_str!("sql/event_visible.sql");

/// Most events in a list.
const LIST_LIMIT: u32 = 1000;

/// Internal id of an event, if the viewer may see it.
pub(crate) fn visible(tx: &Connection, viewer: Viewer, id: EventId) -> Result<Option<i64>, StoreError> {
    let mut statement = tx.prepare_cached(VISIBLE)?;
    let params = named_params! {
        ":event": id.as_bytes(), ":organization": viewer.organization.as_bytes(),
        ":promoter": viewer.only_granted_to.as_ref().map(|user| user.as_bytes().as_slice()),
    };
    Ok(statement.query_row(params, |row| row.get(0)).optional()?)
}

/// An event by its internal id.
pub(crate) fn read(tx: &Connection, internal: i64) -> Result<Event, StoreError> {
    let mut statement = tx.prepare_cached(EVENT)?;
    let mut rows = statement.query_and_then(named_params! { ":id": internal }, |row| {
        Ok(Event {
            id: row.id("event")?,
            organization: row.id("organization")?,
            policy: policy::assemble(tx, internal, row)?,
            created: row.get("created")?,
            archived: row.get("archived")?,
            thresholds: Thresholds { warning: row.number("alarm_warning")?, danger: row.number("alarm_danger")? },
            spent: numbers::spent(tx, internal)?,
        })
    })?;
    rows.next().ok_or(StoreError::Impossible("events"))?
}

/// Makes an event's rows; its keys are the caller's business.
pub(crate) fn insert(
    tx: &Connection,
    organization: OrganizationId,
    id: EventId,
    rules: &Policy,
    created: i64,
) -> Result<i64, StoreError> {
    let organization = organization_row(tx, organization)?.ok_or(StoreError::Impossible("organization"))?;
    let retry_window = integer(rules.retry_window, "events.retry_window")?;
    let stale_stop = rules.stale_stop.map(|seconds| integer(seconds, "events.stale_stop")).transpose()?;
    let params = named_params! {
        ":event": id.as_bytes(), ":organization": organization, ":created": created, ":name": rules.name,
        ":starts": rules.starts, ":ends": rules.ends, ":time_zone": rules.time_zone, ":reentry": rules.reentry,
        ":capacity": rules.capacity, ":list_only": rules.list_only, ":stale_stop": stale_stop,
        ":last_entry": rules.last_entry, ":max_reentries": rules.max_reentries, ":retry_window": retry_window,
    };
    tx.execute(INSERT, params)?;
    let internal = tx.last_insert_rowid();
    policy::store_lists(tx, internal, rules)?;
    Ok(internal)
}

/// Makes an event's rules those given, whatever they were.
pub(crate) fn overwrite(tx: &Connection, internal: i64, rules: &Policy) -> Result<(), StoreError> {
    policy::update_row(tx, UPDATE, internal, rules)?;
    policy::store_lists(tx, internal, rules)
}

fn create(tx: &Transaction<'_>, actor: &Actor, event: &NewEvent) -> Result<CreateEvent, StoreError> {
    // First, because it can be refused and then nothing may have been written.
    match resign(tx, actor, std::slice::from_ref(&event.ticket_key), event.root.as_ref(), |_| false)? {
        Resign::Signed(_) => {}
        Resign::RootOffline => return Ok(CreateEvent::RootOffline),
        Resign::WrongRoot => return Ok(CreateEvent::WrongRoot),
    }
    let internal = insert(tx, actor.organization, event.id, &event.policy, actor.at)?;
    audit::note(tx, actor, "event.create", Some(&event.id), Some(&json!({ "name": event.policy.name })))?;
    let usual = read(tx, internal)?.thresholds;
    if event.thresholds != usual {
        alarms::set_thresholds(tx, actor, (internal, event.id), usual, event.thresholds)?;
    }
    Ok(CreateEvent::Created(Box::new(read(tx, internal)?)))
}

fn change(tx: &Transaction<'_>, actor: &Actor, id: EventId, with: SettingsChange) -> Result<ChangeEvent, StoreError> {
    let Some(internal) = visible(tx, Viewer::admin(actor.organization), id)? else {
        return Ok(ChangeEvent::NotFound);
    };
    let event = read(tx, internal)?;
    if event.archived.is_some() {
        return Ok(ChangeEvent::Archived);
    }
    let mut settings = Settings::of(&event);
    with(&mut settings);
    let Settings { policy: rules, thresholds } = settings;
    if (&rules, thresholds) == (&event.policy, event.thresholds) {
        return Ok(ChangeEvent::Done(Box::new(event)));
    }
    let sound = check(&rules).and_then(|()| event.spent.check(&event.policy, &rules));
    if let Err(errors) = sound.and_then(|()| check_thresholds(thresholds)) {
        return Ok(ChangeEvent::Invalid(errors));
    }
    if let Some(product) = product_in_use(tx, internal, &event.policy, &rules)? {
        return Ok(ChangeEvent::ProductInUse(product));
    }
    if rules != event.policy {
        overwrite(tx, internal, &rules)?;
        let detail = json!({ "before": event.policy, "after": rules });
        audit::note(tx, actor, "event.change", Some(&id), Some(&detail))?;
    }
    if thresholds != event.thresholds {
        alarms::set_thresholds(tx, actor, (internal, id), event.thresholds, thresholds)?;
    }
    Ok(ChangeEvent::Done(Box::new(read(tx, internal)?)))
}

/// A product that `after` no longer has, though there are tickets of it.
fn product_in_use(
    tx: &Connection,
    event: i64,
    before: &Policy,
    after: &Policy,
) -> Result<Option<ProductId>, StoreError> {
    let sql = "SELECT 1 FROM tickets WHERE event = ?1 AND product = ?2 LIMIT 1";
    for product in before.products.iter().filter(|product| after.product(product.id).is_none()) {
        if tx.query_row(sql, (event, product.id.0), |_| Ok(())).optional()?.is_some() {
            return Ok(Some(product.id));
        }
    }
    Ok(None)
}

fn archive(tx: &Transaction<'_>, actor: &Actor, id: EventId) -> Result<ChangeEvent, StoreError> {
    let Some(internal) = visible(tx, Viewer::admin(actor.organization), id)? else {
        return Ok(ChangeEvent::NotFound);
    };
    let sql = "UPDATE events SET archived = ?2 WHERE id = ?1 AND archived IS NULL";
    if tx.execute(sql, (internal, actor.at))? > 0 {
        audit::note(tx, actor, "event.archive", Some(&id), None)?;
    }
    Ok(ChangeEvent::Done(Box::new(read(tx, internal)?)))
}

fn list(tx: &Connection, viewer: Viewer, archived: bool) -> Result<Vec<EventSummary>, StoreError> {
    let mut statement = tx.prepare_cached(EVENTS)?;
    let params = named_params! {
        ":organization": viewer.organization.as_bytes(), ":archived": archived, ":limit": LIST_LIMIT,
        ":promoter": viewer.only_granted_to.as_ref().map(|user| user.as_bytes().as_slice()),
    };
    let rows = statement.query_and_then(params, |row| {
        Ok(EventSummary {
            id: row.id("event")?,
            name: row.get("name")?,
            starts: row.get("starts")?,
            ends: row.get("ends")?,
            time_zone: row.get("time_zone")?,
            archived: row.get("archived")?,
            tickets: row.number("tickets")?,
        })
    })?;
    rows.collect()
}

#[async_trait]
impl EventStore for SqliteStore {
    async fn create_event(&self, actor: Actor, event: NewEvent) -> Result<CreateEvent, StoreError> {
        self.write(move |tx| create(tx, &actor, &event)).await
    }

    async fn events(&self, viewer: Viewer, archived: bool) -> Result<Vec<EventSummary>, StoreError> {
        self.read(move |tx| list(tx, viewer, archived)).await
    }

    async fn event(&self, viewer: Viewer, id: EventId) -> Result<Option<Event>, StoreError> {
        self.read(move |tx| visible(tx, viewer, id)?.map(|internal| read(tx, internal)).transpose()).await
    }

    async fn change_event(&self, actor: Actor, id: EventId, with: SettingsChange) -> Result<ChangeEvent, StoreError> {
        self.write(move |tx| change(tx, &actor, id, with)).await
    }

    async fn archive_event(&self, actor: Actor, id: EventId) -> Result<ChangeEvent, StoreError> {
        self.write(move |tx| archive(tx, &actor, id)).await
    }
}
