//! What an organization signs and verifies with on this server.

use shared::cose::SigningKey;
use shared::ids::{OrganizationId, StoreId};
use shared::trust::{Trust, root_fingerprint};

use crate::keys::keyset::SignedKeyset;
use crate::keys::{KeyUse, StoredKey};
use crate::people::Organization;

/// Trust and keys of one organization at one moment.
#[derive(Debug, Clone)]
pub struct Authority {
    /// Whose.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// This database.
    pub store: StoreId,
    /// Root and keyset in force.
    pub trust: Trust,
    keys: Vec<StoredKey>,
}

impl Authority {
    /// From what is kept; `None` if the keys do not fit together or there is no keyset yet.
    pub fn new(
        organization: Organization,
        store: StoreId,
        keys: Vec<StoredKey>,
        keyset: &SignedKeyset,
    ) -> Option<Self> {
        let root = keys.iter().find(|key| key.used_for == KeyUse::Root)?;
        let point = shared::cose::VerifyingKey::from_bytes(&root.public).ok()?;
        let trust = Trust::pin(root_fingerprint(&point), &root.public, &keyset.signed).ok()?;
        Some(Self { organization: organization.id, name: organization.name, store, trust, keys })
    }

    /// The newest key for a use that signs at `now` (ms).
    pub fn signer(&self, used_for: KeyUse, now: i64) -> Option<SigningKey> {
        let key = self.keys.iter().rev().find(|key| key.used_for == used_for && key.signs_at(now))?;
        key.seed.as_ref().map(crate::keys::Seed::signing_key)
    }

    /// The first moment (ms) at which the newest key for a use signs.
    pub fn signs_since(&self, used_for: KeyUse, now: i64) -> Option<i64> {
        self.keys.iter().rev().find(|key| key.used_for == used_for && key.signs_at(now)).map(|key| key.not_before)
    }
}
