//! `/`, `/sign-in`, `/sign-out`: a form with e-mail address and password, which works without any script.

use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::kept;
use super::notice::Notice;
use super::problem::{rendered, said};
use super::reader::{Reader, Visitor, way_back};
use super::setup;
use super::texts::Language;
use crate::http::auth::login::begin;
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::layers::ClientAddress;
use crate::people::password::Password;
use crate::people::session::SessionKind;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage {
    language: Language,
    next: String,
    /// A form that was filled in while the session ended, as a browser sends it.
    kept: String,
    email: String,
    trouble: Option<String>,
    notice: Option<String>,
}

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub(super) struct Next {
    next: Option<String>,
}

/// What somebody filled in.
#[derive(Debug, Deserialize)]
pub(super) struct Filled {
    email: String,
    password: Password,
    #[serde(default)]
    next: String,
    #[serde(default)]
    kept: String,
}

/// The form; who is signed in already goes on to the events.
pub(super) async fn page(
    State(state): State<AppState>,
    Reader(language): Reader,
    Query(Next { next }): Query<Next>,
    headers: HeaderMap,
    visitor: Result<Visitor, Response>,
) -> Response {
    let next = way_back(next.as_deref().unwrap_or_default()).to_owned();
    if let Ok(true) = setup::is_open(&state).await {
        return Redirect::to("/setup").into_response();
    }
    if visitor.is_ok() {
        return Redirect::to(&next).into_response();
    }
    let notice = Notice::of(&headers).and_then(|notice| notice.text(language));
    rendered(&SignInPage { language, next, kept: String::new(), email: String::new(), trouble: None, notice })
}

/// The form for somebody whose session ended while they filled in another one, for `next`.
pub(super) fn ask(language: Language, next: String, kept: String) -> Response {
    let page = SignInPage { language, next, kept, email: String::new(), trouble: None, notice: None };
    (StatusCode::UNAUTHORIZED, rendered(&page)).into_response()
}

/// Signs in, and goes on to the page that was asked for; or shows the form once more and says why.
pub(super) async fn sign_in(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Reader(language): Reader,
    form: Result<Form<Filled>, FormRejection>,
) -> Response {
    let (mut next, mut kept, mut email) = (way_back("").to_owned(), String::new(), String::new());
    let tried = async {
        let Form(filled) = form.map_err(|rejection| ApiError::Malformed(rejection.body_text()))?;
        (next, kept, email) = (way_back(&filled.next).to_owned(), filled.kept, filled.email);
        let begun = begin(&state, address, &email, filled.password, SessionKind::Cookie).await?;
        begun.cookie(&state)
    };
    match tried.await {
        Ok(set) if kept.is_empty() => ([(header::SET_COOKIE, set)], Redirect::to(&next)).into_response(),
        Ok(set) => ([(header::SET_COOKIE, set)], kept::offer(language, &next, &kept)).into_response(),
        Err(error) => {
            let trouble = Some(said(language, &error));
            let status = error.into_response().status();
            (status, rendered(&SignInPage { language, next, kept, email, trouble, notice: None })).into_response()
        }
    }
}

/// Ends the session.
pub(super) async fn sign_out(State(state): State<AppState>, visitor: Visitor) -> Result<Response, ApiError> {
    state.store.close_session(visitor.actor(), visitor.caller.principal.token).await?;
    let gone = cookie::set("", &state.public_url, 0)?;
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/sign-in")).into_response())
}
