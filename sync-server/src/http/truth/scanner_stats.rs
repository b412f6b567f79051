//! `GET /events/{id}/scanner-stats`

use std::collections::BTreeMap;

use axum::extract::State;
use serde::Serialize;
use shared::ids::EventId;

use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::scanners::body::ScannerBody;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// What one scanner did at this event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ScannerStats {
    /// The scanner and how it is.
    scanner: ScannerBody,
    /// Its entries by what they turned out to be.
    #[schema(value_type = Object)]
    entries: BTreeMap<&'static str, u64>,
    /// The same by gate.
    #[schema(value_type = Object)]
    gates: BTreeMap<u32, BTreeMap<&'static str, u64>>,
}

/// Scanners of an event and what they did.
#[utoipa::path(
    get, path = "/events/{id}/scanner-stats", tag = "doors", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ScannerStats>), (status = 404, body = Problem))
)]
pub async fn get_scanner_stats(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<Vec<ScannerStats>>, ApiError> {
    let found = state.store.scanner_tallies(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    let stats = found.into_iter().map(|tally| {
        let (mut entries, mut gates) = (BTreeMap::new(), BTreeMap::<u32, BTreeMap<_, _>>::new());
        for (gate, label, count) in tally.tallies {
            *entries.entry(label.name()).or_default() += count;
            if let Some(gate) = gate {
                gates.entry(gate.0).or_default().insert(label.name(), count);
            }
        }
        ScannerStats { scanner: ScannerBody::new(tally.scanner, caller.at), entries, gates }
    });
    Ok(axum::Json(stats.collect()))
}
