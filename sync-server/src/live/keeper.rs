//! Alarms of events that nobody watches: whoever looks next must find what happened meanwhile.

use std::time::Duration;

use crate::live::alarm::settle;
use crate::people::Viewer;
use crate::state::AppState;

/// Least time between two looks at what changed: a scanner's every message is not worth one.
const PAUSE: Duration = Duration::from_secs(1);

/// Judges until the server closes.
pub async fn run(state: AppState) {
    let mut closing = state.closing.clone();
    loop {
        tokio::select! {
            () = state.hub.unwatched() => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
        tokio::time::sleep(PAUSE).await;
        for (organization, event) in state.hub.take_unwatched() {
            let now = state.now_ms();
            let judged = async {
                let Some(picture) = state.store.picture(Viewer::admin(organization), event, now).await? else {
                    return Ok(());
                };
                let due = settle(&picture);
                if due.is_empty() { Ok(()) } else { state.store.settle_alarms(organization, event, now, due).await }
            };
            if let Err(error) = judged.await {
                tracing::warn!(%event, %error, "alarms cannot be judged");
            }
        }
    }
}
