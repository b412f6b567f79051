//! `DELETE /users/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use shared::ids::UserId;

use super::body::changed;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::Admin;
use crate::state::AppState;

/// Remove somebody of the caller's organization and end their sessions.
#[utoipa::path(
    delete, path = "/users/{id}", tag = "users", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub async fn delete_user(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<UserId>,
) -> Result<StatusCode, ApiError> {
    changed(state.store.remove_user(caller.actor(), id).await?)?;
    Ok(StatusCode::NO_CONTENT)
}
