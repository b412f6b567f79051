//! Every route that changes something leaves a line in the audit log, or has a reason not to.

use axum::http::Method;
use serde_json::{Value, json};

use crate::store::PeopleStore;
use crate::store::people::AuditQuery;
use crate::testing::{PASSWORD, Person, TestApp};

/// Routes that are no administrator's acts: what scanners say with proofs of their own (kept as entries, or as `scanner.enrol`).
const OF_SCANNERS: &[&str] = &[
    "/scanners/enrol",
    "/scanners/challenge",
    "/scanners/auth",
    "/scanners/heartbeat",
    "/scanners/logs",
    "/scanners/scan",
    "/scanners/release",
    "/scanners/refill",
    "/scanners/search",
    "/events/{event}/manifest",
];

/// Noted, and shown in a test of its own, because it takes more than a request.
const ELSEWHERE: &[&str] = &["/events/{id}/conflicts/{entry}/note", "/events/{id}/alarms/{alarm}/acknowledge"];

async fn newest(app: &TestApp, admin: &Person) -> (i64, String) {
    let query = AuditQuery { limit: 1, ..AuditQuery::default() };
    let lines = app.store.audit(admin.user.organization, query).await.unwrap();
    lines.into_iter().next().map_or((0, String::new()), |line| (line.id, line.action))
}

/// What is done: method, route, the same with ids, body, and the act it is noted as.
type Deed = (Method, &'static str, String, Value, &'static str);

#[expect(clippy::too_many_lines, reason = "it lists the routes, one after the other")]
async fn deeds(app: &TestApp, admin: &Person) -> Vec<Deed> {
    let event = app.event(admin).await;
    let spare = app.event(admin).await;
    let ticket = app.tickets(admin, event, &json!([{ "product": 1 }])).await.remove(0);
    let register = json!({ "name": "North", "events": [event] });
    let made = app.post("/api/v1/scanners/register", admin, &register).await.json();
    let scanner = made["scanner"]["id"].as_str().unwrap().to_owned();
    let user = app.promoter(admin, "pat@hall.example", vec![event]).await.user.id;
    let organization = admin.user.organization;
    let (post, put, patch, delete) = (Method::POST, Method::PUT, Method::PATCH, Method::DELETE);
    let rules = json!({ "name": "Other", "starts": 1_900_000_000_000_i64, "ends": 1_900_010_000_000_i64 });
    let products = json!([{ "id": 1, "name": "Standard" }]);
    let sign_in = json!({ "email": "admin@hall.example", "password": PASSWORD });
    let person = json!({ "email": "x@hall.example", "name": "X", "role": "admin" });
    vec![
        (post.clone(), "/auth/login", "/auth/login".into(), sign_in, "session.open"),
        (
            patch.clone(),
            "/organizations/{id}",
            format!("/organizations/{organization}"),
            json!({ "name": "Great Hall" }),
            "organization.rename",
        ),
        (post.clone(), "/users", "/users".into(), person, "user.add"),
        (patch.clone(), "/users/{id}", format!("/users/{user}"), json!({ "name": "Pat" }), "user.change"),
        (post.clone(), "/events", "/events".into(), rules.clone(), "event.create"),
        (patch.clone(), "/events/{id}", format!("/events/{event}"), json!({ "capacity": 10 }), "event.change"),
        (put.clone(), "/events/{id}/policy", format!("/events/{spare}/policy"), rules, "event.change"),
        (
            put.clone(),
            "/events/{id}/zones",
            format!("/events/{event}/zones"),
            json!([{ "id": 1, "name": "Hall" }]),
            "event.change",
        ),
        (
            put.clone(),
            "/events/{id}/gates",
            format!("/events/{event}/gates"),
            json!([{ "id": 1, "name": "North", "zone": 1 }]),
            "event.change",
        ),
        (put.clone(), "/events/{id}/products", format!("/events/{event}/products"), products, "event.change"),
        (
            put.clone(),
            "/events/{id}/alarms",
            format!("/events/{event}/alarms"),
            json!({ "warning": 70, "danger": 90 }),
            "event.alarms",
        ),
        (
            post.clone(),
            "/events/{id}/counts",
            format!("/events/{event}/counts"),
            json!({ "request": "00".repeat(16), "gate": 1, "people": -3, "reason": "crew" }),
            "event.count",
        ),
        (post.clone(), "/events/{id}/publish", format!("/events/{event}/publish"), Value::Null, "event.publish"),
        (
            post.clone(),
            "/events/{id}/tickets",
            format!("/events/{event}/tickets"),
            json!([{ "product": 1 }]),
            "tickets.add",
        ),
        (patch.clone(), "/tickets/{id}", format!("/tickets/{ticket}"), json!({ "name": "Ada" }), "ticket.edit"),
        (post.clone(), "/tickets/{id}/block", format!("/tickets/{ticket}/block"), Value::Null, "ticket.block"),
        (post.clone(), "/tickets/{id}/unblock", format!("/tickets/{ticket}/unblock"), Value::Null, "ticket.unblock"),
        (
            post.clone(),
            "/tickets/{id}/regenerate-qr",
            format!("/tickets/{ticket}/regenerate-qr"),
            Value::Null,
            "ticket.reissue",
        ),
        (post.clone(), "/tickets/{id}/cancel", format!("/tickets/{ticket}/cancel"), Value::Null, "ticket.cancel"),
        (post.clone(), "/scanners/register", "/scanners/register".into(), register, "scanner.register"),
        (patch.clone(), "/scanners/{id}", format!("/scanners/{scanner}"), json!({ "name": "South" }), "scanner.change"),
        (
            post.clone(),
            "/scanners/{id}/invitation",
            format!("/scanners/{scanner}/invitation"),
            Value::Null,
            "scanner.invite",
        ),
        (
            post.clone(),
            "/scanners/{id}/keep-apart",
            format!("/scanners/{scanner}/keep-apart"),
            json!({ "entries": 1 }),
            "scanner.keep_apart",
        ),
        (delete.clone(), "/scanners/{id}", format!("/scanners/{scanner}"), Value::Null, "scanner.revoke"),
        (delete.clone(), "/users/{id}", format!("/users/{user}"), Value::Null, "user.remove"),
        (delete, "/events/{id}", format!("/events/{spare}"), Value::Null, "event.archive"),
        (
            put,
            "/auth/password",
            "/auth/password".into(),
            json!({ "current": PASSWORD, "new": "a long new password" }),
            "user.change",
        ),
    ]
}

