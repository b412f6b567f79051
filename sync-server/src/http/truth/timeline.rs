//! `GET /events/{id}/timeline`

use std::collections::BTreeMap;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, GateId};
use shared::time::MINUTE_MS;

use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query, within};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// Widest step, in minutes: a day.
const MAX_STEP: i64 = 24 * 60;

/// Which part, and how fine.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TimelineQuery {
    /// From (ms) [everything].
    from: Option<i64>,
    /// To (ms) [everything].
    to: Option<i64>,
    /// Minutes in a bucket: 1 to 1440 [5].
    #[param(minimum = 1, maximum = 1440)]
    step: Option<i64>,
}

/// People by time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TimelineBody {
    /// Length of a bucket (ms).
    step: i64,
    /// Buckets in which anybody moved, in order.
    buckets: Vec<Bucket>,
}

/// One bucket.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Bucket {
    /// Its begin (ms).
    at: i64,
    /// People in, at all gates.
    #[serde(rename = "in")]
    inward: i64,
    /// People out, at all gates.
    out: i64,
    /// By gate: in and out.
    #[schema(value_type = Object)]
    gates: BTreeMap<GateId, (i64, i64)>,
}

/// People in and out by time and gate. Late entries correct it.
#[utoipa::path(
    get, path = "/events/{id}/timeline", tag = "doors", params(("id" = String, Path), TimelineQuery),
    responses((status = 200, body = TimelineBody), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn get_timeline(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
    Query(query): Query<TimelineQuery>,
) -> Result<axum::Json<TimelineBody>, ApiError> {
    let step = within("step", query.step.unwrap_or(5), 1..=MAX_STEP)?;
    let from = query.from.map_or(i64::MIN, |ms| ms.div_euclid(MINUTE_MS));
    let to = query.to.map_or(i64::MAX, |ms| ms.div_euclid(MINUTE_MS));
    let rows = state.store.timeline(caller.viewer(), id, from, to).await?.ok_or(ApiError::NotFound("event"))?;
    let mut buckets: BTreeMap<i64, Bucket> = BTreeMap::new();
    for row in rows {
        let begin = row.minute.div_euclid(step) * step;
        let bucket = buckets.entry(begin).or_insert_with(|| Bucket { at: begin * MINUTE_MS, ..Bucket::default() });
        bucket.inward += row.flow.inward;
        bucket.out += row.flow.outward;
        let gate = bucket.gates.entry(row.gate).or_default();
        *gate = (gate.0 + row.flow.inward, gate.1 + row.flow.outward);
    }
    Ok(axum::Json(TimelineBody { step: step * MINUTE_MS, buckets: buckets.into_values().collect() }))
}
