//! `POST /users`

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::clock::random;
use shared::ids::{EventId, UserId};

use super::body::{GRANT_LIMIT, NAME_LIMIT, UserBody, hash_password};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Json;
use crate::http::signed_in::Admin;
use crate::invalid::Checks;
use crate::people::password::Password;
use crate::people::{Email, Role};
use crate::state::AppState;
use crate::store::people::{AddUser, NewUser};

/// Somebody to be added.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    /// What they sign in with.
    email: String,
    /// What others call them.
    name: String,
    /// What they may do.
    role: Role,
    /// Events a promoter may read.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    events: Vec<EventId>,
    /// Their password; absent to have one made.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<Password>,
}

/// Somebody who was added.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UserAdded {
    /// Who.
    user: UserBody,
    /// Their password, if it was made here; it is not shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

/// Add somebody to the caller's organization.
#[utoipa::path(
    post, path = "/users", tag = "users", request_body = UserInput,
    responses((status = 201, body = UserAdded), (status = 409, body = Problem), (status = 422, body = Problem))
)]
pub async fn create_user(
    State(state): State<AppState>,
    caller: Admin,
    Json(input): Json<UserInput>,
) -> Result<(StatusCode, axum::Json<UserAdded>), ApiError> {
    let email: Email = input.email.parse().map_err(|error| ApiError::field("email", format!("{error}")))?;
    let mut checks = Checks::default();
    checks.text("name", &input.name, NAME_LIMIT);
    checks.require(input.events.len() <= GRANT_LIMIT, "events", format!("has more than {GRANT_LIMIT}"));
    checks.finish().map_err(ApiError::Invalid)?;
    let given = input.password.is_some();
    let password = input.password.unwrap_or_else(|| Password::generate(&*state.entropy));
    let password_hash = hash_password(&state, password.clone(), "password").await?;
    let id = UserId(random(&*state.entropy));
    let user = NewUser { id, email, name: input.name, role: input.role, events: input.events, password_hash };
    match state.store.add_user(caller.actor(), user).await? {
        AddUser::Added(user) => {
            let password = (!given).then(|| password.reveal().to_owned());
            Ok((StatusCode::CREATED, axum::Json(UserAdded { user: user.into(), password })))
        }
        AddUser::EmailInUse => Err(ApiError::Conflict {
            code: "email_in_use",
            detail: "somebody signs in with this e-mail address already".into(),
        }),
        AddUser::UnknownEvent(event) => Err(ApiError::field("events", format!("there is no event {event}"))),
    }
}
