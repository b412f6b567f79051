//! Every call of a scanner, as the server answers it.

use shared::api::{
    AuthRequest, AuthResponse, ChallengeRequest, ChallengeResponse, ConfirmRequest, ConfirmResponse, EnrolRequest,
    EnrolResponse, ExchangeRequest, ExchangeResponse, HeartbeatRequest, HeartbeatResponse, ManifestRequest,
    ManifestResponse, RefillRequest, RefillResponse, ReleaseRequest, ReleaseResponse, SearchRequest, SearchResponse,
    SyncApi,
};
use shared::cose::SigningKey;
use shared::ids::{EventId, OrganizationId};

use super::{Authority, Device, DeviceRefusal, calls};
use crate::http::{ApiError, to_the_end};
use crate::keys::KeyUse;
use crate::state::AppState;

/// The server's side of the exchange.
#[derive(Debug, Clone)]
pub struct DeviceApi {
    /// What it works on.
    pub state: AppState,
}

impl DeviceApi {
    /// Trust and keys of an organization.
    pub(super) async fn authority(&self, organization: OrganizationId) -> Result<Authority, ApiError> {
        self.state
            .store
            .authority(organization)
            .await?
            .ok_or_else(|| ApiError::internal("the organization has no keyset"))
    }

    /// The key that signs acknowledgements, times and confirmations.
    pub(super) fn server_key(&self, authority: &Authority) -> Result<SigningKey, ApiError> {
        let key = authority.signer(KeyUse::Server, self.state.now_ms());
        key.ok_or_else(|| ApiError::internal("no server key signs now; make one with `keys rotate`"))
    }

    /// Server time on the clock that never jumps (ms).
    pub(super) fn mono_ms(&self) -> u64 {
        self.state.clock.read().mono_ms
    }

    /// Refuses events the scanner is not certified for.
    pub(super) fn certified(device: &Device, event: EventId) -> Result<(), ApiError> {
        if device.scans(event) {
            return Ok(());
        }
        Err(DeviceRefusal::Forbidden("its certificate does not name this event").into())
    }
}

impl SyncApi for DeviceApi {
    type Error = ApiError;
    type Session = Device;

    async fn enrol(&self, request: EnrolRequest) -> Result<EnrolResponse, ApiError> {
        let api = self.clone();
        to_the_end(async move { calls::enrol::enrol(&api, request).await }).await
    }

    async fn challenge(&self, request: ChallengeRequest) -> Result<ChallengeResponse, ApiError> {
        calls::auth::challenge(self, &request).await
    }

    async fn authenticate(&self, request: AuthRequest) -> Result<AuthResponse, ApiError> {
        calls::auth::authenticate(self, request).await
    }

    async fn heartbeat(&self, device: &Device, request: HeartbeatRequest) -> Result<HeartbeatResponse, ApiError> {
        let (api, device) = (self.clone(), device.clone());
        to_the_end(async move { calls::heartbeat::heartbeat(&api, &device, request).await }).await
    }

    async fn exchange(&self, device: &Device, request: ExchangeRequest) -> Result<ExchangeResponse, ApiError> {
        let (api, device) = (self.clone(), device.clone());
        to_the_end(async move { calls::exchange::exchange(&api, &device, request).await }).await
    }

    async fn manifest(&self, device: &Device, request: ManifestRequest) -> Result<ManifestResponse, ApiError> {
        calls::manifest::manifest(self, device, request).await
    }

    async fn refill(&self, device: &Device, request: RefillRequest) -> Result<RefillResponse, ApiError> {
        let (api, device) = (self.clone(), device.clone());
        to_the_end(async move { calls::manifest::refill(&api, &device, request).await }).await
    }

    async fn confirm(&self, device: &Device, request: ConfirmRequest) -> Result<ConfirmResponse, ApiError> {
        calls::confirm::confirm(self, device, &request).await
    }

    async fn release(&self, device: &Device, request: ReleaseRequest) -> Result<ReleaseResponse, ApiError> {
        calls::confirm::release(self, device, &request)
    }

    async fn search(&self, device: &Device, request: SearchRequest) -> Result<SearchResponse, ApiError> {
        calls::search::search(self, device, request).await
    }
}
