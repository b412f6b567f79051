//! `/setup`: the first page of an empty server. Whoever has the code that the server printed when it was started makes the
//! organization and its first administrator, as `init` does on the command line.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::form::{Filled, Form, answered};
use super::notice::Notice;
use super::problem;
use super::reader::Reader;
use super::texts::Language;
use crate::http::auth::login::begin;
use crate::http::error::ApiError;
use crate::http::layers::ClientAddress;
use crate::http::users::body::{NAME_LIMIT, hash_password};
use crate::invalid::Checks;
use crate::people::founding::{Founder, Prepared};
use crate::people::session::SessionKind;
use crate::people::{Actor, Email};
use crate::state::AppState;
use crate::store::people::Found;

const LABELS: &[(&str, &str)] = &[
    ("code", "setup-code"),
    ("organization", "setup-organization"),
    ("name", "setup-name"),
    ("email", "email"),
    ("password", "password"),
    ("again", "setup-again"),
];

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    language: Language,
    form: Form,
}

#[derive(Template)]
#[template(path = "setup-done.html")]
struct DonePage {
    language: Language,
}

/// Whether nobody can sign in yet, and this server has a code for whoever may be the first.
pub(super) async fn is_open(state: &AppState) -> Result<bool, ApiError> {
    if state.setup.code().is_none() {
        return Ok(false);
    }
    // `init` may have been run beside this server.
    if state.store.organizations().await?.is_empty() {
        return Ok(true);
    }
    state.setup.close();
    Ok(false)
}

/// The form, or that it is done.
pub(super) async fn show(State(state): State<AppState>, Reader(language): Reader) -> Response {
    match is_open(&state).await {
        Ok(true) => answered(StatusCode::OK, &SetupPage { language, form: Form::new(language, LABELS) }),
        Ok(false) => done(language),
        Err(error) => problem::page(language, error),
    }
}

fn done(language: Language) -> Response {
    answered(StatusCode::GONE, &DonePage { language })
}

/// Makes organization and administrator, and signs them in.
pub(super) async fn found(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Reader(language): Reader,
    Filled(fields): Filled,
) -> Response {
    match is_open(&state).await {
        Ok(true) => {}
        Ok(false) => return done(language),
        Err(error) => return problem::page(language, error),
    }
    // The code has too many random bits to be guessed. So whoever has it is not made to wait for those who try, not even for
    // those behind the same address; they are slowed down to keep the server's log and time for others.
    let tried = if state.setup.is(fields.get("code")) { Ok(()) } else { state.limits.login(None, address) };
    let mut form = Form::of(language, LABELS, fields);
    let refused = match tried {
        Ok(()) => match carry_out(&state, address, &mut form).await {
            Ok(response) => return response,
            Err(error) => error,
        },
        Err(error) => error,
    };
    match form.blame(refused) {
        Ok(status) => answered(status, &SetupPage { language, form }),
        Err(error) => problem::page(language, error),
    }
}

async fn carry_out(state: &AppState, address: std::net::IpAddr, form: &mut Form) -> Result<Response, ApiError> {
    let fields = form.fields().clone();
    let (organization, name) = (fields.get("organization").to_owned(), fields.get("name").to_owned());
    let mut checks = Checks::default();
    checks.text("organization", &organization, NAME_LIMIT);
    checks.text("name", &name, NAME_LIMIT);
    let email = fields.get("email").parse::<Email>();
    if let Err(error) = email {
        checks.require(false, "email", error);
    }
    let password = fields.password("password");
    if let Err(error) = password.check() {
        checks.require(false, "password", error);
    }
    if !state.setup.is(fields.get("code")) {
        form.refuse("code", "setup-wrong-code");
    } else if fields.password("again").reveal() != password.reveal() {
        form.refuse("again", "fault-passwords-differ");
    }
    let email = match (checks.finish(), email) {
        (Ok(()), Ok(email)) if !form.is_wrong() => email,
        (checked, _) => return Err(ApiError::Invalid(checked.err().unwrap_or_default())),
    };
    let password_hash = hash_password(state, password.clone(), "password").await?;
    let founder = Founder { organization, email: email.clone(), name, password_hash };
    let mut prepared = Prepared::new(founder, state.now_ms(), &*state.entropy);
    prepared.founding.only_first = true;
    prepared.founding.actor = Actor { name: email.to_string(), address: Some(address), ..prepared.founding.actor };
    match state.store.found(prepared.founding).await? {
        Found::Founded => {}
        Found::NotFirst(_) | Found::NameInUse | Found::EmailInUse => return Ok(done(form.language)),
    }
    state.setup.close();
    tracing::info!(client = %address, "the organization was set up; the setup code is used up");
    // The founder goes straight in, whoever else tries to sign in from there.
    state.limits.signed_in(email.as_str(), address);
    let begun = begin(state, address, email.as_str(), password, SessionKind::Cookie).await?;
    let mut response = Notice::new("setup").on("/events");
    response.headers_mut().append(header::SET_COOKIE, begun.cookie(state)?);
    Ok(response.into_response())
}
