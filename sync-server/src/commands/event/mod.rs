//! `event`: make, show and list events; `create` is here, the other verbs have files of their own.

pub mod add;
pub mod layout;
pub mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use shared::clock::random;
use shared::ids::EventId;
use shared::policy::{DEFAULT_RETRY_WINDOW_MS, Policy};

use super::{CommandError, Context, Report, select};
use crate::events::{Event, EventSummary, check, day};
use crate::invalid::FieldError;
use crate::keys::{KeyUse, StoredKey, root_file};
use crate::live::alarm::Thresholds;
use crate::people::{Organization, Viewer};
use crate::store::events::{CreateEvent, NewEvent};
use crate::store::{EventStore, SqliteStore};

use layout::{Layout, LayoutArgs};

/// Length of an event without `--ends`: 6 hours.
const DEFAULT_LENGTH_MS: i64 = 6 * 60 * 60 * 1000;

/// Events.
#[derive(Debug, Subcommand)]
pub enum EventCommand {
    /// Make an event, and the key that signs its tickets
    Create(Box<CreateArgs>),
    /// Add zones, gates and products to an event
    Add(add::AddArgs),
    /// Show one event whole: times, zones, gates, products, rules
    Show(show::ShowArgs),
    /// List events
    List(show::ListArgs),
    /// Put everything that changed into force as the next manifest; a running server does so by itself
    Publish(super::publish::PublishArgs),
}

/// An event to be made.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name
    name: String,
    /// When it starts, in its time zone: "2026-05-01 20:00", or now
    #[arg(long)]
    starts: String,
    /// When it ends [default: 6 hours after the start]
    #[arg(long)]
    ends: Option<String>,
    /// IANA time zone, such as Europe/Berlin [default: this computer's]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Take zones, gates, products and rules from another event, by name or id: for a series, or to practise
    #[arg(long, value_name = "EVENT")]
    like: Option<String>,
    #[command(flatten)]
    layout: LayoutArgs,
    /// Whoever goes out does not come in again
    #[arg(long)]
    no_reentry: bool,
    /// How often a ticket may come in again [default: no limit]
    #[arg(long, value_name = "N")]
    max_reentries: Option<u32>,
    /// People the whole venue may hold
    #[arg(long, value_name = "N")]
    capacity: Option<u32>,
    /// No entries after this time
    #[arg(long, value_name = "TIME")]
    last_entry: Option<String>,
    /// Refuse well-signed tickets that are not in the list yet
    #[arg(long)]
    list_only: bool,
    /// Seconds after its expiry from which a scanner's list stops admitting [default: never]
    #[arg(long, value_name = "SECONDS")]
    stale_stop: Option<u64>,
    /// The same code again within this many milliseconds on one device is the same scan [default: 5000]
    #[arg(long, value_name = "MS")]
    retry_window: Option<u64>,
    /// Make it although an event of this name is held at that time
    #[arg(long)]
    same_name: bool,
    /// File with the root key, where it is kept offline
    #[arg(long, value_name = "FILE")]
    root_key: Option<PathBuf>,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Carries out a verb.
pub async fn run(context: &Context, command: EventCommand) -> Result<Report, CommandError> {
    match command {
        EventCommand::Create(args) => create(context, *args).await,
        EventCommand::Add(args) => add::run(context, args).await,
        EventCommand::Show(args) => show::show(context, &args).await,
        EventCommand::List(args) => show::list(context, &args).await,
        EventCommand::Publish(args) => super::publish::run(context, args).await,
    }
}

async fn create(context: &Context, args: CreateArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let model = match &args.like {
        Some(wanted) => Some(select::event(&store, &organization, wanted).await?),
        None => None,
    };
    let policy = policy(&args, model.as_ref(), context.now_ms())?;
    check(&policy).map_err(|errors| invalid(&errors))?;
    let namesake = namesake(&store, &organization, &policy, args.same_name).await?;
    let root = args.root_key.as_deref().map(root_file::read).transpose()?;
    let id = EventId(random(&*context.entropy));
    let ticket_key = StoredKey::generate(KeyUse::Ticket(id), context.now_ms(), &*context.entropy);
    let thresholds = model.map_or_else(Thresholds::default, |model| model.thresholds);
    let event = NewEvent { id, policy: policy.clone(), thresholds, ticket_key, root };
    let event = match store.create_event(context.actor(organization.id), event).await? {
        CreateEvent::Created(event) => event,
        CreateEvent::RootOffline => {
            return Err(CommandError::Usage("the root key is kept offline: add --root-key FILE".into()));
        }
        CreateEvent::WrongRoot => return Err(CommandError::refused("this is not the root key of the organization")),
    };
    let also = namesake.map_or_else(String::new, |other| {
        let starts = day(other.starts, &other.time_zone);
        format!("\nAnother event has this name (it starts {starts}): commands need the id to tell them apart.")
    });
    Ok(Report::new(format!("{}{also}", show::told(&event)), json!({ "event": id, "policy": policy })))
}

