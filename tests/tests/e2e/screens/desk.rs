//! The promoter's pages in a browser: signing in, and an evening with two dark gates as it is watched.

use reqwest::Method;
use serde_json::json;
use turnstone_tests::harness::house::{House, NORTH, SOUTH};
use turnstone_tests::harness::{ADMIN, Browser, DESK, EVENT, HANDHELD, Window, is_left_out};

/// The narrowest screen it is made for.
const NARROW: Window = Window { width: 320, height: 568, dark: true };
/// What a person or a CSV may call something.
pub(crate) const HOSTILE: &str = "<img src=x onerror=\"complaints.push('ran')\"></script>";

/// Notes each time that fewer people are shown at the peak than inside at that moment.
const WATCH_PEAK: &str = "window.peaks = []; const shown = (id) => parseInt(document.getElementById(id).textContent, 10);\
    const look = () => { if (shown('peak') < shown('inside')) window.peaks.push([shown('peak'), shown('inside')]); };\
    new MutationObserver(look).observe(document.getElementById('inside'), { childList: true, characterData: true });";

/// A browser that is signed in and shows the event's page.
pub(crate) async fn watching(house: &House) -> Browser {
    watching_as(house, ADMIN, &house.venue.password).await
}

/// The same for somebody else.
pub(crate) async fn watching_as(house: &House, email: &str, password: &str) -> Browser {
    let browser = Browser::start(DESK, None).await;
    browser.open(&format!("{}/events/{}", house.cable.url(), house.venue.event)).await;
    browser.type_into("email", email).await;
    browser.type_into("password", password).await;
    browser.click("sign-in").await;
    browser.until_text("reach", "Live").await;
    browser.until("figures", "document.getElementById('inside').textContent !== '–'").await;
    browser
}

