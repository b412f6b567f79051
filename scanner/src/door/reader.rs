//! Who reads the screen: the language, and the cookies of this browser.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};

use super::state::Door;
use super::texts::Language;

/// Cookie with the language somebody chose on the screen.
pub(super) const LANGUAGE_COOKIE: &str = "language";

/// The language to answer in: chosen on the screen, else by whoever started the program, else the browser's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader(pub(super) Language);

impl FromRequestParts<Arc<Door>> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, door: &Arc<Door>) -> Result<Self, Infallible> {
        let chosen = cookie(&parts.headers, LANGUAGE_COOKIE).and_then(Language::of_tag);
        let preferred = || {
            let header = parts.headers.get(header::ACCEPT_LANGUAGE)?;
            Language::preferred(header.to_str().ok()?)
        };
        Ok(Self(chosen.or(door.language()).or_else(preferred).unwrap_or_default()))
    }
}

/// A cookie's value (RFC 6265).
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}
