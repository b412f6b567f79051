//! `GET` and `PUT /events/{id}/zones`

use axum::extract::State;
use shared::ids::EventId;
use shared::policy::Zone;

use super::body::{EventBody, ZoneBody, change};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::{Admin, SignedIn};
use crate::state::AppState;

/// All zones of an event.
#[utoipa::path(
    get, path = "/events/{id}/zones", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ZoneBody>), (status = 404, body = Problem))
)]
pub async fn get_zones(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<Vec<ZoneBody>>, ApiError> {
    let event = state.store.event(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    Ok(axum::Json(event.policy.zones.into_iter().map(ZoneBody::from).collect()))
}

/// Set all zones of an event.
#[utoipa::path(
    put, path = "/events/{id}/zones", tag = "events", params(("id" = String, Path)), request_body = Vec<ZoneBody>,
    responses((status = 200, body = EventBody), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn set_zones(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Json(zones): Json<Vec<ZoneBody>>,
) -> Result<axum::Json<EventBody>, ApiError> {
    let zones = zones.into_iter().map(Zone::from).collect();
    change(&state, &caller, id, Box::new(move |policy| policy.zones = zones)).await
}
