//! A long ticket list from the seller's file to the door: import, publication, the first download, a few changes and their
//! download; sizes on the wire and times of each step, and what a verdict costs with a long list against a short one.
//! Everything is checked for being right; times are only shown.

// A benchmark that cannot go on says where and ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use reqwest::Method;
use scanner::commands::Device as Handle;
use scanner::engine::ScanRequest;
use serde_json::{Value, json};
use shared::verdict::Verdict;
use turnstone_tests::harness::{ADMIN, Admin, Device, EVENT, Parts, Passed, Relay, ServerProcess, Venue, path};

/// Tickets scanned to measure a verdict.
const SCANS: u32 = 200;
/// Length of the short list that the long one is compared with.
const SHORT: u32 = 1_000;

/// Measures a long ticket list from the seller's file to the door, on this machine's loopback and in a temporary folder.
#[derive(Debug, Parser)]
struct Options {
    /// Tickets of the event
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..=5_000_000))]
    tickets: u32,
    /// Tickets that are canceled before the second download
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=500))]
    changes: u32,
}

fn main() -> ExitCode {
    // It starts itself again as `scanner` and as `sync-server`: the shipping programs, in processes of their own.
    if let Some(code) = turnstone_tests::programs::dispatch() {
        return code;
    }
    let options = Options::parse();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run(&options));
    ExitCode::SUCCESS
}

async fn run(options: &Options) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut table = Table::default();
    let Options { tickets, changes } = *options;
    let venue = Hall::fill(&folder.path().join("long"), tickets, changes + SCANS, &mut table).await;
    venue.download(&mut table).await;
    venue.change(changes, &mut table).await;
    let long = venue.verdicts(changes).await;
    let mut unshown = Table::default();
    let short = Hall::fill(&folder.path().join("short"), SHORT, SCANS, &mut unshown).await;
    short.download(&mut unshown).await;
    let short = short.verdicts(0).await;
    println!("{tickets} tickets, {changes} changes\n");
    println!("{table}");
    println!("verdict, recorded durably      p50           p99     ({SCANS} scans)");
    for (name, times) in [(format!("{SHORT} tickets"), &short), (format!("{tickets} tickets"), &long)] {
        println!("  {name:<22} {:>10.3} ms {:>10.3} ms", ms(times.p50), ms(times.p99));
    }
    println!("  ratio                  {:>10.2}    {:>10.2}", ratio(long.p50, short.p50), ratio(long.p99, short.p99));
}

/// A venue with its server, a scanner, and a relay between them that counts.
struct Hall {
    venue: Venue,
    admin: Admin,
    relay: Relay,
    device: Device,
    tickets: u32,
    _server: ServerProcess,
}

impl Hall {
    /// An event with so many tickets, of which `drawn` have their code known here.
    async fn fill(folder: &Path, tickets: u32, drawn: u32, table: &mut Table) -> Self {
        let drawn = drawn.min(tickets);
        let parts = Parts::this_program();
        let venue = Venue::set_up(&parts, folder, drawn);
        let mut list = String::from("reference,name,email\n");
        for n in drawn + 1..=tickets {
            writeln!(list, "B{n:07},Guest number {n},guest{n}@example.org").expect("writing to a String");
        }
        let file = folder.join("list.csv");
        std::fs::write(&file, &list).expect("the list can be written");
        if drawn < tickets {
            let (made, took) = timed(|| {
                let made = parts.server_json(&venue.data, &["tickets", "import", path(&file), "--event", EVENT]);
                made.into_iter().next().expect("a report")
            });
            assert_eq!(made["added"], tickets - drawn, "every line is a ticket: {made}");
            table.row("import of the CSV list", took, &format!("{} file", size(list.len())));
        }
        let server = venue.serve(None);
        let admin = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
        let relay = Relay::counting(server.addr).await;
        let device = Device::new(&parts, folder.join("device"));
        Self { venue, admin, relay, device, tickets, _server: server }
    }

    async fn publish(&self) -> (Value, Duration) {
        let begun = now();
        let made = self.admin.post(&format!("/events/{}/publish", self.venue.event), &json!({})).await;
        (made, begun.elapsed())
    }

