//! `/people/{id}/remove`: removing somebody, after saying what that means.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::ids::UserId;

use super::{LABELS, somebody};
use crate::desk::confirm::Confirm;
use crate::desk::form::{Form, answered};
use crate::desk::frame::Place;
use crate::desk::notice::Notice;
use crate::desk::reader::Manager;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::http::users::body::changed;
use crate::people::User;
use crate::state::AppState;

type Named = Result<Path<UserId>, ApiError>;

fn page(manager: &Manager, status: StatusCode, user: &User, form: &Form) -> Response {
    let language = manager.language;
    let title = language.fill("people-remove-title", [("who", user.name.as_str().into())]);
    let says = vec![
        language.fill("people-remove-says", [("email", user.email.as_str().into())]),
        language.text("people-remove-keeps"),
    ];
    let (deed, back) = (language.text("people-remove-deed"), format!("/people/{}", user.id));
    let page = Confirm::of(manager, Place::People, title, says, deed, back);
    answered(status, &Confirm { summary: Some(form.summary()), ..page })
}

/// What it means.
pub(super) async fn show(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    match somebody(&state, &manager, id.map(|id| id.0)).await {
        Ok(user) => page(&manager, StatusCode::OK, &user, &Form::new(manager.language, LABELS)),
        Err(response) => response,
    }
}

/// Removes them.
pub(super) async fn act(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    let user = match somebody(&state, &manager, id.map(|id| id.0)).await {
        Ok(user) => user,
        Err(response) => return response,
    };
    let removed = async { changed(state.store.remove_user(manager.actor(), user.id).await?) };
    match removed.await {
        Ok(_) => Notice::new("person-removed").on("/people"),
        Err(error) => {
            let mut form = Form::new(manager.language, LABELS);
            match form.blame(error) {
                Ok(status) => page(&manager, status, &user, &form),
                Err(error) => manager.problem(error),
            }
        }
    }
}
