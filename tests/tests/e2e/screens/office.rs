//! The administrator's pages in a browser: from an empty server to a published event, and everything around people.

use std::process::Stdio;

use serde_json::{Value, json};
use turnstone_tests::harness::{Browser, DESK, Parts, ServerProcess, Window, is_left_out};

use super::desk::inspect;

/// What a person may call something.
const HOSTILE: &str = "\"><img src=x onerror=\"complaints.push('ran')\"></script>";
/// The first administrator's.
const PASSWORD: &str = "a sentence nobody guesses";

/// A server without an organization, and the setup code it printed.
struct Empty {
    server: ServerProcess,
    code: String,
    _folder: tempfile::TempDir,
}

impl Empty {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Parts::built().command("sync-server", &folder.path().join("data"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdin(Stdio::null());
        let server = ServerProcess::of(command);
        let code = server.line_with("setup code: ");
        Self { server, code, _folder: folder }
    }

    fn page(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }
}

/// Fills in a field, whatever was in it.
pub(super) async fn fill(browser: &Browser, id: &str, text: &str) {
    let (id, text) = (json!(id), json!(text));
    let script = format!(
        "const field = document.getElementById({id}); field.value = {text}; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
    );
    browser.eval(&script).await;
}

async fn set_up(empty: &Empty, browser: &Browser, organization: &str) {
    for (field, text) in [
        ("code", empty.code.as_str()),
        ("organization", organization),
        ("name", "Ada Admin"),
        ("email", "ada@harbour.example"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ] {
        fill(browser, field, text).await;
    }
    browser.click("set-up").await;
    browser.until_text("notice", "you are signed in").await;
}

/// The address of the page that is open.
async fn address(browser: &Browser) -> String {
    browser.eval("return location.pathname").await.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_server_is_set_up_and_an_event_made_published_cloned_and_archived() {
    if is_left_out() {
        return;
    }
    let empty = Empty::start();
    let browser = Browser::start(DESK, None).await;
    browser.open(&empty.page("/")).await;
    browser.until("the first page", "document.getElementById('code')").await;
    inspect(&browser, "setup").await;
    fill(&browser, "code", "wrong-wrong").await;
    browser.click("set-up").await;
    browser.until_text("errors", "This is not the setup code.").await;
    assert_eq!(browser.eval("return document.activeElement.id").await, "errors", "the focus is on what is wrong");
    inspect(&browser, "setup-wrong").await;
    set_up(&empty, &browser, "Harbour Club").await;
    inspect(&browser, "events-none").await;

    browser.click("new-event").await;
    browser.until("the form", "document.getElementById('save')").await;
    assert_eq!(browser.text("said").await, "", "nothing to say yet");
    fill(&browser, "name", "Friday").await;
    fill(&browser, "time_zone", "Europe/Berlin").await;
    fill(&browser, "starts", "2026-12-04T20:00").await;
    fill(&browser, "ends", "2026-12-05T04:00").await;
    // The words follow the form, before anything is saved.
    browser.until_text("said", "From 2026-12-04 20:00 to 2026-12-05 04:00 (Europe/Berlin).").await;
    fill(&browser, "last_entry", "2026-12-04T23:00").await;
    browser.until_text("said", "After 2026-12-04 23:00 nobody is let in any more").await;
    browser.click("add-gates").await;
    browser.until("another gate", "document.getElementById('gates.1.name')").await;
    fill(&browser, "gates.0.name", "North").await;
    // What gets another name is called so wherever it is chosen.
    fill(&browser, "zones.0.name", "Harbour hall").await;
    let chosen = browser.eval("return document.getElementById('gates.0.zone').selectedOptions[0].text").await;
    assert_eq!(chosen, "Harbour hall");
    browser.click("save").await;
    browser.until_text("errors", "Please fill this in.").await;
    inspect(&browser, "event-new-wrong").await;
    fill(&browser, "gates.1.name", "South").await;
    browser.until_text("said", "South").await;
    inspect(&browser, "event-new").await;
    browser.click("save").await;
    browser.until_text("notice", "The event was made.").await;
    inspect(&browser, "event-settings").await;
    for (width, height) in [(1440, 2200), (360, 3600)] {
        browser.resize(Window { width, height, dark: false }).await;
        browser.picture(&format!("desk-event-settings-whole-{width}x{height}")).await;
    }
    browser.resize(DESK).await;
    let event = address(&browser).await.trim_end_matches("/settings").to_owned();

    published_and_over(&empty, &browser, &event).await;
    browser.close().await;
}

async fn published_and_over(empty: &Empty, browser: &Browser, event: &str) {
    browser.open(&empty.page(&format!("{event}/publish"))).await;
    inspect(browser, "publish").await;
    browser.click("publish").await;
    browser.until_text("notice", "was published").await;
    browser.until_text("list", "0 of 0").await;
    inspect(browser, "published").await;

    browser.open(&empty.page(&format!("{event}/clone"))).await;
    inspect(browser, "clone").await;
    fill(browser, "name", "Saturday").await;
    // Thumbs tap twice, and answers take their time.
    let twice = "const form = document.querySelector('main form'); let sent = 0;\
                 addEventListener('submit', (event) => { sent += !event.defaultPrevented; event.preventDefault(); });\
                 form.requestSubmit(); form.requestSubmit(); return sent;";
    assert_eq!(browser.eval(twice).await, 1);
    browser.open(&empty.page(&format!("{event}/clone"))).await;
    fill(browser, "name", "Saturday").await;
    browser.click("deed").await;
    browser.until_text("notice", "The new event was made.").await;
    browser.open(&empty.page(&format!("{event}/archive"))).await;
    inspect(browser, "archive").await;
    browser.click("deed").await;
    browser.until_text("notice", "The event was archived.").await;
    assert!(!browser.text("events").await.contains("Friday"));
    inspect(browser, "events-of-admin").await;
    browser.open(&empty.page(&format!("{event}/settings"))).await;
    assert!(!browser.is_seen("save").await, "an archived event is read-only");
    inspect(browser, "event-archived").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_get_accounts_and_lose_them_and_sessions_are_ended() {
    if is_left_out() {
        return;
    }
    let empty = Empty::start();
    let browser = Browser::start(DESK, None).await;
    browser.open(&empty.page("/setup")).await;
    set_up(&empty, &browser, HOSTILE).await;
    browser.open(&empty.page("/people/new")).await;
    inspect(&browser, "person-new").await;
    browser.click("deed").await;
    browser.until_text("errors", "That is no e-mail address.").await;
    inspect(&browser, "person-new-wrong").await;
    fill(&browser, "name", HOSTILE).await;
    fill(&browser, "email", "pat@harbour.example").await;
    browser.click("deed").await;
    browser.until("the password", "document.getElementById('made-password')").await;
    inspect(&browser, "password-shown").await;
    let password = browser.text("made-password").await;
    browser.click("noted").await;
    browser.until_text("people", HOSTILE).await;
    inspect(&browser, "people").await;

    // The promoter signs in elsewhere, and sees only what is theirs.
    let other = Browser::start(DESK, None).await;
    other.open(&empty.page("/people")).await;
    other.type_into("email", "pat@harbour.example").await;
    other.type_into("password", &password).await;
    other.click("sign-in").await;
    other.until_text("message", "This page is for administrators.").await;
    other.open(&empty.page("/account")).await;
    inspect(&other, "account").await;
    other.click("sessions").await;
    other.until_text("sessions", "this one").await;
    inspect(&other, "own-sessions").await;

    browser.eval("document.querySelector('#people tbody tr:last-child a').click()").await;
    browser.until("their page", "document.getElementById('remove')").await;
    inspect(&browser, "person").await;
    let person = address(&browser).await;
    browser.open(&empty.page(&format!("{person}/sessions"))).await;
    browser.until_text("sessions", "127.0.0.1").await;
    inspect(&browser, "person-sessions").await;
    browser.click("deed").await;
    browser.until_text("notice", "1 session ended.").await;
    other.open(&empty.page("/account")).await;
    other.until("signed out", "document.getElementById('sign-in')").await;
    browser.open(&empty.page(&format!("{person}/password"))).await;
    inspect(&browser, "person-password").await;
    browser.open(&empty.page(&format!("{person}/remove"))).await;
    inspect(&browser, "person-remove").await;
    browser.click("deed").await;
    browser.until_text("notice", "Removed.").await;
    assert!(!browser.text("people").await.contains("pat@"));
    let shown: Value = browser.eval("return document.images.length").await;
    assert_eq!(shown, 0, "names are text");
    other.close().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_filled_in_while_the_session_ends_comes_back_after_signing_in() {
    if is_left_out() {
        return;
    }
    let empty = Empty::start();
    let browser = Browser::start(DESK, None).await;
    browser.open(&empty.page("/")).await;
    set_up(&empty, &browser, "Harbour Club").await;
    browser.open(&empty.page("/people/new")).await;
    fill(&browser, "name", HOSTILE).await;
    fill(&browser, "email", "pat@harbour.example").await;
    // In another window, as it were.
    browser.eval("return fetch('/sign-out', { method: 'POST' }).then(({ ok }) => ok)").await;
    browser.click("deed").await;
    browser.until_text("kept", "What you filled in is not lost").await;
    inspect(&browser, "kept-sign-in").await;
    fill(&browser, "email", "ada@harbour.example").await;
    fill(&browser, "password", PASSWORD).await;
    browser.click("sign-in").await;
    browser.until("the offer", "document.getElementById('show-kept')").await;
    inspect(&browser, "kept").await;
    browser.click("show-kept").await;
    browser.until_text("errors", "You had been signed out").await;
    assert_eq!(browser.eval("return document.getElementById('name').value").await, HOSTILE);
    assert_eq!(browser.eval("return document.getElementById('email').value").await, "pat@harbour.example");
    inspect(&browser, "kept-form").await;
    browser.click("deed").await;
    browser.until("it is done when it is sent", "document.getElementById('made-password')").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}
