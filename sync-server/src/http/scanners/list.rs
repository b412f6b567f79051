//! `GET /scanners`

use axum::extract::State;
use serde::Deserialize;
use shared::ids::EventId;

use super::body::ScannerBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Query;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// Which scanners.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ScannersQuery {
    /// Only those certified for this event.
    #[param(value_type = Option<String>)]
    event: Option<EventId>,
}

/// Scanners of the caller's organization, by name; a promoter sees those of its events.
#[utoipa::path(
    get, path = "/scanners", tag = "scanners", params(ScannersQuery),
    responses((status = 200, body = Vec<ScannerBody>), (status = 401, body = Problem))
)]
pub async fn list_scanners(
    State(state): State<AppState>,
    caller: SignedIn,
    Query(query): Query<ScannersQuery>,
) -> Result<axum::Json<Vec<ScannerBody>>, ApiError> {
    let mut found = state.store.scanners(caller.viewer()).await?;
    if let Some(event) = query.event {
        found.retain(|scanner| scanner.events.contains(&event));
    }
    Ok(axum::Json(found.into_iter().map(|scanner| ScannerBody::new(scanner, caller.at)).collect()))
}
