//! The golden vectors' organization with its private keys, and a device of it.

use std::sync::{Arc, LazyLock};

use scanner::engine::{Engine, ManifestProgress};
use shared::api::{BucketPart, EnrolResponse, Invitation, ManifestResponse};
use shared::clock::{Clock, Entropy, Reading};
use shared::cose::{Domain, SigningKey, sign, sign_object};
use shared::hash::hash;
use shared::ids::{BootId, Epoch, EventId, GateId, Nonce, ScannerId, StoreId};
use shared::manifest::Header;
use shared::trust::{Certificate, ScannerRole, Trust};

use crate::golden::{self, Node, vectors};

/// The key of a label, as `fixtures/README.md` says.
pub(super) fn key(label: &str) -> SigningKey {
    SigningKey::from_bytes(&hash("turnstone-fixtures/v1", &[b"key ", label.as_bytes()]))
}

fn fixed(label: &str) -> [u8; 16] {
    shared::hash::truncated(hash("turnstone-fixtures/v1", &[label.as_bytes()]))
}

/// The scanner that wrote most of the golden entries.
pub(super) struct Writer {
    pub(super) key: SigningKey,
    pub(super) scanner: ScannerId,
    pub(super) epoch: Epoch,
}

/// Everything that never changes between inputs.
pub(super) struct World {
    pub(super) trust: Trust,
    pub(super) event: EventId,
    pub(super) now: i64,
    pub(super) tickets: SigningKey,
    pub(super) manifests: SigningKey,
    pub(super) certificates: SigningKey,
    pub(super) server: SigningKey,
    pub(super) root: SigningKey,
    pub(super) writer: Writer,
    /// `manifests/good-small.json`: three tickets, one bucket, certificates of the golden scanners.
    pub(super) list: Node,
    /// Its header.
    pub(super) header: Header,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let all = vectors("manifests", None, 1, 0);
    let small = all.into_iter().find(|vector| vector.name.ends_with("/good-small.json")).expect("good-small.json").json;
    let header = shared::cose::peek(&small.at("header").bytes()).expect("a golden header");
    World {
        trust: golden::trust(&small).expect("golden trust"),
        event: golden::event(&small),
        now: small.at("now").number(),
        tickets: key("ticket"),
        manifests: key("manifest"),
        certificates: key("certificate"),
        server: key("server"),
        root: key("root"),
        writer: Writer {
            key: key("scanner A"),
            scanner: ScannerId(fixed("scanner id A")),
            epoch: Epoch(fixed("epoch A first")),
        },
        list: small,
        header,
    }
});

/// The world all targets share.
pub(super) fn world() -> &'static World {
    &WORLD
}

/// The content of an envelope, however wrong its signature; bytes that are no envelope are taken for a content.
pub(super) fn content(input: &[u8]) -> Vec<u8> {
    payload(input).unwrap_or_else(|| input.to_vec())
}

fn payload(input: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = minicbor::Decoder::new(input);
    if decoder.array().ok()? != Some(4) {
        return None;
    }
    decoder.skip().ok()?;
    decoder.skip().ok()?;
    Some(decoder.bytes().ok()?.to_vec())
}

/// The content of `input`, signed by `key`: damage gets behind the signature.
pub(super) fn signed(domain: Domain, key: &SigningKey, input: &[u8]) -> Vec<u8> {
    sign(domain, key, content(input))
}

struct Stopped(i64);

impl Clock for Stopped {
    fn read(&self) -> Reading {
        Reading { wall_ms: self.0, mono_ms: 3_600_000, boot: BootId([7; 8]) }
    }
}

/// Random bytes that are the same every time: one input must do the same in every run.
struct Same(std::sync::Mutex<u64>);

impl Entropy for Same {
    fn fill(&self, buffer: &mut [u8]) {
        let mut count = self.0.lock().expect("nobody panics while rolling");
        for chunk in buffer.chunks_mut(32) {
            *count += 1;
            chunk.copy_from_slice(&hash("test/entropy", &[&count.to_be_bytes()])[..chunk.len()]);
        }
    }
}

impl World {
    /// An enrolled device without a list, in memory; it stands at gate 1.
    pub(super) fn device(&self) -> Engine {
        let clock = Arc::new(Stopped(self.now));
        let mut engine = Engine::open_in_memory(clock, Arc::new(Same(std::sync::Mutex::new(0)))).expect("an engine");
        let root = self.root.verifying_key();
        let invitation = Invitation {
            server: "http://127.0.0.1:1".into(),
            token: Nonce([1; 16]),
            root: shared::trust::root_fingerprint(&root),
            expires: self.now,
        };
        let request = engine.enrol_request(&invitation, "fuzz").expect("a request");
        let certificate = Certificate {
            scanner: ScannerId([0xfa; 16]),
            public: request.public,
            organization: self.trust.organization(),
            events: vec![self.event],
            gate: Some(GateId(1)),
            role: ScannerRole::Supervisor,
            not_before: self.now - 1,
            not_after: self.now + 86_400_000,
            name: "Fuzz".into(),
            serial: 1,
        };
        let response = EnrolResponse {
            store: StoreId([0x51; 16]),
            root: root.to_bytes(),
            keyset: self.trust.keyset_bytes().to_vec(),
            certificate: sign_object(Domain::Certificate, &self.certificates, &certificate),
            organization: "Golden".into(),
        };
        engine.install(&invitation, &response).expect("the enrolment is right");
        engine
    }

    /// The same with `good-small.json` in force.
    pub(super) fn device_with_list(&self) -> Engine {
        let mut engine = self.device();
        let records = self.list.at("buckets").items()[0].items().iter().map(|record| record.bytes().into()).collect();
        let header = ManifestResponse::Header { header: self.list.at("header").bytes(), keyset: None };
        engine.apply_manifest(self.event, &header).expect("a golden header");
        let parts = vec![BucketPart { bucket: 0, records }];
        let answer = ManifestResponse::Buckets { version: self.header.version, parts };
        let progress = engine.apply_manifest(self.event, &answer).expect("golden records");
        assert!(matches!(progress, ManifestProgress::Adopted { .. }), "{progress:?}");
        engine
    }
}