/// A whole made-up evening beside the house's own event; returns its id.
pub(crate) async fn seeded(house: &House) -> String {
    let seed = ["seed", "--tickets", "300", "--scanners", "4", "--scans", "400"];
    house.venue.parts.server_ok(&house.venue.data, &seed);
    let events = house.office.get("/events").await;
    let made = events.as_array().unwrap().iter().find(|event| event["name"] != EVENT).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

/// Looks at the page as it is now, in all sizes: no barrier (axe-core), nothing too wide, only this server's, no complaint.
pub(crate) async fn inspect(browser: &Browser, state: &str) {
    for window in [HANDHELD, Window { dark: false, ..HANDHELD }, DESK, Window { dark: true, ..DESK }] {
        browser.resize(window).await;
        if Browser::has_axe() {
            assert_eq!(browser.barriers().await, Vec::<String>::new(), "{state}, {window:?}");
        }
        let scheme = if window.dark { "dark" } else { "light" };
        browser.picture(&format!("desk-{state}-{}x{}-{scheme}", window.width, window.height)).await;
    }
    browser.resize(NARROW).await;
    let wide = "return document.documentElement.scrollWidth";
    assert!(browser.eval(wide).await.as_u64().unwrap() <= 320, "{state}: wider than {}", NARROW.width);
    browser.picture(&format!("desk-{state}-320x568")).await;
    browser.resize(DESK).await;
    let foreign = "return performance.getEntriesByType('resource').map(({ name }) => name) \
                   .filter((name) => new URL(name, location.href).origin !== location.origin)";
    assert_eq!(browser.eval(foreign).await, json!([]), "{state}: loaded from elsewhere");
    assert_eq!(browser.complaints().await, Vec::<String>::new(), "{state}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_evening_is_watched_a_conflict_appears_by_itself_and_a_restarted_server_is_found_again() {
    if is_left_out() {
        return;
    }
    let mut house = House::open(6).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    north.scan(house.venue.code("T0002"), &[]);
    north.ok(&["sync"]);
    let browser = watching(&house).await;
    browser.until_text("inside", "1").await;
    // The page must not be loaded anew from here on.
    browser.eval("window.untouched = true").await;
    browser.eval(WATCH_PEAK).await;

    house.cable.cut();
    browser.until_text("reach", "Reconnecting").await;
    browser.until_text("age", "old").await;
    let code = house.venue.code("T0001").to_owned();
    assert_eq!(north.scan(&code, &[])["verdict"], "ok");
    assert_eq!(south.scan(&code, &[])["verdict"], "ok");
    house.cable.plug(house.server.addr);
    browser.until_text("reach", "Live").await;
    assert_eq!(browser.eval("return document.querySelectorAll('#conflicts li').length").await, 0);
    north.ok(&["sync"]);
    south.ok(&["sync"]);
    browser.until_text("conflicts", "Ticket let in twice").await;
    browser.until_text("conflicts", "both scanners were offline").await;
    browser.until_text("inside", "3").await;
    browser.until("a chart", "document.querySelector('#chart-inside svg')?.checkVisibility()").await;
    browser.until_text("peak", "3").await;
    browser
        .until(
            "how busy the gates are",
            "/North\\s+2\\s+0\\s+0[.]\\d/.test(document.getElementById('gates').innerText)",
        )
        .await;
    assert_eq!(browser.eval("return document.querySelectorAll('#scanners li').length").await, 2);
    inspect(&browser, "live").await;

    house.restart();
    browser.until_text("reach", "Reconnecting").await;
    browser.until_text("reach", "Live").await;
    south.scan(house.venue.code("T0003"), &[]);
    south.ok(&["sync"]);
    browser.until_text("inside", "4").await;
    assert_eq!(browser.eval("return document.querySelectorAll('#conflicts li').length").await, 1, "told once");
    assert_eq!(browser.eval("return window.untouched").await, true, "never loaded anew");
    assert_eq!(browser.eval("return window.peaks").await, json!([]), "a peak below those inside");

    browser.click("course-open").await;
    browser.until("the charts as a table", "document.querySelectorAll('#course tr').length > 0").await;
    inspect(&browser, "table").await;
    browser.open(&format!("{}/events/{}?wall", house.cable.url(), house.venue.event)).await;
    browser.until_text("inside", "4").await;
    browser.until_text("conflicts", "Ticket let in twice").await;
    inspect(&browser, "wall").await;
    let offers = "return [...document.querySelectorAll('button, a, summary')] \
                  .filter((element) => element.checkVisibility() && !element.matches('.skip')).length";
    assert_eq!(browser.eval(offers).await, 0, "a wall has nothing to click");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_and_out_and_a_wrong_password() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let browser = Browser::start(DESK, None).await;
    browser.open(&house.cable.url()).await;
    inspect(&browser, "sign-in").await;
    browser.type_into("email", ADMIN).await;
    browser.type_into("password", "not the password\u{e007}").await;
    browser.until_text("trouble", "wrong").await;
    inspect(&browser, "sign-in-wrong").await;
    assert_eq!(browser.eval("return document.activeElement.id").await, "password", "ready to type it again");
    browser.type_into("password", &format!("{}\u{e007}", house.venue.password)).await;
    browser.until_text("events", EVENT).await;
    inspect(&browser, "events").await;
    browser.click("sign-out").await;
    browser.until("the form", "document.getElementById('password')").await;
    browser.open(&format!("{}/events", house.cable.url())).await;
    browser.until("the form once more", "document.getElementById('password')").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_things_are_called_is_shown_as_text() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let base = format!("/events/{}", house.venue.event);
    let put = async |what: &str, body| {
        house.office.must(Method::PUT, &format!("{base}/{what}"), Some(&body)).await;
    };
    let name = json!({ "name": HOSTILE });
    house.office.must(Method::PATCH, &base, Some(&name)).await;
    put("zones", json!([{ "id": 1, "name": HOSTILE }])).await;
    put("gates", json!([{ "id": 1, "name": HOSTILE, "zone": 1 }])).await;
    house.invite(HOSTILE, NORTH, "scan").await;
    let browser = watching(&house).await;
    for place in ["scanners", "gates", "zones", "main"] {
        browser.until_text(place, HOSTILE).await;
    }
    assert_eq!(browser.eval("return document.images.length").await, 0);
    inspect(&browser, "hostile").await;
    browser.open(&format!("{}/events", house.cable.url())).await;
    browser.until_text("events", HOSTILE).await;
    assert_eq!(browser.eval("return document.images.length").await, 0);
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doubt_is_a_range_with_its_cause_and_fullness_is_judged_by_its_upper_end() {
    if is_left_out() {
        return;
    }
    let house = House::open(6).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    for (device, reference) in
        [(&north, "T0001"), (&north, "T0002"), (&north, "T0003"), (&south, "T0004"), (&south, "T0005")]
    {
        assert_eq!(device.scan(house.venue.code(reference), &["--offline"])["verdict"], "ok");
    }
    north.ok(&["sync"]);
    south.ok(&["sync"]);
    let holds = async |people: u32| {
        let (path, body) = (format!("/events/{}", house.venue.event), json!({ "capacity": people }));
        house.office.must(Method::PATCH, &path, Some(&body)).await;
    };
    holds(6).await;
    let browser = watching(&house).await;
    browser.until_text("inside", "5").await;
    browser.until_text("fill-word", "Filling up").await;
    browser.until_text("remaining", "1").await;
    assert!(!browser.is_seen("causes").await, "nothing is in doubt");

    let stolen = house.seen("South 1").await;
    let path = format!("/scanners/{}", stolen["id"].as_str().unwrap());
    house.office.must(Method::DELETE, &path, None).await;
    let cut = json!({ "cut": [{ "feed": stolen["feeds"][0]["feed"], "seq": 0 }] });
    house.office.must(Method::PATCH, &path, Some(&cut)).await;
    browser.until_text("inside", "3 – 5").await;
    browser.until_text("causes", "+2 by revoked scanners, not counted").await;
    browser.until_text("remaining", "1 – 3").await;
    browser.until_text("fill-word", "Filling up").await;
    browser.until_text("scanners", "revoked").await;
    inspect(&browser, "range").await;
    holds(5).await;
    browser.until_text("fill-word", "Almost full").await;
    holds(4).await;
    browser.until_text("fill-word", "OVER CAPACITY").await;
    browser
        .until("the alarm aloud", "document.getElementById('alarm').textContent.startsWith('■ OVER CAPACITY')")
        .await;
    inspect(&browser, "over").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_evening_is_drawn_as_charts_and_fits_the_wall() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let id = seeded(&house).await;
    let page = format!("{}/events/{id}", house.cable.url());
    let browser = watching(&house).await;
    browser.open(&page).await;
    browser.until("bars", "document.querySelectorAll('#chart-moves .come').length > 20").await;
    browser.click("course-open").await;
    browser.until("the table", "document.querySelectorAll('#course tr').length > 20").await;
    let counted = house.office.get(&format!("/events/{id}/occupancy")).await;
    let last = browser.eval("return Number(document.querySelector('#course tr td:last-child').textContent)").await;
    assert_eq!(last, counted["total"]["counted"], "the course ends with who is inside now");
    browser.click("course-open").await;
    inspect(&browser, "evening").await;
    browser.open(&format!("{page}?wall")).await;
    browser.until("a chart", "document.querySelector('#chart-inside svg')?.checkVisibility()").await;
    inspect(&browser, "evening-wall").await;
    browser.close().await;
}
