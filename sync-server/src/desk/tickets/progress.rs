//! `/events/{id}/tickets/import/{upload}/progress`: how far an import is, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use shared::ids::EventId;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::super::reader::Manager;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::state::AppState;
use crate::tickets::staged::Stage;

/// Least time between two messages.
const FASTEST: Duration = Duration::from_millis(200);

/// How often a silent connection is shown to be alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Each message says `stage` (`waiting`, `reading`, `storing`, `ended`), `at` and `of`; after `ended` there is none.
pub(super) async fn stream(
    State(state): State<AppState>,
    manager: Manager,
    path: Result<Path<(EventId, String)>, ApiError>,
) -> Result<Response, Response> {
    let Path((event, id)) = path.map_err(|error| manager.problem(error))?;
    let owner = manager.caller.principal.user.id;
    let watched = id.parse().ok().and_then(|id| {
        let bytes = state.uploads.get(id, owner, event, state.mono_ms())?.bytes.len();
        Some((state.uploads.watch(id, owner, event, state.mono_ms())?, u64::try_from(bytes).unwrap_or(u64::MAX)))
    });
    let (stages, bytes) = watched.ok_or_else(|| manager.problem(ApiError::NotFound("list")))?;
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(tell(stages, bytes, state.closing.clone(), sender));
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

async fn tell(
    mut stages: watch::Receiver<Stage>,
    bytes: u64,
    mut closing: watch::Receiver<bool>,
    sender: mpsc::Sender<Result<Message, Infallible>>,
) {
    loop {
        let stage = stages.borrow_and_update().clone();
        let (name, at, of) = match &stage {
            Stage::Waiting => ("waiting", 0, 0),
            Stage::Reading(at) => ("reading", *at, bytes),
            Stage::Storing(at, of) => ("storing", *at, *of),
            Stage::Ended(_) => ("ended", 1, 1),
        };
        let text = json!({ "stage": name, "at": at, "of": of }).to_string();
        if sender.send(Ok(Message::default().data(text))).await.is_err() || matches!(stage, Stage::Ended(_)) {
            return;
        }
        tokio::time::sleep(FASTEST).await;
        tokio::select! {
            changed = stages.changed() => if changed.is_err() { return },
            () = sender.closed() => return,
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}
