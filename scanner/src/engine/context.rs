//! What every decision needs and what seldom changes, kept in memory: identity, trust, settings, lists in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use shared::cose::{Envelope, SigningKey, peek};
use shared::entry::Direction;
use shared::ids::{EventId, FeedId, GateId, KeyId, ManifestDigest, OrganizationId, ScannerId, StoreId};
use shared::manifest::{Header, Held, Revocation};
use shared::policy::{Gate, Policy};
use shared::trust::{Certificate, ScannerRole, Trust, root_fingerprint};

use super::db::to_u64;
use super::error::{EngineError, Result, StoreError};
use super::settings::Settings;

/// This device as an enrolled scanner.
pub(super) struct Me {
    pub(super) identity_ref: i64,
    pub(super) key: SigningKey,
    pub(super) scanner: ScannerId,
    pub(super) organization_name: String,
    pub(super) server: String,
    pub(super) trust: Trust,
    pub(super) certificate: Certificate,
    pub(super) certificate_bytes: Vec<u8>,
}

impl Me {
    pub(super) fn organization(&self) -> OrganizationId {
        self.trust.organization()
    }

    /// Refuses what only supervisors may do.
    pub(super) fn may(&self, what: &'static str) -> Result<()> {
        match self.certificate.role {
            ScannerRole::Supervisor => Ok(()),
            ScannerRole::Scan => Err(EngineError::NotSupervisor(what)),
        }
    }
}

/// A list in force.
pub(super) struct Force {
    pub(super) list_ref: i64,
    pub(super) digest: ManifestDigest,
    pub(super) header: Header,
    /// Whose key signed it.
    pub(super) signer: KeyId,
}

impl Force {
    pub(super) fn policy(&self) -> &Policy {
        &self.header.policy
    }

    pub(super) fn held(&self) -> Held {
        Held { version: self.header.version, digest: self.digest }
    }
}

/// Everything at one revision.
pub(super) struct Context {
    pub(super) revision: i64,
    pub(super) me: Option<Me>,
    pub(super) feed: Option<(i64, FeedId)>,
    pub(super) store: Option<StoreId>,
    pub(super) settings: Settings,
    pub(super) force: BTreeMap<EventId, Force>,
    /// From all lists in force; of two about one scanner, the one of the newer list.
    pub(super) revoked: BTreeMap<ScannerId, Revocation>,
}

/// The context of the database's present revision; read again only when it changed.
pub(super) fn current(conn: &Connection, cache: &mut Option<Arc<Context>>) -> Result<Arc<Context>> {
    let revision: i64 = conn.prepare_cached("SELECT revision FROM device")?.query_row([], |row| row.get(0))?;
    if let Some(context) = cache.as_ref().filter(|context| context.revision == revision) {
        return Ok(Arc::clone(context));
    }
    let context = Arc::new(load(conn, revision)?);
    *cache = Some(Arc::clone(&context));
    Ok(context)
}

/// The context inside a transaction that changed something: not remembered, because it may yet be rolled back.
pub(super) fn fresh(conn: &Connection) -> Result<Context> {
    load(conn, -1)
}

fn damaged(what: &str) -> EngineError {
    StoreError::Damaged(format!("{what} cannot be read")).into()
}

fn load(conn: &Connection, revision: i64) -> Result<Context> {
    let force = load_force(conn)?;
    let mut newest: Vec<&Force> = force.values().collect();
    newest.sort_by_key(|force| force.header.version);
    let in_force = newest.iter().flat_map(|force| &force.header.revocations);
    let mut revoked: BTreeMap<ScannerId, Revocation> = in_force.map(|r| (r.scanner, r.clone())).collect();
    let me = load_me(conn)?;
    if let Some(me) = &me {
        // Only of this device: the other revocations in them came with no list that could be looked at whole.
        let mut told = load_told(conn)?.into_iter().flat_map(|header| header.revocations);
        if let Some(own) = told.rfind(|revocation| revocation.scanner == me.scanner) {
            revoked.entry(me.scanner).or_insert(own);
        }
    }
    let (feed, store, settings) = conn.query_row(include_str!("sql/device.sql"), [], |row| {
        let feed: Option<i64> = row.get("feed_ref")?;
        let id: Option<[u8; 16]> = row.get("feed")?;
        let store: Option<[u8; 16]> = row.get("store")?;
        let event: Option<[u8; 16]> = row.get("event")?;
        let gate: Option<u32> = row.get("gate")?;
        let direction: i64 = row.get("direction")?;
        let settings = Settings {
            event: event.map(EventId),
            gate: gate.map(GateId),
            direction: if direction == 2 { Direction::Exit } else { Direction::Entry },
            operator: row.get("operator")?,
        };
        Ok((feed.zip(id.map(FeedId)), store.map(StoreId), settings))
    })?;
    Ok(Context { revision, me, feed, store, settings, force, revoked })
}

