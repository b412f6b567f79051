//! `POST /scanners/enrol`

use axum::extract::State;
use shared::api::{EnrolRequest, EnrolResponse, SyncApi};

use crate::device::DeviceApi;
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::http::layers::ClientAddress;
use crate::state::AppState;

/// Trade an invitation for a certificate (`EnrolRequest` → `EnrolResponse`).
#[utoipa::path(
    post, path = "/scanners/enrol", tag = "device", request_body(content = Vec<u8>, content_type = "application/cbor"), security(()),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn enrol(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Cbor(request): Cbor<EnrolRequest>,
) -> Result<Cbor<EnrolResponse>, ApiError> {
    state.limits.stranger(address)?;
    DeviceApi { state }.enrol(request).await.map(Cbor)
}
