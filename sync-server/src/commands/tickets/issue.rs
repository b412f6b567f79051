//! `tickets issue`

use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::bar;
use crate::commands::{CommandError, Context, Report, select};
use crate::store::TicketStore;
use crate::store::tickets::{AddTickets, Existing};
use crate::tickets::{Draft, NewTicket};

/// Most tickets of one call.
const LIMIT: u32 = 1_000_000;

/// How many, of what.
#[derive(Debug, Args)]
pub struct IssueArgs {
    /// How many
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(LIMIT)))]
    count: u32,
    /// Event, by name or id [default: the only one]
    #[arg(long)]
    event: Option<String>,
    /// Kind of ticket, by name or number [default: the first]
    #[arg(long)]
    product: Option<String>,
    /// People each lets in
    #[arg(long, default_value_t = 1)]
    admits: u32,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Issues.
pub(super) async fn run(context: &Context, args: IssueArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let event = select::event_or_only(&store, &organization, args.event.as_deref()).await?;
    let products = &event.policy.products;
    let product = match &args.product {
        None => products.first(),
        Some(wanted) => products.iter().find(|product| product.name == *wanted || product.id.to_string() == *wanted),
    };
    let names = || products.iter().map(|product| product.name.as_str()).collect::<Vec<_>>().join(", ");
    let product = product.ok_or_else(|| CommandError::refused(format!("no such product; there is {}", names())))?.id;
    let make = |_| {
        let draft = Draft { product, admits: args.admits, ..Draft::default() };
        draft.make(event.id, &event.policy, &*context.entropy)
    };
    let new: Result<Vec<NewTicket>, _> = (0..args.count).map(make).collect();
    let new = new.map_err(|error| CommandError::refused(error.to_string()))?;
    let storing = bar("storing", u64::from(args.count));
    let shown = storing.clone();
    let progress = Arc::new(move |at| shown.set_position(at));
    let actor = context.actor(organization.id);
    let outcome = store.add_tickets(actor, event.id, new, Existing::Add, progress).await?;
    storing.finish_and_clear();
    match outcome {
        AddTickets::Added(counts) => {
            let text =
                format!("{} tickets issued; print them with `tickets qr --event {} --out DIR`", counts.added, event.id);
            Ok(Report::new(text, json!({ "issued": counts.added, "event": event.id })))
        }
        AddTickets::Archived => Err(CommandError::refused("the event is archived; nothing in it can be changed")),
        AddTickets::NotFound | AddTickets::Exist(_) => {
            Err(CommandError::internal("the event or its keys changed meanwhile"))
        }
    }
}
