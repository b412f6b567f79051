//! The session cookie of pages.

use axum::http::HeaderValue;
use url::Url;

use super::error::ApiError;

/// Name of the cookie.
pub const SESSION_COOKIE: &str = "turnstone_session";

/// `Set-Cookie` for `token`: scripts cannot read it, other sites cannot send it, and it goes over TLS only where the
/// server is reached so. An empty token with 0 seconds removes it.
pub fn set(token: &str, public_url: &Url, seconds: i64) -> Result<HeaderValue, ApiError> {
    let secure = if public_url.scheme() == "https" { "; Secure" } else { "" };
    let text = format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).map_err(ApiError::internal)
}
