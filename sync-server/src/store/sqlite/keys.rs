//! Signing keys and keysets in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, Row, Transaction, named_params};
use serde_json::json;
use shared::ids::{OrganizationId, to_hex};

use super::device::Recertified;
use super::error::StoreError;
use super::people::{insert_organization, organization_row, read_organization};
use super::{Column, SqliteStore, audit, device, integer, restored, truth};
use crate::keys::export::KeyExport;
use crate::keys::keyset::{self, OldKeys, SignedKeyset};
use crate::keys::{KeyUse, Seed, StoredKey};
use crate::people::Actor;
use crate::store::keys::{ImportKeys, KeyStore, Rotate, Rotation};

const INSERT: &str = include_str!("sql/key_insert.sql");
const LIST: &str = include_str!("sql/keys.sql");
const UPDATE: &str = "UPDATE keys SET not_after = ?2, withdrawn = ?3 WHERE key = ?1";
const NEWEST_KEYSET: &str = include_str!("sql/keyset_newest.sql");

fn use_number(used_for: KeyUse) -> i64 {
    match used_for {
        KeyUse::Root => 0,
        KeyUse::Ticket(_) => 1,
        KeyUse::Manifest => 2,
        KeyUse::Certificate => 3,
        KeyUse::Server => 4,
    }
}

fn to_key(row: &Row<'_>) -> Result<StoredKey, StoreError> {
    let used_for = match (row.get("role")?, row.optional_id("event")?) {
        (0, None) => KeyUse::Root,
        (1, Some(event)) => KeyUse::Ticket(event),
        (2, None) => KeyUse::Manifest,
        (3, None) => KeyUse::Certificate,
        (4, None) => KeyUse::Server,
        _ => return Err(StoreError::Impossible("keys.role")),
    };
    Ok(StoredKey {
        id: row.id("key")?,
        used_for,
        public: row.id("public")?,
        seed: row.optional_id("secret")?.map(Seed),
        created: row.get("created")?,
        not_before: row.get("not_before")?,
        not_after: row.get("not_after")?,
        withdrawn: row.get("withdrawn")?,
    })
}

/// All keys of an organization, oldest first.
pub(crate) fn list(tx: &Connection, organization: OrganizationId) -> Result<Vec<StoredKey>, StoreError> {
    let mut statement = tx.prepare_cached(LIST)?;
    let rows = statement.query_and_then(named_params! { ":organization": organization.as_bytes() }, to_key)?;
    rows.collect()
}

/// The newest key for a use that signs at `now` (ms).
pub(crate) fn signing_key(
    tx: &Connection,
    organization: OrganizationId,
    used_for: KeyUse,
    now: i64,
) -> Result<Option<StoredKey>, StoreError> {
    let all = list(tx, organization)?;
    Ok(all.into_iter().rev().find(|key| key.used_for == used_for && key.signs_at(now)))
}

/// Adds a key. One that is there already keeps the stricter of both validities.
pub(super) fn insert(tx: &Connection, organization: i64, key: &StoredKey) -> Result<(), StoreError> {
    let event = key.used_for.event();
    let params = named_params! {
        ":key": key.id.as_bytes(), ":organization": organization, ":role": use_number(key.used_for),
        ":event": event.as_ref().map(|event| event.as_bytes().as_slice()), ":public": key.public,
        ":secret": key.seed.as_ref().map(|seed| seed.0.as_slice()), ":created": key.created,
        ":not_before": key.not_before, ":not_after": key.not_after, ":withdrawn": key.withdrawn,
    };
    tx.prepare_cached(INSERT)?.execute(params)?;
    Ok(())
}

pub(super) fn insert_keyset(tx: &Connection, organization: i64, keyset: &SignedKeyset) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO keysets (organization, version, created, signed) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    let version = integer(keyset.version, "keysets.version")?;
    tx.execute(sql, (organization, version, keyset.created, &keyset.signed))?;
    Ok(())
}

