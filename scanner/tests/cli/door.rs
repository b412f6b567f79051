//! An enrolled scanner without a server: everything at the door works, and what needs the server says so.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use scanner::device::{OsEntropy, SystemClock};
use serde_json::Value;
use shared::clock::Clock;
use shared::trust::ScannerRole;

use super::device::Device;
use super::world::{HOUR, NOW, World, records, ticket, world};
use super::{Ended, scanner};

/// A scanner with the first 40 tickets, in a folder of its own; its evening has just begun.
pub struct Door {
    folder: tempfile::TempDir,
    world: World,
    offset: String,
}

impl Door {
    pub fn open(role: ScannerRole) -> Self {
        Self::with(role, true)
    }

    fn with(role: ScannerRole, listed: bool) -> Self {
        let (folder, world) = (tempfile::tempdir().unwrap(), world());
        let mut device = Device::at(&folder.path().join("scanner.db"), 1);
        let certificate = device.enrol(&world, role);
        if listed {
            device.adopt(&world.list(1, &records(40), &[certificate], &[]));
        }
        let offset = NOW + HOUR - SystemClock::new(&OsEntropy).wall_ms();
        Self { folder, world, offset: offset.to_string() }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The n-th ticket's code.
    pub fn code(&self, n: u32) -> String {
        self.world.code(&ticket(n))
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let before = ["--clock-offset-ms", self.offset.as_str()];
        scanner(self.path(), &[before.as_slice(), args].concat())
    }

    pub fn run(&self, args: &[&str]) -> Ended {
        self.command(args).output().unwrap().into()
    }

    /// Runs with `--json`; every line of stdout is an object.
    pub fn objects(&self, args: &[&str]) -> (i32, Vec<Value>) {
        let ended = self.run(&[&["--json"], args].concat());
        (ended.code, ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }
}

#[test]
fn a_ticket_is_let_in_once_and_the_second_time_told_when_and_where() {
    let door = Door::open(ScannerRole::Scan);
    let first = door.run(&["scan", "--", &door.code(1)]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(first.stdout.starts_with("ADMIT  1 person\n  Welcome."), "{}", first.stdout);
    assert!(!first.stdout.contains('\u{1b}'), "no colours where no terminal is");
    let again = door.run(&["scan", "--gate", "south", "--", &door.code(1)]);
    assert_eq!(again.code, 0, "a refusal is an answer");
    assert!(again.stdout.starts_with("REFUSED\n  This ticket is already inside"), "{}", again.stdout);
    assert!(again.stdout.contains("at gate North"), "{}", again.stdout);
}

#[test]
fn an_answer_in_json_is_one_line_with_the_documented_members() {
    let door = Door::open(ScannerRole::Scan);
    let (code, objects) = door.objects(&["scan", "--direction", "entry", "--", &door.code(2), "nonsense"]);
    assert_eq!((code, objects.len()), (0, 2));
    let admitted = &objects[0];
    assert_eq!((&admitted["kind"], &admitted["verdict"]), (&"scan".into(), &"ok".into()));
    assert_eq!((&admitted["passes"], &admitted["people"]), (&true.into(), &1.into()));
    assert_eq!((&admitted["basis"], &admitted["gate"]["name"]), (&"local".into(), &"North".into()));
    assert_eq!(admitted["source"], serde_json::json!({ "from": "argument", "number": 1 }));
    assert_eq!(objects[1]["because"]["fact"], "unknown_code");
    for member in ["word", "reason", "admits", "inside", "repeat", "at", "entry", "feed", "seq", "warnings", "before"] {
        assert!(admitted.get(member).is_some(), "{member} is missing: {admitted}");
    }
}

#[test]
fn what_was_shown_is_in_the_log_and_waits_for_the_server() {
    let door = Door::open(ScannerRole::Supervisor);
    let (_, shown) = door.objects(&["scan", "--", &door.code(3)]);
    assert_eq!(door.run(&["count", "+3", "--why", "band"]).code, 0);
    let (_, undone) = door.objects(&["undo", "--why", "they stayed outside"]);
    assert_eq!((&undone[0]["kind"], &undone[0]["bodies"]), (&"undo".into(), &(-3).into()));
    let (code, lines) = door.objects(&["log"]);
    let kinds: Vec<&str> = lines.iter().map(|line| line["entry_kind"].as_str().unwrap()).collect();
    assert_eq!((code, kinds), (0, vec!["entry", "count", "undo"]));
    assert_eq!(lines[0]["entry"], shown[0]["entry"]);
    assert_eq!((&lines[1]["voided"], &lines[1]["acknowledged"]), (&true.into(), &false.into()));
    let (_, status) = door.objects(&["status"]);
    assert_eq!(status[0]["pending"]["people_in"], 4, "the count and its undo both wait: {}", status[0]);
}

#[test]
fn what_only_supervisors_may_is_refused_to_others() {
    let door = Door::open(ScannerRole::Scan);
    for args in [
        &["count", "+1", "--why", "x"][..],
        &["undo", "--entry", "0123456789"],
        &["search", "guest"],
        &["scan", "--override", "x", "--", "code"],
    ] {
        let (code, objects) = door.objects(args);
        assert_eq!((code, &objects[0]["code"]), (4, &"not_supervisor".into()), "{args:?}");
    }
}

#[test]
fn what_needs_the_server_ends_with_5_and_nothing_else_does() {
    let door = Door::open(ScannerRole::Supervisor);
    for args in [&["sync"][..], &["search", "guest"]] {
        let (code, objects) = door.objects(args);
        assert_eq!((code, &objects[0]["code"]), (5, &"unreachable".into()), "{args:?}");
    }
    for args in [&["status"][..], &["log"], &["use"], &["doctor"]] {
        assert_eq!(door.run(args).code, 0, "{args:?}");
    }
}

#[test]
fn doctor_ends_with_its_word_and_names_what_to_do() {
    let door = Door::open(ScannerRole::Scan);
    let ended = door.run(&["doctor"]);
    assert_eq!(ended.stdout.lines().last(), Some("READY WITH WARNINGS"), "{}", ended.stdout);
    assert!(ended.stdout.contains("warn  server"), "{}", ended.stdout);
    let (_, checks) = door.objects(&["doctor"]);
    let last = checks.last().unwrap();
    assert_eq!((&last["kind"], &last["ready"]), (&"doctor".into(), &"ready_with_warnings".into()));
    let advised = |check: &&Value| check["state"] == "ok" || check["do"].as_str().is_some_and(|text| !text.is_empty());
    assert!(checks[..checks.len() - 1].iter().all(|check| advised(&check)), "{checks:?}");
}

#[test]
fn without_a_ticket_list_it_is_not_ready_and_a_scan_says_why() {
    let door = Door::with(ScannerRole::Scan, false);
    let ended = door.run(&["doctor"]);
    assert_eq!((ended.code, ended.stdout.lines().last()), (4, Some("NOT READY")), "{}", ended.stdout);
    assert!(ended.stdout.contains("FAIL  ticket list"), "{}", ended.stdout);
    let (code, objects) = door.objects(&["scan", "--", &door.code(1)]);
    assert_eq!((code, &objects[0]["code"]), (4, &"no_manifest".into()));
    assert!(objects[0]["message"].as_str().unwrap().contains("scanner sync"), "{}", objects[0]);
}

#[test]
fn gates_are_chosen_by_name_or_number_and_stay_chosen() {
    let door = Door::open(ScannerRole::Scan);
    let (code, chosen) = door.objects(&["use", "--gate", "SOUTH", "--direction", "exit", "--operator", "Ida"]);
    assert_eq!((code, &chosen[0]["gate"], &chosen[0]["direction"]), (0, &2.into(), &"exit".into()));
    let (_, left) = door.objects(&["scan", "--", &door.code(4)]);
    assert_eq!((&left[0]["verdict"], &left[0]["gate"]["id"]), (&"ok_exit_unmatched".into(), &2.into()));
    for wrong in [["--gate", "West"], ["--gate", "77"], ["--event", "Yesterday"]] {
        let ended = door.run(&[&["use"], wrong.as_slice()].concat());
        assert_eq!(ended.code, 2, "{wrong:?}: {}", ended.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let door = Door::open(ScannerRole::Scan);
    let codes: Vec<String> = (0..30).map(|n| door.code(n)).collect();
    let args: Vec<&str> = ["scan", "--"].into_iter().chain(codes.iter().map(String::as_str)).collect();
    let mut child = door.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().code().is_some(), "it ended by itself");
    assert!(!said.contains("panicked"), "{said}");
}
