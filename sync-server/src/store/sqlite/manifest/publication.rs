//! Making the next manifest.

use minicbor::bytes::ByteVec;
use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use serde_json::json;
use shared::ids::{EventId, OrganizationId, ProductId, TicketKey};
use shared::manifest::{Cut, Header, Record, Revocation, TicketState};

use super::hold::{hold, release};
use crate::keys::Seed;
use crate::people::{Actor, Viewer};
use crate::publish::auto::Due;
use crate::publish::draft::{Draft, InForce, Records, draft};
use crate::store::StoreError;
use crate::store::manifest::{AfterRestore, Basis, Begin, Finish, GRACE_MS, Publication};
use crate::store::sqlite::device::own_row;
use crate::store::sqlite::{Column, audit, events, integer, office, restored, truth};

/// Stands for the event itself in `manifest_pending`.
const THE_EVENT: i64 = 0;

/// Most events published in one go.
const DUE_LIMIT: u32 = 100;

pub(super) fn due(tx: &Transaction<'_>, now: i64) -> Result<Vec<Due>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/due.sql"))?;
    let rows = statement
        .query_and_then(named_params! { ":now": now, ":grace": GRACE_MS, ":limit": DUE_LIMIT }, |row| {
            Ok(Due { organization: row.id("organization")?, event: row.id("event")? })
        })?;
    rows.collect()
}

