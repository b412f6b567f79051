//! `GET` and `DELETE /auth/sessions`, `DELETE /auth/sessions/{id}`: one's own sessions.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::people::session::{Session, SessionId, SessionKind};
use crate::state::AppState;
use crate::store::people::{EndSessions, Which};

/// An open session.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SessionBody {
    /// Its name, for ending it.
    id: String,
    /// How it is shown.
    kind: SessionKind,
    /// Since when (ms).
    created: i64,
    /// Until when (ms).
    expires: i64,
    /// From which IP address it was begun; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Whether this request shows it.
    current: bool,
}

impl SessionBody {
    /// As somebody sees it whose own session is `current`.
    pub fn of(session: Session, current: SessionId) -> Self {
        Self {
            id: session.id.to_string(),
            kind: session.kind,
            created: session.created,
            expires: session.expires,
            address: session.address,
            current: session.id == current,
        }
    }
}

/// One's own open sessions, latest first.
#[utoipa::path(
    get, path = "/auth/sessions", tag = "auth",
    responses((status = 200, body = Vec<SessionBody>), (status = 401, body = Problem))
)]
pub async fn list_own_sessions(
    State(state): State<AppState>,
    caller: SignedIn,
) -> Result<axum::Json<Vec<SessionBody>>, ApiError> {
    let user = &caller.principal.user;
    let (sessions, current) =
        (state.store.sessions(user.organization, user.id, caller.at).await?, caller.principal.token.session());
    Ok(axum::Json(sessions.into_iter().map(|session| SessionBody::of(session, current)).collect()))
}

/// End all of one's own sessions but this one.
#[utoipa::path(
    delete, path = "/auth/sessions", tag = "auth",
    responses((status = 204), (status = 401, body = Problem))
)]
pub async fn end_other_sessions(State(state): State<AppState>, caller: SignedIn) -> Result<StatusCode, ApiError> {
    end_own(&state, &caller, Which::AllBut(caller.principal.token.session())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End one of one's own sessions.
#[utoipa::path(
    delete, path = "/auth/sessions/{id}", tag = "auth", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub async fn end_own_session(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, ApiError> {
    end_own(&state, &caller, Which::One(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends some of the caller's own sessions and says how many.
pub async fn end_own(state: &AppState, caller: &SignedIn, which: Which) -> Result<u64, ApiError> {
    let actor = caller.principal.actor(caller.address, caller.at);
    match state.store.end_sessions(actor, caller.principal.user.id, which).await? {
        EndSessions::Ended(ended) => Ok(ended),
        EndSessions::NotFound => Err(ApiError::NotFound("session")),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, StatusCode};
    use serde_json::{Value, json};

    use crate::testing::{PASSWORD, Person, TestApp};

    /// Another session of the admin of "Hall".
    async fn another(app: &TestApp, admin: &Person) -> Person {
        let body = json!({ "email": "admin@hall.example", "password": PASSWORD });
        let answer = app.call(Method::POST, "/api/v1/auth/login", None, &body).await;
        Person { user: admin.user.clone(), token: answer.json()["token"].as_str().unwrap().to_owned() }
    }

    async fn sessions(app: &TestApp, who: &Person) -> Vec<Value> {
        app.get("/api/v1/auth/sessions", who).await.json().as_array().unwrap().clone()
    }

    #[tokio::test]
    async fn one_sees_ones_sessions_and_ends_one_or_all_others() {
        let app = TestApp::new();
        let (admin, stranger) = (app.found("Hall").await, app.found("Club").await);
        let (second, third) = (another(&app, &admin).await, another(&app, &admin).await);
        let all = sessions(&app, &admin).await;
        assert_eq!((all.len(), all.iter().filter(|session| session["current"] == true).count()), (3, 1));
        assert_eq!(all.iter().filter(|session| session["address"].is_string()).count(), 3, "{all:?}");
        let id = sessions(&app, &second).await.into_iter().find(|session| session["current"] == true).unwrap();
        let path = format!("/api/v1/auth/sessions/{}", id["id"].as_str().unwrap());
        let end = |who| app.call(Method::DELETE, &path, Some(who), &Value::Null);
        assert_eq!(end(&stranger).await.status, StatusCode::NOT_FOUND, "it is somebody else's");
        assert_eq!(end(&admin).await.status, StatusCode::NO_CONTENT);
        assert_eq!(end(&admin).await.status, StatusCode::NOT_FOUND, "it has ended");
        assert_eq!(app.get("/api/v1/auth/me", &second).await.status, StatusCode::UNAUTHORIZED);
        let others = app.call(Method::DELETE, "/api/v1/auth/sessions", Some(&admin), &Value::Null).await;
        assert_eq!(others.status, StatusCode::NO_CONTENT);
        assert_eq!(app.get("/api/v1/auth/me", &third).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(sessions(&app, &admin).await.len(), 1);
        assert_eq!(sessions(&app, &stranger).await.len(), 1);
    }

    #[tokio::test]
    async fn an_admin_ends_the_sessions_of_their_own_people_only() {
        let app = TestApp::new();
        let (admin, stranger) = (app.found("Hall").await, app.found("Club").await);
        let bob = app.promoter(&admin, "bob@hall.example", vec![]).await;
        let path = format!("/api/v1/users/{}/sessions", bob.user.id);
        assert_eq!(app.get(&path, &admin).await.json().as_array().unwrap().len(), 1);
        for who in [&stranger, &bob] {
            let refused = app.call(Method::DELETE, &path, Some(who), &Value::Null).await.status;
            assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&refused), "{refused}");
        }
        assert_eq!(app.get("/api/v1/auth/me", &bob).await.status, StatusCode::OK);
        assert_eq!(app.call(Method::DELETE, &path, Some(&admin), &Value::Null).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.get("/api/v1/auth/me", &bob).await.status, StatusCode::UNAUTHORIZED);
        let log = app.get(&format!("/api/v1/organizations/{}/audit", admin.user.organization), &admin).await.json();
        assert!(log.to_string().contains("session.revoke"), "{log}");
    }
}
