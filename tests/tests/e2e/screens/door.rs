//! The door's screen: camera, hardware scanner, typing, supervisor, other pages, languages.

use turnstone_tests::harness::house::{House, NORTH, SOUTH};
use turnstone_tests::harness::{Browser, Device, HANDHELD, Scene, is_left_out, write_film};

use super::{PIN, Screen, pictures, set_pin, wedge_until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_held_before_the_camera_is_admitted_once_and_a_copy_is_refused() {
    if is_left_out() {
        return;
    }
    let house = House::open(3).await;
    let device = house.scanner("north 1", NORTH).await;
    let codes = house.codes();
    let film = house.path("film.y4m");
    write_film(&[Scene::empty(10), Scene::of(&codes[0], 20), Scene::empty(10), Scene::of(&codes[1], 20)], &film);
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, Some(&film)).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    // The camera is allowed already, as on a kiosk: nobody has to tap.
    browser.until_text("answer-word", "ADMIT").await;
    browser.picture("door-admit").await;
    // Both codes come by, and then the first one again, more than three seconds after it was seen last.
    browser.until_text("answer-word", "ALREADY").await;
    browser.until_text("answer-reason", NORTH).await;
    pictures(&browser, "already").await;
    browser.until("two inside", "document.getElementById('fact-inside').textContent === '2'").await;
    browser.click("answer-dismiss").await;
    assert!(!browser.is_seen("answer").await);
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hardware_scanner_types_and_every_kind_of_answer_has_its_own_face() {
    if is_left_out() {
        return;
    }
    let house = House::open(2).await;
    let device = house.scanner("south 1", SOUTH).await;
    let codes = house.codes();
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, None).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", SOUTH).await;
    let look = "document.getElementById('answer').dataset.look";
    browser.wedge(&codes[0]).await;
    browser.until("green", &format!("{look} === 'admit'")).await;
    browser.until("gone by itself", "document.getElementById('answer').hidden").await;
    browser.until("one inside", "document.getElementById('fact-inside').textContent === '1'").await;
    for (code, expected) in [(codes[0].as_str(), "already"), ("THIS IS NO TICKET", "refused")] {
        wedge_until(&browser, code, expected).await;
        pictures(&browser, expected).await;
        browser.click("answer-dismiss").await;
    }
    browser
        .driver()
        .find(thirtyfour::By::Css("[name=direction][value=exit] + span"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.until("exit", "document.body.dataset.direction === 'exit'").await;
    wedge_until(&browser, &codes[0], "exit").await;
    browser.until("none inside", "document.getElementById('fact-inside').textContent === '0'").await;
    browser.until("free again", "document.getElementById('answer').hidden").await;
    browser
        .driver()
        .find(thirtyfour::By::Css("[name=direction][value=entry] + span"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.until("entry", "document.body.dataset.direction === 'entry'").await;
    // Typed by hand, without a camera in the device.
    browser.click("start").await;
    browser.until_text("camera-trouble", "No camera was found").await;
    browser.click("type-open").await;
    browser.type_into("type-code", "SOMETHING ELSE").await;
    browser.type_into("type-code", "\u{e007}").await;
    browser.until_text("answer-word", "NO ENTRY").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_becomes_a_scanner_by_showing_the_administrators_code_to_its_camera() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    house.publish().await;
    let device = Device::new(&house.venue.parts, house.path("new"));
    let invitation = house.invite("north 9", NORTH, "scan").await;
    let film = house.path("film.y4m");
    write_film(&[Scene::of(&invitation, 20), Scene::empty(20), Scene::of(&house.codes()[0], 20)], &film);
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, Some(&film)).await;
    browser.open(&screen.link).await;
    browser.until("the way to become one", "document.getElementById('enrol-hint').checkVisibility()").await;
    browser.until_text("fact-gate", NORTH).await;
    browser.until_text("answer-word", "ADMIT").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_lets_somebody_in_undoes_and_counts_behind_the_pin() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.supervisor("north 1", NORTH).await;
    set_pin(&device);
    let code = house.codes().remove(0);
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, None).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    device.scan(&code, &[]);
    browser.until("another program's scan is seen", "document.getElementById('fact-inside').textContent === '1'").await;
    wedge_until(&browser, &code, "already").await;
    browser.click("answer-override").await;
    browser.type_into("pin", "0000").await;
    browser.type_into("pin", "\u{e007}").await;
    browser.until_text("pin-trouble", "4 more tries").await;
    pictures(&browser, "pin").await;
    browser.type_into("pin", PIN).await;
    browser.type_into("pin", "\u{e007}").await;
    browser.until("asks why", "document.getElementById('override-dialog').open").await;
    browser.type_into("override-reason", "<b>Guest of the band</b>").await;
    browser.type_into("override-reason", "\u{e007}").await;
    browser.until_text("answer-reason", "Let in by a supervisor").await;
    browser.until("two inside", "document.getElementById('fact-inside').textContent === '2'").await;
    browser.until("gone by itself", "document.getElementById('answer').hidden").await;
    browser.click("supervisor-open").await;
    browser.until("the last scans", "document.querySelectorAll('#log li button').length === 2").await;
    pictures(&browser, "supervisor").await;
    browser.eval("document.querySelector('#log li button').click()").await;
    browser.until("one inside", "document.getElementById('fact-inside').textContent === '1'").await;
    browser.type_into("search", "Guest").await;
    browser.type_into("search", "\u{e007}").await;
    browser.until_text("hits", "Guest 1").await;
    house.cable.cut();
    browser.type_into("search", "\u{e007}").await;
    browser.until_text("message", "Searching needs the server").await;
    let on_top = "const box = document.getElementById('message').getBoundingClientRect();\
                  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).id";
    assert_eq!(browser.eval(on_top).await, "message", "no dialog covers what is said");
    assert_eq!(browser.text("hits").await, "", "nobody is taken for the one who was asked for before");
    pictures(&browser, "supervisor-offline").await;
    browser.type_into("count-reason", "Band").await;
    // Gloves tap twice.
    let twice = "const real = fetch; let sent = 0;\
                 window.fetch = (path, ...rest) => { sent += path === '/door/count'; return real(path, ...rest); };\
                 const form = document.getElementById('count-form');\
                 form.requestSubmit(); form.requestSubmit(); return sent;";
    assert_eq!(browser.eval(twice).await, 1);
    browser.until("two inside", "document.getElementById('fact-inside').textContent === '2'").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_pages_and_other_names_get_nothing() {
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&device, "127.0.0.1:0");
    let client = turnstone_tests::harness::client();
    let url = screen.link.replace("localhost", "127.0.0.1");
    let home = client.get(&url).send().await.unwrap();
    let policy = home.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let rebound = client.get(&url).header("host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), 403);
    let body = serde_json::json!({ "code": house.codes()[0] }).to_string();
    for (name, value) in [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")] {
        let sent =
            client.post(format!("{url}door/code")).header("content-type", "application/json").header(name, value);
        assert_eq!(sent.body(body.clone()).send().await.unwrap().status(), 403, "{name}");
    }
    for path in ["door/log", "door/search?q=Guest"] {
        assert_eq!(client.get(format!("{url}{path}")).send().await.unwrap().status(), 403, "{path}");
    }
    assert_eq!(device.ok(&["status"])[0]["tally"]["entries"], 0, "nobody was let in");
}

/// Sends what the page sends.
async fn post(url: &str, cookie: &str, body: serde_json::Value) -> reqwest::Response {
    let sent = turnstone_tests::harness::client().post(url).header("content-type", "application/json");
    sent.header("cookie", cookie).body(body.to_string()).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_an_unlocked_supervisor_moves_a_scanner_to_another_gate() {
    let house = House::open(1).await;
    let south = serde_json::json!({ "gate": 2 });
    let gate = |device: &Device| device.ok(&["status"])[0]["gate"].clone();
    let steward = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&steward, "127.0.0.1:0");
    let using = format!("{}door/use", screen.link);
    assert_eq!(post(&using, "", south.clone()).await.status(), 403);
    assert_eq!(post(&using, "", serde_json::json!({ "direction": "exit", "gate": 1 })).await.status(), 204);
    assert_eq!(gate(&steward), 1);
    let supervisor = house.supervisor("north 2", NORTH).await;
    let screen = Screen::start(&supervisor, "127.0.0.1:0");
    let using = format!("{}door/use", screen.link);
    assert_eq!(post(&using, "", south.clone()).await.status(), 403, "nobody can unlock where no PIN is set");
    drop(screen);
    set_pin(&supervisor);
    let screen = Screen::start(&supervisor, "127.0.0.1:0");
    let using = format!("{}door/use", screen.link);
    assert_eq!(post(&using, "", south.clone()).await.status(), 403);
    let unlocked = post(&format!("{}door/unlock", screen.link), "", serde_json::json!({ "pin": PIN })).await;
    let cookie = unlocked.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(post(&using, &cookie, south).await.status(), 204);
    assert_eq!(gate(&supervisor), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ready_for_doors_is_said_in_the_readers_language() {
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&device, "127.0.0.1:0");
    let client = turnstone_tests::harness::client();
    for (tag, list, tickets) in [
        ("en", "Ticket list", "1 ticket,"),
        ("de", "Ticketliste", "1 Ticket,"),
        ("es", "Lista de entradas", "1 entrada,"),
    ] {
        let asked = client.get(format!("{}door/doctor", screen.link)).header("accept-language", tag);
        let told: serde_json::Value = serde_json::from_str(&asked.send().await.unwrap().text().await.unwrap()).unwrap();
        let checks = told["checks"].as_array().unwrap();
        let line = checks.iter().find(|check| check["check"] == list).unwrap_or_else(|| panic!("{tag}: {told}"));
        assert!(line["says"].as_str().unwrap().starts_with(tickets), "{tag}: {line}");
        assert_eq!((&line["state"], &line["do"]), (&"ok".into(), &serde_json::Value::Null), "{tag}: {line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_screen_speaks_the_readers_language() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, None).await;
    let said = [("de", "admit", "EINLASS", "Scannen beginnen"), ("es", "already", "YA DENTRO", "Empezar a escanear")];
    for (tag, look, word, start) in said {
        browser.open(&format!("{}?language={tag}", screen.link)).await;
        browser.until_text("start", start).await;
        browser.until_text("fact-gate", NORTH).await;
        wedge_until(&browser, &house.codes()[0], look).await;
        assert_eq!(browser.text("answer-word").await, word);
        pictures(&browser, tag).await;
    }
    browser.close().await;
}
