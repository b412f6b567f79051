//! `scan --stdin`: hardware scanners that act as keyboards.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::Value;
use shared::trust::ScannerRole;

use super::door::Door;

/// Types these bytes and returns the exit code and one object a line.
fn typed(door: &Door, bytes: &[u8]) -> (i32, Vec<Value>) {
    let mut command = door.command(&["--json", "scan", "--stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let objects = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), objects)
}

#[test]
fn a_line_of_5_kilobytes_is_refused_and_the_next_one_is_judged() {
    let door = Door::open(ScannerRole::Scan);
    let input = [vec![b'x'; 5_000], b"\r\n".to_vec(), door.code(1).into_bytes(), b"\r\n".to_vec()].concat();
    let (code, answers) = typed(&door, &input);
    assert_eq!((code, answers.len()), (0, 2));
    assert_eq!(answers[0]["because"], serde_json::json!({ "fact": "too_long", "bytes": 5_000 }));
    assert_eq!(answers[1]["verdict"], "ok");
}

#[test]
fn a_bad_line_is_named_by_its_number_and_stops_nothing() {
    let door = Door::open(ScannerRole::Scan);
    let input =
        [b"\xff\xfe\n\n".to_vec(), door.code(1).into_bytes(), b"\r".to_vec(), door.code(2).into_bytes()].concat();
    let (code, answers) = typed(&door, &input);
    assert_eq!(code, 4);
    assert_eq!((&answers[0]["code"], &answers[0]["source"]["number"]), (&"not_utf8".into(), &1.into()));
    let verdicts: Vec<&Value> = answers[1..].iter().map(|answer| &answer["verdict"]).collect();
    assert_eq!(verdicts, ["ok", "ok"], "lines end with CR, or with the input");
}

#[test]
fn each_answer_is_there_before_the_next_line_is_typed() {
    let door = Door::open(ScannerRole::Scan);
    let mut command = door.command(&["--json", "scan", "--stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut keyboard = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for n in 0..3 {
        writeln!(keyboard, "{}", door.code(n)).unwrap();
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["verdict"], "ok", "{answer}");
    }
    drop(keyboard);
    assert!(child.wait().unwrap().success());
}
