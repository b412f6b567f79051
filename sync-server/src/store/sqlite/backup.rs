//! Copies of the whole database: made while it is in use, checked before they are trusted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use shared::clock::{Entropy, random};
use shared::cose::VerifyingKey;
use shared::ids::{OrganizationId, StoreId};
use shared::trust::Keyset;

use super::error::StoreError;
use super::{Column, audit, keys, open, restored};
use crate::files;
use crate::keys::KeyUse;
use crate::people::Actor;

/// A copy could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database itself.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its file.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl From<rusqlite::Error> for CopyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Copies the database at `from` into `to`, replacing it whole at the end. Writers go on meanwhile: the copy is one
/// state of the database. Answers the number of pages.
pub fn copy(from: &Path, to: &Path) -> Result<i32, CopyError> {
    let source = open::connect(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    open::check_ours(&source, from)?;
    copy_whole(&source, to)
}

fn copy_whole(source: &Connection, to: &Path) -> Result<i32, CopyError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| CopyError::File { path, source }
    };
    let part = files::beside(to, ".part");
    if part.exists() {
        std::fs::remove_file(&part).map_err(failed(&part))?;
    }
    drop(files::create_private(&part).map_err(failed(&part))?);
    let copied = copy_pages(source, &part).and_then(|pages| check(&part).map(|()| pages));
    let pages = match copied {
        Ok(pages) => pages,
        Err(error) => {
            remove(&part);
            return Err(error);
        }
    };
    let file = std::fs::File::open(&part).map_err(failed(&part))?;
    file.sync_all().map_err(failed(&part))?;
    std::fs::rename(&part, to).map_err(failed(to))?;
    let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    files::sync_directory(directory).map_err(failed(directory))?;
    Ok(pages)
}

/// Removes a copy that is of no use, with what SQLite may have put beside it.
pub fn remove(copy: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        // That it is not there, or cannot be removed, would be no news.
        let _ = std::fs::remove_file(files::beside(copy, suffix));
    }
}

fn copy_pages(source: &Connection, to: &Path) -> Result<i32, CopyError> {
    let mut target = Connection::open(to)?;
    let pages = {
        let backup = Backup::new(source, &mut target)?;
        // All at once: in the write-ahead log a long reader does not hold up writers, and a copy in steps would
        // begin again with every commit.
        match backup.step(-1)? {
            StepResult::Done => backup.progress().pagecount,
            _ => return Err(StoreError::Busy.into()),
        }
    };
    // One file, without a log beside it, that can be moved anywhere.
    target.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    target.close().map_err(|(_, error)| error)?;
    Ok(pages)
}

/// Refuses a file that is not a whole, undamaged database of this program.
pub fn check(path: &Path) -> Result<(), CopyError> {
    let connection = open::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    Ok(check_whole(&connection, path)?)
}

fn check_whole(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    open::check_ours(connection, path)?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != open::APPLICATION_ID {
        return Err(StoreError::NotOurs(path.into()));
    }
    let verdict: String = connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict != "ok" {
        // One line for each damaged page: the first says enough.
        let first = verdict.lines().find(|line| !line.starts_with("***")).unwrap_or_default();
        return Err(StoreError::Damaged(first.to_owned()));
    }
    Ok(())
}

/// A database file that is looked at only: neither it nor what is beside it is changed.
#[derive(Debug)]
pub struct Kept {
    path: PathBuf,
    connection: Option<Connection>,
    /// What SQLite puts beside it meanwhile, to be removed.
    shared_memory: Option<PathBuf>,
}

/// What a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Root key of each organization.
    pub roots: BTreeMap<OrganizationId, [u8; 32]>,
    /// The highest version or serial it knows to have been issued.
    pub highest: u64,
}

