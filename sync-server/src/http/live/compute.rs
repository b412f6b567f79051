//! Making the pictures of a watched event: one task for all who watch.

use std::collections::HashSet;
use std::time::Duration;

use axum::body::Bytes;
use serde::Serialize;
use shared::ids::EventId;
use tokio::time::Instant;

use super::evening::EveningBody;
use super::scanner::LiveScanner;
use crate::http::events::alarms::AlarmBody;
use crate::http::truth::body::{ConflictBody, OccupancyBody, StatsBody};
use crate::live::alarm::{Thresholds, settle};
use crate::live::hub::{Computing, FASTEST, RECENT, Recent, SLOWEST};
use crate::live::message::message;
use crate::live::{Picture, Seat};
use crate::people::Viewer;
use crate::state::AppState;
use crate::store::StoreError;
use crate::store::truth::DoorPicture;

/// How often it is looked whether watchers may still watch: at most so long somebody who was signed out, or lost the event,
/// goes on seeing it. One transaction for all of them.
const RECHECK: Duration = Duration::from_secs(2);

/// Least time between two courses of the evening: charts do not jump.
const COURSE: Duration = Duration::from_secs(3);

/// A course is pondered at most this share of the time, however long its lists are.
const COURSE_SHARE: u32 = 20;

/// The whole picture.
#[derive(Serialize)]
struct State {
    revision: i64,
    occupancy: OccupancyBody,
    stats: StatsBody,
    scanners: Vec<LiveScanner>,
    thresholds: Thresholds,
    /// Those that stand, the latest first.
    alarms: Vec<AlarmBody>,
}

/// Computes for one event.
pub(super) struct Computer {
    state: AppState,
    /// It sees what an admin sees, which every watcher of the event may see.
    viewer: Viewer,
    event: EventId,
    computing: Computing,
    recent: Option<Recent>,
    /// Up to which revision conflicts were told.
    told: i64,
    recheck: Instant,
    course: Instant,
}

impl Computer {
    /// Starts with nothing told.
    pub(super) fn new(state: AppState, viewer: Viewer, event: EventId, computing: Computing) -> Self {
        let now = Instant::now();
        let viewer = Viewer::admin(viewer.organization);
        Self { state, viewer, event, computing, recent: None, told: 0, recheck: now + RECHECK, course: now }
    }

    /// Computes whenever something changed, as long as somebody watches.
    pub(super) async fn run(mut self) {
        let mut closing = self.state.closing.clone();
        while self.look().await {
            tokio::time::sleep(FASTEST).await;
            tokio::select! {
                () = self.computing.wake.notified() => {}
                () = tokio::time::sleep(SLOWEST) => {}
                _ = closing.wait_for(|closing| *closing) => {
                    self.state.hub.end(&self.computing);
                    return;
                }
            }
        }
    }

    /// One look; false once nobody watches.
    async fn look(&mut self) -> bool {
        let picture = self.picture().await.unwrap_or_else(|error| {
            tracing::warn!(event = %self.event, %error, "no live picture");
            None
        });
        let mut watched = self.state.hub.show(&self.computing, picture);
        if watched && Instant::now() >= self.recheck {
            watched = self.state.hub.refuse(&self.computing, self.refused().await);
            self.recheck = Instant::now() + RECHECK;
        }
        if watched && Instant::now() >= self.course {
            let began = Instant::now();
            if let Some(course) = self.evening().await {
                watched = self.state.hub.show_course(&self.computing, course);
            }
            self.course = began + COURSE.max(began.elapsed() * COURSE_SHARE);
        }
        watched
    }

