//! Connected gates ask the server before they let anybody in; a server that does not answer holds up nobody
//! (PROTOCOL.md section 8).

use std::process::Stdio;
use std::time::Duration;

use scanner::commands::{self, Device as Handle};
use scanner::engine::ScanRequest;
use scanner::net::{Confirmer, Decided, Link};
use serde_json::Value;
use shared::api::{CONFIRM_DEADLINE_MS, ConfirmRequest, HOLD_MS, ReleaseRequest};
use shared::entry::{Basis, Direction};
use shared::verdict::Verdict;
use turnstone_tests::harness::{Device, lines_of_json};

use crate::clocks::stopwatch;
use crate::house::{House, NORTH, PATIENCE, SOUTH, by_hand};

/// Tickets shown at both gates at once.
const PAIRS: u32 = 40;
/// What a scan may take beside the deadline on a machine that does much else (ms).
const SLACK_MS: u64 = 2_000;

/// A connected scanner within this process.
struct Gate {
    handle: Handle,
    link: Link,
    confirmer: Confirmer,
}

impl Gate {
    async fn of(device: &Device) -> Self {
        let handle = by_hand(device);
        let link = handle.link().await.unwrap();
        let confirmer = handle.confirmer(false).await.unwrap();
        Self { handle, link, confirmer }
    }

    /// Until the server answered in time: on a busy machine a slow answer makes a scanner stop asking.
    async fn connected(&self) {
        let began = stopwatch();
        while !self.handle.contact().is_recent() {
            assert!(stopwatch() - began < 30_000, "the server never answers in time");
            commands::sync::round(&self.handle, &self.link, &|_| {}).await.unwrap();
        }
    }

    async fn scan(&self, code: &str) -> Decided {
        self.confirmer.scan(ScanRequest::of(code)).await.unwrap()
    }

    /// What a scanner at this gate asks for a ticket.
    async fn question(&self, code: &str) -> ConfirmRequest {
        let scan = ScanRequest::of(code);
        let request = self.handle.ask(move |engine| engine.needs_confirmation(&scan)).await.unwrap();
        request.expect("a valid ticket is asked about")
    }

    /// Asks, and tells whether the ticket is reserved for this gate now.
    async fn claim(&self, code: &str) -> bool {
        let request = self.question(code).await;
        let response = self.link.confirm(request.clone()).await.unwrap();
        let word = self.handle.ask(move |engine| engine.verify_confirmation(&request, &response)).await.unwrap();
        word.granted()
    }

    async fn release(&self, code: &str) -> bool {
        let request = self.question(code).await;
        let release = ReleaseRequest { event: request.event, ticket: request.ticket };
        self.link.release(release).await.unwrap().released
    }
}

async fn two_gates(tickets: u32) -> (House, [Device; 2], [Gate; 2]) {
    let house = House::open_with(tickets, &["--retry-window", "0"]).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    let gates = [Gate::of(&north).await, Gate::of(&south).await];
    (house, [north, south], gates)
}

