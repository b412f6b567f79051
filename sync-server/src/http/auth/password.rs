//! `PUT /auth/password`

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::http::error::{ApiError, Problem};
use crate::http::extract::Json;
use crate::http::signed_in::SignedIn;
use crate::http::users::body::hash_password;
use crate::people::password::Password;
use crate::state::AppState;
use crate::store::people::{ChangeUser, UserChange};

/// A change of one's own password.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The one in force.
    #[schema(value_type = String, format = Password)]
    current: Password,
    /// The new one.
    #[schema(value_type = String, format = Password)]
    new: Password,
}

/// Change one's own password. Ends all of one's sessions, this one too.
#[utoipa::path(
    put, path = "/auth/password", tag = "auth", request_body = PasswordChange,
    responses((status = 204), (status = 401, body = Problem), (status = 422, body = Problem))
)]
pub async fn change_password(
    State(state): State<AppState>,
    caller: SignedIn,
    Json(wanted): Json<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    change(&state, &caller, wanted.current, wanted.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the caller's password if `current` is the one in force. Ends all of their sessions.
pub async fn change(state: &AppState, caller: &SignedIn, current: Password, new: Password) -> Result<(), ApiError> {
    let user = &caller.principal.user;
    state.limits.account(user.email.as_str())?;
    let hash = state.store.credentials(user.email.clone()).await?.map(|found| found.password_hash);
    let place = state.limits.password_place().await?;
    let checking = tokio::task::spawn_blocking(move || {
        let _place = place;
        current.verify(hash.as_deref())
    });
    if !checking.await.map_err(ApiError::internal)? {
        return Err(ApiError::WrongCredentials);
    }
    let password_hash = Some(hash_password(state, new, "new").await?);
    let actor = caller.principal.actor(caller.address, caller.at);
    let change = UserChange { password_hash, ..UserChange::default() };
    match state.store.change_user(actor, user.id, change).await? {
        ChangeUser::Done(_) => Ok(()),
        ChangeUser::NotFound | ChangeUser::LastAdmin | ChangeUser::UnknownEvent(_) => Err(ApiError::NotFound("user")),
    }
}
