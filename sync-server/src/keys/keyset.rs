//! Building the signed keyset, and rotating what is in it.

use shared::cose::{Domain, SigningKey, sign_object};
use shared::ids::OrganizationId;
use shared::manifest::next_version;
use shared::trust::Keyset;

use super::StoredKey;

/// A keyset with its exact signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedKeyset {
    /// Rises with every change; the highest is in force.
    pub version: u64,
    /// When it was made (ms).
    pub created: i64,
    /// What scanners get.
    pub signed: Vec<u8>,
}

/// Signs a keyset of `keys` that is newer than `previous`. Versions follow the clock like those of manifests, so that a
/// server restored from an old backup does not issue one again.
pub fn build(
    organization: OrganizationId,
    keys: &[StoredKey],
    previous: u64,
    now_ms: i64,
    root: &SigningKey,
) -> SignedKeyset {
    let version = next_version(previous, 0, now_ms);
    let keys = keys.iter().filter_map(StoredKey::public_key).collect();
    let keyset = Keyset { organization, version, created: now_ms, keys };
    SignedKeyset { version, created: now_ms, signed: sign_object(Domain::Keyset, root, &keyset) }
}

/// What becomes of the keys that a new one replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldKeys {
    /// They stop signing; what they signed stays good. For a routine change.
    Retire,
    /// Nothing they ever signed counts any more. For a stolen key: tickets must be issued again.
    Withdraw,
}

/// How long replaced service keys still verify what they signed: 30 days, until every scanner has been online once.
pub const OVERLAP_MS: i64 = 30 * 24 * 60 * 60 * 1000;

impl OldKeys {
    /// Changes a replaced key; says whether anything changed.
    pub fn apply(self, key: &mut StoredKey, now_ms: i64) -> bool {
        let before = key.clone();
        match self {
            // A verifier holds a signature's own time against `not_after`, so the overlap covers clocks that differ.
            Self::Retire => key.not_after = key.not_after.min(now_ms + OVERLAP_MS),
            Self::Withdraw => key.withdrawn = true,
        }
        *key != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;
    use crate::keys::{KeyUse, Seed};
    use shared::ids::EventId;

    #[test]
    fn a_built_keyset_is_one_that_scanners_take() {
        let root = Seed::generate(&SystemEntropy).signing_key();
        let uses = [KeyUse::Root, KeyUse::Manifest, KeyUse::Ticket(EventId([1; 16])), KeyUse::Server];
        let keys: Vec<_> = uses.iter().map(|used_for| StoredKey::generate(*used_for, 5, &SystemEntropy)).collect();
        let built = build(OrganizationId([2; 16]), &keys, 41, 5, &root);
        let opened = Keyset::open(&built.signed, &root.verifying_key()).unwrap();
        assert_eq!((opened.version, opened.keys.len()), (42, 3), "the root is not in its own keyset");
    }

    #[test]
    fn retiring_twice_changes_nothing_more() {
        let mut key = StoredKey::generate(KeyUse::Manifest, 0, &SystemEntropy);
        assert!(OldKeys::Retire.apply(&mut key, 10));
        assert!(!OldKeys::Retire.apply(&mut key, 20));
        assert!(OldKeys::Withdraw.apply(&mut key, 20) && key.withdrawn);
    }
}
