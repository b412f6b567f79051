//! The administrator's pages about tickets, scanners and the audit log, in a browser.

use std::io::Write as _;

use reqwest::Method;
use serde_json::json;
use turnstone_tests::harness::house::{House, NORTH, SOUTH};
use turnstone_tests::harness::{ADMIN, Browser, DESK, Device, is_left_out};

use super::desk::{HOSTILE, inspect};

/// A browser of an administrator who opened this page and signed in on the way.
async fn signed_in(house: &House, page: &str) -> Browser {
    let browser = Browser::start(DESK, None).await;
    browser.open(&format!("{}{page}", house.cable.url())).await;
    browser.type_into("email", ADMIN).await;
    browser.type_into("password", &house.venue.password).await;
    browser.click("sign-in").await;
    let there = page.split('?').next().unwrap_or_default();
    browser.until("the page that was asked for", &format!("location.pathname === '{there}'")).await;
    browser
}

/// A page of the event.
fn of_event(house: &House, what: &str) -> String {
    format!("/events/{}/{what}", house.venue.event)
}

/// Writes a list for a browser to send.
fn list(house: &House, name: &str, text: &str) -> String {
    let file = house.path(name);
    std::fs::File::create(&file).unwrap().write_all(text.as_bytes()).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Chooses in a list that opens.
async fn choose(browser: &Browser, id: &str, value: &str) {
    browser.eval(&format!("document.getElementById('{id}').value = '{value}'")).await;
    assert_eq!(browser.eval(&format!("return document.getElementById('{id}').value")).await, value, "{id}");
}

/// Nothing that a person or a list wrote became part of the page.
async fn only_text(browser: &Browser) {
    let strange = "return [...document.images].filter(({ src }) => !src.includes('/api/v1/tickets/')).length";
    assert_eq!(browser.eval(strange).await, 0);
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_imported_after_its_columns_were_named_and_its_errors_mended() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    let hostile = HOSTILE.replace('"', "\"\"");
    let rows = |product: &str, people: &str| {
        format!(
            "Barcode no;Who;Sold as;Seat;Heads\nA-1;\"{hostile}\";;1;1\nA-2;Bob;{product};2;1\nA-3;Cy;;3;{people}\n"
        )
    };
    let browser = signed_in(&house, &of_event(&house, "tickets")).await;
    browser.until_text("total", "1 ticket").await;
    browser.click("import").await;
    inspect(&browser, "import").await;
    browser.click("send").await;
    browser.type_into("file", &list(&house, "empty.csv", "name\n")).await;
    browser.click("send").await;
    browser.until_text("errors", "no ticket below it").await;
    browser.type_into("file", &list(&house, "guests.csv", &rows(&hostile, "many"))).await;
    browser.click("send").await;
    browser.until_text("list-trouble", "None of the columns was recognized").await;
    // What the headers do not say is chosen; the samples help.
    for (field, column) in [("code", "0"), ("name", "1"), ("product", "2"), ("admits", "4")] {
        choose(&browser, &format!("column-{field}"), column).await;
    }
    browser.click("check").await;
    browser.until_text("verdict", "One line is good, 2 are bad.").await;
    browser.until_text("bad", "There is no kind of ticket").await;
    browser.until_text("bad", "\"many\" is no number of people").await;
    browser.until_text("unused", "Seat").await;
    browser.until_text("preview", HOSTILE).await;
    assert_eq!(browser.eval("return document.querySelector('#bad th').textContent").await, "3", "by line of the file");
    inspect(&browser, "import-list").await;
    only_text(&browser).await;

    browser.click("import-now").await;
    browser.until_text("outcome-text", "Nothing was imported, because 2 lines are bad").await;
    inspect(&browser, "import-refused").await;
    browser.click("mended").await;
    browser.type_into("file", &list(&house, "mended.csv", &rows("", "2").replace("Barcode no", "code"))).await;
    browser.click("send").await;
    browser.until("the code is recognized", "document.getElementById('column-code')?.value === '0'").await;
    choose(&browser, "column-name", "1").await;
    choose(&browser, "column-admits", "4").await;
    browser.click("import-now").await;
    browser.until_text("outcome-text", "3 tickets were added").await;
    inspect(&browser, "import-done").await;
    // Once more: what is there already is told line by line, and can be skipped without sending the list again.
    browser.open(&format!("{}{}", house.cable.url(), of_event(&house, "tickets/import"))).await;
    browser.type_into("file", &list(&house, "again.csv", "code,name\nA-1,Ada\nB-1,Bea\n")).await;
    browser.click("send").await;
    browser.until_text("verdict", "2 lines are good").await;
    browser.click("import-now").await;
    browser.until_text("bad", "The code is in this event already.").await;
    browser.eval("document.querySelector('[name=existing][value=skip]').checked = true").await;
    browser.click("import-now").await;
    browser.until_text("outcome-text", "One ticket was added, 0 changed, 1 left as they were.").await;

    browser.click("to-tickets").await;
    browser.until_text("total", "5 tickets").await;
    browser.until_text("tickets", HOSTILE).await;
    inspect(&browser, "tickets").await;
    only_text(&browser).await;
    browser.type_into("search", "A-2").await;
    browser.click("find").await;
    browser.until("the one with this code", "document.querySelectorAll('#tickets tr').length === 1").await;
    browser.until_text("tickets", "Bob").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::too_many_lines, reason = "a whole evening of one ticket, told in order")]
