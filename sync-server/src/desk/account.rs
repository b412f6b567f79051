//! `/account`: one's own account.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::form::{Filled, Form, answered};
use super::frame::{Frame, Place};
use super::notice::Notice;
use super::pages::Pages;
use super::reader::Visitor;
use super::texts::Language;
use crate::http::auth::password;
use crate::http::error::ApiError;
use crate::people::Role;
use crate::state::AppState;

const LABELS: &[(&str, &str)] =
    &[("current", "account-current"), ("new", "new-password"), ("again", "new-password-again")];

/// Pages about oneself.
pub(super) fn pages(pages: Pages) -> Pages {
    pages.form("/account", show, change_password)
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    language: Language,
    frame: Frame,
    email: String,
    role: &'static str,
    form: Form,
}

/// The text that names a role.
pub(super) fn role_text(role: Role) -> &'static str {
    match role {
        Role::Admin => "role-admin",
        Role::Promoter => "role-promoter",
    }
}

fn page(visitor: &Visitor, status: StatusCode, form: Form) -> Response {
    let (language, frame) = (visitor.language, visitor.frame(Place::Account));
    let user = &visitor.caller.principal.user;
    answered(status, &AccountPage { language, frame, email: user.email.to_string(), role: role_text(user.role), form })
}

async fn show(visitor: Visitor) -> Response {
    let form = Form::new(visitor.language, LABELS);
    page(&visitor, StatusCode::OK, form)
}

/// Changes one's own password; one signs in anew with it, everywhere.
async fn change_password(State(state): State<AppState>, visitor: Visitor, Filled(fields): Filled) -> Response {
    let mut form = Form::of(visitor.language, LABELS, fields);
    if form.fields().get("new") != form.fields().get("again") {
        form.refuse("again", "fault-passwords-differ");
        return page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, form);
    }
    let (current, new) = (form.fields().password("current"), form.fields().password("new"));
    match password::change(&state, &visitor.caller, current, new).await {
        Ok(()) => Notice::new("password").on("/sign-in"),
        Err(ApiError::WrongCredentials) => {
            form.refuse("current", "account-wrong-password");
            page(&visitor, StatusCode::UNAUTHORIZED, form)
        }
        Err(error) => match form.blame(error) {
            Ok(status) => page(&visitor, status, form),
            Err(error) => visitor.problem(error),
        },
    }
}