fn load_me(conn: &Connection) -> Result<Option<Me>> {
    let row = conn
        .query_row(include_str!("sql/identity.sql"), [], |row| {
            let secret: [u8; 32] = row.get("secret")?;
            let root: [u8; 32] = row.get("root")?;
            let texts: (String, String) = (row.get("organization_name")?, row.get("server")?);
            let signed: (Vec<u8>, Vec<u8>) = (row.get("keyset")?, row.get("certificate")?);
            Ok((row.get::<_, i64>("ref")?, secret, root, texts, signed))
        })
        .optional()?;
    let Some((identity_ref, secret, root, (organization_name, server), (keyset, certificate_bytes))) = row else {
        return Ok(None);
    };
    // Checked against the invitation's fingerprint at enrolment; signatures are checked once more here.
    let point = shared::cose::VerifyingKey::from_bytes(&root).map_err(|_| damaged("the root key"))?;
    let trust = Trust::pin(root_fingerprint(&point), &root, &keyset).map_err(|_| damaged("the keyset"))?;
    // Not opened but peeked at: its signing key may have been withdrawn since, which is for the server to act upon.
    let certificate: Certificate = shared::cose::peek(&certificate_bytes).ok_or_else(|| damaged("the certificate"))?;
    Ok(Some(Me {
        identity_ref,
        key: SigningKey::from_bytes(&secret),
        scanner: certificate.scanner,
        organization_name,
        server,
        trust,
        certificate,
        certificate_bytes,
    }))
}

fn load_force(conn: &Connection) -> Result<BTreeMap<EventId, Force>> {
    let mut statement = conn.prepare_cached("SELECT ref, digest, header FROM list WHERE state = 1")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut force = BTreeMap::new();
    for row in rows {
        let (list_ref, digest, header): (i64, [u8; 16], Vec<u8>) = row?;
        let signer = Envelope::parse(&header).map(|envelope| envelope.key());
        let signer = signer.map_err(|_| damaged("a ticket list's signature"))?;
        let header: Header = peek(&header).ok_or_else(|| damaged("a ticket list's header"))?;
        force.insert(header.event, Force { list_ref, digest: ManifestDigest(digest), header, signer });
    }
    Ok(force)
}

/// Lists that were shown to this device only because they name it as revoked.
fn load_told(conn: &Connection) -> Result<Vec<Header>> {
    let mut statement = conn.prepare_cached("SELECT header FROM list WHERE state = 3")?;
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|row| peek(&row?).ok_or_else(|| damaged("a ticket list's header"))).collect()
}

impl Context {
    /// This device, or a clear error before enrolment.
    pub(super) fn me(&self) -> Result<&Me> {
        self.me.as_ref().ok_or(EngineError::NotEnrolled)
    }

    /// The feed being written, by reference and id.
    pub(super) fn feed(&self) -> Result<(i64, FeedId)> {
        self.feed.ok_or(EngineError::NotEnrolled)
    }

    /// The event in use: the one set, else the certificate's only one.
    pub(super) fn event(&self) -> Result<EventId> {
        let events = &self.me()?.certificate.events;
        match (self.settings.event, events.as_slice()) {
            (Some(event), _) if events.contains(&event) => Ok(event),
            (Some(event), _) => Err(EngineError::ForeignEvent(event)),
            (None, [event]) => Ok(*event),
            (None, _) => Err(EngineError::NoEvent),
        }
    }

    /// The list in force for an event.
    pub(super) fn force(&self, event: EventId) -> Result<&Force> {
        self.force.get(&event).ok_or(EngineError::NoManifest(event))
    }

    /// What a new list for an event is compared with: the one in force, unless the key that signed it was withdrawn since.
    /// Whoever stole that key could have given it any number; it must not keep right lists out for ever.
    pub(super) fn held(&self, event: EventId) -> Option<Held> {
        let force = self.force.get(&event)?;
        let signer = self.me.as_ref()?.trust.keyset().key(force.signer)?;
        (!signer.is_withdrawn()).then(|| force.held())
    }

    /// The gate: asked for, set, registered, or the event's only one.
    pub(super) fn gate<'c>(&self, policy: &'c Policy, asked: Option<GateId>) -> Result<&'c Gate> {
        let known =
            || policy.gates.iter().map(|gate| format!("{} ({})", gate.id, gate.name)).collect::<Vec<_>>().join(", ");
        let registered = self.me()?.certificate.gate.filter(|id| policy.gate(*id).is_some());
        match asked.or(self.settings.gate).or(registered) {
            Some(asked) => policy.gate(asked).ok_or_else(|| EngineError::UnknownGate { asked, known: known() }),
            None => match policy.gates.as_slice() {
                [gate] => Ok(gate),
                _ => Err(EngineError::NoGate(known())),
            },
        }
    }

    /// The revocation of this device, if a list in force names it.
    pub(super) fn own_revocation(&self) -> Option<&Revocation> {
        self.revoked.get(&self.me.as_ref()?.scanner)
    }
}

/// The contiguous end of a feed: seq and the id there.
pub(super) type End = Option<(u64, shared::ids::EntryId)>;

/// Reads the contiguous end of a feed.
pub(super) fn end_of(conn: &Connection, feed_ref: i64) -> Result<End> {
    let mut statement = conn.prepare_cached("SELECT contiguous, contiguous_id FROM feed WHERE ref = ?1")?;
    let (seq, id): (i64, Option<[u8; 32]>) = statement.query_row([feed_ref], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(id.map(|id| (to_u64(seq), shared::ids::EntryId(id))))
}
