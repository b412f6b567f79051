//! Who reads a page: the language, and whether they are signed in.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;

use super::problem;
use super::texts::Language;
use crate::http::error::ApiError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// Cookie with the language somebody chose.
pub(super) const LANGUAGE_COOKIE: &str = "language";

/// Longest way back to a page, in bytes.
const WAY_BACK: usize = 200;

/// The language to answer in: chosen on a page, else the browser's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader(pub(super) Language);

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let jar = CookieJar::from_headers(&parts.headers);
        let chosen = jar.get(LANGUAGE_COOKIE).and_then(|cookie| Language::of_tag(cookie.value()));
        let preferred = || Language::preferred(parts.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
        Ok(Self(chosen.or_else(preferred).unwrap_or_default()))
    }
}

/// Somebody who is signed in; strangers are sent to the sign-in page, and come back from there.
#[derive(Debug)]
pub(super) struct Visitor(pub(super) SignedIn);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        match SignedIn::from_request_parts(parts, state).await {
            Ok(signed_in) => Ok(Self(signed_in)),
            Err(ApiError::Unauthenticated) => {
                let back = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
                Err(Redirect::to(&format!("/sign-in?next={}", way_back(&back))).into_response())
            }
            Err(error) => {
                let Ok(Reader(language)) = Reader::from_request_parts(parts, state).await;
                Err(problem::page(language, error))
            }
        }
    }
}

/// Where to go after signing in: a page of ours, whatever the link says.
pub(super) fn way_back(next: &str) -> &str {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"/?-".contains(&byte);
    let ours = next == "/events" || next.starts_with("/events/");
    if ours && next.len() <= WAY_BACK && next.bytes().all(harmless) { next } else { "/events" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_elsewhere() {
        assert_eq!(way_back("/events/0a1b?wall"), "/events/0a1b?wall");
        for bad in ["https://evil.example/", "//evil.example", "/events/../x", "/eventsx", "/events/\r\nx", "", "/api"]
        {
            assert_eq!(way_back(bad), "/events", "{bad:?}");
        }
    }
}
