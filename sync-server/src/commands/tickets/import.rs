//! `tickets import`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::bar;
use crate::commands::{CommandError, Context, Report, select};
use crate::store::tickets::Existing;
use crate::tickets::import::{Imported, Options, prepare};
use crate::tickets::list::{LineError, MAX_REPORTED, Mapping};

/// Bad lines shown on the terminal; `--json` has more.
const SHOWN: usize = 20;

/// Which list, into which event.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// CSV file with a header line; separators , ; and tab. Fields: code, name, email, note, product, admits,
    /// reference, valid_from, valid_until, paid. Without a code column, codes of our own are made
    file: PathBuf,
    /// Event, by name or id
    #[arg(long)]
    event: String,
    /// Which column holds a field, where the header does not say: code="Order barcode"; may be repeated
    #[arg(long = "column", value_name = "FIELD=COLUMN")]
    columns: Vec<Mapping>,
    /// Take the good lines although there are bad ones
    #[arg(long)]
    partial: bool,
    /// What happens to tickets that are there already
    #[arg(long, value_enum, default_value = "refuse")]
    existing: Existing,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Imports.
pub(super) async fn run(context: &Context, args: ImportArgs) -> Result<Report, CommandError> {
    let bytes = std::fs::read(&args.file).map_err(|error| CommandError::file(&args.file, error))?;
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let event = select::event(&store, &organization, &args.event).await?;
    let reading = bar("reading", u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    let prepared = prepare(&bytes, &args.columns, &event, &*context.entropy, |at| reading.set_position(at))
        .map_err(|error| CommandError::refused(format!("{}: {error}", args.file.display())))?;
    reading.finish_and_clear();
    let storing = bar("storing", u64::try_from(prepared.len()).unwrap_or(u64::MAX));
    let shown = storing.clone();
    let options = Options { existing: args.existing, partial: args.partial };
    let progress = Arc::new(move |at| shown.set_position(at));
    let outcome = prepared.add(&store, context.actor(organization.id), &event, options, progress).await?;
    storing.finish_and_clear();
    match outcome {
        Imported::Done(counts, errors) => {
            let left_out = if errors.is_empty() { String::new() } else { format!("\n{}", lines(&errors)) };
            let text = format!(
                "{} tickets added, {} updated, {} left as they were, {} lines left out{left_out}",
                counts.added,
                counts.updated,
                counts.skipped,
                errors.len()
            );
            let json = json!({
                "added": counts.added, "updated": counts.updated, "skipped": counts.skipped, "failed": errors.len(),
                "errors": errors.iter().take(MAX_REPORTED).collect::<Vec<_>>(),
            });
            Ok(Report::new(text, json))
        }
        Imported::Refused(errors) => Err(CommandError::refused(format!(
            "{}: nothing was imported, because {}\n{}\nCorrect them and import again. --partial takes the good lines \
             only; --existing skip or update takes lists with codes that are there already",
            args.file.display(),
            if errors.len() == 1 { "1 line is bad".to_owned() } else { format!("{} lines are bad", errors.len()) },
            lines(&errors)
        ))),
        Imported::Archived => Err(CommandError::refused("the event is archived; nothing in it can be changed")),
        Imported::NotFound => Err(CommandError::internal("the event is gone")),
    }
}

fn lines(errors: &[LineError]) -> String {
    let mut text: Vec<_> =
        errors.iter().take(SHOWN).map(|error| format!("  line {}: {}", error.line, error.message)).collect();
    if errors.len() > SHOWN {
        text.push(format!("  … and {} more", errors.len() - SHOWN));
    }
    text.join("\n")
}
