//! Pages about tickets, scanners and the audit log, without a browser: who may, what is kept, what is text.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;
use shared::ids::EventId;

use crate::testing::{Answer, Person, TestApp};

pub(super) const HOSTILE: &str = "\"><img src=x onerror=alert(1)>\u{202e}</script>";

pub(super) fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.clone()).unwrap()
}

/// A form of the page itself, sent by a browser of this person.
async fn send(app: &TestApp, who: &Person, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("sec-fetch-site", "same-origin")
        .header(header::AUTHORIZATION, format!("Bearer {}", who.token))
        .header(header::CONTENT_TYPE, kind);
    app.send(request.body(body.into()).unwrap()).await
}

pub(super) async fn fill(app: &TestApp, who: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        body.append_pair(name, value);
    }
    send(app, who, path, "application/x-www-form-urlencoded", body.finish()).await
}

/// Where an answer leads.
pub(super) fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", text(answer));
    answer.headers[header::LOCATION].to_str().unwrap().to_owned()
}

/// Sends a list by the form; where it leads.
async fn upload(app: &TestApp, who: &Person, event: EventId, list: &[u8]) -> Answer {
    let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"guests.csv\"\r\n\r\n";
    let body = [head.as_bytes(), list, b"\r\n--edge--\r\n"].concat();
    send(app, who, &format!("/events/{event}/tickets/import"), "multipart/form-data; boundary=edge", body).await
}

/// The page of a list once its import is over.
async fn over(app: &TestApp, who: &Person, page: &str) -> String {
    for _ in 0..2000 {
        let shown = text(&app.get(page, who).await);
        if shown.contains("id=\"outcome\"") {
            return shown;
        }
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the import never ended");
}

#[tokio::test]
async fn a_list_is_sent_once_looked_at_and_imported_by_its_owner_only() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await;
    let sent = upload(&app, &admin, event, b"Barcode no;Who\nA;Ada\nB;Bob\nB;Eve\n").await;
    let page = leads_to(&sent);
    let shown = text(&app.get(&page, &admin).await);
    assert!(shown.contains("None of the columns was recognized"), "{shown}");
    let other = app.found("Club").await;
    assert_eq!(app.get(&page, &other).await.status, StatusCode::NOT_FOUND, "another organization's event");
    let columns = [("column-code", "0"), ("column-name", "1"), ("existing", "refuse")];
    leads_to(&fill(&app, &admin, &page, &[&columns[..], &[("deed", "check")]].concat()).await);
    let shown = text(&app.get(&page, &admin).await);
    assert!(
        shown.contains("2 lines are good, one is bad.") && shown.contains("has the same code as line 3"),
        "{shown}"
    );
    let errors = app.get(&format!("{page}/errors.csv"), &admin).await;
    assert_eq!(text(&errors), "line,error\n4,has the same code as line 3.\n");
    leads_to(&fill(&app, &admin, &page, &[&columns[..], &[("deed", "import")]].concat()).await);
    assert!(over(&app, &admin, &page).await.contains("Nothing was imported, because one line is bad."));
    leads_to(&fill(&app, &admin, &page, &[&columns[..], &[("partial", "1"), ("deed", "import")]].concat()).await);
    let shown = over(&app, &admin, &page).await;
    assert!(shown.contains("2 tickets were added") && shown.contains("One line was left out"), "{shown}");
    // The list itself is gone; the outcome can still be read.
    leads_to(&fill(&app, &admin, &page, &[&columns[..], &[("deed", "import")]].concat()).await);
    assert!(over(&app, &admin, &page).await.contains("2 tickets were added"), "not imported again");
    leads_to(&fill(&app, &admin, &page, &[("deed", "drop")]).await);
    assert_eq!(leads_to(&app.get(&page, &admin).await), format!("/events/{event}/tickets/import"));
}

#[tokio::test]
async fn what_is_no_list_is_said_beside_the_field() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await;
    for (list, said) in [
        (&b""[..], "The file is empty"),
        (&b"name\n"[..], "no ticket below it"),
        (&b"\xff\xfe\n\0a\0m\0e\0"[..], "UTF-16"),
    ] {
        let answer = upload(&app, &admin, event, list).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = text(&answer);
        assert!(page.contains(said) && page.contains("id=\"file-error\""), "{page}");
    }
    let path = format!("/events/{event}/tickets/import");
    let answer = send(&app, &admin, &path, "multipart/form-data; boundary=edge", "--edge--\r\n").await;
    assert!(text(&answer).contains("Please choose a file."), "{answer:?}");
}

