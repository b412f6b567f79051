//! `event publish`: everything that changed becomes the next manifest.

use clap::Args;
use serde_json::json;

use super::{CommandError, Context, Report, select};
use crate::events::day;
use crate::publish::{Publish, publish};
use crate::store::manifest::{AfterRestore, FORCING};

/// Of which event.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// Event, by name or id
    event: String,
    /// Publish although this database was restored and scanners may know of changes that it has forgotten: those are lost
    #[arg(long)]
    force_after_restore: bool,
    /// Organization, by name or id [default: the only one]
    #[arg(long)]
    organization: Option<String>,
}

/// Publishes.
pub async fn run(context: &Context, args: PublishArgs) -> Result<Report, CommandError> {
    let store = context.store()?;
    let organization = select::organization(&store, args.organization.as_deref()).await?;
    let event = select::event(&store, &organization, &args.event).await?;
    let actor = context.actor(organization.id);
    let after_restore = if args.force_after_restore { AfterRestore::Force } else { AfterRestore::Wait };
    match publish(&store, &*context.clock, &*context.entropy, actor, event.id, true, after_restore).await? {
        Publish::Published(made) => {
            let text = format!(
                "version {} with {} tickets ({} changed) is in force until {}",
                made.version,
                made.tickets,
                made.changed,
                day(made.expires, &event.policy.time_zone)
            );
            let json = json!({
                "event": event.id, "version": made.version, "tickets": made.tickets, "changed": made.changed,
                "expires": made.expires,
            });
            Ok(Report::new(text, json))
        }
        Publish::NotFound | Publish::Archived => Err(CommandError::refused("the event is archived: it is read-only")),
        Publish::Held(hold) => Err(CommandError::named(
            "held_after_restore",
            hold.cause(),
            format!("Your changes are kept and published after that. To publish now: --force-after-restore. {FORCING}"),
        )),
        Publish::NoKey => Err(CommandError::refused("no key may sign manifests now; make one with `keys rotate`")),
    }
}
