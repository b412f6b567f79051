//! Publishing: what was changed becomes the next manifest.
//!
//! Four steps, so that the writer is never busy for long: take up what changed (write), make records and bucket hashes
//! beside everybody else (read), sign, put into force (write). A publication that breaks off is taken up by the next.

pub mod auto;
pub mod draft;
pub mod merge;

use shared::clock::{Clock, Entropy};
use shared::ids::EventId;
use shared::manifest::{Header, digest, next_version};

use crate::keys::{KeyUse, Seed};
use crate::people::Actor;
use crate::store::manifest::{AfterRestore, Begin, Finish, Hold, Publication};
use crate::store::{Store, StoreError};

/// How long a manifest is good at least (ms): 24 hours.
const MIN_VALIDITY_MS: i64 = 24 * 60 * 60 * 1000;

/// How long it is good after its event's end (ms): 24 hours, for those who clear up and those who count.
const AFTER_EVENT_MS: i64 = 24 * 60 * 60 * 1000;

/// How often a publication that was overtaken by another process begins again.
const ATTEMPTS: usize = 5;

/// What became of publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publish {
    /// In force.
    Published(Published),
    /// No such event in the organization.
    NotFound,
    /// It is archived.
    Archived,
    /// No manifest key signs now.
    NoKey,
    /// It is held back since the database was restored; edits are kept and published when the hold ends.
    Held(Box<Hold>),
}

/// A manifest that was put into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Its version.
    pub version: u64,
    /// Tickets in it.
    pub tickets: u64,
    /// Records that changed.
    pub changed: u64,
    /// Not to be adopted after (ms).
    pub expires: i64,
}

/// When a manifest made at `now` expires (ms): a day after the event, and in a day at the earliest. Scanners that synced
/// before the doors opened keep a fresh list all evening; the server issues a new one when half of the time is over.
pub fn expiry(ends: i64, now: i64) -> i64 {
    ends.saturating_add(AFTER_EVENT_MS).max(now.saturating_add(MIN_VALIDITY_MS))
}

/// Publishes an event of the actor's organization; `noted` writes it to the audit log.
pub async fn publish(
    store: &dyn Store,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    actor: Actor,
    event: EventId,
    noted: bool,
    after_restore: AfterRestore,
) -> Result<Publish, StoreError> {
    for _ in 0..ATTEMPTS {
        let office = Seed::generate(entropy);
        let begun = store.begin_publication(actor.organization, event, after_restore, office, clock.wall_ms()).await?;
        let basis = match begun {
            Begin::Ready(basis) => *basis,
            Begin::NotFound => return Ok(Publish::NotFound),
            Begin::Archived => return Ok(Publish::Archived),
            Begin::Held(hold) => return Ok(Publish::Held(hold)),
        };
        let now = clock.wall_ms();
        let authority = store.authority(actor.organization).await?;
        let key = authority.as_ref().and_then(|authority| authority.signer(KeyUse::Manifest, now));
        let (Some(authority), Some(key)) = (authority, key) else { return Ok(Publish::NoKey) };
        let draft = store.draft_publication(actor.organization, event, basis.round).await?;
        let header = Header {
            organization: actor.organization,
            event,
            version: next_version(basis.version, basis.witnessed, now),
            created: now,
            expires: expiry(basis.policy.ends, now),
            policy: basis.policy.clone(),
            keyset_version: authority.trust.keyset().version,
            certificates: basis.certificates,
            revocations: basis.revocations,
            bucket_bits: draft.bits,
            bucket_hashes: draft.hashes,
            tickets: draft.tickets,
        };
        let signed = header.sign(&key);
        let published = Published {
            version: header.version,
            tickets: header.tickets,
            changed: u64::try_from(draft.changed.len()).unwrap_or(u64::MAX),
            expires: header.expires,
        };
        let publication = Publication {
            replaces: basis.version,
            round: basis.round,
            digest: digest(&signed),
            header,
            signed,
            changed: draft.changed,
        };
        if store.finish_publication(actor.clone(), publication, noted).await? == Finish::InForce {
            metrics::counter!("turnstone_manifests_published_total").increment(1);
            return Ok(Publish::Published(published));
        }
    }
    // Somebody else publishes faster than we can; theirs is in force, and ours is taken up by the next.
    Err(StoreError::Busy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_outlives_its_event_and_never_expires_within_a_day() {
        let day = MIN_VALIDITY_MS;
        assert_eq!(expiry(10 * day, 0), 11 * day);
        assert_eq!(expiry(0, 100 * day), 101 * day);
        assert_eq!(expiry(i64::MAX, 0), i64::MAX);
    }
}
