//! `backup`: the whole database in one file, also while the server runs.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{CommandError, Context, Report};
use crate::store::sqlite::FILE_NAME;
use crate::store::sqlite::backup::{self, CopyError};

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
pub fn run(context: &Context, args: &BackupArgs) -> Result<Report, CommandError> {
    context.store()?;
    if args.file.exists() && !args.force {
        let text = format!("{} is there already; --force overwrites it", args.file.display());
        return Err(CommandError::refused(text));
    }
    let pages = backup::copy(&context.data.join(FILE_NAME), &args.file)?;
    let bytes = std::fs::metadata(&args.file).map_err(|error| CommandError::file(&args.file, error))?.len();
    let text = format!("{} ({bytes} bytes, checked)", args.file.display());
    Ok(Report::new(text, json!({ "file": args.file, "bytes": bytes, "pages": pages })))
}

impl From<CopyError> for CommandError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Store(error) => Self::Store(error),
            CopyError::File { path, source } => Self::file(&path, source),
        }
    }
}
