//! `/events/{id}/archive`: an event that is over becomes read-only.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Named, event};
use crate::desk::confirm::Confirm;
use crate::desk::form::answered;
use crate::desk::frame::{EventHead, Place, Tab};
use crate::desk::notice::Notice;
use crate::desk::reader::Manager;
use crate::http::events::body::changed;
use crate::state::AppState;

/// What it means.
pub(super) async fn show(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    let event = match event(&state, &manager, id).await {
        Ok(event) => event,
        Err(response) => return response,
    };
    let language = manager.language;
    let title = language.fill("archive-title", [("event", event.policy.name.as_str().into())]);
    let says = vec![language.text("archive-says"), language.text("archive-scanners"), language.text("archive-keeps")];
    let (deed, back) = (language.text("archive-deed"), format!("/events/{}/settings", event.id));
    let page = Confirm::of(&manager, Place::Events, title, says, deed, back);
    let head = EventHead::of(&manager, &event, Tab::Settings);
    answered(StatusCode::OK, &Confirm { event: Some(head), ..page })
}

/// Archives it.
pub(super) async fn act(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    let archived = async { changed(state.store.archive_event(manager.actor(), id?.0).await?) };
    match archived.await {
        Ok(_) => Notice::new("event-archived").on("/events"),
        Err(error) => manager.problem(error),
    }
}
