//! `POST /events/{event}/manifest`

use axum::extract::State;
use shared::api::{ManifestRequest, ManifestResponse, SyncApi};
use shared::ids::EventId;

use crate::device::{Device, DeviceApi, DeviceRefusal};
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::state::AppState;

/// Get the manifest: what changed, or parts of it (`ManifestRequest` → `ManifestResponse`).
#[utoipa::path(
    post, path = "/events/{event}/manifest", tag = "device", params(("event" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/cbor"),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn manifest(
    State(state): State<AppState>,
    device: Device,
    Path(event): Path<EventId>,
    Cbor(request): Cbor<ManifestRequest>,
) -> Result<Cbor<ManifestResponse>, ApiError> {
    if request.event != event {
        return Err(DeviceRefusal::BadRequest("address and message name two events".into()).into());
    }
    DeviceApi { state }.manifest(&device, request).await.map(Cbor)
}