#[tokio::test]
async fn promoters_see_none_of_these_pages_and_change_nothing_by_them() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await;
    let ticket = app.tickets(&admin, event, &json!([{ "product": 1, "name": "Secret guest" }])).await.remove(0);
    let promoter = app.promoter(&admin, "pat@hall.example", vec![event]).await;
    let below = |what: &str| format!("/events/{event}/tickets{what}");
    let one = below(&format!("/{ticket}"));
    for path in
        [below(""), below("/new"), below("/import"), below("/sheet"), one.clone(), "/scanners".into(), "/audit".into()]
    {
        let answer = app.get(&path, &promoter).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!text(&answer).contains("Secret guest"));
    }
    for act in ["block", "cancel", "reissue", "unblock", "paid", "edit"] {
        let answer = fill(&app, &promoter, &format!("{one}/{act}"), &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{act}");
    }
    assert_eq!(app.get(&format!("/api/v1/tickets/{ticket}"), &admin).await.json()["state"], "valid");
}

#[tokio::test]
async fn a_ticket_is_changed_only_where_the_form_differs_and_only_in_its_own_event() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let (event, other) = (app.event(&admin).await, app.event(&admin).await);
    // A second that no field of a browser shows must not be lost.
    let new = json!([{ "product": 1, "name": "Ada", "not_after": 1_777_658_405 }]);
    let id = app.tickets(&admin, event, &new).await.remove(0);
    let edit = format!("/events/{event}/tickets/{id}/edit");
    let fields =
        [("product", "2"), ("admits", "1"), ("not_before", ""), ("not_after", "2026-05-01T20:00"), ("name", "Ada")];
    leads_to(&fill(&app, &admin, &edit, &fields).await);
    let now = app.get(&format!("/api/v1/tickets/{id}"), &admin).await.json();
    assert_eq!((&now["product"], &now["not_after"]), (&json!(2), &json!(1_777_658_405)));
    let wrong = fill(&app, &admin, &edit, &[("product", "7"), ("admits", "0"), ("name", HOSTILE)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&wrong).contains("onerror") && !text(&wrong).contains("<img"), "what was typed is kept, as text");
    let foreign = format!("/events/{other}/tickets/{id}");
    assert_eq!(app.get(&foreign, &admin).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fill(&app, &admin, &format!("{foreign}/cancel"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whatever_people_and_lists_call_things_is_text_on_these_pages() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await;
    let safe = HOSTILE.replace('\u{202e}', "");
    let new = json!([{ "product": 1, "name": HOSTILE, "reference": HOSTILE, "note": HOSTILE, "email": HOSTILE }]);
    let id = app.tickets(&admin, event, &new).await.remove(0);
    app.post(&format!("/api/v1/tickets/{id}/block"), &admin, &json!({ "reason": HOSTILE })).await;
    let scanner = json!({ "name": HOSTILE, "events": [event] });
    let scanner = app.post("/api/v1/scanners/register", &admin, &scanner).await.json()["scanner"]["id"].clone();
    let products = json!([{ "id": 1, "name": safe }]);
    app.call(Method::PUT, &format!("/api/v1/events/{event}/products"), Some(&admin), &products).await;
    let list = format!("/events/{event}/tickets");
    let scanner = scanner.as_str().unwrap();
    let pages = [
        list.clone(),
        format!("{list}?search=%22%3E%3Cimg"),
        format!("{list}/{id}"),
        format!("{list}/{id}/edit"),
        format!("{list}/{id}/cancel"),
        format!("{list}/sheet"),
        "/scanners".into(),
        "/scanners/new".into(),
        format!("/scanners/{scanner}"),
        format!("/scanners/{scanner}/revoke"),
        "/audit".into(),
    ];
    for path in pages {
        let html = text(&app.get(&path, &admin).await);
        let harmless = !html.contains("<img src=x") && !html.contains("\"><img") && !html.contains("</script><");
        assert!(harmless, "{path}: {html}");
        assert!(path.contains("/new") || html.contains("onerror"), "{path}: it is there, as text");
    }
    let sent = upload(&app, &admin, event, format!("name,{HOSTILE}\n{HOSTILE},x\n").replace('"', "").as_bytes()).await;
    let html = text(&app.get(&leads_to(&sent), &admin).await);
    assert!(html.contains("onerror") && !html.contains("<img src=x"), "{html}");
}

#[tokio::test]
async fn a_name_that_is_there_is_asked_about_and_an_invitation_is_shown_until_it_ends() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await.to_string();
    let fields = [("name", "North 1"), ("events", event.as_str()), ("gate", ""), ("role", "supervisor")];
    let page = leads_to(&fill(&app, &admin, "/scanners/new", &fields).await);
    let shown = text(&app.get(&page, &admin).await);
    assert!(shown.contains("TSE1:") && shown.contains("good on this machine only"), "{shown}");
    app.clock.0.fetch_add(16 * 60 * 1000, std::sync::atomic::Ordering::SeqCst);
    let shown = text(&app.get(&page, &admin).await);
    assert!(!shown.contains("TSE1:") && shown.contains("id=\"no-invitation\""), "its time is over");
    leads_to(&fill(&app, &admin, &format!("{page}/invite"), &[]).await);
    assert!(text(&app.get(&page, &admin).await).contains("TSE1:"));
    let none = fill(&app, &admin, "/scanners/new", &[("name", "South 1"), ("role", "scan")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&none).contains("Please choose at least one event"));
}

/// The address that a link of a page with this id leads to.
fn link(page: &str, id: &str) -> Option<String> {
    let tag = page.split("<a ").find(|tag| tag.starts_with(&format!("id=\"{id}\"")))?;
    Some(tag.split("href=\"").nth(1)?.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"))
}

#[tokio::test]
async fn lists_turn_back_page_by_page_to_the_same_lines() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await;
    let new: Vec<_> = (0..130).map(|n| json!({ "product": 1, "name": format!("Guest {n}") })).collect();
    app.tickets(&admin, event, &json!(new)).await;
    for n in 0..210 {
        let body = json!({ "name": format!("Night {n}") });
        app.call(Method::PATCH, &format!("/api/v1/events/{event}"), Some(&admin), &body).await;
    }
    for begin in [format!("/events/{event}/tickets?search=Guest"), "/audit?action=event.change".to_owned()] {
        let read = async |address: &str| {
            let page = text(&app.get(address, &admin).await);
            let shown = page.split("<tbody").nth(1).unwrap().split("</tbody>").next().unwrap().to_owned();
            assert!(shown.contains("<tr>"), "{page}");
            (shown, link(&page, "next"), link(&page, "previous"), link(&page, "first"))
        };
        let first = read(&begin).await;
        assert!(first.2.is_none() && first.3.is_none(), "{begin}: the first page turns forward only");
        let second = read(&first.1.clone().unwrap()).await;
        let third = read(&second.1.clone().unwrap()).await;
        assert!(third.1.is_none(), "{begin}: three pages");
        let back = read(&third.2.unwrap()).await;
        assert_eq!(back.0, second.0, "{begin}");
        assert_eq!(back.1, second.1, "{begin}: and forward again");
        let home = read(&back.2.unwrap()).await;
        assert_eq!((home.0, home.1, home.2), (first.0.clone(), first.1.clone(), None), "{begin}");
        assert_eq!(read(&third.3.unwrap()).await.0, first.0, "the search is not lost");
    }
}

#[tokio::test]
async fn sessions_and_acts_are_told_in_the_time_of_the_latest_event() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let zone = "All times are those of UTC.";
    assert!(text(&app.get("/account/sessions", &admin).await).contains(zone), "nobody knows better yet");
    let event = json!({ "name": "Night", "starts": 1_777_658_400_000_i64, "ends": 1_777_680_000_000_i64,
        "time_zone": "Asia/Kathmandu" });
    app.post("/api/v1/events", &admin, &event).await;
    let own = text(&app.get("/account/sessions", &admin).await);
    let theirs = text(&app.get(&format!("/people/{}/sessions", admin.user.id), &admin).await);
    let log = text(&app.get("/audit", &admin).await);
    for page in [own, theirs, log] {
        assert!(page.contains("Asia/Kathmandu"), "{page}");
        assert!(page.contains("2026-05-01 23:45"), "18:00 UTC: {page}");
    }
    let until = text(&app.get("/audit?until=2026-05-01T23%3A44", &admin).await);
    assert!(until.contains("id=\"none\""), "filters are in that time, too: {until}");
    assert!(!text(&app.get("/audit?until=2026-05-01T23%3A45", &admin).await).contains("id=\"none\""));
}
