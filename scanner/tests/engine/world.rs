//! An organization with all its keys and its lists.

use crate::device::dice;
use minicbor::bytes::ByteVec;
use shared::api::{BucketPart, HeartbeatResponse, Invitation, ManifestResponse};
use shared::cose::{Domain, SigningKey, key_id, sign_object};
use shared::hash::hash;
use shared::ids::{EventId, Fingerprint, GateId, Nonce, OrganizationId, ProductId, ScannerId, StoreId, ZoneId};
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
            for record in part {
                hasher.add(record);
            }
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
