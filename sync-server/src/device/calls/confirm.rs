//! Asking the server while a guest stands at the door.

use minicbor::bytes::ByteVec;
use shared::api::{ConfirmRequest, ConfirmResponse, Confirmation, ReleaseRequest, ReleaseResponse};
use shared::cose::{Domain, sign_object};
use shared::entry::Direction;

use crate::device::Device;
use crate::device::api::DeviceApi;
use crate::device::holds::Claim;
use crate::http::ApiError;

pub(in crate::device) async fn confirm(
    api: &DeviceApi,
    device: &Device,
    request: &ConfirmRequest,
) -> Result<ConfirmResponse, ApiError> {
    DeviceApi::certified(device, request.event)?;
    let authority = api.authority(device.organization).await?;
    let key = api.server_key(&authority)?;
    // First the hold, then the history: a hold of another ends only after its entry is there to be read.
    let claim = match request.direction {
        Direction::Entry => {
            api.state.holds.claim(request.event, request.ticket, device.scanner, request.gate, api.mono_ms())
        }
        Direction::Exit => Claim::Granted,
    };
    if claim == Claim::Full {
        return Err(ApiError::Busy);
    }
    let history = api.state.store.ticket_history(device.organization, request.event, request.ticket).await?;
    let confirmation = Confirmation {
        nonce: request.nonce,
        ticket: request.ticket,
        at: api.state.now_ms(),
        times: history.iter().map(|(_, time)| (time.lo, time.hi)).collect(),
        entries: history.into_iter().map(|(bytes, _)| ByteVec::from(bytes)).collect(),
        granted: claim == Claim::Granted,
        held_at: if let Claim::HeldAt(gate) = claim { Some(gate) } else { None },
    };
    Ok(ConfirmResponse { confirmation: sign_object(Domain::Confirm, &key, &confirmation) })
}

pub(in crate::device) fn release(
    api: &DeviceApi,
    device: &Device,
    request: &ReleaseRequest,
) -> Result<ReleaseResponse, ApiError> {
    DeviceApi::certified(device, request.event)?;
    let released = api.state.holds.release(request.event, request.ticket, device.scanner, api.mono_ms());
    Ok(ReleaseResponse { released })
}
