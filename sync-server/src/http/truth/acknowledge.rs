//! `PUT /events/{id}/conflicts/{entry}/note`

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use shared::ids::{EntryId, EventId};

use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::SignedIn;
use crate::invalid::Checks;
use crate::state::AppState;
use crate::store::truth::Acknowledge;

/// Longest note, in characters.
const NOTE_LIMIT: usize = 1000;

/// What to write.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteInput {
    /// What was found out or done about it; may be empty: then it was only seen.
    note: String,
}

/// Acknowledge a conflict, with or without a note; a later note takes the place of an earlier one, the audit log keeps both.
#[utoipa::path(
    put, path = "/events/{id}/conflicts/{entry}/note", tag = "doors", request_body = NoteInput,
    params(("id" = String, Path), ("entry" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn note_conflict(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((id, entry)): Path<(EventId, EntryId)>,
    Json(input): Json<NoteInput>,
) -> Result<StatusCode, ApiError> {
    let mut checks = Checks::default();
    if !input.note.is_empty() {
        checks.text("note", &input.note, NOTE_LIMIT);
    }
    checks.finish().map_err(ApiError::Invalid)?;
    let actor = caller.actor();
    let organization = actor.organization;
    match state.store.acknowledge(actor, caller.viewer(), id, entry, input.note).await? {
        Acknowledge::Done => {
            state.hub.changed(organization, id);
            Ok(StatusCode::NO_CONTENT)
        }
        Acknowledge::NotFound => Err(ApiError::NotFound("conflict")),
    }
}
