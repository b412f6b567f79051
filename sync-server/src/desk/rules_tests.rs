use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::tests::{post, signed_in, text, with};
use crate::testing::{Answer, Person, TestApp};

/// What a browser sends of a filled-in form for a new event.
const FRIDAY: [(&str, &str); 16] = [
    ("name", "Friday"),
    ("time_zone", "Europe/Berlin"),
    ("starts", "2026-12-04T20:00"),
    ("ends", "2026-12-05T04:00"),
    ("reentry", "1"),
    ("capacity", "400"),
    ("retry_window", "5"),
    ("zones.0.id", "1"),
    ("zones.0.name", "Hall"),
    ("zones.0.capacity", ""),
    ("products.0.id", "1"),
    ("products.0.name", "Standard"),
    ("gates.0.id", "1"),
    ("gates.0.name", "North"),
    ("gates.0.zone", "1"),
    ("gates.0.from", ""),
];

/// The form with some texts in place of others.
fn with_other<'a>(others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<_> = FRIDAY.to_vec();
    for (name, value) in others {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => field.1 = value,
            None => fields.push((name, value)),
        }
    }
    fields
}

/// The application, its admin with a token, and with a browser's cookie.
async fn office() -> (TestApp, Person, String) {
    let app = TestApp::new();
    let admin = app.found("Hall").await;
    let cookie = signed_in(&app).await;
    (app, admin, cookie)
}

/// The address of an event that was just made.
fn made(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", text(answer));
    let to = answer.headers[header::LOCATION].to_str().unwrap();
    to.trim_end_matches("/settings").to_owned()
}

