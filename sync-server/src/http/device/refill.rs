//! `POST /scanners/refill`

use axum::extract::State;
use shared::api::{RefillRequest, RefillResponse, SyncApi};

use crate::device::{Device, DeviceApi};
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::state::AppState;

/// Give a server that lost it the newest manifest back (`RefillRequest` → `RefillResponse`).
#[utoipa::path(
    post, path = "/scanners/refill", tag = "device", request_body(content = Vec<u8>, content_type = "application/cbor"),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn refill(
    State(state): State<AppState>,
    device: Device,
    Cbor(request): Cbor<RefillRequest>,
) -> Result<Cbor<RefillResponse>, ApiError> {
    DeviceApi { state }.refill(&device, request).await.map(Cbor)
}
