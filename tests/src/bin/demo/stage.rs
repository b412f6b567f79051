//! Who takes part: one server, three scanners, one cable between them, and the office.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use scanner::commands::Device as Handle;
use serde_json::{Value, json};
use turnstone_tests::harness::{ADMIN, Admin, Cable, Device, Parts, ServerProcess, Venue, path};

use crate::ledger::Ledger;

/// Tickets of the evening.
const TICKETS: u32 = 500;

/// Everything the evening needs.
pub(crate) struct Stage {
    pub(crate) folder: PathBuf,
    pub(crate) server: ServerProcess,
    pub(crate) cable: Cable,
    pub(crate) north: Device,
    pub(crate) south: Device,
    /// A supervisor's handheld at the north gate.
    pub(crate) chief: Device,
    /// A well-signed ticket of another event of the same organization.
    pub(crate) other_event_code: String,
    venue: Venue,
    office: Admin,
    keys: std::collections::BTreeMap<String, String>,
}

impl Stage {
    /// Makes the event, its tickets and pictures, starts the server and enrols the scanners from pictures.
    pub(crate) async fn set(folder: &Path, ledger: &mut Ledger) -> Self {
        Ledger::scene("Before doors");
        let parts = Parts::this_program();
        let venue = Venue::set_up(&parts, folder, TICKETS);
        let other_event_code = other_event(&venue);
        Ledger::note(format!("{TICKETS} tickets imported; their QR pictures are in {}", folder.join("qr").display()));
        let cable = Cable::new().await;
        let server = venue.serve(Some(&cable.url()));
        cable.plug(server.addr);
        let office = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
        let north = enrol(&venue, &office, "North 1", 1, "scan").await;
        let south = enrol(&venue, &office, "South 1", 2, "scan").await;
        let chief = enrol(&venue, &office, "Chief", 1, "supervisor").await;
        office.post(&format!("/events/{}/publish", venue.event), &json!({})).await;
        Ledger::note("The office has published the ticket list; each scanner takes it.");
        let keys = ticket_keys(folder);
        let stage = Self {
            folder: folder.to_owned(),
            server,
            cable,
            north,
            south,
            chief,
            other_event_code,
            venue,
            office,
            keys,
        };
        for (name, device) in stage.named_devices() {
            device.ok(&["sync"]);
            let doctor = device.ok(&["doctor"]).pop().unwrap_or_default();
            ledger.expect(&format!("{name}: ready for doors"), true, doctor["ready"] != json!("not_ready"));
        }
        stage
    }

    /// The three scanners.
    pub(crate) fn devices(&self) -> [&Device; 3] {
        [&self.north, &self.south, &self.chief]
    }

