//! `GET /tickets/{id}/story`

use axum::extract::State;
use serde::Serialize;
use shared::ids::TicketKey;

use super::body::TicketBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::organizations::audit::AuditLine;
use crate::http::signed_in::Admin;
use crate::http::truth::body::{ConflictBody, EntryBody};
use crate::state::AppState;
use crate::tickets::story::story;

/// What became of a ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StoryBody {
    /// The ticket as it is now.
    ticket: TicketBody,
    /// The act that added it; absent for a ticket taken over from a scanner.
    added: Option<AuditLine>,
    /// Acts on it alone, oldest first; the newest 500.
    acts: Vec<AuditLine>,
    /// Version of the list that brought its present facts to the scanners; absent while none has.
    listed: Option<u64>,
    /// Something about it is not published yet.
    waiting: bool,
    /// What scanners logged for it, in order of arrival; the first 500.
    entries: Vec<EntryBody>,
    /// Admissions too many, and what was noted about them.
    conflicts: Vec<ConflictBody>,
}

/// A ticket's whole story: acts of administrators, lists, scans, conflicts.
#[utoipa::path(
    get, path = "/tickets/{id}/story", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, body = StoryBody), (status = 404, body = Problem))
)]
pub async fn ticket_story(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<TicketKey>,
) -> Result<axum::Json<StoryBody>, ApiError> {
    let story = story(&*state.store, caller.viewer(), id).await?.ok_or(ApiError::NotFound("ticket"))?;
    let event = story.record.ticket.event;
    let event = state.store.event(caller.viewer(), event).await?.ok_or(ApiError::NotFound("event"))?;
    let conflict = |row| ConflictBody::new(row, &event.policy);
    Ok(axum::Json(StoryBody {
        added: story.record.added.map(AuditLine::from),
        acts: story.record.acts.into_iter().map(AuditLine::from).collect(),
        listed: story.record.listed,
        waiting: story.record.waiting,
        ticket: story.record.ticket.into(),
        entries: story.entries.into_iter().map(EntryBody::from).collect(),
        conflicts: story.conflicts.into_iter().map(conflict).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use crate::testing::TestApp;

    #[tokio::test]
    async fn a_story_tells_who_added_the_ticket_and_what_was_done_with_it() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let id = app.tickets(&admin, event, &json!([{ "product": 1 }])).await.remove(0);
        let path = format!("/api/v1/tickets/{id}");
        let before = app.get(&format!("{path}/story"), &admin).await.json();
        assert_eq!((&before["listed"], &before["waiting"]), (&json!(null), &json!(true)));
        let version =
            app.post(&format!("/api/v1/events/{event}/publish"), &admin, &json!({})).await.json()["version"].clone();
        app.post(&format!("{path}/block"), &admin, &json!({ "reason": "stolen" })).await;
        app.post(&format!("{path}/regenerate-qr"), &admin, &json!(null)).await;
        app.post(&format!("{path}/unblock"), &admin, &json!(null)).await;
        let story = app.get(&format!("{path}/story"), &admin).await.json();
        let acts: Vec<_> =
            story["acts"].as_array().unwrap().iter().map(|act| act["action"].as_str().unwrap()).collect();
        assert_eq!(acts, ["ticket.block", "ticket.reissue", "ticket.unblock"]);
        assert_eq!(story["added"]["actor"], "admin@hall.example");
        assert_eq!((&story["listed"], &story["waiting"]), (&version, &json!(true)));
        let promoter = app.promoter(&admin, "pat@hall.example", vec![event]).await;
        assert_eq!(app.get(&format!("{path}/story"), &promoter).await.status, StatusCode::FORBIDDEN);
        let other = app.found("Club").await;
        assert_eq!(app.get(&format!("{path}/story"), &other).await.status, StatusCode::NOT_FOUND);
    }
}