async fn a_ticket_is_issued_changed_blocked_reissued_and_printed_and_tells_its_story() {
    if is_left_out() {
        return;
    }
    let house = House::open(2).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    for device in [&north, &south] {
        assert_eq!(device.scan(house.venue.code("T0001"), &["--offline"])["verdict"], "ok");
        device.ok(&["sync"]);
    }
    let third = house.scanner("South 2", SOUTH).await;
    assert_eq!(third.scan(house.venue.code("T0001"), &["--offline"])["verdict"], "already_inside");
    third.ok(&["sync"]);
    let conflict = house.conflicts().await.remove(0);
    let note = format!("/events/{}/conflicts/{}/note", house.venue.event, conflict["id"].as_str().unwrap());
    house.office.must(Method::PUT, &note, Some(&json!({ "note": HOSTILE }))).await;

    let browser = signed_in(&house, &of_event(&house, "tickets?search=T0001")).await;
    browser.eval("document.querySelector('#tickets a').click()").await;
    browser.until_text("story", "Let in although the ticket was used up").await;
    browser.until_text("story", "both scanners were offline").await;
    browser.until_text("story", HOSTILE).await;
    browser.until_text("story", "Its people were inside already.").await;
    let told = "return [...document.querySelectorAll('#story li')].map(({ dataset }) => dataset.kind).sort().join()";
    assert_eq!(browser.eval(told).await, "act,conflict,in,refused");
    browser.until("the code is drawn", "document.getElementById('qr').naturalWidth > 100").await;
    inspect(&browser, "ticket").await;
    only_text(&browser).await;

    browser.click("block").await;
    inspect(&browser, "ticket-block").await;
    browser.type_into("reason", HOSTILE).await;
    browser.click("deed").await;
    browser.until_text("notice", "The ticket is blocked.").await;
    browser.until_text("state", "blocked").await;
    browser.until_text("story", "Ticket blocked").await;
    browser.click("unblock").await;
    browser.until_text("state", "valid").await;
    browser.click("reissue").await;
    browser.until_text("confirm", "The old QR code stops working").await;
    browser.click("deed").await;
    browser.until_text("generation", "2").await;
    house.publish().await;
    south.ok(&["sync"]);
    assert_eq!(
        south.scan(house.venue.code("T0001"), &["--offline", "--direction", "exit"])["verdict"],
        "ok_exit",
        "exits are never refused"
    );
    assert_eq!(south.scan(house.venue.code("T0001"), &["--offline"])["verdict"], "revoked", "the old code");

    browser.click("edit").await;
    browser.eval("document.getElementById('admits').value = 'two'").await;
    browser.click("save").await;
    browser.until_text("errors", "Please give a whole number.").await;
    inspect(&browser, "ticket-edit-wrong").await;
    browser.eval("document.getElementById('admits').value = '2'; document.getElementById('note').value = ''").await;
    browser.type_into("note", HOSTILE).await;
    browser.click("save").await;
    browser.until_text("notice", "Saved.").await;
    browser.until_text("main", HOSTILE).await;
    only_text(&browser).await;
    browser.click("print").await;
    browser.until("one ticket to print", "document.querySelectorAll('#printed svg').length === 1").await;
    inspect(&browser, "ticket-sheet").await;

    browser.open(&format!("{}{}", house.cable.url(), of_event(&house, "tickets/new"))).await;
    browser.type_into("name", HOSTILE).await;
    browser.type_into("reference", HOSTILE).await;
    browser.click("save").await;
    browser.until_text("notice", "The ticket is issued.").await;
    only_text(&browser).await;
    browser.click("cancel").await;
    browser.type_into("reason", "Given back").await;
    inspect(&browser, "ticket-cancel").await;
    browser.click("deed").await;
    browser.until_text("state", "canceled").await;
    assert!(!browser.is_seen("cancel").await, "nothing is left to do with it");
    browser.open(&format!("{}{}", house.cable.url(), of_event(&house, "tickets"))).await;
    browser.click("print-page").await;
    browser.until("all of them", "document.querySelectorAll('#printed svg').length === 3").await;
    only_text(&browser).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::too_many_lines, reason = "a whole life of one scanner, told in order")]