impl Kept {
    /// Opens it. One whose last commits are still in a log beside it (a server that was cut off) is read with them.
    pub fn open(path: &Path) -> Result<Self, CopyError> {
        open::check_sqlite()?;
        let wal = files::beside(path, "-wal");
        if wal.metadata().map_or(0, |found| found.len()) == 0 {
            let connection = Some(open::connect_frozen(path)?);
            return Ok(Self { path: path.into(), connection, shared_memory: None });
        }
        // In a data folder somebody may begin to work with it meanwhile.
        let in_service = path.file_name().is_some_and(|name| name == super::FILE_NAME);
        let shared_memory = Some(files::beside(path, "-shm")).filter(|shm| !in_service && !shm.exists());
        let mut kept = Self { path: path.into(), connection: None, shared_memory };
        kept.connection = Some(open::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?);
        Ok(kept)
    }

    fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or(StoreError::Closed)
    }

    /// Refuses what is damaged, not ours, newer than this program, or whose keys do not fit together.
    pub fn verify(&self) -> Result<Contents, CopyError> {
        check_whole(self.connection()?, &self.path)?;
        self.contents()
    }

    /// What it says of itself, if that can be read.
    pub fn contents(&self) -> Result<Contents, CopyError> {
        let connection = self.connection()?;
        open::check_ours(connection, &self.path)?;
        let mut statement = connection.prepare("SELECT organization FROM organizations").map_err(StoreError::from)?;
        let all: Vec<OrganizationId> = statement
            .query_and_then([], |row| row.id("organization"))
            .map_err(StoreError::from)?
            .collect::<Result<_, StoreError>>()?;
        let mut roots = BTreeMap::new();
        for organization in all {
            roots.insert(organization, root_of(connection, organization)?);
        }
        Ok(Contents { roots, highest: restored::highest(connection)? })
    }

    /// Copies it into `to`, as [`copy`].
    pub fn copy(&self, to: &Path) -> Result<i32, CopyError> {
        copy_whole(self.connection()?, to)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.connection.take());
        if let Some(shared_memory) = &self.shared_memory {
            // It was not there before and says nothing.
            let _ = std::fs::remove_file(shared_memory);
        }
    }
}

/// The root key of an organization, which must have signed the keyset in force.
fn root_of(connection: &Connection, organization: OrganizationId) -> Result<[u8; 32], StoreError> {
    let unfit = || StoreError::Damaged(format!("the keys of organization {organization} do not fit together"));
    let all = keys::list(connection, organization)?;
    let root = all.iter().find(|key| key.used_for == KeyUse::Root).ok_or_else(unfit)?.public;
    let point = VerifyingKey::from_bytes(&root).map_err(|_| unfit())?;
    let keyset = keys::newest_keyset(connection, organization)?.ok_or_else(unfit)?;
    let opened = Keyset::open(&keyset.signed, &point).map_err(|_| unfit())?;
    if opened.organization == organization { Ok(root) } else { Err(unfit()) }
}

/// Makes a copy a database of its own: brings its schema up to date, gives it another id, so that scanners send again,
/// raises its numbers above `highest`, and holds all events back until scanners told what they know.
pub fn renew(path: &Path, highest: u64, now: i64, entropy: &dyn Entropy) -> Result<StoreId, CopyError> {
    let mut connection = open::open_writer(path)?;
    let id = StoreId(random(entropy));
    let highest = highest.max(restored::highest(&connection)?);
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute("UPDATE store SET store_id = ?1", [id.as_bytes()])?;
    restored::begin_anew(&tx, highest, now)?;
    restored::hold_all(&tx, now)?;
    for organization in organizations(&tx)? {
        audit::note(&tx, &Actor::command_line(organization, now), "database.restore", None, None)?;
    }
    // Scanners prove again who they are: what was decided about them since is not known here yet.
    tx.execute("DELETE FROM device_tokens", [])?;
    tx.commit()?;
    // One file, without a log beside it, that can be put in place.
    connection.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    connection.close().map_err(|(_, error)| CopyError::from(error))?;
    Ok(id)
}

/// All organizations of a database.
fn organizations(tx: &rusqlite::Connection) -> Result<Vec<OrganizationId>, StoreError> {
    let mut statement = tx.prepare("SELECT organization FROM organizations ORDER BY id")?;
    statement.query_and_then([], |row| row.id("organization"))?.collect()
}
