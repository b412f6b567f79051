//! Forms of somebody whose session ended while they were filled in, without a browser.

use axum::http::{StatusCode, header};
use serde_json::json;

use super::kept::MARK;
use super::tests::{post, text};
use crate::testing::{PASSWORD, TestApp};

/// The hidden fields of a page's form.
fn hidden(page: &str) -> Vec<(String, String)> {
    let read = |tag: &str, name: &str| {
        let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&#38;", "&").replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">"))
    };
    let tags = page.split("<input type=\"hidden\"").skip(1);
    tags.filter_map(|tag| Some((read(tag, "name")?, read(tag, "value")?))).collect()
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn what_was_typed_while_the_session_ended_comes_back_and_is_not_carried_out() {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let event = app.event(&admin).await;
    let ticket = app.tickets(&admin, event, &json!([{ "product": 1, "name": "Ada" }])).await.remove(0);
    let scanner = json!({ "name": "North 1", "events": [event] });
    let scanner = app.post("/api/v1/scanners/register", &admin, &scanner).await.json()["scanner"]["id"].clone();
    let (event, scanner) = (event.to_string(), scanner.as_str().unwrap().to_owned());
    let typed = "Typed \"<b>&amp;</b>\" in vain";
    let changes = async || {
        let mut all = vec![];
        for area in ["event", "ticket", "user", "scanner"] {
            let path = format!("/api/v1/organizations/{}/audit?action={area}", admin.user.organization);
            all.push(app.get(&path, &admin).await.json()["lines"].as_array().unwrap().len());
        }
        all
    };
    let before = changes().await;
    let fields = [("name", typed), ("reason", typed), ("password", "never shown"), ("events", event.as_str())];
    let mut cookie = None;
    for path in super::pages().kept() {
        let person = admin.user.id.to_string();
        let id = match path.split('/').nth(1) {
            Some("events") => &event,
            Some("people") => &person,
            _ => &scanner,
        };
        let path = path.replace("{ticket}", &ticket).replace("{id}", id);
        let asked = post(&app, &path, "turnstone_session=00", &fields).await;
        assert_eq!(asked.status, StatusCode::UNAUTHORIZED, "{path}");
        let page = text(&asked);
        assert!(page.contains("id=\"kept\"") && !page.contains("never") && !page.contains("<b>"), "{path}: {page}");
        let sign_in = |password: &'static str, kept: Vec<(String, String)>| {
            [kept, vec![("email".into(), "admin@hall.example".into()), ("password".into(), password.into())]].concat()
        };
        // Once for all: a wrong password first, by which it is not lost.
        let mut kept: Vec<_> = fields.iter().filter(|(name, _)| *name != "password").copied().collect();
        let (offered, hidden_fields);
        if cookie.is_none() {
            let wrong = text(&post(&app, "/sign-in", "", &borrowed(&sign_in("wrong", hidden(&page)))).await);
            let answer = post(&app, "/sign-in", "", &borrowed(&sign_in(PASSWORD, hidden(&wrong)))).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().map(str::to_owned);
            offered = text(&answer);
            assert!(offered.contains(&format!("action=\"{path}\"")) && !offered.contains("<b>"), "{offered}");
            hidden_fields = hidden(&offered);
            assert_eq!(borrowed(&hidden_fields), [kept.as_slice(), &[(MARK, "1")]].concat());
        }
        kept.push((MARK, "1"));
        let shown = post(&app, &path, cookie.as_deref().unwrap(), &kept).await;
        assert_eq!(shown.status, StatusCode::CONFLICT, "{path}");
        let page = text(&shown);
        assert!(page.contains("You had been signed out") && page.contains("in vain"), "{path}: {page}");
        assert!(!page.contains(MARK), "sent once more, it counts");
    }
    assert_eq!(changes().await, before, "nothing was done");
}

#[tokio::test]
async fn what_is_too_large_or_no_form_of_ours_is_not_kept() {
    let app = TestApp::new();
    app.found("Hall").await;
    let large = "x".repeat(70_000);
    for (path, value) in [("/people/new", large.as_str()), ("/account", "short"), ("/events/preview", "short")] {
        let away = post(&app, path, "", &[("name", value)]).await;
        assert_eq!(away.status, StatusCode::SEE_OTHER, "{path}");
        assert!(away.headers[header::LOCATION].to_str().unwrap().starts_with("/sign-in?next="), "{path}");
    }
}
