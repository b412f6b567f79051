//! `GET /events/{id}/live`: what happens at the doors, as server-sent events.

mod compute;
pub(crate) mod evening;
mod scanner;
mod stream;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use shared::ids::EventId;

use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::live::Seat;
use crate::state::AppState;

/// Live events. `state` holds the whole picture (occupancy, statistics, scanners) and comes at most four times a second
/// after a change; `course` holds what changes slowly (charts, expected guests, the pace of scanners, the forecast);
/// `conflict` holds a new or changed duplicate. The id of an event is the revision it shows: with
/// `Last-Event-ID` the stream goes on there, and no conflict is missed. After 15 s without either a `beat` says that the
/// figures still hold: who misses two has lost the connection, whatever the network says. It ends within two seconds after the session ended
/// or what the caller may see changed.
#[utoipa::path(
    get, path = "/events/{id}/live", tag = "doors",
    params(("id" = String, Path), ("Last-Event-ID" = Option<i64>, Header)),
    responses((status = 200, body = String, content_type = "text/event-stream"), (status = 404, body = Problem),
              (status = 503, body = Problem))
)]
pub async fn live(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let viewer = caller.viewer();
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.trim().parse().ok());
    let revision = state.store.revision(viewer, id).await?.ok_or(ApiError::NotFound("event"))?;
    // A revision this database has not reached is another database's: begin anew.
    let last = last.filter(|last| *last <= revision);
    let seat = Seat { token: caller.principal.token, viewer };
    let watching = state.hub.watch(seat, id).ok_or(ApiError::Busy)?;
    let mut response = Response::new(Body::from_stream(stream::stream(state, seat, id, watching, last, revision)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // A proxy that collects answers before it passes them on would make a live page dead.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
