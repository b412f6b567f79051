//! One seed, one run.

use anyhow::Result;

use crate::checked::Checked;
use crate::faults::Tally;
use crate::world::{Setting, Violation, World};

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// Digest of everything that happened, in order.
    pub digest: String,
    /// Invariants that did not hold.
    pub violations: Vec<Violation>,
    /// How often each fault happened.
    pub tally: Tally,
    /// How often each check ran.
    pub checked: Checked,
    /// Simulated time (ms).
    pub simulated_ms: i64,
    /// How many people there are to come.
    pub people: usize,
    /// The story, line by line.
    pub lines: Vec<String>,
}

impl Outcome {
    /// Of an evening that could not go on.
    pub fn broken(seed: u64, error: &anyhow::Error) -> Result<Self> {
        let what = format!("the evening broke off: {error:#}");
        Ok(Self {
            seed,
            digest: String::new(),
            violations: vec![Violation { invariant: "I8", what: what.clone() }],
            tally: Tally::default(),
            checked: Checked::default(),
            simulated_ms: 0,
            people: 0,
            lines: vec![what],
        })
    }
}

/// Simulates one evening.
pub async fn run(setting: Setting) -> Result<Outcome> {
    let seed = setting.seed;
    let mut world = World::new(setting).await?;
    world.run_evening().await?;
    if world.violations.is_empty() {
        world.end().await?;
    }
    let mut tally = world.tally.clone();
    tally.take(&world.ether.net().tally);
    tally.take(&world.server.disk.take_tally());
    for device in &world.devices {
        tally.take(&device.disk.take_tally());
    }
    Ok(Outcome {
        seed,
        digest: world.trace_digest(),
        violations: std::mem::take(&mut world.violations),
        tally,
        checked: std::mem::take(&mut world.checked),
        simulated_ms: world.simulated_ms(),
        people: world.people.len(),
        lines: std::mem::take(&mut world.lines),
    })
}

/// A runtime for runs on this thread: one task at a time, blocking work elsewhere.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build()?)
}
