//! Opening: the settings of every connection, and bringing the schema up to date.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::StoreError;

/// "TSsv": marks the file as a server database of this product.
pub(crate) const APPLICATION_ID: i64 = 0x5453_7376;

/// Oldest SQLite without the write-ahead-log corruption bug: 3.51.3.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Most memory of the writer's page cache, in KiB.
const WRITER_CACHE_KIB: i64 = 64 * 1024;

/// Bytes of a page, SQLite's default.
const PAGE_BYTES: i64 = 4096;

/// Pages of the write-ahead log from which on the writer checkpoints itself: 64 MiB. The checkpointer beside it can only move
/// what is there when it begins; under a stampede of scanners the log would grow as long as that lasts.
const LOG_PAGES: i64 = 16 * 1024;

/// How long a connection waits for another process that writes.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Schema changes in order; number n brings `user_version` from n − 1 to n. Append only.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../../migrations/sync-server/0001_admin.sql"),
    include_str!("../../../../migrations/sync-server/0002_doors.sql"),
    include_str!("../../../../migrations/sync-server/0003_strays.sql"),
    include_str!("../../../../migrations/sync-server/0004_restored.sql"),
    include_str!("../../../../migrations/sync-server/0005_long_feeds.sql"),
    include_str!("../../../../migrations/sync-server/0006_session_places.sql"),
    include_str!("../../../../migrations/sync-server/0007_alarms.sql"),
    include_str!("../../../../migrations/sync-server/0008_retired_numbers.sql"),
    include_str!("../../../../migrations/sync-server/0009_blocks.sql"),
    include_str!("../../../../migrations/sync-server/0010_office.sql"),
    include_str!("../../../../migrations/sync-server/0011_ticket_ends.sql"),
];

/// Highest schema this program knows.
pub(crate) fn known_schema() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Refuses a SQLite with known defects.
pub(crate) fn check_sqlite() -> Result<(), StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::OldSqlite(rusqlite::version()));
    }
    Ok(())
}

/// Opens a connection with the settings every part relies on.
pub(crate) fn connect(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| name_file(error, path))?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    // Plans do not depend on the numbers that are bound: without this, SQLite compiles a statement anew for each.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

/// Opens a file that nobody writes, to look at it only: nothing is written, neither to the file nor beside it.
pub(crate) fn connect_frozen(path: &Path) -> Result<Connection, StoreError> {
    let failed = |source| StoreError::Directory { path: path.into(), source };
    let whole = path.canonicalize().map_err(failed)?;
    let mut address = url::Url::from_file_path(&whole)
        .map_err(|()| failed(std::io::Error::other("its path cannot be written as an address")))?;
    address.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    connect(Path::new(address.as_str()), flags).map_err(|error| match error {
        StoreError::NotOurs(_) => StoreError::NotOurs(path.into()),
        other => other,
    })
}

/// Opens the write connection: makes the file if it is missing, brings the schema up to date.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    check_sqlite()?;
    make_private(path)?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    check_ours(&connection, path)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).map_err(|e| name_file(e, path))?;
    // Every acknowledgement is a promise: the commit is on the disk before anybody hears of it.
    connection.pragma_update(None, "synchronous", "full")?;
    // The indexes over random ids of some million entries stay in memory.
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    // Checkpoints run beside the writer (see `checkpoint`), not inside somebody's commit; but while it never rests, only the
    // writer itself can move the rest and begin the log anew.
    connection.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
    // What a long-lived reader made it grow to is given back.
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_PAGES * PAGE_BYTES, |_| Ok(()))?;
    migrate(&mut connection)?;
    // After the migrations, which may sort a whole database. What a savepoint keeps of the pages a job changes else goes
    // through a file: a tenth of the writer's time in a stampede. Jobs that may change a great part of the entries
    // have no savepoint (`writer`).
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(connection)
}

/// Makes an empty file that only its owner can read: it will hold keys.
fn make_private(path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| StoreError::Directory { path: path.into(), source })
}

/// Refuses files of other programs and of newer versions of this one.
pub(crate) fn check_ours(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let number = |name: &str| -> Result<i64, StoreError> {
        connection.pragma_query_value(None, name, |row| row.get(0)).map_err(|error| name_file(error, path))
    };
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| name_file(error, path))?;
    let empty = application == 0 && version == 0 && tables == 0;
    if !empty && application != APPLICATION_ID {
        return Err(StoreError::NotOurs(path.into()));
    }
    if version > known_schema() {
        return Err(StoreError::Newer { found: version, known: known_schema() });
    }
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    // One process migrates; another that starts at the same time waits here and then finds nothing to do.
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(version).map_err(|_| StoreError::Impossible("user_version"))?;
    for sql in MIGRATIONS.iter().skip(done) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", known_schema())?;
    Ok(tx.commit()?)
}

fn name_file(error: rusqlite::Error, path: &Path) -> StoreError {
    match StoreError::from(error) {
        StoreError::NotOurs(_) => StoreError::NotOurs(path.into()),
        StoreError::Sqlite(rusqlite::Error::SqliteFailure(code, text))
            if code.code == rusqlite::ErrorCode::CannotOpen =>
        {
            let text = text.unwrap_or_else(|| "cannot open it".into());
            StoreError::Directory { path: path.into(), source: std::io::Error::other(text) }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_database_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.db");
        std::fs::write(&path, "this is a shopping list, not a database, and long enough to have a header".repeat(40))
            .unwrap();
        let error = open_writer(&path).unwrap_err();
        assert!(matches!(&error, StoreError::NotOurs(found) if *found == path), "{error}");
    }

    #[test]
    fn another_programs_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
        assert!(matches!(open_writer(&path), Err(StoreError::NotOurs(_))));
    }

    #[test]
    fn a_newer_schema_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.db");
        open_writer(&path).unwrap().pragma_update(None, "user_version", 4000).unwrap();
        let error = open_writer(&path).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found: 4000, .. }), "{error}");
    }

    #[test]
    fn a_writer_that_never_rests_does_not_fill_the_disk_with_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.db");
        let connection = open_writer(&path).unwrap();
        connection.execute_batch("CREATE TABLE t (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT").unwrap();
        let log = path.with_extension("db-wal");
        let (room, mut longest) = (u64::try_from(LOG_PAGES * PAGE_BYTES).unwrap(), 0);
        let piece: u32 = 4 * 1024 * 1024;
        for _ in 0..4 * room / u64::from(piece) {
            connection.execute("INSERT OR REPLACE INTO t VALUES (1, zeroblob(?1))", [piece]).unwrap();
            longest = longest.max(std::fs::metadata(&log).unwrap().len());
        }
        assert!((room / 2..room * 5 / 4).contains(&longest), "{longest} of {room}");
    }

    #[test]
    fn settings_are_what_durability_needs() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open_writer(&folder.path().join("server.db")).unwrap();
        let text: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        let full: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        let keys: i64 = connection.pragma_query_value(None, "foreign_keys", |row| row.get(0)).unwrap();
        assert_eq!((text.as_str(), full, keys), ("wal", 2, 1));
    }
}
