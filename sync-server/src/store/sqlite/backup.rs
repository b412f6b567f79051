//! Copies of the whole database: made while it is in use, checked before they are trusted.

use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use shared::clock::{Entropy, random};
use shared::ids::StoreId;

use super::error::StoreError;
use super::open;
use crate::files;

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
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| CopyError::File { path, source }
    };
    let part = files::beside(to, ".part");
    if part.exists() {
        std::fs::remove_file(&part).map_err(failed(&part))?;
    }
    drop(files::create_private(&part).map_err(failed(&part))?);
    let copied = copy_pages(from, &part).and_then(|pages| check(&part).map(|()| pages));
    let pages = match copied {
        Ok(pages) => pages,
        Err(error) => {
            // The half copy is of no use; that it cannot be removed would be no news.
            let _ = std::fs::remove_file(&part);
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

fn copy_pages(from: &Path, to: &Path) -> Result<i32, CopyError> {
    let source = open::connect(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    open::check_ours(&source, from)?;
    let mut target = Connection::open(to)?;
    let pages = {
        let backup = Backup::new(&source, &mut target)?;
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
    open::check_ours(&connection, path)?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != open::APPLICATION_ID {
        return Err(StoreError::NotOurs(path.into()).into());
    }
    let verdict: String = connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict != "ok" {
        return Err(StoreError::Damaged(verdict).into());
    }
    Ok(())
}

/// Gives a restored database its own id, so that scanners send again.
pub fn renew(path: &Path, now: i64, entropy: &dyn Entropy) -> Result<StoreId, CopyError> {
    let connection = open::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let id = StoreId(random(entropy));
    connection.execute("UPDATE store SET store_id = ?1, restored = ?2", (id.as_bytes(), now))?;
    connection.close().map_err(|(_, error)| CopyError::from(error))?;
    Ok(id)
}
