//! Entries in, acknowledgement and others' entries out.

use std::collections::{BTreeMap, BTreeSet};

use shared::api::{Ack, Acked, ExchangeRequest, ExchangeResponse, FeedPosition, MAX_BATCHES, MAX_POSITIONS};
use shared::cose::{Domain, VerifyingKey, sign_object};
use shared::ids::{FeedId, OrganizationId};

use crate::device::api::DeviceApi;
use crate::device::{Authority, Device, DeviceRefusal};
use crate::http::ApiError;
use crate::ingest::{Authenticated, Ingested, authenticate, signers_of};
use crate::state::AppState;

/// Most entries one exchange answers with, whatever was asked for.
const MAX_ACCEPT: u32 = 4_000;

pub(in crate::device) async fn exchange(
    api: &DeviceApi,
    device: &Device,
    request: ExchangeRequest,
) -> Result<ExchangeResponse, ApiError> {
    let began = tokio::time::Instant::now();
    DeviceApi::certified(device, request.event)?;
    if request.batches.len() > MAX_BATCHES || request.have.len() > MAX_POSITIONS {
        let text = format!("more than {MAX_BATCHES} batches or {MAX_POSITIONS} feeds");
        return Err(DeviceRefusal::BadRequest(text).into());
    }
    let authority = api.authority(device.organization).await?;
    let key = api.server_key(&authority)?;
    let ExchangeRequest { event, have, batches, accept } = request;
    let checked = check(api, device.organization, batches, authority.clone()).await?;
    let shown = have.iter().map(|position| (position.feed, position.contiguous, position.id)).collect();
    let now = api.state.now_ms();
    let ingested = api.state.store.ingest(device.organization, checked.batches, shown, now).await?;
    spread(&api.state, device.organization, &ingested);
    let acked = api.state.store.acked(device.organization, ingested.tops).await?;
    settle(api, device, &have, &acked, now).await?;
    let exchange = api.state.store.lacking(device.organization, event, have, accept.min(MAX_ACCEPT)).await?;
    let ack = Ack { store: authority.store, at: api.state.now_ms(), feeds: acked };
    metrics::histogram!("turnstone_exchange_seconds").record(began.elapsed().as_secs_f64());
    Ok(ExchangeResponse {
        ack: sign_object(Domain::Ack, &key, &ack),
        problems: checked.problems,
        batches: exchange.batches,
        more: exchange.more,
        wanted: exchange.wanted,
        refill: exchange.refill,
    })
}

/// Once all that the scanner told of its own feeds is held, nothing it reported as not sent is on its way any more.
/// Arrivals alone do not tell that: an acknowledgement may have got lost, or two of its processes sent at once.
async fn settle(
    api: &DeviceApi,
    device: &Device,
    have: &[FeedPosition],
    acked: &[Acked],
    now: i64,
) -> Result<(), ApiError> {
    // Who tells of nothing says nothing about what is still on its way.
    if have.is_empty() {
        return Ok(());
    }
    let acked: BTreeMap<FeedId, &Acked> = acked.iter().map(|acked| (acked.feed, acked)).collect();
    let mut spoken_of = BTreeSet::new();
    let lacks = |position: &&FeedPosition| {
        // Of a feed's chains the first is acknowledged; the others are not the asker's own.
        spoken_of.insert(position.feed)
            && acked
                .get(&position.feed)
                .is_none_or(|acked| acked.contiguous < position.contiguous || !acked.missing.is_empty())
    };
    let lacking = have.iter().filter(lacks).map(|position| position.feed).collect();
    if let Some(event) = api.state.store.settle(device.clone(), lacking, now).await? {
        api.state.hub.changed(device.organization, event);
    }
    Ok(())
}

/// Signatures and hashes take time: beside the runtime, and before the writer is asked.
async fn check(
    api: &DeviceApi,
    organization: OrganizationId,
    batches: Vec<shared::feed::Batch>,
    authority: Authority,
) -> Result<Authenticated, ApiError> {
    if batches.is_empty() {
        return Ok(Authenticated::default());
    }
    let keys = api.state.store.scanner_keys(organization, signers_of(&batches)).await?;
    let signers = keys.into_iter().filter_map(|(id, key)| Some((id, VerifyingKey::from_bytes(&key).ok()?))).collect();
    let work = tokio::task::spawn_blocking(move || authenticate(&batches, &signers, &authority.trust));
    work.await.map_err(ApiError::internal)
}

/// Tells those who wait of what was stored: holds end, dashboards change, numbers are counted.
pub(crate) fn spread(state: &AppState, organization: OrganizationId, ingested: &Ingested) {
    let mono = state.mono_ms();
    for passed in &ingested.passed {
        state.holds.release(passed.event, passed.ticket, passed.scanner, mono);
    }
    for event in &ingested.touched {
        state.hub.changed(organization, *event);
    }
    for feed in &ingested.forks {
        tracing::warn!(%feed, "a scanner signed two chains in one feed; it is marked as disputed");
    }
    metrics::counter!("turnstone_entries_ingested_total").increment(ingested.stored);
    metrics::counter!("turnstone_entries_repeated_total").increment(ingested.repeated);
    metrics::counter!("turnstone_conflicts_total").increment(ingested.conflicts);
}
