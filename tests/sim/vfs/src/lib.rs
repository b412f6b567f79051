//! A file system under SQLite, written in safe Rust by whoever implements [`Storage`] and [`OpenFile`].
//!
//! SQLite reaches its files through a table of C functions (`sqlite3_vfs`). This package is that table and nothing else:
//! it turns pointers into slices and results into numbers. All `unsafe` code of the repository is in `table.rs`.

mod table;

use std::sync::atomic::AtomicU64;

pub use rusqlite::ffi as code;
pub use table::install;

/// A result code of SQLite other than `SQLITE_OK`.
pub type Code = i32;

/// Bytes of one region of the write-ahead log's shared memory, as SQLite asks for them.
pub const REGION_BYTES: usize = 32 * 1024;

/// One region of shared memory. Atomics, because SQLite writes to it from several threads without telling.
pub type Region = [AtomicU64; REGION_BYTES / 8];

/// A file system.
pub trait Storage: Sync {
    /// Opens (or makes) a file; `None` is a temporary one without a name. `flags` are `SQLITE_OPEN_*`.
    fn open(&self, path: Option<&str>, flags: i32) -> Result<Box<dyn OpenFile>, Code>;
    /// Removes a file.
    fn delete(&self, path: &str) -> Result<(), Code>;
    /// Whether a file is there.
    fn exists(&self, path: &str) -> Result<bool, Code>;
    /// Fills a buffer with bytes that look random.
    fn random(&self, buffer: &mut [u8]);
    /// Somebody waits for so many microseconds.
    fn sleep(&self, micros: u64);
    /// Wall clock, ms since 1970 UTC.
    fn now_ms(&self) -> i64;
}

/// A file as one connection has it open. Dropping it closes it.
pub trait OpenFile: Send {
    /// Reads at `at`; returns how many bytes there were. Fewer than asked for means the end of the file.
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<usize, Code>;
    /// Writes all bytes at `at`.
    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code>;
    /// Cuts (or extends) the file.
    fn truncate(&mut self, size: u64) -> Result<(), Code>;
    /// Makes what was written durable.
    fn sync(&mut self) -> Result<(), Code>;
    /// Size in bytes.
    fn size(&mut self) -> Result<u64, Code>;
    /// Raises the lock to a level (`SQLITE_LOCK_*`).
    fn lock(&mut self, level: i32) -> Result<(), Code>;
    /// Lowers the lock to a level.
    fn unlock(&mut self, level: i32) -> Result<(), Code>;
    /// Whether anybody holds a reserved lock or a higher one.
    fn is_reserved(&mut self) -> Result<bool, Code>;
    /// A region of shared memory; `None` if it is not there and shall not be made.
    fn shm_region(&mut self, index: usize, make: bool) -> Result<Option<&'static Region>, Code>;
    /// Takes (`SQLITE_SHM_LOCK`) or gives back locks on the shared memory.
    fn shm_lock(&mut self, first: usize, count: usize, flags: i32) -> Result<(), Code>;
    /// Lets go of the shared memory.
    fn shm_unmap(&mut self) -> Result<(), Code>;
}
