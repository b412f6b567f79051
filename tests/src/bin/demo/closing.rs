//! What each party sees at the end of the evening.

use crate::ledger::Ledger;
use crate::stage::Stage;

/// People who walked in during the evening and did not walk out: T0001–T0005 without T0003, T0020, T0030 twice, T0031, two
/// musicians. T0002 and T0031 went out and came back.
const INSIDE: i64 = 4 + 1 + 2 + 1 + 2;

/// Compares every party's view with what really happened.
pub(crate) async fn report(stage: &Stage, ledger: &mut Ledger) {
    Ledger::scene("The promoter sees");
    let occupancy = stage.occupancy().await;
    ledger.expect("people inside", INSIDE, &occupancy["total"]["counted"]);
    let conflicts = stage.conflicts().await;
    ledger.expect("tickets inside", 7, &occupancy["tickets_inside"]);
    ledger.expect("duplicates", 1, &occupancy["duplicates"]);
    ledger.expect("conflicts", 1, conflicts.len());
    for conflict in &conflicts {
        Ledger::note(conflict["text"].as_str().unwrap_or("(not told)"));
        ledger.expect("it looks like", "copy", conflict["looks_like"].as_str().unwrap_or("?"));
        let story = &conflict["story"];
        let dark = [&story["first"], &story["second"]].iter().filter(|side| side["dark"] == true).count();
        ledger.expect("gates that were dark", 2, dark);
    }

    Ledger::scene("The doors see");
    for (name, device) in stage.named_devices() {
        let status = device.ok(&["status"]).pop().unwrap_or_default();
        ledger.expect(&format!("{name}: entries that wait"), 0, &status["pending"]["entries"]);
    }
    let late = stage.south.scan_picture(&stage.picture("T0031"), &[]);
    ledger.expect(
        "South: T0031, let in at North while dark",
        "already_inside",
        late["verdict"].as_str().unwrap_or("?"),
    );

    Ledger::scene("The auditor sees");
    let verified = stage.verify();
    ledger.expect("a rebuild from the entries gives the same digest", true, verified);
    stage.south.ok(&["sync"]);
    let digest = stage.digest().await;
    for device in stage.devices() {
        device.ok(&["sync"]);
    }
    ledger.expect("sending everything again changes nothing", &digest, stage.digest().await);
    Ledger::note(format!("state digest {digest}"));
}
