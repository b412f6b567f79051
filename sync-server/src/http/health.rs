//! `GET /health`: the process runs. `GET /ready`: it can also store and answer.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::error::{ApiError, Problem};
use crate::state::AppState;

/// State of the server.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// Always "ok"; a server that is not answers with problem details.
    status: &'static str,
    /// Version of the program.
    version: &'static str,
}

const OK: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

/// Whether the process runs.
#[utoipa::path(get, path = "/health", tag = "operation", security(()), responses((status = 200, body = Health)))]
pub async fn health() -> Json<Health> {
    Json(OK)
}

/// Whether requests can be served: the database answers and takes writes, and the server is not shutting down.
#[utoipa::path(
    get, path = "/ready", tag = "operation", security(()),
    responses((status = 200, body = Health), (status = 503, body = Problem))
)]
pub async fn ready(State(state): State<AppState>) -> Result<Json<Health>, ApiError> {
    if *state.closing.borrow() {
        return Err(ApiError::Busy);
    }
    state.store.check_writable().await?;
    Ok(Json(OK))
}
