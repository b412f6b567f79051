//! A long evening: twenty scanners, one server, bad networks, kills and clocks that jump, all at once.

use std::time::{Duration, Instant};

use shared::api::Invitation;
use turnstone_tests::harness::dice::Dice;
use turnstone_tests::harness::house::{House, NORTH, SOUTH};
use turnstone_tests::harness::{Cable, Device, ServerProcess};
use turnstone_tests::torture::evidence;

use super::{Agreed, Gate, Line, Plan, agree, memory};
use crate::Options;
use crate::report::Report;

const SCANNERS: usize = 20;
const TICKETS: u32 = 400;
/// Of the evening's first third, at most so many kills of the server. The rest shows whether its memory grows.
const SERVER_KILLS: u32 = 10;
/// Furthest jump of a device's clock: hours, as of a device that lost its battery or its time zone (ms).
const CLOCK_MS: u64 = 3 * 3_600_000;

/// Runs it.
pub(crate) async fn run(options: &Options, mut dice: Dice, report: &mut Report) {
    report.part(&format!("I1 to I7: a long evening of {} minutes, {SCANNERS} scanners", options.minutes));
    let mut house = House::open_with(TICKETS, &["--retry-window", "0"]).await;
    let gates = doors(&mut house, &mut dice).await;
    let length = Duration::from_secs(60 * options.minutes);
    let plan = Plan { length, pace_ms: 1_500, weather_ms: 10_000, kills: 10, clock_ms: CLOCK_MS };
    let codes = house.codes();
    let busy: Vec<_> = gates
        .into_iter()
        .map(|gate| {
            let (codes, dice) = (codes.clone(), dice.another());
            tokio::task::spawn_blocking(move || gate.evening(&codes, dice, plan))
        })
        .collect();
    let began = Instant::now();
    let longest = 1 + 2_000 * length.as_secs() / 3 / u64::from(SERVER_KILLS);
    let mut server_kills = 0;
    while began.elapsed() < length / 3 {
        tokio::time::sleep(Duration::from_millis(dice.below(longest))).await;
        house.server.kill();
        server_kills += 1;
        again(&mut house);
    }
    let database = house.venue.data.join(sync_server::store::sqlite::FILE_NAME);
    let memory = memory::watch(house.server.id(), &database, length.saturating_sub(began.elapsed())).await;
    let mut gates = Vec::new();
    for gate in busy {
        gates.push(gate.await.expect("a door works on whatever happens"));
    }
    let (kills, weathers) = gates.iter().fold((0, 0), |sum, gate| (sum.0 + gate.kills, sum.1 + gate.weathers));
    let scans: usize = gates.iter().map(Gate::scans).sum();
    let Agreed { entries, inside, unshown, took, waited } = agree(&house, &mut gates).await;
    let memory = memory.end(memory::resident_kib(house.server.id()));
    report.found(format!(
        "  scans {scans}, kills of scanners {kills} (with jumps of the clock), of the server {server_kills}, weathers \
         {weathers}\n  a guest waited: {waited}; recorded, answer not yet shown: {unshown}\n  entries {entries} the same on \
         the server and all scanners, inside {inside} as walked in; agreed {:.1} s after the network was quiet\n  {memory}\n  \
         files: server {} KiB, largest scanner {} KiB",
        took.as_secs_f64(),
        evidence::size(&database) / 1024,
        gates.iter().map(|gate| size(&gate.device)).max().unwrap_or(0) / 1024,
    ));
}

/// Twenty scanners that have the ticket list, each on a cable of its own; the server keeps its port over its restarts.
async fn doors(house: &mut House, dice: &mut Dice) -> Vec<Gate> {
    let mut devices = Vec::new();
    for n in 1..=SCANNERS {
        let cable = Cable::new().await;
        cable.plug(house.server.addr);
        let gate = if n % 2 == 0 { NORTH } else { SOUTH };
        let text = house.invite(&format!("Door {n}"), gate, "scan").await;
        let mut invitation = Invitation::read(&text).expect("the server's own invitation");
        invitation.server = cable.url();
        let device = Device::new(&house.venue.parts, house.path(&format!("door-{n}")));
        device.ok(&["enrol", &invitation.to_code()]);
        devices.push((device, cable));
    }
    house.publish().await;
    let sync = |(device, cable): (Device, Cable)| {
        device.ok(&["sync"]);
        Gate::open(device, Line::Cable(cable), dice)
    };
    devices.into_iter().map(sync).collect()
}

/// The server starts again where it was.
fn again(house: &mut House) {
    let listen = house.server.addr.to_string();
    let mut serve = house.venue.parts.command("sync-server", &house.venue.data);
    serve.args(["serve", "--listen", &listen]);
    house.server = ServerProcess::of(serve);
}

fn size(device: &Device) -> u64 {
    evidence::size(&device.data.join(scanner::commands::DATABASE))
}
