//! Damaged golden vectors through everything that takes bytes from outside, in every test run: the same targets that
//! `tests/fuzz` gives to libFuzzer, with seeded damage instead of guided one. A failure names seed and input.
//!
//! `TURNSTONE_FUZZ_ROUNDS=100000 cargo nextest run --test hostile_bytes` goes on for as long as it takes.

#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "a hang is measured in real time")]

use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use shared::ids::{from_hex, to_hex};
use turnstone_tests::fuzzing::mutate::{Dice, damaged};
use turnstone_tests::fuzzing::{MAX_INPUT_MEMORY, MAX_INPUT_S, target};

/// Longest input, in bytes: no message is longer than 1 MiB, and what decides is in the first few.
const LONGEST: usize = 64 * 1024;

/// Runs the whole corpus and then `rounds` damaged inputs.
fn torture(name: &str, rounds: u64) {
    let rounds = std::env::var("TURNSTONE_FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(rounds);
    let target = target(name);
    let corpus = (target.corpus)();
    assert!(corpus.len() >= 5, "{name}: {} inputs to start from", corpus.len());
    let mut slowest = Duration::ZERO;
    for input in &corpus {
        slowest = slowest.max(one(name, target.run, 0, input));
    }
    for seed in 1..=rounds {
        let input = damaged(&corpus, &mut Dice::new(seed), LONGEST);
        slowest = slowest.max(one(name, target.run, seed, &input));
    }
    let memory = peak_memory();
    println!("{name}: {} + {rounds} inputs, slowest {slowest:?}, most memory {memory:?}", corpus.len());
    // This process runs one target only under nextest; under `cargo test` the limit is for all of them together.
    assert!(memory.is_none_or(|bytes| bytes <= MAX_INPUT_MEMORY), "{name}: {memory:?} bytes of memory");
}

fn one(name: &str, run: fn(&[u8]), seed: u64, input: &[u8]) -> Duration {
    let start = Instant::now();
    let outcome = catch_unwind(|| run(input));
    let took = start.elapsed();
    let shown = || to_hex(&input[..input.len().min(4096)]);
    assert!(outcome.is_ok(), "{name}, seed {seed}: panicked on {} bytes: {}", input.len(), shown());
    // A hang guard: this machine may be busy with other things, so the clock of the wall says little below that.
    let guard = Duration::from_secs(MAX_INPUT_S * 10);
    assert!(took < guard, "{name}, seed {seed}: {took:?} for {} bytes: {}", input.len(), shown());
    took
}

/// Most memory this process ever held, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

#[test]
fn ticket_codes_hurt_nobody() {
    torture("qr", 10_000);
}

#[test]
fn invitations_hurt_nobody() {
    torture("enrolment", 20_000);
}

#[test]
fn ticket_lists_hurt_nobody() {
    torture("manifest", 300);
}

#[test]
fn changes_of_ticket_lists_hurt_nobody() {
    torture("delta", 150);
}

#[test]
fn batches_of_entries_hurt_nobody() {
    torture("entries", 150);
}

#[test]
fn heads_and_other_signed_objects_hurt_nobody() {
    torture("head", 3_000);
}

#[test]
fn messages_hurt_nobody() {
    torture("message", 1_500);
}

#[test]
fn lists_of_guests_hurt_nobody() {
    torture("csv", 1_500);
}

#[test]
fn pictures_hurt_nobody() {
    torture("picture", 300);
}

/// What was found once stays tried: the inputs that broke something, and what for.
#[test]
fn what_was_found_once_stays_found() {
    for (name, input) in FOUND {
        let input = from_hex(input).unwrap();
        one(name, target(name).run, 0, &input);
    }
}

/// Target and input.
const FOUND: &[(&str, &str)] = &[
    // A `#` in the server's address: its link was another text's.
    (
        "enrolment",
        "a401781a68747470733a2f2f4c006f72732e6578616d706c233a383434320250722af6ef801724390a2766277ee29bf1035076e1c6d5a0048a130ddb\
         903630c4378d041b0000019ee63e40a0",
    ),
];
