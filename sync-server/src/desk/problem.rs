//! What went wrong, in words for whoever reads the page.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::reader::Reader;
use super::texts::Language;
use crate::http::error::ApiError;

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    language: Language,
    title: String,
    text: String,
}

/// A page that says it.
pub(super) fn page(language: Language, error: ApiError) -> Response {
    let (title, text) = (language.text(title(&error)), said(language, &error));
    // Answers with the same status as the API would, and logs what broke.
    let mut response = error.into_response();
    let status = response.status();
    let retry = response.headers_mut().remove(header::RETRY_AFTER);
    let mut page = (status, rendered(&MessagePage { language, title, text })).into_response();
    if let Some(retry) = retry {
        page.headers_mut().insert(header::RETRY_AFTER, retry);
    }
    page
}

/// The answer at an address without a page: in words to a browser that wants to show one, else as to programs.
pub(crate) fn nothing_here(language: Language, request: &Request, error: ApiError) -> Response {
    let wanted = request.headers().get(header::ACCEPT).is_some_and(|kinds| kinds.as_bytes().starts_with(b"text/html"));
    if wanted && !request.uri().path().starts_with("/api/") { page(language, error) } else { error.into_response() }
}

/// `/enrol`: the link of an invitation, opened in a browser. What makes a device a scanner stands behind its `#` and does not
/// get here.
pub(super) async fn enrol(Reader(language): Reader) -> Response {
    rendered(&MessagePage { language, title: language.text("enrol-link"), text: language.text("enrol-link-means") })
}

/// A page that says why something was refused, in the words of forms.
pub(super) fn refused(language: Language, error: ApiError) -> Response {
    let Some(text) = of_form(language, &error) else { return page(language, error) };
    let title = language.text("trouble-title");
    let status = error.status().0;
    (status, rendered(&MessagePage { language, title, text })).into_response()
}

/// The problem in one sentence.
pub(super) fn said(language: Language, error: &ApiError) -> String {
    match error {
        ApiError::WrongCredentials => language.text("wrong-credentials"),
        ApiError::RateLimited { retry_after } => language.fill("too-many-attempts", [("n", (*retry_after).into())]),
        ApiError::CrossSite => language.text("foreign-form"),
        ApiError::Malformed(_) | ApiError::Invalid(_) => language.text("form-incomplete"),
        ApiError::NotFound("ticket") => language.text("not-found-ticket"),
        ApiError::NotFound("scanner" | "entry") => language.text("not-found-scanner"),
        ApiError::NotFound(_) => language.text("not-found"),
        ApiError::NoSuchRoute | ApiError::MethodNotAllowed => language.text("not-found-page"),
        ApiError::TooLarge => language.text("trouble-too-large"),
        ApiError::UnsupportedMediaType(_) => language.text("trouble-form"),
        ApiError::Timeout => language.text("trouble-timeout"),
        ApiError::Forbidden => language.text("forbidden"),
        error if error.status().0 == StatusCode::SERVICE_UNAVAILABLE => language.text("trouble-busy"),
        _ => language.text("trouble-internal"),
    }
}

/// Why a form was refused as a whole, where it is up to the person in front of it; `None` where something else is wrong.
pub(super) fn of_form(language: Language, error: &ApiError) -> Option<String> {
    match error {
        ApiError::Conflict { code, detail } => {
            let known = language.known(&format!("refused-{code}"), &HashMap::new());
            Some(known.unwrap_or_else(|| detail.clone()))
        }
        ApiError::WrongCredentials | ApiError::RateLimited { .. } => Some(said(language, error)),
        error if error.status().0 == StatusCode::SERVICE_UNAVAILABLE => Some(said(language, error)),
        _ => None,
    }
}

fn title(error: &ApiError) -> &'static str {
    if matches!(error, ApiError::NotFound(_) | ApiError::NoSuchRoute | ApiError::MethodNotAllowed) {
        "not-found-title"
    } else {
        "trouble-title"
    }
}

/// A template as an answer.
pub(super) fn rendered(template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => ApiError::internal(error).into_response(),
    }
}
