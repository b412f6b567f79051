//! `/events/new`: making an event.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::page::{Subject, form, page};
use super::{fields, rows};
use crate::desk::form::{Fields, Filled};
use crate::desk::notice::Notice;
use crate::desk::reader::Manager;
use crate::http::events::create::create;
use crate::live::alarm::Thresholds;
use crate::state::AppState;
use crate::store::events::Settings;

fn subject(guess_zone: bool) -> Subject {
    Subject { event: None, basis: String::new(), guess_zone }
}

/// The form, with one area, one gate and one kind of ticket, in the time zone of the latest event.
pub(super) async fn show(State(state): State<AppState>, manager: Manager) -> Response {
    let events = match state.store.events(manager.caller.viewer(), true).await {
        Ok(events) => events,
        Err(error) => return manager.problem(error),
    };
    let zone = events.first().map(|event| event.time_zone.clone());
    let guess_zone = zone.is_none();
    let language = manager.language;
    let names = ["rules-first-zone", "rules-first-gate", "rules-first-product"].map(|name| language.text(name));
    let simple = fields::simple(zone.unwrap_or_else(|| "UTC".into()), names);
    let form = fields::fill(form(language, Fields::default()), &simple);
    let form = fields::fill_thresholds(form, Thresholds::default());
    page(&manager, StatusCode::OK, subject(guess_zone), form)
}

/// Makes it, or adds and takes away rows.
pub(super) async fn act(State(state): State<AppState>, manager: Manager, Filled(filled): Filled) -> Response {
    if let Some(rearranged) = rows::rearranged(&filled, None) {
        return page(&manager, StatusCode::OK, subject(false), form(manager.language, rearranged));
    }
    let mut form = form(manager.language, filled);
    let made = async {
        form.is_asked()?;
        let Settings { policy, thresholds } = fields::both(form.fields(), None, Thresholds::default())?;
        create(&state, &manager.admin(), policy, thresholds).await
    };
    match made.await {
        Ok(event) => Notice::new("event-created").on(&format!("/events/{}/settings", event.id)),
        Err(error) => match form.blame(error) {
            Ok(status) => page(&manager, status, subject(false), form),
            Err(error) => manager.problem(error),
        },
    }
}
