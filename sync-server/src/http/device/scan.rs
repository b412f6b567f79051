//! `POST /scanners/scan`

use axum::extract::State;
use shared::api::{ConfirmRequest, ConfirmResponse, SyncApi};

use crate::device::{Device, DeviceApi};
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::state::AppState;

/// Ask for a ticket's newest history and reserve it for a moment (`ConfirmRequest` → `ConfirmResponse`).
#[utoipa::path(
    post, path = "/scanners/scan", tag = "device", request_body(content = Vec<u8>, content_type = "application/cbor"),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn confirm(
    State(state): State<AppState>,
    device: Device,
    Cbor(request): Cbor<ConfirmRequest>,
) -> Result<Cbor<ConfirmResponse>, ApiError> {
    DeviceApi { state }.confirm(&device, request).await.map(Cbor)
}
