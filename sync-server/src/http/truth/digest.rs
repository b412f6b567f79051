//! `GET /events/{id}/state-digest`

use axum::extract::State;
use serde::Serialize;
use shared::ids::{EventId, StateDigest};

use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// One number for everything that was found out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DigestBody {
    /// SHA-256 over every entry, ticket and sum; equal wherever the same entries and decisions are.
    #[schema(value_type = String)]
    digest: StateDigest,
}

/// The state digest of an event: equal on every replica that holds the same entries.
#[utoipa::path(
    get, path = "/events/{id}/state-digest", tag = "doors", params(("id" = String, Path)),
    responses((status = 200, body = DigestBody), (status = 404, body = Problem))
)]
pub async fn get_state_digest(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<DigestBody>, ApiError> {
    let digest = state.store.state_digest(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    Ok(axum::Json(DigestBody { digest }))
}
