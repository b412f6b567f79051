//! The server's machine: the real router over the real store on a simulated disk. It is started, killed, restored.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::ids::{EventId, OrganizationId, TicketKey};
use sync_server::device::challenges::Challenges;
use sync_server::device::holds::Holds;
use sync_server::device::shown::Shown;
use sync_server::http::limits::Limits;
use sync_server::keys::keyset::OldKeys;
use sync_server::keys::{KeyUse, StoredKey};
use sync_server::live::Hub;
use sync_server::people::founding::{Founder, Prepared};
use sync_server::people::session::{Principal, SessionKind, Token};
use sync_server::people::setup::Setup;
use sync_server::people::{Actor, Viewer};
use sync_server::router::router;
use sync_server::state::{AppState, Parts};
use sync_server::store::people::{Found, NewSession};
use sync_server::store::sqlite::backup;
use sync_server::store::{KeyStore as _, PeopleStore as _, SqliteStore, Store};
use tower::ServiceExt as _;

use crate::clock::MachineClock;
use crate::dice::SeededEntropy;
use crate::disk::{Disk, Image};

/// Largest answer taken in.
const MAX_ANSWER: usize = 8 << 20;

/// An answer over the wire.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub bytes: Vec<u8>,
}

/// A request over the wire.
#[derive(Debug, Clone)]
pub struct Call {
    /// HTTP method.
    pub method: Method,
    /// Path.
    pub path: String,
    /// Bearer token.
    pub token: Option<String>,
    /// Content type and body.
    pub body: Option<(&'static str, Vec<u8>)>,
}

struct Running {
    router: Router,
    store: SqliteStore,
    _close: tokio::sync::watch::Sender<bool>,
}

/// The server.
pub struct Server {
    /// Its disk.
    pub disk: Arc<Disk>,
    /// Its clock.
    pub clock: Arc<MachineClock>,
    /// The organization, once founded.
    pub organization: OrganizationId,
    /// The event.
    pub event: EventId,
    folder: PathBuf,
    entropy: Arc<SeededEntropy>,
    admin: String,
    running: Option<Running>,
    /// What it must never say, and said.
    outrages: Mutex<Vec<String>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("event", &self.event).finish_non_exhaustive()
    }
}

impl Server {
    /// A machine that is not running yet.
    pub fn new(folder: PathBuf, disk: Arc<Disk>, clock: Arc<MachineClock>, entropy: Arc<SeededEntropy>) -> Self {
        let (organization, event) = (OrganizationId::default(), EventId::default());
        Self {
            disk,
            clock,
            organization,
            event,
            folder,
            entropy,
            admin: String::new(),
            running: None,
            outrages: Mutex::default(),
        }
    }

    /// Starts it on what its disk holds.
    pub fn start(&mut self) -> Result<()> {
        let store = SqliteStore::open_quiet(&self.folder, &*self.clock, &*self.entropy)?;
        let (close, closing) = tokio::sync::watch::channel(false);
        let state = AppState::new(Parts {
            store: Arc::new(store.clone()),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            holds: Holds::default(),
            challenges: Challenges::new(&*self.entropy),
            shown: Shown::default(),
            uploads: Arc::default(),
            office: sync_server::office::Run::default(),
            hub: Hub::default(),
            limits: Limits::unhurried(),
            public_url: "http://server.sim".parse()?,
            behind_proxy: false,
            setup: Setup::default(),
            metrics_token: None,
            closing,
        });
        self.running = Some(Running { router: router(state), store, _close: close });
        Ok(())
    }

    /// The process ends without warning; the disk keeps what it has.
    pub fn stop(&mut self) {
        self.disk.end_processes();
        self.running = None;
    }

    /// Puts a backup in the place of what is lost: by hand, or as the program's own `restore` does.
    pub fn restore(&mut self, image: &Image, by_hand: bool) -> Result<()> {
        self.disk.restore(image);
        if !by_hand {
            // Nothing is left of the database before: its numbers are not known.
            backup::renew(&self.database(), 0, self.now(), &*self.entropy)?;
        }
        Ok(())
    }

    /// Whether it answers.
    pub fn is_up(&self) -> bool {
        self.running.is_some()
    }

    /// Its application, for one request.
    pub fn router(&self) -> Option<Router> {
        self.running.as_ref().map(|running| running.router.clone())
    }

    /// Its store.
    pub fn store(&self) -> Result<&SqliteStore> {
        Ok(&self.running.as_ref().context("the server is not running")?.store)
    }

    /// The way of the database.
    pub fn database(&self) -> PathBuf {
        self.folder.join(sync_server::store::sqlite::FILE_NAME)
    }

    /// Looks into the database past the program, and past what is planned to go wrong. Nothing is changed by it: also the
    /// last one to look leaves the write-ahead log where it is.
    pub fn look<T>(&self, look: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.disk.unharmed(|| {
            let conn = Connection::open(self.database())?;
            conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            look(&conn)
        })
    }

    fn now(&self) -> i64 {
        self.clock.wall_ms()
    }

