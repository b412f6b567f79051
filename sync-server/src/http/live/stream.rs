//! Making the pictures, and one watcher's stream of them.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::Event;
use serde::Serialize;
use shared::ids::EventId;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use crate::http::scanners::body::ScannerBody;
use crate::http::truth::body::{ConflictBody, OccupancyBody, StatsBody};
use crate::live::Picture;
use crate::live::hub::{Computing, FASTEST, SLOWEST, Watching};
use crate::people::Viewer;
use crate::people::session::{Principal, TokenHash};
use crate::state::AppState;
use crate::store::StoreError;
use crate::store::truth::ConflictQuery;

/// How often a silent connection is shown to be alive.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How often it is looked whether a watcher may still watch: at most so long somebody who was signed out, or lost the event,
/// goes on seeing it. One indexed read each time.
const RECHECK: Duration = Duration::from_secs(2);

/// Events made ahead of a slow watcher; then it gets the newest picture instead of each.
const AHEAD: usize = 8;

/// Conflicts told of at once; who missed more reads the list.
const CONFLICTS: u32 = 200;

/// The whole picture.
#[derive(Serialize)]
struct State {
    revision: i64,
    occupancy: OccupancyBody,
    stats: StatsBody,
    scanners: Vec<ScannerBody>,
}

/// The stream of one watcher; `last` is the revision it knows, `now` the present one.
pub(super) fn events(
    state: AppState,
    caller: &Principal,
    event: EventId,
    watching: Watching,
    last: Option<i64>,
    now: i64,
) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let viewer = caller.viewer();
    if let Some(computing) = watching.starts {
        // One computation for all: it sees what an admin sees, which every watcher of the event may see.
        let admin = Viewer::admin(viewer.organization);
        tokio::spawn(compute(state.clone(), admin, event, computing));
    }
    let watcher = Watcher { viewer, token: caller.token, event, known: last.unwrap_or(now), opened: now };
    tokio::spawn(feed(state, watcher, watching.pictures, sender));
    ReceiverStream::new(receiver)
}

/// Computes the picture of an event whenever something changed, as long as somebody watches.
async fn compute(state: AppState, viewer: Viewer, event: EventId, computing: Computing) {
    let mut closing = state.closing.clone();
    loop {
        let picture = match picture(&state, viewer, event).await {
            Ok(picture) => picture,
            Err(error) => {
                tracing::warn!(%event, %error, "no live picture");
                None
            }
        };
        if !state.hub.show(&computing, picture) {
            return;
        }
        tokio::time::sleep(FASTEST).await;
        tokio::select! {
            () = computing.wake.notified() => {}
            () = tokio::time::sleep(SLOWEST) => {}
            _ = closing.wait_for(|closing| *closing) => {
                state.hub.end(&computing);
                return;
            }
        }
    }
}

async fn picture(state: &AppState, viewer: Viewer, event: EventId) -> Result<Option<Picture>, StoreError> {
    let now = state.now_ms();
    let Some(picture) = state.store.picture(viewer, event, now).await? else { return Ok(None) };
    // The time of looking is left at that of the last change, so that equal pictures are equal texts.
    let seen = picture.scanners.iter().filter_map(|scanner| scanner.presence.as_ref()).map(|there| there.seen).max();
    let at = seen.unwrap_or_default();
    let body = State {
        revision: picture.revision,
        occupancy: OccupancyBody::of(event, at, &picture),
        stats: StatsBody::of(event, now, &picture).at_time(at),
        scanners: picture.scanners.iter().map(|scanner| ScannerBody::new(scanner.clone(), now)).collect(),
    };
    let json = serde_json::to_string(&body).map_err(|_| StoreError::Impossible("picture"))?;
    Ok(Some(Picture { revision: picture.revision, json: json.into() }))
}

type Pictures = tokio::sync::watch::Receiver<Option<Picture>>;

/// Somebody who watches.
struct Watcher {
    viewer: Viewer,
    /// Of its session.
    token: TokenHash,
    event: EventId,
    /// The revision it knows.
    known: i64,
    /// The revision when it came: older pictures, made for those who left, are not for it.
    opened: i64,
}

/// Sends one watcher what is new to it.
async fn feed(
    state: AppState,
    mut watcher: Watcher,
    mut pictures: Pictures,
    sender: mpsc::Sender<Result<Event, Infallible>>,
) {
    let mut recheck = tokio::time::interval_at(tokio::time::Instant::now() + RECHECK, RECHECK);
    recheck.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    state.hub.changed(watcher.viewer.organization, watcher.event);
    loop {
        let shown = pictures.borrow_and_update().clone();
        if let Some(shown) = shown.filter(|shown| shown.revision >= watcher.opened) {
            for message in watcher.messages(&state, &shown).await {
                if sender.send(Ok(message)).await.is_err() {
                    return;
                }
            }
        }
        if !wait_for_news(&state, &watcher, &mut pictures, &sender, &mut recheck).await {
            return;
        }
    }
}

/// Waits for another picture; false once the stream has to end.
async fn wait_for_news(
    state: &AppState,
    watcher: &Watcher,
    pictures: &mut Pictures,
    sender: &mpsc::Sender<Result<Event, Infallible>>,
    recheck: &mut tokio::time::Interval,
) -> bool {
    let mut closing = state.closing.clone();
    loop {
        tokio::select! {
            // First, so that a busy event does not keep it from being asked.
            biased;
            _ = recheck.tick() => {}
            changed = pictures.changed() => return changed.is_ok(),
            () = sender.closed() => return false,
            _ = closing.wait_for(|closing| *closing) => return false,
        }
        if !watcher.may_watch(state).await {
            return false;
        }
    }
}

impl Watcher {
    /// Whether the session is open and sees the event as it did. Whoever sees more or less now comes again; so does everybody
    /// when the store cannot say.
    async fn may_watch(&self, state: &AppState) -> bool {
        let Ok(Some(principal)) = state.store.principal(self.token, state.now_ms()).await else { return false };
        principal.viewer() == self.viewer && matches!(state.store.revision(self.viewer, self.event).await, Ok(Some(_)))
    }

    /// Conflicts since the revision it knows, then the picture.
    async fn messages(&mut self, state: &AppState, shown: &Picture) -> Vec<Event> {
        let conflicts = self.conflicts(state, shown.revision).await;
        self.known = self.known.max(shown.revision);
        let told = conflicts.iter().filter_map(|conflict| {
            let message = Event::default().event("conflict").id(conflict.revision.to_string());
            message.json_data(conflict).ok()
        });
        let picture = Event::default().event("state").id(self.known.to_string()).data(&*shown.json);
        told.chain([picture]).collect()
    }

    async fn conflicts(&self, state: &AppState, until: i64) -> Vec<ConflictBody> {
        let query = ConflictQuery { open: false, after_revision: self.known, offset: 0, limit: CONFLICTS };
        let mut rows = state.store.conflicts(self.viewer, self.event, query).await.ok().flatten().unwrap_or_default();
        // What is newer than the picture comes with the next one.
        rows.retain(|row| row.revision <= until);
        if rows.is_empty() {
            return vec![];
        }
        let Ok(Some(event)) = state.store.event(self.viewer, self.event).await else { return vec![] };
        rows.into_iter().map(|row| ConflictBody::new(row, &event.policy)).collect()
    }
}
