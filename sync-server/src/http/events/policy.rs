//! `GET` and `PUT /events/{id}/policy`

use axum::extract::State;
use shared::ids::EventId;
use shared::policy::Policy;

use super::body::{EventBody, change};
use super::create::EventInput;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::{Admin, SignedIn};
use crate::state::AppState;

/// All rules of an event, exactly as scanners get them.
#[utoipa::path(
    get, path = "/events/{id}/policy", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = Problem))
)]
pub async fn get_policy(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<Policy>, ApiError> {
    let event = state.store.event(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    Ok(axum::Json(event.policy))
}

/// Set all of an event at once: for changes of zones, gates and products that make sense only together.
#[utoipa::path(
    put, path = "/events/{id}/policy", tag = "events", params(("id" = String, Path)), request_body = EventInput,
    responses((status = 200, body = EventBody), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn set_policy(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Json(input): Json<EventInput>,
) -> Result<axum::Json<EventBody>, ApiError> {
    change(&state, &caller, id, Box::new(move |policy| *policy = Policy::from(input))).await
}
