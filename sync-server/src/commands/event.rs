//! `event`: make and list events.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use shared::clock::random;
use shared::ids::{EventId, GateId, ProductId, ZoneId};
use shared::policy::{DEFAULT_RETRY_WINDOW_MS, Gate, Policy, Product, Zone};

use super::{CommandError, Context, Report, select};
use crate::events::{check, day};
use crate::keys::{KeyUse, StoredKey, root_file};
use crate::people::Viewer;
use crate::store::EventStore;
use crate::store::events::{CreateEvent, NewEvent};

/// Length of an event without `--ends`: 6 hours.
const DEFAULT_LENGTH_MS: i64 = 6 * 60 * 60 * 1000;

/// Events.
#[derive(Debug, Subcommand)]
pub enum EventCommand {
    /// Make an event, and the key that signs its tickets
    Create(Box<CreateArgs>),
    /// Put everything that changed into force as the next manifest; a running server does so by itself
    Publish(super::publish::PublishArgs),
    /// List events
    List {
        /// Archived ones, too
        #[arg(long)]
        archived: bool,
        /// Organization, by name or id [default: the only one]
        #[arg(long)]
        organization: Option<String>,
    },
}

/// An event to be made.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Name
    name: String,
    /// When it starts, in its time zone: "2026-05-01 20:00"
    #[arg(long)]
    starts: String,
    /// When it ends [default: 6 hours after the start]
    #[arg(long)]
    ends: Option<String>,
    /// IANA time zone, such as Europe/Berlin [default: this computer's]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Area people are inside of, NAME or NAME:CAPACITY; may be repeated. Zones named by gates need not be listed
    #[arg(long = "zone", value_name = "NAME[:CAPACITY]")]
    zones: Vec<String>,
    /// Door, as NAME:ZONE it leads into, or NAME:ZONE:FROM between two zones; may be repeated [default: Entrance]
    #[arg(long = "gate", value_name = "NAME:ZONE[:FROM]")]
    gates: Vec<String>,
    /// Kind of ticket, NAME or NAME:ZONE,ZONE for those that open only some; may be repeated [default: Standard]
    #[arg(long = "product", value_name = "NAME[:ZONES]")]
    products: Vec<String>,
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
    /// The same code again within this many milliseconds on one device is the same scan
    #[arg(long, value_name = "MS", default_value_t = DEFAULT_RETRY_WINDOW_MS)]
    retry_window: u64,
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
        EventCommand::Publish(args) => super::publish::run(context, args).await,
        EventCommand::List { archived, organization } => list(context, archived, organization.as_deref()).await,
    }
}

async fn create(context: &Context, args: CreateArgs) -> Result<Report, CommandError> {
    let policy = policy(&args)?;
    check(&policy).map_err(|errors| {
        let lines: Vec<_> = errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        CommandError::Usage(lines.join("\n"))
    })?;
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let root = args.root_key.as_deref().map(root_file::read).transpose()?;
    let id = EventId(random(&*context.entropy));
    let ticket_key = StoredKey::generate(KeyUse::Ticket(id), context.now_ms(), &*context.entropy);
    let event = NewEvent { id, policy: policy.clone(), ticket_key, root };
    match store.create_event(context.actor(organization.id), event).await? {
        CreateEvent::Created(_) => {}
        CreateEvent::RootOffline => {
            return Err(CommandError::Usage("the root key is kept offline: add --root-key FILE".into()));
        }
        CreateEvent::WrongRoot => return Err(CommandError::refused("this is not the root key of the organization")),
    }
    let gates: Vec<_> = policy.gates.iter().map(|gate| format!("  {} {}", gate.id, gate.name)).collect();
    let text = format!(
        "Event:  {} ({id})\nStarts: {}\nEnds:   {}\nGates:\n{}",
        policy.name,
        day(policy.starts, &policy.time_zone),
        day(policy.ends, &policy.time_zone),
        gates.join("\n")
    );
    Ok(Report::new(text, json!({ "event": id, "policy": policy })))
}

async fn list(context: &Context, archived: bool, organization: Option<&str>) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, organization).await?;
    let events = store.events(Viewer::admin(organization.id), archived).await?;
    let lines: Vec<_> = events
        .iter()
        .map(|event| {
            format!(
                "{}  {}  {:>8} tickets  {}",
                event.id,
                day(event.starts, &event.time_zone),
                event.tickets,
                event.name
            )
        })
        .collect();
    let json: Vec<_> = events
        .iter()
        .map(|event| {
            json!({
                "event": event.id, "name": event.name, "starts": event.starts, "ends": event.ends,
                "time_zone": event.time_zone, "tickets": event.tickets, "archived": event.archived,
            })
        })
        .collect();
    Ok(Report::new(lines.join("\n"), json!({ "events": json })))
}

