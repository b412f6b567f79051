//! `/people/new`: adding somebody. Their password is made here and shown once, or chosen.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::{LABELS, chosen, events, roles};
use crate::desk::field::Choice;
use crate::desk::form::{Filled, Form, answered};
use crate::desk::frame::{Frame, Place};
use crate::desk::notice::Notice;
use crate::desk::reader::Manager;
use crate::desk::texts::Language;
use crate::http::error::ApiError;
use crate::http::users::create::{UserInput, add};
use crate::people::User;
use crate::people::password::Password;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "person-new.html")]
struct NewPage {
    language: Language,
    frame: Frame,
    form: Form,
    roles: Vec<Choice>,
    events: Vec<Choice>,
    ways: Vec<Choice>,
}

/// A password that was made here: this page is the only place where it is ever seen.
#[derive(Template)]
#[template(path = "password-shown.html")]
struct ShownPage {
    language: Language,
    frame: Frame,
    name: String,
    email: String,
    password: String,
}

/// Ways to a password.
pub(super) fn ways(language: Language) -> Vec<Choice> {
    let way = |value: &str, text: &str| Choice::new(value, language.text(text));
    vec![way("made", "people-password-made"), way("chosen", "people-password-chosen")]
}

/// The password that was chosen; `None` to have one made.
pub(super) fn chosen_password(form: &Form) -> Option<Password> {
    (form.fields().get("how") == "chosen").then(|| form.fields().password("password"))
}

/// Shows a password that was made here.
pub(super) fn shown(manager: &Manager, user: User, password: &Password) -> Response {
    let (language, frame) = (manager.language, manager.frame(Place::People));
    let (name, email, password) = (user.name, user.email.to_string(), password.reveal().to_owned());
    answered(StatusCode::OK, &ShownPage { language, frame, name, email, password })
}

async fn page(state: &AppState, manager: &Manager, status: StatusCode, form: Form) -> Response {
    let events = match events(state, manager).await {
        Ok(events) => events,
        Err(response) => return response,
    };
    let (language, frame) = (manager.language, manager.frame(Place::People));
    answered(status, &NewPage { language, frame, form, roles: roles(language), events, ways: ways(language) })
}

/// The form.
pub(super) async fn show(State(state): State<AppState>, manager: Manager) -> Response {
    let form = Form::new(manager.language, LABELS).with("role", "promoter").with("how", "made");
    page(&state, &manager, StatusCode::OK, form).await
}

/// Adds them.
pub(super) async fn act(State(state): State<AppState>, manager: Manager, Filled(fields): Filled) -> Response {
    let mut form = Form::of(manager.language, LABELS, fields);
    let added = async {
        form.is_asked()?;
        let (role, events) = chosen(form.fields())?;
        let (email, name) = (form.fields().get("email").to_owned(), form.fields().get("name").to_owned());
        add(&state, &manager.admin(), UserInput { email, name, role, events, password: chosen_password(&form) }).await
    };
    match added.await {
        Ok((user, Some(password))) => shown(&manager, user, &password),
        Ok((_, None)) => Notice::new("person-added").on("/people"),
        Err(ApiError::Conflict { code: "email_in_use", .. }) => {
            form.refuse("email", "refused-email_in_use");
            page(&state, &manager, StatusCode::CONFLICT, form).await
        }
        Err(error) => match form.blame(error) {
            Ok(status) => page(&state, &manager, status, form).await,
            Err(error) => manager.problem(error),
        },
    }
}
