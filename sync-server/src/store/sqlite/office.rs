//! Counting by hand in SQLite: the same way into the log that scanners' entries go.

use std::collections::BTreeMap;

use async_trait::async_trait;
use rusqlite::{OptionalExtension, Transaction, named_params};
use serde_json::json;
use shared::feed::Batch;
use shared::ids::{EntryId, EventId, OrganizationId, ScannerId};
use shared::policy::Policy;
use shared::time::TimeToken;
use shared::trust::office_id;

use super::device::{authority, certify, mark_events, newest_manifest, own_row, set_events};
use super::{Column, SqliteStore, audit, events, keys, truth};
use crate::device::Authority;
use crate::ingest::{Ingested, authenticate};
use crate::keys::{KeyUse, Seed};
use crate::office::compose::{Moment, Office, Spot, compose};
use crate::office::{Desk, NAME, NewCount};
use crate::people::{Actor, Viewer};
use crate::store::StoreError;
use crate::store::office::{Count, CountRow, OfficeStore};

#[async_trait]
impl OfficeStore for SqliteStore {
    async fn count(
        &self,
        actor: Actor,
        viewer: Viewer,
        event: EventId,
        count: NewCount,
        desk: Desk,
    ) -> Result<Count, StoreError> {
        self.write(move |tx| add(tx, &actor, viewer, event, &count, &desk)).await
    }

    async fn counts(&self, viewer: Viewer, event: EventId, limit: u32) -> Result<Option<Vec<CountRow>>, StoreError> {
        self.read(move |tx| {
            if events::visible(tx, viewer, event)?.is_none() {
                return Ok(None);
            }
            let door = truth::find_door(tx, own_row(tx, viewer.organization)?, event)?;
            door.map_or(Ok(vec![]), |door| counts(tx, door, None, limit)).map(Some)
        })
        .await
    }
}

/// What was counted by hand at a door, the last to arrive first; all, or one entry.
pub(super) fn counts(
    tx: &Transaction<'_>,
    door: i64,
    entry: Option<EntryId>,
    limit: u32,
) -> Result<Vec<CountRow>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/counts.sql"))?;
    let entry = entry.as_ref().map(|entry| entry.0.as_slice());
    let rows = statement.query_and_then(named_params! { ":door": door, ":entry": entry, ":limit": limit }, |row| {
        Ok(CountRow { row: truth::entry_row(row)?, at_office: row.get("office")? })
    })?;
    rows.collect()
}

fn add(
    tx: &Transaction<'_>,
    actor: &Actor,
    viewer: Viewer,
    event: EventId,
    count: &NewCount,
    desk: &Desk,
) -> Result<Count, StoreError> {
    let Some(internal) = events::visible(tx, viewer, event)? else { return Ok(Count::NotFound) };
    let door = truth::door_id(tx, own_row(tx, viewer.organization)?, event)?;
    if let Some(earlier) = earlier(tx, door, count)? {
        return Ok(earlier);
    }
    let known = events::read(tx, internal)?;
    if known.archived.is_some() {
        return Ok(Count::Archived);
    }
    let place = Place { door, event, policy: &known.policy };
    let (id, ingested) = match write(tx, viewer.organization, &place, count, desk)? {
        Ok(written) => written,
        Err(refused) => return Ok(refused),
    };
    let sql = include_str!("sql/hand_count_insert.sql");
    let noted = tx.prepare_cached(sql)?.execute(named_params! {
        ":door": door, ":request": count.request.0, ":entry": id.0,
    })?;
    let row = counts(tx, door, Some(id), 1)?.pop().filter(|_| noted == 1).ok_or(StoreError::Impossible("entries"))?;
    let detail = json!({ "entry": id, "gate": count.gate, "people": count.people, "reason": count.reason });
    audit::note(tx, actor, "event.count", Some(&event), Some(&detail))?;
    Ok(Count::Counted { row: Box::new(row), ingested: Some(Box::new(ingested)) })
}

/// What this request became when it came before.
fn earlier(tx: &Transaction<'_>, door: i64, count: &NewCount) -> Result<Option<Count>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/hand_count.sql"))?;
    let found = statement.query_row((door, count.request.0), |row| Ok(row.id("entry_id"))).optional()?;
    let Some(id) = found.transpose()? else { return Ok(None) };
    let row = counts(tx, door, Some(id), 1)?.pop().ok_or(StoreError::Impossible("hand_counts.entry"))?;
    let raw = &row.row.entry.raw;
    let same = raw.gate == Some(count.gate)
        && raw.bodies == Some(count.people)
        && raw.reason.as_deref() == Some(count.reason.as_str());
    Ok(Some(if same { Count::Counted { row: Box::new(row), ingested: None } } else { Count::AnotherCount }))
}

