//! `GET /events/{id}/minutes.csv`

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use shared::ids::{EventId, GateId};
use shared::policy::Policy;
use shared::time::MINUTE_MS;

use super::export::rfc3339;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::spreadsheet::harmless;
use crate::state::AppState;
use crate::store::truth::MinuteRow;

/// Columns of the file.
const COLUMNS: [&str; 7] = ["minute", "gate", "gate_name", "leads_from_outside", "in", "out", "inside_then"];

/// People by minute and gate as CSV (RFC 4180), times in RFC 3339. `inside_then` is who is in the venue after that line; inner
/// gates do not change it.
#[utoipa::path(
    get, path = "/events/{id}/minutes.csv", tag = "doors", params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub async fn export_minutes(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<Response, ApiError> {
    let viewer = caller.viewer();
    let event = state.store.event(viewer, id).await?.ok_or(ApiError::NotFound("event"))?;
    let rows = state.store.timeline(viewer, id, i64::MIN, i64::MAX).await?.ok_or(ApiError::NotFound("event"))?;
    let file = file(&rows, &event.policy).map_err(ApiError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"minutes-{id}.csv\"")),
    ];
    Ok((headers, file).into_response())
}

fn file(rows: &[MinuteRow], policy: &Policy) -> Result<Vec<u8>, csv::Error> {
    let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    csv.write_record(COLUMNS)?;
    let mut inside = 0_i64;
    for row in rows {
        let gate = policy.gate(row.gate);
        let outer = gate.is_none_or(|gate| gate.from.is_none());
        if outer {
            inside += row.flow.inward - row.flow.outward;
        }
        let GateId(number) = row.gate;
        csv.write_record([
            rfc3339(row.minute.saturating_mul(MINUTE_MS)),
            number.to_string(),
            harmless(gate.map_or("", |gate| gate.name.as_str())),
            outer.to_string(),
            row.flow.inward.to_string(),
            row.flow.outward.to_string(),
            inside.to_string(),
        ])?;
    }
    csv.into_inner().map_err(|error| error.into_error().into())
}
