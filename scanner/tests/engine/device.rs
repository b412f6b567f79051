//! Devices with a clock and dice that a test holds in its hands.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use scanner::engine::{Engine, ManifestProgress, Outcome, ScanRequest};
use shared::api::{EnrolResponse, ManifestResponse};
use shared::clock::{Clock, Entropy, Reading};
use shared::hash::hash;
use shared::ids::{BootId, ScannerId};
use shared::trust::ScannerRole;

use crate::world::{EVENT, List, NOW, World, records};

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
