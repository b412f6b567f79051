//! Trading an invitation for a certificate.

use rusqlite::{OptionalExtension, Transaction, named_params};
use shared::ids::OrganizationId;

use super::certify::certify;
use super::scanners::mark_events;
use crate::people::Actor;
use crate::store::StoreError;
use crate::store::device::Enrol;
use crate::store::sqlite::{Column, audit, manifest};

struct Invited {
    scanner: i64,
    id: shared::ids::ScannerId,
    organization: OrganizationId,
    expires: i64,
    used: bool,
    public: Option<[u8; 32]>,
    revoked: bool,
}

pub(super) fn enrol(
    tx: &Transaction<'_>,
    token: &[u8; 32],
    public: &[u8; 32],
    device: &str,
    now: i64,
) -> Result<Enrol, StoreError> {
    let Some(invited) = invited(tx, token)? else { return Ok(Enrol::Unknown) };
    if invited.revoked {
        return Ok(Enrol::Revoked);
    }
    match (invited.used, invited.public) {
        // The answer was lost on its way and the device asks again.
        (true, Some(known)) if known == *public => return enrolled(tx, &invited),
        (true, _) => return Ok(Enrol::Used),
        (false, _) if invited.expires < now => return Ok(Enrol::Expired),
        (false, _) => {}
    }
    tx.prepare_cached("UPDATE invitations SET used = ?2 WHERE token = ?1")?.execute((token, now))?;
    tx.prepare_cached(include_str!("sql/scanner_enrol.sql"))?.execute(named_params! {
        ":id": invited.scanner, ":public": public, ":device": device, ":at": now,
    })?;
    certify(tx, invited.scanner, now)?;
    manifest::excuse(tx, invited.scanner)?;
    mark_events(tx, invited.scanner)?;
    let actor = Actor {
        organization: invited.organization,
        user: None,
        name: format!("scanner {}", invited.id),
        address: None,
        at: now,
    };
    let detail = serde_json::json!({ "device": device });
    audit::note(tx, &actor, "scanner.enrol", Some(&invited.id), Some(&detail))?;
    enrolled(tx, &invited)
}

fn invited(tx: &Transaction<'_>, token: &[u8; 32]) -> Result<Option<Invited>, StoreError> {
    let mut statement = tx.prepare_cached(include_str!("sql/invitation.sql"))?;
    let mut rows = statement.query_and_then([token], |row| {
        Ok(Invited {
            scanner: row.get("scanner")?,
            id: row.id("scanner_id")?,
            organization: row.id("organization")?,
            expires: row.get("expires")?,
            used: row.get::<_, Option<i64>>("used")?.is_some(),
            public: row.optional_id("public")?,
            revoked: row.get::<_, Option<i64>>("revoked")?.is_some(),
        })
    })?;
    rows.next().transpose()
}

fn enrolled(tx: &Transaction<'_>, invited: &Invited) -> Result<Enrol, StoreError> {
    let mut statement = tx.prepare_cached("SELECT certificate FROM scanners WHERE id = ?1")?;
    let certificate: Option<Option<Vec<u8>>> = statement.query_row([invited.scanner], |row| row.get(0)).optional()?;
    let certificate = certificate.flatten().ok_or(StoreError::Impossible("scanners.certificate"))?;
    Ok(Enrol::Enrolled { organization: invited.organization, certificate })
}