/// Every field of a page's form and what is filled in, as a browser would send it.
fn filled(page: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(tag[from..].split('"').next()?.to_owned())
    };
    let mut fields = vec![];
    for tag in page.split("<input").skip(1).filter_map(|rest| rest.split('>').next()) {
        let box_not_ticked = tag.contains("checkbox") && !tag.contains(" checked");
        if let Some(name) = attribute(tag, "name").filter(|_| !box_not_ticked) {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    for list in page.split("<select").skip(1) {
        let name = attribute(list.split('>').next().unwrap(), "name").unwrap();
        let chosen = list.split("<option").find(|option| option.contains(" selected>"));
        fields.push((name, chosen.and_then(|option| attribute(option, "value")).unwrap_or_default()));
    }
    fields
}

#[tokio::test]
async fn an_event_is_made_by_form_changed_published_cloned_and_archived() {
    let (app, admin, cookie) = office().await;
    let page = text(&with(&app, "/events/new", &cookie).await);
    assert!(page.contains("Europe/Berlin") && page.contains("Entrance"), "{page}");
    let event = made(&post(&app, "/events/new", &cookie, &FRIDAY).await);
    let api = format!("/api/v1{event}");
    let kept = app.get(&api, &admin).await.json();
    assert_eq!((&kept["name"], &kept["starts"]), (&json!("Friday"), &json!(1_796_410_800_000_i64)), "{kept}");
    assert_eq!((&kept["capacity"], &kept["gates"][0]["name"]), (&json!(400), &json!("North")));

    let settings = format!("{event}/settings");
    let page = text(&with(&app, &settings, &cookie).await);
    assert!(page.contains("From 2026-12-04 20:00 to 2026-12-05 04:00 (Europe/Berlin)."), "in words: {page}");
    // Sent back as it is, it changes nothing; the API's rules are the same to the last bit.
    let before = app.get(&format!("{api}/policy"), &admin).await.json();
    let fields = filled(&page);
    let sent: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(post(&app, &settings, &cookie, &sent).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.get(&format!("{api}/policy"), &admin).await.json(), before);

    let earlier: Vec<_> =
        sent.iter().map(|(name, value)| (*name, if *name == "warning" { "70" } else { *value })).collect();
    assert_eq!(post(&app, &settings, &cookie, &earlier).await.status, StatusCode::SEE_OTHER);
    let alarms = app.get(&format!("{api}/alarms"), &admin).await.json();
    assert_eq!(alarms["thresholds"], json!({ "warning": 70, "danger": 95 }));

    // Rules and levels are kept together or not at all: with a rule refused when it is to be kept, the level stays.
    app.post(&format!("{api}/tickets"), &admin, &json!([{ "product": 1 }])).await;
    let page = text(&with(&app, &settings, &cookie).await);
    let other = |name: &str, value: &str| match name {
        "warning" => "55".to_owned(),
        "products.0.id" => "2".to_owned(),
        _ => value.to_owned(),
    };
    let torn: Vec<_> = filled(&page).into_iter().map(|(name, value)| (other(&name, &value), name)).collect();
    let torn: Vec<_> = torn.iter().map(|(value, name)| (name.as_str(), value.as_str())).collect();
    assert_eq!(post(&app, &settings, &cookie, &torn).await.status, StatusCode::CONFLICT);
    let alarms = app.get(&format!("{api}/alarms"), &admin).await.json();
    assert_eq!(alarms["thresholds"], json!({ "warning": 70, "danger": 95 }));
    // Levels set elsewhere while the form is open are not overwritten unnoticed.
    let levels = json!({ "warning": 61, "danger": 95 });
    app.call(Method::PUT, &format!("{api}/alarms"), Some(&admin), &levels).await;
    let stale = post(&app, &settings, &cookie, &earlier).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(text(&stale).contains("Somebody else changed this event meanwhile."));
    let levels = json!({ "warning": 80, "danger": 95 });
    app.call(Method::PUT, &format!("{api}/alarms"), Some(&admin), &levels).await;

    let publish = format!("{event}/publish");
    let page = text(&with(&app, &publish, &cookie).await);
    assert!(page.contains("No list was published yet"), "{page}");
    let published = post(&app, &publish, &cookie, &[]).await;
    assert_eq!(published.headers[header::LOCATION], publish.as_str());
    let outlook = app.get(&format!("{api}/publish"), &admin).await.json();
    assert_eq!((&outlook["due"], &outlook["policy"]), (&json!(false), &before), "{outlook}");
    let page = text(&with(&app, &publish, &cookie).await);
    assert!(page.contains("it would say the same") && page.contains(&outlook["version"].to_string()), "{page}");

    let closing: Vec<_> = sent
        .iter()
        .map(|(name, value)| (*name, if *name == "last_entry" { "2026-12-04T23:00" } else { *value }))
        .collect();
    assert_eq!(post(&app, &settings, &cookie, &closing).await.status, StatusCode::SEE_OTHER);
    let page = text(&with(&app, &publish, &cookie).await);
    for part in ["There is no last admission", "After 2026-12-04 23:00 nobody is let in any more"] {
        assert!(page.contains(part), "{part}: {page}");
    }

    let copy = [("name", "Saturday"), ("starts", "2027-07-10T21:00")];
    let copied = made(&post(&app, &format!("{event}/clone"), &cookie, &copy).await);
    let copied = app.get(&format!("/api/v1{copied}/policy"), &admin).await.json();
    assert_eq!(copied["ends"].as_i64().unwrap() - copied["starts"].as_i64().unwrap(), 8 * 3_600_000);
    assert_eq!((&copied["gates"], &copied["zones"]), (&before["gates"], &before["zones"]));

    let archive = format!("{event}/archive");
    assert!(text(&with(&app, &archive, &cookie).await).contains("The event becomes read-only"));
    assert_eq!(post(&app, &archive, &cookie, &[]).await.headers[header::LOCATION], "/events");
    assert!(!text(&with(&app, "/events", &cookie).await).contains(">Friday<"));
    assert!(text(&with(&app, "/events?archived", &cookie).await).contains(">Friday<"));
    assert_eq!(post(&app, &settings, &cookie, &FRIDAY).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn mistakes_are_said_beside_their_field_and_nothing_typed_is_lost() {
    let (app, admin, cookie) = office().await;
    let cases = [
        ("name", "  ", "Please fill this in."),
        ("ends", "2026-12-04T19:00", "The end must be after the start."),
        ("ends", "2028-12-05T04:00", "An event can last 60 days at most."),
        ("starts", "soon", "Please give date and time."),
        ("time_zone", "Mars/Olympus", "This time zone is not known."),
        ("capacity", "many", "Please give a whole number."),
        ("capacity", "0", "Please give at least 1"),
        ("warning", "96", "the warning comes before the alarm"),
        ("danger", "x", "Please give a whole number."),
        ("retry_window", "soon", "Please give a number."),
        ("retry_window", "99999", "At most 300 seconds are possible."),
        ("gates.0.zone", "7", "This area is not there"),
        ("zones.0.name", "", "Please fill this in."),
    ];
    for (name, value, said) in cases {
        let answer = post(&app, "/events/new", &cookie, &with_other(&[(name, value)])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
        let page = text(&answer);
        assert!(page.contains(said) && page.contains(&format!("href=\"#{name}\"")), "{name}={value}: {page}");
        assert!(name == "name" || page.contains("value=\"Friday\""), "{name}: what was typed is there");
    }
    assert_eq!(app.get("/api/v1/events", &admin).await.json(), json!([]));
}

#[tokio::test]
async fn rows_are_added_and_taken_away_without_a_script_and_nothing_is_saved_by_that() {
    let (app, admin, cookie) = office().await;
    let more = post(&app, "/events/new", &cookie, &with_other(&[("add", "gates")])).await;
    assert_eq!(more.status, StatusCode::OK);
    let page = text(&more);
    assert!(page.contains("name=\"gates.1.name\"") && page.contains("value=\"North\""), "{page}");
    let both =
        with_other(&[("gates.1.id", "2"), ("gates.1.name", "South"), ("gates.1.zone", "1"), ("remove", "gates.0")]);
    let fewer = text(&post(&app, "/events/new", &cookie, &both).await);
    assert!(fewer.contains("value=\"South\"") && !fewer.contains("value=\"North\""), "{fewer}");
    assert_eq!(app.get("/api/v1/events", &admin).await.json(), json!([]));
}

#[tokio::test]
async fn the_preview_says_what_the_rules_mean_and_keeps_nothing() {
    let (app, admin, cookie) = office().await;
    let said = post(&app, "/events/preview", &cookie, &FRIDAY).await.json();
    assert!(said["said"].to_string().contains("Leaving and coming back is allowed"), "{said}");
    let unfinished = post(&app, "/events/preview", &cookie, &with_other(&[("starts", "")])).await;
    assert_eq!((unfinished.status, &unfinished.json()["said"]), (StatusCode::OK, &json!([])));
    assert_eq!(app.get("/api/v1/events", &admin).await.json(), json!([]));
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_not_overwritten_unseen() {
    let (app, admin, cookie) = office().await;
    let event = made(&post(&app, "/events/new", &cookie, &FRIDAY).await);
    let settings = format!("{event}/settings");
    let page = text(&with(&app, &settings, &cookie).await);
    let mine: Vec<_> = filled(&page);
    app.patch(&format!("/api/v1{event}"), &admin, &json!({ "capacity": 250 })).await;
    let send = |fields: Vec<(String, String)>| {
        let (app, settings, cookie) = (&app, &settings, &cookie);
        async move {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), if name == "name" { "Mine" } else { value.as_str() }))
                .collect();
            post(app, settings, cookie, &fields).await
        }
    };
    let refused = send(mine).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let page = text(&refused);
    assert!(page.contains("Somebody else changed this event meanwhile.") && page.contains("value=\"Mine\""), "{page}");
    assert_eq!(app.get(&format!("/api/v1{event}"), &admin).await.json()["capacity"], 250);
    assert_eq!(send(filled(&page)).await.status, StatusCode::SEE_OTHER, "saved once more, it counts");
    let kept = app.get(&format!("/api/v1{event}"), &admin).await.json();
    assert_eq!((&kept["name"], &kept["capacity"]), (&json!("Mine"), &json!(400)));
}

#[tokio::test]
async fn a_kind_of_ticket_that_is_sold_stays() {
    let (app, admin, cookie) = office().await;
    let event = made(&post(&app, "/events/new", &cookie, &FRIDAY).await);
    app.post(&format!("/api/v1{event}/tickets"), &admin, &json!([{ "product": 1 }])).await;
    let basis = filled(&text(&with(&app, &format!("{event}/settings"), &cookie).await));
    let basis = basis.iter().find(|(name, _)| name == "basis").unwrap().1.clone();
    let without = with_other(&[("products.0.id", "2"), ("products.0.name", "Other"), ("basis", &basis)]);
    let refused = post(&app, &format!("{event}/settings"), &cookie, &without).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(text(&refused).contains("There are tickets of a kind that you removed."));
}

#[tokio::test]
async fn a_gate_that_is_gone_leaves_its_number_to_nobody_else() {
    let (app, admin, cookie) = office().await;
    let event = made(&post(&app, "/events/new", &cookie, &FRIDAY).await);
    let gates = format!("/api/v1{event}/gates");
    let set = async |named: &[(u32, &str)]| {
        let gate = |(id, name): &(u32, &str)| json!({ "id": id, "name": name, "zone": 1 });
        app.call(Method::PUT, &gates, Some(&admin), &named.iter().map(gate).collect::<Value>()).await
    };
    assert_eq!(set(&[(1, "North"), (2, "South")]).await.status, StatusCode::OK);
    assert_eq!(set(&[(1, "North")]).await.status, StatusCode::OK);
    let refused = set(&[(1, "North"), (2, "East")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let error = &refused.json()["errors"][0];
    assert_eq!((&error["field"], &error["code"]), (&json!("gates[1].id"), &json!("number_spent")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("\"South\""), "{error}");
    // The desk's new row takes the next number.
    let settings = format!("{event}/settings");
    let mut fields = filled(&text(&with(&app, &settings, &cookie).await));
    fields.push(("add".into(), "gates".into()));
    let sent: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = text(&post(&app, &settings, &cookie, &sent).await);
    assert!(page.contains("name=\"gates.1.id\" value=\"3\""), "{page}");
    // What comes back under its own name is the same gate.
    assert_eq!(set(&[(1, "North"), (2, "South"), (3, "East")]).await.status, StatusCode::OK);
    assert_eq!(set(&[(1, "North"), (2, "West"), (3, "East")]).await.status, StatusCode::OK, "renamed, not replaced");
}

#[tokio::test]
async fn hostile_names_are_text_in_every_form_and_list() {
    let (app, admin, cookie) = office().await;
    let hostile = "\"><img src=x onerror=alert(1)></textarea></script>\u{202e}'&";
    let names = ["name", "zones.0.name", "products.0.name", "gates.0.name"];
    let fields = with_other(&names.map(|name| (name, hostile)));
    let event = made(&post(&app, "/events/new", &cookie, &fields).await);
    let person = [("name", hostile), ("email", "pat@hall.example"), ("role", "promoter"), ("how", "made")];
    let shown = post(&app, "/people/new", &cookie, &person).await;
    let people = app.get("/api/v1/users", &admin).await.json();
    let pat = people.as_array().unwrap().iter().find(|user| user["name"] == hostile).unwrap()["id"].clone();
    let person = format!("/people/{}", pat.as_str().unwrap());
    let mut pages = vec![("shown once".to_owned(), text(&shown))];
    let below = |parts: &[&str], base: &str| parts.iter().map(|part| format!("{base}{part}")).collect::<Vec<_>>();
    let event_pages = below(&["", "/settings", "/publish", "/archive", "/clone"], &event);
    let person_pages = below(&["", "/password", "/sessions", "/remove"], &person);
    for path in ["/events".to_owned(), "/people".to_owned()].into_iter().chain(event_pages).chain(person_pages) {
        let page = with(&app, &path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        pages.push((path, text(&page)));
    }
    // What is refused is shown once more.
    let again = post(&app, &format!("{event}/clone"), &cookie, &[("name", hostile), ("starts", hostile)]).await;
    pages.push(("clone refused".into(), text(&again)));
    let everything = fields.iter().map(|(name, _)| (*name, hostile)).collect::<Vec<_>>();
    pages.push(("event refused".into(), text(&post(&app, "/events/new", &cookie, &everything).await)));
    for (path, page) in pages {
        assert!(page.contains("onerror"), "{path}: the name is there");
        assert!(!page.contains("<img") && !page.contains("</textarea></script>"), "{path}: {page}");
    }
    let said = post(&app, "/events/preview", &cookie, &fields).await;
    assert_eq!(said.headers[header::CONTENT_TYPE], "application/json");
    assert_ne!(said.json(), Value::Null);
}
