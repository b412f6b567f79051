//! Readers: a few read-only connections beside the writer, each used by one query at a time on a blocking thread.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::Semaphore;

use super::error::StoreError;
use super::open;

/// Queries that run at once; more wait. SQLite reads are short and CPU-bound.
const READERS: usize = 8;

/// The pool.
#[derive(Debug, Clone)]
pub(super) struct Readers {
    path: PathBuf,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// A pool for the database at `path`; connections open when they are first needed.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.into(), places: Arc::new(Semaphore::new(READERS)), idle: Arc::default() }
    }

    /// Runs `work` on one connection, in one read transaction: it sees one state of the database throughout.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let place = self.places.clone().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let pool = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            let mut connection = pool.take()?;
            let tx = Transaction::new(&mut connection, TransactionBehavior::Deferred)?;
            let result = work(&tx);
            tx.finish()?;
            pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            result
        });
        // A panic in `work` costs that connection; the next query opens another.
        task.await.map_err(|_| StoreError::Panicked)?
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| open::connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY), Ok)
    }
}
