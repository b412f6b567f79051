//! I6: a quiet network converges, and I7: bodies are true. Four scanners work through cuts and reconnections in an order that
//! the dice choose; when the faults stop, everybody knows the same, which is what really happened.

use std::collections::BTreeMap;

use scanner::commands::Device as Handle;
use scanner::engine::{Engine, EngineError, LogFilter, ScanRequest, UndoTarget};
use scanner::net::{self, Link, SyncError};
use shared::entry::Direction;
use shared::ids::EntryId;
use turnstone_tests::harness::Cable;

use crate::dice::Dice;
use crate::house::{House, NORTH, SOUTH, by_hand};

/// Things that happen before the network gets quiet.
const STEPS: u32 = 300;
/// Most rounds until everybody agrees: up, down, and once more for what went up after one's own round.
const ROUNDS: u32 = 3;
const TICKETS: u32 = 12;

/// A scanner with a cable of its own.
struct Walker {
    handle: Handle,
    link: Link,
    cable: Cable,
    /// People who walked in past this scanner, less those who walked out.
    walked: i64,
}

impl Walker {
    async fn round(&self) -> bool {
        match net::round(&self.link, &|_| {}).await {
            Ok(report) => {
                assert!(!report.is_incomplete(), "{report:?}");
                assert!(!report.exchange.rewound && !report.exchange.new_epoch, "{report:?}");
                true
            }
            Err(SyncError::Net(error)) => {
                assert!(error.is_passing(), "{error}");
                false
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn scan(&mut self, code: &str, direction: Direction) {
        let scan = ScanRequest { direction: Some(direction), ..ScanRequest::of(code) };
        let outcome = self.handle.ask(move |engine| engine.scan(&scan)).await.unwrap();
        if outcome.repeat {
            return;
        }
        let people = i64::from(outcome.answer.people);
        match outcome.answer.verdict.passes() {
            Some(Direction::Entry) => self.walked += people,
            Some(Direction::Exit) => self.walked -= people,
            None => {}
        }
    }

    /// People without a ticket.
    async fn count(&mut self, people: i64) {
        self.handle.ask(move |engine| engine.count(people, "musicians", None, None)).await.unwrap();
        self.walked += people;
    }

    /// The last guest of this scanner did not go in after all.
    async fn undo(&mut self) {
        let tried = self.handle.door().ask(|engine| engine.undo(&UndoTarget::Last, None, Some("turned round"))).await;
        match tried {
            Ok(undone) => self.walked += undone.bodies,
            Err(SyncError::Engine(EngineError::NothingToUndo)) => {}
            Err(error) => panic!("{error}"),
        }
    }

    /// Everything it knows of the event: entries and whether they are void.
    async fn knows(&self) -> BTreeMap<EntryId, bool> {
        let all = LogFilter { limit: 10_000, technical: false, ..LogFilter::default() };
        let lines = self.handle.ask(move |engine| engine.log(all)).await.unwrap();
        lines.into_iter().map(|line| (line.entry, line.voided)).collect()
    }
}

async fn walkers(house: &House) -> Vec<Walker> {
    let mut all = Vec::new();
    for (name, gate) in [("North 1", NORTH), ("North 2", NORTH), ("South 1", SOUTH), ("South 2", SOUTH)] {
        let device = house.supervisor(name, gate).await;
        let (handle, cable) = (by_hand(&device), Cable::new().await);
        cable.plug(house.server.addr);
        let url = cable.url();
        handle.ask(move |engine| engine.set_server(&url)).await.unwrap();
        let link = handle.link().await.unwrap();
        all.push(Walker { handle, link, cable, walked: 0 });
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i6_when_faults_stop_all_devices_and_the_server_agree_and_i7_bodies_are_true() {
    let mut dice = Dice::thrown();
    let mut house = House::open_with(TICKETS, &["--retry-window", "0"]).await;
    let mut walkers = walkers(&house).await;
    let codes = house.codes();
    for _ in 0..STEPS {
        let at = usize::try_from(dice.below(walkers.len() as u64)).unwrap();
        let walker = &mut walkers[at];
        match dice.below(100) {
            0..50 => walker.scan(dice.pick::<String>(&codes), Direction::Entry).await,
            50..70 => walker.scan(dice.pick::<String>(&codes), Direction::Exit).await,
            70..75 => walker.count(*dice.pick(&[3, 1, -1])).await,
            75..80 => walker.undo().await,
            80..86 => walker.cable.cut(),
            86..92 => walker.cable.plug(house.server.addr),
            92..99 => drop(walker.round().await),
            _ => {
                house.restart();
                // Who was connected is so again; who was cut off stays so.
                for walker in &walkers {
                    if dice.percent(50) {
                        walker.cable.plug(house.server.addr);
                    }
                }
            }
        }
    }

    for walker in &walkers {
        walker.cable.plug(house.server.addr);
    }
    let mut rounds = 0;
    while !agree(&walkers).await {
        rounds += 1;
        assert!(rounds <= ROUNDS, "they do not agree after {ROUNDS} rounds");
        for walker in &walkers {
            assert!(walker.round().await, "the network is quiet now");
        }
    }
    // Everybody knows what the server knows.
    let mut there: Vec<String> =
        house.entries().await.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect();
    there.sort_unstable();
    for walker in &walkers {
        let known: Vec<String> = walker.knows().await.keys().map(ToString::to_string).collect();
        assert_eq!(known, there);
    }
    let walked: i64 = walkers.iter().map(|walker| walker.walked).sum();
    assert_eq!(house.exactly_inside().await, walked, "as many as walked in and not out");
    house.verify();
    used_tickets_are_refused_everywhere(&walkers, &codes).await;
}

/// Nothing waits, and all hold the same entries.
async fn agree(walkers: &[Walker]) -> bool {
    let first = walkers[0].knows().await;
    for walker in walkers {
        let pending = walker.handle.ask(Engine::pending).await.unwrap();
        if pending.entries > 0 || walker.knows().await != first {
            return false;
        }
    }
    true
}

/// Each ticket is refused by all, or would be let in by all. Asked without recording: the answer for one must not depend on
/// who was asked before.
async fn used_tickets_are_refused_everywhere(walkers: &[Walker], codes: &[String]) {
    let mut refused = 0;
    for code in codes {
        let mut answers = Vec::new();
        for walker in walkers {
            let scan = ScanRequest { direction: Some(Direction::Entry), ..ScanRequest::of(code) };
            let outcome = walker.handle.ask(move |engine| engine.scan(&scan)).await.unwrap();
            answers.push((outcome.answer.verdict, outcome.repeat));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        refused += u32::from(answers[0].0.passes().is_none());
    }
    assert!(refused > 0, "after such an evening somebody is inside");
}
