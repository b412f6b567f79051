//! `event add`: zones, gates and products for an event that is there.

use clap::Args;
use serde_json::json;

use super::layout::{Layout, LayoutArgs};
use super::show::told;
use crate::commands::{CommandError, Context, Report, select};
use crate::store::EventStore;
use crate::store::events::ChangeEvent;

/// What, to which event.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Event, by name or id
    event: String,
    #[command(flatten)]
    layout: LayoutArgs,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Adds them. Scanners hear of it with their next list.
pub async fn run(context: &Context, args: AddArgs) -> Result<Report, CommandError> {
    if args.layout.is_empty() {
        return Err(CommandError::Usage("say what to add: --zone, --gate or --product".into()));
    }
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let event = select::event(&store, &organization, &args.event).await?;
    let before = Layout::of_event(&event);
    let after = args.layout.added_to(before.clone())?;
    let change = Box::new(move |policy: &mut shared::policy::Policy| {
        // Only what is new is put in: somebody may have changed the rest in this moment.
        policy.zones.extend(after.zones.into_iter().skip(before.zones.len()));
        policy.gates.extend(after.gates.into_iter().skip(before.gates.len()));
        policy.products.extend(after.products.into_iter().skip(before.products.len()));
    });
    match store.change_policy(context.actor(organization.id), event.id, change).await? {
        ChangeEvent::Done(event) => {
            let json = json!({ "event": event.id, "policy": event.policy });
            let text = "Scanners take it over with the next list: a running server publishes it by itself.";
            Ok(Report::new(format!("{}\n{text}", told(&event)), json))
        }
        ChangeEvent::Archived => Err(CommandError::refused("the event is archived; nothing in it can be changed")),
        ChangeEvent::Invalid(errors) => Err(super::invalid(&errors)),
        ChangeEvent::NotFound | ChangeEvent::ProductInUse(_) => Err(CommandError::internal("the event is gone")),
    }
}