    /// The three scanners with their names.
    pub(crate) fn named_devices(&self) -> [(&'static str, &Device); 3] {
        [("North", &self.north), ("South", &self.south), ("Supervisor", &self.chief)]
    }

    /// The QR picture of a ticket.
    pub(crate) fn picture(&self, ticket: &str) -> PathBuf {
        self.folder.join("qr").join(format!("{}.png", self.keys[ticket]))
    }

    /// The code text of a ticket.
    pub(crate) fn code(&self, ticket: &str) -> String {
        self.venue.code(ticket).to_owned()
    }

    /// The office issues a ticket again: a new code, the old one is revoked.
    pub(crate) async fn reissue(&self, ticket: &str) {
        self.office.post(&format!("/tickets/{}/regenerate-qr", self.keys[ticket]), &json!({})).await;
        self.office.post(&format!("/events/{}/publish", self.venue.event), &json!({})).await;
    }

    /// The picture of the new code.
    pub(crate) fn picture_of_reissued(&self, ticket: &str) -> PathBuf {
        self.venue.draw("qr-reissued", "png");
        self.folder.join("qr-reissued").join(format!("{}.png", self.keys[ticket]))
    }

    /// A scanner says hello without sending entries yet, as it does first when a thin line comes back.
    pub(crate) async fn heartbeat_only(&self, device: &Device) {
        let handle = Handle::of_this_machine(&device.data, 0, false).expect("an enrolled scanner");
        let link = handle.link().await.expect("a way to the server");
        link.sign_in().await.expect("the server knows the scanner");
        scanner::net::heartbeat(&link).await.expect("the server answers");
        drop(link);
        handle.close().await;
    }

    /// What the promoter sees.
    pub(crate) async fn occupancy(&self) -> Value {
        self.office.get(&format!("/events/{}/occupancy", self.venue.event)).await
    }

    /// The same in words.
    pub(crate) fn shown(occupancy: &Value) -> String {
        let total = &occupancy["total"];
        let causes = total["causes"].as_array().map_or(&[][..], Vec::as_slice);
        let causes: Vec<String> = causes.iter().map(Self::cause).collect();
        match (&total["low"], &total["high"]) {
            (low, high) if low == high => format!("{low} people inside"),
            (low, high) => format!("{low} – {high} people inside ({})", causes.join("; ")),
        }
    }

    fn cause(cause: &Value) -> String {
        let bodies = &cause["bodies"];
        match cause["cause"].as_str() {
            Some("pending") => format!("{} in and {} out are still on a scanner", bodies["in"], bodies["out"]),
            Some("silent") => "a scanner is silent".to_owned(),
            _ => cause.to_string(),
        }
    }

    /// All conflicts, newest first.
    pub(crate) async fn conflicts(&self) -> Vec<Value> {
        let answer = self.office.get(&format!("/events/{}/conflicts", self.venue.event)).await;
        answer["conflicts"].as_array().cloned().unwrap_or_default()
    }

    /// The digest of everything the server computed.
    pub(crate) async fn digest(&self) -> String {
        let answer = self.office.get(&format!("/events/{}/state-digest", self.venue.event)).await;
        answer["digest"].as_str().unwrap_or("no digest").to_owned()
    }

    /// Whether a rebuild from the entries gives what the server shows.
    pub(crate) fn verify(&self) -> bool {
        self.venue.parts.server(&self.venue.data, &["verify"]).status.success()
    }

    /// Waits until somebody ends it.
    pub(crate) async fn stay(&self) {
        println!("\nThe server stays up. Look at it:");
        println!("   API and documentation   {}/docs", self.server.url());
        println!("   sign in                 {ADMIN} / {}", self.venue.password);
        println!("   occupancy               GET /api/v1/events/{}/occupancy", self.venue.event);
        println!("   databases and pictures  {}", self.folder.display());
        println!("End it with ctrl-c.");
        if let Err(error) = tokio::signal::ctrl_c().await {
            eprintln!("cannot wait for ctrl-c: {error}");
        }
    }
}

/// Registers a scanner and enrols it from the picture of its enrolment QR, as a camera would see it.
async fn enrol(venue: &Venue, office: &Admin, name: &str, gate: u32, role: &str) -> Device {
    let wanted = json!({ "name": name, "gate": gate, "role": role, "events": [venue.event] });
    let registered = office.post("/scanners/register", &wanted).await;
    let picture = registered["invitation"]["png"].as_str().expect("a picture of the invitation");
    let picture = BASE64.decode(picture).expect("the picture is base64");
    let folder = venue.folder.join(name.replace(' ', "-").to_lowercase());
    let file = folder.with_extension("enrol.png");
    std::fs::write(&file, picture).expect("the picture can be written");
    let device = Device::new(&venue.parts, folder);
    device.ok(&["enrol", "--qr", path(&file)]);
    device
}

/// A second event with one ticket, and that ticket's code.
fn other_event(venue: &Venue) -> String {
    let server = |args: &[&str]| venue.parts.server_ok(&venue.data, args);
    server(&["event", "create", "Next week", "--starts", "2030-01-01T20:00:00Z", "--time-zone", "UTC"]);
    server(&["tickets", "issue", "--event", "Next week", "--count", "1"]);
    let out = venue.folder.join("qr-next-week");
    server(&["tickets", "qr", "--event", "Next week", "--out", path(&out)]);
    let index = std::fs::read_to_string(out.join("index.csv")).expect("an index beside the pictures");
    let line = index.lines().nth(1).expect("one ticket");
    line.split(',').next_back().expect("a code").trim_matches('"').to_owned()
}

/// The ticket's key by reference, from the index beside the pictures.
fn ticket_keys(folder: &Path) -> std::collections::BTreeMap<String, String> {
    let index = std::fs::read_to_string(folder.join("qr/index.csv")).expect("an index beside the pictures");
    index
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            Some((fields.get(3)?.to_string(), fields.first()?.to_string()))
        })
        .collect()
}
