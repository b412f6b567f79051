//! What a handheld adds to the picture: sound, vibration, a light, more than one camera.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use turnstone_tests::harness::house::{House, NORTH};
use turnstone_tests::harness::{Browser, HANDHELD, is_left_out};

use super::{Screen, wedge_until};

/// Notes what the page asks the device for; a headless browser has neither loudspeaker nor motor.
const NOTED: &str = "window.noted = { tones: [], shakes: [] };\
    const start = OscillatorNode.prototype.start;\
    OscillatorNode.prototype.start = function (at) {\
        noted.tones.push([this.type, this.frequency.value, at - this.context.currentTime]);\
        return start.call(this, at);\
    };\
    Navigator.prototype.vibrate = (pattern) => { noted.shakes.push(pattern); return true; };";

/// A camera with a light.
const LIGHT: &str = "window.lights = [];\
    MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });\
    MediaStreamTrack.prototype.applyConstraints = async ({ advanced: [{ torch }] }) => {\
        if (window.broken) throw new Error('no light');\
        lights.push(torch);\
    };";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_answer_sounds_and_shakes_differently() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, None).await;
    browser.before_pages(NOTED).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    // Browsers let no page make a sound before it was touched.
    browser.click("start").await;
    browser.until("no camera", "!document.getElementById('camera-trouble').hidden").await;
    let blank = house.path("blank.png");
    image::GrayImage::from_pixel(64, 64, image::Luma([255])).save(&blank).unwrap();
    let code = house.codes().remove(0);
    let mut signals = BTreeSet::new();
    for look in ["admit", "already", "refused", "unread", "exit"] {
        browser.eval("noted.tones.length = 0; noted.shakes.length = 0").await;
        match look {
            "refused" => wedge_until(&browser, "THIS IS NO TICKET", look).await,
            "unread" => browser.type_into("picture-file", blank.to_str().unwrap()).await,
            "exit" => {
                browser.eval("document.querySelector('[name=direction][value=exit]').click()").await;
                browser.until("exit", "document.body.dataset.direction === 'exit'").await;
                wedge_until(&browser, &code, look).await;
            }
            _ => wedge_until(&browser, &code, look).await,
        }
        let shown = format!("document.getElementById('answer').dataset.look === '{look}' && noted.shakes.length > 0");
        browser.until(look, &shown).await;
        // Of the last answer: the one before may have been shown again within the retry window.
        let Value::Object(noted) = browser.eval("return noted").await else { panic!("an object") };
        let shake = noted["shakes"].as_array().unwrap().last().unwrap().to_string();
        let tone = noted["tones"].as_array().unwrap().last().expect("a sound").clone();
        assert!(signals.insert((shake, tone[0].to_string(), tone[1].to_string())), "{look}: as another: {signals:?}");
        if look != "admit" && look != "exit" {
            browser.click("answer-dismiss").await;
        }
        browser.until("the screen is free", "document.getElementById('answer').hidden").await;
    }
    assert_eq!(signals.len(), 5);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_camera_can_be_chosen_and_its_light_switched_on() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start_with_two_cameras(HANDHELD).await;
    browser.before_pages(LIGHT).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    let chosen = "document.getElementById('video').srcObject?.getVideoTracks()[0].getSettings().deviceId";
    browser.until("the camera", chosen).await;
    let first = browser.eval(&format!("return {chosen}")).await;
    browser.click("menu-open").await;
    browser.until("two cameras", "document.querySelectorAll('#camera-choice option').length === 2").await;
    let other = "const select = document.getElementById('camera-choice');\
                 select.selectedIndex = 1 - select.selectedIndex;\
                 select.dispatchEvent(new Event('change'));";
    browser.eval(other).await;
    browser.until("the other camera", &format!("{chosen} && {chosen} !== {first}")).await;
    browser.eval("document.getElementById('menu-dialog').close()").await;
    let torch = "document.getElementById('torch')";
    let press = format!("{torch}.click()");
    browser.until("a light", &format!("!{torch}.hidden")).await;
    browser.eval(&press).await;
    browser.until("on", &format!("{torch}.getAttribute('aria-pressed') === 'true'")).await;
    browser.eval(&press).await;
    browser.until("off", &format!("{torch}.getAttribute('aria-pressed') === 'false'")).await;
    assert_eq!(browser.eval("return lights").await, json!([true, false]));
    // A light that does not work is no reason to stop.
    browser.eval("window.broken = true").await;
    browser.eval(&press).await;
    browser.until("the button is gone", &format!("{torch}.hidden")).await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}
