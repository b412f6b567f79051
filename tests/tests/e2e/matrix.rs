//! Route × role × organization: every cell has its expected answer. The routes come from the running server's own
//! description, so that none can be forgotten; nothing is readable or writable across organizations.

mod strangers;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{
    AuthResponse, ConfirmRequest, ExchangeRequest, HeartbeatRequest, Invitation, ManifestRequest, RefillRequest,
    ReleaseRequest, SearchRequest, path,
};
use shared::cose::{decode_all, encode};
use shared::entry::Direction;
use shared::ids::{EventId, GateId, Nonce, TicketKey};
use tempfile::TempDir;
use turnstone_tests::harness::house::PATIENCE;
use turnstone_tests::harness::{ADMIN, Admin, Device, EVENT, Relay, ServerProcess, Venue, client};

use super::damaged_scene::parts;
use super::matrix_routes::{Body, ROUTES, Row};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Nobody,
    AdminA,
    /// A promoter of organization A to whom the event is granted.
    PromoterA,
    /// One to whom it is not.
    StrangerA,
    ScanA,
    SupervisorA,
    AdminB,
    /// A promoter of organization B, with an event there.
    PromoterB,
    ScanB,
}

const ROLES: [Role; 9] = [
    Role::Nobody,
    Role::AdminA,
    Role::PromoterA,
    Role::StrangerA,
    Role::ScanA,
    Role::SupervisorA,
    Role::AdminB,
    Role::PromoterB,
    Role::ScanB,
];

/// Two organizations on one server, with everybody signed in.
struct World {
    server: ServerProcess,
    venue: Venue,
    /// Tokens by role, in order of [`ROLES`]; empty for nobody.
    tokens: Vec<String>,
    ids: Vec<(&'static str, String)>,
    /// What scanner A sent last to be logged.
    log: Vec<u8>,
    relay: Relay,
    admin: Admin,
    _folder: TempDir,
}

impl World {
    #[expect(clippy::too_many_lines, reason = "it lists who and what there is, one after the other")]
    async fn make() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let venue = Venue::set_up(&parts(), folder.path(), 6);
        let run = |args: &[&str]| venue.parts.server_json(&venue.data, args).remove(0);
        let text =
            |value: &Value, name: &str| value[name].as_str().unwrap_or_else(|| panic!("{name}: {value}")).to_owned();
        let b = run(&["init", "--another", "--organization", "Other Hall", "--email", "admin@other.example"]);
        let (ours, theirs) = ("Harbour Club", "Other Hall");
        let create = |name: &str, of: &str| {
            let args = ["event", "create", name, "--starts", "2030-01-01T20:00:00Z", "--time-zone", "UTC"];
            text(&run(&[args.as_slice(), &["--organization", of]].concat()), "event")
        };
        let event_b = create("Theirs", theirs);
        let (hidden, spare) = (create("Hidden", ours), create("Spare", ours));
        let person = |email: &str, event: &str, of: &str| {
            let args = ["user", "add", "--email", email, "--event", event, "--organization", of];
            run(&args)
        };
        let promoter = person("promoter@venue.example", EVENT, ours);
        let stranger = person("stranger@venue.example", "Hidden", ours);
        let spare_user = person("spare@venue.example", "Hidden", ours);
        let promoter_b = person("promoter@other.example", "Theirs", theirs);
        let server = venue.serve(None);
        let relay = Relay::before(server.addr).await;
        let admin = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
        let admin_b = Admin::sign_in(server.addr, "admin@other.example", &text(&b, "password")).await;
        let signed_in = async |email: &str, made: &Value| {
            Admin::sign_in(server.addr, email, &text(made, "password")).await.token().to_owned()
        };
        let mut tokens = vec![String::new(), admin.token().to_owned()];
        tokens.push(signed_in("promoter@venue.example", &promoter).await);
        tokens.push(signed_in("stranger@venue.example", &stranger).await);
        admin.post(&format!("/events/{}/publish", venue.event), &json!({})).await;
        admin_b.post(&format!("/events/{event_b}/publish"), &json!({})).await;

        // Two scanners of A let one ticket in, both in the dark: a conflict to write a note about.
        let enrol = async |admin: &Admin, name: &str, role: &str, event: &str| {
            let (device, id) = enrol(&venue, &relay, admin, name, role, event).await;
            device.ok(&["sync"]);
            (device, id)
        };
        let (scan, scan_id) = enrol(&admin, "Scan A", "scan", &venue.event).await;
        let token_scan = device_token(&relay);
        let (chief, _) = enrol(&admin, "Chief A", "supervisor", &venue.event).await;
        let token_chief = device_token(&relay);
        for device in [&scan, &chief] {
            assert_eq!(device.scan(venue.code("T0001"), &["--offline"])["verdict"], "ok");
        }
        scan.ok(&["sync"]);
        let logged = relay.take_passed().into_iter().find(|passed| {
            let request = decode_all::<ExchangeRequest>(&passed.request);
            passed.path == path::LOGS && request.is_some_and(|request| !request.batches.is_empty())
        });
        chief.ok(&["sync"]);
        relay.take_passed();
        let (_, _) = enrol(&admin_b, "Scan B", "scan", &event_b).await;
        let token_b = device_token(&relay);
        let (_, spare_scanner) = enrol(&admin, "Spare A", "scan", &venue.event).await;
        let promoter_b = signed_in("promoter@other.example", &promoter_b).await;
        tokens.extend([token_scan, token_chief, admin_b.token().to_owned(), promoter_b, token_b]);

