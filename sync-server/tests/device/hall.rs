//! A server with one organization, one event, and an admin who is signed in.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use shared::clock::{Clock, Entropy, Reading, random};
use shared::ids::{BootId, EventId, OrganizationId, TicketKey, UserId};
use sync_server::clock::SystemEntropy;
use sync_server::people::founding::{Founder, Prepared};
use sync_server::people::session::{Principal, SessionKind, Token};
use sync_server::people::{Actor, Role, User};
use sync_server::store::people::{AddUser, Found, NewSession, NewUser};
use sync_server::{Config, RunningServer, Server};
use tempfile::TempDir;

/// 2026-05-01 18:00 UTC.
pub(crate) const NOW: i64 = 1_777_658_400_000;

/// When the event starts.
pub(crate) const STARTS: i64 = NOW - 3_600_000;

/// A clock that stands until it is moved.
#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn forward(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn read(&self) -> Reading {
        let wall_ms = self.0.load(Ordering::SeqCst);
        Reading { wall_ms, mono_ms: (wall_ms - NOW).unsigned_abs(), boot: BootId([0; 8]) }
    }
}

/// Somebody with an open session.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) organization: OrganizationId,
    pub(crate) token: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

pub(crate) struct Hall {
    pub(crate) server: RunningServer,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) client: Client,
    pub(crate) admin: Person,
    pub(crate) event: EventId,
    pub(crate) tickets: Vec<TicketKey>,
    pub(crate) folder: TempDir,
}

/// A server on a folder, with a clock of its own.
pub(crate) async fn serve(folder: &Path, clock: &Arc<TestClock>) -> RunningServer {
    Server::start(Config::on_free_port(folder), clock.clone(), Arc::new(SystemEntropy)).await.unwrap()
}

impl Hall {
    /// Two gates into one zone; re-entry is not allowed; four tickets, published.
    pub(crate) async fn open() -> Self {
        Self::with(&json!({}), 4).await
    }

