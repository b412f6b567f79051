//! I1: green means durable. The scanner's processes are killed in the middle of their work; what was shown is there
//! afterwards, and the next start finds it with nobody's help.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Write;
use std::time::Duration;

use super::{Times, evidence};
use crate::harness::dice::Dice;
use crate::harness::house::{House, NORTH, PATIENCE, status, texts};
use crate::harness::{Device, Door, Said, Watching};

/// Most answers of a run before it is killed.
const MOST_ANSWERS: u64 = 40;
/// Longest run that is killed by time (ms): most of it is starting up.
const LONGEST_MS: u64 = 250;

/// What such a run found out.
#[derive(Debug, Clone, Default)]
pub struct ScannerKills {
    /// How often the scanner was killed.
    pub kills: u32,
    /// Before it had answered anything.
    pub while_starting: u32,
    /// With its background worker killed at the same moment.
    pub with_worker: u32,
    /// While its background worker went on.
    pub beside_worker: u32,
    /// Answers that were printed whole.
    pub answers: usize,
    /// Of these: somebody was let through.
    pub green: usize,
    /// Entries that were recorded, but the kill came before the answer was shown.
    pub unshown: usize,
    /// Answers that were shown and are not in the log.
    pub lost: usize,
    /// Kills that left something in the write-ahead log for the next start to find.
    pub log_left: u32,
    /// Entries of this scanner that the server acknowledged by the end.
    pub acknowledged: u64,
    /// From the start of a process on what a kill left, to its first answer.
    pub restart: Times,
}

impl fmt::Display for ScannerKills {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  kills                    {} (while starting: {})", self.kills, self.while_starting)?;
        writeln!(f, "  background worker        killed as well {}, went on {}", self.with_worker, self.beside_worker)?;
        writeln!(f, "  answers shown            {}, of these green {}; lost: {}", self.answers, self.green, self.lost)?;
        writeln!(f, "  in flight                recorded, answer not yet shown: {}", self.unshown)?;
        writeln!(f, "  log to recover           after {} kills", self.log_left)?;
        writeln!(f, "  acknowledged at the end  {} entries", self.acknowledged)?;
        write!(f, "  start to first answer    {}", self.restart)
    }
}

/// The run under way.
struct Run<'h> {
    house: &'h House,
    device: Device,
    codes: Vec<String>,
    /// Verdicts that were shown, by entry.
    shown: BTreeMap<String, String>,
    /// Entries in the scanner's log after the last kill.
    held: usize,
    found: ScannerKills,
}

/// Kills a scanner so often, with its server and network there; panics where a promise is broken.
pub async fn kill_scanners(house: &House, dice: &mut Dice, kills: u32, tell: &mut dyn FnMut(u32)) -> ScannerKills {
    let device = house.scanner("North 1", NORTH).await;
    let held = evidence::own_chain(&device).len();
    let (codes, shown, found) = (house.codes(), BTreeMap::new(), ScannerKills::default());
    let mut run = Run { house, device, codes, shown, held, found };
    let mut worker = None;
    for kill in 1..=kills {
        run.once(dice, &mut worker);
        tell(kill);
    }
    drop(worker);
    run.found.kills = kills;
    run.end().await
}