/// An event with its rules.
struct Place<'a> {
    door: i64,
    event: EventId,
    policy: &'a Policy,
}

type Written = (EntryId, Ingested);

fn write(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    place: &Place<'_>,
    count: &NewCount,
    desk: &Desk,
) -> Result<Result<Written, Count>, StoreError> {
    let Some(gate) = place.policy.gate(count.gate) else { return Ok(Err(Count::NoSuchGate)) };
    let authority = authority(tx, organization)?.ok_or(StoreError::Impossible("keysets"))?;
    let at = desk.clock.read();
    let Some(server_key) = authority.signer(KeyUse::Server, at.wall_ms) else {
        return Ok(Err(Count::NoKey(KeyUse::Server)));
    };
    let kept = match kept(tx, place.door)? {
        Some(kept) => kept,
        None if make(tx, organization, place.event, &desk.seed, at.wall_ms)? => {
            kept(tx, place.door)?.ok_or(StoreError::Impossible("offices"))?
        }
        None => return Ok(Err(Count::NoKey(KeyUse::Certificate))),
    };
    let (id, seed) = kept;
    let office = Office { id, key: seed.signing_key(), epoch: desk.epoch };
    let own = own_row(tx, organization)?;
    let last = truth::find_feed(tx, own, office.feed())?.map(|feed| truth::last_of(tx, &feed)).transpose()?.flatten();
    let token = TimeToken { nonce: desk.nonce, server_ms: at.wall_ms, store: authority.store }.sign(&server_key);
    let manifest = newest_manifest(tx, own, place.event)?.map(|held| (held.version, held.digest));
    let spot = Spot { event: place.event, gate, manifest };
    let (batch, entry) = compose(&office, last, &Moment { at, token }, &spot, count);
    Ok(Ok((entry, upload(tx, own, &authority, &office, batch, at.wall_ms)?)))
}

/// From here on it is a batch like any other: checked like one, stored like one.
fn upload(
    tx: &Transaction<'_>,
    organization: i64,
    authority: &Authority,
    office: &Office,
    batch: Batch,
    now: i64,
) -> Result<Ingested, StoreError> {
    let signers = BTreeMap::from([(office.id, office.key.verifying_key())]);
    let checked = authenticate(&[batch], &signers, &authority.trust);
    if !checked.problems.is_empty() {
        tracing::error!(problems = ?checked.problems, "the office's own entries are not authentic");
        return Err(StoreError::Impossible("an office's batch"));
    }
    truth::ingest(tx, organization, &checked.batches, &[], now)
}

/// The office of an event (its door) that this database writes for: its key is here, and it did not end.
fn kept(tx: &Transaction<'_>, door: i64) -> Result<Option<(ScannerId, Seed)>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/office_kept.sql"))?;
    let mut rows = statement.query_and_then([door], |row| Ok((row.id("scanner")?, Seed(row.id("secret")?))))?;
    rows.next().transpose()
}

/// Makes an office for an event, with its certificate; the event is published again with it. False if no key may certify
/// it now.
fn make(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    event: EventId,
    seed: &Seed,
    now: i64,
) -> Result<bool, StoreError> {
    if keys::signing_key(tx, organization, KeyUse::Certificate, now)?.is_none() {
        return Ok(false);
    }
    let public = seed.signing_key().verifying_key().to_bytes();
    let own = own_row(tx, organization)?;
    let office = tx.prepare_cached(include_str!("sql/office_insert.sql"))?.insert(named_params! {
        ":scanner": office_id(event, &public).0, ":organization": own, ":name": NAME, ":now": now, ":public": public,
    })?;
    set_events(tx, organization, office, &[event])?;
    certify(tx, office, now)?;
    let sql = "INSERT INTO offices (scanner, door, secret) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?.execute((office, truth::door_id(tx, own, event)?, seed.0))?;
    mark_events(tx, office)?;
    Ok(true)
}

/// Makes sure that the next manifest of an event names an office that this database writes for, so that scanners which are offline by the time somebody
/// counts know it already.
pub(super) fn prepare(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    (event, door): (EventId, i64),
    seed: &Seed,
    now: i64,
) -> Result<(), StoreError> {
    if kept(tx, door)?.is_none() {
        make(tx, organization, event, seed, now)?;
    }
    Ok(())
}