/// An event of the same name; one at the same time is refused, as somebody who runs a command twice makes.
async fn namesake(
    store: &SqliteStore,
    organization: &Organization,
    policy: &Policy,
    wanted: bool,
) -> Result<Option<EventSummary>, CommandError> {
    let name = policy.name.to_lowercase();
    let all = store.events(Viewer::admin(organization.id), false).await?;
    let mut same: Vec<_> = all.into_iter().filter(|event| event.name.to_lowercase() == name).collect();
    let meets = |event: &&EventSummary| event.starts < policy.ends && policy.starts < event.ends;
    if let Some(there) = same.iter().find(meets).filter(|_| !wanted) {
        let starts = day(there.starts, &there.time_zone);
        return Err(CommandError::named(
            "same_name",
            format!("there is an event \"{}\" at this time already ({}, starts {starts})", there.name, there.id),
            "`event show` shows it, `event add` adds gates and products to it; --same-name makes another one.",
        ));
    }
    Ok(same.pop())
}

/// All that is wrong with the rules, by what was typed.
fn invalid(errors: &[FieldError]) -> CommandError {
    let lines: Vec<_> = errors.iter().map(|error| format!("{}: {}", flag(&error.field), error.message)).collect();
    CommandError::Usage(lines.join("\n"))
}

/// What the command line calls a field of the API: `--gate (no. 2)` for `gates[1].zone`.
fn flag(field: &str) -> String {
    let (name, row) = field.split_once('[').map_or((field, None), |(name, rest)| (name, rest.split(']').next()));
    let flag = match name {
        "name" => return "NAME".into(),
        "zones" => "--zone".to_owned(),
        "gates" => "--gate".to_owned(),
        "products" => "--product".to_owned(),
        other => format!("--{}", other.replace('_', "-")),
    };
    match row.and_then(|row| row.parse::<usize>().ok()) {
        Some(row) => format!("{flag} (no. {})", row + 1),
        None => flag,
    }
}

/// The rules that the arguments describe, over those of the event it is to be like.
fn policy(args: &CreateArgs, like: Option<&Event>, now: i64) -> Result<Policy, CommandError> {
    let like = like.map(|event| &event.policy);
    let time_zone = args.time_zone.clone().or_else(|| like.map(|like| like.time_zone.clone()));
    let time_zone = time_zone.unwrap_or_else(system_time_zone);
    let starts = if args.starts == "now" { now } else { time("--starts", &args.starts, &time_zone)? };
    let length = like.map_or(DEFAULT_LENGTH_MS, |like| like.ends - like.starts);
    let ends = args.ends.as_deref().map(|text| time("--ends", text, &time_zone)).transpose()?;
    let layout = args.layout.added_to(like.map(Layout::of).unwrap_or_default())?.or_simple()?;
    Ok(Policy {
        name: args.name.clone(),
        starts,
        ends: ends.unwrap_or(starts + length),
        zones: layout.zones,
        gates: layout.gates,
        products: layout.products,
        reentry: !args.no_reentry && like.is_none_or(|like| like.reentry),
        capacity: args.capacity.or_else(|| like?.capacity),
        list_only: args.list_only || like.is_some_and(|like| like.list_only),
        stale_stop: args.stale_stop.or_else(|| like?.stale_stop),
        // A time of another day says nothing here.
        last_entry: args.last_entry.as_deref().map(|text| time("--last-entry", text, &time_zone)).transpose()?,
        max_reentries: args.max_reentries.or_else(|| like?.max_reentries),
        retry_window: args
            .retry_window
            .or_else(|| like.map(|like| like.retry_window))
            .unwrap_or(DEFAULT_RETRY_WINDOW_MS),
        time_zone,
    })
}

fn system_time_zone() -> String {
    jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC").to_owned()
}

/// RFC 3339, or a date and time in the event's zone; in milliseconds.
fn time(option: &str, text: &str, time_zone: &str) -> Result<i64, CommandError> {
    let zone = jiff::tz::TimeZone::get(time_zone).map_err(|_| {
        CommandError::Usage(format!(
            "--time-zone: \"{time_zone}\" is not a known IANA time zone (such as Europe/Berlin)"
        ))
    })?;
    let no_time = || {
        CommandError::Usage(format!("{option}: \"{text}\" is not a date and time; write it as \"2026-05-01 20:00\""))
    };
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(at.as_millisecond());
    }
    let civil: jiff::civil::DateTime = text.parse().map_err(|_| no_time())?;
    let at = zone.to_ambiguous_zoned(civil);
    if let jiff::tz::AmbiguousOffset::Gap { .. } = at.offset() {
        let near = |at: Result<jiff::Zoned, _>| at.map(|at: jiff::Zoned| at.strftime("%Y-%m-%d %H:%M").to_string());
        let (earlier, later) = (at.clone().earlier(), at.later());
        let (earlier, later) = (near(earlier).map_err(|_| no_time())?, near(later).map_err(|_| no_time())?);
        return Err(CommandError::Usage(format!(
            "{option}: \"{text}\" does not exist in {time_zone}: clocks are put forward over it; did you mean \"{earlier}\" or \
             \"{later}\"?"
        )));
    }
    at.compatible().map(|at| at.timestamp().as_millisecond()).map_err(|_| no_time())
}
