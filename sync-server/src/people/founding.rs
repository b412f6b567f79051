//! Founding an organization: its keys, its first keyset, its first administrator. The command line (`init`) and the first
//! page of an empty server (`/setup`) both do it with this.

use shared::clock::{Entropy, random};
use shared::ids::{Fingerprint, OrganizationId, UserId};
use shared::trust::root_fingerprint;

use super::{Actor, Email, Organization, Role};
use crate::keys::{KeyUse, Seed, StoredKey, keyset};
use crate::store::people::{Founding, NewUser};

/// Who founds what.
#[derive(Debug, Clone)]
pub struct Founder {
    /// Name of the organization.
    pub organization: String,
    /// What its first administrator signs in with.
    pub email: Email,
    /// What others call them.
    pub name: String,
    /// argon2id, PHC string format.
    pub password_hash: String,
}

/// Everything made for a new organization, before anything is stored.
#[derive(Debug)]
pub struct Prepared {
    /// What is to be stored. The root key is among its keys.
    pub founding: Founding,
    /// The root key.
    pub root: Seed,
}

impl Prepared {
    /// With fresh keys and ids.
    pub fn new(founder: Founder, now_ms: i64, entropy: &dyn Entropy) -> Self {
        let organization =
            Organization { id: OrganizationId(random(entropy)), name: founder.organization, created: now_ms };
        let root = Seed::generate(entropy);
        let mut keys = vec![StoredKey::from_seed(KeyUse::Root, root.clone(), now_ms)];
        for used_for in [KeyUse::Manifest, KeyUse::Certificate, KeyUse::Server] {
            keys.push(StoredKey::generate(used_for, now_ms, entropy));
        }
        let keyset = keyset::build(organization.id, &keys, 0, now_ms, &root.signing_key());
        let admin = NewUser {
            id: UserId(random(entropy)),
            email: founder.email,
            name: founder.name,
            role: Role::Admin,
            events: vec![],
            password_hash: founder.password_hash,
        };
        let actor = Actor::command_line(organization.id, now_ms);
        let founding = Founding { organization, admin, keys, keyset, actor, only_first: false };
        Self { founding, root }
    }

    /// What scanners and people know the root key by.
    pub fn fingerprint(&self) -> Fingerprint {
        root_fingerprint(&self.root.signing_key().verifying_key())
    }

    /// Takes the root key out of what is stored: whoever holds it keeps it elsewhere.
    pub fn keep_root_offline(&mut self) {
        let keys = &mut self.founding.keys;
        keys.iter_mut().filter(|key| key.used_for == KeyUse::Root).for_each(|key| key.seed = None);
    }
}
