//! Issuing certificates.

use rusqlite::{Row, Transaction, named_params};
use shared::ids::{GateId, OrganizationId, ScannerId};
use shared::trust::ScannerRole;

use super::cuts;
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
    let serial = next_serial(is.serial.max(restored::floor(tx, now)?), now);
    let issued = issue(subject, serial, &signer, now).ok_or(StoreError::Impossible("keys.secret"))?;
    tx.prepare_cached(include_str!("sql/certificate_set.sql"))?.execute(named_params! {
        ":id": scanner, ":serial": integer(serial, "scanners.serial")?, ":certificate": issued.signed,
        ":until": issued.until,
    })?;
    let sql = "INSERT OR REPLACE INTO issued_certificates (scanner, serial, certificate) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?.execute((scanner, integer(serial, "scanners.serial")?, &issued.signed))?;
    Ok(())
}

/// What became of scanners and offices when the certificate key was withdrawn.
#[derive(Debug, Default)]
pub(in crate::store::sqlite) struct Recertified {
    /// Names of the scanners that must enrol again.
    pub(in crate::store::sqlite) left: Vec<String>,
    /// Offices that ended.
    pub(in crate::store::sqlite) ended: Vec<ScannerId>,
}

/// The certificate key was withdrawn: every scanner that took an invitation of this database gets a certificate by the key
/// that signs now, revoked ones as well (what they logged below their cuts must stay readable; what they may do is not in
/// it). The others, which only a certificate vouches for, are signed out and must enrol again: whoever stole the key may
/// have made them.
///
/// Every office ends, because whoever has the certificate key of this database has the keys of its offices, and nobody else
/// can revoke them. It is certified as well, whoever made it: what it wrote below its cuts was counted, and is read by
/// scanners that enrol later only if somebody vouches for its key.
pub(in crate::store::sqlite) fn recertify(
    tx: &Transaction<'_>,
    organization: i64,
    now: i64,
) -> Result<Recertified, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/certificate_vouch.sql"))?;
    let all: Vec<ToVouch> = statement.query_and_then([organization], to_vouch)?.collect::<Result<_, StoreError>>()?;
    let mut done = Recertified::default();
    for one in all {
        if one.office && !one.revoked {
            cuts::end(tx, organization, one.row, now)?;
            done.ended.push(one.scanner);
        }
        if one.office || one.vouched {
            certify(tx, one.row, now)?;
        } else {
            tx.prepare_cached("DELETE FROM device_tokens WHERE scanner = ?1")?.execute([one.row])?;
            done.left.push(one.name);
        }
    }
    Ok(done)
}

/// A scanner or an office whose certificate ended with the key.
struct ToVouch {
    row: i64,
    scanner: ScannerId,
    name: String,
    office: bool,
    revoked: bool,
    vouched: bool,
}

fn to_vouch(row: &Row<'_>) -> Result<ToVouch, StoreError> {
    Ok(ToVouch {
        row: row.get("id")?,
        scanner: row.id("scanner")?,
        name: row.get("name")?,
        office: row.get("office")?,
        revoked: row.get("revoked")?,
        vouched: row.get("vouched")?,
    })
}

/// Whether a certificate, byte for byte, was issued here to this scanner. Also an older one than it has shown: a device may
/// have been restored from a backup.
pub(super) fn is_issued(tx: &Transaction<'_>, scanner: ScannerId, signed: &[u8]) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM issued_certificates i JOIN scanners s ON s.id = i.scanner \
               WHERE s.scanner = ?1 AND s.vouched = 1 AND i.certificate = ?2";
    Ok(tx.prepare_cached(sql)?.exists((scanner.0, signed))?)
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