/// The keyset in force.
pub(crate) fn newest_keyset(tx: &Connection, organization: OrganizationId) -> Result<Option<SignedKeyset>, StoreError> {
    let mut statement = tx.prepare_cached(NEWEST_KEYSET)?;
    let mut rows = statement.query_and_then(named_params! { ":organization": organization.as_bytes() }, |row| {
        Ok(SignedKeyset { version: row.number("version")?, created: row.get("created")?, signed: row.get("signed")? })
    })?;
    rows.next().transpose()
}

/// What became of signing a new keyset.
pub(super) enum Resign {
    Signed(SignedKeyset),
    RootOffline,
    WrongRoot,
}

/// Which root key may sign for `actor`: the one kept here, or the one given, if it is the same.
pub(super) fn root(tx: &Connection, actor: &Actor, given: Option<&Seed>) -> Result<Result<Seed, Resign>, StoreError> {
    let all = list(tx, actor.organization)?;
    let root = all.into_iter().find(|key| key.used_for == KeyUse::Root).ok_or(StoreError::Impossible("keys"))?;
    Ok(match (given, root.seed) {
        (Some(given), _) if given.signing_key().verifying_key().to_bytes() == root.public => Ok(given.clone()),
        (Some(_), _) => Err(Resign::WrongRoot),
        (None, Some(kept)) => Ok(kept),
        (None, None) => Err(Resign::RootOffline),
    })
}

/// Adds `keys`, lets `before` change those that are there, and signs a keyset of all.
pub(super) fn resign(
    tx: &Transaction<'_>,
    actor: &Actor,
    keys: &[StoredKey],
    given_root: Option<&Seed>,
    mut before: impl FnMut(&mut StoredKey) -> bool,
) -> Result<Resign, StoreError> {
    let root = match root(tx, actor, given_root)? {
        Ok(root) => root,
        Err(refused) => return Ok(refused),
    };
    let mut times_change = false;
    for mut key in list(tx, actor.organization)? {
        let was_good = !key.withdrawn;
        if before(&mut key) {
            times_change |= key.used_for == KeyUse::Server && key.withdrawn && was_good;
            tx.execute(UPDATE, (key.id.as_bytes(), key.not_after, key.withdrawn))?;
        }
    }
    let organization = organization_row(tx, actor.organization)?.ok_or(StoreError::Impossible("organization"))?;
    for key in keys {
        insert(tx, organization, key)?;
    }
    let previous =
        newest_keyset(tx, actor.organization)?.map_or(0, |keyset| keyset.version).max(restored::floor(tx, actor.at)?);
    let all = list(tx, actor.organization)?;
    let keyset = keyset::build(actor.organization, &all, previous, actor.at, &root.signing_key());
    insert_keyset(tx, organization, &keyset)?;
    if times_change {
        truth::verify_samples(tx, organization, actor.at)?;
    }
    // Manifests name the keyset they need: every event gets a new one.
    tx.execute("UPDATE events SET dirty = 1 WHERE organization = ?1 AND archived IS NULL", [organization])?;
    Ok(Resign::Signed(keyset))
}

fn rotate(tx: &Transaction<'_>, actor: &Actor, rotation: &Rotation) -> Result<Rotate, StoreError> {
    let replaced = |key: &StoredKey| rotation.keys.iter().any(|new| new.used_for == key.used_for);
    let outcome = resign(tx, actor, &rotation.keys, rotation.root.as_ref(), |key| {
        replaced(key) && rotation.old.apply(key, actor.at)
    })?;
    let keyset = match outcome {
        Resign::Signed(keyset) => keyset,
        Resign::RootOffline => return Ok(Rotate::RootOffline),
        Resign::WrongRoot => return Ok(Rotate::WrongRoot),
    };
    let withdrawn =
        rotation.old == OldKeys::Withdraw && rotation.keys.iter().any(|key| key.used_for == KeyUse::Certificate);
    let Recertified { left, ended } = if withdrawn {
        let organization = organization_row(tx, actor.organization)?.ok_or(StoreError::Impossible("organization"))?;
        device::recertify(tx, organization, actor.at)?
    } else {
        Recertified::default()
    };
    let ids: Vec<_> = rotation.keys.iter().map(|key| key.id).collect();
    let detail = json!({
        "keys": ids, "keyset": keyset.version, "old": format!("{:?}", rotation.old), "left": left,
        "offices_ended": ended,
    });
    audit::note(tx, actor, "keys.rotate", None, Some(&detail))?;
    Ok(Rotate::Rotated { keyset, left })
}

