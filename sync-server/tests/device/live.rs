//! The live stream.

use std::time::Duration;

use reqwest::Response;

use crate::gadget::Gadget;
use crate::hall::Hall;

/// One event of a stream.
#[derive(Debug, Default, Clone)]
struct Event {
    id: i64,
    name: String,
    data: serde_json::Value,
}

/// A stream being read.
struct Live {
    response: Response,
    rest: String,
}

impl Live {
    async fn open(hall: &Hall, last: Option<i64>) -> Self {
        Self::open_as(hall, &hall.admin.token, last).await
    }

    async fn open_as(hall: &Hall, token: &str, last: Option<i64>) -> Self {
        let url = hall.url(&format!("/api/v1/events/{}/live", hall.event));
        let mut request = hall.client.get(url).bearer_auth(token);
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, rest: String::new() }
    }

    async fn next(&mut self) -> Event {
        let reading = async {
            loop {
                if let Some((text, rest)) = self.rest.split_once("\n\n") {
                    let (text, rest) = (text.to_owned(), rest.to_owned());
                    self.rest = rest;
                    if let Some(event) = parse(&text) {
                        return event;
                    }
                    continue;
                }
                let chunk = self.response.chunk().await.unwrap().expect("the stream goes on");
                self.rest.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(20), reading).await.expect("an event within 20 s")
    }

    /// Reads on until the server ends the stream.
    async fn ends(mut self) {
        let reading = async { while self.response.chunk().await.unwrap().is_some() {} };
        tokio::time::timeout(Duration::from_secs(20), reading).await.expect("the stream ends");
    }

    async fn until(&mut self, fits: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.next().await;
            if fits(&event) {
                return event;
            }
        }
    }
}

fn parse(text: &str) -> Option<Event> {
    let mut event = Event::default();
    for line in text.lines() {
        match line.split_once(": ") {
            Some(("id", id)) => event.id = id.parse().unwrap(),
            Some(("event", name)) => event.name = name.into(),
            Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
            _ => {}
        }
    }
    (!event.name.is_empty()).then_some(event)
}

fn inside(event: &Event) -> i64 {
    event.data["occupancy"]["total"]["counted"].as_i64().unwrap_or(-1)
}

#[tokio::test]
async fn everybody_who_watches_sees_a_change_without_asking() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let (mut one, mut other) = (Live::open(&hall, None).await, Live::open(&hall, None).await);
    assert_eq!(inside(&one.next().await), 0);
    assert_eq!(inside(&other.next().await), 0);
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    let seen = one.until(|event| inside(event) == 1).await;
    assert_eq!(seen.name, "state");
    assert_eq!(other.until(|event| inside(event) == 1).await.id, seen.id);
}

#[tokio::test]
async fn a_stream_taken_up_again_tells_every_conflict_that_was_missed_once() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    for ticket in hall.tickets.clone() {
        north.admit(ticket);
    }
    north.upload(&hall).await;
    let mut live = Live::open(&hall, None).await;
    let last = live.until(|event| inside(event) == 4).await.id;
    drop(live);
    south.admit(hall.tickets[0]);
    south.upload(&hall).await;
    south.admit(hall.tickets[1]);
    south.upload(&hall).await;
    let mut live = Live::open(&hall, Some(last)).await;
    let first = live.next().await;
    assert_eq!((first.name.as_str(), &first.data["ticket"]), ("conflict", &hall.tickets[0].to_string().into()));
    assert!(first.id > last);
    let second = live.next().await;
    assert_eq!((second.name.as_str(), &second.data["ticket"]), ("conflict", &hall.tickets[1].to_string().into()));
    let state = live.next().await;
    assert_eq!((state.name.as_str(), inside(&state)), ("state", 6));
    // Broken off between the two: only the second comes again.
    let mut live = Live::open(&hall, Some(first.id)).await;
    assert_eq!(live.next().await.data["ticket"], second.data["ticket"]);
    assert_eq!(live.next().await.name, "state");
    // A number of another database begins anew.
    assert_eq!(Live::open(&hall, Some(i64::MAX)).await.next().await.name, "state");
}

