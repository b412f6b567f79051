//! `POST /users`

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::clock::random;
use shared::ids::{EventId, UserId};

use super::body::{GRANT_LIMIT, NAME_LIMIT, UserBody, hash_password};
use crate::http::error::{ApiError, Fault, Problem};
use crate::http::extract::Json;
use crate::http::signed_in::Admin;
use crate::invalid::Checks;
use crate::people::password::Password;
use crate::people::{Email, Role, User};
use crate::state::AppState;
use crate::store::people::{AddUser, NewUser};

/// Somebody to be added.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    /// What they sign in with.
    pub email: String,
    /// What others call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Events a promoter may read.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub events: Vec<EventId>,
    /// Their password; absent to have one made.
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<Password>,
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
    let (user, password) = add(&state, &caller, input).await?;
    let password = password.map(|password| password.reveal().to_owned());
    Ok((StatusCode::CREATED, axum::Json(UserAdded { user: user.into(), password })))
}

/// Adds somebody to the caller's organization; with the password if it was made here.
pub async fn add(state: &AppState, caller: &Admin, input: UserInput) -> Result<(User, Option<Password>), ApiError> {
    let mut checks = Checks::default();
    checks.text("name", &input.name, NAME_LIMIT);
    let many = Fault::new("too_many", format!("has more than {GRANT_LIMIT}")).with("limit", GRANT_LIMIT);
    checks.require(input.events.len() <= GRANT_LIMIT, "events", many);
    let email = input.email.parse::<Email>();
    if let Err(error) = email {
        checks.require(false, "email", error);
    }
    if let Some(Err(error)) = input.password.as_ref().map(Password::check) {
        checks.require(false, "password", error);
    }
    checks.finish().map_err(ApiError::Invalid)?;
    let email = email.map_err(|error| ApiError::field("email", error))?;
    let given = input.password.is_some();
    let password = input.password.unwrap_or_else(|| Password::generate(&*state.entropy));
    let password_hash = hash_password(state, password.clone(), "password").await?;
    let id = UserId(random(&*state.entropy));
    let user = NewUser { id, email, name: input.name, role: input.role, events: input.events, password_hash };
    match state.store.add_user(caller.actor(), user).await? {
        AddUser::Added(user) => Ok((user, (!given).then_some(password))),
        AddUser::EmailInUse => Err(ApiError::Conflict {
            code: "email_in_use",
            detail: "somebody signs in with this e-mail address already".into(),
        }),
        AddUser::UnknownEvent(event) => {
            Err(ApiError::field("events", Fault::new("unknown_event", format!("there is no event {event}"))))
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, StatusCode};
    use serde_json::{Value, json};

    use crate::testing::TestApp;

    #[tokio::test]
    async fn a_promoter_is_added_with_a_password_shown_once() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let body = json!({ "email": "bob@hall.example", "name": "Bob", "role": "promoter", "events": [event] });
        let answer = app.post("/api/v1/users", &admin, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        let login = json!({ "email": "bob@hall.example", "password": answer.json()["password"] });
        let login = app.call(Method::POST, "/api/v1/auth/login", None, &login).await;
        assert_eq!(login.status, StatusCode::OK, "{login:?}");
        assert_eq!(login.json()["user"]["events"], json!([event]));
        assert_eq!(app.post("/api/v1/users", &admin, &body).await.code(), "email_in_use");
    }

    #[tokio::test]
    async fn events_of_another_organization_cannot_be_granted() {
        let app = TestApp::new();
        let (ours, theirs) = (app.found("Hall").await, app.found("Club").await);
        let event = app.event(&theirs).await;
        let body = json!({ "email": "bob@hall.example", "name": "Bob", "role": "promoter", "events": [event] });
        let answer = app.post("/api/v1/users", &ours, &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
        assert_eq!(app.get("/api/v1/users", &ours).await.json().as_array().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn bad_input_is_named_by_field() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let cases = [
            (json!({ "email": "nobody", "name": "B", "role": "admin" }), "email"),
            (json!({ "email": "b@h.example", "name": " ", "role": "admin" }), "name"),
            (json!({ "email": "b@h.example", "name": "B", "role": "admin", "password": "short" }), "password"),
        ];
        for (body, field) in cases {
            let answer = app.post("/api/v1/users", &admin, &body).await;
            assert_eq!(answer.json()["errors"][0]["field"], field, "{answer:?}");
        }
    }

    #[tokio::test]
    async fn the_last_admin_stays() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let path = format!("/api/v1/users/{}", admin.user.id);
        assert_eq!(app.call(Method::DELETE, &path, Some(&admin), &Value::Null).await.code(), "last_admin");
        assert_eq!(app.patch(&path, &admin, &json!({ "role": "promoter" })).await.code(), "last_admin");
        let body =
            json!({ "email": "c@hall.example", "name": "Cy", "role": "admin", "password": "long enough for it" });
        app.post("/api/v1/users", &admin, &body).await;
        assert_eq!(app.call(Method::DELETE, &path, Some(&admin), &Value::Null).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.get("/api/v1/auth/me", &admin).await.status, StatusCode::UNAUTHORIZED, "their session ended");
    }

    #[tokio::test]
    async fn people_of_another_organization_do_not_exist() {
        let app = TestApp::new();
        let (ours, theirs) = (app.found("Hall").await, app.found("Club").await);
        let path = format!("/api/v1/users/{}", theirs.user.id);
        assert_eq!(app.patch(&path, &ours, &json!({ "name": "Mine" })).await.status, StatusCode::NOT_FOUND);
        let answer = app.call(Method::DELETE, &path, Some(&ours), &Value::Null).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let path = format!("/api/v1/organizations/{}", theirs.user.organization);
        assert_eq!(app.get(&path, &ours).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.patch(&path, &ours, &json!({ "name": "Mine" })).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.get(&format!("{path}/audit"), &ours).await.status, StatusCode::NOT_FOUND);
    }
}
