//! An organization with keys of its own, that enrols scanners and signs ticket lists as a server would.

use std::path::Path;
use std::sync::{Arc, Mutex};

use minicbor::bytes::ByteVec;
use scanner::device::OsEntropy;
use scanner::engine::{Engine, ManifestProgress};
use shared::api::{BucketPart, EnrolResponse, HeartbeatResponse, Invitation, ManifestResponse};
use shared::clock::{Clock, Reading, random};
use shared::cose::{Domain, SigningKey, key_id, sign_object};
use shared::hash::hash;
use shared::ids::{BootId, EventId, GateId, Nonce, OrganizationId, ProductId, ScannerId, StoreId, ZoneId};
use shared::manifest::{Attendee, BucketHasher, Header, Record, TicketState, bucket_bits, bucket_of, seal_attendee};
use shared::policy::{Gate, Policy, Product, Zone};
use shared::ticket::{Secret, Ticket};
use shared::time::TimeToken;
use shared::trust::{Certificate, KeyRole, Keyset, PublicKey, ScannerRole, root_fingerprint};

/// One hour in ms.
const HOUR: i64 = 3_600_000;
/// Parts of a list that one message carries.
const PARTS_A_MESSAGE: usize = 14;

/// A clock that a measurement moves on.
#[derive(Debug)]
pub(crate) struct Hands(Mutex<Reading>);

impl Hands {
    /// Shows the machine's time.
    pub(crate) fn new() -> Arc<Self> {
        let wall_ms = jiff::Timestamp::now().as_millisecond();
        Arc::new(Self(Mutex::new(Reading { wall_ms, mono_ms: 60_000, boot: BootId(random(&OsEntropy)) })))
    }

    pub(crate) fn forward(&self, ms: u32) {
        let mut now = self.0.lock().unwrap();
        now.mono_ms += u64::from(ms);
        now.wall_ms += i64::from(ms);
    }
}

impl Clock for Hands {
    fn read(&self) -> Reading {
        *self.0.lock().unwrap()
    }
}

/// The organization and its one event, which has begun.
pub(crate) struct House {
    keys: [SigningKey; 5],
    store: StoreId,
    organization: OrganizationId,
    pub(crate) event: EventId,
    policy: Policy,
    began: i64,
}

const ROOT: usize = 0;
const TICKETS: usize = 1;
const MANIFESTS: usize = 2;
const CERTIFICATES: usize = 3;
const SERVER: usize = 4;

impl House {
    /// With fresh keys.
    pub(crate) fn new() -> Self {
        let began = jiff::Timestamp::now().as_millisecond() - HOUR;
        Self {
            keys: std::array::from_fn(|_| SigningKey::from_bytes(&random(&OsEntropy))),
            store: StoreId(random(&OsEntropy)),
            organization: OrganizationId(random(&OsEntropy)),
            event: EventId(random(&OsEntropy)),
            policy: policy(began),
            began,
        }
    }

    fn keyset(&self) -> Vec<u8> {
        let roles = [KeyRole::Ticket, KeyRole::Manifest, KeyRole::Certificate, KeyRole::Server];
        let keys = roles.into_iter().zip(&self.keys[TICKETS..]).map(|(role, signer)| {
            let public = signer.verifying_key();
            let event = (role == KeyRole::Ticket).then_some(self.event);
            let id = key_id(&public);
            let (not_before, not_after) = (0, i64::MAX);
            PublicKey { id, public: public.to_bytes(), role, event, not_before, not_after, withdrawn: None }
        });
        let keyset = Keyset { organization: self.organization, version: 1, created: self.began, keys: keys.collect() };
        sign_object(Domain::Keyset, &self.keys[ROOT], &keyset)
    }

    /// A scanner that is enrolled, knows the time, and has the list in force.
    pub(crate) fn scanner(&self, database: &Path, clock: &Arc<Hands>, list: &List) -> Engine {
        let mut engine = Engine::open(database, clock.clone(), Arc::new(OsEntropy)).expect("a new database");
        let root = self.keys[ROOT].verifying_key();
        let invitation = Invitation {
            server: "http://127.0.0.1:9".into(),
            token: Nonce(random(&OsEntropy)),
            root: root_fingerprint(&root),
            expires: i64::MAX,
        };
        let request = engine.enrol_request(&invitation, "scoreboard").expect("a request");
        let certificate = Certificate {
            scanner: ScannerId(random(&OsEntropy)),
            public: request.public,
            organization: self.organization,
            events: vec![self.event],
            gate: Some(GateId(1)),
            role: ScannerRole::Scan,
            not_before: self.began,
            not_after: self.began + 240 * HOUR,
            name: "North 1".into(),
            serial: 1,
        };
        let response = EnrolResponse {
            store: self.store,
            root: root.to_bytes(),
            keyset: self.keyset(),
            certificate: sign_object(Domain::Certificate, &self.keys[CERTIFICATES], &certificate),
            organization: "Harbour Club".into(),
        };
        engine.install(&invitation, &response).expect("the scanner is enrolled");
        self.tell_time(&mut engine, clock);
        self.adopt(&mut engine, list);
        engine
    }

