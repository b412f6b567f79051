//! `backup`: the whole database in one file, also while the server runs.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{CommandError, Context, Report};
use crate::store::people::QuietAct;
use crate::store::sqlite::FILE_NAME;
use crate::store::sqlite::backup::{self, CopyError};
use crate::store::{PeopleStore, SqliteStore, StoreError};

/// Where to.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// File to write. It holds all keys and personal data: keep it safe
    file: PathBuf,
    /// Overwrite the file if it is there
    #[arg(long)]
    force: bool,
}

/// Copies the database.
pub async fn run(context: &Context, args: &BackupArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    if args.file.exists() && !args.force {
        let text = format!("{} is there already; --force overwrites it", args.file.display());
        return Err(CommandError::refused(text));
    }
    let pages = backup::copy(&context.data.join(FILE_NAME), &args.file)?;
    let bytes = std::fs::metadata(&args.file).map_err(|error| CommandError::file(&args.file, error))?.len();
    // A full disk is a reason to make a backup, not to do without.
    let noted =
        note(context, &store).await.err().map_or_else(String::new, |error| format!("\nNot in the audit log: {error}"));
    let text = format!("{} ({bytes} bytes, checked){noted}", args.file.display());
    Ok(Report::new(text, json!({ "file": args.file, "bytes": bytes, "pages": pages })))
}

/// Every organization can see that somebody has a copy.
async fn note(context: &Context, store: &SqliteStore) -> Result<(), StoreError> {
    for organization in store.organizations().await? {
        store.note_act(context.actor(organization.id), QuietAct::BackupWritten).await?;
    }
    Ok(())
}

impl From<CopyError> for CommandError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Store(error) => Self::Store(error),
            CopyError::File { path, source } => Self::file(&path, source),
        }
    }
}