    /// Founds the organization with an administrator who is signed in.
    pub async fn found(&mut self) -> Result<()> {
        let (now, dice) = (self.now(), self.entropy.clone());
        let founder = Founder {
            organization: "Sim".into(),
            email: "admin@sim.example".parse().map_err(|_| anyhow::anyhow!("the address"))?,
            name: "Admin".into(),
            password_hash: "not a hash: nobody signs in with it".into(),
        };
        let founding = Prepared::new(founder, now, &*dice).founding;
        self.organization = founding.organization.id;
        let store = self.store()?.clone();
        let founded = store.found(founding).await?;
        ensure!(founded == Found::Founded, "the organization was not founded");
        let user = store.users(self.organization).await?.remove(0);
        let token = Token::generate(&*dice);
        let kind = SessionKind::Token;
        let principal = Principal { user, token: token.hash(), kind };
        let session = NewSession { token: token.hash(), kind, expires: i64::MAX };
        store.open_session(principal.actor(Ipv4Addr::LOCALHOST.into(), now), session).await?;
        self.admin = token.reveal();
        Ok(())
    }

    /// A call as the administrator, by whom the network is no matter. The answer's JSON.
    pub async fn admin(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        let call = self.call(method, path, body);
        let path = call.path.clone();
        let answer = self.ask(call).await?;
        let value = serde_json::from_slice(&answer.bytes).unwrap_or(Value::Null);
        if !(200..300).contains(&answer.status) {
            bail!("{path}: {} {value}", answer.status);
        }
        Ok(value)
    }

    /// Any call, answered by the real router. An error of the server without a fault of its disk is a defect.
    pub async fn ask(&self, call: Call) -> Result<Answer> {
        let (path, before) = (call.path.clone(), self.disk.faults_seen());
        let answer = answer(self.router().context("the server is not running")?, call).await?;
        if answer.status >= 500 && self.disk.faults_seen() == before && !self.disk.is_dead() {
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            let what = format!("{path} was answered with {} without cause: {text}", answer.status);
            self.outrages.lock().unwrap_or_else(PoisonError::into_inner).push(what);
        }
        Ok(answer)
    }

    /// What it said to people at desks and must never say, since the last time this was asked.
    pub fn take_outrages(&self) -> Vec<String> {
        std::mem::take(&mut self.outrages.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A call with the administrator's token.
    pub fn call(&self, method: Method, path: &str, body: &Value) -> Call {
        let body = (!body.is_null()).then(|| ("application/json", body.to_string().into_bytes()));
        Call { method, path: format!("/api/v1{path}"), token: Some(self.admin.clone()), body }
    }

    /// Makes tickets; returns their keys and code texts.
    pub async fn issue(&self, drafts: &[Value]) -> Result<Vec<(TicketKey, String)>> {
        let answer = self.admin(Method::POST, &format!("/events/{}/tickets", self.event), &json!(drafts)).await?;
        let mut tickets = vec![];
        for id in answer["tickets"].as_array().context("no tickets")? {
            let key: TicketKey = id.as_str().context("no key")?.parse()?;
            tickets.push((key, self.code(key).await?));
        }
        Ok(tickets)
    }

    /// The text of a ticket's code now.
    pub async fn code(&self, key: TicketKey) -> Result<String> {
        let viewer = Viewer::admin(self.organization);
        let store: &dyn Store = self.store()?;
        let printable = store.printable(viewer, key, self.now()).await?.context("no such ticket")?;
        printable.text().map_err(|missing| anyhow::anyhow!("{missing:?}"))
    }

    /// Publishes the list; says whether that was not held back because the server was restored.
    pub async fn publish(&self, force: bool) -> Result<bool> {
        let path = format!("/events/{}/publish?force_after_restore={force}", self.event);
        match self.admin(Method::POST, &path, &Value::Null).await {
            Err(error) if error.to_string().contains("held_after_restore") => Ok(false),
            answer => answer.map(|_| true),
        }
    }

    /// New keys of these kinds beside the old ones, or in their place.
    pub async fn rotate(&self, uses: &[KeyUse], old: OldKeys) -> Result<()> {
        let now = self.now();
        let keys = uses.iter().map(|used| StoredKey::generate(*used, now, &*self.entropy)).collect();
        let rotation = sync_server::store::keys::Rotation { keys, old, root: None };
        let actor = Actor::command_line(self.organization, now);
        let rotated = self.store()?.rotate_keys(actor, rotation).await?;
        ensure!(matches!(rotated, sync_server::store::keys::Rotate::Rotated { .. }), "the keys did not rotate");
        Ok(())
    }

    /// Everything the organization signs with, as a thief of the machine would have it.
    pub async fn stolen_keys(&self) -> Result<Vec<StoredKey>> {
        Ok(self.store()?.keys(self.organization).await?)
    }
}

/// Has a router answer one call.
pub async fn answer(router: Router, call: Call) -> Result<Answer> {
    let mut request = Request::builder().method(call.method).uri(call.path);
    if let Some(token) = call.token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = match call.body {
        Some((kind, bytes)) => {
            request = request.header(header::CONTENT_TYPE, kind);
            Body::from(bytes)
        }
        None => Body::empty(),
    };
    let mut request = request.body(body)?;
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))));
    let response = router.oneshot(request).await?;
    let status = response.status().as_u16();
    Ok(Answer { status, bytes: to_bytes(response.into_body(), MAX_ANSWER).await?.to_vec() })
}
