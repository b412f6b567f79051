//! `GET /events/{id}/conflicts`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, TicketKey};

use super::body::ConflictBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query, within};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use crate::store::truth::ConflictQuery;

/// Conflicts of an answer, unless asked for otherwise.
const DEFAULT_LIMIT: u32 = 100;

/// Most conflicts of an answer.
const MAX_LIMIT: u32 = 1000;

/// Which conflicts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConflictsQuery {
    /// Only those nobody has written a note about.
    open: Option<bool>,
    /// Only of this ticket.
    #[param(value_type = Option<String>)]
    ticket: Option<TicketKey>,
    /// Each story in every language there is, besides English: member `told`.
    languages: Option<bool>,
    /// Behind so many.
    offset: Option<u32>,
    /// At most so many: 1 to 1000 [100].
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A part of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ConflictPage {
    /// In the order in which they were found out.
    conflicts: Vec<ConflictBody>,
    /// There are more behind these.
    more: bool,
}

/// Tickets that were let in once too often, each with its story.
#[utoipa::path(
    get, path = "/events/{id}/conflicts", tag = "doors", params(("id" = String, Path), ConflictsQuery),
    responses((status = 200, body = ConflictPage), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn list_conflicts(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
    Query(query): Query<ConflictsQuery>,
) -> Result<axum::Json<ConflictPage>, ApiError> {
    let limit = within("limit", query.limit.unwrap_or(DEFAULT_LIMIT), 1..=MAX_LIMIT)?;
    let wanted = ConflictQuery {
        open: query.open.unwrap_or(false),
        ticket: query.ticket,
        offset: query.offset.unwrap_or(0),
        limit: limit + 1,
    };
    let event = state.store.event(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    let mut rows = state.store.conflicts(caller.viewer(), id, wanted).await?.ok_or(ApiError::NotFound("event"))?;
    let limit = usize::try_from(limit).map_err(ApiError::internal)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let body = if query.languages == Some(true) { ConflictBody::new } else { ConflictBody::in_english };
    let conflicts = rows.into_iter().map(|row| body(row, &event.policy)).collect();
    Ok(axum::Json(ConflictPage { conflicts, more }))
}