    fn tell_time(&self, engine: &mut Engine, clock: &Arc<Hands>) {
        let asked = engine.heartbeat_request(None).expect("a heartbeat");
        clock.forward(20);
        let time = TimeToken { nonce: asked.request.nonce, server_ms: clock.wall_ms(), store: self.store };
        let response = HeartbeatResponse {
            time: time.sign(&self.keys[SERVER]),
            store: self.store,
            keyset: None,
            manifests: vec![],
            certificate: None,
        };
        engine.apply_heartbeat(&asked, clock.read(), &response).expect("the answer fits");
    }

    /// Puts a list into force and clears away what was before.
    fn adopt(&self, engine: &mut Engine, list: &List) {
        let header = ManifestResponse::Header { header: list.header.clone(), keyset: None };
        let mut progress = engine.apply_manifest(self.event, &header).expect("the header fits");
        while let ManifestProgress::Staging { version, .. } = progress {
            let wanted = engine.manifest_request(self.event).expect("a request").buckets;
            let part = |bucket: &u32| BucketPart { bucket: *bucket, records: list.parts[*bucket as usize].clone() };
            let parts = wanted.iter().take(PARTS_A_MESSAGE).map(part).collect();
            let response = ManifestResponse::Buckets { version, parts };
            progress = engine.apply_manifest(self.event, &response).expect("the parts fit");
            engine.checkpoint().expect("a checkpoint");
        }
        while engine.maintain().expect("housekeeping") {}
    }

    /// The code of the n-th ticket.
    pub(crate) fn code(&self, n: u32) -> String {
        self.ticket(n).code(&self.keys[TICKETS])
    }

    fn ticket(&self, n: u32) -> Ticket {
        let digest = hash("scoreboard/secret", &[self.event.as_bytes(), &n.to_be_bytes()]);
        let secret = Secret(digest[..16].try_into().expect("16 of 32 bytes"));
        Ticket { secret, generation: 1, product: ProductId(1), not_after: None, not_before: None, admits: None }
    }

    /// A signed list of `many` tickets, each with a sealed name.
    pub(crate) fn list(&self, many: u32) -> List {
        let bits = bucket_bits(u64::from(many));
        let mut sorted: Vec<Vec<(shared::ids::TicketKey, ByteVec)>> = vec![Vec::new(); 1 << bits];
        for n in 0..many {
            let ticket = self.ticket(n);
            let key = ticket.key(self.event);
            let attendee = Attendee { name: format!("Guest number {n}"), note: None };
            let record = Record {
                key,
                state: TicketState::Valid,
                generation: ticket.generation,
                product: ticket.product,
                admits: 1,
                not_before: None,
                not_after: None,
                sealed: Some(seal_attendee(self.event, key, &ticket.secret.0, &attendee, &OsEntropy)),
            };
            sorted[bucket_of(&key, bits) as usize].push((key, ByteVec::from(record.to_bytes())));
        }
        let mut hashes = Vec::new();
        let mut parts = Vec::new();
        for (bucket, mut part) in (0..).zip(sorted) {
            part.sort_unstable_by_key(|(key, _)| *key);
            let mut hasher = BucketHasher::new(self.event, bucket);
            for (_, record) in &part {
                hasher.add(record);
            }
            hashes.extend(hasher.finish());
            parts.push(part.into_iter().map(|(_, record)| record).collect());
        }
        let header = Header {
            organization: self.organization,
            event: self.event,
            version: 1,
            created: self.began,
            expires: self.began + 24 * HOUR,
            policy: self.policy.clone(),
            keyset_version: 1,
            certificates: Vec::new(),
            revocations: Vec::new(),
            bucket_bits: bits,
            bucket_hashes: hashes,
            tickets: u64::from(many),
        };
        List { header: header.sign(&self.keys[MANIFESTS]), parts }
    }
}

/// A signed list with its parts.
pub(crate) struct List {
    header: Vec<u8>,
    parts: Vec<Vec<ByteVec>>,
}

fn policy(began: i64) -> Policy {
    let gate = |id, name: &str| Gate { id: GateId(id), name: name.into(), zone: ZoneId(1), from: None, products: None };
    Policy {
        name: "Friday".into(),
        starts: began,
        ends: began + 8 * HOUR,
        zones: vec![Zone { id: ZoneId(1), name: "Hall".into(), capacity: None }],
        gates: vec![gate(1, "North"), gate(2, "South")],
        products: vec![Product { id: ProductId(1), name: "Standard".into(), zones: None }],
        reentry: true,
        capacity: None,
        list_only: false,
        stale_stop: None,
        last_entry: None,
        max_reentries: None,
        retry_window: 5_000,
        time_zone: "UTC".into(),
    }
}
