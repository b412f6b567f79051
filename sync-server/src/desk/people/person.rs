//! `/people/{id}`: name, role and events of somebody.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::ids::UserId;

use super::{LABELS, chosen, events, roles, somebody, value};
use crate::desk::field::Choice;
use crate::desk::form::{Filled, Form, answered};
use crate::desk::frame::{Frame, Place};
use crate::desk::notice::Notice;
use crate::desk::reader::Manager;
use crate::desk::texts::Language;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::http::users::update::{UserPatch, update};
use crate::people::User;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    language: Language,
    frame: Frame,
    user: User,
    form: Form,
    roles: Vec<Choice>,
    events: Vec<Choice>,
}

type Named = Result<Path<UserId>, ApiError>;

async fn page(state: &AppState, manager: &Manager, status: StatusCode, user: User, form: Form) -> Response {
    let events = match events(state, manager).await {
        Ok(events) => events,
        Err(response) => return response,
    };
    let (language, frame) = (manager.language, manager.frame(Place::People));
    answered(status, &PersonPage { language, frame, user, form, roles: roles(language), events })
}

/// How they are now.
pub(super) async fn show(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    let user = match somebody(&state, &manager, id.map(|id| id.0)).await {
        Ok(user) => user,
        Err(response) => return response,
    };
    let form = Form::new(manager.language, LABELS).with("name", &user.name).with("role", value(user.role));
    let form = user.events.iter().fold(form, |form, event| form.with("events", event.to_string()));
    page(&state, &manager, StatusCode::OK, user, form).await
}

/// Changes them.
pub(super) async fn act(
    State(state): State<AppState>,
    manager: Manager,
    id: Named,
    Filled(fields): Filled,
) -> Response {
    let user = match somebody(&state, &manager, id.map(|id| id.0)).await {
        Ok(user) => user,
        Err(response) => return response,
    };
    let mut form = Form::of(manager.language, LABELS, fields);
    let changed = async {
        form.is_asked()?;
        let (role, events) = chosen(form.fields())?;
        let (name, role, events) = (Some(form.fields().get("name").to_owned()), Some(role), Some(events));
        update(&state, &manager.admin(), user.id, UserPatch { name, role, events, password: None }).await
    };
    match changed.await {
        Ok(_) => Notice::new("person-changed").on("/people"),
        Err(error) => match form.blame(error) {
            Ok(status) => page(&state, &manager, status, user, form).await,
            Err(error) => manager.problem(error),
        },
    }
}
