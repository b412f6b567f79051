//! `POST /scanners/{id}/invitation`

use axum::extract::State;
use shared::ids::ScannerId;

use super::register::{Registered, registered};
use crate::device::invite::again;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::Admin;
use crate::state::AppState;

/// Invite the device of a scanner that has not enrolled once more: the earlier invitation is good no longer.
#[utoipa::path(
    post, path = "/scanners/{id}/invitation", tag = "scanners", params(("id" = String, Path)),
    responses((status = 200, body = Registered), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub async fn invite_scanner(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<ScannerId>,
) -> Result<axum::Json<Registered>, ApiError> {
    let invited = again(&*state.store, &*state.entropy, &state.public_url, caller.actor(), id).await?;
    Ok(axum::Json(registered(&state, &caller, invited)?))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::{Value, json};

    use crate::testing::TestApp;

    #[tokio::test]
    async fn only_the_newest_invitation_is_good() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let input = json!({ "name": "North 1", "events": [event] });
        let made = app.post("/api/v1/scanners/register", &admin, &input).await.json();
        let id = made["scanner"]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/scanners/{id}/invitation");
        let again = app.post(&path, &admin, &Value::Null).await;
        assert_eq!(again.status, StatusCode::OK, "{again:?}");
        assert_ne!(again.json()["invitation"]["code"], made["invitation"]["code"]);
        let invitations =
            app.store.read(|tx| Ok(tx.query_row("SELECT count(*) FROM invitations", [], |row| row.get::<_, i64>(0))?));
        assert_eq!(invitations.await.unwrap(), 1);
        app.call(axum::http::Method::DELETE, &format!("/api/v1/scanners/{id}"), Some(&admin), &Value::Null).await;
        assert_eq!(app.post(&path, &admin, &Value::Null).await.code(), "scanner_revoked");
    }
}
