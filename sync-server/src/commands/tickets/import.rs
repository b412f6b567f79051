//! `tickets import`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::bar;
use crate::commands::{CommandError, Context, Report, select};
use crate::events::Event;
use crate::store::tickets::{Added, Existing};
use crate::tickets::columns::Mapping;
use crate::tickets::fault::LineError;
use crate::tickets::import::{Imported, Options, prepare};
use crate::tickets::list::{ListError, MAX_REPORTED, Unused};

/// Bad lines shown on the terminal; `--json` has more.
const SHOWN: usize = 20;

/// Columns that are not read, shown on the terminal; `--json` has more.
const COLUMNS_SHOWN: usize = 12;

/// Which list, into which event.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// CSV file with a header line; separators , ; and tab. Fields: code, name, email, note, product, admits,
    /// reference, valid_from, valid_until, paid. Without a code column, codes of our own are made; rows whose reference,
    /// name and e-mail address are those of a ticket that is there are then refused, so that no file is imported twice
    file: PathBuf,
    /// Event, by name or id [default: the only one]
    #[arg(long)]
    event: Option<String>,
    /// Which column holds a field, where the header does not say: code="Order barcode"; may be repeated
    #[arg(long = "column", value_name = "FIELD=COLUMN")]
    columns: Vec<Mapping>,
    /// Take the good lines although there are bad ones
    #[arg(long)]
    partial: bool,
    /// What happens to tickets that are there already: refuse them; skip them and take the new ones; update them (by
    /// their code); add rows without a code once more
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
    let event = select::event_or_only(&store, &organization, args.event.as_deref()).await?;
    let reading = bar("reading", u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    let prepared = prepare(&bytes, &args.columns, &event, &*context.entropy, |at| reading.set_position(at))
        .map_err(|error| CommandError::named(code(&error), format!("{}: {error}", args.file.display()), ""))?;
    reading.finish_and_clear();
    let (unused, coded) = (prepared.unused.clone(), prepared.coded);
    let storing = bar("storing", u64::try_from(prepared.len()).unwrap_or(u64::MAX));
    let shown = storing.clone();
    let options = Options { existing: args.existing, partial: args.partial };
    let progress = Arc::new(move |at| shown.set_position(at));
    let outcome = prepared.add(&store, context.actor(organization.id), &event, options, progress).await?;
    storing.finish_and_clear();
    match outcome {
        Imported::Done(counts, errors) => Ok(done(&event, counts, &errors, &unused, coded)),
        Imported::Refused(errors) => Err(refused(&args, errors, coded)),
        Imported::Archived => Err(CommandError::refused("the event is archived; nothing in it can be changed")),
        Imported::NotFound => Err(CommandError::internal("the event is gone")),
    }
}

fn code(error: &ListError) -> &'static str {
    match error {
        ListError::NoRows | ListError::Empty => "no_rows",
        ListError::NotUtf8 | ListError::Utf16 => "not_utf8",
        ListError::UnknownColumns(_) | ListError::NoSuchColumn(..) | ListError::TwoColumns(..) => "columns",
    }
}

fn done(event: &Event, counts: Added, errors: &[LineError], unused: &[Unused], coded: bool) -> Report {
    let mut text = format!(
        "{} added to {}, {} updated, {} left as they were, {} lines left out",
        tickets(counts.added),
        event.policy.name,
        counts.updated,
        counts.skipped,
        errors.len()
    );
    for part in [lines(errors), columns(unused)].into_iter().filter(|part| !part.is_empty()) {
        text = format!("{text}\n{part}");
    }
    if !coded && counts.added > 0 {
        let how = format!("`tickets qr --event {} --out DIR`", event.id);
        text = format!("{text}\nThe list has no codes, so each ticket got one of its own; {how} prints them.");
    }
    let json = json!({
        "event": event.id, "added": counts.added, "updated": counts.updated, "skipped": counts.skipped,
        "failed": errors.len(), "errors": errors.iter().take(MAX_REPORTED).collect::<Vec<_>>(),
        "unused": unused.iter().take(MAX_REPORTED).collect::<Vec<_>>(), "codes_made": !coded,
    });
    Report::new(text, json)
}

fn refused(args: &ImportArgs, errors: Vec<LineError>, coded: bool) -> CommandError {
    let bad = if errors.len() == 1 { "1 line is bad".to_owned() } else { format!("{} lines are bad", errors.len()) };
    let text = format!("{}: nothing was imported, because {bad}\n{}", args.file.display(), lines(&errors));
    let advice = if coded {
        "Correct them and import again. --partial takes the good lines only; --existing skip or update takes lists with \
         codes that are there already."
    } else {
        "Correct them and import again. --partial takes the good lines only. Of tickets that are there already, --existing \
         skip takes only what is new in the file, and --existing add makes every row a ticket once more."
    };
    CommandError::lines("lines", text, advice, errors)
}

fn tickets(count: u64) -> String {
    if count == 1 { "1 ticket".into() } else { format!("{count} tickets") }
}

fn columns(unused: &[Unused]) -> String {
    let line = |unused: &Unused| {
        let column: String = unused.column.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let field = |name: &str| format!("; did you mean \"{name}\"?");
        format!("  column \"{column}\" is not used{}", unused.did_you_mean.map(field).unwrap_or_default())
    };
    let mut text: Vec<_> = unused.iter().take(COLUMNS_SHOWN).map(line).collect();
    if unused.len() > COLUMNS_SHOWN {
        text.push(format!("  … and {} more columns", unused.len() - COLUMNS_SHOWN));
    }
    text.join("\n")
}

fn lines(errors: &[LineError]) -> String {
    let mut text: Vec<_> =
        errors.iter().take(SHOWN).map(|error| format!("  line {}: {}", error.line, error.message())).collect();
    if errors.len() > SHOWN {
        text.push(format!("  … and {} more", errors.len() - SHOWN));
    }
    text.join("\n")
}
