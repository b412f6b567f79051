//! Ticket lists from the seller's file to the door: bytes on the wire and seconds of a whole list, of a few changes, and of
//! the publication, against the plain size of the same data. The shipping programs do all of it; what arrives is checked.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use turnstone_tests::harness::{ADMIN, Admin, Device, EVENT, Parts, Relay, ServerProcess, Venue, path};

use crate::Options;
use crate::board::{Board, Figure, Goal, grouped, short};
use crate::spread::{Spread, timed};

/// Tickets that are canceled before the second download.
const CHANGES: u32 = 100;

pub(crate) async fn measure(options: &Options, board: &mut Board) {
    let mut sizes = options.tickets.clone();
    if sizes.is_empty() {
        sizes = options.size(vec![10_000, 100_000, 1_000_000], vec![2_000]);
    }
    for tickets in sizes {
        let folder = options.scratch();
        let hall = Hall::fill(folder.path(), tickets.max(CHANGES * 2)).await;
        hall.figures(board).await;
    }
}

/// A venue with its server, a scanner, and a relay between them that counts.
struct Hall {
    venue: Venue,
    admin: Admin,
    relay: Relay,
    device: Device,
    tickets: u32,
    /// Bytes of the seller's file.
    plain: usize,
    imported: Duration,
    _server: ServerProcess,
}

/// What one download was.
struct Download {
    bytes: usize,
    took: Duration,
}

impl Hall {
    /// An event with so many tickets, of which the first have their code known here.
    async fn fill(folder: &Path, tickets: u32) -> Self {
        let parts = Parts::this_program();
        let venue = Venue::set_up(&parts, folder, CHANGES);
        let mut list = String::from("reference,name,email\n");
        for n in CHANGES + 1..=tickets {
            writeln!(list, "B{n:07},Guest number {n},guest{n}@example.org").expect("writing to a String");
        }
        let file = folder.join("list.csv");
        std::fs::write(&file, &list).expect("the list can be written");
        let (made, imported) =
            timed(|| parts.server_json(&venue.data, &["tickets", "import", path(&file), "--event", EVENT]));
        assert_eq!(made[0]["added"], tickets - CHANGES, "every line is a ticket: {made:?}");
        let server = serve_without_publishing(&venue);
        let admin = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
        let relay = Relay::counting(server.addr).await;
        let device = Device::new(&parts, folder.join("device"));
        let plain = list.len();
        Self { venue, admin, relay, device, tickets, plain, imported, _server: server }
    }

    async fn figures(&self, board: &mut Board) {
        let body = json!({ "name": "North 1", "gate": 1, "role": "scan", "events": [self.venue.event] });
        let made = self.admin.post("/scanners/register", &body).await;
        let code = made["invitation"]["code"].as_str().expect("an invitation");
        let mut invitation = shared::api::Invitation::read(code).expect("the server's own invitation");
        invitation.server = self.relay.url();
        self.device.ok(&["enrol", &invitation.to_code()]);
        let (made, publishing) = self.publish().await;
        assert_eq!(made["tickets"], self.tickets, "the list has every ticket: {made}");
        assert_eq!(made["changed"], self.tickets, "nothing was published before it was timed: {made}");
        let whole = self.sync();
        self.cancel().await;
        let (made, republishing) = self.publish().await;
        assert_eq!(made["changed"], CHANGES, "no change was published before it was timed: {made}");
        let changes = self.sync();
        for n in [1, CHANGES] {
            let seen = self.device.scan(self.venue.code(&format!("T{n:04}")), &["--offline"]);
            assert_eq!(seen["verdict"], "canceled", "every change arrived: {seen}");
        }
        let bare = self.bare_write(whole.bytes);
        let tickets = grouped(self.tickets.into());
        let figure = |what: String, ours: String, against: String, ratio: f64| Figure {
            row: "manifest",
            what,
            ours,
            against,
            ratio: Spread { count: 1, ..Spread::of(vec![ratio]) },
            goal: Goal::None,
        };
        board.add(figure(
            format!("whole list of {tickets}, sealed and signed"),
            format!("{}, {}", size(whole.bytes), seconds(whole.took)),
            format!("the seller's CSV {}", size(self.plain)),
            whole.bytes as f64 / self.plain as f64,
        ));
        board.add(figure(
            format!("{CHANGES} changes in {tickets}"),
            format!("{}, {}", size(changes.bytes), seconds(changes.took)),
            format!("the whole list {}", size(whole.bytes)),
            changes.bytes as f64 / whole.bytes as f64,
        ));
        board.add(figure(
            format!("publication of {tickets}; of {CHANGES} changes {}", seconds(republishing)),
            seconds(publishing),
            format!("its import {}; writing its bytes {}", seconds(self.imported), seconds(bare)),
            publishing.as_secs_f64() / self.imported.as_secs_f64(),
        ));
    }

    /// Publishes, and asks again where the answer took longer than the server lets a request take.
    async fn publish(&self) -> (Value, Duration) {
        let begun = std::time::Instant::now();
        let path = format!("/events/{}/publish", self.venue.event);
        loop {
            let (status, made) = self.admin.call(Method::POST, &path, Some(&json!({}))).await;
            if status != StatusCode::GATEWAY_TIMEOUT {
                assert!(status.is_success(), "{status} {made}");
                return (made, begun.elapsed());
            }
            eprintln!("  the publication took longer than a request may; asking again");
        }
    }

    async fn cancel(&self) {
        let page = self.admin.get(&format!("/events/{}/tickets?limit=1000", self.venue.event)).await;
        let oldest = page["tickets"].as_array().expect("a list of tickets");
        for n in 1..=CHANGES {
            let reference = format!("T{n:04}");
            let ticket = oldest.iter().find(|ticket| ticket["reference"] == *reference).expect("a drawn ticket");
            let path = format!("/tickets/{}/cancel", ticket["id"].as_str().expect("an id"));
            self.admin.must(Method::POST, &path, None).await;
        }
    }

    /// One round of the scanner's program; what of it was the list.
    fn sync(&self) -> Download {
        self.relay.take_passed();
        let (_, took) = timed(|| self.device.ok(&["sync"]));
        let passed = self.relay.take_passed();
        let lists = passed.iter().filter(|passed| passed.path.ends_with("/manifest"));
        let bytes = lists.inspect(|passed| assert_eq!(passed.status, 200, "the list is handed out"));
        let bytes = bytes.map(|passed| passed.response.len()).sum();
        let status = self.device.ok(&["status"]).pop().expect("a line");
        assert_eq!(status["manifests"][0]["tickets"], self.tickets, "the scanner has every ticket: {status}");
        Download { bytes, took }
    }

    /// As many bytes written to the same disk and made durable.
    fn bare_write(&self, bytes: usize) -> Duration {
        let content = vec![0x5a; bytes];
        let mut file = std::fs::File::create(self.venue.folder.join("bare")).expect("a file");
        let ((), took) = timed(|| {
            file.write_all(&content).expect("room");
            file.sync_all().expect("a disk");
        });
        took
    }
}

/// A server that publishes when it is told to: what it published by itself would be missing from the time it takes.
fn serve_without_publishing(venue: &Venue) -> ServerProcess {
    let mut serve = venue.parts.command("sync-server", &venue.data);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--auto-publish-ms", "0"]);
    ServerProcess::of(serve)
}

fn seconds(time: Duration) -> String {
    format!("{} s", short(time.as_secs_f64()))
}

/// Bytes, for people.
fn size(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
