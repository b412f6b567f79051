//! Making the server what a manifest of its own says: after its database was lost, or set back to an old backup.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction, named_params};
use serde_json::json;
use shared::ids::TicketKey;
use shared::manifest::{Header, Record, Revocation, TicketState};
use shared::policy::Policy;
use shared::trust::Certificate;

use super::hold::settle;
use super::publication::{put_in_force, put_records, record};
use crate::people::{Actor, Viewer};
use crate::publish::merge;
use crate::store::StoreError;
use crate::store::sqlite::device::{authority, own_row};
use crate::store::sqlite::{audit, device, events, integer, truth};

/// Puts a verified manifest into force and makes event, tickets, scanners and revocations what it says.
pub(super) fn adopt(
    tx: &Transaction<'_>,
    door: i64,
    header: &Header,
    signed: &[u8],
    records: &[Record],
    now: i64,
) -> Result<(), StoreError> {
    let organization = own_row(tx, header.organization)?;
    let event = restore_event(tx, door, header, now)?;
    let edits = edits(tx, door, event)?;
    for record in records {
        match edits.get(&record.key) {
            None => restore_ticket(tx, event, record, now, false)?,
            Some((base, ours)) => {
                let merged = merge::ticket(base.as_ref(), ours, record);
                restore_ticket(tx, event, &merged, now, merged != *record)?;
            }
        }
    }
    tx.prepare_cached("DELETE FROM manifest_tickets WHERE door = ?1")?.execute([door])?;
    let bytes: Vec<_> = records.iter().map(|record| (record.key, record.to_bytes())).collect();
    put_records(tx, door, header.version, bytes.iter().map(|(key, bytes)| (*key, bytes.as_slice())))?;
    put_in_force(tx, door, header, signed)?;
    restore_scanners(tx, header, now)?;
    for revocation in &header.revocations {
        restore_revocation(tx, organization, revocation, now)?;
    }
    truth::set_window(tx, organization, door, header.policy.starts, header.policy.ends, now)?;
    settle(tx, door, now)?;
    let actor = Actor { organization: header.organization, user: None, name: "refill".into(), address: None, at: now };
    let detail = json!({ "version": header.version, "tickets": records.len() });
    audit::note(tx, &actor, "event.refill", Some(&header.event), Some(&detail))
}

/// The event is what the header says, with edits of its rules made here on top.
fn restore_event(tx: &Transaction<'_>, door: i64, header: &Header, now: i64) -> Result<i64, StoreError> {
    let Some(internal) = events::visible(tx, Viewer::admin(header.organization), header.event)? else {
        let internal = events::insert(tx, header.organization, header.event, &header.policy, now)?;
        // What it says is what is published.
        tx.prepare_cached("UPDATE events SET dirty = 0 WHERE id = ?1")?.execute([internal])?;
        return Ok(internal);
    };
    let mut statement = tx.prepare_cached("SELECT dirty FROM events WHERE id = ?1")?;
    let dirty: bool = statement.query_row([internal], |row| row.get(0))?;
    let ours = events::read(tx, internal)?.policy;
    let base = base_policy(tx, door)?.unwrap_or_else(|| ours.clone());
    let mut merged = merge::policy(&base, &ours, &header.policy);
    if events::check(&merged).is_err() || merge::clashes(&base, &ours, &header.policy) {
        tracing::warn!(event = %header.event, "edits of its rules do not fit those a scanner gave back; they are dropped");
        merged = header.policy.clone();
    }
    // Theirs first: what of it is not kept was there, scanners named it, and its numbers are never given again.
    events::overwrite(tx, internal, &header.policy)?;
    events::overwrite(tx, internal, &merged)?;
    // Scanners and keys may have changed here as well: one header more does no harm.
    let dirty = dirty || merged != header.policy;
    tx.prepare_cached("UPDATE events SET dirty = ?2 WHERE id = ?1")?.execute((internal, dirty))?;
    Ok(internal)
}

