//! An organization with all its keys, its lists, and devices to enrol.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use minicbor::bytes::ByteVec;
use scanner::engine::{Engine, ManifestProgress, Outcome, ScanRequest};
use shared::api::{BucketPart, EnrolResponse, HeartbeatResponse, Invitation, ManifestResponse};
use shared::clock::{Clock, Entropy, Reading};
use shared::cose::{Domain, SigningKey, key_id, sign_object};
use shared::hash::hash;
use shared::ids::{BootId, EventId, Fingerprint, GateId, Nonce, OrganizationId, ProductId, ScannerId, StoreId, ZoneId};
use shared::manifest::{
    Attendee, BucketHasher, Header, Record, Revocation, TicketState, bucket_bits, bucket_of, seal_attendee,
};
use shared::policy::{Gate, Policy, Product, Zone};
use shared::ticket::{Secret, Ticket};
use shared::time::TimeToken;
use shared::trust::{Certificate, KeyRole, Keyset, PublicKey, ScannerRole, root_fingerprint};

/// When the evening begins (ms).
pub const NOW: i64 = 1_800_000_000_000;
pub const HOUR: i64 = 3_600_000;
pub const EVENT: EventId = EventId([0xe1; 16]);
pub const OTHER_EVENT: EventId = EventId([0xe2; 16]);
pub const ORGANIZATION: OrganizationId = OrganizationId([0x0a; 16]);
pub const NORTH: GateId = GateId(1);
pub const SOUTH: GateId = GateId(2);
pub const LOUNGE: GateId = GateId(3);
pub const STANDARD: ProductId = ProductId(1);
pub const VIP: ProductId = ProductId(2);

/// A clock that a test moves.
#[derive(Debug)]
pub struct Hands(Mutex<Reading>);

impl Clock for Hands {
    fn read(&self) -> Reading {
        *self.0.lock().unwrap()
    }
}

impl Hands {
    pub fn forward(&self, ms: u64) {
        let mut now = self.0.lock().unwrap();
        now.mono_ms += ms;
        now.wall_ms += i64::try_from(ms).unwrap();
    }

    pub fn set_wall(&self, ms: i64) {
        self.0.lock().unwrap().wall_ms = ms;
    }

    pub fn reboot(&self) {
        let mut now = self.0.lock().unwrap();
        now.boot.0[7] += 1;
        now.mono_ms = 1_000;
    }
}

/// Bytes that never repeat, the same in every run.
#[derive(Debug)]
pub struct Dice(u64, AtomicU64);

impl Entropy for Dice {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let turn = self.1.fetch_add(1, Ordering::Relaxed);
            let bytes = hash("test/dice", &[&self.0.to_be_bytes(), &turn.to_be_bytes()]);
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

pub fn dice(seed: u64) -> Arc<Dice> {
    Arc::new(Dice(seed, AtomicU64::new(0)))
}

/// All keys of the organization.
pub struct World {
    pub root: SigningKey,
    pub tickets: SigningKey,
    pub other_tickets: SigningKey,
    pub manifests: SigningKey,
    pub certificates: SigningKey,
    pub server: SigningKey,
    pub store: StoreId,
    pub policy: Policy,
    pub keyset_version: u64,
}

fn key(byte: u8) -> SigningKey {
    SigningKey::from_bytes(&[byte; 32])
}

pub fn world() -> World {
    World {
        root: key(1),
        tickets: key(2),
        other_tickets: key(3),
        manifests: key(4),
        certificates: key(5),
        server: key(6),
        store: StoreId([0x51; 16]),
        policy: policy(),
        keyset_version: 1,
    }
}

fn policy() -> Policy {
    let gate = |id, name: &str, zone, from| Gate { id, name: name.into(), zone, from, products: None };
    let product = |id, name: &str, zones| Product { id, name: name.into(), zones };
    Policy {
        name: "Night of Lights".into(),
        starts: NOW,
        ends: NOW + 8 * HOUR,
        zones: vec![
            Zone { id: ZoneId(1), name: "Hall".into(), capacity: None },
            Zone { id: ZoneId(2), name: "Lounge".into(), capacity: None },
        ],
        gates: vec![
            gate(NORTH, "North", ZoneId(1), None),
            gate(SOUTH, "South", ZoneId(1), None),
            gate(LOUNGE, "Lounge door", ZoneId(2), Some(ZoneId(1))),
        ],
        products: vec![product(STANDARD, "Standard", Some(vec![ZoneId(1)])), product(VIP, "VIP", None)],
        reentry: true,
        capacity: None,
        list_only: false,
        stale_stop: None,
        last_entry: None,
        max_reentries: None,
        retry_window: 5_000,
        time_zone: "Europe/Vienna".into(),
    }
}

/// A signed list with its parts.
pub struct List {
    pub header: Vec<u8>,
    pub version: u64,
    pub parts: Vec<Vec<ByteVec>>,
}

impl List {
    pub fn part(&self, bucket: u32) -> BucketPart {
        BucketPart { bucket, records: self.parts[bucket as usize].clone() }
    }

