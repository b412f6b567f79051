//! Issuing certificates.

use rusqlite::{Row, Transaction, named_params};
use shared::ids::{GateId, OrganizationId, ScannerId};
use shared::trust::ScannerRole;

use super::scanners::{events_of, role_from_number};
use crate::device::certificate::{Subject, issue};
use crate::keys::KeyUse;
use crate::store::StoreError;
use crate::store::sqlite::{Column, integer, keys, restored};

struct Certified {
    scanner: ScannerId,
    organization: OrganizationId,
    public: Option<[u8; 32]>,
    gate: Option<GateId>,
    role: ScannerRole,
    name: String,
    serial: u64,
}

/// Gives a scanner (its row) a new certificate for what it is now. Does nothing before it is enrolled.
pub(in crate::store::sqlite) fn certify(tx: &Transaction<'_>, scanner: i64, now: i64) -> Result<(), StoreError> {
    let is = read(tx, scanner)?;
    let Some(public) = is.public else { return Ok(()) };
    let signer = keys::signing_key(tx, is.organization, KeyUse::Certificate, now)?
        .ok_or(StoreError::Impossible("keys: no certificate key signs"))?;
    let subject = Subject {
        scanner: is.scanner,
        public,
        organization: is.organization,
        events: events_of(tx, scanner)?,
        gate: is.gate,
        role: is.role,
        name: is.name,
    };
    let serial = next_serial(is.serial.max(restored::floor(tx)?), now);
    let issued = issue(subject, serial, &signer, now).ok_or(StoreError::Impossible("keys.secret"))?;
    tx.prepare_cached(include_str!("sql/certificate_set.sql"))?.execute(named_params! {
        ":id": scanner, ":serial": integer(serial, "scanners.serial")?, ":certificate": issued.signed,
        ":until": issued.until,
    })?;
    Ok(())
}

/// Serials follow the clock like versions of manifests: a restored server does not issue one again.
fn next_serial(own: u64, now: i64) -> u64 {
    shared::manifest::next_version(own, 0, now)
}

fn read(tx: &Transaction<'_>, scanner: i64) -> Result<Certified, StoreError> {
    let sql = "SELECT s.scanner, o.organization, s.public, s.gate, s.role, s.name, s.serial \
               FROM scanners s JOIN organizations o ON o.id = s.organization WHERE s.id = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    let certified = |row: &Row<'_>| -> Result<Certified, StoreError> {
        Ok(Certified {
            scanner: row.id("scanner")?,
            organization: row.id("organization")?,
            public: row.optional_id("public")?,
            gate: row.optional_number("gate")?.map(GateId),
            role: role_from_number(row.get("role")?)?,
            name: row.get("name")?,
            serial: row.number("serial")?,
        })
    };
    let mut rows = statement.query_and_then([scanner], certified)?;
    rows.next().ok_or(StoreError::Impossible("scanners"))?
}