/// The rules that edits of this database began with: as they were restored, else as they were published.
fn base_policy(tx: &Transaction<'_>, door: i64) -> Result<Option<Policy>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT restored_policy FROM doors WHERE id = ?1")?;
    let restored: Option<Vec<u8>> = statement.query_row([door], |row| row.get(0))?;
    if let Some(bytes) = restored {
        let policy = shared::cose::decode_all(&bytes).ok_or(StoreError::Impossible("doors.restored_policy"))?;
        return Ok(Some(policy));
    }
    let mut statement = tx.prepare_cached("SELECT header FROM manifests WHERE door = ?1")?;
    let header: Option<Vec<u8>> = statement.query_row([door], |row| row.get(0)).optional()?;
    let Some(header) = header else { return Ok(None) };
    let header: Header = shared::cose::peek(&header).ok_or(StoreError::Impossible("manifests.header"))?;
    Ok(Some(header.policy))
}

/// Tickets changed here and not published, each with its record before; after a restore only those changed since: what the
/// backup had not published yet was published by the database it is a copy of.
fn edits(tx: &Transaction<'_>, door: i64, event: i64) -> Result<Edits, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/edited_tickets.sql"))?;
    let mut rows = statement.query(named_params! { ":door": door, ":event": event })?;
    let mut edits = Edits::new();
    while let Some(row) = rows.next()? {
        let ours = record(row)?;
        let known: Option<Vec<u8>> = row.get("known")?;
        let base = known.map(|bytes| Record::read(&bytes).ok_or(StoreError::Impossible("manifest_tickets.record")));
        edits.insert(ours.key, (base.transpose()?, ours));
    }
    Ok(edits)
}

/// Base and present state of edited tickets.
type Edits = BTreeMap<TicketKey, (Option<Record>, Record)>;

/// A ticket that is known keeps its secret and its attendee.
fn restore_ticket(tx: &Transaction<'_>, event: i64, record: &Record, now: i64, dirty: bool) -> Result<(), StoreError> {
    // A state that only a later version knows admits nobody here either.
    let blocked = matches!(record.state, TicketState::Blocked | TicketState::Unknown(_));
    tx.prepare_cached(include_str!("sql/ticket_restore.sql"))?.execute(named_params! {
        ":event": event, ":ticket_key": record.key.0, ":canceled": record.state == TicketState::Canceled,
        ":blocked": blocked, ":unpaid": record.state == TicketState::Unpaid,
        ":generation": record.generation, ":product": record.product.0, ":admits": record.admits,
        ":not_before": record.not_before, ":not_after": record.not_after, ":sealed": record.sealed, ":at": now, ":dirty": dirty,
    })?;
    Ok(())
}

fn restore_scanners(tx: &Transaction<'_>, header: &Header, now: i64) -> Result<(), StoreError> {
    let authority = authority(tx, header.organization)?.ok_or(StoreError::Impossible("keys"))?;
    for signed in &header.certificates {
        // One that our keys do not vouch for is left out; the others count.
        let Ok(certificate) = Certificate::open(signed, &authority.trust) else { continue };
        let sql = "SELECT serial, public FROM scanners WHERE scanner = ?1";
        let known: Option<(i64, Option<Vec<u8>>)> = tx
            .prepare_cached(sql)?
            .query_row([certificate.scanner.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let other_key = |public: &Option<Vec<u8>>| public.as_deref().is_some_and(|key| key != certificate.public);
        let older = match &known {
            None => true,
            Some((serial, public)) => *serial < integer(certificate.serial, "scanners.serial")? && !other_key(public),
        };
        if older {
            device::adopt(tx, &certificate, signed, now)?;
        }
    }
    Ok(())
}

fn restore_revocation(
    tx: &Transaction<'_>,
    organization: i64,
    revocation: &Revocation,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE scanners SET revoked = ?3 WHERE scanner = ?1 AND organization = ?2 RETURNING id";
    let row: Option<i64> = tx
        .prepare_cached(sql)?
        .query_row((revocation.scanner.0, organization, revocation.at), |row| row.get(0))
        .optional()?;
    let Some(row) = row else { return Ok(()) };
    tx.prepare_cached("DELETE FROM device_tokens WHERE scanner = ?1")?.execute([row])?;
    tx.prepare_cached("DELETE FROM cuts WHERE scanner = ?1")?.execute([row])?;
    for cut in &revocation.cuts {
        // The feed may not have arrived yet; its cut waits for it.
        let sql = "INSERT OR REPLACE INTO cuts (feed, scanner, seq, entry_id) VALUES (?1, ?2, ?3, ?4)";
        tx.prepare_cached(sql)?.execute((cut.feed.0, row, integer(cut.seq, "cuts.seq")?, cut.id.0))?;
    }
    truth::judge_scanner(tx, organization, row, now)
}