fn passed(decided: &Decided) -> bool {
    decided.outcome.answer.verdict.passes().is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_connected_gates_never_admit_one_ticket_twice() {
    let (house, devices, [north, south]) = two_gates(PAIRS).await;
    let mut confirmed = 0;
    for code in house.codes() {
        north.connected().await;
        south.connected().await;
        let (one, other) = tokio::join!(north.scan(&code), south.scan(&code));
        let both_heard = one.outcome.basis == Basis::Server && other.outcome.basis == Basis::Server;
        if both_heard {
            confirmed += 1;
            assert_eq!(u8::from(passed(&one)) + u8::from(passed(&other)), 1, "{one:?}\n{other:?}");
        } else {
            assert!(passed(&one) || passed(&other), "whoever decides alone lets in: {one:?}\n{other:?}");
        }
    }
    assert!(confirmed >= PAIRS / 4, "the server was asked in time for {confirmed} of {PAIRS} tickets only");
    for device in &devices {
        device.ok(&["sync"]);
    }
    // Whatever was decided alone is found out.
    let inside = house.exactly_inside().await;
    let conflicts = i64::try_from(house.conflicts().await.len()).unwrap();
    assert_eq!(inside, i64::from(PAIRS) + conflicts);
    assert!(conflicts <= i64::from(PAIRS - confirmed));
    house.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_connected_programs_never_admit_one_ticket_twice() {
    let (house, devices, gates) = two_gates(8).await;
    let mut confirmed = 0;
    for code in house.codes() {
        for gate in &gates {
            gate.connected().await;
        }
        let started = devices.each_ref().map(|device| {
            device.command(&["scan", "--", &code]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
        });
        let answers: Vec<Value> = started
            .into_iter()
            .map(|child| {
                let output = child.wait_with_output().unwrap();
                lines_of_json(&String::from_utf8_lossy(&output.stdout)).pop().expect("an answer")
            })
            .collect();
        let let_in = answers.iter().filter(|answer| answer["passes"] == true).count();
        if answers.iter().all(|answer| answer["basis"] == "server") {
            confirmed += 1;
            assert_eq!(let_in, 1, "{answers:?}");
        }
        assert!(let_in >= 1, "{answers:?}");
    }
    assert!(confirmed >= 1, "the server was never asked in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reserved_ticket_waits_for_its_gate_until_it_is_released_or_let_in() {
    let (house, devices, [north, south]) = two_gates(4).await;
    let (code, other) = (house.venue.code("T0001"), house.venue.code("T0002"));
    assert!(north.claim(code).await);
    assert!(north.claim(code).await, "asking again is no second guest");
    assert!(!south.claim(code).await);
    south.connected().await;
    let refused = south.scan(code).await;
    if refused.outcome.basis == Basis::Server {
        assert_eq!(refused.outcome.answer.verdict, Verdict::AlreadyInside);
        assert_eq!(refused.outcome.held_at.map(|gate| gate.name), Some(NORTH.to_owned()));
    }
    assert!(!south.release(other).await, "what nobody holds cannot be given free");
    assert!(north.release(code).await);
    assert!(south.claim(code).await);

    // The entry that arrives ends the hold, and says more than it: the guest is inside.
    let scan = ScanRequest { direction: Some(Direction::Entry), ..ScanRequest::of(code) };
    let outcome = south.handle.ask(move |engine| engine.scan(&scan)).await.unwrap();
    assert!(outcome.answer.verdict.passes().is_some());
    devices[1].ok(&["sync"]);
    north.connected().await;
    let late = north.scan(code).await;
    if late.outcome.basis == Basis::Server {
        assert_eq!(late.outcome.answer.verdict, Verdict::AlreadyInside);
        assert_eq!(late.outcome.before.map(|before| before.gate.name), Some(SOUTH.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_guest_does_not_keep_the_ticket_reserved() {
    let (house, _devices, [north, south]) = two_gates(4).await;
    let code = house.venue.code("T0001");
    north.connected().await;
    // One ticket for one person, and three stand there.
    let asked = ScanRequest { people: Some(3), ..ScanRequest::of(code) };
    let refused = north.confirmer.scan(asked).await.unwrap();
    assert_eq!(refused.outcome.answer.verdict, Verdict::Rules);
    let began = stopwatch();
    while !south.claim(code).await {
        let waited = stopwatch() - began;
        assert!(waited < HOLD_MS.unsigned_abs() / 2, "the release never came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_ends_after_half_a_minute_when_its_scanner_is_never_heard_of_again() {
    let (house, _devices, [north, south]) = two_gates(4).await;
    let code = house.venue.code("T0001");
    let began = stopwatch();
    assert!(north.claim(code).await);
    let held = u64::try_from(HOLD_MS).unwrap();
    while !south.claim(code).await {
        assert!(stopwatch() - began < held + 15_000, "the hold never ends");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert!(stopwatch() - began >= held, "it was reserved for half a minute");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_holds_up_one_guest_for_300_ms_and_the_next_not_at_all() {
    let (house, devices, [north, _south]) = two_gates(4).await;
    north.connected().await;
    house.cable.stall();
    let began = stopwatch();
    let first = north.scan(house.venue.code("T0001")).await;
    let took = stopwatch() - began;
    assert!(first.server_missed && passed(&first), "{first:?}");
    assert_eq!(first.outcome.basis, Basis::Local);
    assert!((CONFIRM_DEADLINE_MS - 50..CONFIRM_DEADLINE_MS + SLACK_MS).contains(&took), "it took {took} ms");
    let next = north.scan(house.venue.code("T0002")).await;
    assert!(!next.server_missed && passed(&next), "nobody is asked any more: {next:?}");
    assert_eq!(next.outcome.basis, Basis::Local);

    // The program itself, too.
    let shown = devices[0].scan(house.venue.code("T0003"), &[]);
    assert_eq!((&shown["verdict"], &shown["basis"]), (&"ok".into(), &"local".into()));
    // Once the network is back it is asked again, with nobody's help.
    house.cable.plug(house.server.addr);
    let back = tokio::time::timeout(PATIENCE, async {
        while !north.handle.contact().is_recent() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    back.await.expect("the scanner notices that the server answers again");
}
