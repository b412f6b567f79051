//! Who reads a page: the language, whether they are signed in, and what they may do.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;

use super::frame::{Frame, Place};
use super::kept::Stranger;
use super::notice::Notice;
use super::problem;
use super::texts::Language;
use crate::http::error::ApiError;
use crate::http::signed_in::{Admin, SignedIn, same_origin};
use crate::people::{Actor, Role};
use crate::state::AppState;

/// Cookie with the language somebody chose.
pub(super) const LANGUAGE_COOKIE: &str = "language";

/// Longest way back to a page, in bytes.
const WAY_BACK: usize = 300;

/// Parts of the site one comes back to after signing in.
const PLACES: &[&str] = &["/events", "/account", "/people", "/scanners", "/audit"];

/// The language to answer in: chosen on a page, else the browser's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader(pub(super) Language);

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let jar = CookieJar::from_headers(&parts.headers);
        let chosen = jar.get(LANGUAGE_COOKIE).and_then(|cookie| Language::of_tag(cookie.value()));
        let preferred = || Language::preferred(parts.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
        Ok(Self(chosen.or_else(preferred).unwrap_or_default()))
    }
}

/// Refuses forms of other sites, whichever page they are sent to and whoever sends them.
pub(super) async fn ours_only(
    State(state): State<AppState>,
    Reader(language): Reader,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    match same_origin(request.headers(), &state) {
        Err(error) if !reads => problem::page(language, error),
        _ => next.run(request).await,
    }
}

/// Somebody who is signed in; strangers are sent to the sign-in page, and come back from there.
#[derive(Debug)]
pub(super) struct Visitor {
    /// Who, from where, when.
    pub(super) caller: SignedIn,
    /// The language to answer in.
    pub(super) language: Language,
    /// What they just did.
    pub(super) notice: Option<Notice>,
}

impl Visitor {
    /// What stands around a page in this part of the site.
    pub(super) fn frame(&self, here: Place) -> Frame {
        Frame::of(self, here)
    }

    /// Them, as the one who does something now.
    pub(super) fn actor(&self) -> Actor {
        self.caller.principal.actor(self.caller.address, self.caller.at)
    }

    /// A page that says why something was not done, where it is up to whoever wanted it.
    pub(super) fn refusal(&self, error: ApiError) -> Response {
        problem::refused(self.language, error)
    }

    /// A page that says what went wrong.
    pub(super) fn problem(&self, error: impl Into<ApiError>) -> Response {
        problem::page(self.language, error.into())
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Ok(Reader(language)) = Reader::from_request_parts(parts, state).await;
        let notice = Notice::of(&parts.headers);
        match SignedIn::from_request_parts(parts, state).await {
            Ok(caller) => Ok(Self { caller, language, notice }),
            Err(ApiError::Unauthenticated) => {
                let back = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
                let mut away = Redirect::to(&format!("/sign-in?next={}", in_query(way_back(&back)))).into_response();
                away.extensions_mut().insert(Stranger);
                Err(away)
            }
            Err(error) => Err(problem::page(language, error)),
        }
    }
}

/// An administrator; promoters are told that this is not for them.
#[derive(Debug)]
pub(super) struct Manager(pub(super) Visitor);

impl Manager {
    /// Them, as the API's use cases know them.
    pub(super) fn admin(&self) -> Admin {
        Admin(self.0.caller.clone())
    }
}

impl std::ops::Deref for Manager {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.0
    }
}

impl FromRequestParts<AppState> for Manager {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        match visitor.caller.principal.user.role {
            Role::Admin => Ok(Self(visitor)),
            Role::Promoter => Err(visitor.problem(ApiError::Forbidden)),
        }
    }
}

/// Where to go after signing in: a page of ours, whatever the link says.
pub(super) fn way_back(next: &str) -> &str {
    let (path, query) = next.split_once('?').unwrap_or((next, ""));
    let inside = |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let harmless = path.bytes().all(|byte| plain(byte) || byte == b'/')
        && query.bytes().all(|byte| plain(byte) || b"=&%+._~".contains(&byte));
    if next.len() <= WAY_BACK && harmless && PLACES.iter().any(|place| inside(place)) { next } else { "/events" }
}

/// A way back as part of a link.
fn in_query(way: &str) -> String {
    way.replace('%', "%25").replace('&', "%26").replace('+', "%2B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_elsewhere() {
        for good in ["/events/0a1b?wall", "/events", "/people/0a/remove", "/events/0a/tickets?search=A%20%26&page=2"] {
            assert_eq!(way_back(good), good);
        }
        for bad in ["https://evil.example/", "//evil.example", "/events/../x", "/eventsx", "/events/\r\nx", "", "/api"]
        {
            assert_eq!(way_back(bad), "/events", "{bad:?}");
        }
        assert_eq!(in_query("/events?a=1&b=%20"), "/events?a=1%26b=%2520");
    }
}
