//! Manifests out, and back in.

use shared::api::{ManifestRequest, ManifestResponse, RefillRequest, RefillResponse};
use shared::cose::Domain;
use shared::manifest::{Header, MAX_BUCKET_BITS, check_header};
use shared::trust::KeyRole;

use crate::device::api::DeviceApi;
use crate::device::{Authority, Device, DeviceRefusal};
use crate::http::ApiError;
use crate::store::manifest::Refill;

/// Most parts one request may name: no ticket list has more.
const MAX_BUCKETS: usize = 1 << MAX_BUCKET_BITS;

pub(in crate::device) async fn manifest(
    api: &DeviceApi,
    device: &Device,
    request: ManifestRequest,
) -> Result<ManifestResponse, ApiError> {
    DeviceApi::certified(device, request.event)?;
    let ManifestRequest { event, have, buckets, keyset_version } = request;
    if buckets.len() > MAX_BUCKETS {
        return Err(DeviceRefusal::BadRequest(format!("more than {MAX_BUCKETS} parts of a ticket list")).into());
    }
    let found = api.state.store.manifest_for(device.organization, event, have, buckets, keyset_version).await?;
    found.ok_or_else(|| DeviceRefusal::NotPublished.into())
}

pub(in crate::device) async fn refill(
    api: &DeviceApi,
    device: &Device,
    request: RefillRequest,
) -> Result<RefillResponse, ApiError> {
    DeviceApi::certified(device, request.event)?;
    let authority = api.authority(device.organization).await?;
    let header = open_own(&request, &authority)?;
    let now = api.state.now_ms();
    Ok(match api.state.store.refill(header, request.header, request.parts, now).await? {
        Refill::Adopted => {
            tracing::info!(event = %request.event, "a scanner gave the newest manifest back");
            api.state.hub.changed(device.organization, request.event);
            RefillResponse { wanted: vec![], adopted: true }
        }
        Refill::Wanted(wanted) => RefillResponse { wanted, adopted: false },
        Refill::NotNewer => RefillResponse { wanted: vec![], adopted: false },
        Refill::Refused(lie) => return Err(not_taken_back(&lie.to_string()).into()),
    })
}

/// A manifest this organization signed itself. Its expiry does not matter: it is truth about the past.
fn open_own(request: &RefillRequest, authority: &Authority) -> Result<Header, DeviceRefusal> {
    let header: Header = authority
        .trust
        .open(Domain::Manifest, KeyRole::Manifest, &request.header, |header: &Header| header.created)
        .map_err(|error| not_taken_back(&error.to_string()))?;
    if header.organization != authority.organization || header.event != request.event {
        return Err(not_taken_back("it belongs to another organization or event"));
    }
    check_header(&header).map_err(|error| not_taken_back(&error.to_string()))?;
    Ok(header)
}

fn not_taken_back(why: &str) -> DeviceRefusal {
    DeviceRefusal::BadRequest(format!("the manifest cannot be taken back: {why}"))
}
