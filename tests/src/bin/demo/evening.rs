//! What happens at the doors.

use serde_json::Value;
use turnstone_tests::harness::{Device, forge, write_code};

use crate::ledger::Ledger;
use crate::stage::Stage;

/// Who stands where, for the lines that are printed.
fn scan(
    ledger: &mut Ledger,
    device: &Device,
    name: &str,
    ticket: &str,
    expected: &str,
    stage: &Stage,
    options: &[&str],
) {
    let picture = stage.picture(ticket);
    let answer = device.scan_picture(&picture, options);
    ledger.expect(&format!("{name}: {ticket}"), expected, verdict(&answer));
}

/// The verdict's stable name in a line of `scan --json`.
fn verdict(answer: &Value) -> String {
    answer["verdict"].as_str().unwrap_or("no verdict").to_owned()
}

/// With network: entries, a second try at the other gate, exits and re-entries, damaged and foreign codes.
pub(crate) async fn doors_open(stage: &Stage, ledger: &mut Ledger) {
    Ledger::scene("20:00 — doors open, network up; every scan is a picture");
    let (north, south) = (&stage.north, &stage.south);
    for n in 1..=5 {
        scan(ledger, north, "North", &format!("T{n:04}"), "ok", stage, &[]);
    }
    scan(ledger, south, "South", "T0001", "already_inside", stage, &[]);
    scan(ledger, north, "North", "T0002", "ok_exit", stage, &["--direction", "exit"]);
    scan(ledger, south, "South", "T0002", "ok_reentry", stage, &[]);

    let forged = stage.folder.join("forged.png");
    write_code(&forge(&stage.code("T0100")), &forged);
    ledger.expect("South: a forged ticket", "forged", verdict(&south.scan_picture(&forged, &[])));
    let foreign = stage.folder.join("foreign.png");
    write_code("TICKET:12:ABCD:7", &foreign);
    ledger.expect("South: another vendor's code", "invalid", verdict(&south.scan_picture(&foreign, &[])));
    let other = stage.folder.join("other-event.png");
    write_code(&stage.other_event_code, &other);
    ledger.expect("South: a ticket of next week", "wrong_event", verdict(&south.scan_picture(&other, &[])));

    Ledger::note("The office reissues ticket T0020; the scanners take the new list.");
    stage.reissue("T0020").await;
    for device in stage.devices() {
        device.ok(&["sync"]);
    }
    scan(ledger, north, "North", "T0020", "revoked", stage, &[]);
    let reissued = stage.picture_of_reissued("T0020");
    ledger.expect("North: T0020, the new code", "ok", verdict(&north.scan_picture(&reissued, &[])));
}

/// Without network: both gates decide alone.
pub(crate) fn network_gone(stage: &Stage, ledger: &mut Ledger) {
    Ledger::scene("21:00 — the network is gone; both gates decide alone");
    stage.cable.cut();
    let (north, south) = (&stage.north, &stage.south);
    scan(ledger, north, "North (dark)", "T0030", "ok", stage, &[]);
    scan(ledger, south, "South (dark)", "T0030", "ok", stage, &[]);
    Ledger::note("T0030 was copied: both dark gates let somebody in with it.");
    let again = north.scan_picture(&stage.picture("T0030"), &[]);
    ledger.expect(
        "North (dark): T0030 held up a moment longer is the same scan, not a second one",
        true,
        &again["repeat"],
    );
    scan(ledger, north, "North (dark)", "T0031", "ok", stage, &[]);
    scan(ledger, north, "North (dark)", "T0031", "ok_exit", stage, &["--direction", "exit"]);
    scan(ledger, north, "North (dark)", "T0031", "ok_reentry", stage, &[]);
    scan(ledger, south, "South (dark)", "T0003", "ok_exit", stage, &["--direction", "exit"]);
    scan(ledger, south, "South (dark)", "T0020", "revoked", stage, &[]);
    let counted = stage.chief.ok(&["count", "+2", "--why", "two musicians"]);
    ledger.expect(
        "Supervisor (dark): counts two musicians in",
        2,
        counted.last().map_or(&Value::Null, |l| &l["bodies"]),
    );
    let pending = stage.north.ok(&["status"]).pop().unwrap_or_default();
    ledger.expect("North: entries that wait for the network", 4, &pending["pending"]["entries"]);
}

/// The network returns: first the heartbeats, then the entries.
pub(crate) async fn network_back(stage: &mut Stage, ledger: &mut Ledger) {
    Ledger::scene("22:00 — the network is back");
    stage.cable.plug(stage.server.addr);
    stage.heartbeat_only(&stage.north).await;
    let before = stage.occupancy().await;
    Ledger::note(format!(
        "North has said hello, its entries are still on the way: the promoter sees {}",
        Stage::shown(&before)
    ));
    ledger.expect("the occupancy is a range", true, before["total"]["low"] != before["total"]["high"]);
    ledger.expect("and says that it is not exact", false, &before["total"]["exact"]);
    for device in stage.devices() {
        device.ok(&["sync"]);
    }
    // Once more: what North sent after South's round reaches South, and sending twice changes nothing.
    for device in stage.devices() {
        device.ok(&["sync"]);
    }
    let after = stage.occupancy().await;
    Ledger::note(format!("All entries have arrived: {}", Stage::shown(&after)));
    ledger.expect("the occupancy is exact", true, &after["total"]["exact"]);
}
