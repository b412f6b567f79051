//! Who cannot see well, has a narrow screen or no pointer gets through the door's screen, too; and it is this program's alone.

use serde_json::json;
use turnstone_tests::harness::house::{House, NORTH};
use turnstone_tests::harness::{Browser, DESK, Device, HANDHELD, Window, is_left_out};

use super::{PIN, Screen, pictures, set_pin, wedge_until};

/// The narrowest screen it is made for.
const NARROW: Window = Window { width: 320, height: 568, dark: true };

/// Looks at the page as it is now: no barrier (axe-core), nothing wider than the narrowest screen, only this program's.
async fn inspect(browser: &Browser, state: &str) {
    for theme in ["dark", "light"] {
        browser.eval(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
        for window in [HANDHELD, DESK] {
            browser.resize(window).await;
            if Browser::has_axe() {
                assert_eq!(browser.barriers().await, Vec::<String>::new(), "{state}, {theme}, {window:?}");
            }
        }
    }
    browser.resize(NARROW).await;
    let too_wide = "return [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility() \
                    && !element.closest('.unseen, .skip') && element.getBoundingClientRect().right > innerWidth + 1) \
                    .map((element) => element.outerHTML.slice(0, 80))";
    assert_eq!(browser.eval(too_wide).await, json!([]), "{state}: wider than {} pixels", NARROW.width);
    browser.picture(&format!("door-{state}-320x568")).await;
    browser.resize(HANDHELD).await;
    let foreign = "return performance.getEntriesByType('resource').map(({ name }) => name) \
                   .filter((name) => new URL(name, location.href).origin !== location.origin)";
    assert_eq!(browser.eval(foreign).await, json!([]), "{state}: loaded from elsewhere");
    let inline = "return [...document.querySelectorAll('script:not([src]):not([type=\"application/json\"]), style, [onclick]')] \
                  .map((element) => element.outerHTML)";
    assert_eq!(browser.eval(inline).await, json!([]), "{state}: inline");
    assert_eq!(browser.complaints().await, Vec::<String>::new(), "{state}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_on_the_doors_pages_bars_anybody_or_comes_from_elsewhere() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let stranger = Device::new(&house.venue.parts, house.path("stranger"));
    let screen = Screen::start(&stranger, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, None).await;
    browser.open(&screen.link).await;
    browser.until("the way to become a scanner", "document.getElementById('enrol-hint').checkVisibility()").await;
    inspect(&browser, "stranger").await;
    pictures(&browser, "stranger").await;
    browser.click("enrol-open").await;
    inspect(&browser, "enrol").await;
    let device = house.supervisor("north 1", NORTH).await;
    set_pin(&device);
    let screen = Screen::start(&device, "127.0.0.1:0");
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    inspect(&browser, "start").await;
    pictures(&browser, "start").await;
    wedge_until(&browser, &house.codes()[0], "admit").await;
    browser.until("free again", "document.getElementById('answer').hidden").await;
    wedge_until(&browser, &house.codes()[0], "already").await;
    for look in ["already", "admit", "exit", "refused", "unread"] {
        browser.eval(&format!("document.getElementById('answer').dataset.look = '{look}'")).await;
        inspect(&browser, &format!("look-{look}")).await;
    }
    browser.click("answer-dismiss").await;
    browser.click("menu-open").await;
    inspect(&browser, "menu").await;
    pictures(&browser, "menu").await;
    browser.click("doctor-open").await;
    browser.until("checks", "document.querySelectorAll('#doctor-checks li').length > 3").await;
    inspect(&browser, "doctor").await;
    pictures(&browser, "doctor").await;
    browser.eval("for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close()").await;
    browser.click("supervisor-open").await;
    browser.until("the PIN", "document.getElementById('pin-dialog').open").await;
    inspect(&browser, "pin").await;
    browser.type_into("pin", PIN).await;
    browser.type_into("pin", "\u{e007}").await;
    browser.until("the last scans", "document.querySelectorAll('#log li button').length === 1").await;
    inspect(&browser, "supervisor").await;
    if Browser::has_axe() {
        // A finder that finds nothing anywhere would pass all of the above.
        browser.eval("document.getElementById('supervisor-lock').textContent = ''").await;
        let found = browser.barriers().await;
        assert!(found.len() == 1 && found[0].contains("button-name"), "{found:?}");
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyboard_is_enough_and_a_stewards_device_offers_no_supervisors_deeds() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, None).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    let press = async |key: &str| {
        let at = browser.driver().active_element().await.unwrap();
        at.send_keys(key).await.unwrap();
    };
    let focused = "return document.activeElement.id";
    let mut reached = Vec::new();
    while browser.eval(focused).await != "type-open" {
        assert!(reached.len() < 20, "Tab never gets there: {reached:?}");
        press("\u{e004}").await;
        reached.push(browser.eval(focused).await);
    }
    press("\u{e007}").await;
    browser.until("the dialog", "document.getElementById('type-dialog').open").await;
    press("SOMETHING ELSE").await;
    press("\u{e007}").await;
    browser.until_text("answer-word", "NO ENTRY").await;
    assert_eq!(browser.eval(focused).await, "answer", "a screen reader is where the answer is");
    assert!(!browser.is_seen("answer-override").await);
    press("\u{e00c}").await;
    browser.until("gone", "document.getElementById('answer').hidden").await;
    assert!(!browser.is_seen("supervisor-open").await);
    browser.close().await;
}
