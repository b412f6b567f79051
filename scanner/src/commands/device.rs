//! One scanner: its data folder, its engine, its way to the server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shared::clock::{Clock, Entropy};

use crate::device::{OsEntropy, SystemClock, prepare};
use crate::engine::{Engine, EngineError};
use crate::net::{Confirmer, Contact, Desk, Link, SyncError};

use super::failure::Failure;

/// Name of the database in the data folder.
pub const DATABASE: &str = "scanner.db";

/// Name of the database in a server's data folder: two programs in one folder would be taken for each other.
const SERVERS_DATABASE: &str = "server.db";

/// An open scanner. Verbs of one process share it; other processes may have the same folder open.
#[derive(Clone)]
pub struct Device {
    folder: PathBuf,
    database: PathBuf,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    door: Desk,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Device {
    /// With this machine's clocks; `clock_offset_ms` moves the wall clock, for drills.
    pub fn of_this_machine(folder: &Path, clock_offset_ms: i64, may_make: bool) -> Result<Self, Failure> {
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::shifted(&*entropy, clock_offset_ms));
        Self::open(folder, clock, entropy, may_make)
    }

    /// Opens the scanner in `folder`. A folder without one is made only if `may_make`.
    pub fn open(
        folder: &Path,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        may_make: bool,
    ) -> Result<Self, Failure> {
        if !may_make && !folder.join(DATABASE).exists() {
            return Err(Failure::NoScanner(folder.to_owned()));
        }
        if !folder.join(DATABASE).exists() && folder.join(SERVERS_DATABASE).exists() {
            return Err(Failure::ServersFolder(folder.to_owned()));
        }
        let database = prepare(folder, DATABASE)?;
        let engine = open_engine(&database, &clock, &entropy)?;
        let door = Desk::start(engine)?;
        Ok(Self { folder: folder.to_owned(), database, clock, entropy, door })
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database in it.
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// The engine that serves the door.
    pub fn door(&self) -> &Desk {
        &self.door
    }

    /// The clocks.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The dice.
    pub fn entropy(&self) -> &Arc<dyn Entropy> {
        &self.entropy
    }

    /// Has the engine do something.
    pub async fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Engine) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, Failure> {
        Ok(self.door.ask(job).await?)
    }

    /// A way to the server with an engine of its own, so that no guest waits for a download.
    pub async fn link(&self) -> Result<Link, Failure> {
        Ok(Link::new(&self.folder, self.desk()?, self.clock.clone(), self.entropy.clone()).await?)
    }

    /// Another engine on the same database.
    pub fn desk(&self) -> Result<Desk, Failure> {
        Ok(Desk::start(open_engine(&self.database, &self.clock, &self.entropy)?)?)
    }

    /// When the server answered last.
    pub fn contact(&self) -> Contact {
        Contact::new(&self.folder, self.clock.clone())
    }

    /// Judges scans; asks the server first where it answered lately, unless `offline`.
    pub async fn confirmer(&self, offline: bool) -> Result<Confirmer, Failure> {
        if offline {
            return Ok(Confirmer::offline(self.door.clone()));
        }
        match self.link().await {
            Ok(link) => {
                link.resume().await;
                Ok(Confirmer::online(self.door.clone(), link, self.contact()))
            }
            Err(Failure::Sync(SyncError::Net(error))) => {
                tracing::warn!(%error, "deciding alone");
                Ok(Confirmer::offline(self.door.clone()))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Waits for what is being recorded.
    pub async fn close(self) {
        self.door.finish().await;
    }
}

fn open_engine(database: &Path, clock: &Arc<dyn Clock>, entropy: &Arc<dyn Entropy>) -> Result<Engine, Failure> {
    Engine::open(database, clock.clone(), entropy.clone())
        .map_err(|source| Failure::Open { path: database.to_owned(), source })
}
