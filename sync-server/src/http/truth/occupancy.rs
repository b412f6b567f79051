//! `GET /events/{id}/occupancy`

use axum::extract::State;
use shared::ids::EventId;

use super::body::OccupancyBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// How full the venue and its zones are: a range, with everything that is in doubt.
#[utoipa::path(
    get, path = "/events/{id}/occupancy", tag = "doors", params(("id" = String, Path)),
    responses((status = 200, body = OccupancyBody), (status = 404, body = Problem))
)]
pub async fn get_occupancy(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<OccupancyBody>, ApiError> {
    let picture = state.store.picture(caller.viewer(), id, caller.at).await?.ok_or(ApiError::NotFound("event"))?;
    Ok(axum::Json(OccupancyBody::of(id, caller.at, &picture)))
}
