use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use super::*;
use crate::testing::TestApp;

/// Every documented route below /api/v1, with ids that exist nowhere.
fn documented() -> Vec<(Method, String)> {
    let description = serde_json::to_value(described().into_openapi()).unwrap();
    let paths = description["paths"].as_object().unwrap().clone();
    let mut routes = vec![];
    for (path, item) in paths.iter().filter(|(path, _)| path.starts_with("/api/v1")) {
        for method in item.as_object().unwrap().keys() {
            if let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes())
                && [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(&method)
            {
                let mut path = path.clone();
                while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
                    path.replace_range(from..=to, &"ab".repeat(16));
                }
                routes.push((method, path));
            }
        }
    }
    routes
}

#[tokio::test]
async fn strangers_get_nothing_anywhere() {
    let app = TestApp::new();
    // Open on purpose: signing in, and what scanners do with their own proofs.
    let open = |path: &str| path.contains("/auth/login") || path.contains("/scanners/");
    let routes = documented();
    assert!(routes.len() > 20);
    for (method, path) in routes.into_iter().filter(|(_, path)| !open(path)) {
        let answer = app.call(method.clone(), &path, None, &json!({})).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{method} {path}");
    }
}

#[tokio::test]
async fn every_error_is_a_problem_with_its_own_code() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let cases = [
        (Method::GET, "/nothing/here", Value::Null, 404, "no_such_route"),
        (Method::DELETE, "/health", Value::Null, 405, "method_not_allowed"),
        (Method::GET, "/api/v1/events/not-an-id", Value::Null, 404, "not_found"),
        (Method::GET, "/api/v1/events?colour=red", Value::Null, 400, "malformed_request"),
        (Method::POST, "/api/v1/events", json!({ "name": "x", "starts": "soon" }), 400, "malformed_request"),
        (
            Method::POST,
            "/api/v1/events",
            json!({ "name": "x", "starts": 1, "ends": 2, "colour": 1 }),
            400,
            "malformed_request",
        ),
        (Method::POST, "/api/v1/events", json!({ "name": "", "starts": 1, "ends": 0 }), 422, "invalid"),
        (Method::POST, "/api/v1/events", Value::Null, 415, "unsupported_media_type"),
    ];
    for (method, path, body, status, code) in cases {
        let answer = app.call(method.clone(), path, Some(&admin), &body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{method} {path}: {answer:?}");
        assert_eq!(answer.json()["status"], status);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let long = json!({ "name": "x".repeat(BODY_LIMIT) });
    let answer = app.post("/api/v1/events", &admin, &long).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn a_panic_is_answered_and_hides_its_text() {
    async fn burst() -> &'static str {
        panic!("made on purpose by a test: secret")
    }
    let router =
        Router::new().route("/", axum::routing::get(burst)).layer(CatchPanicLayer::custom(layers::answer_panic));
    let request = Request::builder().uri("/").body(Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
    let problem: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(problem["code"], "internal");
    assert!(!problem.to_string().contains("secret"));
}

#[tokio::test]
async fn a_request_id_is_taken_over_if_it_is_harmless() {
    let app = TestApp::new();
    for (given, kept) in [("abc-123", true), ("two words", false), (&"x".repeat(100), false)] {
        let request = Request::builder().uri("/health").header("x-request-id", given).body(Body::empty()).unwrap();
        let answer = app.send(request).await;
        assert_eq!(answer.headers["x-request-id"] == given, kept, "{given}");
    }
}

#[tokio::test]
async fn the_interactive_pages_come_from_here_only() {
    let app = TestApp::new();
    for path in ["/docs/", "/docs/swagger-initializer.js"] {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let answer = app.send(request).await;
        assert_eq!(answer.status, StatusCode::OK);
        let text = String::from_utf8(answer.bytes).unwrap();
        assert!(!text.contains("http://") && !text.contains("https://"), "{path} refers to another host");
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
    }
    let request = Request::builder().uri("/openapi.json").body(Body::empty()).unwrap();
    assert_eq!(app.send(request).await.json()["openapi"], "3.1.0");
}

#[tokio::test]
async fn a_browser_that_finds_no_page_is_told_so_in_words_and_a_program_in_json() {
    let app = TestApp::new();
    let ask = |path: &str, accept: &str| {
        let asked = Request::builder().uri(path).header(header::ACCEPT, accept).header(header::ACCEPT_LANGUAGE, "de");
        app.send(asked.body(Body::empty()).unwrap())
    };
    for (path, status) in [("/event", 404), ("/sign-out", 405)] {
        let page = ask(path, "text/html,application/xhtml+xml").await;
        assert_eq!(
            (page.status.as_u16(), page.headers[header::CONTENT_TYPE].as_bytes()),
            (status, &b"text/html; charset=utf-8"[..])
        );
        assert!(String::from_utf8(page.bytes).unwrap().contains("Unter dieser Adresse gibt es keine Seite."), "{path}");
        assert_eq!(ask(path, "*/*").await.json()["status"], status);
    }
    assert_eq!(ask("/api/v1/nothing", "text/html").await.code(), "no_such_route");
    let link = ask("/enrol", "text/html").await;
    assert!(link.status == StatusCode::OK && String::from_utf8(link.bytes).unwrap().contains("scanner enrol"));
}
