//! Who may talk to the screen's server: its own page in a browser on this device. Other pages, other hosts' names for this
//! address, and (without the key) other machines are turned away.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use shared::clock::{Entropy, random};
use shared::hash::hash;
use shared::ids::to_hex;

use super::reader::cookie;
use super::state::Door;

/// Cookie with the key, where one is needed.
const KEY_COOKIE: &str = "door_key";
/// Query member with the key, in the link that is printed at start.
const KEY_QUERY: &str = "key=";

/// Headers of every answer. The page loads nothing from elsewhere, runs no inline script and cannot be framed.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; \
             connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (HeaderName::from_static("permissions-policy"), HeaderValue::from_static("camera=(self), geolocation=()")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// From where the screen may be used.
#[derive(Debug, Clone)]
pub struct Access {
    /// Host names and ports by which the page may be asked for; none means any, then the key is needed.
    hosts: Vec<String>,
    key: Option<String>,
}

impl Access {
    /// For a server on this address: on loopback this device only, elsewhere whoever has the link with the key.
    pub fn of(address: SocketAddr, entropy: &dyn Entropy) -> Self {
        if !address.ip().is_loopback() {
            return Self { hosts: Vec::new(), key: Some(to_hex(&random::<16>(entropy))) };
        }
        let port = address.port();
        let names = ["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}"));
        let bare = if port == 80 { vec!["localhost".to_owned(), "127.0.0.1".to_owned()] } else { Vec::new() };
        Self { hosts: names.into_iter().chain(bare).chain([address.to_string()]).collect(), key: None }
    }

    /// The link to open.
    pub fn link(&self, address: SocketAddr) -> String {
        match &self.key {
            Some(key) => format!("http://{address}/?{KEY_QUERY}{key}"),
            None => format!("http://localhost:{}/", address.port()),
        }
    }

    fn knows_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        self.hosts.is_empty()
            || host.is_some_and(|host| self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host)))
    }

    fn has_key(&self, headers: &HeaderMap) -> bool {
        self.key.as_deref().is_none_or(|key| cookie(headers, KEY_COOKIE).is_some_and(|given| same(given, key)))
    }

    /// The key as a cookie, for a request that carries it in its link.
    fn greet(&self, uri: &Uri) -> Option<Response> {
        let key = self.key.as_deref()?;
        let given = uri.query()?.split('&').find_map(|part| part.strip_prefix(KEY_QUERY))?;
        let cookie = format!("{KEY_COOKIE}={key}; Path=/; HttpOnly; SameSite=Strict");
        same(given, key).then(|| ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
    }
}

/// Compares secrets in a time that does not tell how much was right: digests differ everywhere at once.
pub(super) fn same(given: &str, key: &str) -> bool {
    let digest = |text: &str| hash("turnstone/door/key", &[text.as_bytes()]);
    digest(given) == digest(key)
}

/// Whether the browser says that another page makes this request (Fetch Metadata; Origin for older browsers).
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return true;
    }
    let host = text(header::HOST).unwrap_or_default();
    text(header::ORIGIN).is_some_and(|origin| origin.split_once("://").map(|(_, origin)| origin) != Some(host))
}

/// The outermost layer.
pub(super) async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let refused = |why: &'static str| (StatusCode::FORBIDDEN, why).into_response();
    let mut response = if !door.access().knows_host(headers) {
        refused("This page answers to the name localhost only.\n")
    } else if let Some(welcome) = door.access().greet(request.uri()) {
        welcome
    } else if !door.access().has_key(headers) {
        refused("Open the link that the scanner printed when it was started: it carries the key.\n")
    } else if request.method() != Method::GET && is_foreign(headers) {
        refused("Another page may not do this.\n")
    } else {
        next.run(request).await
    };
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    struct Sevens;
    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn on_loopback_only_this_devices_own_names_are_answered() {
        let access = Access::of("127.0.0.1:8430".parse().unwrap(), &Sevens);
        assert!(access.knows_host(&headers(&[("host", "localhost:8430")])));
        assert!(access.knows_host(&headers(&[("host", "127.0.0.1:8430")])));
        for host in ["evil.example:8430", "localhost:9999", "localhost"] {
            let other: HeaderMap = [(header::HOST, HeaderValue::from_static(host))].into_iter().collect();
            assert!(!access.knows_host(&other), "{host}");
        }
        assert!(access.has_key(&HeaderMap::new()));
    }

    #[test]
    fn elsewhere_the_key_is_needed() {
        let access = Access::of("192.0.2.1:8430".parse().unwrap(), &Sevens);
        assert!(!access.has_key(&HeaderMap::new()));
        assert!(!access.has_key(&headers(&[("cookie", "door_key=00")])));
        assert!(access.has_key(&headers(&[("cookie", "a=b; door_key=07070707070707070707070707070707")])));
        assert!(access.greet(&"/?key=0707".parse().unwrap()).is_none());
        assert!(access.greet(&"/?key=07070707070707070707070707070707".parse().unwrap()).is_some());
    }

    #[test]
    fn another_page_is_told_apart_from_this_one() {
        assert!(is_foreign(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(is_foreign(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(is_foreign(&headers(&[("origin", "http://evil.example"), ("host", "localhost:8430")])));
        assert!(is_foreign(&headers(&[("origin", "null"), ("host", "localhost:8430")])));
        assert!(!is_foreign(&headers(&[("origin", "http://localhost:8430"), ("host", "localhost:8430")])));
        assert!(!is_foreign(&headers(&[("sec-fetch-site", "same-origin"), ("host", "localhost:8430")])));
    }
}