#[tokio::test]
async fn whoever_may_not_watch_any_more_sees_the_stream_end() {
    let hall = Hall::open().await;
    let promoter = hall.promoter(vec![hall.event]).await;
    let mut granted = Live::open_as(&hall, &promoter.token, None).await;
    let mut stays = Live::open(&hall, None).await;
    granted.next().await;
    // The grant is taken away: nothing changes at the doors, and the stream ends all the same.
    let users = hall.get("/api/v1/users").await.json();
    let user = users.as_array().unwrap().iter().find(|user| user["role"] == "promoter").unwrap().clone();
    let address = format!("/api/v1/users/{}", user["id"].as_str().unwrap());
    let patch = |body: serde_json::Value| {
        let (hall, address) = (&hall, &address);
        async move {
            let answer = hall.call(reqwest::Method::PATCH, address, Some(&hall.admin.token), &body).await;
            assert_eq!(answer.status, 200, "{}", answer.json());
        }
    };
    patch(serde_json::json!({ "events": [] })).await;
    granted.ends().await;
    patch(serde_json::json!({ "events": [hall.event] })).await;
    // The session is closed.
    let mut signed_in = Live::open_as(&hall, &promoter.token, None).await;
    signed_in.next().await;
    let out =
        hall.call(reqwest::Method::POST, "/api/v1/auth/logout", Some(&promoter.token), &serde_json::Value::Null).await;
    assert!(out.status.is_success(), "{}", out.json());
    signed_in.ends().await;
    // Whoever may still watch goes on.
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    stays.until(|event| inside(event) == 1).await;
}

#[tokio::test]
async fn a_note_about_a_conflict_reaches_everybody_and_changes_no_order() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    for gadget in [&mut north, &mut south] {
        gadget.admit(hall.tickets[0]);
        gadget.admit(hall.tickets[1]);
        gadget.upload(&hall).await;
    }
    let listed = hall.of_event("conflicts").await["conflicts"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let mut live = Live::open(&hall, None).await;
    let known = live.until(|event| event.name == "state").await.id;
    let path = format!("/api/v1/events/{}/conflicts/{}/note", hall.event, listed[0]["id"].as_str().unwrap());
    let promoter = hall.promoter(vec![hall.event]).await;
    let body = serde_json::json!({ "note": "" });
    let noted = hall.call(reqwest::Method::PUT, &path, Some(&promoter.token), &body).await;
    assert_eq!(noted.status, 204, "{}", noted.json());
    let told = live.until(|event| event.name == "conflict").await;
    assert_eq!((&told.data["id"], &told.data["note"]["by"]), (&listed[0]["id"], &"Somebody".into()));
    // Whoever was away then is told as well.
    let missed = Live::open(&hall, Some(known)).await.next().await;
    assert_eq!((missed.name.as_str(), missed.data["note"]["text"].as_str()), ("conflict", Some("")));
    let again = hall.of_event("conflicts").await["conflicts"].clone();
    assert_eq!((&again[0]["id"], &again[1]["id"]), (&listed[0]["id"], &listed[1]["id"]));
    for language in ["en", "de", "es"] {
        assert!(told.data["told"][language].as_str().is_some_and(|text| text.len() > 40), "{}", told.data);
    }
}

#[tokio::test]
async fn an_alarm_is_raised_though_nobody_watches_and_the_stream_begins_with_it() {
    let hall = Hall::with(&serde_json::json!({ "capacity": 5 }), 5).await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    for ticket in hall.tickets.iter().take(4) {
        north.admit(*ticket);
    }
    north.upload(&hall).await;
    let raised = async {
        loop {
            let alarms = hall.of_event("alarms").await["alarms"].clone();
            if !alarms.as_array().unwrap().is_empty() {
                return alarms;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let alarms = tokio::time::timeout(Duration::from_secs(20), raised).await.expect("an alarm");
    assert_eq!((&alarms[0]["level"], &alarms[0]["people"]), (&"warning".into(), &4.into()));
    let mut live = Live::open(&hall, None).await;
    let state = live.until(|event| event.name == "state").await;
    assert_eq!(state.data["alarms"][0]["id"], alarms[0]["id"]);
    north.admit(hall.tickets[4]);
    north.upload(&hall).await;
    let worse = live.until(|event| event.data["alarms"][0]["level"] == "danger").await;
    assert_ne!(worse.data["alarms"][0]["id"], alarms[0]["id"], "another alarm, which nobody has seen");
    assert!(worse.data["alarms"][0]["acknowledged"].is_null());
    assert_eq!(worse.data["alarms"].as_array().unwrap().len(), 1, "in place of the first");
}

#[tokio::test]
async fn the_course_of_the_evening_comes_by_the_stream() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut live = Live::open(&hall, None).await;
    live.until(|event| event.name == "course" && event.data["points"] == serde_json::json!([])).await;
    north.admit(hall.tickets[0]);
    north.refuse(hall.tickets[1]);
    north.upload(&hall).await;
    let course = live.until(|event| event.name == "course" && event.data["peak"]["people"] == 1).await.data;
    assert_eq!(course["products"][0]["expected"], 4);
    assert_eq!(course["products"][0]["arrived"], 1);
    assert_eq!((&course["scanners"][0]["passed"], &course["scanners"][0]["refused"]), (&1.into(), &1.into()));
    assert_eq!(course["forecast"], "too_little");
    assert_eq!(course["gates"][1]["last"], serde_json::Value::Null, "nobody has passed the second gate");
}
