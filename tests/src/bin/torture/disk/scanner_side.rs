//! A scanner whose disk fails: no green without commit, a clear error instead, and it goes on by itself.

use std::collections::BTreeSet;

use turnstone_tests::harness::dice::Dice;
use turnstone_tests::harness::house::{House, NORTH, PATIENCE, texts};
use turnstone_tests::harness::{Device, Door, Said, Watching, lines_of_json};
use turnstone_tests::torture::evidence;

use super::{Fault, Kind, all_sent, is_clear, prepare};
use crate::report::Report;

const TICKETS: u32 = 400;
/// Guests before the disk fails, and after it works again.
const CALM: usize = 20;
/// Guests who are turned away before the disk works again.
const TURNED_AWAY: usize = 8;
/// Most guests until then: a small disk has some room left when it is full.
const MOST: usize = 300;

/// A door and its worker, each a process on the failing disk.
struct Stage {
    house: House,
    fault: Fault,
    device: Device,
    door: Door,
    worker: Watching,
    /// Guests still to come.
    codes: Vec<String>,
    /// Entries of those who were shown green.
    green: BTreeSet<String>,
    /// Entries that may have been recorded although the person was told of an error.
    unshown: usize,
    /// Guests who came while the disk failed.
    meanwhile: usize,
    /// Of those who were turned away: let in once the disk worked again.
    let_in: usize,
}

pub(crate) async fn run(kind: Kind, dice: &mut Dice, report: &mut Report) {
    let house = House::open_with(TICKETS, &["--retry-window", "0"]).await;
    let Some(fault) = prepare(kind, &house.path("disk"), report) else { return };
    let device = Device::new(&house.venue.parts, fault.folder.join("data"));
    device.ok(&["enrol", &house.invite("North 1", NORTH, "scan").await]);
    house.publish().await;
    device.ok(&["sync"]);
    let (door, worker) = processes(&fault, &device);
    worker.says("connected");
    let codes = house.codes();
    let green = BTreeSet::new();
    let mut stage = Stage { house, fault, device, door, worker, codes, green, unshown: 0, meanwhile: 0, let_in: 0 };
    stage.calm();
    let away = if kind.is_live() { stage.fails_meanwhile(dice) } else { stage.fails_at_start() };
    stage.calm_again(&away);
    stage.end(&away, report).await;
}

fn processes(fault: &Fault, device: &Device) -> (Door, Watching) {
    let door = Door::of(fault.wrap(device.command(&["scan", "--stdin"])));
    (door, Watching::of(fault.wrap(device.command(&["sync", "--watch"]))))
}

impl Stage {
    fn ask(&mut self, code: &str) -> Said {
        let (said, _) = self.door.ask(code, PATIENCE).expect("the door answers, and does not end");
        if said.passes() {
            self.green.insert(said.entry().expect("a verdict has its entry").to_owned());
        }
        said
    }

    fn calm(&mut self) {
        for code in self.codes.split_off(self.codes.len() - CALM) {
            let said = self.ask(&code);
            assert_eq!(said.line["verdict"], "ok", "{}", said.line);
        }
    }

    /// The disk fails under the processes; returns who was turned away.
    fn fails_meanwhile(&mut self, dice: &mut Dice) -> Vec<String> {
        let processes = [self.door.id(), self.worker.id()];
        self.fault.begin(&processes);
        let mut away = Vec::new();
        for _ in 0..MOST {
            let code = self.codes.pop().expect("enough guests");
            let said = self.ask(&code);
            self.meanwhile += 1;
            if said.is_verdict() {
                assert_eq!(said.line["verdict"], "ok", "{}", said.line);
                continue;
            }
            is_clear(&said.line);
            away.push(code);
            if away.len() == TURNED_AWAY {
                break;
            }
        }
        assert_eq!(away.len(), TURNED_AWAY, "a disk that fails cannot record");
        // Sometimes the battery ends just then.
        let killed = self.fault.kind.needs_restart() || dice.percent(50);
        if killed {
            self.door.end();
            self.worker.kill();
            // Where `fsync` failed, the last entry lies in the log, written but not known to be on the disk: a start after
            // a power cut may find it or not.
            self.unshown = usize::from(self.fault.kind == Kind::SyncsFail);
        }
        self.fault.end(if killed { &[] } else { &processes });
        if killed {
            (self.door, self.worker) = self::processes(&self.fault, &self.device);
        }
        away
    }

    /// The disk fails between two starts: the programs say so, and work when it is back.
    fn fails_at_start(&mut self) -> Vec<String> {
        self.door.end();
        self.worker.kill();
        self.fault.begin(&[]);
        let code = self.codes.pop().expect("enough guests");
        self.meanwhile += 1;
        for verb in [["scan", &code].as_slice(), &["sync", "--watch"]] {
            let output = self.device.run(verb);
            assert_eq!(output.status.code(), Some(4), "{verb:?}");
            is_clear(lines_of_json(&String::from_utf8_lossy(&output.stdout)).last().expect("an error is printed"));
        }
        self.fault.end(&[]);
        (self.door, self.worker) = processes(&self.fault, &self.device);
        vec![code]
    }

    /// Who was turned away comes in now, once; and others after them.
    fn calm_again(&mut self, away: &[String]) {
        let mut found = 0;
        for code in away {
            let said = self.ask(code);
            assert!(said.is_verdict(), "there is a disk again: {}", said.line);
            match said.line["verdict"].as_str() {
                Some("already_inside") if found < self.unshown => found += 1,
                verdict => {
                    assert_eq!(verdict, Some("ok"), "nothing was recorded: {}", said.line);
                    self.let_in += 1;
                }
            }
        }
        self.unshown = found;
        self.calm();
    }

    async fn end(mut self, away: &[String], report: &Report) {
        let took = all_sent(&[&self.device]).await;
        assert!(self.worker.runs() && self.door.runs(), "both went on by themselves: {:?}", self.worker.so_far());
        let chain = evidence::own_chain(&self.device);
        let passed = chain.iter().filter(|(_, people)| *people != 0).map(|(entry, _)| entry.id.to_string());
        let passed: BTreeSet<String> = passed.collect();
        let lost = self.green.difference(&passed).count();
        assert_eq!(lost, 0, "what was shown green is recorded");
        assert_eq!(passed.len() - self.green.len(), self.unshown, "and nothing else");
        let there = texts(&self.house.entries().await, "id");
        assert!(self.green.is_subset(&there), "all of it has arrived");
        assert_eq!(self.house.exactly_inside().await, i64::try_from(passed.len()).expect("few"));
        self.house.verify();
        let failed = self.fault.happened().map_or_else(String::new, |times| format!("; {times} calls failed"));
        report.found(format!(
            "  guests while the disk failed {}, of these turned away with a clear error {}; let in afterwards {}; shown \
             green {}; lost: {lost}{failed}\n  everything sent by itself {:.1} s after the last guest",
            self.meanwhile,
            away.len(),
            self.let_in,
            self.green.len(),
            took.as_secs_f64()
        ));
    }
}
