//! `GET` and `DELETE /users/{id}/sessions`: sessions of somebody of the organization.

use axum::extract::State;
use axum::http::StatusCode;
use shared::ids::UserId;

use crate::http::auth::sessions::SessionBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::Admin;
use crate::state::AppState;
use crate::store::people::{EndSessions, Which};

/// Open sessions of somebody of the caller's organization, latest first.
#[utoipa::path(
    get, path = "/users/{id}/sessions", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = Vec<SessionBody>), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub async fn list_sessions(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<UserId>,
) -> Result<axum::Json<Vec<SessionBody>>, ApiError> {
    let organization = caller.viewer().organization;
    if !state.store.users(organization).await?.iter().any(|user| user.id == id) {
        return Err(ApiError::NotFound("user"));
    }
    let sessions = state.store.sessions(organization, id, caller.0.at).await?;
    let current = caller.0.principal.token.session();
    Ok(axum::Json(sessions.into_iter().map(|session| SessionBody::of(session, current)).collect()))
}

/// End all sessions of somebody of the caller's organization.
#[utoipa::path(
    delete, path = "/users/{id}/sessions", tag = "users", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub async fn end_sessions(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<UserId>,
) -> Result<StatusCode, ApiError> {
    end_of(&state, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends them and says how many there were.
pub async fn end_of(state: &AppState, caller: &Admin, user: UserId) -> Result<u64, ApiError> {
    match state.store.end_sessions(caller.actor(), user, Which::All).await? {
        EndSessions::Ended(ended) => Ok(ended),
        EndSessions::NotFound => Err(ApiError::NotFound("user")),
    }
}
