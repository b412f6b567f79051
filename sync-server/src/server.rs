//! Starting and ending a server.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use shared::clock::{Clock, Entropy};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use crate::config::Config;
use crate::http::limits::Limits;
use crate::http::metrics;
use crate::router::router;
use crate::state::{AppState, Parts};
use crate::store::{SqliteStore, Store, StoreError};

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
    /// The server broke while running.
    #[error("the server ended: {0}")]
    Ended(String),
}

/// Starts servers.
#[derive(Debug)]
pub struct Server;

/// A server that listens. Ends gracefully by [`RunningServer::shutdown`], abruptly when dropped.
#[derive(Debug)]
pub struct RunningServer {
    /// Where it listens: the real port where 0 was asked for.
    pub addr: SocketAddr,
    state: AppState,
    close: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Opens the store, listens and serves in the background.
    pub async fn start(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<RunningServer, ServerError> {
        let (data, time, dice) = (config.data.clone(), clock.clone(), entropy.clone());
        let opening = tokio::task::spawn_blocking(move || SqliteStore::open(&data, &*time, &*dice));
        let store = opening.await.map_err(|error| ServerError::Ended(error.to_string()))??;
        Self::start_with(config, Arc::new(store), clock, entropy).await
    }

    /// Serves a store that is open already.
    pub async fn start_with(
        config: Config,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<RunningServer, ServerError> {
        metrics::record();
        let listener = listen(config.serve.listen).await?;
        let addr = listener.local_addr().map_err(|error| ServerError::Ended(error.to_string()))?;
        let public_url = config.serve.public_url.map_or_else(|| default_url(addr), Ok)?;
        let (close, closing) = watch::channel(false);
        let state = AppState::new(Parts {
            store,
            clock,
            entropy,
            limits: Limits::default(),
            public_url,
            behind_proxy: config.serve.behind_proxy,
            metrics_token: config.serve.metrics_token,
            closing: closing.clone(),
        });
        let task = tokio::spawn(serve(listener, router(state.clone()), closing));
        Ok(RunningServer { addr, state, close, task })
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
    pub async fn shutdown(self) -> Result<(), ServerError> {
        self.close.send_replace(true);
        self.finished().await
    }

    /// Waits until the server ends by itself.
    pub async fn finished(self) -> Result<(), ServerError> {
        let ended = |error: &dyn std::fmt::Display| ServerError::Ended(error.to_string());
        self.task.await.map_err(|error| ended(&error))?.map_err(|error| ended(&error))
    }

    /// Asks it to end, without waiting: see [`RunningServer::finished`].
    pub fn close(&self) {
        self.close.send_replace(true);
    }
}
