//! A whole evening on screens alone: an empty server, an event, a list of guests, two scanners that enrol and scan by camera,
//! one of them without a network, the conflict on the promoter's page, and the scanner's end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use serde_json::json;
use turnstone_tests::harness::{
    Browser, Cable, DESK, Device, HANDHELD, Parts, Scene, ServerProcess, is_left_out, path, write_film,
};

use super::office::fill;
use super::{Screen, pictures};

const PASSWORD: &str = "a sentence nobody guesses";
const EMAIL: &str = "ada@harbour.example";

/// A server that begins empty. Each gate's scanner reaches it by a cable of its own.
struct Venue {
    folder: tempfile::TempDir,
    server: ServerProcess,
    north: Cable,
    south: Cable,
}

impl Venue {
    async fn empty() -> Self {
        let (folder, north, south) = (tempfile::tempdir().unwrap(), Cable::new().await, Cable::new().await);
        let server = ServerProcess::of(serve(&folder.path().join("data"), &south));
        let venue = Self { folder, server, north, south };
        venue.plug();
        venue
    }

    fn plug(&self) {
        self.north.plug(self.server.addr);
        self.south.plug(self.server.addr);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// From now on invitations lead to the north's cable; the south's stays as it is.
    fn move_to_the_north(&mut self) {
        self.server.kill();
        self.server = ServerProcess::of(serve(&self.path("data"), &self.north));
        self.north.plug(self.server.addr);
    }

    /// Every ticket's code, by its reference.
    fn codes(&self) -> BTreeMap<String, String> {
        let out = self.path("qr");
        Parts::built().server_ok(&self.path("data"), &["tickets", "qr", "--format", "svg", "--out", path(&out)]);
        let index = std::fs::read_to_string(out.join("index.csv")).unwrap();
        let fields = index.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        fields.map(|fields| (fields[3].to_owned(), fields[4].trim_matches('"').to_owned())).collect()
    }
}

fn serve(data: &Path, cable: &Cable) -> std::process::Command {
    let mut command = Parts::built().command("sync-server", data);
    command.args(["serve", "--listen", "127.0.0.1:0", "--public-url", &cable.url()]);
    command
}

/// A date and time as a form's field takes it, so many hours from now in UTC.
fn hours_from_now(hours: i64) -> String {
    (jiff::Timestamp::now() + hours.hours()).strftime("%Y-%m-%dT%H:%M").to_string()
}

async fn set_up(venue: &Venue, office: &Browser) {
    let code = venue.server.line_with("setup code: ");
    office.open(&venue.south.url()).await;
    office.until("the first page", "document.getElementById('set-up')").await;
    let filled = [("code", code.as_str()), ("organization", "Harbour Club"), ("name", "Ada Admin"), ("email", EMAIL)];
    for (field, text) in filled.into_iter().chain([("password", PASSWORD), ("again", PASSWORD)]) {
        fill(office, field, text).await;
    }
    office.click("set-up").await;
    office.until("signed in", "document.getElementById('new-event')").await;
}

/// Makes an event that is on now, with two gates; returns its path.
async fn make_event(office: &Browser) -> String {
    office.click("new-event").await;
    office.until("the form", "document.getElementById('add-gates')").await;
    fill(office, "name", "Friday").await;
    fill(office, "time_zone", "UTC").await;
    fill(office, "starts", &hours_from_now(-1)).await;
    fill(office, "ends", &hours_from_now(5)).await;
    office.click("add-gates").await;
    office.until("another gate", "document.getElementById('gates.1.name')").await;
    fill(office, "gates.0.name", "North").await;
    fill(office, "gates.1.name", "South").await;
    office.click("save").await;
    office.until_text("notice", "The event was made.").await;
    let settings = office.eval("return location.pathname").await;
    settings.as_str().unwrap().trim_end_matches("/settings").to_owned()
}

async fn import_guests(venue: &Venue, office: &Browser, event: &str) {
    let list = venue.path("guests.csv");
    std::fs::write(&list, "reference,name\nA1,Grace Guest\nA2,Gil Guest\n").unwrap();
    office.open(&format!("{}{event}/tickets/import", venue.south.url())).await;
    office.type_into("file", path(&list)).await;
    office.click("send").await;
    office.until("columns", "document.getElementById('import-now')").await;
    office.until_text("preview", "Gil Guest").await;
    office.click("import-now").await;
    office.until("imported", "document.getElementById('to-tickets')").await;
    office.open(&format!("{}{event}/publish", venue.south.url())).await;
    office.click("publish").await;
    office.until_text("notice", "was published").await;
}

/// Registers a scanner; returns its page and the text its device enrols with.
async fn register(office: &Browser, server: &str, name: &str, gate: &str) -> (String, String) {
    office.open(&format!("{server}/scanners/new")).await;
    fill(office, "name", name).await;
    let choose = format!(
        "const box = document.querySelector('[name=events]'); if (!box.checked) box.click();\
         const gate = document.getElementById('gate');\
         gate.value = [...gate.options].find((option) => option.text.includes({})).value;",
        json!(gate)
    );
    office.eval(&choose).await;
    office.click("register").await;
    office.until("the code", "document.getElementById('enrol-text')").await;
    let page = office.eval("return location.pathname").await.as_str().unwrap().to_owned();
    (page, office.text("enrol-text").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_evening_from_an_empty_server_to_a_revoked_scanner_on_screens_alone() {
    if is_left_out() {
        return;
    }
    let mut venue = Venue::empty().await;
    let office = Browser::start(DESK, None).await;
    set_up(&venue, &office).await;
    let event = make_event(&office).await;
    import_guests(&venue, &office, &event).await;
    let code = venue.codes()["A1"].clone();

    // The south's device becomes a scanner before the camera; the office's page says so by itself.
    let (south_page, invitation) = register(&office, &venue.south.url(), "South 1", "South").await;
    let (film, device) = (venue.path("south.y4m"), Device::new(&Parts::built(), venue.path("south")));
    write_film(&[Scene::of(&invitation, 20), Scene::empty(10)], &film);
    let south = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, Some(&film)).await;
    browser.open(&south.link).await;
    browser.until_text("fact-gate", "South").await;
    office.until_text("waiting", "enrolled").await;
    office.picture("evening-enrolled").await;
    // It has the list, and then its network goes.
    browser.until("the list", "document.getElementById('fact-list').textContent !== 'none yet'").await;
    venue.south.cut();
    browser.close().await;

    // The north's scanner enrols and admits the guest, all by camera and with the server.
    venue.move_to_the_north();
    let server = venue.north.url();
    let (_, invitation) = register(&office, &server, "North 1", "North").await;
    let (film, device) = (venue.path("north.y4m"), Device::new(&Parts::built(), venue.path("north")));
    write_film(&[Scene::of(&invitation, 20), Scene::empty(20), Scene::of(&code, 20)], &film);
    let north = Screen::start(&device, "127.0.0.1:0");
    let browser = Browser::start(HANDHELD, Some(&film)).await;
    browser.open(&north.link).await;
    browser.until_text("answer-word", "ADMIT").await;
    browser.until("sent", "document.getElementById('fact-pending').textContent === '0'").await;
    browser.close().await;
    office.open(&format!("{server}{event}")).await;
    office.until_text("inside", "1").await;

    // The copy at the south: its scanner cannot know.
    let film = venue.path("copy.y4m");
    write_film(&[Scene::of(&code, 20), Scene::empty(20)], &film);
    let browser = Browser::start(HANDHELD, Some(&film)).await;
    browser.open(&south.link).await;
    browser.until_text("answer-word", "ADMIT").await;
    browser.until_text("fact-reach", "Offline").await;
    pictures(&browser, "evening-offline").await;

    // Its network is back: the promoter's page, open all the time, tells of the conflict by itself.
    office.eval("window.stayed = true").await;
    assert_eq!(office.text("conflicts").await, "");
    venue.south.plug(venue.server.addr);
    office.until_text("conflicts", "South").await;
    office.until_text("conflicts", "North").await;
    office.until_text("inside", "2").await;
    assert_eq!(office.eval("return window.stayed").await, json!(true), "nobody loaded the page again");
    office.picture("evening-conflict").await;

    // The south's scanner is revoked, and says so at its door.
    office.open(&format!("{server}{south_page}/revoke")).await;
    office.picture("evening-revoke").await;
    office.click("deed").await;
    office.until("revoked", "document.getElementById('revoked')").await;
    browser.until_text("warnings", "revoked").await;
    browser.picture("evening-revoked").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    assert_eq!(office.complaints().await, Vec::<String>::new());
    browser.close().await;
    office.close().await;
}