pub(super) fn begin(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    event: EventId,
    after_restore: AfterRestore,
    office: &Seed,
    now: i64,
) -> Result<Begin, StoreError> {
    let Some(internal) = events::visible(tx, Viewer::admin(organization), event)? else { return Ok(Begin::NotFound) };
    let known = events::read(tx, internal)?;
    if known.archived.is_some() {
        return Ok(Begin::Archived);
    }
    let door = truth::door_id(tx, own_row(tx, organization)?, event)?;
    if after_restore == AfterRestore::Wait
        && let Some(hold) = hold(tx, door, now)?
    {
        return Ok(Begin::Held(Box::new(hold)));
    }
    office::prepare(tx, organization, (event, door), office, now)?;
    let sql = "UPDATE doors SET round = round + 1 WHERE id = ?1 RETURNING round, witnessed";
    let (round, witnessed): (i64, i64) =
        tx.prepare_cached(sql)?.query_row([door], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = "INSERT OR REPLACE INTO manifest_pending (door, ticket, round) \
               SELECT ?1, id, ?2 FROM tickets WHERE event = ?3 AND dirty = 1";
    tx.prepare_cached(sql)?.execute((door, round, internal))?;
    let sql = "INSERT OR REPLACE INTO manifest_pending (door, ticket, round) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?.execute((door, THE_EVENT, round))?;
    tx.prepare_cached("UPDATE tickets SET dirty = 0 WHERE event = ?1 AND dirty = 1")?.execute([internal])?;
    tx.prepare_cached("UPDATE events SET dirty = 0 WHERE id = ?1")?.execute([internal])?;
    Ok(Begin::Ready(Box::new(Basis {
        round,
        version: in_force(tx, door)?,
        witnessed: witnessed.unsigned_abs().max(restored::floor(tx, now)?),
        policy: known.policy,
        certificates: certificates(tx, door)?,
        revocations: revocations(tx, door)?,
    })))
}

/// Version in force; 0 for none.
pub(super) fn in_force(tx: &Transaction<'_>, door: i64) -> Result<u64, StoreError> {
    let mut statement = tx.prepare_cached("SELECT version FROM manifests WHERE door = ?1")?;
    let found = statement.query_row([door], |row| Ok(row.number("version"))).optional()?;
    found.unwrap_or(Ok(0))
}

fn certificates(tx: &Transaction<'_>, door: i64) -> Result<Vec<ByteVec>, StoreError> {
    let sql = "SELECT s.certificate FROM scanners s JOIN scanner_events e ON e.scanner = s.id \
               WHERE e.door = ?1 AND s.certificate IS NOT NULL ORDER BY s.id";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map([door], |row| Ok(ByteVec::from(row.get::<_, Vec<u8>>(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn revocations(tx: &Transaction<'_>, door: i64) -> Result<Vec<Revocation>, StoreError> {
    let sql = "SELECT s.id, s.scanner, s.revoked FROM scanners s JOIN scanner_events e ON e.scanner = s.id \
               WHERE e.door = ?1 AND s.revoked IS NOT NULL ORDER BY s.id";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([door], |row| {
        let cuts = cuts(tx, row.get("id")?)?;
        Ok(Revocation { scanner: row.id("scanner")?, at: row.get("revoked")?, cuts })
    })?;
    rows.collect()
}

fn cuts(tx: &Transaction<'_>, scanner: i64) -> Result<Vec<Cut>, StoreError> {
    let sql = "SELECT feed, seq, entry_id FROM cuts WHERE scanner = ?1 ORDER BY feed, seq, entry_id";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([scanner], |row| {
        Ok(Cut { feed: row.id("feed")?, seq: row.number("seq")?, id: row.id("entry_id")? })
    })?;
    rows.collect()
}

pub(super) fn make_draft(
    tx: &Transaction<'_>,
    organization: i64,
    event: EventId,
    round: i64,
) -> Result<Draft, StoreError> {
    let door = truth::find_door(tx, organization, event)?.ok_or(StoreError::Impossible("doors"))?;
    let changed = changed_records(tx, door, round)?;
    let in_force = buckets_in_force(tx, door)?;
    let sql = "SELECT count(*) FROM manifest_tickets WHERE door = ?1";
    let held: i64 = tx.prepare_cached(sql)?.query_row([door], |row| row.get(0))?;
    let mut known = tx.prepare_cached("SELECT 1 FROM manifest_tickets WHERE door = ?1 AND ticket_key = ?2")?;
    let mut tickets = held.unsigned_abs();
    for key in changed.keys() {
        tickets += u64::from(held == 0 || !known.exists((door, key.0))?);
    }
    draft(event, &in_force, changed, tickets, |low, high| records_between(tx, door, low, high))
}

fn buckets_in_force(tx: &Transaction<'_>, door: i64) -> Result<InForce, StoreError> {
    let sql = "SELECT header FROM manifests WHERE door = ?1";
    let signed: Option<Vec<u8>> = tx.prepare_cached(sql)?.query_row([door], |row| row.get(0)).optional()?;
    let Some(signed) = signed else { return Ok(InForce::default()) };
    let header: Header = shared::cose::peek(&signed).ok_or(StoreError::Impossible("manifests.header"))?;
    Ok(InForce { bits: header.bucket_bits, hashes: header.bucket_hashes })
}

/// Records in force between two keys, both included.
pub(super) fn records_between(
    tx: &Transaction<'_>,
    door: i64,
    low: TicketKey,
    high: TicketKey,
) -> Result<Vec<(TicketKey, Vec<u8>)>, StoreError> {
    let sql = "SELECT ticket_key, record FROM manifest_tickets \
               WHERE door = ?1 AND ticket_key BETWEEN ?2 AND ?3 ORDER BY ticket_key";
    let mut statement = tx.prepare_cached(sql)?;
    let rows =
        statement.query_and_then((door, low.0, high.0), |row| Ok((row.id("ticket_key")?, row.get("record")?)))?;
    rows.collect()
}

/// Records of what was taken up, as far as they differ from those in force.
fn changed_records(tx: &Transaction<'_>, door: i64, round: i64) -> Result<Records, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/pending_records.sql"))?;
    let mut records = Records::new();
    let mut rows = statement.query(named_params! { ":door": door, ":round": round })?;
    while let Some(row) = rows.next()? {
        let record = record(row)?;
        let bytes = record.to_bytes();
        let known = row.get_ref("known")?.as_blob_or_null().map_err(|_| StoreError::Impossible("known"))?;
        if known != Some(bytes.as_slice()) {
            records.insert(record.key, bytes);
        }
    }
    Ok(records)
}

pub(super) fn record(row: &Row<'_>) -> Result<Record, StoreError> {
    let state = match row.get("state")? {
        0 => TicketState::Valid,
        1 => TicketState::Canceled,
        2 => TicketState::Blocked,
        3 => TicketState::Unpaid,
        _ => return Err(StoreError::Impossible("tickets.state")),
    };
    Ok(Record {
        key: row.id("ticket_key")?,
        state,
        generation: row.number("generation")?,
        product: ProductId(row.number("product")?),
        admits: row.number("admits")?,
        not_before: row.get("not_before")?,
        not_after: row.get("not_after")?,
        sealed: row.get("sealed")?,
    })
}

pub(super) fn finish(
    tx: &Transaction<'_>,
    actor: &Actor,
    publication: &Publication,
    noted: bool,
) -> Result<Finish, StoreError> {
    let header = &publication.header;
    let organization = own_row(tx, actor.organization)?;
    let door = truth::find_door(tx, organization, header.event)?.ok_or(StoreError::Impossible("doors"))?;
    let sql = "SELECT 1 FROM doors WHERE id = ?1 AND witnessed >= ?2";
    let shown = tx.prepare_cached(sql)?.exists((door, integer(header.version, "manifests.version")?))?;
    if shown || in_force(tx, door)? != publication.replaces {
        return Ok(Finish::Outrun);
    }
    let forced = hold(tx, door, actor.at)?.is_some();
    release(tx, door)?;
    put_records(tx, door, header.version, publication.changed.iter().map(|(key, bytes)| (*key, bytes.as_slice())))?;
    put_in_force(tx, door, header, &publication.signed)?;
    let sql = "DELETE FROM manifest_pending WHERE door = ?1 AND round <= ?2";
    tx.prepare_cached(sql)?.execute((door, publication.round))?;
    truth::set_window(tx, organization, door, header.policy.starts, header.policy.ends, actor.at)?;
    if noted || forced {
        let mut detail = json!({ "version": header.version, "changed": publication.changed.len() });
        if forced {
            detail["forced_after_restore"] = true.into();
        }
        audit::note(tx, actor, "event.publish", Some(&header.event), Some(&detail))?;
    }
    Ok(Finish::InForce)
}

/// Stores records under the version that changed them.
pub(super) fn put_records<'a>(
    tx: &Transaction<'_>,
    door: i64,
    version: u64,
    records: impl Iterator<Item = (TicketKey, &'a [u8])>,
) -> Result<(), StoreError> {
    let version = integer(version, "manifest_tickets.version")?;
    let mut upsert = tx.prepare_cached(include_str!("sql/record_put.sql"))?;
    for (key, record) in records {
        upsert.execute((door, key.0, version, record))?;
    }
    Ok(())
}

/// Makes a header the one in force.
pub(super) fn put_in_force(tx: &Transaction<'_>, door: i64, header: &Header, signed: &[u8]) -> Result<(), StoreError> {
    tx.prepare_cached(include_str!("sql/manifest_put.sql"))?.execute(named_params! {
        ":door": door, ":version": integer(header.version, "manifests.version")?, ":created": header.created,
        ":expires": header.expires, ":digest": shared::manifest::digest(signed).0, ":header": signed,
    })?;
    Ok(())
}
