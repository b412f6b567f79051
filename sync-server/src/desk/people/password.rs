//! `/people/{id}/password`: a new password for somebody who lost theirs.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::ids::UserId;

use super::add::{chosen_password, shown, ways};
use super::{LABELS, somebody};
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
use crate::people::password::Password;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "person-password.html")]
struct PasswordPage {
    language: Language,
    frame: Frame,
    user: User,
    form: Form,
    ways: Vec<Choice>,
}

type Named = Result<Path<UserId>, ApiError>;

fn page(manager: &Manager, status: StatusCode, user: User, form: Form) -> Response {
    let (language, frame) = (manager.language, manager.frame(Place::People));
    answered(status, &PasswordPage { language, frame, user, form, ways: ways(language) })
}

/// The form.
pub(super) async fn show(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    match somebody(&state, &manager, id.map(|id| id.0)).await {
        Ok(user) => {
            let form = Form::new(manager.language, LABELS).with("how", "made");
            page(&manager, StatusCode::OK, user, form)
        }
        Err(response) => response,
    }
}

/// Sets it; their sessions end.
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
    let given = chosen_password(&form);
    let password = given.clone().unwrap_or_else(|| Password::generate(&*state.entropy));
    let patch = UserPatch { password: Some(password.clone()), ..UserPatch::default() };
    match update(&state, &manager.admin(), user.id, patch).await {
        Ok(user) if given.is_none() => shown(&manager, user, &password),
        Ok(_) => Notice::new("person-password").on("/people"),
        Err(error) => match form.blame(error) {
            Ok(status) => page(&manager, status, user, form),
            Err(error) => manager.problem(error),
        },
    }
}
