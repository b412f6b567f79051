//! `GET /events/{id}/entries`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, ScannerId, TicketKey};
use shared::merge::Label;

use super::body::EntryBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query, within};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use crate::store::truth::EntryQuery;

/// Entries of an answer, unless asked for otherwise.
const DEFAULT_LIMIT: u32 = 100;

/// Most entries of an answer.
const MAX_LIMIT: u32 = 1000;

/// Which entries.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EntriesQuery {
    /// Arrived after this number: `next` of the answer before.
    after: Option<i64>,
    /// Only of this ticket.
    #[param(value_type = Option<String>)]
    ticket: Option<TicketKey>,
    /// Only of this scanner.
    #[param(value_type = Option<String>)]
    scanner: Option<ScannerId>,
    /// Only with this label.
    #[param(value_type = Option<String>)]
    label: Option<Label>,
    /// At most so many: 1 to 1000 [100].
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A part of the log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EntryPage {
    /// In order of arrival.
    entries: Vec<EntryBody>,
    /// For `after` of the next request; absent at the end.
    next: Option<i64>,
}

/// What the scanners logged, in order of arrival.
#[utoipa::path(
    get, path = "/events/{id}/entries", tag = "doors", params(("id" = String, Path), EntriesQuery),
    responses((status = 200, body = EntryPage), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn list_entries(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
    Query(query): Query<EntriesQuery>,
) -> Result<axum::Json<EntryPage>, ApiError> {
    let limit = within("limit", query.limit.unwrap_or(DEFAULT_LIMIT), 1..=MAX_LIMIT)?;
    let wanted = EntryQuery {
        after: query.after.unwrap_or(0),
        ticket: query.ticket,
        scanner: query.scanner,
        label: query.label,
        limit: limit + 1,
    };
    let mut rows = state.store.entries(caller.viewer(), id, wanted).await?.ok_or(ApiError::NotFound("event"))?;
    let limit = usize::try_from(limit).map_err(ApiError::internal)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| row.number);
    Ok(axum::Json(EntryPage { entries: rows.into_iter().map(EntryBody::from).collect(), next }))
}