impl Run<'_> {
    fn once(&mut self, dice: &mut Dice, worker: &mut Option<Watching>) {
        if worker.is_none() && dice.percent(50) {
            *worker = Some(Watching::start(&self.device));
        }
        let answers = self.killed(dice, worker);
        self.found.while_starting += u32::from(answers.is_empty());
        self.found.log_left += u32::from(evidence::in_the_log(&self.device) > 0);
        for said in &answers {
            assert!(said.is_verdict(), "every code was judged: {}", said.line);
            let verdict = said.line["verdict"].as_str().expect("a verdict has a name").to_owned();
            self.shown.insert(said.entry().expect("a verdict has its entry").to_owned(), verdict);
        }
        self.found.answers += answers.len();
        self.found.green += answers.iter().filter(|said| said.passes()).count();
        self.nothing_is_lost(&answers);
    }

    /// Scans until it is killed, and returns what was printed by then.
    fn killed(&mut self, dice: &mut Dice, worker: &mut Option<Watching>) -> Vec<Said> {
        let way = if dice.percent(50) { "entry" } else { "exit" };
        let mut options = vec!["--direction", way];
        if dice.percent(50) {
            options.push("--offline");
        }
        let mut door = Door::open(&self.device, &options);
        let (mut keyboard, mut order, codes) = (door.keyboard(), dice.another(), self.codes.clone());
        // Ends when the scanner is gone.
        let feeder = std::thread::spawn(move || while writeln!(keyboard, "{}", order.pick(&codes)).is_ok() {});
        let mut answers = Vec::new();
        if dice.percent(50) {
            for _ in 0..dice.below(MOST_ANSWERS) {
                answers.push(door.next(PATIENCE).expect("the scanner answers"));
            }
        } else {
            // A random moment, not a wait for something.
            std::thread::sleep(Duration::from_millis(dice.below(LONGEST_MS)));
            assert!(door.runs(), "the scanner ended by itself");
        }
        let began = door.started;
        match worker {
            Some(_) if dice.percent(50) => {
                self.found.with_worker += 1;
                *worker = None;
            }
            Some(_) => self.found.beside_worker += 1,
            None => {}
        }
        answers.extend(door.kill());
        feeder.join().expect("the feeder only types");
        if let Some(first) = answers.first() {
            self.found.restart.add(first.at.duration_since(began));
        }
        answers
    }

    /// The next start finds everything that was printed, and at most one entry more that was not.
    fn nothing_is_lost(&mut self, answers: &[Said]) {
        let kept = texts(&self.device.ok(&["log", "--own", "--limit", "500"]), "entry");
        let lost: Vec<_> = answers.iter().filter_map(Said::entry).filter(|entry| !kept.contains(*entry)).collect();
        self.found.lost += lost.len();
        assert!(lost.is_empty(), "shown, but not in the log: {lost:?}");
        let chain = evidence::own_chain(&self.device);
        let new = chain[self.held..].iter().filter(|(entry, _)| entry.raw.ticket.is_some());
        let unshown = new.filter(|(entry, _)| !self.shown.contains_key(&entry.id.to_string())).count();
        assert!(unshown <= 1, "{unshown} entries were recorded without a word");
        self.found.unshown += unshown;
        self.held = chain.len();
    }

    /// Everything once more at the end, on both sides.
    async fn end(mut self) -> ScannerKills {
        let chain = evidence::own_chain(&self.device);
        let log: BTreeMap<String, _> = chain.iter().map(|(entry, _)| (entry.id.to_string(), entry)).collect();
        for (entry, verdict) in &self.shown {
            let held = log.get(entry).unwrap_or_else(|| panic!("{entry} was shown and is lost"));
            let recorded = held.raw.verdict.and_then(shared::verdict::Verdict::from_number);
            let recorded = recorded.map(shared::verdict::Verdict::name);
            assert_eq!(recorded, Some(verdict.as_str()), "the log tells of {entry} what the door was shown");
        }
        let doctor = self.device.ok(&["doctor"]);
        let database = doctor.iter().find(|check| check["check"] == "database").expect("doctor looks at the database");
        assert_eq!(database["state"], "ok", "{database}");
        self.device.ok(&["sync"]);
        let status = status(&self.device);
        assert_eq!((&status["pending"]["entries"], &status["forked"]), (&0.into(), &serde_json::json!([])));
        self.found.acknowledged = evidence::acknowledged(&self.device).map_or(0, |(_, seq)| seq);

        let named = evidence::own_chain(&self.device).into_iter().filter(|(entry, _)| entry.raw.event.is_some());
        let named: BTreeSet<String> = named.map(|(entry, _)| entry.id.to_string()).collect();
        let there = texts(&self.house.entries().await, "id");
        assert_eq!(there, named, "the server holds exactly the scanner's entries");
        let seen = self.house.seen("North 1").await;
        assert_eq!(seen["disputed"], false);
        assert_eq!(seen["feeds"].as_array().map(Vec::len), Some(1), "the feed never forked: {}", seen["feeds"]);
        let moved: i64 = chain.iter().map(|(_, people)| people).sum();
        assert_eq!(self.house.exactly_inside().await, moved, "as many as the scanner recorded, in less out");
        self.house.verify();
        self.found
    }
}
