//! Counting by hand without a script: the form goes to its page, and comes back with everything that was typed.

use axum::http::{Method, StatusCode};
use serde_json::json;
use shared::ids::EventId;

use super::office_tests::{HOSTILE, fill, leads_to, text};
use crate::testing::{Person, TestApp};

async fn event(app: &TestApp, admin: &Person) -> EventId {
    let event = app.event(admin).await;
    let put = async |what: &str, body: serde_json::Value| {
        let answer = app.call(Method::PUT, &format!("/api/v1/events/{event}/{what}"), Some(admin), &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    };
    put("zones", json!([{ "id": 1, "name": "Hall" }, { "id": 2, "name": HOSTILE }])).await;
    let stage = json!({ "id": 2, "name": "Stage <b>", "zone": 2, "from": 1 });
    put("gates", json!([{ "id": 1, "name": "North", "zone": 1 }, stage])).await;
    event
}

/// The id a page's form sends along.
fn request(page: &str) -> String {
    page.split("name=\"request\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn inside(app: &TestApp, who: &Person, event: EventId) -> i64 {
    let occupancy = app.get(&format!("/api/v1/events/{event}/occupancy"), who).await.json();
    occupancy["total"]["counted"].as_i64().unwrap()
}

#[tokio::test]
async fn a_form_sent_twice_counts_once_and_the_page_says_what_was_counted() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = event(&app, &admin).await;
    let promoter = app.promoter(&admin, "pat@hall.example", vec![event]).await;
    let page = format!("/events/{event}/counts");
    let shown = text(&app.get(&page, &promoter).await);
    assert!(shown.contains("North (into Hall)") && shown.contains("Nobody was counted by hand yet."), "{shown}");
    let id = request(&shown);
    let fields = [("request", id.as_str()), ("gate", "1"), ("people", "12"), ("reason", " Crew "), ("way", "in")];
    for _ in 0..2 {
        assert_eq!(leads_to(&fill(&app, &promoter, &page, &fields).await), format!("{page}?gate=1"));
    }
    assert_eq!(inside(&app, &admin, event).await, 12);
    let shown = text(&app.get(&page, &promoter).await);
    assert!(
        shown.contains("+12") && shown.contains("<bdi>Crew</bdi>") && shown.contains("<bdi>Somebody</bdi>"),
        "{shown}"
    );
    assert_ne!(request(&shown), id);
    // Back in the browser, and something else typed into the used form: said, kept, and given another id.
    let fields = [("request", id.as_str()), ("gate", "1"), ("people", "3"), ("reason", "Press"), ("way", "out")];
    let answer = fill(&app, &promoter, &page, &fields).await;
    let shown = text(&answer);
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(shown.contains("This form was sent before") && shown.contains("value=\"Press\""), "{shown}");
    let next = request(&shown);
    let fields = [("request", next.as_str()), ("gate", "1"), ("people", "3"), ("reason", "Press"), ("way", "out")];
    leads_to(&fill(&app, &promoter, &page, &fields).await);
    assert_eq!(inside(&app, &admin, event).await, 9);
    assert!(text(&app.get(&format!("{page}?gate=2"), &promoter).await).contains("<option value=\"2\" selected>"));
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = event(&app, &admin).await;
    let page = format!("/events/{event}/counts");
    let id = request(&text(&app.get(&page, &admin).await));
    for (field, value) in
        [("gate", "9"), ("gate", ""), ("people", "0"), ("people", "-4"), ("people", "many"), ("reason", "")]
    {
        let value_of = |name: &'static str, good: &'static str| (name, if name == field { value } else { good });
        let fields = [
            ("request", id.as_str()),
            value_of("gate", "2"),
            value_of("people", "17"),
            value_of("reason", HOSTILE),
            ("way", "out"),
        ];
        let answer = fill(&app, &admin, &page, &fields).await;
        let shown = text(&answer);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
        assert!(shown.contains(&format!("id=\"{field}-error\"")), "{field}={value}: {shown}");
        assert_eq!(request(&shown), id, "it was not used");
        assert!(field == "people" || shown.contains("value=\"17\""), "{shown}");
        assert!(field == "gate" || shown.contains("<option value=\"2\" selected>"), "{shown}");
        assert!(field == "reason" || shown.contains("&#62;&#60;img src=x"), "{shown}");
        assert!(!shown.contains("<img"), "{shown}");
    }
    assert_eq!(inside(&app, &admin, event).await, 0);
    let fields = [("request", id.as_str()), ("gate", "1"), ("people", "1"), ("reason", HOSTILE), ("way", "in")];
    leads_to(&fill(&app, &admin, &page, &fields).await);
    for page in [page.clone(), format!("/events/{event}")] {
        let shown = text(&app.get(&page, &admin).await);
        assert!(!shown.contains("<img") && !shown.contains("Stage <b>"), "{page}: {shown}");
    }
}

#[tokio::test]
async fn an_archived_events_counts_can_be_read_and_a_strangers_not() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = event(&app, &admin).await;
    let page = format!("/events/{event}/counts");
    let id = request(&text(&app.get(&page, &admin).await));
    app.call(Method::DELETE, &format!("/api/v1/events/{event}"), Some(&admin), &json!(null)).await;
    let shown = text(&app.get(&page, &admin).await);
    assert!(!shown.contains("count-form") && shown.contains("archived"), "{shown}");
    let fields = [("request", id.as_str()), ("gate", "1"), ("people", "1"), ("reason", "Crew"), ("way", "in")];
    assert_eq!(fill(&app, &admin, &page, &fields).await.status, StatusCode::CONFLICT);
    let stranger = app.promoter(&admin, "sam@hall.example", vec![]).await;
    assert_eq!(app.get(&page, &stranger).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fill(&app, &stranger, &page, &fields).await.status, StatusCode::NOT_FOUND);
}
