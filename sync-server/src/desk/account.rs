//! `/account`: one's own account.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::form::{Filled, Form, answered};
use super::frame::{Frame, Place};
use super::notice::Notice;
use super::pages::Pages;
use super::problem::rendered;
use super::reader::Visitor;
use super::texts::Language;
use super::times;
use crate::http::auth::password;
use crate::http::auth::sessions::end_own;
use crate::http::error::ApiError;
use crate::people::session::{Session, SessionKind};
use crate::people::{Role, User};
use crate::state::AppState;
use crate::store::StoreError;
use crate::store::people::Which;

const LABELS: &[(&str, &str)] =
    &[("current", "account-current"), ("new", "new-password"), ("again", "new-password-again")];

/// Pages about oneself.
pub(super) fn pages(pages: Pages) -> Pages {
    pages.form("/account", show, change_password).form("/account/sessions", sessions, end_sessions)
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

/// A session in a list.
#[derive(Debug)]
pub(super) struct SessionLine {
    pub(super) id: String,
    pub(super) created: String,
    pub(super) expires: String,
    pub(super) address: String,
    /// The text that names its kind.
    pub(super) kind: &'static str,
    /// Whether it is the one that looks at the list.
    pub(super) current: bool,
}

impl SessionLine {
    /// As somebody sees it, with times of a time zone.
    pub(super) fn of(session: Session, visitor: &Visitor, zone: &str) -> Self {
        Self {
            id: session.id.to_string(),
            created: times::minute(session.created, zone),
            expires: times::minute(session.expires, zone),
            address: session.address.unwrap_or_else(|| visitor.language.text("session-address-unknown")),
            kind: match session.kind {
                SessionKind::Cookie => "session-browser",
                SessionKind::Token => "session-script",
            },
            current: session.id == visitor.caller.principal.token.session(),
        }
    }
}

#[derive(Template)]
#[template(path = "own-sessions.html")]
struct SessionsPage {
    language: Language,
    frame: Frame,
    sessions: Vec<SessionLine>,
    zone: String,
}

/// Somebody's sessions as `visitor` sees them, and the sentence that says whose time theirs are.
pub(super) async fn sessions_of(
    state: &AppState,
    visitor: &Visitor,
    user: &User,
) -> Result<(Vec<SessionLine>, String), StoreError> {
    let zone = times::home(&state.store.events(visitor.caller.viewer(), true).await?);
    let sessions = state.store.sessions(user.organization, user.id, visitor.caller.at).await?;
    let lines = sessions.into_iter().map(|session| SessionLine::of(session, visitor, &zone)).collect();
    Ok((lines, visitor.language.fill("times-zone", [("zone", zone.into())])))
}

/// Where one is signed in.
async fn sessions(State(state): State<AppState>, visitor: Visitor) -> Response {
    match sessions_of(&state, &visitor, &visitor.caller.principal.user).await {
        Ok((sessions, zone)) => {
            let (language, frame) = (visitor.language, visitor.frame(Place::Account));
            rendered(&SessionsPage { language, frame, sessions, zone })
        }
        Err(error) => visitor.problem(error),
    }
}

/// Ends one of them, or all but this one.
async fn end_sessions(State(state): State<AppState>, visitor: Visitor, Filled(fields): Filled) -> Response {
    let which = match fields.get("session").parse() {
        Ok(one) => Which::One(one),
        Err(_) if fields.has("others") => Which::AllBut(visitor.caller.principal.token.session()),
        Err(_) => return visitor.problem(ApiError::NotFound("session")),
    };
    match end_own(&state, &visitor.caller, which).await {
        Ok(ended) => Notice::new("sessions").with("count", ended).on("/account/sessions"),
        // It ended meanwhile, as was wanted.
        Err(ApiError::NotFound(_)) => Notice::new("sessions").with("count", 0).on("/account/sessions"),
        Err(error) => visitor.problem(error),
    }
}
