//! How a scanner is, and a sample of server time for it.

use shared::api::{HeartbeatRequest, HeartbeatResponse};
use shared::feed::Head;
use shared::time::TimeToken;

use crate::device::api::DeviceApi;
use crate::device::{Device, DeviceRefusal};
use crate::http::ApiError;
use crate::ingest::MAX_SEQ;

/// Most heads in one heartbeat: one for each epoch a device ever opened.
const MAX_HEADS: usize = 32;

pub(in crate::device) async fn heartbeat(
    api: &DeviceApi,
    device: &Device,
    request: HeartbeatRequest,
) -> Result<HeartbeatResponse, ApiError> {
    if request.heads.len() > MAX_HEADS {
        return Err(DeviceRefusal::BadRequest("more than 32 heads".into()).into());
    }
    let authority = api.authority(device.organization).await?;
    let key = api.server_key(&authority)?;
    // Signed before the store is asked: the less between request and answer, the narrower the sample.
    let now = api.state.now_ms();
    let token = TimeToken { nonce: request.nonce, server_ms: now, store: authority.store };
    let time = token.sign(&key);
    // A head that does not verify, or names a place that cannot be, says nothing; the heartbeat itself still counts.
    let open = |head: &minicbor::bytes::ByteVec| {
        Head::open(head, device.scanner, &device.key).ok().filter(|head| head.seq <= MAX_SEQ)
    };
    let heads = request.heads.iter().filter_map(open).collect();
    let keyset_version = request.keyset_version;
    let heard = api.state.store.hear(device.clone(), heads, request, now).await?;
    if let Some(event) = heard.equivocation {
        tracing::error!(%event, scanner = %device.scanner, "two different manifests with one version exist");
        metrics::counter!("turnstone_equivocations_total").increment(1);
    }
    for event in heard.touched {
        api.state.hub.changed(device.organization, event);
    }
    let keyset = authority.trust.keyset();
    Ok(HeartbeatResponse {
        time,
        store: authority.store,
        keyset: (keyset.version > keyset_version).then(|| authority.trust.keyset_bytes().to_vec()),
        manifests: heard.manifests,
        certificate: (device.serial > device.shown).then(|| device.certificate.clone()),
    })
}