/// Every documented route that changes something, below `/api/v1`.
fn changing() -> Vec<(Method, String)> {
    let description = crate::router::description();
    let paths = description["paths"].as_object().unwrap().clone();
    let mut routes = vec![];
    for (path, item) in paths {
        let Some(path) = path.strip_prefix("/api/v1") else { continue };
        for method in ["post", "put", "patch", "delete"].iter().filter(|method| item.get(**method).is_some()) {
            routes.push((Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), path.to_owned()));
        }
    }
    routes
}

#[tokio::test]
async fn every_route_that_changes_something_leaves_a_line() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let deeds = deeds(&app, &admin).await;
    let sent_apart = [
        (Method::POST, "/events/{id}/tickets/import"),
        (Method::POST, "/auth/logout"),
        (Method::DELETE, "/auth/sessions"),
        (Method::DELETE, "/auth/sessions/{id}"),
        (Method::DELETE, "/users/{id}/sessions"),
    ];
    for (method, path) in changing() {
        let known = deeds.iter().any(|(done, route, ..)| *done == method && *route == path)
            || sent_apart.contains(&(method.clone(), path.as_str()))
            || OF_SCANNERS.contains(&path.as_str())
            || ELSEWHERE.contains(&path.as_str());
        assert!(known, "{method} {path}: is it noted in the audit log? Add it to this test");
    }
    for (method, _, path, body, act) in deeds {
        let (before, _) = newest(&app, &admin).await;
        let answer = app.call(method.clone(), &format!("/api/v1{path}"), Some(&admin), &body).await;
        assert!(answer.status.is_success(), "{method} {path}: {answer:?}");
        let (after, noted) = newest(&app, &admin).await;
        assert!(after > before && noted == act, "{method} {path} is noted as {noted}, not as {act}");
    }
}

#[tokio::test]
async fn lists_and_sessions_are_noted_too() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await;
    let list = axum::http::Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/events/{event}/tickets/import"))
        .header(axum::http::header::AUTHORIZATION, format!("Bearer {}", admin.token))
        .body("name\nAda\n".into());
    app.send(list.unwrap()).await;
    assert_eq!(newest(&app, &admin).await.1, "tickets.add");
    let second = app.sign_in(admin.user.clone()).await;
    let sessions = app.get("/api/v1/auth/sessions", &second).await.json();
    let other = sessions.as_array().unwrap().iter().find(|session| session["current"] == json!(false)).unwrap();
    let one = format!("/api/v1/auth/sessions/{}", other["id"].as_str().unwrap());
    let ends = [one, "/api/v1/auth/sessions".to_owned(), format!("/api/v1/users/{}/sessions", admin.user.id)];
    for path in ends {
        let mine = app.sign_in(admin.user.clone()).await;
        app.sign_in(admin.user.clone()).await;
        let (before, _) = newest(&app, &admin).await;
        let answer = app.call(Method::DELETE, &path, Some(&mine), &Value::Null).await;
        assert!(answer.status.is_success(), "{path}: {answer:?}");
        let (after, act) = newest(&app, &admin).await;
        assert!(after > before && act == "session.revoke", "{path}: {act}");
    }
    let last = app.sign_in(admin.user.clone()).await;
    app.post("/api/v1/auth/logout", &last, &Value::Null).await;
    assert_eq!(newest(&app, &admin).await.1, "session.close");
}
