//! How many scanners are online, for those who run the server.

use std::time::Duration;

use super::SILENT_AFTER_MS;
use crate::state::AppState;

/// How often they are counted.
const PAUSE: Duration = Duration::from_secs(5);

/// Counts until the server closes.
pub async fn run(state: AppState) {
    let mut closing = state.closing.clone();
    loop {
        match state.store.scanners_heard_since(state.now_ms().saturating_sub(SILENT_AFTER_MS)).await {
            Ok(online) => {
                metrics::gauge!("turnstone_scanners_online").set(f64::from(u32::try_from(online).unwrap_or(u32::MAX)));
            }
            Err(error) => tracing::warn!(%error, "scanners cannot be counted"),
        }
        metrics::gauge!("turnstone_live_watchers")
            .set(f64::from(u32::try_from(state.hub.watchers()).unwrap_or(u32::MAX)));
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}
