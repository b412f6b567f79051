//! `POST /scanners/heartbeat`

use axum::extract::State;
use shared::api::{HeartbeatRequest, HeartbeatResponse, SyncApi};

use crate::device::{Device, DeviceApi};
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::state::AppState;

/// Say how the scanner is and take a time sample (`HeartbeatRequest` → `HeartbeatResponse`).
#[utoipa::path(
    post, path = "/scanners/heartbeat", tag = "device", request_body(content = Vec<u8>, content_type = "application/cbor"),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn heartbeat(
    State(state): State<AppState>,
    device: Device,
    Cbor(request): Cbor<HeartbeatRequest>,
) -> Result<Cbor<HeartbeatResponse>, ApiError> {
    DeviceApi { state }.heartbeat(&device, request).await.map(Cbor)
}
