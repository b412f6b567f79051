//! What every handler can reach.

use std::sync::Arc;

use shared::clock::{Clock, Entropy};
use tokio::sync::watch;
use url::Url;

use crate::config::ServeOptions;
use crate::device::challenges::Challenges;
use crate::device::holds::Holds;
use crate::device::shown::Shown;
use crate::http::limits::Limits;
use crate::live::Hub;
use crate::office::Run;
use crate::people::setup::Setup;
use crate::store::Store;
use crate::tickets::staged::Uploads;

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts of [`AppState`].
pub struct Parts {
    /// All that is kept.
    pub store: Arc<dyn Store>,
    /// Server time.
    pub clock: Arc<dyn Clock>,
    /// Random numbers for ids, secrets and tokens.
    pub entropy: Arc<dyn Entropy>,
    /// Tickets reserved by scanners.
    pub holds: Holds,
    /// Nonces for scanners.
    pub challenges: Challenges,
    /// Invitations that pages may still show.
    pub shown: Shown,
    /// Ticket lists that were sent and are not imported yet.
    pub uploads: Arc<Uploads>,
    /// This run, as its hand counts name it.
    pub office: Run,
    /// Dashboards that watch.
    pub hub: Hub,
    /// Rate limits and places.
    pub limits: Limits,
    /// Where people and scanners reach this server, without a path.
    pub public_url: Url,
    /// Whether a proxy in front tells client addresses (`X-Forwarded-For`).
    pub behind_proxy: bool,
    /// The code for the first start; none where somebody can sign in.
    pub setup: Setup,
    /// Bearer token that `/metrics` asks for.
    pub metrics_token: Option<String>,
    /// Becomes true when the server shuts down; long answers (live streams) end then.
    pub closing: watch::Receiver<bool>,
}

impl AppState {
    /// Bundles the parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// A fresh state around a store, with nothing held and nobody watching.
    pub fn fresh(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        options: ServeOptions,
        public_url: Url,
        closing: watch::Receiver<bool>,
    ) -> Self {
        Self::new(Parts {
            store,
            clock,
            holds: Holds::default(),
            challenges: Challenges::new(&*entropy),
            entropy,
            shown: Shown::default(),
            uploads: Arc::default(),
            office: Run::default(),
            hub: Hub::default(),
            limits: Limits::default(),
            public_url,
            behind_proxy: options.behind_proxy,
            setup: Setup::default(),
            metrics_token: options.metrics_token,
            closing,
        })
    }

    /// The server's monotonic time (ms).
    pub fn mono_ms(&self) -> u64 {
        self.clock.read().mono_ms
    }

    /// Server time, milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> i64 {
        self.clock.wall_ms()
    }
}

impl std::ops::Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("public_url", &self.public_url.as_str()).finish_non_exhaustive()
    }
}
