//! `GET /users`

use axum::extract::State;

use super::body::UserBody;
use crate::http::error::{ApiError, Problem};
use crate::http::signed_in::Admin;
use crate::state::AppState;

/// All users of the caller's organization, by e-mail address.
#[utoipa::path(
    get, path = "/users", tag = "users",
    responses((status = 200, body = Vec<UserBody>), (status = 403, body = Problem))
)]
pub async fn list_users(State(state): State<AppState>, caller: Admin) -> Result<axum::Json<Vec<UserBody>>, ApiError> {
    let users = state.store.users(caller.viewer().organization).await?;
    Ok(axum::Json(users.into_iter().map(UserBody::from).collect()))
}