    pub fn response(&self) -> ManifestResponse {
        ManifestResponse::Header { header: self.header.clone(), keyset: None }
    }
}

impl World {
    pub fn fingerprint(&self) -> Fingerprint {
        root_fingerprint(&self.root.verifying_key())
    }

    pub fn keyset(&self) -> Vec<u8> {
        let one = |signer: &SigningKey, role, event| {
            let public = signer.verifying_key();
            PublicKey {
                id: key_id(&public),
                public: public.to_bytes(),
                role,
                event,
                not_before: 0,
                not_after: i64::MAX,
                withdrawn: None,
            }
        };
        let keys = vec![
            one(&self.tickets, KeyRole::Ticket, Some(EVENT)),
            one(&self.other_tickets, KeyRole::Ticket, Some(OTHER_EVENT)),
            one(&self.manifests, KeyRole::Manifest, None),
            one(&self.certificates, KeyRole::Certificate, None),
            one(&self.server, KeyRole::Server, None),
        ];
        let keyset = Keyset { organization: ORGANIZATION, version: self.keyset_version, created: NOW, keys };
        sign_object(Domain::Keyset, &self.root, &keyset)
    }

    pub fn certificate(&self, scanner: ScannerId, public: [u8; 32], role: ScannerRole, serial: u64) -> Vec<u8> {
        let certificate = Certificate {
            scanner,
            public,
            organization: ORGANIZATION,
            events: vec![EVENT],
            gate: Some(NORTH),
            role,
            not_before: NOW - HOUR,
            not_after: NOW + 240 * HOUR,
            name: format!("Door {}", scanner.0[0]),
            serial,
        };
        sign_object(Domain::Certificate, &self.certificates, &certificate)
    }

    pub fn invitation(&self) -> Invitation {
        Invitation {
            server: "http://127.0.0.1:1".into(),
            token: Nonce([7; 16]),
            root: self.fingerprint(),
            expires: NOW + HOUR,
        }
    }

    /// A list as a server would sign it.
    pub fn list(&self, version: u64, records: &[Record], certificates: &[Vec<u8>], revocations: &[Revocation]) -> List {
        self.list_with(version, records, certificates, |header| header.revocations = revocations.to_vec())
    }

    pub fn list_with(
        &self,
        version: u64,
        records: &[Record],
        certificates: &[Vec<u8>],
        change: impl FnOnce(&mut Header),
    ) -> List {
        let tickets = u64::try_from(records.len()).unwrap();
        let bits = bucket_bits(tickets);
        let mut sorted: Vec<(shared::ids::TicketKey, ByteVec)> =
            records.iter().map(|record| (record.key, ByteVec::from(record.to_bytes()))).collect();
        sorted.sort_by_key(|(key, _)| *key);
        let mut parts: Vec<Vec<ByteVec>> = vec![Vec::new(); 1 << bits];
        for (key, bytes) in sorted {
            parts[bucket_of(&key, bits) as usize].push(bytes);
        }
        let mut hashes = Vec::new();
        for (bucket, part) in parts.iter().enumerate() {
            let mut hasher = BucketHasher::new(EVENT, u32::try_from(bucket).unwrap());
            part.iter().for_each(|record| hasher.add(record));
            hashes.extend(hasher.finish());
        }
        let mut header = Header {
            organization: ORGANIZATION,
            event: EVENT,
            version,
            created: NOW - HOUR,
            expires: NOW + 24 * HOUR,
            policy: self.policy.clone(),
            keyset_version: self.keyset_version,
            certificates: certificates.iter().map(|bytes| ByteVec::from(bytes.clone())).collect(),
            revocations: Vec::new(),
            bucket_bits: bits,
            bucket_hashes: hashes,
            tickets,
        };
        change(&mut header);
        List { header: header.sign(&self.manifests), version, parts }
    }

    pub fn code(&self, ticket: &Ticket) -> String {
        ticket.code(&self.tickets)
    }

