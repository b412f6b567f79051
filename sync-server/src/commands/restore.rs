//! `restore`: the database from a backup. Scanners notice another store id and send again what it lacks.
//!
//! The backup is looked at first, without writing anything anywhere; the data folder is changed only once it proved good.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{CommandError, Context, Report};
use crate::files;
use crate::server::lock;
use crate::store::StoreError;
use crate::store::sqlite::FILE_NAME;
use crate::store::sqlite::backup::{self, Contents, CopyError, Kept};

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
    let unfit = |error| unfit(&args.file, error);
    let kept = Kept::open(&args.file).map_err(unfit)?;
    let contents = kept.verify().map_err(unfit)?;
    crate::store::sqlite::make_directory(&context.data)?;
    // Nobody may serve from the database while it is exchanged.
    let _lock = lock(&context.data)?;
    let replaced = there(&path);
    if let Some(replaced) = &replaced {
        same_organizations(&contents, replaced, &args.file)?;
    }
    let fresh = files::beside(&path, ".restoring");
    let highest = replaced.map_or(0, |replaced| replaced.highest);
    let made = kept.copy(&fresh).and_then(|_| backup::renew(&fresh, highest, now, &*context.entropy));
    let store_id = made.inspect_err(|_| backup::remove(&fresh))?;
    let aside = path.exists().then(|| files::beside(&path, &format!(".before-restore-{now}")));
    exchange(&path, &fresh, aside.as_deref())?;
    files::sync_directory(&context.data).map_err(|error| CommandError::file(&context.data, error))?;
    // Opening shows that all is well.
    drop(context.store()?);
    let old = aside.as_ref().map_or_else(String::new, |aside| format!("\nThe old one is kept: {}", aside.display()));
    let text = format!(
        "Restored from {}. Start the server and let the scanners connect: they send again what it lacks.\nTicket lists are \
         published again once they have told which list they hold, so that nothing changed since the backup is undone; \
         `event list` shows what is held back.{old}",
        args.file.display()
    );
    Ok(Report::new(text, json!({ "store": store_id, "kept": aside })))
}

/// What is in the database that is there; `None` if there is none, or it cannot be read (which may be why a backup is
/// needed).
fn there(path: &Path) -> Option<Contents> {
    Kept::open(path).and_then(|kept| kept.contents()).ok()
}

/// A backup of something else would lock all scanners out: they trust one root key.
fn same_organizations(contents: &Contents, replaced: &Contents, file: &Path) -> Result<(), CommandError> {
    let same =
        replaced.roots.is_empty() || replaced.roots.iter().any(|(id, root)| contents.roots.get(id) == Some(root));
    let other = contents.roots.iter().any(|(id, root)| replaced.roots.get(id).is_some_and(|mine| mine != root));
    if same && !other {
        return Ok(());
    }
    let what = if other { "has another root key" } else { "is of another organization" };
    Err(CommandError::refused(format!(
        "{} {what} than the database that is there; nothing was changed. To set it up beside, name another folder with \
         --data",
        file.display()
    )))
}

/// Puts the fresh database in place, and the old one aside with its log. Whenever this breaks off, there is a database.
fn exchange(path: &Path, fresh: &Path, aside: Option<&Path>) -> Result<(), CommandError> {
    if let Some(aside) = aside {
        // The log first: it must never be taken for one of the fresh database.
        for suffix in ["-wal", "-shm"] {
            let (from, to) = (files::beside(path, suffix), files::beside(aside, suffix));
            if from.exists() {
                std::fs::rename(&from, &to).map_err(|error| CommandError::file(&from, error))?;
            }
        }
        if std::fs::hard_link(path, aside).is_err() {
            // A file system without links.
            std::fs::rename(path, aside).map_err(|error| CommandError::file(path, error))?;
        }
    }
    std::fs::rename(fresh, path).map_err(|error| CommandError::file(fresh, error))
}

/// Why a backup cannot be used, for the person who needs it now.
fn unfit(file: &Path, error: CopyError) -> CommandError {
    let file = file.display();
    match error {
        CopyError::Store(StoreError::Damaged(why)) => CommandError::named(
            "damaged_backup",
            format!("the backup {file} is damaged and was not used: {why}"),
            "Nothing was changed. It may have been cut off while it was copied: fetch it again, or take an older backup.",
        ),
        CopyError::Store(StoreError::NotOurs(_)) => CommandError::named(
            "not_a_backup",
            format!("{file} is not a backup of a Turnstone server"),
            "Nothing was changed.",
        ),
        other => other.into(),
    }
}
