//! A list long enough to have several parts goes from the seller's file to the door, and a few changes follow as a small
//! download: the scoreboard's row of long lists, in its short form. It checks that everything arrives.

use std::process::Command;

use serde_json::Value;
use turnstone_tests::harness::text;

use super::damaged_scene::no_panic;

#[test]
fn a_list_of_two_thousand_tickets_and_its_changes_reach_the_door() {
    let scoreboard = env!("CARGO_BIN_EXE_scoreboard");
    let output = Command::new(scoreboard).args(["--rows", "manifest", "--tickets", "2000", "--json"]).output();
    let output = output.expect("the scoreboard starts");
    no_panic(&output);
    assert!(output.status.success(), "{}", text(&output));
    let board: Value = serde_json::from_slice(&output.stdout).expect("one object");
    let figures = board["figures"].as_array().expect("figures");
    let ratio = |what: &str| {
        let found = figures.iter().find(|figure| figure["what"].as_str().is_some_and(|text| text.starts_with(what)));
        found.and_then(|figure| figure["ratio"]["p50"].as_f64()).unwrap_or_else(|| panic!("{what}: {board}"))
    };
    // Sealed and signed, a list is larger than the seller's file, but not by much; what changed is a small part of it.
    assert!((0.5..8.0).contains(&ratio("whole list of 2,000")), "{board}");
    assert!((0.0..0.25).contains(&ratio("100 changes in 2,000")), "{board}");
    assert!(ratio("publication of 2,000") > 0.0, "{board}");
}
