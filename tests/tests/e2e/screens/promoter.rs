//! What a promoter does with the live page: alarms and conflicts are acknowledged by name and everybody sees it, after a
//! broken connection as well; the report; the wall with many gates.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use turnstone_tests::harness::house::{House, NORTH, SOUTH};
use turnstone_tests::harness::{ADMIN, Browser, Device, Window, is_left_out};

use super::desk::{inspect, seeded, watching, watching_as};

const PAT: &str = "pat@venue.example";
const PASSWORD: &str = "a long evening at the door";
/// Each screen of a wall.
const WALLS: [Window; 3] = [
    Window { width: 1920, height: 1080, dark: true },
    Window { width: 1920, height: 1080, dark: false },
    Window { width: 1280, height: 720, dark: true },
];
/// Counts tones from here on, whoever makes them.
const COUNT_TONES: &str = "window.tones = 0; const make = AudioContext.prototype.createOscillator;\
    AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); }";
/// What somebody may write into a note.
const HOSTILE: &str = "\"><img src=x onerror=\"complaints.push('ran')\"></script> \u{202e}txet";

/// A promoter who may see the house's event.
async fn promoter(house: &House, name: &str) -> Browser {
    let body =
        json!({ "email": PAT, "name": name, "role": "promoter", "events": [house.venue.event], "password": PASSWORD });
    house.office.post("/users", &body).await;
    watching_as(house, PAT, PASSWORD).await
}

fn let_in(house: &House, device: &Device, tickets: std::ops::RangeInclusive<u32>) {
    for ticket in tickets {
        assert_eq!(device.scan(house.venue.code(&format!("T{ticket:04}")), &["--offline"])["verdict"], "ok");
    }
    device.ok(&["sync"]);
}

async fn holds(house: &House, people: u32) {
    let path = format!("/events/{}", house.venue.event);
    house.office.must(Method::PATCH, &path, Some(&json!({ "capacity": people }))).await;
}

async fn alarms(house: &House) -> Vec<Value> {
    house.office.get(&house.event("alarms")).await["alarms"].as_array().expect("a list").clone()
}

