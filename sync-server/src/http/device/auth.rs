//! `POST /scanners/auth`

use axum::extract::State;
use shared::api::{AuthRequest, AuthResponse, SyncApi};

use crate::device::DeviceApi;
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::http::layers::ClientAddress;
use crate::state::AppState;

/// Trade a signed nonce for a token (`AuthRequest` → `AuthResponse`).
#[utoipa::path(
    post, path = "/scanners/auth", tag = "device", request_body(content = Vec<u8>, content_type = "application/cbor"), security(()),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn authenticate(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Cbor(request): Cbor<AuthRequest>,
) -> Result<Cbor<AuthResponse>, ApiError> {
    state.limits.stranger(address)?;
    DeviceApi { state }.authenticate(request).await.map(Cbor)
}
