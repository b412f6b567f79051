//! `seed`: a made-up evening to try things with. The pattern (who comes when, where, and what goes wrong) follows from
//! `--seed` alone; ids and keys are real and new each time.

mod chance;
mod crew;
mod evening;
mod known;

use std::sync::Arc;

use clap::Args;
use serde_json::json;
use shared::clock::random;
use shared::ids::{EventId, GateId, ProductId, ZoneId};
use shared::manifest::{Record, TicketState};
use shared::policy::{DEFAULT_RETRY_WINDOW_MS, Gate, Policy, Product, Zone};

use super::{CommandError, Context, Report, select};
use crate::keys::{KeyUse, StoredKey};
use crate::live::alarm::Thresholds;
use crate::people::Organization;
use crate::publish::publish;
use crate::store::events::{CreateEvent, NewEvent};
use crate::store::manifest::AfterRestore;
use crate::store::tickets::{AddTickets, Existing};
use crate::store::{EventStore, SqliteStore, TicketStore};
use crate::tickets::{Draft, NewTicket};
use chance::Chance;
use evening::Evening;

/// How much of it.
#[derive(Debug, Args)]
pub struct SeedArgs {
    /// Tickets
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    tickets: u32,
    /// Scanners
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=200))]
    scanners: u32,
    /// Scans
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(0..=5_000_000))]
    scans: u32,
    /// Another number, another evening
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// The last scan was so long ago (ms): a moment for sending.
const LAST_SCAN_MS: i64 = 60 * 1000;

/// Length of the evening: 6 hours, of which 3 are over.
const EVENING_MS: i64 = 6 * 60 * 60 * 1000;

/// Makes event, tickets, scanners and scans.
pub async fn run(context: &Context, args: SeedArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let mut chance = Chance::new(args.seed);
    let policy = policy(context.now_ms() - EVENING_MS / 2, args.seed);
    let event = make_event(context, &store, &organization, &policy).await?;
    let tickets = make_tickets(context, &store, &organization, event, &policy, args.tickets, &mut chance).await?;
    let mut crew = crew::enrol(context, &store, &organization, event, &policy, args.scanners).await?;
    publish(
        &store,
        &*context.clock,
        &*context.entropy,
        context.actor(organization.id),
        event,
        false,
        AfterRestore::Wait,
    )
    .await?;
    let until = context.now_ms() - LAST_SCAN_MS;
    let mut evening = Evening { event, policy: &policy, crew: &mut crew, chance: &mut chance, until };
    evening.happen(&tickets, args.scans);
    let sent = crew::send(context, &store, &organization, event, &mut crew).await?;
    let text = format!(
        "Event:    {} ({event})\nTickets:  {}\nScanners: {}\nEntries:  {} ({} tickets let in twice)\n{}",
        policy.name,
        args.tickets,
        args.scanners,
        sent.entries,
        sent.conflicts,
        where_to_look(context, event, args.scanners)
    );
    let json = json!({
        "event": event, "tickets": args.tickets, "scanners": args.scanners, "entries": sent.entries,
        "conflicts": sent.conflicts,
    });
    Ok(Report::new(text, json))
}

fn where_to_look(context: &Context, event: EventId, scanners: u32) -> String {
    let data = context.data.display();
    let trouble = match scanners {
        0..3 => "Some tickets were copied.",
        _ => "Gates were without a network for a while, clocks were wrong and are corrected, some tickets were copied.",
    };
    format!(
        "{trouble}\nLook at it:\n\
         \x20 sync-server --data {data} serve          then open http://127.0.0.1:8080/docs/ and sign in (auth/login)\n\
         \x20 /api/v1/events/{event}/occupancy        how many people are where\n\
         \x20 /api/v1/events/{event}/conflicts        tickets let in twice, each with its story\n\
         \x20 /api/v1/events/{event}/timeline         who came when\n\
         \x20 sync-server --data {data} scanner list   the devices\n\
         \x20 sync-server --data {data} verify         everything computed anew"
    )
}

fn policy(starts: i64, seed: u64) -> Policy {
    let gate = |id, name: &str, zone, from: Option<u32>| Gate {
        id: GateId(id),
        name: name.into(),
        zone: ZoneId(zone),
        from: from.map(ZoneId),
        products: None,
    };
    let product = |id, name: &str| Product { id: ProductId(id), name: name.into(), zones: None };
    Policy {
        name: format!("Made-up evening {seed}"),
        starts,
        ends: starts + EVENING_MS,
        zones: vec![
            Zone { id: ZoneId(1), name: "Hall".into(), capacity: None },
            Zone { id: ZoneId(2), name: "Balcony".into(), capacity: None },
        ],
        gates: vec![
            gate(1, "North", 1, None),
            gate(2, "South", 1, None),
            gate(3, "East", 1, None),
            gate(4, "Balcony stairs", 2, Some(1)),
        ],
        products: vec![product(1, "Standard"), product(2, "Reduced"), product(3, "Family")],
        reentry: true,
        capacity: None,
        list_only: false,
        stale_stop: None,
        last_entry: None,
        max_reentries: None,
        retry_window: DEFAULT_RETRY_WINDOW_MS,
        time_zone: "Europe/Berlin".into(),
    }
}

async fn make_event(
    context: &Context,
    store: &SqliteStore,
    organization: &Organization,
    policy: &Policy,
) -> Result<EventId, CommandError> {
    let id = EventId(random(&*context.entropy));
    let ticket_key = StoredKey::generate(KeyUse::Ticket(id), context.now_ms(), &*context.entropy);
    let event = NewEvent { id, policy: policy.clone(), thresholds: Thresholds::default(), ticket_key, root: None };
    match store.create_event(context.actor(organization.id), event).await? {
        CreateEvent::Created(_) => Ok(id),
        CreateEvent::RootOffline | CreateEvent::WrongRoot => {
            Err(CommandError::refused("the root key is kept offline; seed a test organization instead"))
        }
    }
}

/// A ticket of the evening, as scanners have it in their list.
#[derive(Debug, Clone)]
struct Guest {
    record: Record,
}

impl Guest {
    fn of(new: &NewTicket) -> Self {
        let state = if new.draft.unpaid { TicketState::Unpaid } else { TicketState::Valid };
        let (product, admits) = (new.draft.product, new.draft.admits);
        let (not_before, not_after) = (new.draft.not_before, new.draft.not_after);
        Self {
            record: Record { key: new.key, state, generation: 0, product, admits, not_before, not_after, sealed: None },
        }
    }
}

async fn make_tickets(
    context: &Context,
    store: &SqliteStore,
    organization: &Organization,
    event: EventId,
    policy: &Policy,
    count: u32,
    chance: &mut Chance,
) -> Result<Vec<Guest>, CommandError> {
    let mut new: Vec<NewTicket> = vec![];
    for number in 1..=count {
        let family = chance.one_in(20);
        let product = if family { 3 } else { 1 + u32::from(chance.one_in(5)) };
        let draft = Draft {
            product: ProductId(product),
            admits: if family { 4 } else { 1 },
            attendee: Some(chance.name()),
            reference: Some(format!("A{number:06}")),
            unpaid: chance.one_in(120),
            ..Draft::default()
        };
        let made = draft.make(event, policy, &*context.entropy);
        new.push(made.map_err(|error| CommandError::internal(error.to_string()))?);
    }
    let guests = new.iter().map(Guest::of).collect();
    let actor = context.actor(organization.id);
    match store.add_tickets(actor, event, new, Existing::Add, Arc::new(|_| {})).await? {
        AddTickets::Added(_) => Ok(guests),
        _ => Err(CommandError::internal("the tickets were not added")),
    }
}