    /// The same with other rules and more tickets.
    pub(crate) async fn with(rules: &Value, tickets: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(NOW)));
        let server = serve(folder.path(), &clock).await;
        let admin = found(&server, "Hall").await;
        let client = client();
        let event = EventId([0; 16]);
        let mut hall = Self { server, clock, client, admin, event, tickets: vec![], folder };
        hall.event = hall.new_event(rules).await;
        if tickets > 0 {
            hall.tickets = hall.issue(tickets).await;
        }
        hall.publish().await;
        hall
    }

    /// A copy of the database as it is now.
    pub(crate) fn copy(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("server.db");
        let connection = rusqlite::Connection::open(self.folder.path().join("server.db")).unwrap();
        connection.execute("VACUUM INTO ?1", [target.to_str().unwrap()]).unwrap();
        folder
    }

    /// Another server on such a copy; tokens stay good.
    pub(crate) async fn on_copy(of: &Self, folder: TempDir) -> Self {
        let clock = of.clock.clone();
        let server = serve(folder.path(), &clock).await;
        Self {
            server,
            clock,
            client: client(),
            admin: of.admin.clone(),
            event: of.event,
            tickets: of.tickets.clone(),
            folder,
        }
    }

    pub(crate) async fn new_event(&self, rules: &Value) -> EventId {
        let mut body = json!({
            "name": "Spring night", "starts": STARTS, "ends": STARTS + 8 * 3_600_000, "time_zone": "Europe/Berlin",
            "products": [{ "id": 1, "name": "Standard" }],
            "zones": [{ "id": 1, "name": "Hall" }, { "id": 2, "name": "Lounge" }],
            "gates": [{ "id": 1, "name": "North", "zone": 1 }, { "id": 2, "name": "South", "zone": 1 },
                      { "id": 3, "name": "Lounge door", "zone": 2, "from": 1 }],
            "reentry": false,
        });
        for (key, value) in rules.as_object().unwrap() {
            body[key] = value.clone();
        }
        let answer = self.post("/api/v1/events", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        answer.json()["id"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) async fn issue(&self, count: usize) -> Vec<TicketKey> {
        let drafts: Vec<Value> = (0..count).map(|n| json!({ "product": 1, "name": format!("Guest {n}") })).collect();
        let mut keys = vec![];
        for part in drafts.chunks(1000) {
            let answer = self.post(&format!("/api/v1/events/{}/tickets", self.event), &json!(part)).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
            let ids = answer.json()["tickets"].as_array().unwrap().clone();
            keys.extend(ids.iter().map(|id| id.as_str().unwrap().parse::<TicketKey>().unwrap()));
        }
        keys
    }

    pub(crate) fn clock_now(&self) -> i64 {
        self.clock.wall_ms()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.addr)
    }

    pub(crate) async fn call(&self, method: Method, path: &str, token: Option<&str>, body: &Value) -> Answer {
        let mut request = self.client.request(method, self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        Answer { status, bytes: response.bytes().await.unwrap().to_vec() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, Some(&self.admin.token), &Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(&self.admin.token), body).await
    }

    pub(crate) async fn of_event(&self, path: &str) -> Value {
        let answer = self.get(&format!("/api/v1/events/{}/{path}", self.event)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.json());
        answer.json()
    }

    pub(crate) async fn publish(&self) -> Value {
        let answer = self.post(&format!("/api/v1/events/{}/publish", self.event), &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        answer.json()
    }

    pub(crate) async fn digest(&self) -> String {
        self.of_event("state-digest").await["digest"].as_str().unwrap().to_owned()
    }

    /// People counted, at least, at most.
    pub(crate) async fn people(&self) -> (i64, i64, i64) {
        let total = &self.of_event("occupancy").await["total"];
        let number = |name: &str| total[name].as_i64().unwrap();
        (number("counted"), number("low"), number("high"))
    }

    /// Everything computed anew must be what was kept.
    pub(crate) async fn verify(&self) {
        let verified = self.server.state().store.verify(self.admin.organization).await.unwrap();
        assert_eq!(verified.differences, vec![]);
        let kept =
            verified.digests.iter().find(|(event, _)| *event == self.event).map(|(_, digest)| digest.to_string());
        if let Some(kept) = kept {
            assert_eq!(kept, self.digest().await);
        }
    }

    pub(crate) async fn promoter(&self, events: Vec<EventId>) -> Person {
        let actor = Actor::command_line(self.admin.organization, NOW);
        let new = new_user("promoter@hall.example", Role::Promoter, events);
        let AddUser::Added(user) = self.server.state().store.add_user(actor, new).await.unwrap() else { panic!() };
        sign_in(&self.server, user).await
    }
}

/// Founds an organization; its admin is signed in.
pub(crate) async fn found(server: &RunningServer, name: &str) -> Person {
    let email = format!("admin@{}.example", name.to_lowercase()).parse().unwrap();
    let founder = Founder { organization: name.into(), email, name: "Somebody".into(), password_hash: "-".into() };
    let founding = Prepared::new(founder, NOW, &SystemEntropy).founding;
    let organization = founding.organization.clone();
    let store = &server.state().store;
    assert_eq!(store.found(founding).await.unwrap(), Found::Founded);
    sign_in(server, store.users(organization.id).await.unwrap().remove(0)).await
}

async fn sign_in(server: &RunningServer, user: User) -> Person {
    let token = Token::generate(&SystemEntropy);
    let kind = SessionKind::Token;
    let organization = user.organization;
    let principal = Principal { user, token: token.hash(), kind };
    let session = NewSession { token: token.hash(), kind, expires: i64::MAX };
    server.state().store.open_session(principal.actor([127, 0, 0, 1].into(), NOW), session).await.unwrap();
    Person { organization, token: token.reveal() }
}

/// The same person on a new server.
pub(crate) async fn admin_again(server: &RunningServer, user: User) -> Person {
    let actor = Actor::command_line(user.organization, NOW);
    let new = new_user(user.email.as_str(), Role::Admin, vec![]);
    let AddUser::Added(user) = server.state().store.add_user(actor, new).await.unwrap() else { panic!() };
    sign_in(server, user).await
}

fn new_user(email: &str, role: Role, events: Vec<EventId>) -> NewUser {
    NewUser {
        id: UserId(random(&SystemEntropy)),
        email: email.parse().unwrap(),
        name: "Somebody".into(),
        role,
        events,
        password_hash: "not a password hash: nobody signs in with it".into(),
    }
}

fn client() -> Client {
    // The client wants one even for plain HTTP; whoever is first installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}

/// Random numbers of the system, for ids in tests.
pub(crate) fn dice() -> &'static dyn Entropy {
    &SystemEntropy
}