    /// Answers a heartbeat with the true time.
    pub fn heartbeat(&self, nonce: Nonce, server_ms: i64) -> HeartbeatResponse {
        let time = TimeToken { nonce, server_ms, store: self.store }.sign(&self.server);
        HeartbeatResponse { time, store: self.store, keyset: None, manifests: vec![], certificate: None }
    }
}

/// The n-th ticket, with a secret of its own.
pub fn ticket(n: u32) -> Ticket {
    let digest = hash("test/secret", &[&n.to_be_bytes()]);
    let mut secret = [0; 16];
    secret.copy_from_slice(&digest[..16]);
    Ticket { secret: Secret(secret), generation: 1, product: STANDARD, not_after: None, not_before: None, admits: None }
}

/// Its record, with an attendee only the ticket opens.
pub fn record(ticket: &Ticket) -> Record {
    let key = ticket.key(EVENT);
    let attendee = Attendee { name: format!("Guest {}", ticket.secret.0[0]), note: None };
    Record {
        key,
        state: TicketState::Valid,
        generation: ticket.generation,
        product: ticket.product,
        admits: ticket.people(),
        not_before: None,
        not_after: None,
        sealed: Some(seal_attendee(EVENT, key, &ticket.secret.0, &attendee, &*dice(9))),
    }
}

pub fn records(many: u32) -> Vec<Record> {
    (0..many).map(|n| record(&ticket(n))).collect()
}

/// A device: its engine, its clock, its folder.
pub struct Device {
    pub engine: Engine,
    pub clock: Arc<Hands>,
    pub seed: u64,
    pub path: PathBuf,
    _folder: Option<tempfile::TempDir>,
}

impl Device {
    /// A device with a database file and nothing else.
    pub fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scanner.db");
        Self { _folder: Some(folder), ..Self::at(&path, seed) }
    }

    /// A device on a given file.
    pub fn at(path: &Path, seed: u64) -> Self {
        let boot = BootId([u8::try_from(seed).unwrap(), 0, 0, 0, 0, 0, 0, 1]);
        Self::with(path, seed, Arc::new(Hands(Mutex::new(Reading { wall_ms: NOW, mono_ms: 60_000, boot }))))
    }

    /// A device on a given file with a given clock.
    pub fn with(path: &Path, seed: u64, clock: Arc<Hands>) -> Self {
        let engine = Engine::open(path, clock.clone(), dice(seed)).unwrap();
        Self { engine, clock, seed, path: path.to_owned(), _folder: None }
    }

    /// Another engine on the same file, as another process would open it.
    pub fn second(&self) -> Engine {
        Engine::open(&self.path, self.clock.clone(), dice(self.seed + 1_000)).unwrap()
    }

    /// Closes without a farewell and opens again.
    pub fn reopen(&mut self) {
        let fresh = Engine::open(&self.path, self.clock.clone(), dice(self.seed + 2_000)).unwrap();
        self.engine = fresh;
    }

    pub fn id(&self) -> ScannerId {
        ScannerId([u8::try_from(self.seed).unwrap(); 16])
    }

    /// Enrols; returns the certificate that lists name this device by.
    pub fn enrol(&mut self, world: &World, role: ScannerRole) -> Vec<u8> {
        let request = self.engine.enrol_request(&world.invitation(), "test").unwrap();
        let certificate = world.certificate(self.id(), request.public, role, 1);
        let response = EnrolResponse {
            store: world.store,
            root: world.root.verifying_key().to_bytes(),
            keyset: world.keyset(),
            certificate: certificate.clone(),
            organization: "Lights Ltd".into(),
        };
        assert_eq!(self.engine.install(&world.invitation(), &response).unwrap(), self.id());
        certificate
    }

    /// Fetches a list to the end.
    pub fn adopt(&mut self, list: &List) -> ManifestProgress {
        let mut progress = self.engine.apply_manifest(EVENT, &list.response()).unwrap();
        while let ManifestProgress::Staging { .. } = progress {
            let wanted = self.engine.manifest_request(EVENT).unwrap().buckets;
            assert!(!wanted.is_empty(), "asks for nothing");
            let parts = wanted.iter().take(8).map(|bucket| list.part(*bucket)).collect();
            let response = ManifestResponse::Buckets { version: list.version, parts };
            progress = self.engine.apply_manifest(EVENT, &response).unwrap();
        }
        progress
    }

    pub fn scan(&mut self, text: &str) -> Outcome {
        self.engine.scan(&ScanRequest::of(text)).unwrap()
    }

    /// The same, after the retry window of any scan before.
    pub fn later(&mut self, text: &str) -> Outcome {
        self.clock.forward(60_000);
        self.scan(text)
    }

    /// A sample of the true time, half a second round trip.
    pub fn sync_time(&mut self, world: &World, server_ms: i64) -> bool {
        let asked = self.engine.heartbeat_request(None).unwrap();
        self.clock.forward(500);
        let response = world.heartbeat(asked.request.nonce, server_ms);
        self.engine.apply_heartbeat(&asked, self.clock.read(), &response).unwrap().sampled
    }
}

/// A supervisor's device with the first 40 tickets.
pub fn door(world: &World, seed: u64) -> Device {
    door_as(world, seed, ScannerRole::Supervisor)
}

pub fn door_as(world: &World, seed: u64, role: ScannerRole) -> Device {
    let mut device = Device::new(seed);
    let certificate = device.enrol(world, role);
    device.adopt(&world.list(1, &records(40), &[certificate], &[]));
    device
}
