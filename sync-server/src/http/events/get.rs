//! `GET /events/{id}`

use axum::extract::State;
use shared::ids::EventId;

use super::body::EventBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// One event with its rules.
#[utoipa::path(
    get, path = "/events/{id}", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = EventBody), (status = 404, body = Problem))
)]
pub async fn get_event(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<EventBody>, ApiError> {
    let event = state.store.event(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    let hold = state.store.hold(event.organization, id, state.now_ms()).await?;
    Ok(axum::Json(EventBody::from(event).held(hold)))
}
