//! Publishing by itself: soon after a change, and when half of a manifest's time is over.

use std::time::Duration;

use shared::ids::{EventId, OrganizationId};

use super::{Publish, publish};
use crate::people::Actor;
use crate::state::AppState;
use crate::store::manifest::AfterRestore;

/// An event whose manifest is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Whose.
    pub organization: OrganizationId,
    /// Which.
    pub event: EventId,
}

/// Looks every `pause` for what is due, until the server closes. Changes are found in the store, not told, so that those
/// made by the command line beside a running server are published as well.
pub async fn run(state: AppState, pause: Duration) {
    let mut closing = state.closing.clone();
    loop {
        match state.store.due_publications(state.now_ms()).await {
            Ok(all) => {
                for due in all {
                    one(&state, due).await;
                }
            }
            Err(error) => tracing::warn!(%error, "cannot look for what is to be published"),
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}

async fn one(state: &AppState, due: Due) {
    let actor = Actor {
        organization: due.organization,
        user: None,
        name: "automatic".into(),
        address: None,
        at: state.now_ms(),
    };
    match publish(&*state.store, &*state.clock, &*state.entropy, actor, due.event, false, AfterRestore::Wait).await {
        Ok(Publish::Published(made)) => {
            tracing::info!(event = %due.event, version = made.version, changed = made.changed, "manifest published");
            state.hub.changed(due.organization, due.event);
        }
        // It began to be held between looking and publishing: a scanner showed a newer list.
        Ok(Publish::Held(hold)) => tracing::info!(event = %due.event, cause = hold.cause(), "manifest not published"),
        Ok(outcome) => tracing::warn!(event = %due.event, ?outcome, "manifest not published"),
        Err(error) => tracing::warn!(event = %due.event, %error, "manifest not published"),
    }
}
