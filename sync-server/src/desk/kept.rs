//! What somebody filled in while their session ended: it waits in the sign-in page, and is shown in its form once more
//! afterwards. It is never carried out by itself, and the server keeps none of it.

use askama::Template;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::{self, rendered};
use super::reader::{Reader, way_back};
use super::sign_in;
use super::texts::Language;
use crate::http::error::ApiError;

/// Field that marks a form as one to be shown, not to be carried out.
pub(super) const MARK: &str = "kept-form";

/// Most that is kept, in bytes; the largest form of an usual event has a tenth of it.
const LIMIT: usize = 64 * 1024;

/// Fields that are never written into a page.
const SECRET: &[&str] = &["password", "again", "current", "new"];

/// Marks an answer to somebody who is not signed in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stranger;

/// Answers a form of somebody whose session ended with the sign-in page, and what they filled in within it.
pub(super) async fn keep(Reader(language): Reader, request: Request, next: Next) -> Response {
    let page = request.uri().path().to_owned();
    let kind = request.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().to_ascii_lowercase());
    let plain = kind.is_some_and(|kind| kind.starts_with(b"application/x-www-form-urlencoded"));
    let size = request.body().size_hint().upper().and_then(|size| usize::try_from(size).ok());
    if !plain || size.is_none_or(|size| size > LIMIT) || way_back(&page) != page {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(form) = to_bytes(body, LIMIT).await else {
        return problem::page(language, ApiError::Malformed("the body ended too early".into()));
    };
    let response = next.run(Request::from_parts(parts, Body::from(form.clone()))).await;
    if response.extensions().get::<Stranger>().is_none() {
        return response;
    }
    sign_in::ask(language, page, without_secrets(&form))
}

/// A form as a browser sends it, without what no page may hold.
fn without_secrets(form: &[u8]) -> String {
    let kept = url::form_urlencoded::parse(form).filter(|(name, _)| !SECRET.contains(&&**name) && name != MARK);
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish()
}

#[derive(Template)]
#[template(path = "kept.html")]
struct KeptPage {
    language: Language,
    /// The form's own page.
    page: String,
    mark: &'static str,
    fields: Vec<(String, String)>,
}

/// Offers to show what was kept, in the form of this page.
pub(super) fn offer(language: Language, page: &str, form: &str) -> Response {
    let form = without_secrets(form.as_bytes());
    let fields = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    (StatusCode::OK, rendered(&KeptPage { language, page: page.to_owned(), mark: MARK, fields })).into_response()
}
