//! What can break in the store. Outcomes of the business are not errors; they are variants of the use cases' results.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Something broke; the caller can only report it, or try again later where [`StoreError::is_passing`].
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No space left on the disk or in the database. Nothing of the request was stored.
    #[error("the disk is full; nothing was stored")]
    Full,
    /// The disk fails, or may not be written. Nothing of the request was stored.
    #[error("the disk failed or may not be written ({0}); nothing was stored")]
    Disk(String),
    /// Another process holds the database for longer than the busy timeout.
    #[error("the database is held by another process; try again")]
    Busy,
    /// SQLite undid the whole transaction after an error of another job in it.
    #[error("the transaction was undone after an error; nothing was stored, try again")]
    RolledBack,
    /// The file is not a database, or not one of this program.
    #[error("{0} is not a Turnstone server database")]
    NotOurs(PathBuf),
    /// The file is damaged.
    #[error("the database is damaged: {0}; restore a backup with `sync-server restore`")]
    Damaged(String),
    /// Written by a newer version of this program.
    #[error("the database has schema {found}, this program knows {known}: use a newer sync-server")]
    Newer {
        /// Schema of the file.
        found: i64,
        /// Highest schema known here.
        known: i64,
    },
    /// The linked SQLite has known defects.
    #[error("SQLite {0} is too old: 3.51.3 or newer is needed")]
    OldSqlite(&'static str),
    /// The data directory cannot be made or opened.
    #[error("cannot use {path}: {source}")]
    Directory {
        /// Which file or directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A thread could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] std::io::Error),
    /// The code of a job panicked; what it wrote was undone.
    #[error("internal error while working on the database")]
    Panicked,
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// What is stored cannot be what was written; names the column.
    #[error("the database holds an impossible value in {0}")]
    Impossible(&'static str),
    /// Anything else SQLite says.
    #[error("database error: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

/// Extended code of an I/O error while growing the shared memory of the write-ahead log: no space left.
const IOERR_SHMSIZE: i32 = 4874;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(inner) = error.sqlite_error() else { return Self::Sqlite(error) };
        match (inner.code, inner.extended_code) {
            (ErrorCode::DiskFull, _) | (_, IOERR_SHMSIZE) => Self::Full,
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Busy,
            (
                ErrorCode::SystemIoFailure | ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen,
                _,
            ) => Self::Disk(error.to_string()),
            (ErrorCode::DatabaseCorrupt, _) => Self::Damaged(error.to_string()),
            (ErrorCode::NotADatabase, _) => Self::NotOurs(PathBuf::from("the file")),
            _ => Self::Sqlite(error),
        }
    }
}

impl StoreError {
    /// Whether the same request can succeed later without anybody changing anything here.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::RolledBack | Self::Closed)
    }

    /// The error of a group's commit, as told to each of its jobs.
    pub(super) fn for_group(error: &Self) -> Self {
        match error {
            Self::Full => Self::Full,
            Self::Disk(text) => Self::Disk(text.clone()),
            Self::Busy => Self::Busy,
            Self::Damaged(text) => Self::Damaged(text.clone()),
            _ => Self::RolledBack,
        }
    }
}
