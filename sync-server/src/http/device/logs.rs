//! `POST /scanners/logs`

use axum::extract::State;
use shared::api::{ExchangeRequest, ExchangeResponse, SyncApi};

use crate::device::{Device, DeviceApi};
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::state::AppState;

/// Send entries, get entries (`ExchangeRequest` → `ExchangeResponse`).
#[utoipa::path(
    post, path = "/scanners/logs", tag = "device", request_body(content = Vec<u8>, content_type = "application/cbor"),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn exchange(
    State(state): State<AppState>,
    device: Device,
    Cbor(request): Cbor<ExchangeRequest>,
) -> Result<Cbor<ExchangeResponse>, ApiError> {
    DeviceApi { state }.exchange(&device, request).await.map(Cbor)
}
