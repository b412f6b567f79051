//! What is switched off does not happen, and what is switched on brings nothing else.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use turnstone_sim::batch::{Batch, Sum};
use turnstone_sim::faults::{Fault, Faults};

fn evenings(faults: &[Fault], from: u64, many: u64) -> (Sum, Vec<String>) {
    let mut lines = vec![];
    let batch = Batch { from, many, jobs: 2, faults: Faults::only(faults), people: None };
    let sum = batch.run(|outcome| lines.extend(outcome.lines.clone())).unwrap();
    assert_eq!(sum.failed.as_ref().map(|outcome| outcome.violations.clone()), None, "with {faults:?}");
    (sum, lines)
}

fn counted_beside(sum: &Sum, faults: &[Fault]) -> Vec<&'static str> {
    let happened = Fault::ALL.iter().filter(|fault| sum.tally.of(**fault) > 0 && !faults.contains(*fault));
    happened.map(|fault| fault.name()).collect()
}

/// For each binary digit the faults whose number has it and those whose number has it not: every fault is off in half of the
/// evenings, and each other one is on in some of them.
#[test]
fn what_is_switched_off_is_never_counted() {
    for digit in 0..usize::BITS - (Fault::ALL.len() - 1).leading_zeros() {
        for set in [0, 1] {
            let on = |fault: &&Fault| (**fault as usize >> digit) & 1 == set;
            let chosen: Vec<Fault> = Fault::ALL.iter().filter(on).copied().collect();
            let (sum, _) = evenings(&chosen, 1 + u64::from(digit), 1);
            assert_eq!(counted_beside(&sum, &chosen), Vec::<&str>::new(), "digit {digit}: {set}");
        }
    }
}

/// Those that once brought others along, or did not come alone. What each needs besides itself is named.
#[test]
fn a_fault_alone_comes_and_brings_no_other() {
    let cases: &[(&[Fault], u64, u64)] = &[
        (&[Fault::Crash], 1, 2),
        // What was not synced is lost only where the power fails.
        (&[Fault::Crash, Fault::WalTailDropped], 1, 2),
        (&[Fault::Crash, Fault::WalTailTorn], 1, 2),
        (&[Fault::LyingSync], 14, 2),
        (&[Fault::ServerRestored], 22, 2),
        (&[Fault::OfficeSetBack], 3, 2),
        (&[Fault::CertificateWithdrawn], 1, 2),
    ];
    for (faults, from, seeds) in cases {
        let (sum, _) = evenings(faults, *from, *seeds);
        assert_eq!(counted_beside(&sum, faults), Vec::<&str>::new(), "only {faults:?}");
        for fault in *faults {
            assert!(sum.tally.of(*fault) > 0, "{fault} never came");
        }
    }
}

#[test]
fn a_disk_that_is_full_is_the_servers_too() {
    let (sum, lines) = evenings(&[Fault::DiskFull], 1, 4);
    assert!(sum.tally.of(Fault::DiskFull) > 0);
    assert_eq!(counted_beside(&sum, &[Fault::DiskFull]), Vec::<&str>::new());
    assert!(lines.iter().any(|line| line.contains("the server's disk: disk-full")), "it never reached the server");
}
