//! I2: acknowledged means kept, and I4: nothing counts twice. The server is killed while scanners are sending.

use std::collections::BTreeSet;
use std::fmt;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use scanner::engine::{Engine, ExchangeLimits, ScanRequest};
use scanner::net::{self, Link, SyncError};
use shared::entry::Direction;
use tokio::task::JoinHandle;

use super::{Times, evidence};
use crate::harness::dice::Dice;
use crate::harness::house::{House, NORTH, PATIENCE, SOUTH, by_hand, status, texts};
use crate::harness::{Device, Door, Watching};

/// Longest time it may serve before it is killed (ms): long enough for some messages.
const LONGEST_MS: u64 = 300;
/// Most scans between two rounds with the server.
const MOST_SCANS: u64 = 4;
/// Nobody scans on with so many entries waiting: ever larger messages would never get through to a server that lives for
/// a moment only.
const MOST_WAITING: u64 = 100;
/// Longest wait for a server on a slow machine to have done something worth being killed for.
const BUSY_WITHIN: Duration = Duration::from_secs(5);
/// Share of kills that do not wait for that (of a hundred).
const AT_ONCE: u64 = 20;
/// Longest pause between two guests at the door whose scanner is a process (ms).
const GUEST_EVERY_MS: u64 = 200;

/// What such a run found out.
#[derive(Debug, Clone, Default)]
pub struct ServerKills {
    /// How often the server was killed while it served.
    pub kills: u32,
    /// And before it listened.
    pub while_starting: u32,
    /// Messages under way when it was killed.
    pub in_flight: u32,
    /// Entries it had stored, and the kill came before the scanner knew.
    pub unacknowledged: u64,
    /// Rounds of the scanners that ended well.
    pub rounds: u32,
    /// People let in or out.
    pub green: usize,
    /// Entries acknowledged by the end.
    pub acknowledged: u64,
    /// Feeds of which something was acknowledged and is not kept, after all kills.
    pub lost: usize,
    /// From the start of the process on what a kill left, until it listens.
    pub restart: Times,
}

impl fmt::Display for ServerKills {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  kills                    {}, and while starting {}", self.kills, self.while_starting)?;
        writeln!(
            f,
            "  in flight                messages {}, entries stored but not yet acknowledged {}",
            self.in_flight, self.unacknowledged
        )?;
        writeln!(
            f,
            "  scans shown green        {}; rounds with the server that ended well {}",
            self.green, self.rounds
        )?;
        writeln!(
            f,
            "  acknowledged             {} entries; feeds that lost some of them: {}",
            self.acknowledged, self.lost
        )?;
        write!(f, "  start to listening       {}", self.restart)
    }
}

/// What the scanners tell while they work.
#[derive(Debug, Default)]
struct Work {
    stop: AtomicBool,
    /// Messages on their way to the server.
    under_way: AtomicU32,
    /// Rounds that ended well.
    done: AtomicU32,
}

/// What came of one scanner's evening: people let in less those let out, scans shown green, rounds that ended well.
#[derive(Debug, Default)]
struct Worked {
    inside: i64,
    green: usize,
    rounds: u32,
}

/// Kills the server so often while four scanners send; panics where a promise is broken.
pub async fn kill_servers(house: &mut House, dice: &mut Dice, kills: u32, tell: &mut dyn FnMut(u32)) -> ServerKills {
    let devices = [
        house.scanner("North 2", NORTH).await,
        house.scanner("North 3", NORTH).await,
        house.scanner("South 2", SOUTH).await,
        house.scanner("South 3", SOUTH).await,
    ];
    for device in &devices {
        // Its list names the others now.
        device.ok(&["sync"]);
    }
    let inside_before = house.exactly_inside().await;
    let before = texts(&house.entries().await, "id");
    let work = Arc::new(Work::default());
    let busy = start(house, &devices, dice, &work);
    let mut found = ServerKills { kills, ..ServerKills::default() };
    for kill in 1..=kills {
        if !dice.percent(AT_ONCE) {
            something_happens(&work).await;
        }
        // A random moment, not a wait for something.
        tokio::time::sleep(Duration::from_millis(dice.below(LONGEST_MS))).await;
        once(house, &devices, dice, &work, &mut found);
        tell(kill);
    }
    house.office = house.office.moved_to(house.server.addr);
    work.stop.store(true, Ordering::Release);
    let mut inside = inside_before;
    for scanner in busy {
        let worked = scanner.await.expect("a scanner works on whatever the server does");
        inside += worked.inside;
        found.green += worked.green;
        found.rounds += worked.rounds;
    }
    assert_eq!(everything_arrived(house, &devices, before, &mut found).await, inside, "as many as walked in, less out");
    found
}

/// Three scanners within this process, which send much, and one of two processes, as at a door.
fn start(house: &House, devices: &[Device; 4], dice: &mut Dice, work: &Arc<Work>) -> Vec<JoinHandle<Worked>> {
    let [by_hand @ .., at_a_door] = devices;
    let mut busy: Vec<_> = by_hand
        .iter()
        .map(|device| tokio::spawn(by_steps(device.clone(), house.codes(), dice.another(), work.clone())))
        .collect();
    let (device, codes, mut dice, work) = (at_a_door.clone(), house.codes(), dice.another(), work.clone());
    busy.push(tokio::task::spawn_blocking(move || by_processes(&device, &codes, &mut dice, &work)));
    busy
}

