//! One seed is one run, byte for byte.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use turnstone_sim::faults::Faults;
use turnstone_sim::people::MINUTE;
use turnstone_sim::run::{Outcome, run, runtime};
use turnstone_sim::world::{EVENING, Setting};

fn evening(seed: u64, faults: &Faults) -> Outcome {
    let setting = Setting { seed, faults: faults.clone(), people: None };
    runtime().unwrap().block_on(run(setting)).unwrap()
}

#[test]
fn a_seed_gives_the_same_evening_twice_and_another_seed_another() {
    let mut digests = BTreeSet::new();
    for seed in 1..=4 {
        let (first, second) = (evening(seed, &Faults::all()), evening(seed, &Faults::all()));
        let differs = first.lines.iter().zip(&second.lines).find(|(a, b)| a != b);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(first.digest, second.digest, "seed {seed}");
        assert_eq!(first.violations, vec![], "seed {seed}");
        assert!(digests.insert(first.digest), "seed {seed} is the evening of an earlier one");
    }
}

#[test]
fn an_evening_without_faults_has_none() {
    let outcome = evening(1, &Faults::none());
    assert_eq!(outcome.violations, vec![]);
    assert_eq!(outcome.tally.sum(), 0);
    assert!(outcome.lines.iter().any(|line| line.contains(": ok seq")), "somebody was let in");
}

/// From the first round, up to five minutes before doors open, to the last thing on the schedule, when nobody comes late: what
/// is set up before and compared afterwards adds nothing.
#[test]
fn the_time_that_was_simulated_is_that_of_the_evening() {
    let setting = Setting { seed: 1, faults: Faults::none(), people: Some(vec![]) };
    let outcome = runtime().unwrap().block_on(run(setting)).unwrap();
    assert_eq!(outcome.violations, vec![]);
    assert!((EVENING..EVENING + 10 * MINUTE).contains(&outcome.simulated_ms), "{} ms", outcome.simulated_ms);
}