    async fn picture(&mut self) -> Result<Option<Picture>, StoreError> {
        let now = self.state.now_ms();
        let Some(found) = self.judged(now).await? else { return Ok(None) };
        let recent = self.recent(&found).await?;
        // The time of looking is left at that of the last change, so that equal pictures are equal bytes.
        let seen = found.scanners.iter().filter_map(|scanner| scanner.presence.as_ref()).map(|there| there.seen).max();
        let at = seen.unwrap_or_default();
        let body = State {
            revision: found.revision,
            occupancy: OccupancyBody::of(self.event, at, &found),
            stats: StatsBody::of(self.event, now, &found).at_time(at),
            scanners: found.scanners.iter().map(LiveScanner::new).collect(),
            thresholds: found.thresholds,
            alarms: found.alarms.iter().map(|alarm| AlarmBody::new(alarm.clone(), &found.policy)).collect(),
        };
        let state = message("state", Some(found.revision), &body).map_err(|_| StoreError::Impossible("picture"))?;
        Ok(Some(Picture { revision: found.revision, state, recent }))
    }

    /// What there is now, with the alarms that follow from it.
    async fn judged(&self, now: i64) -> Result<Option<DoorPicture>, StoreError> {
        let Some(found) = self.state.store.picture(self.viewer, self.event, now).await? else { return Ok(None) };
        let due = settle(&found);
        if due.is_empty() {
            return Ok(Some(found));
        }
        self.state.store.settle_alarms(self.viewer.organization, self.event, now, due).await?;
        self.state.store.picture(self.viewer, self.event, now).await
    }

    /// Conflicts since the picture before.
    async fn recent(&mut self, found: &DoorPicture) -> Result<Recent, StoreError> {
        let recent = self.recent.get_or_insert_with(|| {
            self.told = found.revision;
            Recent::since(found.revision)
        });
        if found.revision <= self.told {
            return Ok(recent.clone());
        }
        let news = conflicts(&self.state, self.viewer, self.event, self.told, found.revision).await?;
        if news.len() >= RECENT {
            // Perhaps there are more: whoever missed them reads the list.
            *recent = Recent::since(found.revision);
        } else {
            for (revision, message) in news {
                recent.tell(revision, message);
            }
        }
        self.told = found.revision;
        Ok(recent.clone())
    }

    /// Watchers whose session ended, or who see the event otherwise than they did; everybody when the store cannot say.
    async fn refused(&self) -> HashSet<Seat> {
        let seats: Vec<_> = self.state.hub.seats(&self.computing);
        let asked = seats.iter().map(|seat| (seat.token, seat.viewer)).collect();
        match self.state.store.refused(self.event, asked, self.state.now_ms()).await {
            Ok(refused) => refused.into_iter().map(|(token, viewer)| Seat { token, viewer }).collect(),
            Err(error) => {
                tracing::warn!(event = %self.event, %error, "watchers cannot be checked");
                seats.into_iter().collect()
            }
        }
    }

    async fn evening(&self) -> Option<Bytes> {
        let now = self.state.now_ms();
        let made = async {
            let Some(evening) = self.state.store.evening(self.viewer, self.event, now).await? else { return Ok(None) };
            let Some(picture) = self.state.store.picture(self.viewer, self.event, now).await? else { return Ok(None) };
            let body = EveningBody::of(&evening, &picture, now);
            message("course", None, &body).map(Some).map_err(|_| StoreError::Impossible("course"))
        };
        made.await.unwrap_or_else(|error| {
            tracing::warn!(event = %self.event, %error, "no course of the evening");
            None
        })
    }
}

/// Conflicts that appeared or changed after `known` and not after `until`, each as a message with its revision.
pub(super) async fn conflicts(
    state: &AppState,
    viewer: Viewer,
    event: EventId,
    known: i64,
    until: i64,
) -> Result<Vec<(i64, Bytes)>, StoreError> {
    let limit = u32::try_from(RECENT).unwrap_or(u32::MAX);
    let mut rows = state.store.conflicts_since(viewer, event, known, limit).await?.unwrap_or_default();
    // What is newer than the picture comes with the next one.
    rows.retain(|row| row.told <= until);
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let Some(found) = state.store.event(viewer, event).await? else { return Ok(vec![]) };
    let told = rows.into_iter().map(|row| {
        let revision = row.told;
        let body = ConflictBody::new(row, &found.policy);
        let message = message("conflict", Some(revision), &body).map_err(|_| StoreError::Impossible("conflict"))?;
        Ok((revision, message))
    });
    told.collect()
}
