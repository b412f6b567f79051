//! `GET /events/{id}/stats`

use axum::extract::State;
use shared::ids::EventId;

use super::body::StatsBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// Numbers of an event.
#[utoipa::path(
    get, path = "/events/{id}/stats", tag = "doors", params(("id" = String, Path)),
    responses((status = 200, body = StatsBody), (status = 404, body = Problem))
)]
pub async fn get_stats(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<StatsBody>, ApiError> {
    let picture = state.store.picture(caller.viewer(), id, caller.at).await?.ok_or(ApiError::NotFound("event"))?;
    Ok(axum::Json(StatsBody::of(id, caller.at, &picture)))
}
