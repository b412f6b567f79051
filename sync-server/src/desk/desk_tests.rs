use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::testing::{Answer, PASSWORD, TestApp};

pub(super) fn get(path: &str) -> Request<Body> {
    Request::builder().uri(path).body(Body::empty()).unwrap()
}

pub(super) fn form(path: &str, origin: (&str, &str), cookie: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, "localhost:8080")
        .header(origin.0, origin.1)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

pub(super) const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");

fn filled(password: &str) -> String {
    format!("email=admin%40hall.example&password={}&next=%2Fevents%2Fab", password.replace(' ', "+"))
}

/// The session cookie of somebody who signed in by the form.
pub(super) async fn signed_in(app: &TestApp) -> String {
    let answer = app.send(form("/sign-in", OURS, "", &filled(PASSWORD))).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    assert_eq!(answer.headers[header::LOCATION], "/events/ab", "back to what was asked for");
    answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

pub(super) async fn with(app: &TestApp, path: &str, cookie: &str) -> Answer {
    app.send(Request::builder().uri(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
}

pub(super) fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.clone()).unwrap()
}

#[tokio::test]
async fn the_address_alone_lets_people_sign_in_and_its_links_lead_somewhere() {
    let app = TestApp::new();
    let page = app.send(get("/")).await;
    assert_eq!(page.status, StatusCode::OK);
    let html = text(&page);
    assert!(html.contains("Turnstone") && !html.contains("http://") && !html.contains("https://"));
    assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains(" on"), "nothing inline: {html}");
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let links: Vec<&str> = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() >= 6, "{links:?}");
    for link in links.into_iter().filter(|link| link.starts_with('/')) {
        assert_eq!(app.send(get(link)).await.status, StatusCode::OK, "{link}");
    }
}

#[tokio::test]
async fn strangers_are_sent_to_the_sign_in_page_and_see_nothing() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await;
    let report = format!("/events/{event}/report");
    for path in ["/events".to_owned(), format!("/events/{event}"), format!("/events/{event}?wall"), report] {
        for cookie in ["", "turnstone_session=00", &format!("turnstone_session={}", "ab".repeat(32))] {
            let answer = with(&app, &path, cookie).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert_eq!(answer.headers[header::LOCATION], format!("/sign-in?next={path}").as_str());
            assert!(!text(&answer).contains("Spring night"));
        }
    }
}

#[tokio::test]
async fn a_promoter_sees_the_events_granted_and_no_others() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let (granted, other) = (app.event(&admin).await, app.event(&admin).await);
    let promoter = app.promoter(&admin, "pat@hall.example", vec![granted]).await;
    let list = text(&app.get("/events", &promoter).await);
    assert!(list.contains(&granted.to_string()) && !list.contains(&other.to_string()), "{list}");
    assert_eq!(app.get(&format!("/events/{granted}"), &promoter).await.status, StatusCode::OK);
    for path in [format!("/events/{other}"), format!("/events/{other}/report"), "/events/no-id".to_owned()] {
        let page = app.get(&path, &promoter).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(text(&page).contains("There is no such event"), "in words, as a page");
    }
}

