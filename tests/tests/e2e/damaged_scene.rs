//! A venue with its server running, and what a refusal must look like, for the tests of damaged and hostile input.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::api::Invitation;
use shared::clock::{Clock, Reading};
use sync_server::clock::{SystemClock, SystemEntropy};
use sync_server::{Config, RunningServer, Server};
use tempfile::TempDir;
use turnstone_tests::harness::{ADMIN, Admin, Device, Parts, ServerProcess, Venue, client, lines_of_json, text};

/// The programs under test.
pub(crate) fn parts() -> Parts {
    Parts(env!("CARGO_BIN_EXE_parts").into())
}

/// One venue, its server, its administrator.
pub(crate) struct Scene {
    pub(crate) venue: Venue,
    pub(crate) server: ServerProcess,
    pub(crate) admin: Admin,
    _folder: TempDir,
}

impl Scene {
    /// An event with so many tickets, published.
    pub(crate) async fn open(tickets: u32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let venue = Venue::set_up(&parts(), folder.path(), tickets);
        let server = venue.serve(None);
        let admin = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
        let scene = Self { venue, server, admin, _folder: folder };
        scene.publish().await;
        scene
    }

    /// Publishes the ticket list of the event and returns its version.
    pub(crate) async fn publish(&self) -> u64 {
        let made = self.admin.post(&format!("/events/{}/publish", self.venue.event), &json!({})).await;
        made["version"].as_u64().unwrap_or_else(|| panic!("a version: {made}"))
    }

    /// A scanner at the north gate that has the ticket list; it reaches the server by `url`.
    pub(crate) async fn scanner(&self, name: &str, url: &str) -> Device {
        let invitation = self.invitation(name, url).await;
        let device = Device::new(&self.venue.parts, self.venue.folder.join(name.replace(' ', "-").to_lowercase()));
        device.ok(&["enrol", &invitation]);
        device.ok(&["sync"]);
        device
    }

    /// Registers a scanner at the north gate and returns its invitation, with `url` as the way to the server.
    pub(crate) async fn invitation(&self, name: &str, url: &str) -> String {
        let body = json!({ "name": name, "gate": 1, "role": "scan", "events": [self.venue.event] });
        let made = self.admin.post("/scanners/register", &body).await;
        let text = made["invitation"]["code"].as_str().unwrap_or_else(|| panic!("an invitation: {made}"));
        let mut invitation = Invitation::read(text).expect("the server's own invitation");
        url.clone_into(&mut invitation.server);
        invitation.to_code()
    }

    /// The id of a ticket by its reference.
    pub(crate) async fn ticket(&self, reference: &str) -> String {
        let path = format!("/events/{}/tickets?search={reference}", self.venue.event);
        let page = self.admin.get(&path).await;
        let found = page["tickets"].as_array().and_then(|tickets| tickets.first()).cloned().unwrap_or_default();
        found["id"].as_str().unwrap_or_else(|| panic!("ticket {reference}: {page}")).to_owned()
    }

    /// Cancels a ticket.
    pub(crate) async fn cancel(&self, reference: &str) {
        let id = self.ticket(reference).await;
        self.admin.post(&format!("/tickets/{id}/cancel"), &json!({})).await;
    }

    /// People inside, as the server counts them.
    pub(crate) async fn inside(&self) -> i64 {
        let picture = self.admin.get(&format!("/events/{}/occupancy", self.venue.event)).await;
        picture["total"]["counted"].as_i64().unwrap_or_else(|| panic!("a number of people: {picture}"))
    }
}

/// The system's clock, some time ahead.
struct Ahead(SystemClock, Arc<AtomicI64>);

impl Clock for Ahead {
    fn read(&self) -> Reading {
        let now = self.0.read();
        Reading { wall_ms: now.wall_ms + self.1.load(Ordering::SeqCst), ..now }
    }
}

/// The server within this process, and by how many ms its clock is ahead of the system's.
pub(crate) async fn serve_with_a_moving_clock(data: &Path) -> (RunningServer, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = Arc::new(Ahead(SystemClock::new(&SystemEntropy), ahead.clone()));
    let server = Server::start(Config::on_free_port(data), clock, Arc::new(SystemEntropy)).await;
    (server.expect("the server starts"), ahead)
}

/// The last line of JSON of a run.
pub(crate) fn last_line(output: &Output) -> Value {
    lines_of_json(&String::from_utf8_lossy(&output.stdout)).pop().unwrap_or_default()
}

/// A scanner's refusal: exit code, stable code, a phrase that a person understands, both on stderr and in the object.
#[track_caller]
pub(crate) fn refused(output: &Output, exit: i32, code: &str, phrase: &str) -> Value {
    let said = last_line(output);
    assert_eq!(output.status.code(), Some(exit), "{}", text(output));
    assert_eq!(said["code"], code, "{}", text(output));
    let message = said["message"].as_str().unwrap_or_default();
    assert!(message.contains(phrase), "{phrase:?} is missing:\n{}", text(output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains(phrase), "{phrase:?} is missing on stderr:\n{}", text(output));
    no_panic(output);
    said
}

/// The server program's refusal on the command line.
#[track_caller]
pub(crate) fn server_refused(output: &Output, exit: i32, phrases: &[&str]) {
    assert_eq!(output.status.code(), Some(exit), "{}", text(output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    for phrase in phrases {
        assert!(stderr.contains(phrase), "{phrase:?} is missing:\n{}", text(output));
    }
    no_panic(output);
}

/// Nothing panicked and no backtrace was shown to a person.
#[track_caller]
pub(crate) fn no_panic(output: &Output) {
    let said = text(output);
    assert!(!said.contains("panicked") && !said.contains("stack backtrace"), "{said}");
}

/// An answer of the API.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) kind: String,
    pub(crate) retry_after: Option<u64>,
    pub(crate) body: Value,
}

/// Any request with any body, as `(name, value)` headers say.
pub(crate) async fn raw(
    server: SocketAddr,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<reqwest::Body>,
) -> Problem {
    let mut request = client().request(method, format!("http://{server}{path}")).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("the server answers");
    let text = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (status, kind) = (answer.status(), text("content-type").unwrap_or_default());
    let retry_after = text("retry-after").and_then(|value| value.parse().ok());
    let bytes = answer.bytes().await.expect("the answer arrives whole");
    Problem { status, kind, retry_after, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}

impl Problem {
    /// Problem details (RFC 9457) with this status and stable code, and a phrase for a person.
    #[track_caller]
    pub(crate) fn is(&self, status: u16, code: &str, phrase: &str) -> &Self {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{self:?}");
        assert_eq!(self.kind, "application/problem+json", "{self:?}");
        assert_eq!(self.body["type"], format!("urn:turnstone:problem:{code}"), "{self:?}");
        assert_eq!(self.body["status"], status, "{self:?}");
        assert!(self.body["title"].as_str().is_some_and(|title| !title.is_empty()), "{self:?}");
        assert!(self.body["detail"].as_str().is_some_and(|detail| detail.contains(phrase)), "{phrase:?}: {self:?}");
        self
    }
}
