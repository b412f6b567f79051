//! `GET /events/{id}/tickets`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, TicketKey};

use super::body::{StateBody, TicketBody};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use crate::store::tickets::TicketQuery;

/// Tickets of an answer, unless asked for otherwise.
const DEFAULT_LIMIT: u32 = 100;

/// Most tickets of an answer.
const MAX_LIMIT: u32 = 1000;

/// Which tickets.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct TicketsQuery {
    /// Part of name, e-mail address or reference, or the beginning of the id (4 digits or more).
    search: Option<String>,
    /// Only in this state.
    #[param(inline)]
    state: Option<StateBody>,
    /// Behind this ticket: `next` of the answer before.
    #[param(value_type = Option<String>)]
    after: Option<TicketKey>,
    /// At most so many: 1 to 1000 [100].
    limit: Option<u32>,
}

/// A part of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TicketPage {
    /// Oldest first.
    tickets: Vec<TicketBody>,
    /// For `after` of the next request; absent at the end.
    #[schema(value_type = Option<String>)]
    next: Option<TicketKey>,
}

/// Tickets of an event, oldest first.
#[utoipa::path(
    get, path = "/events/{id}/tickets", tag = "tickets", params(("id" = String, Path), TicketsQuery),
    responses((status = 200, body = TicketPage), (status = 404, body = Problem))
)]
pub async fn list_tickets(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
    Query(query): Query<TicketsQuery>,
) -> Result<axum::Json<TicketPage>, ApiError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let query =
        TicketQuery { search: query.search, state: query.state.map(Into::into), after: query.after, limit: limit + 1 };
    let found = state.store.tickets(caller.viewer(), id, query).await?;
    let mut tickets = found.ok_or(ApiError::NotFound("event"))?;
    // One more than asked for tells whether there is a next page.
    let limit = usize::try_from(limit).map_err(ApiError::internal)?;
    let more = tickets.len() > limit;
    tickets.truncate(limit);
    let next = tickets.last().filter(|_| more).map(|ticket| ticket.key);
    Ok(axum::Json(TicketPage { tickets: tickets.into_iter().map(TicketBody::from).collect(), next }))
}
