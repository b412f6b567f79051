//! A scanner's machine: the real engine on its own thread over a simulated disk, and its way to the server.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use rusqlite::Connection;
use scanner::engine::{Engine, EngineError, StoreError};
use scanner::net::{Desk, Link, SyncError, SyncReport};
use shared::api::Invitation;
use shared::clock::{Entropy, random};
use shared::ids::{BootId, EntryId, FeedId, GateId, ManifestDigest, ScannerId};

use crate::clock::MachineClock;
use crate::dice::SeededEntropy;
use crate::disk::{Disk, Image};
use crate::wire::{Ether, Wire};

/// Name of a scanner's database in its folder.
const DATABASE: &str = "scanner.db";

/// A round with the server that is under way.
pub type Task = Pin<Box<dyn Future<Output = Result<SyncReport, SyncError>> + Send>>;

/// An entry as a device's database holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: EntryId,
    /// Its feed.
    pub feed: FeedId,
    /// Its place there.
    pub seq: u64,
    /// Exact bytes.
    pub bytes: Vec<u8>,
    /// This device wrote it.
    pub own: bool,
}

/// A scanner.
pub struct Device {
    /// Its number.
    pub number: usize,
    /// What people call it.
    pub name: String,
    /// Its gate.
    pub gate: GateId,
    /// May undo and count.
    pub supervisor: bool,
    /// Its id, once enrolled.
    pub scanner: ScannerId,
    /// Its disk.
    pub disk: Arc<Disk>,
    /// Its clocks.
    pub clock: Arc<MachineClock>,
    /// Its dice.
    pub entropy: Arc<SeededEntropy>,
    /// Its engine; `None` while it is off.
    pub desk: Option<Desk>,
    /// Its connection; `None` while it is off.
    pub link: Option<Link<Wire>>,
    /// Its way to the server.
    pub wire: Wire,
    /// A round under way.
    pub task: Option<Task>,
    /// It sleeps: its program runs, but not now.
    pub asleep: bool,
    /// It booted, takes no time sample yet, and let nobody pass since.
    pub unsampled: bool,
    /// It will not come back.
    pub gone: bool,
    /// It was revoked (true time).
    pub revoked: Option<i64>,
    /// Why its disk may have less than was shown.
    pub excuse: Option<&'static str>,
    /// Its database may be damaged: its disk lied, or a page changed.
    pub spoiled: bool,
    /// Copies of its disk, with the times they were made.
    pub images: Vec<(i64, Image)>,
    /// The highest manifest version seen in force.
    pub version: u64,
    /// Digest of that list.
    pub digest: Option<ManifestDigest>,
    /// It takes no time sample before this (true time).
    pub no_sample_before: i64,
    /// Something was written since the last round that ended well.
    pub unsaid: bool,
    folder: PathBuf,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What makes a device.
#[derive(Debug)]
pub struct Making {
    /// Its number.
    pub number: usize,
    /// Its gate.
    pub gate: GateId,
    /// May undo and count.
    pub supervisor: bool,
    /// Its folder on its disk.
    pub folder: PathBuf,
    /// Its disk.
    pub disk: Arc<Disk>,
    /// Its clocks.
    pub clock: Arc<MachineClock>,
    /// Its dice.
    pub entropy: Arc<SeededEntropy>,
}

impl Device {
    /// Off, with an empty disk.
    pub fn new(making: Making, ether: &Arc<Ether>) -> Self {
        let Making { number, gate, supervisor, folder, disk, clock, entropy } = making;
        Self {
            number,
            name: format!("scanner-{number}"),
            gate,
            supervisor,
            scanner: ScannerId::default(),
            disk,
            clock,
            entropy,
            desk: None,
            link: None,
            wire: Wire::new(Arc::clone(ether), number),
            task: None,
            asleep: false,
            unsampled: false,
            gone: false,
            revoked: None,
            excuse: None,
            spoiled: false,
            images: vec![],
            version: 0,
            digest: None,
            no_sample_before: 0,
            unsaid: false,
            folder,
        }
    }

    /// Starts the program on what the disk holds.
    pub async fn start(&mut self) -> Result<(), SyncError> {
        let engine = Engine::open(&self.folder.join(DATABASE), self.clock.clone(), self.entropy.clone());
        let engine = engine.map_err(|error| match error {
            scanner::engine::OpenError::Store(error) => SyncError::from(EngineError::from(error)),
            other => SyncError::from(EngineError::from(StoreError::Damaged(other.to_string()))),
        })?;
        let desk = Desk::start(engine)?;
        if desk.ask(Engine::scanner).await?.is_some() {
            self.connect(&desk).await?;
        }
        self.desk = Some(desk);
        Ok(())
    }

    async fn connect(&mut self, desk: &Desk) -> Result<(), SyncError> {
        let wire = self.wire.clone();
        let (clock, entropy) = (self.clock.clone(), self.entropy.clone());
        // Tokens are kept in memory only: nothing of the real file system is touched.
        let folder = PathBuf::from("/nonexistent");
        self.link = Some(Link::over(move |_| Ok(wire), &folder, desk.clone(), clock, entropy).await?);
        Ok(())
    }

    /// The program ends without warning. What waits for an answer waits no longer.
    pub fn stop(&mut self) {
        self.disk.end_processes();
        self.asleep = false;
        (self.desk, self.link, self.task) = (None, None, None);
        self.wire.parker = Arc::default();
    }

    /// The machine loses its power.
    pub fn lose_power(&mut self) {
        self.stop();
        self.disk.lose_power();
    }

    /// The machine boots; a new boot has a new id.
    pub fn boot(&mut self) {
        self.clock.reboot(BootId(random(&*self.entropy as &dyn Entropy)));
    }

    /// Whether its program runs, and is awake.
    pub fn is_up(&self) -> bool {
        self.desk.is_some() && !self.asleep
    }

    /// Its engine, for one closure.
    pub async fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Engine) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, SyncError> {
        self.desk.as_ref().ok_or(SyncError::Stopped)?.ask(job).await
    }

    /// Trades an invitation for a certificate, with a calm network.
    pub async fn enrol(&mut self, code: &str) -> Result<()> {
        use shared::api::SyncApi as _;
        let invitation = Invitation::read(code)?;
        let asked = invitation.clone();
        let request = self.ask(move |engine| engine.enrol_request(&asked, "sim")).await?;
        self.wire.parker.hurry();
        let response = self.wire.enrol(request).await;
        self.wire.parker.calm();
        let response = response?;
        self.scanner = self.ask(move |engine| engine.install(&invitation, &response)).await?;
        let desk = self.desk.clone().context("it runs")?;
        self.connect(&desk).await?;
        Ok(())
    }

    /// The folder its files are in.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// All entries of its database, read past the engine on what its disk holds now.
    pub fn stored(&self) -> Result<Vec<Stored>> {
        let conn = Connection::open(self.folder.join(DATABASE))?;
        let sql = "SELECT e.id, f.id, e.seq, e.bytes, f.identity_ref IS NOT NULL FROM entry e \
                   JOIN feed f ON f.ref = e.feed_ref ORDER BY f.id, e.seq, e.branch";
        let mut statement = conn.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(Stored {
                id: EntryId(row.get(0)?),
                feed: FeedId(row.get(1)?),
                seq: row.get::<_, i64>(2)?.unsigned_abs(),
                bytes: row.get(3)?,
                own: row.get(4)?,
            })
        })?;
        rows.collect::<Result<_, _>>().map_err(|error| anyhow!("{}: {error}", self.name))
    }
}
