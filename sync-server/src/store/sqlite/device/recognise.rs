//! Who shows a certificate or a token.

use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use shared::ids::ScannerId;
use shared::trust::Certificate;

use super::certify::certify;
use super::own_row;
use super::scanners::{events_of, mark_events, role_from_number, role_number, set_events};
use crate::device::Device;
use crate::device::certificate::RENEW_BELOW_MS;
use crate::store::StoreError;
use crate::store::device::{DeviceSession, Recognise};
use crate::store::sqlite::{Column, integer};

/// A row as a device, and whether it was revoked.
struct Found {
    device: Device,
    revoked: bool,
}

const COLUMNS: &str = "SELECT s.id, s.scanner, o.organization, s.role, s.public, s.serial, s.certificate, \
                       s.certified_to, s.revoked FROM scanners s JOIN organizations o ON o.id = s.organization";

/// `None` for a scanner without a key: it has not enrolled.
fn to_device(tx: &Transaction<'_>, row: &Row<'_>) -> Result<Option<Found>, StoreError> {
    let internal = row.get("id")?;
    let (Some(public), Some(certificate)) = (row.optional_id::<[u8; 32]>("public")?, row.get("certificate")?) else {
        return Ok(None);
    };
    let device = Device {
        row: internal,
        scanner: row.id("scanner")?,
        organization: row.id("organization")?,
        role: role_from_number(row.get("role")?)?,
        key: shared::cose::VerifyingKey::from_bytes(&public).map_err(|_| StoreError::Impossible("scanners.public"))?,
        events: events_of(tx, internal)?,
        serial: row.number("serial")?,
        certificate,
        certified_to: row.get::<_, Option<i64>>("certified_to")?.unwrap_or_default(),
        shown: 0,
    };
    Ok(Some(Found { device, revoked: row.get::<_, Option<i64>>("revoked")?.is_some() }))
}

fn find(tx: &Transaction<'_>, scanner: ScannerId) -> Result<Option<Found>, StoreError> {
    let mut statement = tx.prepare_cached(&format!("{COLUMNS} WHERE s.scanner = ?1"))?;
    let mut rows = statement.query_and_then([scanner.0], |row| to_device(tx, row))?;
    Ok(rows.next().transpose()?.flatten())
}

/// Who shows a certificate that was verified with the organization's own keys; `None` if something must be written first:
/// the certificate is newer than what is here, or the one that is here ends soon.
pub(super) fn recognised(
    tx: &Transaction<'_>,
    certificate: &Certificate,
    now: i64,
) -> Result<Option<Recognise>, StoreError> {
    if certificate.is_office() {
        return Ok(Some(Recognise::Refused("it is a server's office and no scanner")));
    }
    Ok(match find(tx, certificate.scanner)? {
        Some(found) if found.revoked => Some(Recognise::Revoked),
        Some(Found { device, .. })
            if device.organization != certificate.organization || device.key.as_bytes() != &certificate.public =>
        {
            Some(Recognise::Refused("its key is another one than at its enrolment"))
        }
        Some(Found { device, .. }) if device.serial < certificate.serial || ends_soon(&device, now) => None,
        Some(Found { device, .. }) => Some(Recognise::Known(Box::new(device))),
        None if is_revoked(tx, certificate.scanner)? => Some(Recognise::Revoked),
        None if !certificate.is_valid_at(now) => Some(Recognise::Refused("its certificate is not valid now")),
        None => None,
    })
}

/// The same, and writes what must be written first.
pub(super) fn recognise(
    tx: &Transaction<'_>,
    certificate: &Certificate,
    signed: &[u8],
    now: i64,
) -> Result<Recognise, StoreError> {
    if let Some(recognised) = recognised(tx, certificate, now)? {
        return Ok(recognised);
    }
    // Signed by our own key and newer than what is here: this database was restored or is new.
    if find(tx, certificate.scanner)?.is_none_or(|found| found.device.serial < certificate.serial) {
        adopt(tx, certificate, signed, now)?;
    }
    renew(tx, certificate.scanner, now)?;
    let device = find(tx, certificate.scanner)?.ok_or(StoreError::Impossible("scanners"))?.device;
    Ok(Recognise::Known(Box::new(device)))
}

fn ends_soon(device: &Device, now: i64) -> bool {
    device.certified_to.saturating_sub(now) < RENEW_BELOW_MS
}

fn is_revoked(tx: &Transaction<'_>, scanner: ScannerId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM scanners WHERE scanner = ?1 AND revoked IS NOT NULL";
    Ok(tx.prepare_cached(sql)?.exists([scanner.0])?)
}

/// Makes a scanner what its certificate says.
pub(in crate::store::sqlite) fn adopt(
    tx: &Transaction<'_>,
    certificate: &Certificate,
    signed: &[u8],
    now: i64,
) -> Result<(), StoreError> {
    let mut upsert = tx.prepare_cached(include_str!("sql/scanner_adopt.sql"))?;
    let scanner = upsert.query_row(
        named_params! {
            ":scanner": certificate.scanner.0, ":organization": own_row(tx, certificate.organization)?,
            ":name": certificate.name, ":gate": certificate.gate.map(|gate| gate.0),
            ":role": role_number(certificate.role), ":public": certificate.public, ":now": now,
            ":enrolled": certificate.not_before, ":serial": integer(certificate.serial, "scanners.serial")?,
            ":certificate": signed, ":until": certificate.not_after, ":office": certificate.is_office(),
        },
        |row| row.get(0),
    )?;
    let added = set_events(tx, certificate.organization, scanner, &certificate.events)?;
    let organization = own_row(tx, certificate.organization)?;
    super::truth::adopt_strays(tx, organization, scanner, &added, now)?;
    mark_events(tx, scanner)
}

fn renew(tx: &Transaction<'_>, scanner: ScannerId, now: i64) -> Result<(), StoreError> {
    let Some(Found { device, .. }) = find(tx, scanner)? else { return Ok(()) };
    if ends_soon(&device, now) {
        certify(tx, device.row, now)?;
        mark_events(tx, device.row)?;
    }
    Ok(())
}

pub(super) fn open_session(
    tx: &Transaction<'_>,
    device: &Device,
    token: &[u8; 32],
    expires: i64,
    now: i64,
) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM device_tokens WHERE expires < ?1")?.execute([now])?;
    let sql = "INSERT INTO device_tokens (token, scanner, serial, expires) VALUES (?1, ?2, ?3, ?4)";
    let serial = integer(device.serial, "device_tokens.serial")?;
    tx.prepare_cached(sql)?.execute((token, device.row, serial, expires))?;
    Ok(())
}

pub(super) fn session(tx: &Transaction<'_>, token: &[u8; 32], now: i64) -> Result<DeviceSession, StoreError> {
    let sql = "SELECT scanner, serial FROM device_tokens WHERE token = ?1 AND expires >= ?2";
    let mut statement = tx.prepare_cached(sql)?;
    let opened = statement.query_row((token, now), |row| Ok((row.get::<_, i64>(0)?, row.number("serial"))));
    let Some((scanner, shown)) = opened.optional()? else { return Ok(DeviceSession::None) };
    let shown: u64 = shown?;
    let mut statement = tx.prepare_cached(&format!("{COLUMNS} WHERE s.id = ?1"))?;
    let mut rows = statement.query_and_then([scanner], |row| to_device(tx, row))?;
    Ok(match rows.next().transpose()?.flatten() {
        Some(found) if found.revoked => DeviceSession::Revoked,
        Some(found) => DeviceSession::Open(Box::new(Device { shown, ..found.device })),
        None => DeviceSession::None,
    })
}
