//! The door's screen when something is missing: program, network, camera, a code that can be read.

use turnstone_tests::harness::house::{House, NORTH};
use turnstone_tests::harness::{Browser, HANDHELD, is_left_out};

use super::{Screen, pictures, wedge_until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_that_the_program_is_gone_and_goes_on_when_it_is_back() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let mut screen = Screen::start(&device, "127.0.0.1:0");
    let address = screen.address();
    let browser = Browser::start(HANDHELD, None).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-reach", "Online").await;
    house.cable.cut();
    browser.until_text("fact-reach", "Offline").await;
    browser.wedge(&house.codes()[0]).await;
    browser.until_text("answer-word", "ADMIT").await;
    browser.until_text("fact-pending", "1").await;
    drop(screen.child.kill());
    drop(screen.child.wait());
    browser.until("it says so", "document.getElementById('lost').checkVisibility()").await;
    pictures(&browser, "lost").await;
    screen = Screen::start(&device, &address);
    browser.until("back", "!document.getElementById('lost').checkVisibility()").await;
    wedge_until(&browser, &house.codes()[0], "already").await;
    browser.close().await;
    drop(screen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direction_that_was_not_taken_is_not_shown_and_the_trouble_is_told_in_words() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, None).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    let break_off = "const real = fetch;\
        window.fetch = (path, ...rest) => path === '/door/use' ? Promise.reject(new TypeError('Failed to fetch')) : real(path, ...rest);\
        document.querySelector('[name=direction][value=exit]').click();";
    browser.eval(break_off).await;
    browser.until_text("message", "did not answer").await;
    let shown = browser.eval("return document.querySelector('[name=direction]:checked').value").await;
    assert_eq!(shown, "entry", "the scanner still judges entries");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_camera_that_is_not_allowed_is_explained_and_everything_else_goes_on() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start_refusing_the_camera(HANDHELD).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    browser.click("start").await;
    browser.until_text("camera-trouble", "The camera is not allowed").await;
    pictures(&browser, "camera-refused").await;
    wedge_until(&browser, &house.codes()[0], "admit").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_file_is_read_and_one_without_a_code_is_never_called_false() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let (ticket, wall) = (house.path("ticket.png"), house.path("wall.png"));
    turnstone_tests::harness::write_code(&house.codes()[0], &ticket);
    image::GrayImage::from_pixel(640, 480, image::Luma([120])).save(&wall).unwrap();
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, None).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    browser.type_into("picture-file", ticket.to_str().unwrap()).await;
    browser.until_text("answer-word", "ADMIT").await;
    browser.until("free again", "document.getElementById('answer').hidden").await;
    browser.type_into("picture-file", wall.to_str().unwrap()).await;
    browser.until_text("answer-word", "NOT READ").await;
    let look = browser.eval("return document.getElementById('answer').dataset.look").await;
    assert_eq!(look, "unread");
    pictures(&browser, "unread").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_loaded_again_in_the_middle_of_a_scan_loses_nothing_and_counts_nobody_twice() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let device = house.scanner("north 1", NORTH).await;
    let screen = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, None).await;
    browser.open(&screen.link).await;
    browser.until_text("fact-gate", NORTH).await;
    browser.wedge(&house.codes()[0]).await;
    browser.driver().refresh().await.unwrap();
    browser.until_text("fact-gate", NORTH).await;
    // Whether the first scan still reached the program or not: in the end one person is inside, and the code is used.
    wedge_until(&browser, &house.codes()[0], "already").await;
    browser.until_text("fact-inside", "1").await;
    assert_eq!(device.ok(&["status"])[0]["tally"]["entries"], 1);
    browser.close().await;
}
