//! A server whose disk fails: doors go on, nothing is acknowledged that is not kept, people are told, and it goes on by
//! itself.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;
use turnstone_tests::harness::dice::Dice;
use turnstone_tests::harness::house::{House, NORTH, PATIENCE, SOUTH, texts};
use turnstone_tests::harness::{Device, Door, ServerProcess, Watching, client, path};
use turnstone_tests::torture::{Times, evidence};

use super::{Fault, Kind, all_sent, prepare, waiting};
use crate::report::Report;

const TICKETS: u32 = 60;
/// Guests at each door before the disk fails, while it does, and afterwards.
const GUESTS: usize = 20;
/// Most acts of the office until a full disk takes no more.
const MOST_ACTS: usize = 200;
/// Most rounds of guests until a full disk takes no more.
const MOST_ROUNDS: usize = 100;

/// A scanner's processes, on a good disk.
struct Gate {
    device: Device,
    door: Door,
    worker: Watching,
}

struct Stage {
    house: House,
    fault: Fault,
    gates: Vec<Gate>,
    dice: Dice,
    /// Entries of everything shown, and people inside.
    shown: BTreeSet<String>,
    inside: i64,
    waited: Times,
    /// Feeds of which something was acknowledged and was not kept, each time it was looked for.
    broken: usize,
    /// When the disk worked again.
    works_again: Instant,
}

pub(crate) async fn run(kind: Kind, dice: &mut Dice, report: &mut Report) {
    let mut house = House::open_with(TICKETS, &["--retry-window", "0"]).await;
    let Some(fault) = prepare(kind, &house.path("disk"), report) else { return };
    house.server.kill();
    let data = fault.folder.join("data");
    let copied = Command::new("cp").args(["-a", path(&house.venue.data), path(&data)]).status();
    assert!(copied.is_ok_and(|status| status.success()), "the data folder can be moved");
    house.venue.data = data;
    let (dice, shown, waited) = (dice.another(), BTreeSet::new(), Times::default());
    let (gates, works_again) = (Vec::new(), Instant::now());
    let mut stage = Stage { house, fault, gates, dice, shown, inside: 0, waited, broken: 0, works_again };
    stage.serve();
    for (name, gate) in [("North 1", NORTH), ("South 1", SOUTH)] {
        let device = stage.house.scanner(name, gate).await;
        let (door, worker) = (Door::open(&device, &[]), Watching::start(&device));
        worker.says("connected");
        stage.gates.push(Gate { device, door, worker });
    }
    stage.guests();
    stage.sent().await;
    let told = stage.fails().await;
    stage.guests();
    stage.end(&told, report).await;
}

impl Stage {
    fn serve(&mut self) {
        self.house.server = ServerProcess::of(self.fault.wrap(self.house.serve_command()));
        self.house.moved();
    }

    /// Guests at both doors, all of whom are judged, whatever the server does.
    fn guests(&mut self) {
        let codes = self.house.codes();
        for _ in 0..GUESTS {
            for gate in &mut self.gates {
                let code = self.dice.pick::<String>(&codes);
                let (said, took) = gate.door.ask(code, PATIENCE).expect("the door answers");
                assert!(said.is_verdict(), "the door goes on: {}", said.line);
                self.shown.insert(said.entry().expect("a verdict has its entry").to_owned());
                self.inside += said.people();
                self.waited.add(took);
            }
        }
    }

    async fn sent(&self) -> Duration {
        all_sent(&self.gates.iter().map(|gate| &gate.device).collect::<Vec<_>>()).await
    }

    /// The disk fails; returns what people were told.
    async fn fails(&mut self) -> String {
        if !self.fault.kind.is_live() {
            return self.fails_at_start();
        }
        let process = [self.house.server.id()];
        self.fault.begin(&process);
        self.guests();
        let mut told = self.workers_say_so();
        told.push_str(&self.office_is_told().await);
        // Sometimes the machine is switched off just then.
        let killed = self.fault.kind.needs_restart() || self.dice.percent(50);
        if killed {
            self.house.server.kill();
            self.guests();
        }
        self.fault.end(if killed { &[] } else { &process });
        self.works_again = Instant::now();
        self.broken += self.promises_broken();
        if killed {
            self.serve();
        }
        told
    }

