//! `serve`: run the server until ctrl-c or SIGTERM.

use std::io::Write;

use serde_json::json;

use super::{CommandError, Context, Report};
use crate::config::{Config, ServeOptions};
use crate::server::Server;
use crate::store::{ManifestStore, PeopleStore, SqliteStore};

/// Runs until a signal comes.
pub async fn run(context: &Context, options: ServeOptions) -> Result<Report, CommandError> {
    make_room();
    let store = context.store_or_new()?;
    let hint = hint(context, &store).await?;
    drop(store);
    let config = Config { data: context.data.clone(), serve: options };
    let server = Server::start(config, context.clock.clone(), context.entropy.clone()).await?;
    let url = &server.state().public_url;
    let setup = server.state().setup.code().map_or_else(String::new, |code| {
        format!("\nNobody can sign in yet. Open {url}setup and give this code, good once:\nsetup code: {}", &*code)
    });
    tracing::info!(address = %server.addr, %url, data = %context.data.display(), "serving");
    // The address on a line of its own, for people and for scripts that asked for port 0. Nobody may be reading.
    let _ = writeln!(std::io::stdout(), "listening on http://{}\nAPI: {}docs{setup}{hint}", server.addr, url);
    signal().await;
    tracing::info!("shutting down: requests under way are finished first");
    server.shutdown().await?;
    Ok(Report::new("stopped", json!({ "stopped": true })))
}

/// Each dashboard and each scanner holds a connection; many systems allow a program 1,024 open files unless it asks.
fn make_room() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
            tracing::warn!(%error, "the limit of open files stays as it was");
        }
    }
}

async fn hint(context: &Context, store: &SqliteStore) -> Result<String, CommandError> {
    if store.organizations().await?.is_empty() {
        let data = context.data.display();
        return Ok(format!("\nOr run `sync-server --data {data} init` beside this"));
    }
    let held = store.holds(context.now_ms()).await?.len();
    if held > 0 {
        return Ok(format!(
            "\nHeld back: {held} ticket lists are not published until scanners have told what they hold, because this \
             database was restored. `event list` says why"
        ));
    }
    Ok(String::new())
}

/// Waits for ctrl-c or SIGTERM.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "signals cannot be heard; the server ends only when it is killed");
        std::future::pending::<()>().await;
    }
}
