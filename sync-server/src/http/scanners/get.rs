//! `GET /scanners/{id}`

use axum::extract::State;
use shared::ids::ScannerId;

use super::body::ScannerBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// One scanner.
#[utoipa::path(
    get, path = "/scanners/{id}", tag = "scanners", params(("id" = String, Path)),
    responses((status = 200, body = ScannerBody), (status = 404, body = Problem))
)]
pub async fn get_scanner(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<ScannerId>,
) -> Result<axum::Json<ScannerBody>, ApiError> {
    let found = state.store.scanner(caller.viewer(), id).await?.ok_or(ApiError::NotFound("scanner"))?;
    Ok(axum::Json(ScannerBody::new(found, caller.at)))
}
