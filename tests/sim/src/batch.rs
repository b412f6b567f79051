//! Many seeds, on several threads, told in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::runtime::Runtime;

use crate::checked::{Check, Checked};
use crate::faults::{Fault, Faults, Tally};
use crate::run::{Outcome, run, runtime};
use crate::world::Setting;

/// From so many seeds on, a fault that may happen and never did is an error, and so is a check that never ran.
pub const ENOUGH_SEEDS: u64 = 200;

/// Which seeds.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The first.
    pub from: u64,
    /// How many.
    pub many: u64,
    /// Threads.
    pub jobs: usize,
    /// What may go wrong.
    pub faults: Faults,
    /// Which people come.
    pub people: Option<Vec<usize>>,
}

/// What came of all of them.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    /// Seeds run.
    pub seeds: u64,
    /// How often each fault happened.
    pub tally: Tally,
    /// How often each check ran.
    pub checked: Checked,
    /// Simulated time (ms).
    pub simulated_ms: i64,
    /// The first one that failed, if any.
    pub failed: Option<Outcome>,
    /// Real time.
    pub took: Duration,
}

impl Batch {
    fn setting(&self, seed: u64) -> Setting {
        Setting { seed, faults: self.faults.clone(), people: self.people.clone() }
    }

    /// Runs them; stops at the first that fails. `each` hears of every run in order of seeds.
    #[expect(clippy::disallowed_methods, reason = "how long it took in real time; the simulation knows its own only")]
    pub fn run(&self, mut each: impl FnMut(&Outcome)) -> Result<Sum> {
        let began = Instant::now();
        let (next, stop) = (AtomicU64::new(self.from), AtomicBool::new(false));
        let mut sum = Sum::default();
        let runtimes = (0..self.jobs.max(1)).map(|_| runtime()).collect::<Result<Vec<_>>>()?;
        let done: Result<()> = std::thread::scope(|scope| {
            let (send, receive) = mpsc::channel::<(u64, Result<Outcome>)>();
            for runtime in runtimes {
                let (send, next, stop) = (send.clone(), &next, &stop);
                scope.spawn(move || self.work(&runtime, &send, next, stop));
            }
            drop(send);
            let (mut waiting, mut turn) = (BTreeMap::new(), self.from);
            for (seed, outcome) in receive {
                waiting.insert(seed, outcome);
                while let Some(outcome) = waiting.remove(&turn) {
                    turn += 1;
                    let outcome = outcome?;
                    each(&outcome);
                    sum.add(outcome);
                    stop.fetch_or(sum.failed.is_some(), Ordering::SeqCst);
                }
            }
            Ok(())
        });
        done?;
        sum.ensure_all_of(self.many)?;
        sum.took = began.elapsed();
        Ok(sum)
    }

    fn work(
        &self,
        runtime: &Runtime,
        send: &mpsc::Sender<(u64, Result<Outcome>)>,
        next: &AtomicU64,
        stop: &AtomicBool,
    ) {
        while !stop.load(Ordering::SeqCst) {
            let seed = next.fetch_add(1, Ordering::SeqCst);
            if seed - self.from >= self.many {
                return;
            }
            let outcome = runtime.block_on(run(self.setting(seed))).or_else(|error| Outcome::broken(seed, &error));
            if send.send((seed, outcome)).is_err() {
                return;
            }
        }
    }

    /// Faults that were switched on and never happened, although there were seeds enough.
    pub fn idle_faults(&self, sum: &Sum) -> Vec<Fault> {
        if self.many < ENOUGH_SEEDS {
            return vec![];
        }
        self.faults.iter().filter(|fault| sum.tally.of(*fault) == 0).collect()
    }

    /// Checks that never ran, although there were seeds enough and everything might happen.
    pub fn idle_checks(&self, sum: &Sum) -> Vec<Check> {
        if self.many < ENOUGH_SEEDS || self.faults != Faults::all() || self.people.is_some() {
            return vec![];
        }
        Check::ALL.iter().copied().filter(|check| sum.checked.of(*check).0 == 0).collect()
    }
}

impl Sum {
    /// Nothing is proven by seeds that never ran.
    pub fn ensure_all_of(&self, many: u64) -> Result<()> {
        let whole = self.failed.is_some() || self.seeds == many && many > 0;
        ensure!(whole, "only {} of {many} seeds ran", self.seeds);
        Ok(())
    }

    fn add(&mut self, outcome: Outcome) {
        self.seeds += 1;
        self.tally.take(&outcome.tally);
        self.checked.take(&outcome.checked);
        self.simulated_ms += outcome.simulated_ms;
        if !outcome.violations.is_empty() && self.failed.is_none() {
            self.failed = Some(outcome);
        }
    }
}
