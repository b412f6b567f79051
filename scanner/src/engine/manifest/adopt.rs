//! Putting a complete list into force: one transaction, whatever the size of the list.

use rusqlite::{Connection, OptionalExtension, named_params, params};
use shared::ids::EventId;
use shared::manifest::{Header, check_count};
use shared::trust::{Certificate, Trust};

use super::ManifestProgress;
use super::stage::{Staged, check_header};
use crate::engine::Engine;
use crate::engine::context::{Force, current};
use crate::engine::db::{begin, to_i64, touch};
use crate::engine::error::Result;
use crate::engine::record::Records;

impl Engine {
    /// Every part is here and fits its signed hash.
    pub(super) fn adopt(&mut self, event: EventId, staged: &Staged) -> Result<ManifestProgress> {
        let at = self.clock.read();
        let context = current(&self.conn, &mut self.context)?;
        // Signatures are checked before the transaction: 70 µs each.
        let peers = new_peers(&self.conn, &context.me()?.trust, &staged.header)?;
        // So are the tickets counted: parts do not change once they are here.
        if let Err(lie) = check_tickets(&self.conn, staged, context.force.get(&event)) {
            let tx = begin(&mut self.conn)?;
            tx.execute("UPDATE list SET state = 2 WHERE ref = ?1", [staged.list_ref])?;
            tx.commit()?;
            return Err(lie);
        }
        let tx = begin(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let mut open = tx.prepare_cached("SELECT header FROM list WHERE ref = ?1 AND state = 0")?;
        let header: Option<Vec<u8>> = open.query_row([staged.list_ref], |row| row.get(0)).optional()?;
        drop(open);
        let Some(header) = header else {
            // Another process was quicker.
            return Ok(ManifestProgress::Current { version: context.force.get(&event).map(|f| f.header.version) });
        };
        // Once more: since the download began, a newer list may have come into force, or a key may have been withdrawn.
        if let Err(error) = check_header(&tx, &context, event, &header, at) {
            tx.execute("UPDATE list SET state = 2 WHERE ref = ?1", [staged.list_ref])?;
            tx.commit()?;
            return Err(error);
        }
        let event = event.0;
        let changed: u32 =
            tx.query_row(include_str!("../sql/changed_parts.sql"), (staged.list_ref, event), |r| r.get(0))?;
        tx.execute("UPDATE list SET state = 2 WHERE event = ?1 AND state = 1", [event])?;
        tx.execute("UPDATE list SET state = 1 WHERE ref = ?1", [staged.list_ref])?;
        for (certificate, bytes) in &peers {
            tx.prepare_cached(include_str!("../sql/upsert_peer.sql"))?.execute(params![
                certificate.scanner.0,
                certificate.public,
                to_i64(certificate.serial),
                certificate.name,
                bytes
            ])?;
        }
        touch(&tx)?;
        tx.commit()?;
        Ok(ManifestProgress::Adopted { version: staged.header.version, tickets: staged.header.tickets, changed })
    }
}

/// Every part fits its hash; are there as many tickets in them as the header says? Counted by what differs from the list
/// in force, so that a few changes in a million tickets read a few parts.
fn check_tickets(conn: &Connection, staged: &Staged, force: Option<&Force>) -> Result<()> {
    if let Some(force) = force {
        let added = tickets_beyond(conn, staged.list_ref, force.list_ref)?;
        let removed = tickets_beyond(conn, force.list_ref, staged.list_ref)?;
        if force.header.tickets.saturating_add(added).checked_sub(removed) == Some(staged.header.tickets) {
            return Ok(());
        }
    }
    Ok(check_count(&staged.header, tickets_beyond(conn, staged.list_ref, NO_LIST)?)?)
}

/// References of lists begin at 1.
const NO_LIST: i64 = 0;

/// Number of tickets in those parts of a list that are not parts of another.
fn tickets_beyond(conn: &Connection, list: i64, other: i64) -> Result<u64> {
    let mut statement = conn.prepare_cached(include_str!("../sql/parts_beyond.sql"))?;
    let mut rows = statement.query(named_params! { ":list": list, ":other": other })?;
    let mut tickets = 0;
    while let Some(row) = rows.next()? {
        for record in Records::of(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?) {
            record?;
            tickets += 1;
        }
    }
    Ok(tickets)
}

/// Certificates that are new here and signed as they must be; others are left out, the list is as good without them.
fn new_peers<'h>(conn: &Connection, trust: &Trust, header: &'h Header) -> Result<Vec<(Certificate, &'h [u8])>> {
    let mut known =
        conn.prepare_cached("SELECT 1 FROM peer WHERE scanner = ?1 AND public = ?2 AND certificate = ?3")?;
    let mut peers = Vec::new();
    for bytes in &header.certificates {
        let Some(claimed) = shared::cose::peek::<Certificate>(bytes) else { continue };
        if known.exists(params![claimed.scanner.0, claimed.public, &bytes[..]])? {
            continue;
        }
        if let Ok(certificate) = Certificate::open(bytes, trust) {
            peers.push((certificate, &bytes[..]));
        }
    }
    Ok(peers)
}
