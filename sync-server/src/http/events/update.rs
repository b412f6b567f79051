//! `PATCH /events/{id}`

use axum::extract::State;
use serde::Deserialize;
use shared::ids::EventId;
use shared::policy::Policy;

use super::body::{EventBody, change};
use crate::change::Change;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::state::AppState;

/// Changes to an event; what is absent stays, null removes a limit.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventPatch {
    /// Name.
    name: Option<String>,
    /// Starts (ms).
    starts: Option<i64>,
    /// Ends (ms).
    ends: Option<i64>,
    /// IANA time zone.
    time_zone: Option<String>,
    /// Whether a ticket may come in again after going out.
    reentry: Option<bool>,
    /// Refuse well-signed tickets that are not in the list.
    list_only: Option<bool>,
    /// The same code again within this many ms on one device is the same scan.
    retry_window: Option<u64>,
    /// People the whole venue may hold.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    capacity: Change<u32>,
    /// Seconds after its expiry from which a manifest stops admitting.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    stale_stop: Change<u64>,
    /// No entries after this time (ms).
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    last_entry: Change<i64>,
    /// How often a ticket may come in again.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    max_reentries: Change<u32>,
}

fn set<T>(old: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *old = new;
    }
}

impl EventPatch {
    fn apply(self, policy: &mut Policy) {
        set(&mut policy.name, self.name);
        set(&mut policy.starts, self.starts);
        set(&mut policy.ends, self.ends);
        set(&mut policy.time_zone, self.time_zone);
        set(&mut policy.reentry, self.reentry);
        set(&mut policy.list_only, self.list_only);
        set(&mut policy.retry_window, self.retry_window);
        self.capacity.apply(&mut policy.capacity);
        self.stale_stop.apply(&mut policy.stale_stop);
        self.last_entry.apply(&mut policy.last_entry);
        self.max_reentries.apply(&mut policy.max_reentries);
    }
}

/// Change an event's name, times or rules.
#[utoipa::path(
    patch, path = "/events/{id}", tag = "events", params(("id" = String, Path)), request_body = EventPatch,
    responses((status = 200, body = EventBody), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn update_event(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Json(patch): Json<EventPatch>,
) -> Result<axum::Json<EventBody>, ApiError> {
    change(&state, &caller, id, Box::new(move |policy| patch.apply(policy))).await
}