    /// A new scanner gets the whole list.
    async fn download(&self, table: &mut Table) {
        let body = json!({ "name": "North 1", "gate": 1, "role": "scan", "events": [self.venue.event] });
        let made = self.admin.post("/scanners/register", &body).await;
        let code = made["invitation"]["code"].as_str().expect("an invitation");
        let mut invitation = shared::api::Invitation::read(code).expect("the server's own invitation");
        invitation.server = self.relay.url();
        self.device.ok(&["enrol", &invitation.to_code()]);
        let (made, took) = self.publish().await;
        assert_eq!(made["tickets"], self.tickets, "the list has every ticket: {made}");
        table.row("publication of all", took, &format!("{} tickets", made["tickets"]));
        self.sync("first download", table);
    }

    /// Some tickets are canceled, and the scanner gets what changed.
    async fn change(&self, changes: u32, table: &mut Table) {
        let page = self.admin.get(&format!("/events/{}/tickets?limit=1000", self.venue.event)).await;
        let oldest = page["tickets"].as_array().expect("a list of tickets");
        let begun = now();
        for n in 1..=changes {
            let reference = format!("T{n:04}");
            let ticket = oldest.iter().find(|ticket| ticket["reference"] == *reference).expect("a drawn ticket");
            let path = format!("/tickets/{}/cancel", ticket["id"].as_str().expect("an id"));
            self.admin.must(Method::POST, &path, None).await;
        }
        table.row("cancelations by the API", begun.elapsed(), &format!("{changes} requests"));
        let (made, took) = self.publish().await;
        // Meanwhile the server may have published some of them by itself.
        table.row("publication of changes", took, &format!("{} in the last step", made["changed"]));
        self.sync("download of changes", table);
        let canceled = self.device.scan(self.venue.code("T0001"), &["--offline"]);
        assert_eq!(canceled["verdict"], "canceled", "the change arrived: {canceled}");
        let last = self.device.scan(self.venue.code(&format!("T{changes:04}")), &["--offline"]);
        assert_eq!(last["verdict"], "canceled", "every change arrived: {last}");
    }

    /// One round of the scanner's program; what of it was the list.
    fn sync(&self, what: &str, table: &mut Table) {
        self.relay.take_passed();
        let (_, took) = timed(|| self.device.ok(&["sync"]));
        let lists: Vec<Passed> =
            self.relay.take_passed().into_iter().filter(|passed| passed.path.ends_with("/manifest")).collect();
        let (up, down) = lists.iter().fold((0, 0), |(up, down), passed| {
            assert_eq!(passed.status, 200, "the list is handed out");
            (up + passed.request.len(), down + passed.response.len())
        });
        table.row(what, took, &format!("{} down, {} up, {} calls", size(down), size(up), lists.len()));
        let status = self.device.ok(&["status"]).pop().expect("a line");
        assert_eq!(status["manifests"][0]["tickets"], self.tickets, "the scanner has every ticket: {status}");
    }

    /// Judges drawn tickets that are valid, one after the other.
    async fn verdicts(&self, behind: u32) -> Times {
        let handle = Handle::of_this_machine(&self.device.data, 0, false).expect("an enrolled scanner");
        let mut times = Vec::new();
        for n in behind + 1..=behind + SCANS {
            let scan = ScanRequest::of(self.venue.code(&format!("T{n:04}")));
            let begun = now();
            let outcome = handle.ask(move |engine| engine.scan(&scan)).await.expect("a verdict");
            times.push(begun.elapsed());
            assert_eq!(outcome.answer.verdict, Verdict::Ok, "a valid ticket is let in");
        }
        handle.close().await;
        times.sort_unstable();
        Times { p50: times[times.len() / 2], p99: times[times.len() * 99 / 100] }
    }
}

/// What verdicts took.
struct Times {
    p50: Duration,
    p99: Duration,
}

/// Step, time, size.
#[derive(Default)]
struct Table(String);

impl Table {
    fn row(&mut self, step: &str, took: Duration, size: &str) {
        writeln!(self.0, "{step:<26} {:>12.1} ms   {size}", ms(took)).expect("writing to a String");
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = now();
    (work(), begun.elapsed())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn ratio(long: Duration, short: Duration) -> f64 {
    long.as_secs_f64() / short.as_secs_f64().max(f64::EPSILON)
}

/// Bytes, for people.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn size(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
