//! Starting and ending a server.

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use shared::clock::{Clock, Entropy};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use crate::config::Config;
use crate::http::metrics;
use crate::router::router;
use crate::state::AppState;
use crate::store::{SqliteStore, StoreError};

/// Why a server did not start or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// Why, for a person.
        reason: String,
    },
    /// Another server uses the data directory.
    #[error("another server is running with {0}; end it first")]
    Running(String),
    /// The server broke while running.
    #[error("the server ended: {0}")]
    Ended(String),
}

/// Starts servers.
#[derive(Debug)]
pub struct Server;

/// Name of the file in the data directory that a running server holds a lock on.
const LOCK_NAME: &str = "server.lock";

/// Longest time for requests under way to finish, once asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// Claims a data directory until the file is dropped, or the process ends in whatever way.
pub fn lock(data: &Path) -> Result<File, ServerError> {
    let path = data.join(LOCK_NAME);
    let failed = |source| ServerError::Store(StoreError::Directory { path: path.clone(), source });
    let mut options = File::options();
    options.create(true).append(true);
    // Whoever could open it could hold the lock.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ServerError::Running(data.display().to_string())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// A server that listens. [`RunningServer::shutdown`] ends it and waits; dropping it only asks it to end.
#[derive(Debug)]
pub struct RunningServer {
    /// Where it listens: the real port where 0 was asked for.
    pub addr: SocketAddr,
    state: AppState,
    close: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
    /// Held until the server has ended.
    _lock: File,
}

impl Server {
    /// Opens the store, listens and serves in the background.
    pub async fn start(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<RunningServer, ServerError> {
        let (data, time, dice) = (config.data.clone(), clock.clone(), entropy.clone());
        let opening = tokio::task::spawn_blocking(move || -> Result<_, ServerError> {
            let store = SqliteStore::open(&data, &*time, &*dice)?;
            Ok((lock(&data)?, store))
        });
        let (lock, store) = opening.await.map_err(|error| ServerError::Ended(error.to_string()))??;
        metrics::record();
        let listener = listen(config.serve.listen).await?;
        let addr = listener.local_addr().map_err(|error| ServerError::Ended(error.to_string()))?;
        let public_url = config.serve.public_url.clone().map_or_else(|| default_url(addr), Ok)?;
        let pause = Duration::from_millis(config.serve.auto_publish_ms);
        let (close, closing) = watch::channel(false);
        let state = AppState::fresh(Arc::new(store), clock, entropy, config.serve, public_url, closing.clone());
        if state.store.organizations().await?.is_empty() {
            state.setup.open(&*state.entropy);
        }
        if pause > Duration::ZERO {
            tokio::spawn(crate::publish::auto::run(state.clone(), pause));
        }
        for (event, hold) in state.store.holds(state.now_ms()).await? {
            tracing::warn!(%event, cause = hold.cause(), "publishing is held back after a restore");
        }
        tokio::spawn(crate::device::census::run(state.clone()));
        tokio::spawn(crate::live::keeper::run(state.clone()));
        let task = tokio::spawn(serve(listener, router(state.clone()), closing));
        Ok(RunningServer { addr, state, close, task, _lock: lock })
    }
}

async fn serve(listener: TcpListener, app: Router, mut closing: watch::Receiver<bool>) -> std::io::Result<()> {
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let closed = async move {
        // An error means that the handle is gone: that is a reason to end, too.
        let _ = closing.wait_for(|closing| *closing).await;
    };
    axum::serve(listener, service).with_graceful_shutdown(closed).await
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address).await.map_err(|error| {
        let reason = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("port {} is in use; choose another with --listen or end the other program", address.port())
            }
            std::io::ErrorKind::PermissionDenied => {
                format!("port {} needs more rights; choose one above 1023 with --listen", address.port())
            }
            _ => error.to_string(),
        };
        ServerError::Listen { address, reason }
    })
}

fn default_url(addr: SocketAddr) -> Result<Url, ServerError> {
    Url::parse(&format!("http://{addr}")).map_err(|error| ServerError::Ended(error.to_string()))
}

impl RunningServer {
    /// What its handlers see; for background jobs and tests.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Lets requests under way finish, ends live streams, closes the store.
    /// Whoever has not finished after ten seconds is cut off.
    pub async fn shutdown(mut self) -> Result<(), ServerError> {
        self.close.send_replace(true);
        let ended = |error: &dyn std::fmt::Display| ServerError::Ended(error.to_string());
        if let Ok(result) = tokio::time::timeout(GRACE, &mut self.task).await {
            return result.map_err(|error| ended(&error))?.map_err(|error| ended(&error));
        }
        tracing::warn!("requests did not finish in time; they are cut off");
        self.task.abort();
        Ok(())
    }
}
