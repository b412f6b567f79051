//! What happens to every request: id, log line, numbers, limits, headers, and panics turned into answers.

use std::any::Any;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header, request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use shared::ids::to_hex;
use tracing::Instrument;

use super::error::ApiError;
use crate::state::AppState;

/// Longest time until an answer begins.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Longest request id taken over from a caller, in characters.
const REQUEST_ID_LIMIT: usize = 64;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer. Pages load nothing from elsewhere and cannot be framed.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Where a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().copied().ok_or_else(|| ApiError::internal("no client address on the request"))
    }
}

/// The outermost layer: names the request, answers it within limits, logs and counts it.
pub async fn around(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = request_id(&state, &request);
    let address = client_address(&state, &request);
    request.extensions_mut().insert(ClientAddress(address));
    let method = request.method().clone();
    // The path as registered, never as sent: paths and queries can hold what must not be logged.
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id = %id, %method, route, client = %address);
    let began = tokio::time::Instant::now();
    let mut response = within_limits(&state, address, request, next).instrument(span.clone()).await;
    let (took, status) = (began.elapsed(), response.status());
    span.in_scope(|| tracing::info!(status = status.as_u16(), ms = took.as_secs_f64() * 1000.0, "answered"));
    let labels = [("method", known(&method).into()), ("route", route), ("status", status.as_u16().to_string())];
    metrics::counter!("turnstone_http_requests_total", &labels).increment(1);
    metrics::histogram!("turnstone_http_request_seconds", &labels[..2]).record(took.as_secs_f64());
    finish(&mut response, &id);
    response
}

/// The method as a label: callers can make any number of others up.
fn known(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::PATCH | Method::DELETE | Method::OPTIONS => {
            method.as_str()
        }
        _ => "other",
    }
}

async fn within_limits(state: &AppState, address: IpAddr, request: Request, next: Next) -> Response {
    let _place = match state.limits.place(address) {
        Ok(place) => place,
        Err(error) => return error.into_response(),
    };
    match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::Timeout.into_response(),
    }
}

fn finish(response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(value);
    }
    // Answers hold personal data or change from one moment to the next, unless a handler knows better.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
}

/// The caller's id for the request if it is a harmless one, else a new one.
fn request_id(state: &AppState, request: &Request) -> String {
    let harmless = |text: &&str| {
        (1..=REQUEST_ID_LIMIT).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    let given = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok()).filter(harmless);
    given.map_or_else(|| to_hex(&shared::clock::random::<8>(&*state.entropy)), str::to_owned)
}

fn client_address(state: &AppState, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    // The last one is what our own proxy saw; those before it are whatever the client claims.
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
    let forwarded = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    forwarded.filter(|_| state.behind_proxy).or(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

/// A panic in a handler: logged, counted, answered.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands panics over by value")]
pub fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    metrics::counter!("turnstone_panics_total").increment(1);
    ApiError::internal(format!("panic: {}", text.unwrap_or("without a text"))).into_response()
}