        let conflicts = admin.get(&format!("/events/{}/conflicts", venue.event)).await;
        let alarm = alarm(&admin, &venue.event).await;
        let tickets = admin.get(&format!("/events/{}/tickets?limit=10", venue.event)).await;
        let ids = vec![
            ("{event}", venue.event.clone()),
            ("{event_b}", event_b),
            ("{hidden}", hidden),
            ("{spare_event}", spare),
            ("{ticket}", text(&tickets["tickets"][5], "id")),
            ("{user}", text(&promoter, "user")),
            ("{spare_user}", text(&spare_user, "user")),
            ("{scanner}", scan_id),
            ("{spare_scanner}", spare_scanner),
            ("{organization}", text(&admin.get("/auth/me").await, "organization")),
            ("{organization_b}", text(&b, "organization")),
            ("{conflict}", text(&conflicts["conflicts"][0], "id")),
            ("{alarm}", alarm),
        ];
        let log = logged.expect("scanner A logged through the relay").request;
        Self { server, venue, tokens, ids, log, relay, admin, _folder: folder }
    }

    fn id(&self, name: &str) -> &str {
        &self.ids.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no {name}")).1
    }

    fn fill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    /// Status and problem code of one cell.
    async fn ask(&self, row: &Row, headers: &[(&str, String)]) -> (u16, String) {
        let (kind, body) = self.body(row.body);
        let method: Method = row.method.parse().expect("a method");
        send(self.server.addr, method, &self.fill(row.path), headers, kind, body).await
    }

    async fn cell(&self, row: &Row, role: Role) -> (u16, String) {
        let at = ROLES.iter().position(|known| *known == role).expect("a known role");
        let bearer = Some(&self.tokens[at]).filter(|token| !token.is_empty());
        let headers: Vec<(&str, String)> =
            bearer.map(|token| ("authorization", format!("Bearer {token}"))).into_iter().collect();
        self.ask(row, &headers).await
    }

    fn body(&self, body: Body) -> (&'static str, Vec<u8>) {
        let event: EventId = self.id("{event}").parse().expect("an event id");
        let ticket: TicketKey = self.id("{ticket}").parse().expect("a ticket key");
        let (cbor, nonce) = ("application/cbor", Nonce([3; 16]));
        match body {
            Body::None => ("", vec![]),
            Body::Json(text) => ("application/json", self.fill(text).into_bytes()),
            Body::Csv(text) => ("text/csv", text.as_bytes().to_vec()),
            Body::Garbage => (cbor, vec![0xff]),
            Body::Heartbeat => (cbor, encode(&heartbeat(event))),
            Body::Logs => (cbor, encode(&ExchangeRequest { event, have: vec![], batches: vec![], accept: 0 })),
            Body::Manifest => {
                (cbor, encode(&ManifestRequest { event, have: None, buckets: vec![], keyset_version: 0 }))
            }
            Body::Refill => (cbor, encode(&RefillRequest { event, header: vec![0x80], parts: vec![] })),
            Body::Confirm => {
                let direction = Direction::Entry;
                (cbor, encode(&ConfirmRequest { nonce, event, ticket, gate: GateId(1), direction }))
            }
            Body::Release => (cbor, encode(&ReleaseRequest { event, ticket })),
            Body::Search => (cbor, encode(&SearchRequest { event, query: "Guest".into(), limit: 5 })),
        }
    }

    /// What organization A has, as its administrator sees it.
    async fn picture(&self) -> Vec<Value> {
        let mut picture = Vec::new();
        for path in [
            "/events?archived=true",
            "/users",
            "/organizations/{organization}",
            "/events/{event}/tickets?limit=1000",
            "/events/{event}/policy",
            "/events/{event}/conflicts",
            "/events/{event}/state-digest",
        ] {
            picture.push(self.admin.get(&self.fill(path)).await);
        }
        picture
    }
}

fn heartbeat(event: EventId) -> HeartbeatRequest {
    HeartbeatRequest {
        nonce: Nonce([5; 16]),
        heads: vec![],
        manifests: vec![],
        keyset_version: 1,
        pending: 0,
        pending_in: 0,
        pending_out: 0,
        clock_offset: None,
        clock_error: None,
        battery: None,
        software: "matrix".into(),
        event: Some(event),
        gate: None,
    }
}

