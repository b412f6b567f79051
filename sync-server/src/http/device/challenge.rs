//! `POST /scanners/challenge`

use axum::extract::State;
use shared::api::{ChallengeRequest, ChallengeResponse, SyncApi};

use crate::device::DeviceApi;
use crate::http::device::cbor::Cbor;
use crate::http::error::{ApiError, Problem};
use crate::http::layers::ClientAddress;
use crate::state::AppState;

/// Ask for a nonce to sign (`ChallengeRequest` → `ChallengeResponse`).
#[utoipa::path(
    post, path = "/scanners/challenge", tag = "device", request_body(content = Vec<u8>, content_type = "application/cbor"), security(()),
    responses((status = 200, body = Vec<u8>, content_type = "application/cbor"), (status = "4XX", body = Problem))
)]
pub async fn challenge(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    Cbor(request): Cbor<ChallengeRequest>,
) -> Result<Cbor<ChallengeResponse>, ApiError> {
    state.limits.stranger(address)?;
    DeviceApi { state }.challenge(request).await.map(Cbor)
}