/// The rules that the arguments describe.
fn policy(args: &CreateArgs) -> Result<Policy, CommandError> {
    let time_zone = args.time_zone.clone().unwrap_or_else(system_time_zone);
    let starts = time("--starts", &args.starts, &time_zone)?;
    let ends = args.ends.as_deref().map(|text| time("--ends", text, &time_zone)).transpose()?;
    let mut zones = Zones::default();
    for text in &args.zones {
        let (name, capacity) = split(text);
        let capacity = capacity.map(|text| number("--zone", text)).transpose()?;
        zones.add(name, capacity)?;
    }
    let gates = gates(&args.gates, &mut zones)?;
    let products = products(&args.products, &zones)?;
    Ok(Policy {
        name: args.name.clone(),
        starts,
        ends: ends.unwrap_or(starts + DEFAULT_LENGTH_MS),
        zones: zones.0,
        gates,
        products,
        reentry: !args.no_reentry,
        capacity: args.capacity,
        list_only: args.list_only,
        stale_stop: args.stale_stop,
        last_entry: args.last_entry.as_deref().map(|text| time("--last-entry", text, &time_zone)).transpose()?,
        max_reentries: args.max_reentries,
        retry_window: args.retry_window,
        time_zone,
    })
}

#[derive(Default)]
struct Zones(Vec<Zone>);

impl Zones {
    fn add(&mut self, name: &str, capacity: Option<u32>) -> Result<ZoneId, CommandError> {
        if self.find(name).is_some() {
            return Err(CommandError::Usage(format!("zone \"{name}\" is there twice")));
        }
        let id = ZoneId(next(self.0.len()));
        self.0.push(Zone { id, name: name.into(), capacity });
        Ok(id)
    }

    fn find(&self, name: &str) -> Option<ZoneId> {
        self.0.iter().find(|zone| zone.name == name).map(|zone| zone.id)
    }

    fn find_or_add(&mut self, name: &str) -> Result<ZoneId, CommandError> {
        self.find(name).map_or_else(|| self.add(name, None), Ok)
    }
}

/// Numbers from 1 on.
fn next(there: usize) -> u32 {
    u32::try_from(there).unwrap_or(u32::MAX - 1) + 1
}

fn gates(texts: &[String], zones: &mut Zones) -> Result<Vec<Gate>, CommandError> {
    if texts.is_empty() {
        let first = zones.0.first().map(|zone| zone.id);
        let zone = first.map_or_else(|| zones.add("Venue", None), Ok)?;
        return Ok(vec![Gate { id: GateId(1), name: "Entrance".into(), zone, from: None, products: None }]);
    }
    let mut gates = vec![];
    for text in texts {
        let mut parts = text.splitn(3, ':').map(str::trim);
        let name = parts.next().unwrap_or_default().to_owned();
        let zone = zones.find_or_add(parts.next().unwrap_or("Venue"))?;
        let from = parts.next();
        if from.is_some_and(|from| from.contains(':')) {
            return Err(CommandError::Usage(format!(
                "--gate {text}: too many colons; it is NAME:ZONE or NAME:ZONE:FROM"
            )));
        }
        let from = from.map(|name| zones.find_or_add(name)).transpose()?;
        gates.push(Gate { id: GateId(next(gates.len())), name, zone, from, products: None });
    }
    Ok(gates)
}

fn products(texts: &[String], zones: &Zones) -> Result<Vec<Product>, CommandError> {
    if texts.is_empty() {
        return Ok(vec![Product { id: ProductId(1), name: "Standard".into(), zones: None }]);
    }
    let mut products = vec![];
    for text in texts {
        let (name, opens) = split(text);
        let unknown = |zone: &str| CommandError::Usage(format!("--product {name}: there is no zone \"{zone}\""));
        let find = |zone: &str| zones.find(zone.trim()).ok_or_else(|| unknown(zone));
        let zones = opens.map(|list| list.split(',').map(find).collect::<Result<Vec<_>, _>>()).transpose()?;
        products.push(Product { id: ProductId(next(products.len())), name: name.into(), zones });
    }
    Ok(products)
}

/// A name, and what stands behind the colon.
fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once(':').map_or((text.trim(), None), |(name, rest)| (name.trim(), Some(rest.trim())))
}

fn number(option: &str, text: &str) -> Result<u32, CommandError> {
    text.parse().map_err(|_| CommandError::Usage(format!("{option}: \"{text}\" is not a number")))
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
    let local = || {
        let at: jiff::civil::DateTime = text.parse().ok()?;
        Some(at.to_zoned(zone).ok()?.timestamp())
    };
    let at = text.parse::<jiff::Timestamp>().ok().or_else(local);
    at.map(jiff::Timestamp::as_millisecond).ok_or_else(|| {
        CommandError::Usage(format!("{option}: \"{text}\" is not a date and time; write it as \"2026-05-01 20:00\""))
    })
}