/// An alarm of the event: one person is allowed where two came in.
async fn alarm(admin: &Admin, event: &str) -> String {
    let path = format!("/events/{event}");
    admin.must(Method::PATCH, &path, Some(&json!({ "capacity": 1 }))).await;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let alarms = admin.get(&format!("{path}/alarms")).await;
        if let Some(id) = alarms["alarms"][0]["id"].as_i64() {
            return id.to_string();
        }
        assert!(tokio::time::Instant::now() < deadline, "no alarm was raised");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
}

/// Registers and enrols a scanner that reaches the server by the relay.
async fn enrol(venue: &Venue, relay: &Relay, admin: &Admin, name: &str, role: &str, event: &str) -> (Device, String) {
    let body = json!({ "name": name, "gate": 1, "role": role, "events": [event] });
    let made = admin.post("/scanners/register", &body).await;
    let code = made["invitation"]["code"].as_str().expect("an invitation");
    let mut invitation = Invitation::read(code).expect("the server's own invitation");
    invitation.server = relay.url();
    let device = Device::new(&venue.parts, venue.folder.join(name.replace(' ', "-")));
    device.ok(&["enrol", &invitation.to_code()]);
    (device, made["scanner"]["id"].as_str().expect("an id").to_owned())
}

/// The token of the scanner that signed in last.
fn device_token(relay: &Relay) -> String {
    let answers =
        relay.take_passed().into_iter().rev().filter(|passed| passed.path == path::AUTH && passed.status == 200);
    let mut tokens = answers.filter_map(|passed| decode_all::<AuthResponse>(&passed.response));
    tokens.next().expect("a scanner signed in").token
}

/// One request; of an answer that goes on for ever only the beginning is read.
async fn send(
    server: SocketAddr,
    method: Method,
    path: &str,
    headers: &[(&str, String)],
    kind: &str,
    body: Vec<u8>,
) -> (u16, String) {
    let prefix =
        if path.starts_with("/health") || path.starts_with("/ready") || path == "/metrics" { "" } else { "/api/v1" };
    let mut request = client().request(method, format!("http://{server}{prefix}{path}"));
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    if !kind.is_empty() {
        request = request.header("content-type", kind).body(body);
    }
    let answer = request.send().await.expect("the server answers");
    let status = answer.status().as_u16();
    if answer.status().is_success() {
        return (status, String::new());
    }
    assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
    let problem: Value = answer.json().await.expect("problem details");
    (status, problem["code"].as_str().expect("a stable code").to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_is_in_the_table_and_the_table_has_no_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = ServerProcess::start(&parts(), folder.path(), None);
    let answer = client().get(format!("{}/openapi.json", server.url())).send().await.expect("the server answers");
    let description: Value = answer.json().await.expect("the description is JSON");
    let mut described = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            if ["get", "put", "post", "patch", "delete"].contains(&method.as_str()) {
                described.insert(format!("{} {}", method.to_uppercase(), nameless(path)));
            }
        }
    }
    let ours = |row: &Row| {
        let operation = ["/health", "/ready", "/metrics"].contains(&row.path);
        let path = row.path.split('?').next().unwrap_or_default();
        format!("{} {}{}", row.method, if operation { "" } else { "/api/v1" }, nameless(path))
    };
    let table: BTreeSet<String> = ROUTES.iter().map(ours).collect();
    let missing: Vec<_> = described.difference(&table).collect();
    let extra: Vec<_> = table.difference(&described).collect();
    assert!(missing.is_empty() && extra.is_empty(), "not in the table: {missing:?}; not on the server: {extra:?}");
}

/// The path with `{}` for each parameter, whatever it is called.
fn nameless(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_has_its_expected_answer() {
    let world = World::make().await;
    let before = world.picture().await;
    let mut wrong = Vec::new();
    // First everybody who must be refused; then nothing has changed.
    for row in ROUTES {
        for role in ROLES.into_iter().filter(|role| row.access.expected(*role, row.ok).0 >= 400) {
            let (want, found) = (row.access.expected(role, row.ok), world.cell(row, role).await);
            if want.0 != found.0 || want.1.is_some_and(|code| code != found.1) {
                wrong.push(format!("{} {} as {role:?}: {found:?}, expected {want:?}", row.method, row.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(world.picture().await, before, "whoever is refused changes nothing");
    // Then those who may; the table ends with what cannot be taken back.
    for row in ROUTES {
        for role in ROLES.into_iter().filter(|role| row.access.expected(*role, row.ok).0 < 400) {
            let found = world.cell(row, role).await;
            if found.0 != row.ok {
                wrong.push(format!("{} {} as {role:?}: {found:?}, expected {}", row.method, row.path, row.ok));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}
