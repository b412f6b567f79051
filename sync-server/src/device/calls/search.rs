//! Finding a guest who cannot show a ticket.

use shared::api::{SearchRequest, SearchResponse};
use shared::trust::ScannerRole;

use crate::device::api::DeviceApi;
use crate::device::{Device, DeviceRefusal};
use crate::http::ApiError;

/// Shortest query, in characters: one letter would list everybody.
const MIN_QUERY_CHARS: usize = 2;

/// Longest query, in characters.
const MAX_QUERY_CHARS: usize = 100;

/// Most hits.
const MAX_HITS: u32 = 50;

pub(in crate::device) async fn search(
    api: &DeviceApi,
    device: &Device,
    request: SearchRequest,
) -> Result<SearchResponse, ApiError> {
    if device.role != ScannerRole::Supervisor {
        return Err(DeviceRefusal::Forbidden("only supervisors search").into());
    }
    DeviceApi::certified(device, request.event)?;
    let query = request.query.trim().to_owned();
    if !(MIN_QUERY_CHARS..=MAX_QUERY_CHARS).contains(&query.chars().count()) {
        return Err(DeviceRefusal::BadRequest("a query has 2 to 100 characters".into()).into());
    }
    let limit = request.limit.clamp(1, MAX_HITS);
    let hits = api.state.store.search_tickets(device.organization, request.event, query, limit).await?;
    Ok(SearchResponse { hits })
}
