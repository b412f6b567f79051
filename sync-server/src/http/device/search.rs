//! `POST /scanners/search`

use axum::extract::State;
use shared::api::{SearchRequest, SearchResponse, SyncApi};

use crate::device::{Device, DeviceApi};
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::state::AppState;

/// Find tickets by attendee; supervisors only (`SearchRequest` → `SearchResponse`).
#[utoipa::path(
    post, path = "/scanners/search", tag = "device", request_body(content = Vec<u8>, content_type = "application/cbor"),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn search(
    State(state): State<AppState>,
    device: Device,
    Cbor(request): Cbor<SearchRequest>,
) -> Result<Cbor<SearchResponse>, ApiError> {
    DeviceApi { state }.search(&device, request).await.map(Cbor)
}
