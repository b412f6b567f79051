//! `DELETE /events/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use shared::ids::EventId;

use super::body::changed;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::Admin;
use crate::state::AppState;

/// Archive an event: it becomes read-only and leaves the lists. Nothing is deleted.
#[utoipa::path(
    delete, path = "/events/{id}", tag = "events", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem))
)]
pub async fn archive_event(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
) -> Result<StatusCode, ApiError> {
    changed(state.store.archive_event(caller.actor(), id).await?)?;
    Ok(StatusCode::NO_CONTENT)
}
