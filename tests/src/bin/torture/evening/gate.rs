//! One scanner at a door: its processes, its guests, its line.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use shared::entry::Entry;
use turnstone_tests::harness::dice::Dice;
use turnstone_tests::harness::house::PATIENCE;
use turnstone_tests::harness::{Device, Door, Said, Watching};
use turnstone_tests::torture::{Times, evidence};

use super::{Line, NOBODY_WAITS};

/// What happens at the doors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// For so long.
    pub(crate) length: Duration,
    /// Longest pause between two guests (ms).
    pub(crate) pace_ms: u64,
    /// Longest time of the same weather (ms).
    pub(crate) weather_ms: u64,
    /// Of a thousand guests so many see the scanner's processes killed.
    pub(crate) kills: u64,
    /// Furthest jump of the device's clock at such a start (ms).
    pub(crate) clock_ms: u64,
}

/// A door, a background worker, and the way to the server.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) device: Device,
    pub(crate) line: Line,
    pub(crate) worker: Watching,
    door: Door,
    /// Entries that were shown.
    shown: BTreeSet<String>,
    /// People shown in, less those shown out.
    pub(crate) walked: i64,
    pub(crate) waited: Times,
    pub(crate) kills: u32,
    pub(crate) weathers: u32,
}

impl Gate {
    /// Opens it.
    pub(crate) fn open(device: Device, line: Line, dice: &mut Dice) -> Self {
        let (door, worker) = processes(&device, &line, dice);
        let shown = BTreeSet::new();
        Self { device, line, worker, door, shown, walked: 0, waited: Times::default(), kills: 0, weathers: 0 }
    }

    /// Guests come until it is over.
    pub(crate) fn evening(mut self, codes: &[String], mut dice: Dice, plan: Plan) -> Self {
        let (began, mut change) = (Instant::now(), Duration::ZERO);
        while began.elapsed() < plan.length {
            if began.elapsed() >= change {
                self.line.next(&mut dice);
                self.weathers += 1;
                change = began.elapsed() + Duration::from_millis(dice.between(plan.weather_ms / 4, plan.weather_ms));
            }
            let code = dice.pick::<String>(codes).clone();
            if dice.below(1_000) < plan.kills {
                self.is_killed(&code, &mut dice, plan.clock_ms);
            } else {
                let (said, took) = self.door.ask(&code, PATIENCE).expect("the door answers");
                assert!(took < NOBODY_WAITS, "nobody waits for the network: {took:?}");
                self.waited.add(took);
                self.note(&said);
            }
            std::thread::sleep(Duration::from_millis(dice.below(plan.pace_ms)));
        }
        self
    }

    /// In the middle of a scan. The next start may believe another time.
    fn is_killed(&mut self, code: &str, dice: &mut Dice, clock_ms: u64) {
        self.door.feed(code);
        std::thread::sleep(Duration::from_millis(dice.below(30)));
        self.door.end();
        self.worker.kill();
        for said in self.door.so_far() {
            self.note(&said);
        }
        self.kills += 1;
        let jump =
            i64::try_from(dice.below(2 * clock_ms + 1)).expect("hours") - i64::try_from(clock_ms).expect("hours");
        self.device.before = vec!["--clock-offset-ms".into(), jump.to_string()];
        (self.door, self.worker) = processes(&self.device, &self.line, dice);
    }

    fn note(&mut self, said: &Said) {
        assert!(said.is_verdict(), "every guest is judged: {}", said.line);
        self.shown.insert(said.entry().expect("a verdict has its entry").to_owned());
        self.walked += said.people();
    }

    /// Scans that are in the log and were not shown: at most one for each kill. What was shown is in the log.
    pub(crate) fn recorded_but_not_shown(&self) -> Vec<(Entry, i64)> {
        let chain = evidence::own_chain(&self.device);
        let scans: Vec<_> = chain.into_iter().filter(|(entry, _)| entry.raw.ticket.is_some()).collect();
        let (known, unshown): (Vec<_>, Vec<_>) =
            scans.into_iter().partition(|(entry, _)| self.shown.contains(&entry.id.to_string()));
        assert_eq!(known.len(), self.shown.len(), "what was shown is in the log");
        assert!(unshown.len() <= self.kills as usize, "recorded without a word: {}", unshown.len());
        unshown
    }

    /// Ids of what it recorded at this event.
    pub(crate) fn own_entries(&self) -> Vec<String> {
        let chain = evidence::own_chain(&self.device).into_iter().filter(|(entry, _)| entry.raw.event.is_some());
        chain.map(|(entry, _)| entry.id.to_string()).collect()
    }

    /// Both processes.
    pub(crate) fn runs(&mut self) -> bool {
        self.door.runs() && self.worker.runs()
    }

    /// Scans shown.
    pub(crate) fn scans(&self) -> usize {
        self.shown.len()
    }
}

fn processes(device: &Device, line: &Line, dice: &mut Dice) -> (Door, Watching) {
    let way = if dice.percent(60) { "entry" } else { "exit" };
    let door = Door::of(line.behind(device.command(&["scan", "--stdin", "--direction", way])));
    (door, Watching::of(line.behind(device.command(&["sync", "--watch"]))))
}
