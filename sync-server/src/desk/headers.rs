//! What a page may do: its own scripts and styles, its own server, nothing inline, in nobody's frame.

use axum::extract::{Query, Request};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::notice;
use super::reader::LANGUAGE_COOKIE;
use super::texts::Language;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'",
);

#[derive(Deserialize)]
struct Chosen {
    language: Option<String>,
}

/// Adds the headers of pages, and remembers a language chosen by link.
pub(super) async fn of_pages(request: Request, next: Next) -> Response {
    let chosen = Query::<Chosen>::try_from_uri(request.uri()).ok().and_then(|Query(chosen)| chosen.language);
    let chosen = chosen.as_deref().and_then(Language::of_tag).filter(|_| request.method() == Method::GET);
    let mut response = if let Some(language) = chosen {
        let cookie = format!("{LANGUAGE_COOKIE}={}; Path=/; SameSite=Strict; Max-Age=31536000", language.tag());
        ([(header::SET_COOKIE, cookie)], Redirect::to(request.uri().path())).into_response()
    } else {
        let asked = request.headers().clone();
        let mut response = next.run(request).await;
        notice::said(&asked, &mut response);
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    // With no referrer at all, browsers send forms with `Origin: null`, and nothing would tell ours from another site's.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
