//! The embedded store: SQLite with one writer thread (group commit), a pool of readers and a checkpointer beside them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Transaction;
use shared::clock::{Clock, Entropy, random};
use shared::ids::StoreId;

pub(crate) mod error;
pub(crate) mod open;

pub(crate) mod audit;
pub mod backup;
pub(crate) mod events;
pub(crate) mod keys;
pub(crate) mod people;

mod alarms;
mod checkpoint;
mod columns;
mod device;
mod manifest;
mod numbers;
mod office;
mod policy;
mod readers;
mod restored;
mod sessions;
mod ticket_acts;
mod tickets;
mod truth;
mod writer;

pub(crate) use columns::{Column, integer};
pub use error::StoreError;

use super::Store;
use checkpoint::Checkpointer;
use readers::Readers;
use writer::Writer;

/// Name of the database in the data directory.
pub const FILE_NAME: &str = "server.db";

/// The store; cheap to clone. Closes when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

// The order of the fields is the order in which they are dropped: the writer finishes its jobs first.
#[derive(Debug)]
struct Inner {
    writer: Writer,
    readers: Readers,
    _checkpointer: Option<Checkpointer>,
    path: PathBuf,
}

impl SqliteStore {
    /// Opens the database in `directory` and brings its schema up to date; makes both if they are missing.
    /// A new database gets its own id.
    pub fn open(directory: &Path, clock: &dyn Clock, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        Self::with(directory, clock, entropy, |path| Checkpointer::start(path).map(Some))
    }

    /// The same without a checkpointer beside the writer, for whoever must say when one runs ([`Self::checkpoint`]):
    /// simulations, in which no thread may do anything unasked.
    pub fn open_quiet(directory: &Path, clock: &dyn Clock, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        Self::with(directory, clock, entropy, |_| Ok(None))
    }

    fn with(
        directory: &Path,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
        checkpointer: impl FnOnce(&Path) -> Result<Option<Checkpointer>, StoreError>,
    ) -> Result<Self, StoreError> {
        make_directory(directory)?;
        let path = directory.join(FILE_NAME);
        let connection = open::open_writer(&path)?;
        let sql = "INSERT INTO store (one, store_id, created) VALUES (1, ?1, ?2) ON CONFLICT DO NOTHING";
        connection.execute(sql, (random::<16>(entropy), clock.wall_ms()))?;
        let checkpointer = checkpointer(&path)?;
        let poke = checkpointer.as_ref().map(Checkpointer::poke).unwrap_or_default();
        let writer = Writer::start(connection, poke)?;
        let readers = Readers::new(&path);
        Ok(Self { inner: Arc::new(Inner { writer, readers, _checkpointer: checkpointer, path }) })
    }

    /// Moves what it can of the write-ahead log into the database, now and on the caller's thread.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        checkpoint::once(self.path())
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Runs `work` on the writer thread; answers after the commit, so `Ok` means durable. If `work` fails or panics, what it
    /// wrote is undone, and nothing else.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.writer.write(work).await
    }

    /// The same for what may change a great part of the database.
    pub(crate) async fn write_large<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.writer.write_large(work).await
    }

    /// Runs `work` on a read-only connection; all its queries see one state of the database.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.readers.read(work).await
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn check_writable(&self) -> Result<(), StoreError> {
        self.inner.writer.check().await
    }

    async fn store_id(&self) -> Result<StoreId, StoreError> {
        self.read(|tx| {
            let mut statement = tx.prepare_cached("SELECT store_id FROM store")?;
            let mut rows = statement.query_and_then([], |row| row.id("store_id"))?;
            rows.next().ok_or(StoreError::Impossible("store"))?
        })
        .await
    }
}

/// Makes a directory that only its owner can enter: it will hold keys.
pub(crate) fn make_directory(directory: &Path) -> Result<(), StoreError> {
    if directory.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|source| StoreError::Directory { path: directory.into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{SystemClock, SystemEntropy};

    #[tokio::test]
    async fn what_was_written_is_read_by_others_and_after_opening_again() {
        let folder = tempfile::tempdir().unwrap();
        let store =
            SqliteStore::open(&folder.path().join("data"), &SystemClock::new(&SystemEntropy), &SystemEntropy).unwrap();
        let count = |store: SqliteStore| async move {
            store
                .read(|tx| Ok(tx.query_row("SELECT count(*) FROM organizations", [], |row| row.get::<_, i64>(0))?))
                .await
        };
        assert_eq!(count(store.clone()).await.unwrap(), 0);
        let sql = "INSERT INTO organizations (organization, name, created) VALUES (zeroblob(16), 'x', 0)";
        store.write(move |tx| Ok(tx.execute(sql, [])?)).await.unwrap();
        assert_eq!(count(store.clone()).await.unwrap(), 1);
        drop(store);
        let again =
            SqliteStore::open(&folder.path().join("data"), &SystemClock::new(&SystemEntropy), &SystemEntropy).unwrap();
        assert_eq!(count(again).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_reader_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), &SystemClock::new(&SystemEntropy), &SystemEntropy).unwrap();
        let result = store.read(|tx| Ok(tx.execute("DELETE FROM organizations", [])?)).await;
        assert!(matches!(result, Err(StoreError::Disk(_))), "SQLITE_READONLY, as on a read-only disk: {result:?}");
    }
}
