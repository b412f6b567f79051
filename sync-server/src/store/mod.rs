//! What the server keeps. The traits' methods are use cases, not tables: each is one transaction, and every store
//! (SQLite now) gives the same answers.

use async_trait::async_trait;

pub mod sqlite;

pub use sqlite::{SqliteStore, StoreError};

/// Everything handlers and commands ask of a store.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Fails unless the store takes writes right now.
    async fn check_writable(&self) -> Result<(), StoreError>;
}

#[async_trait]
impl Store for SqliteStore {
    async fn check_writable(&self) -> Result<(), StoreError> {
        self.write(|_| Ok(())).await
    }
}
