//! Disks that fail in the middle of a run: under the scanner, then under the server.

mod fault;
mod scanner_side;
mod server_side;

use std::time::Duration;

use serde_json::Value;
use turnstone_tests::harness::Device;
use turnstone_tests::harness::dice::Dice;
use turnstone_tests::torture::evidence;

use crate::Options;
use crate::report::Report;
pub(crate) use fault::behind;
use fault::{Fault, Kind};

/// Longest wait until everything has gone up once a disk works again: the product's longest pause between tries is 30 s.
const BACK_WITHIN: Duration = Duration::from_secs(60);

/// The kinds of the short form: one that a machine without root can do, and one real disk.
const SHORT: [Kind; 2] = [Kind::Full, Kind::WritesFail];

/// Every kind of failure on both sides.
pub(crate) async fn run(options: &Options, mut dice: Dice, report: &mut Report) {
    let kinds: &[Kind] = if options.short { &SHORT } else { &Kind::ALL };
    for &kind in kinds {
        report.part(&format!("under the scanner: {}", kind.name()));
        scanner_side::run(kind, &mut dice, report).await;
        report.part(&format!("under the server: {}", kind.name()));
        server_side::run(kind, &mut dice, report).await;
    }
}

/// The disk, or why this machine has none such.
fn prepare(kind: Kind, below: &std::path::Path, report: &mut Report) -> Option<Fault> {
    std::fs::create_dir_all(below).expect("the folder can be made");
    Fault::prepare(kind, below).map_err(|why| report.skip(kind.name(), why)).ok()
}

/// An error that a person at a door understands: it names the disk, or what cannot be written, and says no verdict.
#[track_caller]
fn is_clear(error: &Value) {
    let message = error["message"].as_str().unwrap_or_default();
    assert!(error["kind"] == "error" && (error["code"] == "database" || error["code"] == "data_folder"), "{error}");
    assert!(["disk", "cannot be written", "for writing"].iter().any(|words| message.contains(words)), "{error}");
    assert!(error["verdict"].is_null() && error["passes"].is_null(), "an error is no verdict: {error}");
}

/// Entries the server has not acknowledged yet, as the scanner's own database has it.
fn waiting(device: &Device) -> u64 {
    let held = evidence::own_chain(device).len() as u64;
    held - evidence::acknowledged(device).map_or(0, |(_, seq)| seq)
}

/// Waits until nothing waits any more, and says how long that took.
async fn all_sent(devices: &[&Device]) -> Duration {
    let began = std::time::Instant::now();
    while devices.iter().any(|device| waiting(device) > 0) {
        let left: Vec<u64> = devices.iter().map(|device| waiting(device)).collect();
        assert!(began.elapsed() < BACK_WITHIN, "it does not go on by itself: {left:?} entries wait");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    began.elapsed()
}
