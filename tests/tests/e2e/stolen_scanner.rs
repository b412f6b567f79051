//! A stolen scanner: what it logged after it was last trusted is kept apart, whenever it arrives and whatever it claims;
//! it may do nothing any more, and everybody else knows.

use std::sync::Arc;

use reqwest::Method;
use scanner::commands::Device as Handle;
use scanner::device::OsEntropy;
use scanner::engine::{ExchangeLimits, ScanRequest};
use scanner::net::{NetError, SyncError};
use serde_json::{Value, json};
use shared::api::{ExchangeRequest, problem};
use turnstone_tests::harness::{Device, lines_of_json};

use crate::clocks::Rebooted;
use crate::house::{House, NORTH, SOUTH, by_hand, status};

/// Three scanners know each other; the third let one guest in, which the server knows, and two it does not know of.
struct Theft {
    house: House,
    north: Device,
    stolen: Device,
    id: String,
}

impl Theft {
    async fn happens() -> Self {
        let house = House::open(12).await;
        let north = house.scanner("North 1", NORTH).await;
        let stolen = house.scanner("Stolen", SOUTH).await;
        north.ok(&["sync"]);
        passes(&stolen.scan(house.venue.code("T0001"), &["--offline"]));
        stolen.ok(&["sync"]);
        passes(&stolen.scan(house.venue.code("T0002"), &["--offline"]));
        passes(&stolen.scan(house.venue.code("T0003"), &["--offline"]));
        let id = house.seen("Stolen").await["id"].as_str().unwrap().to_owned();
        Self { house, north, stolen, id }
    }

    async fn revoked_by_the_office(&self) {
        let revoked = self.house.office.must(Method::DELETE, &format!("/scanners/{}", self.id), None).await;
        assert_eq!(revoked["state"], "revoked");
    }

    /// What the stolen scanner holds, brought by another one.
    async fn entries_arrive_by_others(&self, stolen: &Handle) {
        let mut link = stolen.link().await.unwrap();
        let limits = ExchangeLimits { accept: 0, ..ExchangeLimits::default() };
        let own: ExchangeRequest = link.desk().ask(move |engine| engine.exchange_request(limits)).await.unwrap();
        let carrier = by_hand(&self.north);
        link = carrier.link().await.unwrap();
        let request = link.desk().ask(move |engine| engine.exchange_request(limits)).await.unwrap();
        let response = link.exchange(ExchangeRequest { batches: own.batches, ..request }).await.unwrap();
        assert!(response.problems.is_empty(), "{:?}", response.problems);
        carrier.close().await;
    }

    async fn range(&self) -> (i64, i64, i64) {
        let total = self.house.occupancy().await["total"].clone();
        let number = |name: &str| total[name].as_i64().unwrap();
        (number("counted"), number("low"), number("high"))
    }

    async fn quarantined(&self) -> Vec<Value> {
        let all = self.house.entries().await;
        all.into_iter().filter(|entry| entry["quarantined"] == "revoked").collect()
    }
}

fn passes(shown: &Value) {
    assert_eq!(shown["passes"], true, "{shown}");
}

