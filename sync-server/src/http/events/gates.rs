//! `GET` and `PUT /events/{id}/gates`

use axum::extract::State;
use shared::ids::EventId;
use shared::policy::Gate;

use super::body::{EventBody, GateBody, change};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::{Admin, SignedIn};
use crate::state::AppState;

/// All gates of an event.
#[utoipa::path(
    get, path = "/events/{id}/gates", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = Vec<GateBody>), (status = 404, body = Problem))
)]
pub async fn get_gates(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<Vec<GateBody>>, ApiError> {
    let event = state.store.event(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    Ok(axum::Json(event.policy.gates.into_iter().map(GateBody::from).collect()))
}

/// Set all gates of an event.
#[utoipa::path(
    put, path = "/events/{id}/gates", tag = "events", params(("id" = String, Path)), request_body = Vec<GateBody>,
    responses((status = 200, body = EventBody), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn set_gates(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Json(gates): Json<Vec<GateBody>>,
) -> Result<axum::Json<EventBody>, ApiError> {
    let gates = gates.into_iter().map(Gate::from).collect();
    change(&state, &caller, id, Box::new(move |policy| policy.gates = gates)).await
}
