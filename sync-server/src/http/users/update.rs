//! `PATCH /users/{id}`

use axum::extract::State;
use serde::Deserialize;
use shared::ids::{EventId, UserId};

use super::body::{GRANT_LIMIT, NAME_LIMIT, UserBody, changed, hash_password};
use crate::http::error::{ApiError, Fault, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::invalid::Checks;
use crate::people::password::Password;
use crate::people::{Role, User};
use crate::state::AppState;
use crate::store::people::UserChange;

/// Changes to somebody; what is absent stays.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// New name.
    pub name: Option<String>,
    /// New role.
    pub role: Option<Role>,
    /// Events a promoter may read from now on.
    #[schema(value_type = Option<Vec<String>>)]
    pub events: Option<Vec<EventId>>,
    /// New password; ends all their sessions.
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<Password>,
}

/// Change somebody of the caller's organization.
#[utoipa::path(
    patch, path = "/users/{id}", tag = "users", params(("id" = String, Path)), request_body = UserPatch,
    responses((status = 200, body = UserBody), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub async fn update_user(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<UserId>,
    Json(patch): Json<UserPatch>,
) -> Result<axum::Json<UserBody>, ApiError> {
    Ok(axum::Json(update(&state, &caller, id, patch).await?.into()))
}

/// Changes somebody of the caller's organization.
pub async fn update(state: &AppState, caller: &Admin, id: UserId, patch: UserPatch) -> Result<User, ApiError> {
    let mut checks = Checks::default();
    if let Some(name) = &patch.name {
        checks.text("name", name, NAME_LIMIT);
    }
    let few = patch.events.as_ref().is_none_or(|events| events.len() <= GRANT_LIMIT);
    let many = Fault::new("too_many", format!("has more than {GRANT_LIMIT}")).with("limit", GRANT_LIMIT);
    checks.require(few, "events", many);
    checks.finish().map_err(ApiError::Invalid)?;
    let password_hash = match patch.password {
        Some(password) => Some(hash_password(state, password, "password").await?),
        None => None,
    };
    let change = UserChange { name: patch.name, role: patch.role, events: patch.events, password_hash };
    changed(state.store.change_user(caller.actor(), id, change).await?)
}