#[tokio::test]
async fn signing_in_and_out_by_form() {
    let app = TestApp::new();
    app.found("Hall").await;
    let wrong = app.send(form("/sign-in", OURS, "", &filled("no password"))).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(text(&wrong).contains("E-mail address or password is wrong."));
    assert!(text(&wrong).contains("value=\"admin@hall.example\""), "the address need not be typed again");
    let cookie = signed_in(&app).await;
    assert_eq!(with(&app, "/events", &cookie).await.status, StatusCode::OK);
    assert_eq!(with(&app, "/", &cookie).await.headers[header::LOCATION], "/events");
    let out = app.send(form("/sign-out", OURS, &cookie, "")).await;
    assert_eq!(out.headers[header::LOCATION], "/sign-in");
    assert_eq!(with(&app, "/events", &cookie).await.status, StatusCode::SEE_OTHER, "the session is over");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let app = TestApp::new();
    app.found("Hall").await;
    let cookie = signed_in(&app).await;
    let foreign = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("x-nothing", "1"),
    ];
    for origin in foreign {
        let answer = app.send(form("/sign-in", origin, "", &filled(PASSWORD))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
        let answer = app.send(form("/sign-out", origin, &cookie, "")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
        assert_eq!(with(&app, "/events", &cookie).await.status, StatusCode::OK, "still signed in");
    }
    let by_link = with(&app, "/sign-out", &cookie).await;
    assert_eq!(by_link.status, StatusCode::METHOD_NOT_ALLOWED, "nothing changes by a link");
    // A browser on plain HTTP elsewhere than on this machine tells the origin only.
    let fine = app.send(form("/sign-out", ("origin", "http://localhost:8080"), &cookie, "")).await;
    assert_eq!(fine.status, StatusCode::SEE_OTHER);
}

/// An address with ids that exist nowhere.
fn with_ids(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "ab".repeat(16) } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn no_page_takes_a_form_from_another_site() {
    let app = TestApp::new();
    app.found("Hall").await;
    let cookie = signed_in(&app).await;
    let pages = super::pages();
    assert!(pages.forms().len() >= 3, "{:?}", pages.forms());
    for path in pages.forms() {
        for origin in [("sec-fetch-site", "cross-site"), ("origin", "http://evil.example"), ("x-nothing", "1")] {
            let answer = app.send(form(&with_ids(path), origin, &cookie, "")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} from {origin:?}");
            assert!(text(&answer).contains("another site"), "{path}: in words");
        }
        let ours = app.send(form(&with_ids(path), OURS, "", "")).await;
        assert_ne!(ours.status, StatusCode::FORBIDDEN, "{path}: {ours:?}");
    }
}

#[tokio::test]
async fn ones_own_password_is_changed_by_form_and_mistakes_are_said_beside_the_field() {
    let app = TestApp::new();
    app.found("Hall").await;
    let cookie = signed_in(&app).await;
    let current = PASSWORD.replace(' ', "+");
    let cases = [
        ("current=wrong&new=a+long+new+one&again=a+long+new+one", 401, "This is not your current password."),
        (&format!("current={current}&new=short&again=short"), 422, "at least 10 characters"),
        (&format!("current={current}&new=a+long+new+one&again=another"), 422, "The two passwords differ."),
    ];
    for (body, status, said) in cases {
        let answer = app.send(form("/account", OURS, &cookie, body)).await;
        assert_eq!(answer.status.as_u16(), status, "{body}");
        let page = text(&answer);
        assert!(page.contains(said) && page.contains("id=\"errors\""), "{body}: {page}");
        assert!(!page.contains("a long new one"), "a password is never shown again");
    }
    let body = format!("current={current}&new=a+long+new+one&again=a+long+new+one");
    let changed = app.send(form("/account", OURS, &cookie, &body)).await;
    assert_eq!(
        (changed.status, &changed.headers[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/sign-in".parse().unwrap())
    );
    let notice = changed.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = with(&app, "/sign-in", &notice).await;
    assert!(text(&page).contains("Your password was changed."));
    assert!(page.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"), "it is said once");
    assert_eq!(with(&app, "/account", &cookie).await.headers[header::LOCATION], "/sign-in?next=/account");
}

#[tokio::test]
async fn names_are_text_on_every_page() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let name = "</script><img src=x onerror=alert(1)>\"'&";
    let body = json!({ "name": name, "starts": 1_777_000_000_000_i64, "ends": 1_777_010_000_000_i64, "gates": [{ "id": 1, "name": name, "zone": 1 }],
                       "zones": [{ "id": 1, "name": name }] });
    let made = app.post("/api/v1/events", &admin, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    for path in ["/events".to_owned(), format!("/events/{id}"), format!("/events/{id}/report")] {
        let html = text(&app.get(&path, &admin).await);
        assert!(html.contains("onerror"), "the name is there");
        assert!(!html.contains("<img") && !html.contains("</script><"), "{html}");
    }
}

#[tokio::test]
async fn the_page_speaks_the_readers_language() {
    let app = TestApp::new();
    let german = Request::builder().uri("/sign-in").header(header::ACCEPT_LANGUAGE, "fr, de-AT;q=0.8, en;q=0.5");
    assert!(text(&app.send(german.body(Body::empty()).unwrap()).await).contains("Anmelden"));
    let chosen = app.send(get("/sign-in?language=es")).await;
    let cookie = chosen.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert!(text(&with(&app, "/sign-in", &cookie).await).contains("Iniciar sesión"));
}

/// What a form's page answers, as a browser would send it.
pub(super) async fn post(app: &TestApp, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    app.send(form(path, OURS, cookie, &body.finish())).await
}

#[tokio::test]
async fn people_are_added_changed_and_removed_by_form() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await.to_string();
    let cookie = signed_in(&app).await;
    let pat = [
        ("name", "Pat"),
        ("email", "pat@hall.example"),
        ("role", "promoter"),
        ("events", event.as_str()),
        ("how", "made"),
    ];
    let added = post(&app, "/people/new", &cookie, &pat).await;
    assert_eq!(added.status, StatusCode::OK);
    let page = text(&added);
    let password = page.split("made-password\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let login = json!({ "email": "pat@hall.example", "password": password });
    let login = app.call(Method::POST, "/api/v1/auth/login", None, &login).await;
    assert_eq!((login.status, &login.json()["user"]["events"]), (StatusCode::OK, &json!([event])));
    let id = login.json()["user"]["id"].as_str().unwrap().to_owned();
    let twice = post(&app, "/people/new", &cookie, &pat).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(
        text(&twice).contains("Somebody signs in with this e-mail address already.")
            && text(&twice).contains("value=\"Pat\"")
    );
    let one = format!("/people/{id}");
    let changed = post(&app, &one, &cookie, &[("name", "Patricia"), ("role", "promoter")]).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{changed:?}");
    let list = text(&with(&app, "/people", &cookie).await);
    assert!(list.contains("Patricia") && list.contains("none"), "{list}");
    let set =
        post(&app, &format!("{one}/password"), &cookie, &[("how", "chosen"), ("password", "another long one")]).await;
    assert_eq!(set.headers[header::LOCATION], "/people");
    let ended = app
        .get(
            "/api/v1/auth/me",
            &crate::testing::Person { user: admin.user.clone(), token: login.json()["token"].as_str().unwrap().into() },
        )
        .await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    assert!(
        text(&with(&app, &format!("{one}/remove"), &cookie).await).contains("pat@hall.example can no longer sign in")
    );
    assert_eq!(post(&app, &format!("{one}/remove"), &cookie, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(with(&app, &one, &cookie).await.status, StatusCode::NOT_FOUND);
    // Whoever is the last administrator stays one.
    let me = format!("/people/{}", admin.user.id);
    for (path, fields) in [(me.clone(), vec![("name", "A"), ("role", "promoter")]), (format!("{me}/remove"), vec![])] {
        let refused = post(&app, &path, &cookie, &fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
        assert!(text(&refused).contains("This is the last administrator"), "{path}");
    }
}

#[tokio::test]
async fn promoters_find_no_page_of_administrators() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let pat = app.promoter(&admin, "pat@hall.example", vec![]).await;
    for path in ["/people", "/people/new", &format!("/people/{}", admin.user.id)] {
        let page = app.get(path, &pat).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(text(&page).contains("This page is for administrators."), "{path}");
    }
    let events = text(&app.get("/events", &pat).await);
    assert!(!events.contains("/people") && events.contains("/account"), "{events}");
}

#[tokio::test]
async fn a_form_that_is_too_large_is_not_called_a_defect_of_the_server() {
    let app = TestApp::new();
    app.found("Hall").await;
    let cookie = signed_in(&app).await;
    let large = format!("current={}", "x".repeat(2 * 1024 * 1024));
    let answer = app.send(form("/account", OURS, &cookie, &large)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(text(&answer).contains("Nothing was done.") && !text(&answer).contains("Something broke"));
}

#[tokio::test]
async fn the_report_tells_acts_on_tickets_and_scanners_in_words() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await;
    let cookie = signed_in(&app).await;
    let new = "product=1&name=Gil&admits=1";
    let issued = app.send(form(&format!("/events/{event}/tickets/new"), OURS, &cookie, new)).await;
    assert_eq!(issued.status, StatusCode::SEE_OTHER, "{issued:?}");
    let ticket = issued.headers[header::LOCATION].to_str().unwrap().to_owned();
    let blocked = app.send(form(&format!("{ticket}/block"), OURS, &cookie, "reason=stolen")).await;
    assert_eq!(blocked.status, StatusCode::SEE_OTHER, "{blocked:?}");
    let report = text(&with(&app, &format!("/events/{event}/report"), &cookie).await);
    assert!(report.contains("Ticket blocked") && report.contains("Tickets added"), "{report}");
    assert!(!report.contains("ticket.block") && !report.contains("tickets.add"));
}

#[tokio::test]
async fn events_that_are_called_the_same_are_told_apart_by_their_days() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    app.event(&admin).await;
    let cookie = signed_in(&app).await;
    for path in ["/scanners/new", "/audit", "/people/new"] {
        assert!(text(&with(&app, path, &cookie).await).contains("Spring night (20"), "{path}");
    }
}
