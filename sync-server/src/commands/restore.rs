//! `restore`: the database from a backup. Scanners notice another store id and send again what it lacks.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{CommandError, Context, Report};
use crate::files;
use crate::server::lock;
use crate::store::sqlite::FILE_NAME;
use crate::store::sqlite::backup;

/// Where from.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// File that `backup` made
    file: PathBuf,
    /// Put it in place of a database that is there; that one is kept aside
    #[arg(long)]
    force: bool,
}

/// Checks the backup, gives it a new store id and puts it in place.
pub fn run(context: &Context, args: &RestoreArgs) -> Result<Report, CommandError> {
    let (path, now) = (context.data.join(FILE_NAME), context.now_ms());
    if !args.file.is_file() {
        return Err(CommandError::refused(format!("there is no file {}", args.file.display())));
    }
    if path.exists() && !args.force {
        let text =
            format!("{} is there already; --force puts the backup in its place and keeps it aside", path.display());
        return Err(CommandError::refused(text));
    }
    backup::check(&args.file)?;
    crate::store::sqlite::make_directory(&context.data)?;
    // Nobody may serve from the database while it is exchanged.
    let _lock = lock(&context.data)?;
    let fresh = files::beside(&path, ".restoring");
    backup::copy(&args.file, &fresh)?;
    let store_id = backup::renew(&fresh, now, &*context.entropy)?;
    let aside = path.exists().then(|| files::beside(&path, &format!(".before-restore-{now}")));
    if let Some(aside) = &aside {
        for suffix in ["", "-wal", "-shm"] {
            let (from, to) = (files::beside(&path, suffix), files::beside(aside, suffix));
            if from.exists() {
                std::fs::rename(&from, &to).map_err(|error| CommandError::file(&from, error))?;
            }
        }
    }
    std::fs::rename(&fresh, &path).map_err(|error| CommandError::file(&fresh, error))?;
    files::sync_directory(&context.data).map_err(|error| CommandError::file(&context.data, error))?;
    // Opening brings an older schema up to date and shows that all is well.
    drop(context.store()?);
    let kept = aside.as_ref().map_or_else(String::new, |aside| format!("\nThe old one is kept: {}", aside.display()));
    let text =
        format!("Restored from {}. Scanners send again what it lacks when they connect.{kept}", args.file.display());
    Ok(Report::new(text, json!({ "store": store_id, "kept": aside })))
}
