//! `/events/{id}/settings`: an event's rules, to be changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::page::{Subject, digest, form, page};
use super::{Named, event, fields, rows};
use crate::desk::form::{Fields, Filled};
use crate::desk::frame::{EventHead, Tab};
use crate::desk::notice::Notice;
use crate::desk::reader::Manager;
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::events::body::change_settings;
use crate::state::AppState;
use crate::store::events::Settings;

fn subject(manager: &Manager, event: &Event, basis: &str) -> Subject {
    let head = EventHead::of(manager, event, Tab::Settings);
    Subject { event: Some(head), basis: basis.to_owned(), guess_zone: false }
}

/// The rules as they are.
pub(super) async fn show(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    match event(&state, &manager, id).await {
        Ok(event) => {
            let form = fields::fill(form(manager.language, Fields::default()), &event.policy);
            let form = fields::fill_thresholds(form, event.thresholds);
            page(&manager, StatusCode::OK, subject(&manager, &event, &digest(&Settings::of(&event))), form)
        }
        Err(response) => response,
    }
}

/// Changes them, or adds and takes away rows.
pub(super) async fn act(
    State(state): State<AppState>,
    manager: Manager,
    id: Named,
    Filled(filled): Filled,
) -> Response {
    let event = match event(&state, &manager, id).await {
        Ok(event) => event,
        Err(response) => return response,
    };
    let basis = filled.get("basis").to_owned();
    let subject = |basis: &str| subject(&manager, &event, basis);
    if let Some(rearranged) = rows::rearranged(&filled, Some(&event)) {
        return page(&manager, StatusCode::OK, subject(&basis), form(manager.language, rearranged));
    }
    let mut form = form(manager.language, filled);
    let saved = async {
        form.is_asked()?;
        let settings = fields::both(form.fields(), Some(&event.policy), event.thresholds)?;
        save(&state, &manager, &event, settings, basis.clone()).await
    };
    match saved.await {
        Ok(()) => Notice::new("rules-saved").on(&format!("/events/{}/settings", event.id)),
        Err(error) => {
            // Whoever has read that somebody else changed them may save all the same.
            let overtaken = matches!(error, ApiError::Conflict { code: "changed_meanwhile", .. });
            let basis = if overtaken { digest(&Settings::of(&event)) } else { basis };
            match form.blame(error) {
                Ok(status) => page(&manager, status, subject(&basis), form),
                Err(error) => manager.problem(error),
            }
        }
    }
}

/// Keeps rules and alarm levels, both or neither, unless somebody else changed them since the form was made.
async fn save(
    state: &AppState,
    manager: &Manager,
    event: &Event,
    wanted: Settings,
    basis: String,
) -> Result<(), ApiError> {
    let overtaken = Arc::new(AtomicBool::new(false));
    let told = overtaken.clone();
    let change = Box::new(move |settings: &mut Settings| {
        if digest(settings) == basis || *settings == wanted {
            *settings = wanted;
        } else {
            told.store(true, Ordering::SeqCst);
        }
    });
    change_settings(state, &manager.admin(), event.id, change).await?;
    if overtaken.load(Ordering::SeqCst) {
        let detail = "somebody else changed these rules meanwhile".into();
        return Err(ApiError::Conflict { code: "changed_meanwhile", detail });
    }
    Ok(())
}