async fn a_scanner_is_registered_its_device_comes_and_it_is_moved_revoked_and_its_entries_released() {
    if is_left_out() {
        return;
    }
    let house = House::open(3).await;
    house.publish().await;
    let browser = signed_in(&house, "/scanners").await;
    browser.click("new").await;
    browser.click("register").await;
    browser.until_text("errors", "Please fill this in.").await;
    inspect(&browser, "scanner-new-wrong").await;
    browser.type_into("name", HOSTILE).await;
    choose(&browser, "gate", "1").await;
    browser.click("register").await;
    browser.until_text("waiting", "Waiting for the device").await;
    browser.until("a large code", "document.querySelector('#enrol-qr svg').getBoundingClientRect().width >= 300").await;
    inspect(&browser, "scanner-invited").await;
    only_text(&browser).await;
    browser.eval("window.untouched = true").await;
    let first = browser.text("enrol-text").await;
    // The first code is lost; another one takes its place.
    browser.click("invite").await;
    browser.until_text("notice", "This is a new code").await;
    browser.eval("window.untouched = true").await;
    let text = browser.text("enrol-text").await;
    assert_ne!(text, first);
    let device = Device::new(&house.venue.parts, house.path("device"));
    assert!(!device.run(&["enrol", &first]).status.success(), "good no longer");
    device.ok(&["enrol", &text]);
    browser.until_text("waiting", "The device has enrolled.").await;
    assert_eq!(browser.eval("return window.untouched").await, true, "without loading the page anew");
    assert!(!browser.is_seen("enrol-qr").await);
    inspect(&browser, "scanner-enrolled").await;
    browser.eval("document.querySelector('#enrolled a').click()").await;
    browser.until("the scanner", "document.getElementById('state')").await;

    choose(&browser, "gate", "2").await;
    browser.eval("document.getElementById('name').value = ''").await;
    browser.type_into("name", "South 9").await;
    browser.click("save").await;
    browser.until_text("notice", "Saved.").await;
    browser.until_text("called", "South 9").await;
    device.ok(&["sync"]);
    house.publish().await;
    device.ok(&["sync"]);
    for reference in ["T0001", "T0002"] {
        assert_eq!(device.scan(house.venue.code(reference), &["--offline"])["verdict"], "ok");
    }
    device.ok(&["sync"]);
    assert_eq!(house.entries().await.last().unwrap()["gate"], 2, "it was moved");
    inspect(&browser, "scanner").await;

    browser.click("revoke").await;
    browser.until_text("confirm", "What it logged so far still counts").await;
    browser.until_text("confirm", "kept apart and does not count").await;
    inspect(&browser, "scanner-revoke").await;
    browser.click("deed").await;
    browser.until_text("notice", "The scanner is revoked.").await;
    browser.until_text("state", "revoked").await;
    // An administrator trusts nothing of it, and thinks better of it.
    let seen = house.seen("South 9").await;
    let cut = json!({ "cut": [{ "feed": seen["feeds"][0]["feed"], "seq": 0 }] });
    let path = format!("/scanners/{}", seen["id"].as_str().unwrap());
    house.office.must(Method::PATCH, &path, Some(&cut)).await;
    assert_eq!(house.occupancy().await["total"]["counted"], 0);
    browser.open(&format!("{}{path}", house.cable.url())).await;
    browser.until_text("apart-lines", "one person in").await;
    browser.until_text("apart-lines", "logged after the scanner was revoked").await;
    inspect(&browser, "scanner-apart").await;
    browser.click("keep").await;
    browser.until_text("acts", "Entries left apart").await;
    browser.click("release-all").await;
    browser.until_text("confirm", "2 people in, 0 out").await;
    inspect(&browser, "scanner-release").await;
    browser.click("deed").await;
    browser.until_text("notice", "These entries count now.").await;
    assert!(!browser.is_seen("apart").await);
    assert_eq!(house.occupancy().await["total"]["counted"], 2);
    house.verify();

    browser.open(&format!("{}/scanners", house.cable.url())).await;
    browser.until_text("scanners", "South 9").await;
    inspect(&browser, "scanners").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_audit_log_is_filtered_and_shows_what_people_wrote_as_text() {
    if is_left_out() {
        return;
    }
    let house = House::open(1).await;
    house.invite(HOSTILE, NORTH, "scan").await;
    let all = house.office.get(&house.event("tickets")).await;
    let ticket = all["tickets"][0]["id"].as_str().unwrap().to_owned();
    let reason = json!({ "reason": HOSTILE });
    house.office.post(&format!("/tickets/{ticket}/block"), &reason).await;
    let browser = signed_in(&house, "/audit").await;
    browser.until_text("log", "Ticket blocked").await;
    browser.until_text("log", "Organization set up").await;
    browser.until_text("log", HOSTILE).await;
    inspect(&browser, "audit").await;
    only_text(&browser).await;
    choose(&browser, "action", "scanner").await;
    browser.click("find").await;
    browser.until("one act", "document.querySelectorAll('#log tr').length === 1").await;
    browser.until_text("log", "Scanner registered").await;
    let fetched = "const done = arguments[arguments.length - 1];\
        fetch(document.getElementById('csv').href).then((answer) => answer.text()).then(done, done)";
    let csv = browser.driver().execute_async(fetched, Vec::new()).await.unwrap().json().clone();
    let csv = csv.as_str().unwrap();
    assert_eq!(csv.lines().count(), 2, "the file is filtered like the page: {csv}");
    assert!(csv.contains("scanner.register"));
    browser.open(&format!("{}/audit?actor=nobody", house.cable.url())).await;
    browser.until_text("none", "Nothing of that kind was done.").await;
    inspect(&browser, "audit-none").await;
    browser.close().await;
}