    /// Each background worker says that the server has trouble, and does not give up. A full disk may take a little yet,
    /// in space that was used before: then more guests come.
    fn workers_say_so(&mut self) -> String {
        let (mut told, mut silent) = (String::new(), vec![true; self.gates.len()]);
        for _ in 0..MOST_ROUNDS {
            for (gate, silent) in self.gates.iter_mut().zip(&mut silent).filter(|(_, silent)| **silent) {
                let Some(news) = gate.worker.says_unless("trouble", || waiting(&gate.device) == 0) else { continue };
                assert!(gate.worker.runs(), "the worker goes on");
                told = format!("scanner: {}", news["what"].as_str().unwrap_or_default());
                assert!(told.contains("disk"), "{told}");
                *silent = false;
            }
            if !silent.contains(&true) {
                return told;
            }
            self.guests();
        }
        panic!("a disk that fails took everything of {MOST_ROUNDS} rounds of guests");
    }

    /// The office can read, and is told why it cannot write. A full disk may take a little yet, in space that was used
    /// before.
    async fn office_is_told(&self) -> String {
        let body = json!({ "name": "North 9", "gate": 1, "role": "scan", "events": [self.house.venue.event] });
        let mut refused = None;
        for _ in 0..MOST_ACTS {
            let (status, problem) = self.house.office.call(Method::POST, "/scanners/register", Some(&body)).await;
            if !status.is_success() {
                refused = Some((status, problem));
                break;
            }
        }
        let (status, problem) = refused.expect("a disk that fails cannot store what the office does");
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(status.is_server_error() && detail.contains("disk"), "{status} {problem}");
        let (status, occupancy) = self.house.office.call(Method::GET, &self.house.event("occupancy"), None).await;
        assert_eq!(status, StatusCode::OK, "what is kept can be read: {occupancy}");
        let ready = client().get(format!("http://{}/ready", self.house.server.addr)).send().await.expect("an answer");
        // In a full disk a small write may still fit, into space that was used before.
        let may_fit = self.fault.kind == Kind::Full;
        assert!(
            may_fit || ready.status().is_server_error(),
            "a server that cannot write is not ready: {}",
            ready.status()
        );
        format!("; office: {} ({})", detail, problem["code"].as_str().unwrap_or_default())
    }

    /// The disk fails between two starts: the server says so, and works when it is back.
    fn fails_at_start(&mut self) -> String {
        self.house.server.kill();
        self.fault.begin(&[]);
        self.guests();
        let output = self.house.serve_command().output().expect("the server program starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && !said.contains("panicked"), "{said}");
        let plain = ["disk", "written", "read-only", "Read-only"].iter().any(|word| said.contains(word));
        assert!(plain, "a person understands why: {said}");
        self.fault.end(&[]);
        self.works_again = Instant::now();
        self.broken += self.promises_broken();
        self.serve();
        format!("at its start: {}", said.lines().next().unwrap_or_default())
    }

    /// Feeds of which something was acknowledged and is not kept: none, or it ends here.
    fn promises_broken(&self) -> usize {
        let broken = evidence::broken_promises(self.gates.iter().map(|gate| &gate.device), &self.house.venue.data);
        assert!(broken.is_empty(), "{broken:?}");
        broken.len()
    }

    async fn end(mut self, told: &str, report: &Report) {
        self.sent().await;
        let took = self.works_again.elapsed();
        for gate in &mut self.gates {
            assert!(gate.worker.runs(), "the worker went on by itself: {:?}", gate.worker.so_far());
        }
        let there = texts(&self.house.entries().await, "id");
        let lost = self.shown.difference(&there).count();
        assert_eq!(lost, 0, "everything has arrived");
        assert_eq!(self.house.exactly_inside().await, self.inside, "as many as walked in, less out");
        self.house.server.kill();
        self.broken += self.promises_broken();
        self.house.verify();
        let failed = self.fault.happened().map_or_else(String::new, |times| format!("; {times} calls failed"));
        report.found(format!(
            "  {told}\n  scans {}, of these lost: {lost}; feeds that lost what was acknowledged: {}{failed}; a guest \
             waited: {}\n  everything sent by itself {:.1} s after the disk worked again, guests in between",
            self.shown.len(),
            self.broken,
            self.waited,
            took.as_secs_f64()
        ));
    }
}
