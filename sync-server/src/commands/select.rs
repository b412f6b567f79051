//! Which organization or event somebody means on the command line.

use shared::ids::EventId;

use super::CommandError;
use crate::events::{Event, EventSummary};
use crate::people::{Organization, Viewer};
use crate::store::{EventStore, PeopleStore, SqliteStore};

/// The organization with this name or id; without one, the only one there is.
pub async fn organization(store: &SqliteStore, wanted: Option<&str>) -> Result<Organization, CommandError> {
    let all = store.organizations().await?;
    let names = || all.iter().map(|one| format!("\"{}\"", one.name)).collect::<Vec<_>>().join(", ");
    match (wanted, all.as_slice()) {
        (_, []) => Err(CommandError::refused("there is no organization yet; make one with `sync-server init`")),
        (None, [one]) => Ok(one.clone()),
        (None, _) => Err(CommandError::Usage(format!("which organization? Add --organization: {}", names()))),
        (Some(wanted), _) => {
            let fits = |one: &&Organization| one.name == wanted || one.id.to_string() == wanted;
            let unknown =
                || CommandError::refused(format!("there is no organization \"{wanted}\"; there is {}", names()));
            all.iter().find(fits).cloned().ok_or_else(unknown)
        }
    }
}

/// The event somebody named; without a name, the only one that is not archived.
pub async fn event_or_only(
    store: &SqliteStore,
    organization: &Organization,
    wanted: Option<&str>,
) -> Result<Event, CommandError> {
    if let Some(wanted) = wanted {
        return event(store, organization, wanted).await;
    }
    let viewer = Viewer::admin(organization.id);
    let all = store.events(viewer, false).await?;
    match all.as_slice() {
        [] => Err(CommandError::refused("there is no event yet; make one with `event create`")),
        [one] => store.event(viewer, one.id).await?.ok_or_else(|| CommandError::internal("the event is gone")),
        several => {
            let names: Vec<_> = several.iter().take(10).map(|one| format!("\"{}\"", one.name)).collect();
            Err(CommandError::Usage(format!("which event? Add --event: {}", names.join(", "))))
        }
    }
}

/// The event with this name or id, or with an id that begins so.
pub async fn event(store: &SqliteStore, organization: &Organization, wanted: &str) -> Result<Event, CommandError> {
    let viewer = Viewer::admin(organization.id);
    let all = store.events(viewer, true).await?;
    let exact = |one: &&EventSummary| one.name == wanted || one.id.to_string() == wanted;
    let begins = |one: &&EventSummary| wanted.len() >= 4 && one.id.to_string().starts_with(wanted);
    let mut found: Vec<EventId> = all.iter().filter(exact).map(|one| one.id).collect();
    if found.is_empty() {
        found = all.iter().filter(begins).map(|one| one.id).collect();
    }
    let id = match found.as_slice() {
        [id] => *id,
        [] => {
            let names: Vec<_> = all.iter().take(10).map(|one| format!("\"{}\" ({})", one.name, one.id)).collect();
            let there = if names.is_empty() { "none; make one with `event create`".into() } else { names.join(", ") };
            return Err(CommandError::refused(format!("there is no event \"{wanted}\"; there is {there}")));
        }
        several => {
            let ids: Vec<_> = several.iter().take(10).map(ToString::to_string).collect();
            let text = format!(
                "\"{wanted}\" fits {} events; give the id instead (`event list` shows which is which): {}",
                several.len(),
                ids.join(", ")
            );
            return Err(CommandError::Usage(text));
        }
    };
    store.event(viewer, id).await?.ok_or_else(|| CommandError::internal("the event is gone"))
}
