//! Events as administrators make them: their rules, in plain words and as a form; publishing, archiving, cloning.

mod archive;
mod clone;
mod fields;
mod moment;
mod new;
mod page;
mod preview;
mod publish;
mod rows;
mod said;
mod settings;

use axum::response::Response;
use shared::ids::EventId;

use super::pages::Pages;
use super::reader::Manager;
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::state::AppState;

/// Pages about an event's rules.
pub(super) fn pages(pages: Pages) -> Pages {
    pages
        .deed("/events/preview", preview::act)
        .typed("/events/new", new::show, new::act)
        .typed("/events/{id}/settings", settings::show, settings::act)
        .form("/events/{id}/publish", publish::show, publish::act)
        .form("/events/{id}/archive", archive::show, archive::act)
        .typed("/events/{id}/clone", clone::show, clone::act)
}

/// An event's id in an address.
type Named = Result<Path<EventId>, ApiError>;

/// The event, or the page that says that there is none.
async fn event(state: &AppState, manager: &Manager, id: Named) -> Result<Event, Response> {
    let found = async { state.store.event(manager.caller.viewer(), id?.0).await?.ok_or(ApiError::NotFound("event")) };
    found.await.map_err(|error| manager.problem(error))
}
