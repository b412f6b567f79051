//! The table of the matrix: each route with who may use it. It ends with what cannot be taken back.

use super::matrix::Role;

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody gets the same answer.
    Open,
    /// Everybody who is signed in, about themselves or what they may see.
    SignedIn,
    /// Those of the organization.
    Organization,
    /// Admins, and promoters to whom the event is granted.
    Event,
    /// Admins, within their own organization.
    Admin,
    /// Admins, something of organization A.
    AdminOfA,
    /// Admins; the body names something of organization A.
    AdminNamingA,
    /// Scanners, about themselves.
    AnyScanner,
    /// Scanners of the event.
    Scanner,
    /// Supervisors' scanners of the event.
    Supervisor,
}

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body {
    None,
    Json(&'static str),
    Csv(&'static str),
    Garbage,
    Heartbeat,
    Logs,
    Manifest,
    Refill,
    Confirm,
    Release,
    Search,
}

/// One route.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) method: &'static str,
    /// Below `/api/v1`; names in braces are ids.
    pub(crate) path: &'static str,
    pub(crate) body: Body,
    pub(crate) access: Access,
    /// The answer to those who may.
    pub(crate) ok: u16,
}

impl Access {
    /// Status, and code of the problem where it matters.
    #[expect(clippy::match_same_arms, reason = "one line says one rule")]
    pub(crate) fn expected(self, role: Role, ok: u16) -> (u16, Option<&'static str>) {
        use Role as R;
        let fine = (ok, None);
        let stranger = (401, Some("unauthenticated"));
        let (foreign, forbidden) = ((404, Some("not_found")), (403, Some("forbidden")));
        let person = matches!(role, R::AdminA | R::PromoterA | R::StrangerA | R::AdminB | R::PromoterB);
        match (self, role) {
            (Self::Open, _) => fine,
            (Self::AnyScanner | Self::Scanner | Self::Supervisor, _) if person || role == R::Nobody => {
                (401, Some("not_authenticated"))
            }
            (Self::AnyScanner, _) => fine,
            (Self::Scanner | Self::Supervisor, R::ScanB) | (Self::Supervisor, R::ScanA) => forbidden,
            (Self::Scanner | Self::Supervisor, _) => fine,
            (_, R::Nobody | R::ScanA | R::SupervisorA | R::ScanB) => stranger,
            (Self::SignedIn, _) | (_, R::AdminA) => fine,
            (Self::Organization, R::AdminB | R::PromoterB) => foreign,
            (Self::Organization, _) | (Self::Event, R::PromoterA) => fine,
            (Self::Event, _) => foreign,
            (Self::Admin | Self::AdminOfA | Self::AdminNamingA, R::PromoterA | R::StrangerA | R::PromoterB) => {
                forbidden
            }
            (Self::Admin, _) => fine,
            (Self::AdminOfA, _) => foreign,
            (Self::AdminNamingA, _) => (422, Some("invalid")),
        }
    }

    /// Whether sessions of people open it.
    pub(crate) fn is_for_people(self) -> bool {
        !matches!(self, Self::Open | Self::AnyScanner | Self::Scanner | Self::Supervisor)
    }

    /// Whether tokens of scanners open it.
    pub(crate) fn is_for_scanners(self) -> bool {
        matches!(self, Self::AnyScanner | Self::Scanner | Self::Supervisor)
    }
}

const fn row(method: &'static str, path: &'static str, body: Body, access: Access, ok: u16) -> Row {
    Row { method, path, body, access, ok }
}

const fn get(path: &'static str, access: Access) -> Row {
    row("GET", path, Body::None, access, 200)
}

const EVENT: &str = r#"{"name":"Renamed","starts":1900000000000,"ends":1900010000000}"#;
const ZONES: &str = r#"[{"id":1,"name":"Hall","capacity":300}]"#;
const GATES: &str = r#"[{"id":1,"name":"North","zone":1},{"id":2,"name":"South","zone":1}]"#;
const PRODUCTS: &str = r#"[{"id":1,"name":"Standard"}]"#;
const SCANNER: &str = r#"{"name":"Another","gate":1,"role":"scan","events":["{event}"]}"#;

/// Every route of the server.
pub(crate) const ROUTES: &[Row] = &[
    // For those who run the server.
    get("/health", Access::Open),
    get("/ready", Access::Open),
    get("/metrics", Access::Open),
    // Whoever has nothing yet: refused for what is sent, not for who sends it.
    row("POST", "/auth/login", Body::Json("{}"), Access::Open, 400),
    row("POST", "/scanners/enrol", Body::Garbage, Access::Open, 400),
    row("POST", "/scanners/challenge", Body::Garbage, Access::Open, 400),
    row("POST", "/scanners/auth", Body::Garbage, Access::Open, 400),
    // Reading.
    get("/auth/me", Access::SignedIn),
    get("/auth/sessions", Access::SignedIn),
    get("/events", Access::SignedIn),
    get("/scanners", Access::SignedIn),
    get("/users", Access::Admin),
    get("/users/{user}/sessions", Access::AdminOfA),
    get("/organizations", Access::SignedIn),
    get("/organizations/{organization}", Access::Organization),
    get("/organizations/{organization}/audit", Access::AdminOfA),
    get("/organizations/{organization}/audit.csv", Access::AdminOfA),
    get("/events/{event}", Access::Event),
    get("/events/{event}/policy", Access::Event),
    get("/events/{event}/publish", Access::AdminOfA),
    get("/events/{event}/zones", Access::Event),
    get("/events/{event}/gates", Access::Event),
    get("/events/{event}/products", Access::Event),
    get("/events/{event}/tickets", Access::Event),
    get("/events/{event}/stats", Access::Event),
    get("/events/{event}/occupancy", Access::Event),
    get("/events/{event}/timeline", Access::Event),
    get("/events/{event}/scanner-stats", Access::Event),
    get("/events/{event}/conflicts", Access::Event),
    get("/events/{event}/alarms", Access::Event),
    get("/events/{event}/counts", Access::Event),
    get("/events/{event}/entries", Access::Event),
    get("/events/{event}/state-digest", Access::Event),
    get("/events/{event}/export.csv", Access::Event),
    get("/events/{event}/minutes.csv", Access::Event),
    get("/events/{event}/live", Access::Event),
    get("/tickets/{ticket}", Access::Event),
    get("/tickets/{ticket}/qr", Access::AdminOfA),
    get("/tickets/{ticket}/story", Access::AdminOfA),
    get("/scanners/{scanner}", Access::Event),
    get("/scanners/{scanner}/apart", Access::AdminOfA),
    // Scanners.
    row("POST", "/scanners/heartbeat", Body::Heartbeat, Access::AnyScanner, 200),
    row("POST", "/scanners/logs", Body::Logs, Access::Scanner, 200),
    row("POST", "/events/{event}/manifest", Body::Manifest, Access::Scanner, 200),
    row("POST", "/scanners/refill", Body::Refill, Access::Scanner, 400),
    row("POST", "/scanners/scan", Body::Confirm, Access::Scanner, 200),
    row("POST", "/scanners/release", Body::Release, Access::Scanner, 200),
    row("POST", "/scanners/search", Body::Search, Access::Supervisor, 200),
    // Writing.
    row("PUT", "/auth/password", Body::Json(r#"{"current":"x"}"#), Access::SignedIn, 400),
    // An id that is no session's, and nobody's who has one open.
    row("DELETE", "/auth/sessions/{ticket}", Body::None, Access::SignedIn, 404),
    row("DELETE", "/users/{spare_user}/sessions", Body::None, Access::AdminOfA, 204),
    row("POST", "/events", Body::Json(EVENT), Access::Admin, 201),
    row("POST", "/users", Body::Json(r#"{"email":"no address","name":"N","role":"promoter"}"#), Access::Admin, 422),
    row("PATCH", "/organizations/{organization}", Body::Json(r#"{"name":"Harbour"}"#), Access::AdminOfA, 200),
    row("PATCH", "/users/{user}", Body::Json(r#"{"name":"Pat"}"#), Access::AdminOfA, 200),
    row("PATCH", "/events/{event}", Body::Json(r#"{"capacity":300}"#), Access::AdminOfA, 200),
    row("PUT", "/events/{hidden}/policy", Body::Json(EVENT), Access::AdminOfA, 200),
    row("PUT", "/events/{event}/zones", Body::Json(ZONES), Access::AdminOfA, 200),
    row("PUT", "/events/{event}/gates", Body::Json(GATES), Access::AdminOfA, 200),
    row("PUT", "/events/{event}/products", Body::Json(PRODUCTS), Access::AdminOfA, 200),
    row("POST", "/events/{event}/tickets", Body::Json(r#"[{"product":1}]"#), Access::AdminOfA, 201),
    row("POST", "/events/{event}/tickets/import", Body::Csv("code\nM1\n"), Access::AdminOfA, 200),
    row("POST", "/events/{event}/publish", Body::None, Access::AdminOfA, 200),
    row("PUT", "/events/{event}/conflicts/{conflict}/note", Body::Json(r#"{"note":"Seen."}"#), Access::Event, 204),
    row(
        "POST",
        "/events/{event}/counts",
        Body::Json(r#"{"request":"00112233445566778899aabbccddeeff","gate":1,"people":2,"reason":"crew"}"#),
        Access::Event,
        201,
    ),
    row("PUT", "/events/{event}/alarms", Body::Json(r#"{"warning":70,"danger":90}"#), Access::AdminOfA, 200),
    row("POST", "/events/{event}/alarms/{alarm}/acknowledge", Body::None, Access::Event, 204),
    row("PATCH", "/tickets/{ticket}", Body::Json(r#"{"name":"Ada"}"#), Access::AdminOfA, 200),
    row("POST", "/tickets/{ticket}/block", Body::None, Access::AdminOfA, 200),
    row("POST", "/tickets/{ticket}/unblock", Body::None, Access::AdminOfA, 200),
    row("POST", "/tickets/{ticket}/regenerate-qr", Body::None, Access::AdminOfA, 200),
    row("POST", "/scanners/register", Body::Json(SCANNER), Access::AdminNamingA, 201),
    row("POST", "/scanners/{scanner}/keep-apart", Body::Json(r#"{"entries":0}"#), Access::AdminOfA, 200),
    // Its device has come already: refused for that, to those who may.
    row("POST", "/scanners/{scanner}/invitation", Body::None, Access::AdminOfA, 409),
    row("PATCH", "/scanners/{scanner}", Body::Json(r#"{"name":"North one"}"#), Access::AdminOfA, 200),
    // What cannot be taken back.
    row("POST", "/tickets/{ticket}/cancel", Body::None, Access::AdminOfA, 200),
    row("DELETE", "/scanners/{spare_scanner}", Body::None, Access::AdminOfA, 200),
    row("DELETE", "/users/{spare_user}", Body::None, Access::AdminOfA, 204),
    row("DELETE", "/events/{spare_event}", Body::None, Access::AdminOfA, 204),
    row("DELETE", "/auth/sessions", Body::None, Access::SignedIn, 204),
    row("POST", "/auth/logout", Body::None, Access::SignedIn, 204),
];