fn import(tx: &Transaction<'_>, export: &KeyExport, now: i64) -> Result<ImportKeys, StoreError> {
    let organization = &export.organization;
    let actor = Actor::command_line(organization.id, now);
    let there = organization_row(tx, organization.id)?;
    if there.is_some() {
        let mine = list(tx, organization.id)?.into_iter().find(|key| key.used_for == KeyUse::Root);
        let theirs = export.keys.iter().find(|key| key.used_for == KeyUse::Root);
        if mine.map(|key| key.public) != theirs.map(|key| key.public) {
            return Ok(ImportKeys::WrongRoot);
        }
    }
    let internal = there.map_or_else(|| insert_organization(tx, organization), Ok)?;
    let before = list(tx, organization.id)?.len();
    for key in &export.keys {
        insert(tx, internal, key)?;
    }
    let new = u64::try_from(list(tx, organization.id)?.len() - before).unwrap_or(u64::MAX);
    insert_keyset(tx, internal, &export.keyset)?;
    truth::verify_samples(tx, internal, now)?;
    if there.is_none() {
        // Its events come back from scanners, and only they know how far numbers went.
        restored::begin_anew(tx, restored::highest(tx)?, now)?;
    }
    audit::note(tx, &actor, "keys.import", Some(&organization.id), Some(&json!({ "new": new })))?;
    Ok(if there.is_some() { ImportKeys::Merged(new) } else { ImportKeys::Founded })
}

#[async_trait]
impl KeyStore for SqliteStore {
    async fn keys(&self, organization: OrganizationId) -> Result<Vec<StoredKey>, StoreError> {
        self.read(move |tx| list(tx, organization)).await
    }

    async fn signing_key(
        &self,
        organization: OrganizationId,
        used_for: KeyUse,
        now: i64,
    ) -> Result<Option<StoredKey>, StoreError> {
        self.read(move |tx| signing_key(tx, organization, used_for, now)).await
    }

    async fn keyset(&self, organization: OrganizationId) -> Result<Option<SignedKeyset>, StoreError> {
        self.read(move |tx| newest_keyset(tx, organization)).await
    }

    async fn rotate_keys(&self, actor: Actor, rotation: Rotation) -> Result<Rotate, StoreError> {
        self.write_large(move |tx| rotate(tx, &actor, &rotation)).await
    }

    async fn export_keys(&self, actor: Actor) -> Result<Option<KeyExport>, StoreError> {
        self.write(move |tx| {
            let (organization, keyset) =
                (read_organization(tx, actor.organization)?, newest_keyset(tx, actor.organization)?);
            let (Some(organization), Some(keyset)) = (organization, keyset) else { return Ok(None) };
            let keys = list(tx, actor.organization)?;
            let ids: Vec<_> = keys.iter().map(|key| to_hex(&key.id.0)).collect();
            audit::note(tx, &actor, "keys.export", Some(&actor.organization), Some(&json!({ "keys": ids })))?;
            Ok(Some(KeyExport { organization, keys, keyset }))
        })
        .await
    }

    async fn import_keys(&self, export: KeyExport, now: i64) -> Result<ImportKeys, StoreError> {
        self.write_large(move |tx| import(tx, &export, now)).await
    }
}
