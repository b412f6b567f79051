//! Bad networks between real scanner and real server processes.

use std::fmt::Write as _;
use std::time::Duration;

use shared::api::Invitation;
use turnstone_tests::harness::dice::Dice;
use turnstone_tests::harness::house::{House, NORTH, SOUTH};
use turnstone_tests::harness::{Cable, Device, ServerProcess};

use super::line::Wire;
use super::{Agreed, Gate, Line, Plan, agree};
use crate::Options;
use crate::report::Report;

const TICKETS: u32 = 60;
const DOORS: [(&str, &str); 4] = [("North 1", NORTH), ("North 2", NORTH), ("South 1", SOUTH), ("South 2", SOUTH)];
/// How long the weather is bad (s), in the short form and else.
const SHORT_S: u64 = 5;
const LONG_S: u64 = 60;

/// Both forms: packets between namespaces, and TCP through relays. The short form has the first, or else the second.
pub(crate) async fn run(options: &Options, mut dice: Dice, report: &mut Report) {
    report.part("I6, I7: packets lost, late, twice, out of order, or cut off, between network namespaces");
    match wires() {
        Ok(wires) => {
            let lines = wires.into_iter().map(Line::Wire).collect();
            evening(options, lines, dice.another(), report).await;
            if options.short {
                return;
            }
        }
        Err(why) => report.skip("network namespaces", why),
    }
    report.part("I6, I7: TCP late, hanging, broken off, one-way, through relays");
    let mut lines = Vec::new();
    for _ in DOORS {
        lines.push(Line::Cable(Cable::new().await));
    }
    evening(options, lines, dice, report).await;
}

fn wires() -> Result<Vec<Wire>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    (1_u32..).zip(DOORS).map(|(n, _)| Wire::lay(n, folder.path())).collect()
}

async fn evening(options: &Options, lines: Vec<Line>, mut dice: Dice, report: &mut Report) {
    let mut house = House::open_with(TICKETS, &["--retry-window", "0"]).await;
    house.server.kill();
    let mut serve = house.venue.parts.command("sync-server", &house.venue.data);
    serve.args(["serve", "--listen", "0.0.0.0:0"]);
    house.server = ServerProcess::of(serve);
    house.moved();
    let mut gates = Vec::new();
    for ((name, gate), line) in DOORS.into_iter().zip(lines) {
        let device = enrolled(&house, name, gate, &line).await;
        gates.push(Gate::open(device, line, &mut dice));
    }
    let length = Duration::from_secs(if options.short { SHORT_S } else { LONG_S });
    let plan = Plan { length, pace_ms: 150, weather_ms: 5_000, kills: 0, clock_ms: 0 };
    let codes = house.codes();
    let busy: Vec<_> = gates
        .into_iter()
        .map(|gate| {
            let (codes, dice) = (codes.clone(), dice.another());
            tokio::task::spawn_blocking(move || gate.evening(&codes, dice, plan))
        })
        .collect();
    let mut gates = Vec::new();
    for gate in busy {
        gates.push(gate.await.expect("a door works on whatever the network does"));
    }
    let weathers: u32 = gates.iter().map(|gate| gate.weathers).sum();
    let scans: usize = gates.iter().map(Gate::scans).sum();
    let Agreed { entries, inside, took, waited, .. } = agree(&house, &mut gates).await;
    let mut figures = format!(
        "  doors {}, weathers {weathers}, scans {scans}; a guest waited: {waited}\n  entries {entries} the same on the \
         server and all scanners, inside {inside} as walked in; agreed {:.1} s after the network was quiet",
        gates.len(),
        took.as_secs_f64()
    );
    for gate in gates {
        if let Line::Wire(wire) = gate.line {
            let by = wire.by.clone();
            write!(figures, "\n  packets ({by}) {}", wire.end()).expect("writing to a String");
        }
    }
    report.found(figures);
}

/// A scanner that reaches the server on its line, and has the ticket list.
async fn enrolled(house: &House, name: &str, gate: &str, line: &Line) -> Device {
    let invitation = house.invite(name, gate, "scan").await;
    let mut invitation = Invitation::read(&invitation).expect("the server's own invitation");
    invitation.server = match line {
        Line::Wire(wire) => format!("http://{}:{}", wire.host, house.server.addr.port()),
        Line::Cable(cable) => {
            cable.plug(([127, 0, 0, 1], house.server.addr.port()).into());
            cable.url()
        }
    };
    let device = Device::new(&house.venue.parts, house.path(&name.replace(' ', "-").to_lowercase()));
    house.publish().await;
    for verb in [["enrol", &invitation.to_code()].as_slice(), &["sync"]] {
        let output = line.behind(device.command(verb)).output().expect("the scanner program starts");
        assert!(output.status.success(), "{}", turnstone_tests::harness::text(&output));
    }
    device
}
