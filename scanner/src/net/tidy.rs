//! Housekeeping that would otherwise make a guest wait some day: old ticket lists, the write-ahead log.

use std::time::Duration;

use tokio::time::sleep;

use crate::engine::Engine;

use super::{Desk, SyncError};

/// Most steps at the end of a round; the rest is left to the next one.
const STEPS_A_ROUND: u32 = 100;
/// Pause between steps while people may be scanning: SQLite lets one write at a time, and does not queue fairly.
const PAUSE: Duration = Duration::from_millis(10);

/// After a round, when nobody waits for this process.
pub(super) async fn tidy_a_while(desk: &Desk) -> Result<(), SyncError> {
    for _ in 0..STEPS_A_ROUND {
        if !desk.ask(Engine::maintain).await? {
            break;
        }
    }
    Ok(())
}

/// Beside a door that is open, until everything is done.
pub(super) async fn tidy_gently(desk: &Desk) -> Result<(), SyncError> {
    while desk.ask(Engine::maintain).await? {
        sleep(PAUSE).await;
    }
    Ok(())
}
