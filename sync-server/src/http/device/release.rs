//! `POST /scanners/release`

use axum::extract::State;
use shared::api::{ReleaseRequest, ReleaseResponse, SyncApi};

use crate::device::{Device, DeviceApi};
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::state::AppState;

/// Give a reserved ticket free (`ReleaseRequest` → `ReleaseResponse`).
#[utoipa::path(
    post, path = "/scanners/release", tag = "device", request_body(content = Vec<u8>, content_type = "application/cbor"),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn release(
    State(state): State<AppState>,
    device: Device,
    Cbor(request): Cbor<ReleaseRequest>,
) -> Result<Cbor<ReleaseResponse>, ApiError> {
    DeviceApi { state }.release(&device, request).await.map(Cbor)
}