/// The scanner was told that it is revoked, with the exit code for refused data.
fn is_told(device: &Device, args: &[&str]) {
    let output = device.run(args);
    assert_eq!(output.status.code(), Some(4), "{args:?}: {}", turnstone_tests::harness::text(&output));
    let said = lines_of_json(&String::from_utf8_lossy(&output.stdout)).pop().expect("a line says why");
    assert_eq!((&said["kind"], &said["code"]), (&json!("error"), &json!(problem::SCANNER_REVOKED)), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_above_the_cut_are_kept_apart_also_when_they_come_later_and_claim_earlier_times() {
    let theft = Theft::happens().await;
    theft.revoked_by_the_office().await;
    assert_eq!(theft.range().await, (1, 1, 1), "what was witnessed before stays trusted");

    // The thief sets the clock back and goes on after a restart, as if it had been long ago.
    let clock = Arc::new(Rebooted::with_clock_off_by(-3_000_000, 9));
    let thief = Handle::open(&theft.stolen.data, clock, Arc::new(OsEntropy), false).unwrap();
    let scan = ScanRequest::of(theft.house.venue.code("T0004"));
    let outcome = thief.ask(move |engine| engine.scan(&scan)).await.unwrap();
    assert!(outcome.answer.verdict.passes().is_some());
    theft.entries_arrive_by_others(&thief).await;
    thief.close().await;

    let apart = theft.quarantined().await;
    let moved: Vec<&Value> = apart.iter().filter(|entry| entry["kind"] == "entry").collect();
    assert_eq!(moved.len(), 3, "T0002, T0003 and T0004: {apart:?}");
    assert!(moved.iter().all(|entry| entry["label"] == "quarantined"));
    assert_eq!(theft.range().await, (1, 1, 4), "they are in the range only");
    let total = theft.house.occupancy().await["total"].clone();
    assert_eq!(total["exact"], false);
    let causes = total["causes"].as_array().unwrap();
    assert!(causes.iter().any(|cause| cause["cause"] == "quarantined" && cause["bodies"]["in"] == 3), "{total}");
    theft.house.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_scanner_neither_signs_in_nor_downloads_nor_enrols_again() {
    let theft = Theft::happens().await;
    // Signed in while it was still trusted.
    let thief = by_hand(&theft.stolen);
    let link = thief.link().await.unwrap();
    link.sign_in().await.unwrap();
    let unused = theft.house.invite("Spare", SOUTH, "scan").await;
    theft.revoked_by_the_office().await;

    let event = theft.house.venue.event.parse().unwrap();
    let asked = link.desk().ask(move |engine| engine.manifest_request(event)).await.unwrap();
    refused(&link.manifest(asked).await.unwrap_err());
    let limits = ExchangeLimits::default();
    let asked = link.desk().ask(move |engine| engine.exchange_request(limits)).await.unwrap();
    refused(&link.exchange(asked).await.unwrap_err());
    let asked = link.desk().ask(|engine| engine.heartbeat_request(None)).await.unwrap();
    refused(&link.heartbeat(asked.request).await.unwrap_err());
    thief.close().await;

    is_told(&theft.stolen, &["sync"]);
    let output = theft.stolen.run(&["doctor"]);
    assert_eq!(output.status.code(), Some(4), "not ready for doors");
    let doctor = lines_of_json(&String::from_utf8_lossy(&output.stdout));
    let server = doctor.iter().find(|check| check["check"] == "server").expect("doctor asks the server");
    assert_eq!(server["state"], "fail", "{server}");
    assert_eq!(doctor.last().unwrap()["state"], "fail");

    // An invitation that was never used goes with the scanner it was for.
    let spare = theft.house.seen("Spare").await["id"].as_str().unwrap().to_owned();
    theft.house.office.must(Method::DELETE, &format!("/scanners/{spare}"), None).await;
    let device = Device::new(&theft.house.venue.parts, theft.house.path("spare"));
    let output = device.run(&["enrol", &unused]);
    assert_eq!(output.status.code(), Some(4), "{}", turnstone_tests::harness::text(&output));
}

fn refused(error: &SyncError) {
    assert!(matches!(error, SyncError::Net(NetError::Refused(why)) if why.code == problem::SCANNER_REVOKED), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_scanners_learn_of_the_revocation_with_the_next_list() {
    let theft = Theft::happens().await;
    // The office hears of all of it before it revokes, but trusts only the first guest.
    theft.stolen.ok(&["sync"]);
    theft.north.ok(&["sync"]);
    let dark = theft.north.scan(theft.house.venue.code("T0002"), &["--offline"]);
    assert_eq!(dark["verdict"], "already_inside", "so far the other scanner is believed");
    theft.revoked_by_the_office().await;
    let (feed, first) = first_admission(&theft).await;
    move_cut(&theft, &feed, first).await;
    theft.house.publish().await;
    theft.north.ok(&["sync"]);

    let log = theft.north.ok(&["log", "--limit", "100"]);
    let of_stolen: Vec<&Value> = log.iter().filter(|line| line["scanner"] == "Stolen" && line["bodies"] == 1).collect();
    let kept_apart = of_stolen.iter().filter(|line| line["quarantined"] == true).count();
    assert_eq!((of_stolen.len(), kept_apart), (3, 2), "{of_stolen:?}");
    // The holder of the ticket is let in; the retry window is for the same answer only.
    let shown = theft.north.scan(theft.house.venue.code("T0003"), &["--offline"]);
    assert_eq!(shown["verdict"], "ok", "what a thief logged locks nobody out: {shown}");
    assert_eq!(theft.north.scan(theft.house.venue.code("T0001"), &["--offline"])["verdict"], "already_inside");

    // The stolen one hears of it with proof; then nothing is advised that connecting would have to do.
    is_told(&theft.stolen, &["sync"]);
    let doctor = theft.stolen.run(&["doctor"]);
    let doctor = lines_of_json(&String::from_utf8_lossy(&doctor.stdout));
    let trusted = doctor.iter().find(|check| check["check"] == "not revoked").expect("doctor looks at that");
    assert_eq!(trusted["state"], "fail", "{trusted}");
    let vain = doctor.iter().find(|check| check["do"].as_str().is_some_and(|advice| advice.contains("scanner sync")));
    assert_eq!(vain, None);
    assert_eq!(status(&theft.north)["enrolled"]["revoked_at"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_moves_the_cut_and_the_entries_count() {
    let theft = Theft::happens().await;
    theft.revoked_by_the_office().await;
    let thief = by_hand(&theft.stolen);
    theft.entries_arrive_by_others(&thief).await;
    thief.close().await;
    assert_eq!(theft.range().await, (1, 1, 3));
    let digest = theft.house.digest().await;

    let (feed, first) = first_admission(&theft).await;
    let last = theft.quarantined().await.iter().filter_map(|entry| entry["seq"].as_u64()).max().unwrap();
    move_cut(&theft, &feed, last).await;
    assert_eq!(theft.range().await, (3, 3, 3), "it was recovered: all its guests count");
    theft.house.verify();
    move_cut(&theft, &feed, first).await;
    assert_eq!(theft.range().await, (1, 1, 3));
    assert_eq!(theft.house.digest().await, digest, "back where it was");
    move_cut(&theft, &feed, 0).await;
    assert_eq!(theft.range().await, (0, 0, 3), "nothing of it is trusted");
    theft.house.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_revokes_as_the_office_does() {
    let theft = Theft::happens().await;
    theft.house.venue.parts.server_ok(&theft.house.venue.data, &["scanner", "revoke", "Stolen"]);
    assert_eq!(theft.house.seen("Stolen").await["state"], "revoked");
    is_told(&theft.stolen, &["sync"]);
    let thief = by_hand(&theft.stolen);
    theft.entries_arrive_by_others(&thief).await;
    thief.close().await;
    assert_eq!(theft.range().await, (1, 1, 3));
    theft.house.verify();
}

/// Feed and place of T0001's entry.
async fn first_admission(theft: &Theft) -> (String, u64) {
    let entries = theft.house.entries().await;
    let first = entries.iter().find(|entry| entry["kind"] == "entry").expect("an admission");
    (first["feed"].as_str().unwrap().to_owned(), first["seq"].as_u64().unwrap())
}

async fn move_cut(theft: &Theft, feed: &str, seq: u64) {
    let body = json!({ "cut": [{ "feed": feed, "seq": seq }] });
    theft.house.office.must(Method::PATCH, &format!("/scanners/{}", theft.id), Some(&body)).await;
}
