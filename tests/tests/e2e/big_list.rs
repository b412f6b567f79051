//! A list long enough to have several parts goes from the seller's file to the door, and a few changes follow as a small
//! download. The benchmark of long lists, in its short form; it checks that everything is right.

use std::process::Command;

use turnstone_tests::harness::text;

use super::damaged_scene::no_panic;

#[test]
fn a_list_of_two_thousand_tickets_and_its_changes_reach_the_door() {
    let bench = env!("CARGO_BIN_EXE_list-bench");
    let output = Command::new(bench).args(["--tickets", "2000", "--changes", "20"]).output();
    let output = output.expect("the benchmark starts");
    no_panic(&output);
    assert!(output.status.success(), "{}", text(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    for step in ["import of the CSV list", "publication of all", "first download", "download of changes", "ratio"] {
        assert!(said.contains(step), "{step}: {}", text(&output));
    }
    // What changed is a small part of what there is.
    let down = |step: &str| {
        let line = said.lines().find(|line| line.starts_with(step)).unwrap_or_default();
        let figure = line.split("ms").nth(1).and_then(|rest| rest.split("down").next()).unwrap_or_default();
        let mut parts = figure.split_whitespace();
        let number: f64 = parts.next().and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{line}"));
        number * if parts.next() == Some("kB") { 1e3 } else { 1.0 }
    };
    assert!(down("download of changes") < down("first download") / 4.0, "{said}");
}