/// Presses the button of the only alarm that nobody has seen yet.
async fn acknowledge(browser: &Browser) {
    let press = "[...document.querySelectorAll('#alarms-list button')].filter((button) => !button.hidden)";
    browser.until("a button", &format!("{press}.length === 1")).await;
    browser.eval(&format!("{press}[0].click()")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alarms_are_seen_and_heard_acknowledged_by_name_and_come_again_when_it_gets_worse() {
    if is_left_out() {
        return;
    }
    let mut house = House::open(12).await;
    let north = house.scanner("North 1", NORTH).await;
    holds(&house, 10).await;
    let office = watching(&house).await;
    let pat = promoter(&house, "Pat <b>Promoter</b>").await;
    pat.eval(COUNT_TONES).await;
    let_in(&house, &north, 1..=8);
    for browser in [&office, &pat] {
        browser.until_text("alarms-list", "Filling up").await;
        browser.until_text("alarms-list", "up to 8 people where 10 are allowed").await;
    }
    inspect(&pat, "alarm").await;
    // More come, and the alarm says how many there are now.
    let_in(&house, &north, 9..=9);
    pat.until_text("alarms-list", "up to 9 people where 10 are allowed").await;
    // Headless browsers allow sound at once, or wait for a gesture and say so: who is told of the silence presses the button.
    let silent = pat.eval("return document.body.dataset.sound === 'silent'").await == json!(true);
    pat.click(if silent { "sound" } else { "main" }).await;
    pat.until("sound is possible", "document.body.dataset.sound === 'on'").await;
    pat.until("it sounds", "window.tones > 0").await;
    acknowledge(&pat).await;
    office.until_text("alarms-list", "Seen by Pat <b>Promoter</b>").await;
    pat.until_text("alarms-list", "Seen by Pat <b>Promoter</b>").await;
    assert!(alarms(&house).await[0]["acknowledged"]["at"].is_i64());

    // While both are cut off it gets worse, and the office hears of it by telephone.
    house.cable.cut();
    office.until_text("reach", "Reconnecting").await;
    assert_eq!(north.scan(house.venue.code("T0010"), &["--offline"])["verdict"], "ok");
    house.cable.plug(house.server.addr);
    north.ok(&["sync"]);
    for browser in [&office, &pat] {
        browser.until_text("alarms-list", "Almost full").await;
        browser.until("nobody has seen it", "document.querySelector('#alarms-list li:not([data-seen])')").await;
    }
    pat.eval("window.tones = 0").await;
    pat.until("it sounds again", "window.tones > 0").await;
    house.restart();
    office.until_text("reach", "Reconnecting").await;
    office.until_text("reach", "Live").await;
    office.until_text("alarms-list", "Almost full").await;
    acknowledge(&office).await;
    pat.until("seen", "document.querySelector('#alarms-list li[data-seen][data-level=\"danger\"]')").await;
    let own = house.office.get("/organizations").await;
    let organization = own["organizations"][0]["id"].as_str().expect("an organization").to_owned();
    let log = house.office.get(&format!("/organizations/{organization}/audit")).await.to_string();
    assert_eq!(log.matches("alarm.acknowledge").count(), 2, "{log}");

    // It falls, and the alarm ends; it rises, and comes again.
    holds(&house, 100).await;
    office.until("no alarm", "document.getElementById('alarms').hidden").await;
    holds(&house, 10).await;
    office.until("a new one", "document.querySelector('#alarms-list li:not([data-seen])')").await;
    for browser in [office, pat] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
        assert_eq!(browser.eval("return document.querySelectorAll('#alarms b b, img').length").await, 0);
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alarm_levels_are_set_on_the_page_by_those_who_may() {
    if is_left_out() {
        return;
    }
    let house = House::open(4).await;
    holds(&house, 4).await;
    let north = house.scanner("North 1", NORTH).await;
    let_in(&house, &north, 1..=2);
    let pat = promoter(&house, "Pat").await;
    let office = watching(&house).await;
    pat.until_text("levels-now", "Alarms from 80 % and 95 % on").await;
    assert!(pat.eval("return document.getElementById('levels-form')").await.is_null(), "promoters look only");
    office.click("levels-now").await;
    let fill = async |warning: &str, danger: &str| {
        for (id, value) in [("levels-warning", warning), ("levels-danger", danger)] {
            office.eval(&format!("document.getElementById('{id}').value = '{value}'")).await;
        }
        office.click("levels-save").await;
    };
    fill("60", "50").await;
    office.until_text("levels-said", "the warning comes before the danger").await;
    inspect(&office, "levels").await;
    fill("50", "90").await;
    office.until_text("levels-said", "Saved").await;
    pat.until_text("levels-now", "Alarms from 50 % and 90 % on").await;
    pat.until_text("alarms-list", "Filling up").await;
    for browser in [office, pat] {
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conflict_is_told_in_the_readers_language_and_noted_by_name_for_everybody() {
    if is_left_out() {
        return;
    }
    let house = House::open(3).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    for ticket in ["T0001", "T0002"] {
        for device in [&north, &south] {
            assert_eq!(device.scan(house.venue.code(ticket), &["--offline"])["verdict"], "ok");
        }
    }
    let office = watching(&house).await;
    let pat = promoter(&house, "Pat").await;
    for (language, words) in [("de", "Ticket zweimal eingelassen"), ("es", "Entrada admitida dos veces")] {
        pat.open(&format!("{}/events/{}?language={language}", house.cable.url(), house.venue.event)).await;
        pat.until("the stream", "document.body.dataset.reach === 'live'").await;
        if language == "de" {
            north.ok(&["sync"]);
            south.ok(&["sync"]);
        }
        pat.until_text("conflicts", words).await;
        pat.until_text("conflicts", "North 1").await;
        inspect(&pat, &format!("conflicts-{language}")).await;
    }
    office.until("both", "document.querySelectorAll('#conflicts li').length === 2").await;
    let first = "document.querySelector('#conflicts li')";
    let last = "document.querySelector('#conflicts li:last-child')";
    // One writes; meanwhile the other writes about another conflict, and what is being typed stays.
    office.eval(&format!("{last}.querySelector('summary').click(); {last}.querySelector('input').focus()")).await;
    let input = office.eval(&format!("return {last}.querySelector('input').id")).await;
    office.type_into(input.as_str().expect("an id"), "half a sen").await;
    pat.eval(&format!("{first}.querySelector('summary').click()")).await;
    let input = pat.eval(&format!("return {first}.querySelector('input').id")).await;
    pat.type_into(input.as_str().expect("an id"), HOSTILE).await;
    pat.eval(&format!("{first}.querySelector('button').click()")).await;
    office.until("the note", &format!("{first}.querySelector('.note').textContent.includes('onerror')")).await;
    office.until("by name", &format!("{first}.querySelector('.note').textContent.startsWith('Pat')")).await;
    let typed = office.eval(&format!("return [{last}.querySelector('input').value, document.activeElement.id]")).await;
    assert_eq!(typed[0], "half a sen", "what is typed stays");
    assert_eq!(
        typed[1],
        office.eval(&format!("return {last}.querySelector('input').id")).await,
        "and so does the focus"
    );
    // An acknowledgement without words.
    office.eval(&format!("{last}.querySelector('input').value = ''; {last}.querySelector('button').click()")).await;
    pat.until(
        "seen",
        &format!("{last}.querySelector('.note').textContent.length > 0 && {last}.hasAttribute('data-seen')"),
    )
    .await;
    inspect(&office, "noted").await;
    let notes = house.conflicts().await;
    assert!(notes.iter().all(|conflict| conflict["note"]["by"].is_string()), "{notes:?}");
    for browser in [office, pat] {
        assert_eq!(browser.eval("return document.images.length").await, 0);
        assert_eq!(browser.complaints().await, Vec::<String>::new());
        browser.close().await;
    }
}

/// Fills the form in and presses a button of it.
async fn count(browser: &Browser, gate: &str, people: &str, reason: &str, button: &str) {
    let set = |id: &str, value: &str| format!("document.getElementById('{id}').value = '{value}';");
    browser.eval(&format!("{}{}{}", set("gate", gate), set("people", ""), set("reason", ""))).await;
    browser.type_into("people", people).await;
    browser.type_into("reason", reason).await;
    browser.click(button).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_without_tickets_are_counted_by_hand_and_everybody_sees_it_at_once() {
    if is_left_out() {
        return;
    }
    let house = House::open(4).await;
    let north = house.scanner("North 1", NORTH).await;
    let_in(&house, &north, 1..=2);
    let office = watching(&house).await;
    let pat = promoter(&house, "Pat <b>Promoter</b>").await;
    for browser in [&office, &pat] {
        browser.until_text("inside", "2").await;
        browser.eval("window.untouched = true").await;
    }
    count(&pat, "2", "12", "Crew", "count-in").await;
    pat.until_text("counts-said", "12 counted in.").await;
    for browser in [&office, &pat] {
        browser.until("the big number", "document.getElementById('inside').textContent === '14'").await;
        browser.until_text("counts", "+12").await;
        browser.until_text("counts", "South · Crew · Pat <b>Promoter</b> · office").await;
    }
    // What is wrong is said beside the field; what was typed and chosen stays.
    count(&pat, "2", "many", HOSTILE, "count-out").await;
    pat.until_text("people-error", "Please give a whole number from 1 to").await;
    let left = "return ['gate', 'people', 'reason'].map((id) => document.getElementById(id).value)";
    assert_eq!(pat.eval(left).await, json!(["2", "many", HOSTILE]));
    pat.until("the focus is on what is wrong", "document.activeElement.id === 'errors'").await;
    inspect(&pat, "count-wrong").await;
    count(&pat, "1", "3", HOSTILE, "count-out").await;
    pat.until_text("counts-said", "3 counted out.").await;
    for browser in [&office, &pat] {
        browser.until("the big number", "document.getElementById('inside').textContent === '11'").await;
        browser.until_text("counts", "onerror").await;
        assert_eq!(browser.eval("return window.untouched").await, true, "nothing was loaded anew");
    }
    // The network goes while the form is on its way. Whoever presses again counts once, whether it had arrived or not.
    house.cable.cut();
    count(&pat, "1", "5", "Press", "count-in").await;
    pat.until_text("counts-said", "No answer came.").await;
    house.cable.plug(house.server.addr);
    pat.click("count-in").await;
    pat.until_text("counts-said", "5 counted in.").await;
    office.until("the big number", "document.getElementById('inside').textContent === '16'").await;
    inspect(&pat, "counts").await;
    north.ok(&["sync"]);
    // The page of its own has them all, in the reader's language; on the wall there is nothing to click.
    let page = format!("{}/events/{}", house.cable.url(), house.venue.event);
    for (language, words) in [("de", "Von Hand gezählt"), ("es", "Contado a mano")] {
        pat.open(&format!("{page}/counts?language={language}")).await;
        pat.until_text("counts-title", words).await;
        pat.until("three", "document.querySelectorAll('#counts tbody tr').length === 3").await;
        inspect(&pat, &format!("counts-{language}")).await;
    }
    count(&pat, "2", "0", "Prensa", "count-in").await;
    pat.until_text("people-error", "Indique un número entero").await;
    count(&pat, "2", "4", "Prensa", "count-in").await;
    pat.until_text("notice", "4 contados de entrada.").await;
    assert_eq!(pat.eval("return document.getElementById('gate').value").await, "2", "the gate stays");
    pat.open(&format!("{page}?wall")).await;
    pat.until("the wall", "document.body.dataset.reach === 'live'").await;
    assert!(!pat.is_seen("count-form").await);
    assert_eq!(house.exactly_inside().await, 20);
    for browser in [office, pat] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_evening_is_told_slowly_as_well_and_as_a_report_to_print() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let id = seeded(&house).await;
    let page = format!("{}/events/{id}", house.cable.url());
    let note = json!({ "note": HOSTILE });
    let conflicts = house.office.get(&format!("/events/{id}/conflicts")).await;
    if let Some(conflict) = conflicts["conflicts"].get(0) {
        let path = format!("/events/{id}/conflicts/{}/note", conflict["id"].as_str().unwrap());
        house.office.must(Method::PUT, &path, Some(&note)).await;
    }
    let browser = watching(&house).await;
    browser.open(&page).await;
    browser.until("expected and arrived", "document.querySelectorAll('#products tr').length > 0").await;
    browser.until_text("forecast", "orecast").await;
    browser.until_text("scanners-lists", "on list v").await;
    inspect(&browser, "slow").await;
    for file in ["export.csv", "minutes.csv"] {
        let url = format!("http://{}/api/v1/events/{id}/{file}", house.server.addr);
        let answer =
            turnstone_tests::harness::client().get(url).bearer_auth(house.office.token()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let text = answer.text().await.unwrap();
        assert!(text.lines().count() > 20, "{file}: {text}");
        assert!(
            browser.eval(&format!("return document.querySelector('a[download][href$=\"{file}\"]') !== null")).await
                == json!(true)
        );
    }
    let minutes = house.office.get(&format!("/events/{id}/occupancy")).await["total"]["counted"].clone();
    browser.open(&format!("{page}/report")).await;
    browser.until("the curve", "document.querySelector('#curve polyline')").await;
    assert_eq!(
        browser.eval("return Number(document.getElementById('inside').textContent.split(' ')[0])").await,
        minutes
    );
    let digest = house.office.get(&format!("/events/{id}/state-digest")).await["digest"].clone();
    assert_eq!(browser.text("digest").await, digest.as_str().unwrap());
    assert_eq!(browser.eval("return document.images.length + document.scripts.length").await, 0);
    inspect(&browser, "report").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_with_many_gates_fits_its_screen() {
    if is_left_out() {
        return;
    }
    let house = House::open_with(9, &["--gate", "East:Hall", "--gate", "West:Hall"]).await;
    holds(&house, 10).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    let_in(&house, &north, 1..=8);
    for ticket in ["T0001", "T0002"] {
        assert_eq!(south.scan(house.venue.code(ticket), &["--offline"])["verdict"], "ok");
    }
    south.ok(&["sync"]);
    let browser = watching_as(&house, ADMIN, &house.venue.password).await;
    browser.open(&format!("{}/events/{}?wall", house.cable.url(), house.venue.event)).await;
    browser.until("both conflicts", "document.querySelectorAll('#conflicts li').length === 2").await;
    browser.until("an alarm", "document.querySelector('#alarms-list li')").await;
    browser.until("a chart", "document.querySelector('#chart-inside svg')?.checkVisibility()").await;
    browser.until("four gates", "document.querySelectorAll('#gates tr').length === 4").await;
    for window in WALLS {
        browser.resize(window).await;
        let scheme = if window.dark { "dark" } else { "light" };
        browser.picture(&format!("desk-wall-{}x{}-{scheme}", window.width, window.height)).await;
        let over = browser.eval("return document.documentElement.scrollHeight - innerHeight").await;
        assert!(over.as_i64().is_some_and(|over| over <= 0), "{window:?}: {over} px too high");
    }
    browser.close().await;
}
