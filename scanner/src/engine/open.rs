//! Opening the database: its settings, its version, and what is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use shared::clock::{Clock, Entropy};

use super::error::{OpenError, Result};
use super::inside::Inside;
use super::{BUSY_TIMEOUT, Engine};

/// "TsSc": marks the file as a scanner's database (`PRAGMA application_id`).
const APPLICATION_ID: i32 = 0x5473_5363;
/// 3.51.3: earlier versions can damage a database in WAL mode.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Statements kept prepared.
const STATEMENTS: usize = 128;
/// How often the switch to the write-ahead log is tried; each try after the first waits for whoever was quicker.
const WAL_TRIES: u32 = 100;
/// Every schema so far, oldest first. Append only: `user_version` counts how many were applied.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/scanner/0001_scanner.sql"),
    include_str!("../../../migrations/scanner/0002_fewer_pages.sql"),
];

impl Engine {
    /// Opens or makes the database at `path`. The folder must exist; its permissions are the caller's concern.
    pub fn open(path: &Path, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, OpenError> {
        Self::with(Connection::open(path)?, clock, entropy)
    }

    /// An engine that forgets everything when it is dropped; for trying things out.
    pub fn open_in_memory(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, OpenError> {
        Self::with(Connection::open_in_memory()?, clock, entropy)
    }

    fn with(mut conn: Connection, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, OpenError> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(OpenError::OldSqlite(rusqlite::version()));
        }
        conn.busy_timeout(BUSY_TIMEOUT)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        // Plans do not depend on the numbers that are bound: without this, SQLite compiles a statement anew for each.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // One state of the file: another process may be making it at this moment.
        let view = conn.transaction()?;
        check_version(&view)?;
        drop(view);
        write_ahead(&conn)?;
        conn.pragma_update(None, "synchronous", "full")?;
        // Checkpoints are made when nobody waits, see `Engine::checkpoint`.
        conn.pragma_update(None, "wal_autocheckpoint", 0)?;
        // A table that is made anew has to go for a moment; the switch does nothing within a transaction.
        conn.pragma_update(None, "foreign_keys", false)?;
        migrate(&mut conn)?;
        conn.pragma_update(None, "foreign_keys", true)?;
        Ok(Self {
            conn,
            clock,
            entropy,
            context: None,
            wanted: Vec::new(),
            sent: Vec::new(),
            asked: BTreeMap::new(),
            restart: BTreeSet::new(),
            inside: Inside::default(),
        })
    }
}

/// Switches to the write-ahead log. While another process does the same, SQLite says "busy" at once instead of waiting, so
/// the waiting is done with a transaction that writes nothing.
fn write_ahead(conn: &Connection) -> Result<(), OpenError> {
    for _ in 1..WAL_TRIES {
        match conn.pragma_update(None, "journal_mode", "wal") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
            }
            switched => return Ok(switched?),
        }
    }
    Ok(conn.pragma_update(None, "journal_mode", "wal")?)
}

/// Refuses other programs' files and newer schemas; says how many migrations were applied.
fn check_version(conn: &Connection) -> Result<usize, OpenError> {
    let id: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let objects: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let empty = id == 0 && version == 0 && objects == 0;
    if id != APPLICATION_ID && !empty {
        return Err(OpenError::OtherProgram);
    }
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    if version > known {
        return Err(OpenError::NewerSchema { found: version, known });
    }
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn migrate(conn: &mut Connection) -> Result<(), OpenError> {
    if check_version(conn)? == MIGRATIONS.len() {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Again inside: another process may have been quicker.
    let applied = check_version(&tx)?;
    for sql in MIGRATIONS.iter().skip(applied) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX))?;
    tx.commit()?;
    Ok(())
}
