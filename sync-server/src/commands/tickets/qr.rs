//! `tickets qr`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use indicatif::HumanBytes;
use serde_json::json;

use super::bar;
use crate::commands::{CommandError, Context, Report, select};
use crate::files;
use crate::people::Viewer;
use crate::spreadsheet::harmless;
use crate::store::people::QuietAct;
use crate::store::tickets::{Printable, TicketQuery};
use crate::store::{EventStore, PeopleStore, TicketStore};
use crate::tickets::Missing;
use crate::tickets::qr::{ErrorCorrection, Qr};

/// Tickets read at once.
const PAGE: u32 = 1000;

/// Space on a disk is given in blocks of this size, in bytes.
const BLOCK: u64 = 4096;

/// Space from which on it is announced, in bytes: 256 MiB.
const MUCH: u64 = 256 * 1024 * 1024;

/// Where to and how.
#[derive(Debug, Args)]
pub struct QrArgs {
    /// Event, by name or id [default: the only one]
    #[arg(long)]
    event: Option<String>,
    /// Folder to write into; made if it is missing. `index.csv` in it says which picture is whose
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How much of a code may be damaged: M 15 %, Q 25 %, H 30 %. Higher levels make smaller modules
    #[arg(long, value_enum, default_value = "M")]
    error_correction: ErrorCorrection,
    /// Which files
    #[arg(long, value_enum, default_value = "both")]
    format: Format,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Which files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Pixels
    Png,
    /// Vectors
    Svg,
    /// Both
    Both,
}

/// Writes the pictures.
pub(super) async fn run(context: &Context, args: QrArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let event = select::event_or_only(&store, &organization, args.event.as_deref()).await?;
    let viewer = Viewer::admin(organization.id);
    let total = store.events(viewer, true).await?.iter().find(|one| one.id == event.id).map_or(0, |one| one.tickets);
    std::fs::create_dir_all(&args.out).map_err(|error| CommandError::file(&args.out, error))?;
    let mut index = Index::create(&args)?;
    let drawing = bar("drawing", total);
    let (mut after, mut unknown) = (None, 0_u64);
    loop {
        let page = store
            .printables(
                viewer,
                event.id,
                TicketQuery { after, limit: PAGE, ..TicketQuery::default() },
                context.now_ms(),
            )
            .await?;
        let Some(last) = page.last() else { break };
        after = Some(last.ticket.key);
        for printable in &page {
            match printable.text() {
                Ok(text) => {
                    draw(&args, printable, &text, &mut index)?;
                    if index.count == 1 {
                        announce(index.bytes.saturating_mul(total));
                    }
                }
                Err(Missing::Code) => unknown += 1,
                Err(error @ Missing::Key) => return Err(CommandError::refused(error.to_string())),
            }
            drawing.inc(1);
        }
    }
    drawing.finish_and_clear();
    let bytes = index.bytes;
    let drawn = index.finish()?;
    let act = QuietAct::CodesDrawn { event: event.id, tickets: drawn };
    store.note_act(context.actor(organization.id), act).await?;
    let left_out = if unknown == 0 {
        String::new()
    } else {
        format!("\n{unknown} left out: their codes are not known here (taken over from scanners)")
    };
    let text = format!("{drawn} codes in {} ({}){left_out}", args.out.display(), HumanBytes(bytes));
    Ok(Report::new(text, json!({ "codes": drawn, "unknown": unknown, "out": args.out, "bytes": bytes })))
}

/// Says beforehand what will fill a good part of a disk; somebody can still break it off.
fn announce(bytes: u64) {
    if bytes >= MUCH {
        tracing::warn!("this takes about {} on disk; --format png or --format svg alone takes less", HumanBytes(bytes));
    }
}

fn draw(args: &QrArgs, printable: &Printable, text: &str, index: &mut Index) -> Result<(), CommandError> {
    let key = printable.ticket.key;
    let qr = Qr::new(text, args.error_correction)
        .map_err(|error| CommandError::refused(format!("ticket {key}: {error}")))?;
    let write = |kind: &str, bytes: &[u8]| {
        let path = args.out.join(format!("{key}.{kind}"));
        files::replace_private(&path, bytes).map_err(|error| CommandError::file(&path, error))?;
        // Disks give whole blocks.
        Ok::<_, CommandError>((bytes.len() as u64).div_ceil(BLOCK) * BLOCK)
    };
    if args.format != Format::Svg {
        index.bytes += write("png", &qr.png().map_err(CommandError::internal)?)?;
    }
    if args.format != Format::Png {
        index.bytes += write("svg", qr.svg().as_bytes())?;
    }
    index.add(printable, text)
}

/// Which picture is whose, for mail merges.
struct Index {
    path: PathBuf,
    file: csv::Writer<std::fs::File>,
    count: u64,
    /// Space that the pictures take.
    bytes: u64,
}

impl Index {
    fn create(args: &QrArgs) -> Result<Self, CommandError> {
        let path = args.out.join("index.csv");
        if path.exists() {
            std::fs::remove_file(&path).map_err(|error| CommandError::file(&path, error))?;
        }
        let file = files::create_private(&path).map_err(|error| CommandError::file(&path, error))?;
        let mut file = csv::Writer::from_writer(file);
        file.write_record(["ticket", "name", "email", "reference", "code"]).map_err(CommandError::internal)?;
        Ok(Self { path, file, count: 0, bytes: 0 })
    }

    fn add(&mut self, printable: &Printable, text: &str) -> Result<(), CommandError> {
        let (ticket, empty) = (&printable.ticket, String::new());
        let field = |text: &Option<String>| harmless(text.as_ref().unwrap_or(&empty));
        let record = [
            ticket.key.to_string(),
            field(&ticket.attendee),
            field(&ticket.email),
            field(&ticket.reference),
            // Ours never begin like a formula; of another vendor's that does, the picture is what counts.
            harmless(text),
        ];
        self.count += 1;
        self.file.write_record(record).map_err(CommandError::internal)
    }

    fn finish(mut self) -> Result<u64, CommandError> {
        self.file.flush().map_err(|error| CommandError::file(&self.path, error))?;
        Ok(self.count)
    }
}
