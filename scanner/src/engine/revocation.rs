//! Hearing of one's own revocation. A revoked scanner gets no lists any more, so the refusal carries the signed header of
//! one that names it. What is not signed is not believed: a lying network must not be able to close a door.

use rusqlite::params;
use shared::api::RevocationProof;
use shared::cose::Domain;
use shared::manifest::{Header, digest};
use shared::trust::KeyRole;

use super::Engine;
use super::context::fresh;
use super::db::{begin, to_i64, touch};
use super::error::Result;
use super::identity::adopt_keyset;

/// `list.state` of such a header: kept beside the list in force, never scanned with. Also in `context::load_told`.
const TOLD: i64 = 3;

impl Engine {
    /// Takes the proof to heart if it is one: signed by a manifest key of this organization, of an event this scanner is
    /// certified for, not older than the list in force, and naming this scanner. From then on it does not scan. Returns
    /// whether it was believed.
    pub fn heed_revocation(&mut self, proof: &RevocationProof) -> Result<bool> {
        let tx = begin(&mut self.conn)?;
        // A keyset that is not trusted, or not newer, leaves the one that is here.
        let _ = adopt_keyset(&tx, &fresh(&tx)?, &proof.keyset)?;
        let context = fresh(&tx)?;
        let me = context.me()?;
        let opened =
            me.trust.open(Domain::Manifest, KeyRole::Manifest, &proof.header, |header: &Header| header.created);
        let Ok(header) = opened else { return Ok(false) };
        let newest = context.held(header.event).is_none_or(|held| held.version <= header.version);
        let ours = header.organization == me.organization() && me.certificate.events.contains(&header.event);
        let named = header.revocations.iter().any(|revocation| revocation.scanner == me.scanner);
        if !(newest && ours && named) {
            return Ok(false);
        }
        tx.execute("UPDATE list SET state = 2 WHERE event = ?1 AND state = ?2", params![header.event.0, TOLD])?;
        tx.execute(
            "INSERT INTO list (event, version, digest, header, state) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![header.event.0, to_i64(header.version), digest(&proof.header).0, proof.header, TOLD],
        )?;
        touch(&tx)?;
        tx.commit()?;
        Ok(true)
    }
}
