//! How the scanner is, as a stream: on every change, and every two seconds so that the page notices when the program is gone.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, Sse};
use serde::Serialize;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use super::reader::Reader;
use super::state::{Door, Shows};
use super::texts::Language;

/// Shortest time between two pictures of the scanner.
const COALESCE: Duration = Duration::from_millis(100);
/// Longest time between two signs of life.
const BEAT: Duration = Duration::from_secs(2);
/// How often times that pass (a list's age) are looked at again.
const PULSE: Duration = Duration::from_secs(20);

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Says<'a> {
    Shows(&'a Shows),
    Problem(String),
}

/// The stream.
pub(super) async fn live(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        tokio::select! {
            () = tell(&door, language, &sender) => {}
            () = door.end() => {}
            () = sender.closed() => {}
        }
    });
    Sse::new(ReceiverStream::new(receiver))
}

/// Ends when nobody listens any more.
async fn tell(door: &Arc<Door>, language: Language, sender: &mpsc::Sender<Result<Event, Infallible>>) {
    let mut changes = door.changes();
    let mut last = None;
    loop {
        changes.mark_unchanged();
        let event = match door.shows(language).await {
            Ok(shows) if last.as_ref() == Some(&shows) => Event::default().event("beat").data("-"),
            Ok(shows) => {
                let event = written(&Says::Shows(&shows));
                last = Some(shows);
                event
            }
            Err(error) => {
                last = None;
                written(&Says::Problem(error.to_string()))
            }
        };
        if sender.send(Ok(event)).await.is_err() {
            return;
        }
        sleep(COALESCE).await;
        // An error means that the door is gone, and this task with it.
        drop(timeout(BEAT, changes.changed()).await);
    }
}

fn written(says: &Says<'_>) -> Event {
    Event::default().event("state").json_data(says).unwrap_or_else(|error| {
        tracing::error!(%error, "a state that cannot be written as JSON");
        Event::default().event("beat").data("-")
    })
}

/// Has the screens look again from time to time, although nothing happened.
pub(super) async fn pulse(door: Arc<Door>, mut closing: watch::Receiver<bool>) {
    while timeout(PULSE, closing.wait_for(|closing| *closing)).await.is_err() {
        door.changed();
    }
}
