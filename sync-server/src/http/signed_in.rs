//! Who is behind a request: extractors that refuse strangers, other sites, and roles that may not.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum_extra::extract::cookie::CookieJar;

use super::cookie::SESSION_COOKIE;
use super::error::ApiError;
use super::layers::ClientAddress;
use crate::people::session::{Principal, SessionKind, Token};
use crate::people::{Actor, Role, Viewer};
use crate::state::AppState;

/// Anybody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub principal: Principal,
    /// From where.
    pub address: IpAddr,
    /// When the request came (ms).
    pub at: i64,
}

/// An admin of their organization.
#[derive(Debug, Clone)]
pub struct Admin(pub SignedIn);

impl SignedIn {
    /// What they may see.
    pub fn viewer(&self) -> Viewer {
        self.principal.viewer()
    }

    /// Them, as the one who does something now.
    pub fn actor(&self) -> Actor {
        self.principal.actor(self.address, self.at)
    }
}

impl Admin {
    /// What they may see: all of their organization.
    pub fn viewer(&self) -> Viewer {
        self.0.viewer()
    }

    /// Them, as the one who does something now.
    pub fn actor(&self) -> Actor {
        self.0.actor()
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, state).await?;
        let (token, kind) = shown(&parts.headers).ok_or(ApiError::Unauthenticated)?;
        let at = state.now_ms();
        let principal = state.store.principal(token.hash(), at).await?.ok_or(ApiError::Unauthenticated)?;
        // A cookie's token is not taken as a bearer, nor the other way round: each has its own protection.
        if principal.kind != kind {
            return Err(ApiError::Unauthenticated);
        }
        if kind == SessionKind::Cookie && !is_safe(&parts.method) {
            same_origin(&parts.headers, state)?;
        }
        state.limits.caller(principal.user.id.0)?;
        Ok(Self { principal, address, at })
    }
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        match signed_in.principal.user.role {
            Role::Admin => Ok(Self(signed_in)),
            Role::Promoter => Err(ApiError::Forbidden),
        }
    }
}

/// The token a request shows; a bearer goes before a cookie.
fn shown(headers: &HeaderMap) -> Option<(Token, SessionKind)> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        let token = Token::read(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))?;
        return Some((token, SessionKind::Token));
    }
    let jar = CookieJar::from_headers(headers);
    Some((Token::read(jar.get(SESSION_COOKIE)?.value())?, SessionKind::Cookie))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses what another site made the browser send. Browsers tell by `Sec-Fetch-Site`, older ones by `Origin`;
/// whoever sends a cookie and neither is no browser and can use a bearer token.
pub fn same_origin(headers: &HeaderMap, state: &AppState) -> Result<(), ApiError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return if site == "same-origin" { Ok(()) } else { Err(ApiError::CrossSite) };
    }
    let origin = text("origin").and_then(|origin| url::Url::parse(origin).ok()).ok_or(ApiError::CrossSite)?;
    let ours = origin.origin() == state.public_url.origin();
    let host = text("host").and_then(|host| url::Url::parse(&format!("{}://{host}", origin.scheme())).ok());
    if ours || host.is_some_and(|host| host.origin() == origin.origin()) { Ok(()) } else { Err(ApiError::CrossSite) }
}
