//! What `sim` says it did, it did: nothing is proven by what never ran, and docs/PROOF.md names what there is.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::mpsc::channel;
use std::time::Duration;

use turnstone_sim::batch::{Batch, ENOUGH_SEEDS, Sum};
use turnstone_sim::checked::Check;
use turnstone_sim::faults::{Fault, Faults};
use turnstone_sim::planted::{bugs, chosen, listen, quick_names};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sim(arguments: &[&str]) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sim")).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

#[test]
fn a_fault_that_nobody_knows_is_an_error_that_lists_those_there_are() {
    for switch in ["--only", "--without"] {
        let (output, said) = sim(&[switch, "crash,busy"]);
        assert!(!output.status.success());
        assert!(said.contains("there is no fault \"busy\"; there are: crash,"), "{said}");
    }
}

#[test]
fn the_faults_that_the_documentation_names_exist() {
    let text = std::fs::read_to_string(root().join("docs/PROOF.md")).unwrap();
    let named = text.lines().filter_map(|line| line.split_once("--bin sim -- --only ")?.1.split(' ').next());
    let named: Vec<&str> = named.flat_map(|list| list.split(',')).collect();
    assert!(!named.is_empty());
    for name in named {
        name.parse::<Fault>().unwrap();
    }
}

#[test]
fn no_seeds_prove_nothing() {
    assert!(!sim(&["--seeds", "0"]).0.status.success());
    assert!(!sim(&["planted", "--seeds", "0"]).0.status.success());
    assert!(Sum { seeds: 2, ..Sum::default() }.ensure_all_of(3).is_err());
    assert!(Sum::default().ensure_all_of(0).is_err());
    let batch = Batch { from: 1, many: 3, jobs: 5, faults: Faults::none(), people: Some(vec![]) };
    assert_eq!(batch.run(|_| ()).unwrap().seeds, 3);
}

#[test]
fn what_never_happened_or_was_never_checked_is_named_once_there_were_seeds_enough() {
    let batch = |many, faults| Batch { from: 1, many, jobs: 1, faults, people: None };
    let nothing = Sum::default();
    assert_eq!(batch(ENOUGH_SEEDS, Faults::all()).idle_faults(&nothing), Fault::ALL);
    assert_eq!(batch(ENOUGH_SEEDS, Faults::all()).idle_checks(&nothing), Check::ALL);
    assert_eq!(batch(ENOUGH_SEEDS - 1, Faults::all()).idle_checks(&nothing), vec![]);
    // Many checks need a fault to look at.
    assert_eq!(batch(ENOUGH_SEEDS, Faults::none()).idle_checks(&nothing), vec![]);
    let mut seen = Sum::default();
    seen.checked.add(Check::Range, 0, 7);
    Check::ALL.iter().filter(|check| **check != Check::Range).for_each(|check| seen.checked.add(*check, 1, 0));
    assert_eq!(batch(ENOUGH_SEEDS, Faults::all()).idle_checks(&seen), vec![Check::Range]);
}

#[test]
fn a_hunt_for_nothing_is_an_error() {
    let all = bugs(&root()).unwrap();
    assert_eq!(chosen(&all, None).unwrap().len(), all.len());
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let error = chosen(&all, Some(&names(&["no-hold", "typo"]))).unwrap_err().to_string();
    assert!(error.contains("there is no planted bug \"typo\"") && error.contains("no-hold"), "{error}");
    assert!(chosen(&all, Some(&[])).is_err());
    assert!(chosen(&[], None).is_err());
    assert!(quick_names(Path::new("/nonexistent")).is_err());
    // The quick list names bugs that are there.
    assert!(chosen(&all, Some(&quick_names(&root()).unwrap())).unwrap().len() > 10);
}

#[test]
fn only_a_seed_that_never_ends_makes_a_run_endless() {
    let (send, lines) = channel();
    send.send("seed 1 trace ab".to_owned()).unwrap();
    send.send("caught 2 I4".to_owned()).unwrap();
    // Whoever holds the other end may still say something.
    let told = listen(&lines, Duration::from_millis(20));
    assert!(told.hangs);
    assert_eq!(told.seeds, 1);
    drop(send);
    let (send, lines) = channel();
    for seed in 1..=500 {
        send.send(format!("seed {seed} trace ab")).unwrap();
    }
    drop(send);
    let told = listen(&lines, Duration::from_millis(20));
    assert!(!told.hangs);
    assert_eq!((told.seeds, told.rest), (500, vec![]));
}
