//! Keeps in touch with the server while the screen is open, as `scanner sync --watch` does.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use crate::commands::Failure;
use crate::engine::Engine;
use crate::net::{self, News};

use super::state::{Door, Reach};

/// Pause before trying again what a person has to mend first.
const AGAIN: Duration = Duration::from_secs(10);

/// Runs until the program ends.
pub(super) async fn run(door: Arc<Door>, mut closing: watch::Receiver<bool>) {
    let mut changes = door.changes();
    while !*closing.borrow() {
        let enrolled = door.device().ask(Engine::scanner).await.ok().flatten().is_some();
        if enrolled && let Err(failure) = keep_in_touch(&door, closing.clone()).await {
            tracing::warn!(%failure, "the exchange with the server stopped");
            door.set_reach(Reach::Offline);
        }
        // Enrolment counts as a change; so does a scan, which costs one look at the database.
        let pause = async {
            if enrolled {
                tokio::time::sleep(AGAIN).await;
            } else {
                drop(timeout(AGAIN, changes.changed()).await);
            }
        };
        tokio::select! {
            () = pause => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}

async fn keep_in_touch(door: &Arc<Door>, mut closing: watch::Receiver<bool>) -> Result<(), Failure> {
    let device = door.device();
    let up = device.link().await?;
    let down = up.beside(device.desk()?);
    let tell = |news: News| {
        match &news {
            News::Connected => door.set_reach(Reach::Online),
            News::Disconnected { why } => {
                tracing::info!(why, "no connection to the server");
                door.set_reach(Reach::Offline);
            }
            News::Trouble { what } => tracing::warn!(what, "trouble with the server"),
            _ => {}
        }
        door.changed();
    };
    let stop = async move {
        drop(closing.wait_for(|closing| *closing).await);
    };
    let ended = net::watch((&up, &down), &device.contact(), device.database(), &tell, &|_| (), stop).await;
    up.desk().clone().finish().await;
    down.desk().clone().finish().await;
    Ok(ended?)
}
