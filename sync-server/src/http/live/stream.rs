//! One watcher's stream.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use shared::ids::EventId;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use super::compute::{Computer, conflicts};
use crate::live::hub::{Shown, Watching};
use crate::live::message::BEAT;
use crate::live::{Picture, Seat};
use crate::state::AppState;

/// How often a silent connection is shown to be alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Messages handed over ahead of a slow connection. It then gets the newest picture instead of each; the bytes are shared,
/// so that waiting costs no memory.
const AHEAD: usize = 1;

/// A connection that took nothing for so long gives its place to others.
const STUCK: Duration = Duration::from_secs(60);

type Sender = mpsc::Sender<Result<Bytes, Infallible>>;

/// The stream of one watcher; `last` is the revision it knows, `now` the present one.
pub(super) fn stream(
    state: AppState,
    seat: Seat,
    event: EventId,
    mut watching: Watching,
    last: Option<i64>,
    now: i64,
) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    if let Some(computing) = watching.starts.take() {
        tokio::spawn(Computer::new(state.clone(), seat.viewer, event, computing).run());
    }
    let watcher =
        Watcher { state, seat, event, known: last.unwrap_or(now), opened: now, picture: None, course: None, sender };
    tokio::spawn(watcher.follow(watching));
    ReceiverStream::new(receiver)
}

/// Somebody who watches.
struct Watcher {
    state: AppState,
    seat: Seat,
    event: EventId,
    /// The revision it knows.
    known: i64,
    /// The revision when it came: older pictures, made for those who left, are not for it.
    opened: i64,
    /// What it was sent last.
    picture: Option<Arc<Picture>>,
    course: Option<Bytes>,
    sender: Sender,
}

impl Watcher {
    /// Sends what is new until it ends.
    async fn follow(mut self, mut watching: Watching) {
        let mut closing = self.state.closing.clone();
        loop {
            let shown = watching.shown.borrow_and_update().clone();
            if shown.refused.contains(&self.seat) || !self.tell(shown).await {
                return;
            }
            let silent = tokio::select! {
                changed = watching.shown.changed() => if changed.is_err() { return } else { false },
                () = self.sender.closed() => return,
                _ = closing.wait_for(|closing| *closing) => return,
                () = tokio::time::sleep(KEEP_ALIVE) => true,
            };
            if silent && !self.send(BEAT).await {
                return;
            }
        }
    }

    /// Conflicts since the revision it knows, then the picture, then the course; false once the connection is gone.
    async fn tell(&mut self, shown: Shown) -> bool {
        if let Some(picture) = shown.picture.filter(|picture| self.is_new(picture)) {
            for conflict in self.conflicts(&picture).await {
                if !self.send(conflict).await {
                    return false;
                }
            }
            self.known = self.known.max(picture.revision);
            if !self.send(picture.state.clone()).await {
                return false;
            }
            self.picture = Some(picture);
        }
        // Without a picture there is nothing to draw the course beside.
        if let Some(course) =
            shown.course.filter(|course| self.picture.is_some() && self.course.as_ref() != Some(course))
        {
            if !self.send(course.clone()).await {
                return false;
            }
            self.course = Some(course);
        }
        true
    }

    fn is_new(&self, picture: &Arc<Picture>) -> bool {
        picture.revision >= self.opened && self.picture.as_ref().is_none_or(|sent| !Arc::ptr_eq(sent, picture))
    }

    async fn conflicts(&self, picture: &Picture) -> Vec<Bytes> {
        if let Some(recent) = picture.recent.after(self.known) {
            return recent.cloned().collect();
        }
        let missed = conflicts(&self.state, self.seat.viewer, self.event, self.known, picture.revision).await;
        // The list on the page is read anew when it counts otherwise than the picture.
        missed.unwrap_or_default().into_iter().map(|(_, message)| message).collect()
    }

    async fn send(&self, message: Bytes) -> bool {
        matches!(tokio::time::timeout(STUCK, self.sender.send(Ok(message))).await, Ok(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::OrganizationId;
    use tokio_stream::StreamExt;

    use super::*;
    use crate::live::hub::Recent;
    use crate::people::Viewer;
    use crate::people::session::TokenHash;
    use crate::testing::TestApp;

    #[tokio::test]
    async fn who_reads_slowly_gets_the_newest_picture_and_holds_nobody_up() {
        let state = TestApp::new().state;
        let event = EventId([2; 16]);
        let seat = Seat { token: TokenHash([1; 32]), viewer: Viewer::admin(OrganizationId([1; 16])) };
        let mut watching = state.hub.watch(seat, event).unwrap();
        let computing = watching.starts.take().unwrap();
        let mut slow = std::pin::pin!(stream(state.clone(), seat, event, watching, None, 0));
        for revision in 1..=500_i64 {
            let shown = format!("picture {revision}").into();
            let picture = Picture { revision, state: shown, recent: Recent::since(revision - 1) };
            assert!(state.hub.show(&computing, Some(picture)), "nobody waits for the slow one");
            tokio::task::yield_now().await;
        }
        let mut seen = Vec::new();
        while seen.last() != Some(&"picture 500".to_owned()) {
            let next = tokio::time::timeout(Duration::from_secs(20), slow.next()).await.expect("the newest comes");
            seen.push(String::from_utf8(next.unwrap().unwrap().to_vec()).unwrap());
        }
        assert!(seen.len() <= AHEAD + 3, "what lies between is not kept: {seen:?}");
    }
}
