//! What tests of this crate share: the real router over a real store in a folder that vanishes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use shared::clock::{Clock, Reading, random};
use shared::ids::{BootId, EventId, GateId, UserId, ZoneId};
use shared::policy::{Gate, Policy};
use tower::ServiceExt;

use crate::clock::SystemEntropy;
use crate::people::founding::{Founder, Prepared};
use crate::people::password::Password;
use crate::people::session::{Principal, SessionKind, Token};
use crate::people::{Role, User};
use crate::router::router;
use crate::state::AppState;
use crate::store::people::{AddUser, Found, NewSession, NewUser};
use crate::store::{PeopleStore, SqliteStore};

/// 2026-05-01 18:00 UTC.
pub(crate) const NOW: i64 = 1_777_658_400_000;

/// The password of every test person.
pub(crate) const PASSWORD: &str = "open sesame 2026";

/// Rules of an event with these gates, by number and name, and nothing else in particular.
pub(crate) fn rules(gates: &[(u32, &str)]) -> Policy {
    let gate = |(id, name): &(u32, &str)| Gate {
        id: GateId(*id),
        name: (*name).into(),
        zone: ZoneId(1),
        from: None,
        products: None,
    };
    Policy {
        name: "Friday".into(),
        starts: 0,
        ends: 1,
        zones: vec![],
        gates: gates.iter().map(gate).collect(),
        products: vec![],
        reentry: true,
        capacity: None,
        list_only: false,
        stale_stop: None,
        last_entry: None,
        max_reentries: None,
        retry_window: 0,
        time_zone: "UTC".into(),
    }
}

/// A clock that stands until it is moved.
#[derive(Debug)]
pub(crate) struct TestClock(pub AtomicI64);

impl Clock for TestClock {
    fn read(&self) -> Reading {
        let wall_ms = self.0.load(Ordering::SeqCst);
        Reading { wall_ms, mono_ms: 0, boot: BootId([0; 8]) }
    }
}

/// The application with two organizations.
pub(crate) struct TestApp {
    pub(crate) router: Router,
    pub(crate) store: SqliteStore,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) state: AppState,
    _folder: tempfile::TempDir,
}

/// Somebody with an open session.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) token: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// Stable code of the problem; "" for none.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl TestApp {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(NOW)));
        let store = SqliteStore::open(folder.path(), &*clock, &SystemEntropy).unwrap();
        let (close, closing) = tokio::sync::watch::channel(false);
        // Stays open as long as the process: these applications are dropped, not shut down.
        std::mem::forget(close);
        let options = crate::Config::on_free_port(folder.path()).serve;
        let public_url = "http://localhost:8080".parse().unwrap();
        let (kept, entropy) = (Arc::new(store.clone()), Arc::new(SystemEntropy));
        let state = AppState::fresh(kept, clock.clone(), entropy, options, public_url, closing);
        Self { router: router(state.clone()), store, clock, state, _folder: folder }
    }

    /// Founds an organization; its admin is signed in.
    pub(crate) async fn found(&self, name: &str) -> Person {
        let email = format!("admin@{}.example", name.to_lowercase()).parse().unwrap();
        let password_hash = Password::new(PASSWORD).hash(&SystemEntropy).unwrap();
        let founder = Founder { organization: name.into(), email, name: "Somebody".into(), password_hash };
        let founding = Prepared::new(founder, NOW, &SystemEntropy).founding;
        let organization = founding.organization.id;
        assert_eq!(self.store.found(founding).await.unwrap(), Found::Founded);
        let users = self.store.users(organization).await.unwrap();
        self.sign_in(users.into_iter().next().unwrap()).await
    }

    /// A promoter of the admin's organization, signed in.
    pub(crate) async fn promoter(&self, admin: &Person, email: &str, events: Vec<EventId>) -> Person {
        let actor = crate::people::Actor::command_line(admin.user.organization, NOW);
        let added = self.store.add_user(actor, new_user(email, Role::Promoter, events)).await.unwrap();
        let AddUser::Added(user) = added else { panic!("{added:?}") };
        self.sign_in(user).await
    }

    /// Opens a session without the work of checking a password.
    pub(crate) async fn sign_in(&self, user: User) -> Person {
        let token = Token::generate(&SystemEntropy);
        let kind = SessionKind::Token;
        let principal = Principal { user: user.clone(), token: token.hash(), kind };
        let session = NewSession { token: token.hash(), kind, expires: i64::MAX };
        self.store.open_session(principal.actor([127, 0, 0, 1].into(), NOW), session).await.unwrap();
        Person { user, token: token.reveal() }
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        let peer = SocketAddr::from(([192, 0, 2, 7], 50_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// A request with a JSON body, or none for `Value::Null`.
    pub(crate) async fn call(&self, method: Method, path: &str, who: Option<&Person>, body: &Value) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(person) = who {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", person.token));
        }
        let request = if body.is_null() {
            request.body(Body::empty())
        } else {
            request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
        };
        self.send(request.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, who: &Person) -> Answer {
        self.call(Method::GET, path, Some(who), &Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, who: &Person, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(who), body).await
    }

    pub(crate) async fn patch(&self, path: &str, who: &Person, body: &Value) -> Answer {
        self.call(Method::PATCH, path, Some(who), body).await
    }

    /// An event of the admin's organization, made through the API.
    pub(crate) async fn event(&self, admin: &Person) -> EventId {
        let body = json!({
            "name": "Spring night", "starts": NOW + 3_600_000, "ends": NOW + 20_000_000, "time_zone": "Europe/Berlin",
            "products": [{ "id": 1, "name": "Standard" }, { "id": 2, "name": "VIP" }],
        });
        let answer = self.post("/api/v1/events", admin, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.json()["id"].as_str().unwrap().parse().unwrap()
    }

    /// Issued tickets of an event, by id.
    pub(crate) async fn tickets(&self, admin: &Person, event: EventId, bodies: &Value) -> Vec<String> {
        let answer = self.post(&format!("/api/v1/events/{event}/tickets"), admin, bodies).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        let ids = answer.json()["tickets"].as_array().unwrap().clone();
        ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }
}

fn new_user(email: &str, role: Role, events: Vec<EventId>) -> NewUser {
    NewUser {
        id: UserId(random(&SystemEntropy)),
        email: email.parse().unwrap(),
        name: "Somebody".into(),
        role,
        events,
        password_hash: Password::new(PASSWORD).hash(&SystemEntropy).unwrap(),
    }
}
