//! What the API says of a user, and what all endpoints about users share.

use serde::Serialize;
use shared::ids::{EventId, OrganizationId, UserId};

use crate::http::error::{ApiError, Fault};
use crate::people::password::Password;
use crate::people::{Role, User};
use crate::state::AppState;
use crate::store::people::ChangeUser;

/// Longest name, in characters.
pub const NAME_LIMIT: usize = 100;

/// Most events granted to one promoter.
pub const GRANT_LIMIT: usize = 1000;

/// Somebody who signs in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UserBody {
    /// Id.
    #[schema(value_type = String)]
    pub id: UserId,
    /// Where they belong.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// What they sign in with.
    pub email: String,
    /// What others call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Events a promoter may read; empty for admins, who read all.
    #[schema(value_type = Vec<String>)]
    pub events: Vec<EventId>,
    /// When they were added (ms).
    pub created: i64,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            organization: user.organization,
            email: user.email.into(),
            name: user.name,
            role: user.role,
            events: user.events,
            created: user.created,
        }
    }
}

/// Checks and hashes a new password on a blocking thread.
pub async fn hash_password(state: &AppState, password: Password, field: &str) -> Result<String, ApiError> {
    password.check().map_err(|error| ApiError::field(field, error))?;
    let place = state.limits.password_place().await?;
    let entropy = state.entropy.clone();
    let hashing = tokio::task::spawn_blocking(move || {
        let _place = place;
        password.hash(&*entropy)
    });
    hashing.await.map_err(ApiError::internal)?.map_err(ApiError::internal)
}

/// The user after a change, or why there was none.
pub fn changed(outcome: ChangeUser) -> Result<User, ApiError> {
    match outcome {
        ChangeUser::Done(user) => Ok(user),
        ChangeUser::NotFound => Err(ApiError::NotFound("user")),
        ChangeUser::UnknownEvent(event) => {
            Err(ApiError::field("events", Fault::new("unknown_event", format!("there is no event {event}"))))
        }
        ChangeUser::LastAdmin => Err(ApiError::Conflict {
            code: "last_admin",
            detail: "nobody would be left to administer the organization".into(),
        }),
    }
}
