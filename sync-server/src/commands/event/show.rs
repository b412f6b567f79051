//! `event show` and `event list`.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::{Value, json};
use shared::ids::ZoneId;
use shared::policy::Policy;

use crate::commands::{CommandError, Context, Report, select};
use crate::events::{Event, EventSummary, day};
use crate::people::Viewer;
use crate::store::manifest::Hold;
use crate::store::{EventStore, ManifestStore};

/// Which one.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Event, by name or id
    event: String,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Which ones.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Archived ones, too
    #[arg(long)]
    archived: bool,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Shows one event whole.
pub async fn show(context: &Context, args: &ShowArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let event = select::event(&store, &organization, &args.event).await?;
    let all = store.events(Viewer::admin(organization.id), true).await?;
    let tickets = all.iter().find(|one| one.id == event.id).map_or(0, |one| one.tickets);
    let text = format!("{}\nTickets:  {tickets}", told(&event));
    let json = json!({
        "event": event.id, "policy": event.policy, "tickets": tickets, "archived": event.archived,
        "created": event.created,
    });
    Ok(Report::new(text, json))
}

/// Lists events, latest start first.
pub async fn list(context: &Context, args: &ListArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let events = store.events(Viewer::admin(organization.id), args.archived).await?;
    let holds: BTreeMap<_, _> = store.holds(context.now_ms()).await?.into_iter().collect();
    let held = |event: &EventSummary| holds.get(&event.id).map(Hold::cause);
    let lines: Vec<_> = events.iter().map(|event| line(event, held(event))).collect();
    let text = if lines.is_empty() { "no events yet; `event create` makes one".into() } else { lines.join("\n") };
    Ok(Report::new(
        text,
        json!({ "events": events.iter().map(|event| facts(event, held(event).as_deref())).collect::<Vec<_>>() }),
    ))
}

fn line(event: &EventSummary, held: Option<String>) -> String {
    let archived = if event.archived.is_some() { "  (archived)" } else { "" };
    let starts = day(event.starts, &event.time_zone);
    let held = held.map_or_else(String::new, |cause| format!("\n    {cause}"));
    format!("{}  {starts}  {:>8} tickets  {}{archived}{held}", event.id, event.tickets, event.name)
}

fn facts(event: &EventSummary, held: Option<&str>) -> Value {
    json!({
        "event": event.id, "name": event.name, "starts": event.starts, "ends": event.ends,
        "time_zone": event.time_zone, "tickets": event.tickets, "archived": event.archived,
        "held": held,
    })
}

/// An event as a person reads it.
pub(super) fn told(event: &Event) -> String {
    let policy = &event.policy;
    let zone = |id: ZoneId| policy.zone(id).map_or_else(|| id.to_string(), |zone| zone.name.clone());
    let limit = |capacity: Option<u32>| capacity.map(|most| format!(", {most} people at most")).unwrap_or_default();
    let zones = policy.zones.iter().map(|one| format!("{} {}{}", one.id, one.name, limit(one.capacity)));
    let gates = policy.gates.iter().map(|gate| {
        let from = gate.from.map_or_else(String::new, |from| format!(" from {}", zone(from)));
        format!("{} {}{from} into {}", gate.id, gate.name, zone(gate.zone))
    });
    let products = policy.products.iter().map(|product| {
        let opens = product.zones.as_ref().map(|ids| ids.iter().map(|id| zone(*id)).collect::<Vec<_>>().join(", "));
        format!(
            "{} {}{}",
            product.id,
            product.name,
            opens.map(|names| format!(", opens {names} only")).unwrap_or_default()
        )
    });
    let mut lines = vec![
        format!("Event:    {} ({})", policy.name, event.id),
        format!("Starts:   {} {}", day(policy.starts, &policy.time_zone), policy.time_zone),
        format!("Ends:     {}", day(policy.ends, &policy.time_zone)),
    ];
    lines.extend(listed("Zones:", zones));
    lines.extend(listed("Gates:", gates));
    lines.extend(listed("Products:", products));
    lines.push(format!("Rules:    {}", rules(policy)));
    if let Some(at) = event.archived {
        lines.push(format!("Archived: {}; nothing in it can be changed", day(at, &policy.time_zone)));
    }
    lines.join("\n")
}

/// The head stands before the first line only.
fn listed(head: &'static str, lines: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    lines.enumerate().map(move |(at, line)| format!("{:<9} {line}", if at == 0 { head } else { "" }))
}

fn rules(policy: &Policy) -> String {
    let mut rules = vec![match (policy.reentry, policy.max_reentries) {
        (false, _) => "whoever goes out stays out".to_owned(),
        (true, None) => "whoever goes out may come in again".to_owned(),
        (true, Some(most)) => format!("whoever goes out may come in again, {most} times"),
    }];
    rules.extend(policy.capacity.map(|most| format!("{most} people at most")));
    rules.extend(policy.last_entry.map(|at| format!("last entry {}", day(at, &policy.time_zone))));
    if policy.list_only {
        rules.push("only tickets in the list".into());
    }
    rules.extend(policy.stale_stop.map(|seconds| format!("no entries {seconds} s after a list has expired")));
    rules.join("; ")
}
