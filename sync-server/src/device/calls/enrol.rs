//! Becoming a scanner.

use shared::api::{EnrolProof, EnrolRequest, EnrolResponse};
use shared::cose::{Domain, VerifyingKey, open, peek};
use shared::trust::Certificate;

use crate::device::api::DeviceApi;
use crate::device::{DeviceRefusal, token_hash};
use crate::http::ApiError;
use crate::store::device::Enrol;

/// Longest description of a device, in characters.
const MAX_DEVICE_CHARS: usize = 100;

pub(in crate::device) async fn enrol(api: &DeviceApi, request: EnrolRequest) -> Result<EnrolResponse, ApiError> {
    let key = VerifyingKey::from_bytes(&request.public).ok().filter(|key| !key.is_weak());
    let key = key.ok_or(DeviceRefusal::BadRequest("its public key is none".into()))?;
    let proof: EnrolProof = open(Domain::Enrol, &key, &request.proof)
        .map_err(|_| DeviceRefusal::BadProof("the signature is not by the key to be enrolled"))?;
    if proof.token != request.token || proof.public != request.public {
        return Err(DeviceRefusal::BadProof("it is for another invitation or key").into());
    }
    let device: String = request.device.chars().take(MAX_DEVICE_CHARS).collect();
    let now = api.state.now_ms();
    let outcome = api.state.store.enrol(token_hash(&request.token.0), request.public, device, now).await?;
    let (organization, certificate) = match outcome {
        Enrol::Enrolled { organization, certificate } => (organization, certificate),
        Enrol::Unknown => return Err(DeviceRefusal::InvitationUnknown.into()),
        Enrol::Used => return Err(DeviceRefusal::InvitationUsed.into()),
        Enrol::Expired => return Err(DeviceRefusal::InvitationExpired.into()),
        Enrol::Revoked => return Err(DeviceRefusal::Revoked(None).into()),
    };
    // Whoever waits for the device before a page sees at once that it has come.
    let events = peek::<Certificate>(&certificate).map(|certificate| certificate.events).unwrap_or_default();
    for event in events {
        api.state.hub.changed(organization, event);
    }
    let authority = api.authority(organization).await?;
    Ok(EnrolResponse {
        store: authority.store,
        root: authority.trust.root().to_bytes(),
        keyset: authority.trust.keyset_bytes().to_vec(),
        certificate,
        organization: authority.name,
    })
}
