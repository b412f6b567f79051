//! `GET /events`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::EventId;

use crate::events::EventSummary;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Query;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// Which events.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    /// Archived ones, too.
    #[serde(default)]
    archived: bool,
}

/// An event in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EventLine {
    /// Id.
    #[schema(value_type = String)]
    id: EventId,
    /// Name.
    name: String,
    /// Starts (ms).
    starts: i64,
    /// Ends (ms).
    ends: i64,
    /// IANA time zone.
    time_zone: String,
    /// Since when it is read-only (ms).
    archived: Option<i64>,
    /// Tickets it has, in whatever state.
    tickets: u64,
}

impl From<EventSummary> for EventLine {
    fn from(event: EventSummary) -> Self {
        Self {
            id: event.id,
            name: event.name,
            starts: event.starts,
            ends: event.ends,
            time_zone: event.time_zone,
            archived: event.archived,
            tickets: event.tickets,
        }
    }
}

/// Events the caller may see, latest start first.
#[utoipa::path(
    get, path = "/events", tag = "events", params(EventsQuery),
    responses((status = 200, body = Vec<EventLine>), (status = 401, body = Problem))
)]
pub async fn list_events(
    State(state): State<AppState>,
    caller: SignedIn,
    Query(query): Query<EventsQuery>,
) -> Result<axum::Json<Vec<EventLine>>, ApiError> {
    let events = state.store.events(caller.viewer(), query.archived).await?;
    Ok(axum::Json(events.into_iter().map(EventLine::from).collect()))
}
