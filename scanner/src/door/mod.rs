//! The door's screen: a page for a handheld or kiosk, served by the scanner itself to its own browser.
//!
//! `page` and `assets` give the page, `judging` answers frames, codes and pictures, `live` tells how the scanner is,
//! `choosing` sets event, gate and direction, `enrolling` makes the device a scanner, `supervising` is behind the PIN,
//! `readiness` is `doctor`. `worker` keeps in touch with the server meanwhile, `guard` keeps other pages out. The page decides
//! nothing: a verdict comes from the engine, after its commit, or not at all.

mod assets;
mod choosing;
mod enrolling;
mod guard;
mod judging;
mod live;
mod page;
mod pin;
mod problem;
mod reader;
mod readiness;
mod state;
mod supervising;
mod texts;
mod theme;
mod view;
mod wording;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::commands::{Device, Failure};

pub use guard::Access;
pub use pin::{PinError, set_pin};
pub use texts::Language;

use state::Door;

/// Largest body, in bytes: a grey frame of 3840×2160, and any picture the camera part opens.
const BODY_LIMIT: usize = 32 * 1024 * 1024;
/// Longest time for requests under way to finish, once asked to end.
const GRACE: Duration = Duration::from_secs(3);

/// Serves the screen until `stop` is done. The device need not be enrolled yet.
pub async fn serve(
    device: Device,
    listener: TcpListener,
    access: Access,
    language: Option<Language>,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let door = Arc::new(Door::open(device, access, language)?);
    let (close, mut closing) = watch::channel(false);
    let worker = tokio::spawn(worker::run(door.clone(), close.subscribe()));
    let pulse = tokio::spawn(live::pulse(door.clone(), close.subscribe()));
    let app = router(door.clone());
    let closed = async move {
        // An error means that the sender is gone: a reason to end, too.
        drop(closing.wait_for(|closing| *closing).await);
    };
    let serving = tokio::spawn(axum::serve(listener, app).with_graceful_shutdown(closed).into_future());
    stop.await;
    close.send_replace(true);
    door.end_streams();
    for task in [worker, pulse] {
        drop(timeout(GRACE, task).await);
    }
    match timeout(GRACE, serving).await {
        Ok(Ok(ended)) => ended.map_err(Failure::System)?,
        Ok(Err(error)) => return Err(Failure::System(std::io::Error::other(error))),
        Err(_) => tracing::debug!("a browser kept its connection; closed all the same"),
    }
    door.finish().await;
    Ok(())
}

fn router(door: Arc<Door>) -> Router {
    Router::new()
        .route("/", get(page::page))
        .route("/assets/{name}", get(assets::asset))
        .route("/door/live", get(live::live))
        .route("/door/frame", post(judging::frame))
        .route("/door/code", post(judging::code))
        .route("/door/picture", post(judging::picture))
        .route("/door/use", post(choosing::choose))
        .route("/door/enrol", post(enrolling::enrol))
        .route("/door/doctor", get(readiness::doctor))
        .route("/door/supervisor", get(supervising::session))
        .route("/door/unlock", post(supervising::unlock))
        .route("/door/lock", post(supervising::lock))
        .route("/door/search", get(supervising::search))
        .route("/door/log", get(supervising::log))
        .route("/door/override", post(supervising::admit_anyway))
        .route("/door/undo", post(supervising::undo))
        .route("/door/count", post(supervising::count))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(door.clone(), guard::guard))
        .with_state(door)
}