/// Waits until one more round has ended well.
async fn something_happens(work: &Work) {
    let (before, began) = (work.done.load(Ordering::Acquire), Instant::now());
    while work.done.load(Ordering::Acquire) == before && began.elapsed() < BUSY_WITHIN {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn once(house: &mut House, devices: &[Device; 4], dice: &mut Dice, work: &Work, found: &mut ServerKills) {
    found.in_flight += work.under_way.load(Ordering::Acquire);
    house.server.kill();
    house.cable.cut();
    if dice.percent(20) {
        found.while_starting += 1;
        killed_while_starting(house, dice);
    }
    let broken = evidence::broken_promises(devices, &house.venue.data);
    found.lost += broken.len();
    assert!(broken.is_empty(), "{broken:?}");
    let kept = evidence::kept(&house.venue.data);
    for (feed, promised) in devices.iter().filter_map(evidence::acknowledged) {
        found.unacknowledged += kept.get(&feed).map_or(0, |there| there - promised);
    }
    let began = Instant::now();
    house.server = house.venue.serve(Some(&house.cable.url()));
    found.restart.add(began.elapsed());
    house.cable.plug(house.server.addr);
}

/// Nothing waits, each entry is there once; returns the people inside.
async fn everything_arrived(
    house: &House,
    devices: &[Device],
    mut recorded: BTreeSet<String>,
    found: &mut ServerKills,
) -> i64 {
    for device in devices {
        device.ok(&["sync"]);
        assert_eq!(status(device)["pending"]["entries"], 0);
        found.acknowledged += evidence::acknowledged(device).map_or(0, |(_, seq)| seq);
        let named = evidence::own_chain(device).into_iter().filter(|(entry, _)| entry.raw.event.is_some());
        recorded.extend(named.map(|(entry, _)| entry.id.to_string()));
    }
    let there = house.entries().await;
    assert_eq!(there.len(), recorded.len(), "each entry is there once");
    assert_eq!(texts(&there, "id"), recorded);
    house.verify();
    house.exactly_inside().await
}

/// Scans and sends until told to stop.
async fn by_steps(device: Device, codes: Vec<String>, mut dice: Dice, work: Arc<Work>) -> Worked {
    let handle = by_hand(&device);
    let link = handle.link().await.expect("an enrolled scanner has a server");
    let mut worked = Worked::default();
    while !work.stop.load(Ordering::Acquire) {
        let waiting = handle.ask(Engine::pending).await.expect("the scanner's own numbers").entries;
        for _ in 0..if waiting < MOST_WAITING { dice.below(MOST_SCANS) } else { 0 } {
            let direction = if dice.percent(70) { Direction::Entry } else { Direction::Exit };
            let scan = ScanRequest { direction: Some(direction), ..ScanRequest::of(dice.pick(&codes)) };
            let outcome = handle.ask(move |engine| engine.scan(&scan)).await.expect("a scan is judged");
            let passes = outcome.answer.verdict.passes().filter(|_| !outcome.repeat);
            worked.green += usize::from(passes.is_some());
            match passes {
                Some(Direction::Entry) => worked.inside += i64::from(outcome.answer.people),
                Some(Direction::Exit) => worked.inside -= i64::from(outcome.answer.people),
                None => {}
            }
        }
        // Now and then all of it, mostly only the entries: more messages in a server's short life.
        work.under_way.fetch_add(1, Ordering::AcqRel);
        let sent = if dice.percent(10) { round(&link).await } else { exchange(&link).await };
        work.under_way.fetch_sub(1, Ordering::AcqRel);
        match sent {
            Ok(()) => {
                worked.rounds += 1;
                work.done.fetch_add(1, Ordering::AcqRel);
            }
            // Short of the product's own pauses, which are longer than a server lives here.
            Err(SyncError::Net(error)) if error.is_passing() => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("{}: {error}", device.data.display()),
        }
    }
    handle.close().await;
    worked
}

/// A door and its background worker, each a process; they see the server come and go.
fn by_processes(device: &Device, codes: &[String], dice: &mut Dice, work: &Work) -> Worked {
    let mut worker = Watching::start(device);
    let mut doors = [Door::open(device, &["--direction", "entry"]), Door::open(device, &["--direction", "exit"])];
    let mut worked = Worked::default();
    while !work.stop.load(Ordering::Acquire) {
        let door = &mut doors[usize::from(dice.percent(30))];
        let (said, _) = door.ask(dice.pick::<String>(codes), PATIENCE).expect("the door answers");
        assert!(said.is_verdict(), "the door works on without a server: {}", said.line);
        worked.green += usize::from(said.passes());
        worked.inside += said.people();
        std::thread::sleep(Duration::from_millis(dice.below(GUEST_EVERY_MS)));
    }
    assert!(worker.runs(), "the background worker never gave up: {:?}", worker.so_far());
    worked
}

async fn round(link: &Link) -> Result<(), SyncError> {
    let report = net::round(link, &|_| {}).await?;
    assert!(!report.heartbeat.rewound && !report.exchange.rewound, "the server lost something");
    assert!(report.exchange.refused.is_empty(), "{:?}", report.exchange.refused);
    assert!(!report.exchange.new_epoch, "nobody copied this scanner");
    Ok(())
}

async fn exchange(link: &Link) -> Result<(), SyncError> {
    let request = link.desk().ask(|engine| engine.exchange_request(ExchangeLimits::default())).await?;
    let response = link.exchange(request).await?;
    let report = link.desk().ask(move |engine| engine.apply_exchange(&response)).await?;
    assert!(!report.rewound && report.refused.is_empty() && report.new_epoch.is_none(), "{report:?}");
    Ok(())
}

/// The server is killed before it listens.
fn killed_while_starting(house: &House, dice: &mut Dice) {
    let mut command = house.venue.parts.command("sync-server", &house.venue.data);
    command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the server starts");
    std::thread::sleep(Duration::from_millis(dice.below(LONGEST_MS)));
    child.kill().expect("a child can be killed");
    child.wait().expect("a child can be waited for");
}
